import type { PlacedCall } from '../../src/simulator/control.js';
import type { IntendedCall } from './callers.js';
import type { FailedOver, Forgets, GroupFailedOver, PlacedThroughout } from './endure-failover.js';
import type { Endured } from './endure-faults.js';
import type { LedgerName } from './ledger-servers.js';

/** Counts of what must never happen. */
export type Verdict = Readonly<Record<(typeof bounds)[number], number>>;

export const bounds = [
  'placed twice',
  'acknowledged but not placed',
  'told a final refusal though placed',
  'a contact id of another destination',
  'still unknown at the end',
] as const;

/** The calls that were placed for an intended one. */
export type RungFor = (call: IntendedCall) => readonly PlacedCall[];

/** Holds what the callers were told against the simulator's ledger: by destination, whatever the tokens were, unless `rungFor` says otherwise. */
export function judge(
  calls: readonly IntendedCall[],
  placed: readonly PlacedCall[],
  rungFor: RungFor = rungByDestination(placed),
): Verdict {
  const byContactId = new Map(placed.map((one) => [one.contactId, one]));
  const counts = Object.fromEntries(bounds.map((bound) => [bound, 0])) as Record<(typeof bounds)[number], number>;
  for (const call of calls) {
    const { end } = call;
    const rung = rungFor(call);
    if (rung.length > 1) counts['placed twice'] += 1;
    if (!end) counts['still unknown at the end'] += 1;
    else if (end.is === 'refused') {
      if (end.code === 'OUTCOME_UNKNOWN') counts['still unknown at the end'] += 1;
      else if (rung.length > 0) counts['told a final refusal though placed'] += 1;
    } else {
      const contact = byContactId.get(end.contactId);
      if (contact && !rung.includes(contact)) counts['a contact id of another destination'] += 1;
      if (rung.length === 0 || !contact) counts['acknowledged but not placed'] += 1;
    }
  }
  return counts;
}

export const failoverBounds = [
  ...bounds.filter((bound) => bound !== 'placed twice'),
  'acknowledged, and rang again when asked for again',
  'asked for again, and told another contact id',
  'asked for again, and not told that it is a replay',
  'asked for again in vain',
] as const;

/** Counts of what must never happen in a failover, and of calls that rang twice, but not after they were acknowledged. */
export type FailoverVerdict = Readonly<Record<(typeof failoverBounds)[number] | 'other calls that rang twice', number>>;

export function judgeFailover(calls: readonly IntendedCall[], placed: readonly PlacedCall[]): FailoverVerdict {
  const byDestination = placedByDestination(placed);
  const count = (isSo: (call: IntendedCall, end: Acknowledged, rung: readonly PlacedCall[]) => boolean) =>
    calls.filter((call) => {
      const rung = byDestination.get(call.destination) ?? [];
      return call.end?.is === 'acknowledged' && isSo(call, call.end, rung);
    }).length;
  const { 'placed twice': twice, ...verdict } = judge(calls, placed);
  const rangAgain = count((_call, end, rung) => rung.slice(1).some(({ atMs }) => atMs > end.atMs));
  return {
    ...verdict,
    'acknowledged, and rang again when asked for again': rangAgain,
    'asked for again, and told another contact id': count(
      ({ again }, { contactId }) => typeof again === 'object' && again.contactId !== contactId,
    ),
    'asked for again, and not told that it is a replay': count(
      ({ again }) => typeof again === 'object' && !again.isReplay,
    ),
    'asked for again in vain': count(({ again }) => typeof again !== 'object'),
    'other calls that rang twice': twice - rangAgain,
  };
}

/** What of a run with faults breaks a bound, in words. */
export function brokenByFaults(ledger: LedgerName, run: Endured): readonly string[] {
  return [
    ...overZero(run.verdict, bounds),
    ...(run.alarms > 0 ? ['a gateway saw two contact ids of one call'] : []),
    ...run.missed.map((one) => `did not come about: ${JSON.stringify(one)}`),
    ...(ledger === 'postgres' ? deniedToo(run) : []),
  ];
}

