import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { expiredBeforeSending, whenUnauthorised } from '../access/authority.js';
import type { InstanceAccess } from '../access/instances.js';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { GatewayError } from '../errors.js';
import { connectIdFrom } from '../graphql/connect-arn.js';
import type { Log } from '../log.js';
import { callerOf, type RequestContext } from '../request.js';
import type { KeyedHash } from '../state/keys.js';
import { keptForMs, StateUnavailable, type SharedState } from '../state/state.js';
import { callKeyFor, connectTokenFor, fenceCallFor, fenceKeyFor, fingerprintOf } from './call-keys.js';
import { idempotencyConflict, outcomeLost, outcomeUnknown, tooLateForATurn } from './call-errors.js';
import { Bell } from './bell.js';
import type { IntendedCall } from './intended-call.js';
import { leaseMs, Placing, TakenOver } from './placing.js';
import { RecordKeeper } from './record-keeper.js';
import type { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';
import { requireArnsOfInstance, startOutboundVoiceContactRequest } from './start-outbound-voice-contact.request.js';
import { WhileUp } from './while-up.js';

export interface CallRules {
  /** How long a caller waits who does not say. */
  readonly deadlineMs: number;
  /** How long a caller may wait at all. */
  readonly deadlineMaxMs: number;
  /** How long a number rests after a call; 0 switches the duplicate-call window off. */
  readonly duplicateWindowMs: number;
  /** How many calls with `allowRepeat` one number gets within an hour. */
  readonly maxRepeatCallsPerHour: number;
  /** How long a caller may have the gateway ask on with the same key: later, Connect might take the key for a new call. */
  readonly unknownResendMs: number;
  /** Keys the hashes of what must not be guessed from shared state. */
  readonly stateSecret: string;
}

export interface CallParts {
  readonly connect: Connect;
  readonly access: InstanceAccess;
  readonly state: SharedState;
  /** Goes on with this where `state` is away, instead of waiting; what it placed is written back. */
  readonly fallback?: SharedState | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly rules: CallRules;
}

export interface PlacedAnswer {
  readonly contactId: string;
  readonly instanceId: string;
  /** Whether an earlier request with the same key had placed it. */
  readonly isReplay: boolean;
}

/** Places calls: one key, one call, on however many replicas. */
export class CallService {
  readonly #keeper: RecordKeeper;
  readonly #whileUp: WhileUp;
  readonly #doubts: LRUCache<KeyedHash, number>;

  constructor(private readonly parts: CallParts) {
    this.#keeper = new RecordKeeper(parts.state, parts.rules.duplicateWindowMs, parts.clock, parts.log);
    this.#whileUp = new WhileUp(parts.state.health, parts.clock);
    this.#doubts = new LRUCache({
      max: 100_000,
      ttl: keptForMs,
      ttlResolution: 0,
      perf: { now: () => parts.clock.monotonic() },
    });
  }

  /**
   * Places the call unless one with the same clientToken was, and answers by the caller's deadline at the latest. Throws
   * GatewayError; after OUTCOME_UNKNOWN the phone may ring, after anything else it does not.
   */
  async start(input: StartOutboundVoiceContactInput, context: RequestContext): Promise<PlacedAnswer> {
    const call = this.#intended(input, context);
    const { state, fallback } = this.parts;
    const answer = (shared: SharedState, patientUntilMs: number) =>
      this.#place(call, shared, patientUntilMs, context.log);
    let placed: PlacedAnswer;
    try {
      placed = await answer(state, fallback ? 0 : call.deadlineAtMs);
    } catch (error) {
      if (!fallback || !isOutage(error)) throw error;
      placed = await answer(fallback, call.deadlineAtMs);
    }
    logPlaced(call, placed, context.log);
    return placed;
  }

  #intended(input: StartOutboundVoiceContactInput, context: RequestContext): IntendedCall {
    const { access, clock, rules } = this.parts;
    const caller = callerOf(context);
    const instanceId = access.forWrite(caller, input.instanceId ? connectIdFrom(input.instanceId) : undefined);
    requireArnsOfInstance(input, instanceId);
    const { tenant } = caller;
    const clientToken = input.clientToken ?? randomUUID();
    const { destinationPhoneNumber, trafficType, allowRepeat } = input;
    const connectToken = connectTokenFor({ tenant, instanceId, clientToken, destinationPhoneNumber });
    const request = startOutboundVoiceContactRequest(input, { instanceId, connectToken });
    const waitMs = Math.min((input.maxWaitInSeconds ?? 0) * 1_000 || rules.deadlineMs, rules.deadlineMaxMs);
    return {
      key: callKeyFor(rules.stateSecret, { tenant, instanceId, clientToken }),
      fingerprint: fingerprintOf(rules.stateSecret, request),
      clientToken,
      caller,
      kind: trafficType,
      fenceCall: fenceCallFor(rules.stateSecret, connectToken),
      fenceKey: fenceKeyFor(rules.stateSecret, { tenant, destinationPhoneNumber }),
      allowRepeat,
      request: { ...request, InstanceId: instanceId, ContactFlowId: connectIdFrom(input.contactFlowId) },
      deadlineAtMs: clock.monotonic() + waitMs,
      signal: context.signal,
    };
  }

  async #place(call: IntendedCall, state: SharedState, patientUntilMs: number, log: Log): Promise<PlacedAnswer> {
    const { clock, rules } = this.parts;
    const { key, fingerprint } = call;
    const instanceId = call.request.InstanceId;
    const owner = randomUUID();
    const news = new Bell(clock);
    const unsubscribe = state.calls.changed(key, news.ring);
    call.signal.addEventListener('abort', news.ring, { once: true });
    try {
      for (;;) {
        const claimedAtMs = clock.monotonic();
        const uncertainSinceMs = this.#doubts.get(key);
        const claimed = await this.#whileUp.run(
          patientUntilMs,
          async () =>
            this.#keeper.owed(key, fingerprint) ??
            (await state.calls.claim(key, {
              fingerprint,
              owner,
              leaseMs,
              resendWindowMs: rules.unknownResendMs,
              ...(uncertainSinceMs === undefined ? {} : { uncertainForMs: clock.monotonic() - uncertainSinceMs }),
            })),
        );
        switch (claimed.is) {
          case 'placed':
            this.#doubts.delete(key);
            return { contactId: claimed.facts.contactId, instanceId, isReplay: true };
          case 'conflict':
            throw idempotencyConflict();
          case 'lost':
            throw outcomeLost();
          case 'held': {
            const leftMs = call.deadlineAtMs - clock.monotonic();
            if (leftMs <= 0 || call.signal.aborted) throw outcomeUnknown(call.clientToken);
            await news.wait(Math.min(claimed.leaseLeftMs, leftMs));
            break;
          }
          case 'mine': {
            const parts = {
              ...this.parts,
              ...rules,
              state,
              log,
              patientUntilMs,
              whileUp: this.#whileUp,
              keeper: this.#keeper,
              doubts: this.#doubts,
            };
            const placing = new Placing(parts, call, { ...claimed, owner }, claimedAtMs);
            const isReplay = claimed.uncertainForMs !== undefined;
            const contactId = await this.#workOn(placing, call, (placedLate) => {
              logPlaced(call, { contactId: placedLate, instanceId, isReplay }, log);
            });
            if (contactId !== undefined) return { contactId, instanceId, isReplay };
          }
        }
      }
    } finally {
      unsubscribe();
      call.signal.removeEventListener('abort', news.ring);
    }
  }

  /**
   * The contact id; undefined where somebody took the call over. The effort itself outlives the deadline once it has sent: what it
   * comes to then is told to `placedLate` alone.
   */
  async #workOn(
    placing: Placing,
    call: IntendedCall,
    placedLate: (contactId: string) => void,
  ): Promise<string | undefined> {
    const { clock } = this.parts;
    const stop = () => placing.stopUnlessSent();
    call.signal.addEventListener('abort', stop, { once: true });
    if (call.signal.aborted) stop();
    const callOffExpiry = whenUnauthorised(call.caller, clock, () => placing.stopUnlessSent(expiredBeforeSending()));
    const work = placing.run();
    work.catch(() => undefined);
    let callOff: () => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      callOff = clock.after(call.deadlineAtMs - clock.monotonic(), () => {
        if (stop()) {
          reject(tooLateForATurn());
          return;
        }
        work.then(placedLate, () => undefined);
        reject(outcomeUnknown(call.clientToken));
      });
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      if (error instanceof TakenOver) return undefined;
      throw error;
    } finally {
      callOff();
      callOffExpiry();
      call.signal.removeEventListener('abort', stop);
    }
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof GatewayError && error.cause instanceof StateUnavailable;
}

/** For whoever must find out later who called whom: the contact knows the number, the log does not. */
function logPlaced({ caller, kind: trafficType }: IntendedCall, placed: PlacedAnswer, log: Log): void {
  const { subject, tenant } = caller;
  log.info({ ...placed, trafficType, subject, tenant }, 'call placed');
}
