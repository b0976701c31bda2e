import { table, type Row } from '../chaos/report.js';
import type { Quantiles } from './quantiles.js';
import type { Soaked } from './soak.js';
import { inMebibytes, judge, latenciesOf } from './verdict.js';

const inMs = (ms: number) => (Number.isNaN(ms) ? '-' : `${Math.round(ms)} ms`);
const inSeconds = (ms: number) => (Number.isNaN(ms) ? '-' : `${(ms / 1_000).toFixed(1)} s`);

/** How much there was to do, and how it went. */
export function courseTable(run: Soaked): string {
  const { phases, fromMs, toMs, events, watchers } = run;
  const arrived = events.flatMap(({ arrivedAtMs }) => arrivedAtMs);
  // From the second step to the fifth as much goes on as ever does.
  const [fullFromMs, fullToMs] = [fromMs + 2 * phases.stepMs, fromMs + 5 * phases.stepMs];
  const inFull = arrived.filter((atMs) => atMs >= fullFromMs && atMs < fullToMs).length;
  const updates = watchers.reduce((sum, one) => sum + one.updates, 0);
  const subscriptions = watchers.reduce((sum, one) => sum + one.subscribedAtMs.length, 0);
  const counted = (counts: ReadonlyMap<string | number, number>) =>
    [...counts].map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
  const fate = (is: string) => events.filter((event) => event.fate === is).length;
  const cpuMs = run.after.map((usage, index) => usage.cpuMs - run.before[index]!.cpuMs);
  const rows: Row[] = [
    ['', ''],
    ['contacts watched at once', run.watchedAtOnce],
    ['watchers, on as many sockets', `${watchers.length}, ${run.socketCount}`],
    ['events that came to the queue', arrived.length],
    ['of them a minute, at the height', Math.round(inFull / ((fullToMs - fullFromMs) / 60_000))],
    [
      'events lost, doubled, late',
      `${fate('lost')}, ${arrived.length + fate('lost') - events.length}, ${fate('late')}`,
    ],
    ['subscriptions, updates', `${subscriptions}, ${updates}`],
    ['sockets closed by a gateway, by code', counted(run.closings)],
    ['subscriptions refused for a moment', counted(run.refusals)],
    ['until the last watcher was through', inSeconds(toMs - fromMs)],
    ['CPU time of the gateways', cpuMs.map(inSeconds).join(', ')],
    ['of it for an event', `${Math.round((cpuMs.reduce((sum, ms) => sum + ms, 0) * 1_000) / arrived.length)} µs`],
  ];
  return table(rows);
}

/** From event to subscriber. */
export function latencyTable(run: Soaked): string {
  const { undisturbed, all, lostEnds } = latenciesOf(run);
  const row = (name: string, { count, p50, p99, max }: Quantiles, inUnit: (ms: number) => string): Row => [
    name,
    count,
    inUnit(p50),
    inUnit(p99),
    inUnit(max),
  ];
  return table([
    ['from event to subscriber', 'read', 'p50', 'p99', 'most'],
    row('while nothing went wrong', undisturbed, inMs),
    row('at any time', all, inMs),
    row('the end of a call whose last event was lost', lostEnds, inSeconds),
  ]);
}

export function memoryTable({ before, height, after }: Soaked): string {
  const rows = before.map((was, index): Row => {
    const cells = [was, height[index]!, after[index]!].flatMap((one) => [one.heapUsedBytes, one.rssBytes]);
    return [`gateway ${index + 1}`, ...cells.map(inMebibytes)];
  });
  return table([['', 'heap before', 'RSS', 'heap at the height', 'RSS', 'heap after', 'RSS'], ...rows]);
}

export function verdictTable(run: Soaked): string {
  const rows = judge(run).map(({ promise, isKept, seen }): Row => [promise, isKept ? '**kept**' : '**BROKEN**', seen]);
  return table([['', '', ''], ...rows]);
}
