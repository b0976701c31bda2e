import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  endureFailover,
  endureGroupFailover,
  type FailedOver,
  type Forgets,
  type GroupFailedOver,
} from './endure-failover.js';
import { endureFaults, type Endured } from './endure-faults.js';
import { endurePolicy } from './endure-policy.js';
import { groupFaults } from './fail-over-group.js';
import { failovers } from './fail-over.js';
import { ledgers, type LedgerName } from './ledger-servers.js';
import { meetQuota, meetQuotaWithSdk, type QuotaUse } from './meet-quota.js';
import { brokenByPolicy } from './policy-verdict.js';
import { topologies } from './redis-groups.js';
import { enduranceTable, failoverTable, groupFailoverTable, policyTable, quotaTable } from './report.js';
import { brokenByFaults, brokenByFailover, brokenByGroupFailover } from './verdict.js';

/** What the pacer must reach when nothing goes wrong. */
const leastShare = 0.97;
const mostThrottledShare = 0.01;

const parts = ['quota', 'faults', 'failovers', 'policy'] as const;

const { values } = parseArgs({
  options: {
    ledger: { type: 'string', default: 'redis' },
    /** About how long quota, faults and policy take; a failover takes its own time. */
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    gateway: { type: 'string', default: 'dist/main.js' },
    /** One of the parts alone. */
    only: { type: 'string' },
    /** Of the Redis that fails over; for `sentinel` and `cluster` failovers are the only part. */
    topology: { type: 'string', default: 'single' },
  },
});
const totalMs = Number(values.seconds) * 1_000;
const seed = Number(values.seed);
const isOneOf = <T extends string>(names: readonly T[], name: string): name is T => names.includes(name as T);
const { topology } = values;
const isOfGroup = topology !== 'single';
const isKnown =
  isOneOf(ledgers, values.ledger) &&
  isOneOf(topologies, topology) &&
  (values.only === undefined || isOneOf(parts, values.only)) &&
  !(isOfGroup && (values.ledger === 'postgres' || values.only !== 'failovers'));
if (!isKnown || !(totalMs >= 60_000) || !Number.isInteger(seed)) {
  process.stderr.write(
    `--ledger takes ${ledgers.join(', ')}; --seconds 60 or more; --seed a whole number; --only ${parts.join(', ')}; ` +
      `--topology ${topologies.join(', ')}, of these sentinel and cluster with --only failovers and a ledger in Redis.\n`,
  );
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const ledger: LedgerName = values.ledger as LedgerName;
const quota = { perSecond: 50, burst: 60 };
const gatewayEntry = resolve(values.gateway);
const say = (text: string) => process.stdout.write(`${text}\n`);
const broken: string[] = [];

async function useQuota(): Promise<void> {
  const load = { gatewayEntry, ledger, quota, tokenAfterEnd: 'redial', callers: 100, warmUpMs: 3_000 } as const;
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
}

async function haveFaults(): Promise<void> {
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
    const run = await endureFaults({ gatewayEntry, ledger, quota, tokenAfterEnd, seed, ...trouble });
    runs.set(name, run);
    broken.push(...brokenByFaults(ledger, run).map((bound) => `${name}: ${bound}`));
  }
  say(
    `Everything goes wrong at once; ${quota.perSecond} new calls a second. No call ends before its outcome is known:\n`,
  );
  say(enduranceTable(runs));
}

async function holdToPolicy(): Promise<void> {
  const load = { callers: 40, callsPerDestination: 6, cap: 3 };
  const trouble = { forMs: totalMs * 0.3, freezeMs: 10_000, freezeAt: 'marked', faultEveryMs: 500 } as const;
  const times = { stallMs: 3_000, promotedAfterMs: 1_000, replicaAfterMs: 2_000, splitMs: 10_000 };
  const gateways = { gatewayEntry, ledger, quota, tokenAfterEnd: 'redial' } as const;
  const run = await endurePolicy({ ...gateways, ...load, ...trouble, ...times, seed });
  broken.push(...brokenByPolicy(run));
  say(
    `Calls are held to dialing rules; ${load.callers} callers at any time, some ${load.callsPerDestination} calls to each number,`,
  );
  say(
    `of which ${load.cap} are allowed. Numbers get onto a do-not-call list, and pauses come and go, while everything goes wrong:\n`,
  );
  say(policyTable(run));
}

