import type { LRUCache } from 'lru-cache';
import { expiredBeforeSending, isAuthorised } from '../access/authority.js';
import { sleep, type Clock } from '../clock.js';
import { UncertainPlacing, type Connect } from '../connect/connect.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { KeyedHash } from '../state/keys.js';
import { StateUnavailable, type Lease, type SharedState } from '../state/state.js';
import { duplicateCall, outcomeUnknown, stopped, tooLateForATurn, tooManyRepeats } from './call-errors.js';
import type { IntendedCall } from './intended-call.js';
import type { RecordKeeper } from './record-keeper.js';
import type { WhileUp } from './while-up.js';

export interface PlacingParts {
  readonly connect: Connect;
  readonly state: SharedState;
  readonly whileUp: WhileUp;
  readonly keeper: RecordKeeper;
  /** Since when this replica itself knows a call to be in doubt, by key: for where the shared record is lost. */
  readonly doubts: LRUCache<KeyedHash, number>;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1; spreads the resends of many calls. */
  readonly random: () => number;
  readonly duplicateWindowMs: number;
  readonly maxRepeatCallsPerHour: number;
  readonly unknownResendMs: number;
  /** Until when an outage of `state` is ridden out before anything was sent. */
  readonly patientUntilMs: number;
}

export const leaseMs = 5_000;
/** With less of the lease left nothing is sent: somebody else may be about to take over. */
const leastLeaseMs = 1_000;
/** With less time left for its caller a call takes no turn: no answer would come in time. */
const leastAnswerMs = 2_000;
/** How long the gateway by itself goes on asking what became of a call. */
const resendForMs = 20_000;
const firstBackoffMs = 250;
const longestBackoffMs = 4_000;

/** Somebody else works on the call now: this effort's lease ran out. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/** The one effort that may send a call, while its lease lasts: fence, turn, mark, send, record; again while the outcome is open. */
export class Placing {
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  /** An attempt is under way, or in doubt; not one that Connect throttled. */
  #hasSent: boolean;
  #uncertainSinceMs: number | undefined;

  constructor(
    private readonly parts: PlacingParts,
    private readonly call: IntendedCall,
    claimed: { readonly owner: string; readonly epoch: number; readonly uncertainForMs: number | undefined },
    claimedAtMs: number,
  ) {
    this.#lease = { owner: claimed.owner, epoch: claimed.epoch, leaseMs };
    this.#hasSent = claimed.uncertainForMs !== undefined;
    if (claimed.uncertainForMs !== undefined) this.#uncertainSinceMs = claimedAtMs - claimed.uncertainForMs;
  }

  /**
   * The call's contact id. Throws TakenOver, or GatewayError: OUTCOME_UNKNOWN once the phone may ring, anything else where it
   * does not; then the key and the number are free again.
   */
  async run(): Promise<string> {
    const stopRenewing = this.#keepLease();
    try {
      if (this.#uncertainSinceMs === undefined) await this.#enterFence();
      return await this.#send();
    } catch (error) {
      if (error instanceof TakenOver) throw error;
      const isForgotten = await this.#giveUp();
      throw isForgotten ? error : outcomeUnknown(this.call.clientToken, error);
    } finally {
      stopRenewing();
    }
  }

  /** Nobody waits any more, or may: gives up what was not sent yet, for this `reason`. True where nothing was, and so nothing will be. */
  stopUnlessSent(reason = stopped()): boolean {
    if (!this.#hasSent) this.#stop.abort(reason);
    return !this.#hasSent;
  }

  async #enterFence(): Promise<void> {
    const { state, clock, duplicateWindowMs, maxRepeatCallsPerHour: maxRepeats, unknownResendMs } = this.parts;
    const { fenceKey, fenceCall, allowRepeat, deadlineAtMs } = this.call;
    const isOff = duplicateWindowMs === 0;
    // Repeats are counted all the same.
    if (isOff && !allowRepeat) return;
    // Longer than the whole effort may take, so that only a crash lets it run out.
    const holdMs = isOff ? 0 : deadlineAtMs - clock.monotonic() + unknownResendMs + leaseMs;
    const entry = { call: fenceCall, owner: this.#lease.owner, holdMs, allowRepeat, maxRepeats };
    const entered = await this.#whileUp(() => state.fences.enter(fenceKey, entry));
    if (entered.entered) return;
    throw entered.because === 'too many repeats'
      ? tooManyRepeats(entered.retryAfterMs, maxRepeats)
      : duplicateCall(entered);
  }

  async #send(): Promise<string> {
    const { connect, clock, log, random } = this.parts;
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      let sentAtMs = clock.monotonic();
      try {
        await this.#turn();
        await this.#markSending();
        sentAtMs = clock.monotonic();
        return await this.#placed(await connect.startOutboundVoiceContact(this.call.request));
      } catch (error) {
        if (error instanceof TakenOver) throw error;
        if (error instanceof UncertainPlacing) await this.#markUncertain(sentAtMs);
        // Once an attempt may have rung the phone, a later refusal proves nothing about it.
        const mayRing = this.#uncertainSinceMs !== undefined;
        if (!mayRing && !wasThrottledByConnect(error)) throw error;
        this.#hasSent = mayRing;
        log.warn({ err: error }, 'no contact id yet for a call; asking again with the same token');
        const waitMs = backoffMs * (0.5 + random() / 2);
        if (clock.monotonic() + waitMs > this.#giveUpAtMs() - (mayRing ? 0 : leastAnswerMs)) {
          throw mayRing ? outcomeUnknown(this.call.clientToken, error) : error;
        }
        await sleep(clock, waitMs);
      }
    }
  }

