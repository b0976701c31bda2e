import { judge, type FactName } from './condition.js';
import type { CallFacts, CountQuestion, StoreFacts, ZoneClocks } from './facts.js';
import type { Outcome, RefusalReason } from './outcome.js';
import type { Check, LiftedCheck, Policy } from './policy.js';

/** What one check said of a call. */
export interface Finding {
  readonly check: string;
  readonly isShadow: boolean;
  /** Undefined where the check does not judge this call. */
  readonly outcome: Outcome | undefined;
  /** What it means for the call; of a shadow check, what it would mean. */
  readonly effect: 'ALLOW' | 'DEFER' | 'REFUSE';
  /** The condition of the check asks for these, and nobody gave them. */
  readonly missingFacts: readonly FactName[];
  /** The grant that lifts it, by its ticket. */
  readonly liftedBy: string | undefined;
}

/** Why a call is refused, for whoever asked for it. */
export interface Refusal {
  readonly rule: string;
  readonly reason: RefusalReason;
  readonly message: string;
  readonly nextAllowedAtMs: number | undefined;
}

export interface Decision {
  readonly atMs: number;
  readonly policyVersion: string;
  readonly policyHash: string;
  readonly clockVersion: string;
  readonly isAllowed: boolean;
  /** Of every check, in their order. */
  readonly findings: readonly Finding[];
  readonly refusals: readonly Refusal[];
  readonly shadowRefusals: readonly Refusal[];
  /** When the call is allowed as far as can be told now, in milliseconds since the epoch. Undefined where it is allowed, and where waiting alone does not help. */
  readonly nextAllowedAtMs: number | undefined;
}

export interface DecisionParts {
  readonly policy: Policy;
  readonly clocks: ZoneClocks;
  readonly store: StoreFacts;
}

/** Asks every check, also once one has refused: a caller is told all at once, and the record of the decision is whole. The worst outcome wins. */
export function decide(parts: DecisionParts, facts: CallFacts): Decision {
  const { policy, clocks } = parts;
  const findings = policy.checks.map((check) => findingOf(check, parts, facts));
  const refusals = refusalsIn(findings, false);
  return {
    atMs: facts.atMs,
    policyVersion: policy.version,
    policyHash: policy.hash,
    clockVersion: clocks.version,
    isAllowed: refusals.length === 0,
    findings,
    refusals,
    shadowRefusals: refusalsIn(findings, true),
    nextAllowedAtMs: nextAllowedAt(parts, facts, findings),
  };
}

/** What must be counted to judge a call. `isBinding`: the call is refused where it is too much. */
export interface AskedCount {
  readonly question: CountQuestion;
  readonly isBinding: boolean;
}

/** What checks that judge this call ask the store to count. */
export function countsAskedFor(policy: Policy, facts: CallFacts): readonly AskedCount[] {
  return policy.checks.flatMap((check) => {
    const question = check.rule.counts;
    if (!question || !isFor(check, facts) || !judge(check.when, facts).holds) return [];
    return [{ question, isBinding: !check.isShadow && ticketOf(policy, check, facts) === undefined }];
  });
}

function findingOf(check: Check, { policy, clocks, store }: DecisionParts, facts: CallFacts): Finding {
  const { id, isShadow } = check;
  const condition = judge(check.when, facts);
  const finding = { check: id, isShadow, missingFacts: condition.missing, liftedBy: undefined };
  if (!isFor(check, facts) || !condition.holds) return { ...finding, outcome: undefined, effect: 'ALLOW' };
  const outcome = check.rule({ facts, clocks, store, isByAreaCode: condition.isByAreaCode });
  const liftedBy = ticketOf(policy, check, facts);
  return { ...finding, outcome, liftedBy, effect: liftedBy === undefined ? effectOf(outcome, check) : 'ALLOW' };
}

function isFor({ tenant, trafficType, validFromMs, validUntilMs }: Check, facts: CallFacts): boolean {
  return (
    (tenant === undefined || tenant === facts.tenant) &&
    (trafficType === undefined || trafficType === facts.trafficType) &&
    (validFromMs === undefined || validFromMs <= facts.atMs) &&
    (validUntilMs === undefined || facts.atMs < validUntilMs)
  );
}

/** That the gateway cannot judge a call at the moment is no fact about the call that is not known: nothing allows it. */
function effectOf(outcome: Outcome, { allowsUnknown }: Check): Finding['effect'] {
  if (outcome.is === 'UNKNOWN') return allowsUnknown && outcome.reason !== 'GUARD_UNAVAILABLE' ? 'ALLOW' : 'REFUSE';
  return outcome.is;
}

/** That of the grant that lifts the check. */
function ticketOf({ grants }: Policy, check: Check, facts: CallFacts): string | undefined {
  return grants.find((grant) => lifts(grant, check, facts))?.ticket;
}

function lifts({ tenant, checkId, purpose, scope, untilMs }: LiftedCheck, check: Check, facts: CallFacts): boolean {
  return (
    tenant === facts.tenant &&
    checkId === check.id &&
    (purpose === undefined || purpose === facts.purpose) &&
    facts.scopes.has(scope) &&
    facts.atMs < untilMs
  );
}

function refusalsIn(findings: readonly Finding[], areShadow: boolean): readonly Refusal[] {
  return findings.flatMap(({ check, isShadow, effect, outcome }) => {
    if (isShadow !== areShadow || effect === 'ALLOW' || outcome === undefined || outcome.is === 'ALLOW') return [];
    const nextAllowedAtMs = outcome.is === 'DEFER' ? outcome.nextAllowedAtMs : undefined;
    return [{ rule: check, reason: outcome.reason, message: outcome.message, nextAllowedAtMs }];
  });
}

/** So often what was closed may open while something else closes. */
const mostSteps = 50;

/** Where all that refuses opens at some time: the first at which nothing is closed. */
function nextAllowedAt(parts: DecisionParts, facts: CallFacts, findings: readonly Finding[]): number | undefined {
  let now = findings;
  let atMs = facts.atMs;
  for (let step = 0; step < mostSteps; step += 1) {
    const refusing = now.filter(({ isShadow, effect }) => !isShadow && effect !== 'ALLOW');
    if (refusing.length === 0) return step === 0 ? undefined : atMs;
    const opens = refusing.map(({ outcome }) => (outcome?.is === 'DEFER' ? outcome.nextAllowedAtMs : undefined));
    if (opens.some((opensAtMs) => opensAtMs === undefined)) return undefined;
    const latestMs = Math.max(...opens.map((opensAtMs) => opensAtMs ?? 0));
    if (latestMs <= atMs) return undefined;
    atMs = latestMs;
    now = parts.policy.checks.map((check) => findingOf(check, laterParts(parts, atMs), { ...facts, atMs }));
  }
  return undefined;
}

/** What counts now does not count any more once it said so. */
function laterParts(parts: DecisionParts, atMs: number): DecisionParts {
  const { store } = parts;
  return {
    ...parts,
    store: {
      isListed: (list) => store.isListed(list),
      counted: (question) => {
        const known = store.counted(question);
        const isFewer = known?.fewerAtMs !== undefined && known.fewerAtMs <= atMs;
        return isFewer ? { calls: question.max - 1, fewerAtMs: undefined } : known;
      },
    },
  };
}