/** Sentinels and the nodes of a Cluster take a silent primary for failed after so long. */
const downAfterMs = 2_000;
const groupTimes = {
  calmMs: 4_000,
  settleMs: 60_000,
  stallMs: 3_000,
  freezeMs: downAfterMs * 1.5,
  replicaAfterMs: 2_000,
  promotedWithinMs: downAfterMs * 5,
};

async function haveGroupFailovers(of: 'sentinel' | 'cluster'): Promise<void> {
  const waits = ledger === 'redis-wait';
  // Calls that had to wait come all at once, and are not to wait for permits as well.
  const load = { gatewayEntry, quota: { perSecond: 500, burst: 500 }, seed, callsPerSecond: 20, downAfterMs };
  for (const [forgets, unknownResendSeconds] of [
    ['at the end of a call', 60],
    ['after UNKNOWN_RESEND_SECONDS', 30],
  ] as const) {
    const runs = new Map<string, GroupFailedOver>();
    for (const fault of groupFaults) {
      const options = { ...load, ...groupTimes, topology: of, waits, fault, forgets, unknownResendSeconds };
      const run = await endureGroupFailover(options);
      runs.set(fault, run);
      broken.push(
        ...brokenByGroupFailover(waits, forgets, run).map((bound) => `${fault}, forgets ${forgets}: ${bound}`),
      );
    }
    sayWhatFailsOver(load.callsPerSecond, forgets, unknownResendSeconds);
    say(groupFailoverTable(runs));
  }
}

function sayWhatFailsOver(callsPerSecond: number, forgets: Forgets, unknownResendSeconds: number): void {
  say(`The ledger fails over; ${callsPerSecond} new calls a second, which are over at once. Connect forgets a`);
  say(
    `token ${forgets}${forgets === 'at the end of a call' ? '' : ` (${unknownResendSeconds})`}, and then all callers ask once more:\n`,
  );
}

async function haveFailovers(): Promise<void> {
  if (topology === 'sentinel' || topology === 'cluster') {
    await haveGroupFailovers(topology);
    return;
  }
  const times = {
    calmMs: 4_000,
    settleMs: 60_000,
    stallMs: 3_000,
    promotedAfterMs: 1_000,
    replicaAfterMs: 2_000,
    splitMs: 10_000,
  };
  const load = { gatewayEntry, ledger, quota, seed, callsPerSecond: 20 };
  for (const [forgets, unknownResendSeconds, hostCounts] of [
    ['at the end of a call', 60, ledger === 'postgres' ? (['one', 'several'] as const) : (['one'] as const)],
    ['after UNKNOWN_RESEND_SECONDS', 30, ['one']],
  ] as const) {
    const runs = new Map<string, FailedOver>();
    for (const hosts of hostCounts) {
      for (const failover of failovers) {
        const name = `${failover}${hosts === 'several' ? ', several hosts' : ''}`;
        const run = await endureFailover({ ...load, ...times, failover, forgets, hosts, unknownResendSeconds });
        runs.set(name, run);
        broken.push(...brokenByFailover(ledger, forgets, run).map((bound) => `${name}, forgets ${forgets}: ${bound}`));
      }
    }
    sayWhatFailsOver(load.callsPerSecond, forgets, unknownResendSeconds);
    say(failoverTable(runs));
  }
}

say(
  `\`npm run chaos -- --ledger ${ledger}${isOfGroup ? ` --topology ${topology}` : ''} ${values.only === undefined ? '' : ` --only ${values.only}`} --seconds ${values.seconds} --seed ${seed}\`: two gateways, their stores, and the simulator of`,
);
say(`this repository in place of AWS, on one machine with ${cpus().length} cores and Node ${process.versions.node}.\n`);
const run = { quota: useQuota, faults: haveFaults, failovers: haveFailovers, policy: holdToPolicy };
for (const part of parts) if (values.only === undefined || values.only === part) await run[part]();
say('Against our simulator, not AWS.');
for (const bound of broken) process.stderr.write(`BROKEN: ${bound}\n`);
process.exit(broken.length > 0 ? 1 : 0);
