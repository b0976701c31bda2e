import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endureFaults, type Endured } from './endure-faults.js';
import { meetQuota, meetQuotaWithSdk, type QuotaUse } from './meet-quota.js';
import { enduranceTable, quotaTable } from './report.js';
import { bounds } from './verdict.js';

/** What the pacer must reach when nothing goes wrong. */
const leastShare = 0.97;
const mostThrottledShare = 0.01;

const { values } = parseArgs({
  options: {
    /** About how long the whole takes. */
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    gateway: { type: 'string', default: 'dist/main.js' },
  },
});
const totalMs = Number(values.seconds) * 1_000;
const seed = Number(values.seed);
if (!(totalMs >= 60_000) || !Number.isInteger(seed)) {
  process.stderr.write('--seconds takes 60 or more, --seed a whole number.\n');
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const quota = { perSecond: 50, burst: 60 };
const gatewayEntry = resolve(values.gateway);
const say = (text: string) => process.stdout.write(`${text}\n`);
const broken: string[] = [];

say(
  `\`npm run chaos -- --seconds ${values.seconds} --seed ${seed}\`: two gateways, one Redis, and the simulator of this`,
);
say(`repository in place of AWS, on one machine with ${cpus().length} cores and Node ${process.versions.node}.\n`);

const load = { gatewayEntry, quota, tokenAfterEnd: 'redial', callers: 100, warmUpMs: 3_000 } as const;
const uses = new Map<string, QuotaUse>([
  ['outdial', await meetQuota({ ...load, windowMs: totalMs * 0.15 })],
  ['SDK alone, `standard`', await meetQuotaWithSdk({ ...load, windowMs: totalMs * 0.05, retryMode: 'standard' })],
  ['SDK alone, `adaptive`', await meetQuotaWithSdk({ ...load, windowMs: totalMs * 0.05, retryMode: 'adaptive' })],
]);
say(
  `Nothing goes wrong; ${quota.perSecond} starts a second, burst ${quota.burst}, ${load.callers} callers at any time:\n`,
);
say(quotaTable(uses));
const { share, throttledShare } = uses.get('outdial')!;
if (share < leastShare) broken.push(`the share of the quota was ${share}, under ${leastShare}`);
if (throttledShare > mostThrottledShare)
  broken.push(`429s were ${throttledShare} of the starts, over ${mostThrottledShare}`);

const runs = new Map<string, Endured>();
for (const [tokenAfterEnd, freezeAt] of [
  ['redial', 'claimed'],
  ['replay', 'marked'],
] as const) {
  const name = `\`tokenAfterEnd: ${tokenAfterEnd}\``;
  const trouble = {
    forMs: totalMs * 0.18,
    freezeMs: 15_000,
    freezeAt,
    faultEveryMs: 250,
    callsPerSecond: quota.perSecond,
  };
  const run = await endureFaults({ gatewayEntry, quota, tokenAfterEnd, seed, ...trouble });
  runs.set(name, run);
  for (const bound of bounds) if (run.verdict[bound] > 0) broken.push(`${name}: ${bound}: ${run.verdict[bound]}`);
  if (run.alarms > 0) broken.push(`${name}: a gateway saw two contact ids of one call`);
  for (const one of run.missed) broken.push(`${name}: did not come about: ${JSON.stringify(one)}`);
}
say(
  `Everything goes wrong at once; ${quota.perSecond} new calls a second. No call ends before its outcome is known:\n`,
);
say(enduranceTable(runs));
say('Against our simulator, not AWS.');
for (const bound of broken) process.stderr.write(`BROKEN: ${bound}\n`);
process.exit(broken.length > 0 ? 1 : 0);
