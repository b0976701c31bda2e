import { randomUUID } from 'node:crypto';
import type { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import {
  callSpec,
  type CallClaim,
  type CallClaimed,
  type CallRecord,
  type CallStep,
  type CallTransitions,
  type Lease,
} from '../ledger/call-record.js';
import type { WindowEntered, WindowRecord } from '../ledger/duplicate-window.js';
import type { LedgerStore, RecordKey } from '../ledger/ledger.js';
import { LedgerView, type Beside, type Transition } from '../ledger/ledger-view.js';
import type { GatewayError } from '../errors.js';
import type { Answered, Question } from '../guard/call-guard.js';
import type { KeyedHash } from '../keyed-hash.js';
import type { DecisionEntry, DecisionOutcome } from '../ledger/decision-entry.js';
import { leavesWithinMs } from '../ledger/pauses.js';
import type { Unsubscribe } from '../listeners.js';
import type { ClaimResult, DuplicateReason, Meters } from '../meters.js';
import type { Span, Tracer } from '../tracer.js';
import {
  duplicateCall,
  idempotencyConflict,
  outcomeExpired,
  outcomeUnknown,
  stateUnavailable,
  tooManyRepeats,
} from './call-errors.js';
import type { IntendedCall } from './intended-call.js';
import { NumberReservation, type NumberRules } from './number-reservation.js';
import { releaseReservation, releasesOf, type OwedReleases, type Reservation } from './owed-releases.js';
import type { PlacedWrites, RecordedCall } from './placed-writes.js';
import { bestEffort, inTime, RetryUntilAvailable } from './retry-until-available.js';

export const leaseMs = 5_000;
/** With less of the lease left nothing is sent: another effort may be about to take over. */
const leastLeaseMs = 1_000;

/** A claim whose caller's time is over has so long all the same: it may find what became of the call. */
const lateClaimMs = 1_000;

/** Another effort works on the call now: this one's lease expired. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

export interface CallEffortParts {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly rules: NumberRules;
  readonly meters: Meters;
  readonly tracer: Tracer;
  readonly transitions: CallTransitions;
  readonly writes: PlacedWrites;
  /** Left out where the store is never away. */
  readonly releases?: OwedReleases | undefined;
  readonly unknownCalls: LRUCache<KeyedHash, UnknownCall>;
  /** Until when, on the monotonic clock, an outage of `store` is waited for before anything was sent. */
  readonly patientUntilMs: number;
}

/** A call with an unknown outcome: its request, and since when on the monotonic clock the outcome is unknown. */
export interface UnknownCall {
  readonly requestHash: KeyedHash;
  readonly sinceMs: number;
}

export type Claimed =
  | { readonly is: 'mine' }
  | { readonly is: 'leased'; readonly leaseLeftMs: number }
  | { readonly is: 'placed'; readonly contactId: string };

/** The number is taken, by whom and for how long. */
interface Refused {
  readonly is: 'refused';
  readonly number: Exclude<WindowEntered, { readonly entered: true }>;
}

/** The dialing rules do not allow the call. */
interface Forbidden {
  readonly is: 'forbidden';
  readonly refusal: GatewayError;
  readonly reasons: readonly string[];
}

type Found = CallClaimed | Refused | Forbidden;

interface Marked {
  /** The lease is this effort's. */
  readonly isMine: boolean;
  /** What the dialing rules say, where there are any. */
  readonly asked: Answered | undefined;
}

/** One effort to place one call, as the ledger sees it: the claim of the call and of its number, the lease, the outcome. */
export class CallEffort {
  readonly #owner = randomUUID();
  readonly #view: LedgerView;
  readonly #retry: RetryUntilAvailable;
  readonly #number: NumberReservation;
  #unknownSinceMs: number | undefined;
  #isOfLapsed = false;
  /** The id of the decision by which the call was last dialed. */
  #dialedBy: string | undefined;

  constructor(
    private readonly parts: CallEffortParts,
    private readonly call: IntendedCall,
  ) {
    this.#view = new LedgerView(parts.store);
    this.#retry = new RetryUntilAvailable(parts.store.health, parts.clock);
    this.#number = new NumberReservation(call, parts.rules);
  }

  /** Since when, on the monotonic clock, the outcome is unknown; undefined where it is not. */
  get unknownSinceMs(): number | undefined {
    return this.#unknownSinceMs;
  }

  /** Whether the call was claimed from an effort that had sent it and whose lease ran out: it may know the contact id, and record it any moment. */
  get isOfLapsed(): boolean {
    return this.#isOfLapsed;
  }

  /** Notifies when the call was released or placed, or its lease ended, on whatever replica, and whenever such a notification may have been missed. */
  changed(listener: () => void): Unsubscribe {
    return this.parts.store.changed(this.call.key, listener);
  }

