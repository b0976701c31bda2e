import { table, type Row } from '../test/chaos/report.js';
import type { Measured } from './measure.js';
import { redisBytes } from './redis-bytes.js';
import { mean, median, ratioOf, type Ratio } from './statistics.js';
import { mostRedisBytes, type Subject, type Verdict } from './targets.js';

const spread = ({ median: middle, least, greatest }: Ratio) =>
  `${middle.toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})`;
const inMs = (ms: number) => `${ms.toFixed(1)} ms`;

/** All servers of one workload, against the first and, where there is one, against the same server of another version. */
export function workloadTable(measured: readonly Measured[], againstSuffix: string | undefined): string {
  const rows = measured.map((one): Row => {
    const { rounds } = one;
    const before = againstSuffix && measured.find(({ server }) => server === one.server + againstSuffix);
    return [
      one.server,
      `${Math.round(mean(rounds.map(({ cpuUs }) => cpuUs)))} us`,
      spread(ratioOf(one, measured[0]!)),
      ...(againstSuffix === undefined ? [] : [before ? spread(ratioOf(one, before)) : '-']),
      inMs(median(rounds.map(({ p50Ms }) => p50Ms))),
      inMs(median(rounds.map(({ p99Ms }) => p99Ms))),
      Math.round(median(rounds.map(({ requestsPerSecond }) => requestsPerSecond))),
      mean(rounds.map(({ upstreamRequests }) => upstreamRequests)).toFixed(2),
      `${Math.round(one.rssBytes / 1_048_576)} MB`,
    ];
  });
  const { workload = '', server = '', rounds = [] } = measured[0] ?? {};
  const against = againstSuffix === undefined ? [] : [`of ${againstSuffix.trim()}`];
  const head = ['CPU', `of the ${server}`, ...against, 'p50', 'p99', 'a second', 'asks of Connect', 'RSS'];
  return table([[`${workload}, ${rounds.length} rounds`, ...head], ...rows]);
}

const named = ({ workload, server }: Subject) => `${workload} on ${server}`;

/** How each target stands. */
export function targetTable(verdicts: readonly Verdict[]): string {
  const row = ({ target, ratio, isMissed }: Verdict): Row => [
    named(target.of),
    named(target.to),
    target.most.toFixed(2),
    ratio === undefined ? 'not measured' : ratio.toFixed(2),
    ratio === undefined ? '' : isMissed ? '**MISSED**' : 'met',
  ];
  return table([['CPU of', 'of that of', 'at most', 'is', ''], ...verdicts.map(row)]);
}

/** How many bytes a placed call takes in Redis, and how that stands to the target. */
export function redisBytesTable(bytes: number): string {
  return table([
    ['', 'at most', 'is', ''],
    [redisBytes, mostRedisBytes, Math.round(bytes), bytes > mostRedisBytes ? '**MISSED**' : 'met'],
  ]);
}

/** Whose code the CPU time went into, on each server. */
export function profileTable(workload: string, profiles: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const shares = [...profiles.values()];
  const most = (owner: string) => Math.max(...shares.map((its) => its.get(owner) ?? 0));
  const owners = [...new Set(shares.flatMap((its) => [...its.keys()]))].filter((owner) => most(owner) >= 0.005);
  const row = (owner: string): Row => [owner, ...shares.map((its) => `${((its.get(owner) ?? 0) * 100).toFixed(1)} %`)];
  const sorted = owners.toSorted((one, other) => most(other) - most(one));
  return table([[`${workload}, by module`, ...profiles.keys()], ...sorted.map(row)]);
}
