import { createHash } from 'node:crypto';
import { LineCounter, parseDocument, isMap, isNode, isScalar, type Document } from 'yaml';
import { compilePolicy } from './compile-policy.js';
import { meaningProblems, type KnownNames } from './meaning-problems.js';
import type { Policy } from './policy.js';
import type { PolicyDocument } from './policy-document.js';
import { failedTests, type PolicyTestParts } from './policy-tests.js';
import type { DocumentPath, PlacedProblem, Problem } from './problems.js';
import { keysNotEvaluated, schemaProblems } from './schema-problems.js';

export interface ReadPolicyParts extends PolicyTestParts {
  readonly known: KnownNames;
}

/** A policy that may be taken, with what a person should know of it; or all that is wrong with it. */
export type ReadPolicy =
  | { readonly policy: Policy; readonly warnings: readonly PlacedProblem[] }
  | { readonly policy?: undefined; readonly problems: readonly PlacedProblem[] };

/** Reads the content of a policy file. `file` only names it in problems. */
export function readPolicy(file: string, yaml: string, parts: ReadPolicyParts): ReadPolicy {
  const lines = new LineCounter();
  const parsed = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true, version: '1.2', merge: false });
  const place = (problems: readonly Problem[]) => problems.map((problem) => placed(file, parsed, lines, problem));
  if (parsed.errors.length > 0) {
    return {
      problems: parsed.errors.map(({ pos: [at], message }) => {
        const { line, col } = lines.linePos(at);
        return { file, line, column: col, message: `is no YAML: ${message.split('\n')[0]?.replace(/:$/, '') ?? ''}` };
      }),
    };
  }
  const document: unknown = parsed.toJS({ maxAliasCount: 100 });
  const misfits = schemaProblems(document);
  if (misfits.length > 0) return { problems: place(misfits) };
  const fitting = document as PolicyDocument;
  const meaningless = meaningProblems(fitting, parts.known);
  if (meaningless.length > 0) return { problems: place(meaningless) };
  const policy = compilePolicy(fitting, createHash('sha256').update(yaml).digest('hex'));
  const failed = failedTests(policy, fitting.tests, parts);
  if (failed.length > 0) return { problems: place(failed) };
  return { policy, warnings: place(keysNotEvaluated(fitting).map(notEvaluated)) };
}

function notEvaluated(path: DocumentPath): Problem {
  return { path, isOfKey: true, message: 'cannot be evaluated by this version, and changes nothing' };
}

function placed(
  file: string,
  parsed: Document,
  lines: LineCounter,
  { path, message, isOfKey }: Problem,
): PlacedProblem {
  const { line, col } = lines.linePos(offsetOf(parsed, path, isOfKey ?? false));
  return {
    file,
    line,
    column: col,
    message: path.length > 0 ? `${path.join('.')} ${message}` : `the policy ${message}`,
  };
}

/** Where the value is, or its key; of what is not there, where it would be. */
function offsetOf(parsed: Document, path: DocumentPath, isOfKey: boolean): number {
  const parent = path.length > 0 ? parsed.getIn(path.slice(0, -1), true) : undefined;
  if (isOfKey && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  const node = path.length > 0 ? parsed.getIn(path, true) : parsed.contents;
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length > 0 ? offsetOf(parsed, path.slice(0, -1), isOfKey) : 0;
}
