import type { CountLimit } from '../../src/ledger/call-count.js';
import type { DecisionRow } from '../../src/ledger/decision-entry.js';
import type { PlacedCall } from '../../src/simulator/control.js';
import type { IntendedCall } from './callers.js';
import type { PolicyEndured } from './endure-policy.js';
import type { Stops } from './stops.js';
import type { StartRequest } from './upstream-proxy.js';
import { bounds, grouped, judge, overZero, type Verdict } from './verdict.js';

/** What Connect saw, what callers were told, and what the ledger says. */
export interface PolicyEvidence extends Stops {
  readonly calls: readonly IntendedCall[];
  /** All that reached Connect. */
  readonly starts: readonly StartRequest[];
  readonly placed: readonly PlacedCall[];
  readonly decisions: ReadonlyMap<IntendedCall, readonly DecisionRow[]>;
  /** The ClientToken that Connect is to get of this call, which is how what it saw is told apart where many calls have one destination. */
  readonly tokenOf: (call: IntendedCall) => string;
  /** Contacts that a gateway could not record before it was killed, of which its log told. */
  readonly owedByKilled: ReadonlySet<string>;
  /** Of calls to one destination. */
  readonly cap: CountLimit;
}

export const policyBounds = [
  'calls over the cap of their destination',
  'requests for a number on the do-not-call list',
  'requests while their calls were paused',
  'requests of no call that anybody wanted',
  'requests without a decision of their own before them',
  'placed, and no outcome in the record of decisions',
  'refused by the policy, and rang',
] as const;
type PolicyBound = (typeof policyBounds)[number];

/** Counts of what must never happen, with dialing rules and without. */
export type PolicyVerdict = Verdict & Readonly<Record<PolicyBound, number>>;

export function judgePolicy(evidence: PolicyEvidence): PolicyVerdict {
  const { calls, starts, placed, listed, pauses, cap } = evidence;
  const callByToken = new Map(calls.map((call) => [evidence.tokenOf(call), call]));
  const placedByToken = grouped(placed, ({ clientToken = '' }) => clientToken);
  const rungFor = (call: IntendedCall) => placedByToken.get(evidence.tokenOf(call)) ?? [];
  const listedAtMs = new Map(listed.map(({ destination, answeredAtMs }) => [destination, answeredAtMs]));
  const isPaused = ({ atMs, clientToken }: StartRequest) => {
    const of = callByToken.get(clientToken)?.tenant;
    return pauses.some(
      ({ tenant = of, answeredAtMs, endedAtMs }) => tenant === of && atMs > answeredAtMs && atMs < endedAtMs,
    );
  };
  const isUnwanted = ({ clientToken, destination }: StartRequest) =>
    callByToken.get(clientToken)?.destination !== destination;
  const toldOrAskable = calls.filter((call) => !isOpenForList(evidence, call));
  return {
    ...judge(toldOrAskable, placed, rungFor),
    'calls over the cap of their destination': overCap(placed, cap),
    'requests for a number on the do-not-call list': starts.filter(
      ({ destination, atMs }) => atMs > (listedAtMs.get(destination) ?? Infinity),
    ).length,
    'requests while their calls were paused': starts.filter(isPaused).length,
    'requests of no call that anybody wanted': starts.filter(isUnwanted).length,
    'requests without a decision of their own before them': withoutDecision(evidence, callByToken),
    'placed, and no outcome in the record of decisions': withoutOutcome(evidence).length,
    'refused by the policy, and rang': calls.filter(
      (call) => call.end?.is === 'refused' && call.end.code === 'POLICY_REFUSED' && rungFor(call).length > 0,
    ).length,
  };
}

/** What of a run with dialing rules breaks a bound. */
export function brokenByPolicy(run: PolicyEndured): readonly string[] {
  const refusedFor = (reason: string) => [...run.answers.keys()].some((answer) => answer.includes(reason));
  return [
    ...overZero(run.verdict, [...bounds, ...policyBounds]),
    ...(run.alarms > 0 ? ['a gateway saw two contact ids of one call'] : []),
    ...run.missed.map((one) => `did not come about: ${JSON.stringify(one)}`),
    ...run.sides.flatMap(({ sentOnFormer }) =>
      sentOnFormer > 0 ? [`sent by the former primary in a split: ${sentOnFormer}`] : [],
    ),
    ...['FREQUENCY_CAP', 'DO_NOT_CALL', 'PAUSED'].flatMap((reason) =>
      refusedFor(reason) ? [] : [`nobody was refused for ${reason}`],
    ),
  ];
}

/** The outcome is unknown, and the list allows nobody to ask Connect any more. */
export function isOpenForList({ listed }: Pick<Stops, 'listed'>, { destination, end }: IntendedCall): boolean {
  const isUnknown = !end || (end.is === 'refused' && end.code === 'OUTCOME_UNKNOWN');
  return isUnknown && listed.some((one) => one.destination === destination);
}

/** The contact ids of calls that were placed, of which no row of their decisions says so; not of those that nobody may ask about any more, nor of those whose gateway could but log it. */
export function withoutOutcome(
  evidence: Pick<PolicyEvidence, 'calls' | 'placed' | 'decisions' | 'tokenOf' | 'listed' | 'owedByKilled'>,
): readonly string[] {
  const { calls, placed, decisions, tokenOf, owedByKilled } = evidence;
  const callByToken = new Map(calls.map((call) => [tokenOf(call), call]));
  return placed
    .filter(({ clientToken = '', contactId }) => {
      const call = callByToken.get(clientToken);
      if (!call || isOpenForList(evidence, call) || owedByKilled.has(contactId)) return false;
      const rows = decisions.get(call) ?? [];
      const allowedBy = new Set(rows.filter(isAllowedDial).map(({ id }) => id));
      return !rows.some(
        (row) =>
          row.phase === 'OUTCOME' && row.outcome === 'PLACED' && row.contactId === contactId && allowedBy.has(row.of),
      );
    })
    .map(({ contactId }) => contactId);
}

function overCap(placed: readonly PlacedCall[], { withinMs, max }: CountLimit): number {
  return [...grouped(placed, ({ destination }) => destination).values()]
    .map((ofOne) => ofOne.map(({ atMs }) => atMs).sort((one, other) => one - other))
    .reduce(
      (sum, atMs) => sum + atMs.filter((at, index) => at < (atMs[index - max] ?? -Infinity) + withinMs).length,
      0,
    );
}

/** A request has one where the decisions that allowed the call before it are as many as the requests of the call so far. */
function withoutDecision(
  { starts, decisions }: PolicyEvidence,
  callByToken: ReadonlyMap<string, IntendedCall>,
): number {
  return [...grouped(starts, ({ clientToken }) => clientToken)].reduce((sum, [clientToken, ofCall]) => {
    const call = callByToken.get(clientToken);
    const allowedAtMs = (call && decisions.get(call))?.filter(isAllowedDial).map(({ atMs }) => atMs) ?? [];
    const inOrder = [...ofCall].sort((one, other) => one.atMs - other.atMs);
    const lacking = inOrder.filter((start, index) => allowedAtMs.filter((atMs) => atMs <= start.atMs).length <= index);
    return sum + lacking.length;
  }, 0);
}

function isAllowedDial(row: DecisionRow): boolean {
  return row.phase === 'MAY_DIAL' && row.isAllowed;
}