  async #turn(): Promise<void> {
    const { connect, clock } = this.parts;
    const { kind } = this.call;
    const { tenant, subject } = this.call.caller;
    const isResend = this.#uncertainSinceMs !== undefined;
    const leftMs = this.#giveUpAtMs() - clock.monotonic();
    if (!isResend && leftMs < leastAnswerMs) throw tooLateForATurn();
    await this.#whileUp(() =>
      connect.turn('StartOutboundVoiceContact', {
        maxWaitMs: isResend ? leftMs : leftMs - leastAnswerMs,
        tenant,
        subject,
        kind: isResend ? 'RESEND' : kind,
        signal: this.#stop.signal,
      }),
    );
  }

  /**
   * Writes down that the call is being sent, before it is; leaves when the lease is somebody else's, or nobody waits any more. Authority is looked at last,
   * except for a call in doubt: asking what became of it rings no phone that the caller was not allowed to ring.
   */
  async #markSending(): Promise<void> {
    const { state, clock } = this.parts;
    let askedAtMs: number;
    do {
      askedAtMs = clock.monotonic();
      const isMine = await this.#whileUp(() => state.calls.markSending(this.call.key, this.#lease));
      if (!isMine) throw new TakenOver();
    } while (askedAtMs + leaseMs - clock.monotonic() < leastLeaseMs);
    this.#stop.signal.throwIfAborted();
    if (this.#uncertainSinceMs === undefined && !isAuthorised(this.call.caller, clock)) throw expiredBeforeSending();
    this.#hasSent = true;
  }

  async #markUncertain(sentAtMs: number): Promise<void> {
    this.#uncertainSinceMs ??= sentAtMs;
    this.parts.doubts.set(this.call.key, this.#uncertainSinceMs);
    // Where this is lost, the record says "sending", and that counts as uncertain once the lease is over.
    await this.#ifUp(() => this.parts.state.calls.markUncertain(this.call.key, this.#lease));
  }

  #placed(contactId: string): Promise<string> {
    const { keeper, state, clock, doubts } = this.parts;
    doubts.delete(this.call.key);
    const { key, fingerprint, fenceKey, fenceCall, request } = this.call;
    const facts = { contactId, instanceId: request.InstanceId, contactFlowId: request.ContactFlowId };
    return keeper.record(
      { key, fenceKey, fenceCall, placed: { ...facts, fingerprint, placedAtMs: clock.now() } },
      state,
    );
  }

  /**
   * After a failure: what was provably not placed is forgotten, what may have been stays open for whoever asks next. False where
   * somebody else knows of a doubt that this effort does not.
   */
  async #giveUp(): Promise<boolean> {
    const { calls, fences } = this.parts.state;
    const { key, fenceKey, fenceCall } = this.call;
    if (this.#uncertainSinceMs === undefined) {
      const isForgotten = (await this.#ifUp(() => calls.release(key, this.#lease))) ?? true;
      if (isForgotten) await this.#ifUp(() => fences.release(fenceKey, { call: fenceCall, owner: this.#lease.owner }));
      return isForgotten;
    }
    const windowMs = this.#restInDoubtMs();
    if (windowMs > 0) await this.#ifUp(() => fences.close(fenceKey, { call: fenceCall, windowMs }));
    await this.#ifUp(() => calls.letGo(key, this.#lease));
    return true;
  }

  /** As long as somebody may ask for the call again, it may yet ring. */
  #restInDoubtMs(): number {
    const { clock, duplicateWindowMs, unknownResendMs } = this.parts;
    const resendLeftMs = (this.#uncertainSinceMs ?? 0) + unknownResendMs - clock.monotonic();
    return duplicateWindowMs === 0 ? 0 : Math.max(duplicateWindowMs, resendLeftMs);
  }

  /**
   * Renews the lease while the effort lasts. One that was lost shows when it is next written. The entry of a call in doubt lives as long: the last
   * request that asks after it may be answered later than the rest that it was given ends.
   */
  #keepLease(): () => void {
    const { clock, state, duplicateWindowMs } = this.parts;
    const { fenceKey, fenceCall } = this.call;
    let callOff: () => void = () => undefined;
    const renewLater = () => {
      callOff = clock.after(leaseMs / 3, () => {
        void this.#ifUp(() => state.calls.renew(this.call.key, this.#lease));
        if (this.#uncertainSinceMs !== undefined && duplicateWindowMs > 0) {
          void this.#ifUp(() => state.fences.close(fenceKey, { call: fenceCall, windowMs: leaseMs }));
        }
        renewLater();
      });
    };
    renewLater();
    return () => {
      callOff();
    };
  }

  #giveUpAtMs(): number {
    const { deadlineAtMs } = this.call;
    const sinceMs = this.#uncertainSinceMs;
    if (sinceMs === undefined) return deadlineAtMs;
    return Math.min(Math.max(sinceMs + resendForMs, deadlineAtMs), sinceMs + this.parts.unknownResendMs);
  }

  #whileUp<T>(step: () => Promise<T>): Promise<T> {
    const untilMs = this.#uncertainSinceMs === undefined ? this.parts.patientUntilMs : this.#giveUpAtMs();
    return this.parts.whileUp.run(untilMs, step);
  }

  /** For what leases and expiry mend by themselves when it cannot be written. */
  async #ifUp<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof StateUnavailable) return undefined;
      throw error;
    }
  }
}

/** Refused for its rate by Connect itself, not by our pacer, which knows that waiting is in vain. */
function wasThrottledByConnect(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'THROTTLED' && error.cause !== undefined;
}
