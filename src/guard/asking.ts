import type { Clock } from '../clock.js';
import { entryIn, type DoNotCallEntry } from '../ledger/do-not-call.js';
import type { RecordKey } from '../ledger/ledger.js';
import type { Beside } from '../ledger/ledger-view.js';
import { pauseIn, pausesSpec, type PausesRecord } from '../ledger/pauses.js';
import type { OpenedData } from '../policy-file.js';
import { decide, type Decision, type Refusal } from '../policy/decide.js';
import type { CallFacts, StoreFacts } from '../policy/facts.js';
import type { TakenPolicy } from '../policy/read-policy.js';
import type { CallBasis } from './call-basis.js';
import { CallCounts, type Standings } from './call-counts.js';

export type PolicyInUse = TakenPolicy<OpenedData>;

export interface AskingParts {
  /** The newest policy; undefined where none may be used. */
  readonly inUse: PolicyInUse | undefined;
  readonly clock: Clock;
  /** The call is about to be dialed. */
  readonly isDialing: boolean;
}

/** What the ledger says, as a transition sees it. */
export interface Seen extends Pick<Beside, 'read'> {
  /** Undefined as long as there may be room for the call in all that it counts in. */
  readonly counted: Standings;
  /** On the clock of the store. */
  readonly storeNowMs: number;
  /** Whether that is another clock than the gateway's. */
  readonly hasStoreOwnClock: boolean;
}

export interface Judgement {
  readonly atMs: number;
  /** Undefined where no policy may be used. */
  readonly facts: CallFacts | undefined;
  readonly decision: Decision | undefined;
  /** The policy's, and before them those that no policy can lift; empty where the call is allowed. */
  readonly refusals: readonly Refusal[];
  /** Every refusal is one of now, and to ask again later helps. */
  readonly isDeferred: boolean;
}

/** How far the clocks of the gateway and of the store may be apart: hours are judged by the one, and what was before what by the other. */
const mostSkewMs = 2_000;

/** One question whether a call is allowed, to one policy, answered anew whenever the ledger turns out to say something else. */
export class Asking {
  /** The records that the answer rests on. */
  readonly reads: readonly RecordKey[];
  readonly #keysOfLists: readonly (readonly [list: string, keys: readonly RecordKey[]])[];
  #counts: CallCounts | undefined;

  constructor(
    private readonly parts: AskingParts,
    private readonly basis: CallBasis,
  ) {
    const { inUse } = parts;
    this.#keysOfLists = inUse ? basis.keysOfLists(inUse.policy) : [];
    this.reads = [pausesSpec.key, ...this.#keysOfLists.flatMap(([, keys]) => keys)];
  }

  judge(seen: Seen): Judgement {
    const { inUse, clock } = this.parts;
    const atMs = clock.now();
    const own = this.#ownRefusals(seen, atMs);
    if (!inUse) return { atMs, facts: undefined, decision: undefined, refusals: own, isDeferred: false };
    const facts = this.#factsBy(inUse, atMs);
    const counts = this.#countsBy(inUse, facts);
    const store: StoreFacts = {
      ...counts.factsFrom(seen.counted, atMs),
      isListed: (list) => this.#isListed(list, seen),
    };
    const decision = decide({ policy: inUse.policy, clocks: inUse.data.clocks, store }, facts);
    const refusing = decision.findings.filter(({ isShadow, effect }) => !isShadow && effect !== 'ALLOW');
    return {
      atMs,
      facts,
      decision,
      refusals: [...own, ...decision.refusals],
      isDeferred: own.length === 0 && refusing.every(({ effect }) => effect === 'DEFER'),
    };
  }

  /** What the call counts in, once it was judged; nothing without a policy. */
  get counts(): CallCounts | undefined {
    return this.#counts;
  }

  /** Those that were found first: by which limits the call is judged must not change while the store is asked about them. */
  #countsBy({ policy }: PolicyInUse, facts: CallFacts): CallCounts {
    return (this.#counts ??= new CallCounts(policy, this.basis.idsOfCounts(policy), facts));
  }

  #factsBy({ data }: PolicyInUse, atMs: number): CallFacts {
    const { said, caller } = this.basis.call;
    return { ...said, atMs, tenant: caller.tenant, scopes: caller.scopes, ...this.basis.numbersBy(data) };
  }

  #ownRefusals({ read, storeNowMs, hasStoreOwnClock }: Seen, atMs: number): readonly Refusal[] {
    const { caller, said } = this.basis.call;
    const { inUse, isDialing } = this.parts;
    const pause = pauseIn(read[0] as PausesRecord | undefined, {
      tenant: caller.tenant,
      trafficType: said.trafficType,
    });
    const refusals: Omit<Refusal, 'nextAllowedAtMs'>[] = [];
    if (pause) {
      const message = 'Outbound calling is paused. Ask again once it was resumed.';
      refusals.push({ rule: 'pause', reason: 'PAUSED', message });
    }
    if (!inUse) {
      const message =
        'The policy of this gateway could not be read for too long, so no call is placed. Tell its operator.';
      refusals.push({ rule: 'policy', reason: 'GUARD_UNAVAILABLE', message });
    }
    if (isDialing && hasStoreOwnClock && Math.abs(storeNowMs - atMs) > mostSkewMs) {
      const message = `The clocks of the gateway and of its ledger differ by more than ${mostSkewMs / 1_000} s, so hours cannot be told. Tell its operator.`;
      refusals.push({ rule: 'clock', reason: 'GUARD_UNAVAILABLE', message });
    }
    return refusals.map((refusal) => ({ ...refusal, nextAllowedAtMs: undefined }));
  }

  /** Undefined where nobody gave the key of the list. */
  #isListed(list: string, { read, storeNowMs }: Seen): boolean | undefined {
    let from = 1;
    for (const [name, keys] of this.#keysOfLists) {
      const entries = read.slice(from, from + keys.length) as readonly (DoNotCallEntry | undefined)[];
      if (name === list) return keys.length === 0 ? undefined : entryIn(entries, storeNowMs) !== undefined;
      from += keys.length;
    }
    return undefined;
  }
}