/** The same of a failover, of which a Redis that waits for no replica promises nothing. */
export function brokenByFailover(ledger: LedgerName, forgets: Forgets, run: FailedOver): readonly string[] {
  const { verdict, sides, calls } = run;
  const nothingShown = calls.some(({ again }) => again) ? [] : ['nobody was acknowledged, and asked once more'];
  if (ledger === 'redis') return nothingShown;
  return [
    ...nothingShown,
    ...overZero(verdict, failoverBounds),
    // What rang while nobody knew of it cannot be told from a new call by a Connect that forgets at the end of a call.
    ...(forgets === 'at the end of a call' ? [] : overZero(verdict, ['other calls that rang twice'])),
    ...(sides && sides.sentOnFormer > 0 ? [`sent by the former primary in a split: ${sides.sentOnFormer}`] : []),
    ...(sides?.sentOnPromoted === 0 ? ['nothing was sent by the promoted one in a split'] : []),
    ...(ledger === 'postgres' ? deniedToo(run) : []),
  ];
}

/** What of a failover by Sentinels or within a Cluster breaks a bound. */
export function brokenByGroupFailover(waits: boolean, forgets: Forgets, run: GroupFailedOver): readonly string[] {
  return [
    ...brokenByFailover(waits ? 'redis-wait' : 'redis', forgets, { ...run, sides: undefined }),
    ...strangeAnswers(run),
  ];
}

/** What a caller may be told while nobody knows who the primary is; THROTTLED where the ledger came back with less than 2 s left, in which no permit is asked for. */
const expectedAnswers = new Set(['placed', 'UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN', 'THROTTLED']);

export function otherAnswers({ answers }: PlacedThroughout): ReadonlyMap<string, number> {
  return new Map([...answers].filter(([answer]) => !expectedAnswers.has(answer)));
}

function strangeAnswers(run: PlacedThroughout): readonly string[] {
  return [...otherAnswers(run)].map(([answer, times]) => `answered ${answer}: ${times}`);
}

export function overZero<Bound extends string>(
  counts: Readonly<Record<Bound, number>>,
  of: readonly Bound[],
): string[] {
  return of.filter((bound) => counts[bound] > 0).map((bound) => `${bound}: ${counts[bound]}`);
}

/** PostgreSQL forgets no call that rang. */
function deniedToo({ prematureDenials: denials }: { readonly prematureDenials: number }): string[] {
  return overZero({ [deniedThoughRung]: denials }, [deniedThoughRung]);
}

export const deniedThoughRung = 'told "nothing was placed, ask again" though it had rung';

type Acknowledged = Extract<NonNullable<IntendedCall['end']>, { readonly is: 'acknowledged' }>;

/** How often a caller was told, with leave to ask again, that nothing was placed, when its phone had rung already. */
export function prematureDenials(calls: readonly IntendedCall[], placed: readonly PlacedCall[]): number {
  const byDestination = placedByDestination(placed);
  return calls
    .map(({ destination, denials }) => {
      const rungAtMs = byDestination.get(destination)?.[0]?.atMs ?? Infinity;
      return denials.filter(({ atMs }) => atMs > rungAtMs).length;
    })
    .reduce((sum, count) => sum + count, 0);
}

function rungByDestination(placed: readonly PlacedCall[]): RungFor {
  const byDestination = placedByDestination(placed);
  return ({ destination }) => byDestination.get(destination) ?? [];
}

function placedByDestination(placed: readonly PlacedCall[]): ReadonlyMap<string, readonly PlacedCall[]> {
  return grouped(placed, ({ destination }) => destination);
}

export function grouped<T>(all: readonly T[], nameOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(nameOf(one));
    if (group) group.push(one);
    else groups.set(nameOf(one), [one]);
  }
  return groups;
}
