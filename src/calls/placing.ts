import { expiredBeforeSending, isAuthorised } from '../access/authority.js';
import { TooLateToLeave } from '../aws-request-handler.js';
import { sleep, type Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { ConnectRefusal, OutcomeUnknown } from '../connect/errors.js';
import { outcomeUnknown, resendRefused, stopped, tokenOfAnother, tooLateForPermit } from './call-errors.js';
import { TakenOver, type CallEffort } from './call-effort.js';
import { GatewayError } from '../errors.js';
import type { IntendedCall } from './intended-call.js';
import type { RecordedCall } from './placed-writes.js';

export interface PlacingParts {
  readonly connect: Connect;
  readonly clock: Clock;
  /** 0 to 1; spreads the resends of many calls. */
  readonly random: () => number;
  readonly unknownResendMs: number;
}

/**
 * For so long a call is not sent again whose owner's lease ran out. Where the store was away, that owner may have the contact id, and records it within this
 * time of the store's return; a resend would ring again where Connect forgot the token with the end of the call.
 */
const ownerRecordsWithinMs = 2_500;
/** With less time left for its caller a call asks for no permit: no answer would come in time. */
const leastAnswerMs = 2_000;
/** How long the gateway by itself goes on asking what became of a call. */
const resendForMs = 20_000;
const firstBackoffMs = 250;
const longestBackoffMs = 4_000;

/** Sends a call that an effort has claimed, while the lease lasts: permit, mark, send, record; again while the outcome is unknown. */
export class Placing {
  readonly #stop = new AbortController();
  /** An attempt is under way, or its outcome is unknown; not one that Connect throttled. */
  #hasSent: boolean;
  #waitsForStore = false;

  constructor(
    private readonly parts: PlacingParts,
    private readonly effort: CallEffort,
    private readonly call: IntendedCall,
  ) {
    this.#hasSent = effort.unknownSinceMs !== undefined;
  }

  /**
   * The call as it is recorded. Throws TakenOver, or GatewayError: OUTCOME_UNKNOWN once the phone may ring, anything else where it
   * does not; then the key and the number are free again.
   */
  async run(): Promise<RecordedCall> {
    const stopRenewing = this.effort.startRenewing();
    try {
      return await this.#send();
    } catch (error) {
      // Where the lease merely ran out, nobody else frees what was reserved.
      if (error instanceof TakenOver && this.effort.unknownSinceMs === undefined) await this.effort.giveUp();
      if (error instanceof TakenOver) throw error;
      const isForgotten = await this.effort.giveUp();
      throw isForgotten ? error : outcomeUnknown(this.call.clientToken, error);
    } finally {
      stopRenewing();
    }
  }

  /** The ledger has not said yet that it knows of the next attempt, which is not sent before. */
  get waitsForStore(): boolean {
    return this.#waitsForStore;
  }

  /** Nobody waits any more, or may: gives the call up for this `reason`, unless an attempt may have placed it. True where none may, and so none will. */
  stopUnlessSent(reason = stopped()): boolean {
    if (!this.#hasSent) this.#stop.abort(reason);
    return !this.#hasSent;
  }

  async #send(): Promise<RecordedCall> {
    const { connect, clock, random } = this.parts;
    const { log } = this.call;
    if (this.effort.isOfLapsed) await sleep(clock, ownerRecordsWithinMs);
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      let sentAtMs = clock.monotonic();
      try {
        await this.#acquirePermit();
        for (;;) {
          const leaveByMs = await this.#markSending();
          sentAtMs = clock.monotonic();
          try {
            return await this.effort.placed(await connect.startOutboundVoiceContact(this.call.request, leaveByMs));
          } catch (error) {
            if (!(error instanceof TooLateToLeave)) throw error;
            this.#hasSent = this.effort.unknownSinceMs !== undefined;
          }
        }
      } catch (error) {
        if (error instanceof TakenOver) throw error;
        if (error instanceof OutcomeUnknown) await this.effort.markUnknown(sentAtMs);
        // Once an attempt may have rung the phone, a later refusal proves nothing about it.
        const mayRing = this.effort.unknownSinceMs !== undefined;
        if (mayRing && isPolicyRefusal(error)) throw resendRefused(this.call.clientToken, error);
        if (!mayRing && !wasThrottledByConnect(error)) throw worded(error);
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

  async #acquirePermit(): Promise<void> {
    const { connect, clock } = this.parts;
    const { kind } = this.call;
    const { tenant, subject } = this.call.caller;
    const isResend = this.effort.unknownSinceMs !== undefined;
    const leftMs = this.#giveUpAtMs() - clock.monotonic();
    if (!isResend && leftMs < leastAnswerMs) throw tooLateForPermit();
    await connect.acquirePermit('StartOutboundVoiceContact', {
      maxWaitMs: isResend ? leftMs : leftMs - leastAnswerMs,
      tenant,
      subject,
      kind: isResend ? 'RESEND' : kind,
      signal: this.#stop.signal,
    });
  }

  /**
   * Writes down that the call is being sent, before it is; leaves when the lease is somebody else's, or nobody waits any more. Authority is looked at last,
   * except for a call whose outcome is unknown: asking what became of it rings no phone that the caller was not allowed to ring.
   */
  async #markSending(): Promise<number> {
    this.#waitsForStore = true;
    const leaveByMs = await this.effort.markSending(this.#giveUpAtMs()).finally(() => {
      this.#waitsForStore = false;
    });
    this.#stop.signal.throwIfAborted();
    const { unknownSinceMs } = this.effort;
    if (unknownSinceMs === undefined) {
      if (!isAuthorised(this.call.caller, this.parts.clock)) throw expiredBeforeSending();
    } else if (this.parts.clock.monotonic() > unknownSinceMs + this.parts.unknownResendMs) {
      // A slow store took the time that was left: this late nothing may be sent any more.
      throw outcomeUnknown(this.call.clientToken);
    }
    this.#hasSent = true;
    return leaveByMs;
  }

  #giveUpAtMs(): number {
    const { deadlineAtMs } = this.call;
    const sinceMs = this.effort.unknownSinceMs;
    if (sinceMs === undefined) return deadlineAtMs;
    return Math.min(Math.max(sinceMs + resendForMs, deadlineAtMs), sinceMs + this.parts.unknownResendMs);
  }
}

/** The dialing rules do not allow the call any more. */
function isPolicyRefusal(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'POLICY_REFUSED';
}

/** In the terms of the mutation, where these say it better than Connect's. */
function worded(error: unknown): unknown {
  const isOfToken = error instanceof ConnectRefusal && error.reason === 'tokenOfAnother';
  return isOfToken ? tokenOfAnother(error) : error;
}

/** Connect itself answered 429. Our own rate limiter refuses only where waiting is in vain. */
function wasThrottledByConnect(error: unknown): boolean {
  return error instanceof ConnectRefusal && error.reason === 'throttled';
}
