import { keyedHash, type KeyedHash } from '../keyed-hash.js';
import type { Counted, CountLimit, CountStep } from '../ledger/call-count.js';
import { countsAskedFor, type AskedCount } from '../policy/decide.js';
import { nameOfCount, type CallFacts, type CountQuestion, type StoreFacts } from '../policy/facts.js';
import type { CountedCalls, Policy } from '../policy/policy.js';

/** A call as it is counted. */
export interface CountableCall {
  readonly tenant: string;
  /** Of the number that is called, and of the one that the callee sees: all numbers that ring one phone have one. */
  readonly phoneKey: string;
  readonly callerPhoneKey: string | undefined;
}

/** How the limits of its steps stand, in their order. */
export type Standings = readonly (readonly Counted[])[] | undefined;

/** Lets every call through, however many there were. */
const unlimited = 2 ** 31 - 1;

interface Count {
  readonly id: KeyedHash;
  readonly keptForMs: number;
  readonly asked: readonly AskedCount[];
}

/** Where one call counts, and which of the limits there judge it, by one policy. */
export class CallCounts {
  readonly #counts: readonly Count[];

  /** `ids` are those of the counts of the policy. */
  constructor(policy: Policy, ids: readonly (KeyedHash | undefined)[], facts: CallFacts) {
    const asked = countsAskedFor(policy, facts);
    this.#counts = policy.counts.flatMap((count, index) => {
      const id = ids[index];
      if (id === undefined) return [];
      const name = nameOfCount(count);
      const ofCount = asked.filter(({ question }) => nameOfCount(question) === name);
      return [{ id, keptForMs: count.keptForMs, asked: ofCount }];
    });
  }

  get ids(): readonly KeyedHash[] {
    return this.#counts.map(({ id }) => id);
  }

  /** The call, which is named `call` wherever it counts, is about to be placed, and counts for `holdMs`. */
  holds(call: string, holdMs: number, standings: Standings): readonly CountStep[] {
    return this.#steps(call, (step) => ({ ...step, does: 'hold', holdMs }), standings);
  }

  /** The call is dialed. */
  dials(call: string, standings: Standings): readonly CountStep[] {
    return this.#steps(call, (step) => ({ ...step, does: 'count' }), standings);
  }

  /** Only asks how all limits stand: no commit with these steps is made. Nothing where no limit is asked for. */
  questions(call: string): readonly CountStep[] {
    if (this.#counts.every(({ asked }) => asked.length === 0)) return [];
    const never = { withinMs: 1, max: 0 };
    return this.#counts.map(({ id, keptForMs, asked }) => {
      const limits = [...asked.map(({ question: { withinMs, max } }) => ({ withinMs, max })), never];
      return { id, call, keptForMs, limits, does: 'count' };
    });
  }

  /** What the store says, of a commit that it refused; before the first there may be room everywhere. */
  factsFrom(standings: Standings, atMs: number): Pick<StoreFacts, 'counted'> {
    return {
      counted: (question: CountQuestion) => {
        const step = this.#counts.findIndex(({ asked }) => asked.some((one) => one.question === question));
        if (step < 0) return undefined;
        if (!standings) return { calls: 0, fewerAtMs: undefined };
        const limit = this.#counts[step]!.asked.findIndex((one) => one.question === question);
        const stands = standings[step]?.[limit];
        if (!stands) return undefined;
        const { calls, fewerAfterMs } = stands;
        return { calls, fewerAtMs: fewerAfterMs === undefined ? undefined : atMs + fewerAfterMs };
      },
    };
  }

  #steps(
    call: string,
    stepOf: (step: Pick<CountStep, 'id' | 'call'> & { keptForMs: number; limits: readonly CountLimit[] }) => CountStep,
    standings: Standings,
  ): readonly CountStep[] {
    return this.#counts.map(({ id, keptForMs, asked }) =>
      stepOf({ id, call, keptForMs, limits: asked.map((one) => limitOf(one, standings)) }),
    );
  }
}

/** A limit that does not bind is told by the first commit, which is refused for it, and lets the next one through. */
function limitOf({ question: { withinMs, max }, isBinding }: AskedCount, standings: Standings): CountLimit {
  if (isBinding) return { withinMs, max };
  return { withinMs, max: standings ? unlimited : 0 };
}

/** What the call is counted under in each count of the policy; undefined where it does not count there. */
export function idsOfCounts(
  secret: string,
  { counts }: Policy,
  call: CountableCall,
): readonly (KeyedHash | undefined)[] {
  return counts.map((count) => idOf(secret, count, call));
}

/** Undefined where the call has none: the queue decides on the number that the callee sees. */
function idOf(
  secret: string,
  { per, digits, isOfAllTenants }: CountedCalls,
  { tenant, phoneKey, callerPhoneKey }: CountableCall,
): KeyedHash | undefined {
  const hashOf = (...parts: readonly unknown[]) => keyedHash(secret, ['count', per, ...parts]);
  switch (per) {
    case 'destination':
      return isOfAllTenants ? hashOf(phoneKey) : hashOf(tenant, phoneKey);
    case 'prefix':
      return hashOf(digits, phoneKey.slice(1, 1 + (digits ?? 0)));
    case 'callerNumber':
      return callerPhoneKey === undefined ? undefined : hashOf(callerPhoneKey);
    case 'tenant':
      return hashOf(tenant);
  }
}
