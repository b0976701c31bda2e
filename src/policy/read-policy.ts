import { createHash } from 'node:crypto';
import { compilePolicy } from './compile-policy.js';
import { meaningProblems, tenantsNotNamed, type KnownNames } from './meaning-problems.js';
import { parseYaml } from './placed-yaml.js';
import type { DataSettings, PolicyDocument } from './policy-document.js';
import type { Policy } from './policy.js';
import { failedTests, type PolicyTestParts } from './policy-tests.js';
import type { PlacedProblem, Problem } from './problems.js';
import { keysNotEvaluated, schemaProblems } from './schema-problems.js';

/** What a policy's rules stand on. */
export interface PolicyData extends PolicyTestParts {
  readonly known: KnownNames;
}

/** A policy that may be taken, with what it stands on, and what a person should know of it. */
export interface TakenPolicy<Data extends PolicyData> {
  readonly policy: Policy;
  readonly data: Data;
  readonly warnings: readonly PlacedProblem[];
}

export interface Refused {
  readonly problems: readonly PlacedProblem[];
}

/** Reads the content of a policy file, which `file` names in problems: all of one kind at once. `open` gets what the policy wants to stand on. */
export function readPolicy<Data extends PolicyData>(
  file: string,
  text: string,
  open: (settings: DataSettings) => Data | Refused,
): TakenPolicy<Data> | Refused {
  const yaml = parseYaml(file, text);
  if ('problems' in yaml) return yaml;
  const misfits = schemaProblems(yaml.content);
  if (misfits.length > 0) return { problems: misfits.map(yaml.place) };
  const document = yaml.content as PolicyDocument;
  const data = open(document.data ?? {});
  if ('problems' in data) return data;
  const meaningless = meaningProblems(document, data.known);
  if (meaningless.length > 0) return { problems: meaningless.map(yaml.place) };
  const policy = compilePolicy(document, createHash('sha256').update(text).digest('hex'));
  const failed = failedTests(policy, document.tests, data);
  if (failed.length > 0) return { problems: [...clocksTooOld(document, data), ...failed].map(yaml.place) };
  const warnings = [...keysNotEvaluated(document), ...tenantsNotNamed(document)].map(yaml.place);
  return { policy, data, warnings };
}

/** Why tests fail that have nothing to do with it. */
function clocksTooOld({ data = {} }: PolicyDocument, { clocks }: PolicyData): readonly Problem[] {
  const minimum = data.timeZones?.minimum;
  if (minimum === undefined || clocks.isAtLeast(minimum)) return [];
  const message = `${minimum} is not at hand: the time zones are of ${clocks.version}, and hours refuse every call`;
  return [{ path: ['data', 'timeZones', 'minimum'], message }];
}