  /**
   * Takes the call, and its number with it unless an attempt of it may have been accepted already. Throws OUTCOME_UNKNOWN where nothing may be sent any more.
   * Once this effort has sent an attempt that may have been accepted, nothing else is thrown; before that also POLICY_REFUSED, DUPLICATE_CALL, LIMIT_EXCEEDED,
   * IDEMPOTENCY_CONFLICT, and UPSTREAM_UNAVAILABLE when the store is.
   */
  claim(): Promise<Claimed> {
    return this.parts.tracer.span('claim', (span) => this.#claimIn(span));
  }

  async #claimIn(span: Span): Promise<Claimed> {
    const { clock, patientUntilMs, unknownCalls, writes } = this.parts;
    const { key, requestHash } = this.call;
    const claimedAtMs = clock.monotonic();
    // What an earlier claim of this effort left would otherwise be released under the owner that holds it again.
    this.parts.releases?.cancel(this.#owner);
    const claiming = this.#retry.run(patientUntilMs, () => {
      const unwritten = writes.queued(key);
      if (!unwritten) return this.#claim();
      const isSame = unwritten.requestHash === requestHash;
      return Promise.resolve(isSame ? ({ is: 'placed', facts: unwritten } as const) : ({ is: 'conflict' } as const));
    });
    const answeredByMs = Math.max(patientUntilMs, this.call.deadlineAtMs, claimedAtMs + lateClaimMs);
    const found = await inTime(clock, answeredByMs, claiming).catch((error: unknown) => {
      if (this.#unknownSinceMs !== undefined) throw outcomeUnknown(this.call.clientToken, error);
      // The call may have been claimed all the same, or yet be.
      const releaseLater = () => {
        this.#releaseLater();
      };
      claiming.then(releaseLater, releaseLater);
      throw error;
    });
    this.#count(found);
    span.note({ claim: claimResultOf(found) });
    switch (found.is) {
      case 'placed':
        unknownCalls.delete(key);
        return { is: 'placed', contactId: found.facts.contactId };
      case 'conflict':
        if (this.#unknownSinceMs === undefined) throw idempotencyConflict();
        // The record was lost, and the key is another request's by now.
        await this.giveUp();
        throw outcomeExpired();
      case 'expired':
        throw outcomeExpired();
      case 'forbidden':
        this.#countRefusal(found.reasons);
        throw found.refusal;
      case 'refused':
        if (found.number.because !== 'too many repeats') throw duplicateCall(found.number);
        throw tooManyRepeats(found.number.retryAfterMs, this.parts.rules.maxRepeatCallsPerHour);
      case 'leased':
        return found;
      case 'mine':
        this.#unknownSinceMs = found.unknownForMs === undefined ? undefined : claimedAtMs - found.unknownForMs;
        this.#isOfLapsed = found.hasLapsed ?? false;
        return found;
    }
  }

  #count(found: Found): void {
    const { meters } = this.parts;
    meters.claimed(claimResultOf(found));
    if (found.is === 'refused') meters.duplicateRefused(duplicateReasons[found.number.because]);
  }

