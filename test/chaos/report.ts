import type { FailedOver, GroupFailedOver } from './endure-failover.js';
import type { Endured } from './endure-faults.js';
import type { PolicyEndured } from './endure-policy.js';
import type { QuotaUse } from './meet-quota.js';
import { policyBounds } from './policy-verdict.js';
import { bounds, deniedThoughRung, failoverBounds, otherAnswers } from './verdict.js';

export type Row = readonly [name: string, ...cells: (string | number)[]];

const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** A markdown table; the first row is its head. */
export function table(rows: readonly Row[]): string {
  const [head = ['']] = rows;
  const lines = [head, head.map(() => '---'), ...rows.slice(1)].map((row) => `| ${row.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

/** What was made of the quota, beside what others made of it. */
export function quotaTable(uses: ReadonlyMap<string, QuotaUse>): string {
  const row = (name: string, cell: (use: QuotaUse) => string): Row => [name, ...[...uses.values()].map(cell)];
  return table([
    ['', ...uses.keys()],
    row('share of the quota', ({ share }) => percent(share)),
    row('429s from upstream, of the starts', ({ throttledShare }) => percent(throttledShare)),
    row('wait p50', ({ waitMs }) => seconds(waitMs.p50)),
    row('wait p99', ({ waitMs }) => seconds(waitMs.p99)),
  ]);
}

/** What never happened, in bold, and what did. */
export function enduranceTable(runs: ReadonlyMap<string, Endured>): string {
  const row = (name: string, cell: (run: Endured) => string | number): Row => [name, ...[...runs.values()].map(cell)];
  const kinds = (run: Endured, is: string) => run.planned.filter((one) => one.kind === is && !run.missed.includes(one));
  return table([
    ['', ...runs.keys()],
    ...bounds.map((bound) => row(`**${bound}**`, ({ verdict }) => `**${verdict[bound]}**`)),
    row('calls wanted', ({ calls }) => calls.length),
    row('calls placed', ({ placed }) => placed),
    row('calls asked for more than once', ({ calls }) => calls.filter(({ asks }) => asks > 1).length),
    row(deniedThoughRung, ({ prematureDenials }) => prematureDenials),
    row('tokens that Connect saw again', ({ replays }) => replays),
    row('faults of Connect', ({ faults }) => [...faults.values()].reduce((sum, count) => sum + count, 0)),
    row('gateways killed', (run) => kinds(run, 'kill').length),
    row('gateways frozen', (run) => kinds(run, 'freeze').length),
    row('stores restarted, once of it empty', (run) => kinds(run, 'restart').length),
    row('share of the quota while that went on', ({ share }) => percent(share)),
    row('429s from upstream for the rate, of the requests', (run) => percent(run.throttled / run.requests)),
  ]);
}

/** The same where calls were held to dialing rules. */
export function policyTable(run: PolicyEndured): string {
  const answered = (part: string) =>
    [...run.answers].filter(([answer]) => answer.includes(part)).reduce((sum, [, times]) => sum + times, 0);
  const happened = (is: string) => run.planned.filter((one) => one.kind === is && !run.missed.includes(one)).length;
  const unknown = run.calls.filter(({ end }) => !end || (end.is === 'refused' && end.code === 'OUTCOME_UNKNOWN'));
  return table([
    ['', 'dialing rules'],
    ...[...bounds, ...policyBounds].map((bound): Row => [`**${bound}**`, `**${run.verdict[bound]}**`]),
    ['calls wanted', run.calls.length],
    ['destinations', run.destinations],
    ['calls placed', run.placed],
    ['requests that reached Connect', run.starts],
    ['decisions in the record, of all calls', run.decisions],
    ...['FREQUENCY_CAP', 'DO_NOT_CALL', 'PAUSED'].map((reason): Row => [`answered ${reason}`, answered(reason)]),
    ['numbers put on the list while they were wanted', run.stops.listed.length],
    ['pauses that came and went', run.stops.pauses.length],
    ['unknown, and of a number that got onto the list', unknown.length],
    ['outcomes that only the log of a killed gateway has', run.onlyLogged],
    ['gateways killed', happened('kill')],
    ['gateways frozen', happened('freeze')],
    ['stores restarted', happened('restart')],
    ['failovers of the ledger', run.failovers],
  ]);
}

type AnyFailedOver = Pick<FailedOver, 'calls' | 'verdict' | 'prematureDenials'>;

/** What became of the calls in failovers, whoever promoted the replica. */
function rowsOfCalls(runs: ReadonlyMap<string, AnyFailedOver>): readonly Row[] {
  const row = (name: string, cell: (run: AnyFailedOver) => string | number): Row => [
    name,
    ...[...runs.values()].map(cell),
  ];
  const acknowledged = ({ calls }: AnyFailedOver) => calls.filter(({ end }) => end?.is === 'acknowledged').length;
  return [
    ...failoverBounds.map((bound) => row(`**${bound}**`, ({ verdict }) => `**${verdict[bound]}**`)),
    row('other calls that rang twice', ({ verdict }) => verdict['other calls that rang twice']),
    row(deniedThoughRung, ({ prematureDenials }) => prematureDenials),
    row('calls wanted', ({ calls }) => calls.length),
    row('acknowledged, and asked for again', acknowledged),
    row('calls asked for more than once before that', ({ calls }) => calls.filter(({ asks }) => asks > 1).length),
  ];
}

/** The same of failovers. */
export function failoverTable(runs: ReadonlyMap<string, FailedOver>): string {
  const row = (name: string, cell: (run: FailedOver) => string | number): Row => [
    name,
    ...[...runs.values()].map(cell),
  ];
  return table([
    ['', ...runs.keys()],
    ...rowsOfCalls(runs),
    row('alarms that one call was placed twice', ({ alarms }) => alarms),
    row('sent in the split by who reached the former primary', ({ sides }) => sides?.sentOnFormer ?? ''),
    row('sent in the split by who reached the promoted one', ({ sides }) => sides?.sentOnPromoted ?? ''),
    row('commits that the former primary never acknowledged', ({ sides }) => sides?.waitingOnFormer ?? ''),
  ]);
}

/** The same where Sentinels or the nodes of a Cluster promoted a replica, or nobody did. */
export function groupFailoverTable(runs: ReadonlyMap<string, GroupFailedOver>): string {
  const row = (name: string, cell: (run: GroupFailedOver) => string | number): Row => [
    name,
    ...[...runs.values()].map(cell),
  ];
  const answered = (answer: string) => row(`answered ${answer}`, ({ answers }) => answers.get(answer) ?? 0);
  return table([
    ['', ...runs.keys()],
    ...rowsOfCalls(runs),
    ...['UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN', 'THROTTLED'].map(answered),
    row('**answered anything but placed and these three**', (run) => {
      const others = [...otherAnswers(run)];
      return `**${others.length === 0 ? 0 : others.map(([answer, times]) => `${times} ${answer}`).join(', ')}**`;
    }),
    row('alarms that one call was placed twice', ({ alarms }) => alarms),
    row('a replica was promoted after', ({ failover }) =>
      failover.promotedAtMs === undefined ? 'not promoted' : seconds(failover.promotedAtMs),
    ),
    row('every primary had a replica again after', ({ failover }) => seconds(failover.wholeAtMs)),
    row('healthy primaries said CLUSTERDOWN', ({ failover: { clusterDown: down } }) =>
      down ? `for ${seconds(down.toMs - down.fromMs)}, from ${seconds(down.fromMs)} on` : 'never',
    ),
    row('longest time in which no phone rang', ({ longestWithoutCallMs }) => seconds(longestWithoutCallMs)),
  ]);
}
