import { parseArgs } from 'node:util';
import { readPolicyFile } from './policy-file.js';
import { decideDescribed } from './policy/policy-tests.js';
import { problemText } from './policy/problems.js';

const usage = `npm run policy -- FILE
    reads a policy as the gateway does, and runs the tests in it
npm run policy -- FILE --to +12065550123 --as TENANT [--at 2027-01-13T02:30:00Z] [--from NUMBER] [--flow ID] [--queue ID]
    [--purpose NAME] [--traffic CAMPAIGN] [--scope SCOPE]... [--zone America/New_York] [--state FL] [--consent REFERENCE]
    says of such a call what each check of the policy says, as if nobody had called yet and no list had an entry`;

const options = {
  to: { type: 'string' },
  as: { type: 'string' },
  at: { type: 'string' },
  from: { type: 'string' },
  flow: { type: 'string' },
  queue: { type: 'string' },
  purpose: { type: 'string' },
  traffic: { type: 'string' },
  scope: { type: 'string', multiple: true },
  zone: { type: 'string' },
  state: { type: 'string' },
  consent: { type: 'string' },
} as const;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** What the process ends with: 0 where the policy may be taken, and the call may be placed; 1 where not; 2 where it was asked wrongly. */
function run(args: string[]): number {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [file, ...more] = positionals;
  const { to, as, at = new Date().toISOString() } = values;
  if (
    file === undefined ||
    more.length > 0 ||
    (to === undefined) !== (as === undefined) ||
    Number.isNaN(Date.parse(at))
  ) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const read = readPolicyFile(file, { zoneinfo: process.env.TZDIR });
  if ('problems' in read) {
    for (const problem of read.problems) process.stderr.write(`${problemText(problem)}\n`);
    return 1;
  }
  const { policy, warnings, data } = read;
  const { clocks, numbersVersion } = data;
  for (const warning of warnings) process.stderr.write(`${problemText(warning)}\n`);
  for (const problem of clocks.problems) process.stderr.write(`${problem}\n`);
  say(`policy ${policy.version} (sha256 ${policy.hash})`);
  say(
    `${policy.checks.length} checks, of which ${policy.checks.filter(({ isShadow }) => isShadow).length} in shadow; its tests pass`,
  );
  say(`time zones ${clocks.version} of ${clocks.source}; numbers by ${numbersVersion}`);
  if (to === undefined || as === undefined) return 0;
  const call = {
    ...{ at: new Date(at).toISOString(), to, as, from: values.from, flow: values.flow, queue: values.queue },
    ...{ trafficType: values.traffic, purpose: values.purpose, scopes: values.scope },
    ...{ calleeTimeZone: values.zone, calleeState: values.state, consentReference: values.consent },
  };
  const decision = decideDescribed(policy, call, data);
  say('');
  for (const { check, effect, isShadow, liftedBy, missingFacts, outcome } of decision.findings) {
    const notes = [
      ...(isShadow ? ['in shadow'] : []),
      ...(liftedBy === undefined ? [] : [`lifted by ${liftedBy}`]),
      ...(missingFacts.length > 0 ? [`not known: ${missingFacts.join(', ')}`] : []),
      ...(outcome && outcome.is !== 'ALLOW' ? [`${outcome.reason}: ${outcome.message}`] : []),
    ];
    say(`${(outcome ? effect : '-').padEnd(7)} ${check}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`);
  }
  const next = decision.nextAllowedAtMs;
  say('');
  say(
    decision.isAllowed
      ? 'allowed'
      : `refused${next === undefined ? '' : `; allowed at ${new Date(next).toISOString()}`}`,
  );
  return decision.isAllowed ? 0 : 1;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 2;
}