  #countRefusal(reasons: readonly string[]): void {
    for (const reason of reasons) this.parts.meters.policyRefused(reason);
  }

  /**
   * Writes down that the call is being sent, before it is, and answers by when on the monotonic clock it must leave. Throws POLICY_REFUSED where the dialing rules do not
   * allow the call any more, TakenOver when the lease is somebody else's, and UPSTREAM_UNAVAILABLE once `untilMs`, or before anything was sent the effort's own patience, is over.
   */
  async markSending(untilMs: number): Promise<number> {
    const { clock, patientUntilMs } = this.parts;
    // A pause counts on what was marked before it to be on its way this soon.
    const validForMs = this.call.guard ? leavesWithinMs : leaseMs - leastLeaseMs;
    let leaveByMs: number;
    do {
      const askedAtMs = clock.monotonic();
      if (askedAtMs > untilMs) throw stateUnavailable();
      const marked = await this.#retry.run(this.#unknownSinceMs === undefined ? patientUntilMs : untilMs, () =>
        this.#markSending(),
      );
      if (!marked.isMine) throw new TakenOver();
      if (marked.asked?.refusal) {
        this.#countRefusal(marked.asked.decision.reasons);
        throw marked.asked.refusal;
      }
      this.#dialedBy = marked.asked?.decision.id;
      leaveByMs = askedAtMs + validForMs;
    } while (clock.monotonic() > leaveByMs);
    return leaveByMs;
  }

  #markSending(): Promise<Marked> {
    const { markSending } = this.parts.transitions;
    const question = this.call.guard?.mayDial();
    const mark = (call: CallRecord | undefined, nowMs: number, beside: Beside) => {
      const marked = markSending(call, this.#lease, nowMs);
      const asked = marked.answer ? this.#answerTo(question, call, nowMs, beside) : undefined;
      // Of a call that may not be dialed the lease is not renewed: it is given up next.
      const next = asked?.refusal ? { record: call } : marked;
      const extras = { counts: asked?.counts, decisions: asked && [asked.decision] };
      return { next, isMarked: marked.answer && !asked?.refusal, extras, answer: { isMine: marked.answer, asked } };
    };
    if (this.#unknownSinceMs === undefined && this.#number.coversFirstAttempts) {
      return this.#view.apply<[CallRecord], Marked>(
        [callSpec(this.call.key)],
        ([call], nowMs, beside) => {
          const { next, extras, answer } = mark(call, nowMs, beside);
          return { next: [next], ...extras, answer };
        },
        question?.reads,
      );
    }
    return this.#changeBoth((call, window, nowMs, beside) => {
      const { next, isMarked, extras, answer } = mark(call, nowMs, beside);
      const held = isMarked ? this.#number.prolong(window, this.#owner, leaseMs, nowMs) : { record: window };
      return { next: [next, held], ...extras, answer };
    }, question?.reads);
  }

  #answerTo(
    question: Question | undefined,
    call: CallRecord | undefined,
    storeNowMs: number,
    beside: Beside,
  ): Answered | undefined {
    const { hasOwnClock: hasStoreOwnClock } = this.parts.store;
    return question?.answer({ ...beside, storeNowMs, hasStoreOwnClock, countedAs: call?.countedAs });
  }

  /** The attempt that was sent at `sentAtMs` may have been accepted. */
  async markUnknown(sentAtMs: number): Promise<void> {
    this.#unknownSinceMs ??= sentAtMs;
    const { key, requestHash } = this.call;
    this.parts.unknownCalls.set(key, { requestHash, sinceMs: this.#unknownSinceMs });
    // Where this is lost, the record says "sending", which counts as an unknown outcome once the lease is over.
    await bestEffort(() => this.#change((call, nowMs) => this.parts.transitions.markUnknown(call, this.#lease, nowMs)));
  }

  /** Records that Connect placed the call as this contact, unless somebody recorded one before. */
  placed(contactId: string): Promise<RecordedCall> {
    const { clock, unknownCalls, writes } = this.parts;
    const { key, requestHash, request } = this.call;
    unknownCalls.delete(key);
    const facts = { contactId, instanceId: request.InstanceId, contactFlowId: request.ContactFlowId };
    const placed = { ...facts, requestHash, placedAtMs: clock.now() };
    return writes.record({ ...this.call, decisions: this.#outcome('PLACED', contactId) }, placed, this.#view);
  }

  /**
   * After a failure: what was provably not placed is forgotten, what may have been stays open for whoever asks next. False where
   * somebody else knows of an unknown outcome that this effort does not.
   */
  async giveUp(): Promise<boolean> {
    if (this.#unknownSinceMs === undefined) {
      const { transitions, rules } = this.parts;
      const isForgotten = await bestEffort(() => releaseReservation(this.#view, this.#reservation, transitions, rules));
      if (isForgotten === undefined) this.#releaseLater();
      return isForgotten ?? true;
    }
    const unknownForMs = this.parts.clock.monotonic() - this.#unknownSinceMs;
    const decisions = this.#outcome('UNKNOWN');
    await bestEffort(() =>
      this.#changeBoth((call, window, nowMs) => {
        const closed = this.#number.closeUnknown(window, unknownForMs, nowMs);
        return { next: [this.parts.transitions.endLease(call, this.#lease), closed], decisions, answer: undefined };
      }),
    );
    return true;
  }

  /** The record of what became of the call since it was dialed. */
  #outcome(outcome: DecisionOutcome['outcome'], contactId?: string): readonly DecisionEntry[] {
    const { guard } = this.call;
    return guard && this.#dialedBy !== undefined ? [guard.outcome(this.#dialedBy, outcome, contactId)] : [];
  }

  /**
   * Renews the lease until it is stopped. A lost lease shows at the next write. The entry of a call whose outcome is unknown is prolonged as well: Connect may
   * answer the last resend later than the entry would have expired.
   */
  startRenewing(): () => void {
    let cancel: () => void = () => undefined;
    const renewLater = () => {
      cancel = this.parts.clock.after(leaseMs / 3, () => {
        void bestEffort(() => this.#renew());
        renewLater();
      });
    };
    renewLater();
    return () => {
      cancel();
    };
  }

  #renew(): Promise<unknown> {
    if (this.#unknownSinceMs === undefined) {
      return this.#change((call, nowMs) => this.parts.transitions.renew(call, this.#lease, nowMs));
    }
    return this.#changeBoth((call, window, nowMs) => {
      const renewed = this.parts.transitions.renew(call, this.#lease, nowMs);
      return { next: [renewed, this.#number.keepUnknown(window, leaseMs, nowMs)], answer: renewed.answer };
    });
  }

  /** Until then what this effort reserved would expire by itself. */
  #releaseLater(): void {
    const { clock, releases, rules } = this.parts;
    const { duplicateWindowMs, unknownResendMs } = rules;
    const leftMs = Math.max(0, this.call.deadlineAtMs - clock.monotonic());
    releases?.add(this.#reservation, leftMs + leaseMs + Math.max(duplicateWindowMs, unknownResendMs));
  }

  get #reservation(): Reservation {
    const countedIn = this.call.guard?.countedIn;
    return { call: { ...this.call, countedIn, decisions: this.#outcome('NOT_PLACED') }, lease: this.#lease };
  }

  get #lease(): Lease {
    return { owner: this.#owner, leaseMs };
  }

  #claim(): Promise<Found> {
    const { clock, rules, unknownCalls } = this.parts;
    const { key, requestHash, deadlineAtMs } = this.call;
    const known =
      this.#unknownSinceMs === undefined ? unknownCalls.get(key) : { requestHash, sinceMs: this.#unknownSinceMs };
    const claim: CallClaim = {
      requestHash,
      owner: this.#owner,
      leaseMs,
      resendWindowMs: rules.unknownResendMs,
      unknown: known && { requestHash: known.requestHash, forMs: clock.monotonic() - known.sinceMs },
      countedAs: this.call.guard && this.#owner,
    };
    const effortMs = deadlineAtMs - clock.monotonic() + leaseMs;
    const question = this.call.guard?.admit(effortMs + rules.unknownResendMs);
    return this.#changeBoth<Found>((call, window, nowMs, beside) => {
      const claimed = this.parts.transitions.claim(call, claim, nowMs);
      // What was placed before is answered, whatever the dialing rules say by now.
      const isNew = claimed.answer.is === 'mine' && claimed.answer.unknownForMs === undefined;
      if (!isNew) return { next: [claimed, { record: window }], answer: claimed.answer };
      const asked = this.#answerTo(question, claimed.record, nowMs, beside);
      const decisions = asked && [asked.decision];
      if (asked?.refusal) {
        const left = this.#leave(call, window, nowMs);
        const counts = asked.counts.length > 0 ? asked.counts : left.counts;
        return {
          next: left.next,
          counts,
          decisions,
          answer: { is: 'forbidden', refusal: asked.refusal, reasons: asked.decision.reasons },
        };
      }
      const { answer: number, ...held } = this.#number.hold(window, this.#owner, effortMs, nowMs);
      if (number.entered) return { next: [claimed, held], counts: asked?.counts, decisions, answer: claimed.answer };
      return { ...this.#leave(call, window, nowMs), answer: { is: 'refused', number } };
    }, question?.reads);
  }

  /** The call is refused. This effort's claim, and its entry, are there already where the answer was lost, and where records are changed one after another. */
  #leave(call: CallRecord | undefined, window: WindowRecord | undefined, nowMs: number) {
    if (call?.owner !== this.#owner) return { next: [{ record: call }, { record: window }], counts: [] } as const;
    const left = this.#number.release(window, this.#owner, nowMs);
    const counts = releasesOf(call, { key: this.call.key, countedIn: this.call.guard?.countedIn });
    return { next: [{ record: undefined, notifies: true }, left], counts } as const;
  }

  #change<Answer>(step: (call: CallRecord | undefined, nowMs: number) => CallStep<Answer>): Promise<Answer> {
    return this.#view.apply([callSpec(this.call.key)], ([call], nowMs) => {
      const { answer, ...next } = step(call, nowMs);
      return { next: [next], answer };
    });
  }

  #changeBoth<Answer>(
    transition: (
      call: CallRecord | undefined,
      window: WindowRecord | undefined,
      nowMs: number,
      beside: Beside,
    ) => Transition<[CallRecord, WindowRecord], Answer>,
    reads: readonly RecordKey[] = [],
  ): Promise<Answer> {
    const specs = [callSpec(this.call.key), this.#number.spec] as const;
    return this.#view.apply<[CallRecord, WindowRecord], Answer>(
      specs,
      ([call, window], nowMs, beside) => transition(call, window, nowMs, beside),
      reads,
    );
  }
}

function claimResultOf(found: Found): ClaimResult {
  if (found.is !== 'mine') return found.is;
  return found.unknownForMs === undefined ? 'new' : 'resend';
}

const duplicateReasons: Readonly<Record<Refused['number']['because'], DuplicateReason>> = {
  pending: 'pending',
  placed: 'placed',
  'outcome unknown': 'outcome_unknown',
  'too many repeats': 'too_many_repeats',
};
