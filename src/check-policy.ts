import { parseArgs } from 'node:util';
import { phoneNumberProblem } from './numbers/phone-number-problem.js';
import { readPolicyFile, type OpenedData } from './policy-file.js';
import type { Finding } from './policy/decide.js';
import type { DescribedCall } from './policy/policy-document.js';
import { decideDescribed } from './policy/policy-tests.js';
import { problemText, type PlacedProblem, type Problem } from './policy/problems.js';
import type { TakenPolicy } from './policy/read-policy.js';
import { describedCallProblems } from './policy/schema-problems.js';

const usage = `npm run policy -- FILE
    reads a policy as a gateway would, and runs the tests in it
npm run policy -- FILE --to +12065550123 --as TENANT [--at 2027-01-13T02:30:00Z] [--from NUMBER] [--flow ID] [--queue ID]
    [--purpose NAME] [--trafficType CAMPAIGN] [--scopes SCOPE]... [--calleeTimeZone America/New_York] [--calleeState FL]
    [--consentReference TEXT]
    says of such a call, now or at that time, what each check of the policy says, as if nobody had called yet and no list
    had an entry; the options are named as the members of a test`;

const options = {
  to: { type: 'string' },
  as: { type: 'string' },
  at: { type: 'string' },
  from: { type: 'string' },
  flow: { type: 'string' },
  queue: { type: 'string' },
  purpose: { type: 'string' },
  trafficType: { type: 'string' },
  scopes: { type: 'string', multiple: true },
  calleeTimeZone: { type: 'string' },
  calleeState: { type: 'string' },
  consentReference: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const say = (line: string) => process.stdout.write(`${line}\n`);
const note = (line: string) => process.stderr.write(`${line}\n`);

/** The command was not understood. */
class Misused extends Error {}

/** What the process ends with: 0 where the policy may be taken, and the call may be placed; 1 where not. Throws Misused. */
function run(args: readonly string[]): number {
  const { file, call } = asked(args);
  if (file === undefined) {
    say(usage);
    return 0;
  }
  const read = readPolicyFile(file, { zoneinfo: process.env.TZDIR });
  if ('problems' in read) {
    for (const problem of read.problems) note(problemText(problem));
    return 1;
  }
  tell(read);
  return call ? explain(read, call) : 0;
}

/** Without a file somebody asks for help. */
function asked(args: readonly string[]): { readonly file?: string; readonly call?: DescribedCall } {
  const { values, positionals } = parse(args);
  const { help, ...described } = values;
  if (help) return {};
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Misused('Name one file.');
  if (Object.keys(described).length === 0) return { file };
  const call = { at: new Date().toISOString(), ...described };
  const problems = [...describedCallProblems(call), ...numberProblems(values)];
  if (problems.length === 0) return { file, call: call as DescribedCall };
  throw new Misused(
    problems.map(({ path, message }) => (path.length > 0 ? `--${path[0]!}` : 'The call') + ` ${message}`).join('\n'),
  );
}

/** What a gateway refuses before it asks a policy, which may have no rule for it. */
function numberProblems(numbers: Readonly<Partial<Record<'to' | 'from', string>>>): readonly Problem[] {
  return (['to', 'from'] as const).flatMap((name) => {
    const problem = numbers[name] === undefined ? undefined : phoneNumberProblem(numbers[name]);
    return problem ? [{ path: [name], message: problem.message }] : [];
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error));
  }
}

function tell({ policy, warnings, data }: TakenPolicy<OpenedData>): void {
  const { clocks, numbersVersion } = data;
  const warn = ({ message, ...at }: PlacedProblem) => {
    note(problemText({ ...at, message: `warning: ${message}` }));
  };
  warnings.forEach(warn);
  clocks.problems.forEach(note);
  for (const { zone, at, source } of clocks.failedCanaries) {
    note(`The time zones of ${clocks.source} show ${zone} wrongly at ${at} (${source}).`);
  }
  const inShadow = policy.checks.filter(({ isShadow }) => isShadow).length;
  say(`policy ${policy.version} (sha256 ${policy.hash})`);
  say(`${policy.checks.length} checks, of which ${inShadow} in shadow; its tests pass`);
  if (policy.lists.length > 0) say(`do-not-call lists ${policy.lists.join(', ')}: the gateway needs DO_NOT_CALL_KEYS`);
  say(`time zones ${clocks.version} of ${clocks.source}; numbers by ${numbersVersion}`);
}

function explain({ policy, data }: TakenPolicy<OpenedData>, call: DescribedCall): number {
  if (!policy.tenants.has(call.as))
    note(`${call.as} is not in tenants: what holds for every tenant holds for it alone`);
  const { findings, isAllowed, nextAllowedAtMs } = decideDescribed(policy, call, data);
  say('');
  findings.map(lineOf).forEach(say);
  say('');
  say(
    isAllowed ? 'allowed' : `refused${nextAllowedAtMs === undefined ? '' : `; allowed at ${timeOf(nextAllowedAtMs)}`}`,
  );
  return isAllowed ? 0 : 1;
}

/** One check; `-` where it does not judge the call. */
function lineOf({ check, effect, isShadow, liftedBy, missingFacts, outcome }: Finding): string {
  const notes = [
    ...(isShadow ? ['in shadow'] : []),
    ...(liftedBy === undefined ? [] : [`lifted by ${liftedBy}`]),
    ...(missingFacts.length > 0 ? [`not known: ${missingFacts.join(', ')}`] : []),
    ...(outcome?.is === 'UNKNOWN' ? ['UNKNOWN'] : []),
    ...(outcome && outcome.is !== 'ALLOW' ? [`${outcome.reason}: ${outcome.message}`] : []),
    ...(outcome?.is === 'DEFER' && outcome.nextAllowedAtMs !== undefined
      ? [`nextAllowedAt ${timeOf(outcome.nextAllowedAtMs)}`]
      : []),
  ];
  return `${(outcome ? effect : '-').padEnd(7)} ${check}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Misused)) throw error;
  note(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
