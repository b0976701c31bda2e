import { randomUUID } from 'node:crypto';
import { expiredBeforeSending, whenUnauthorised } from '../access/authority.js';
import type { InstanceAccess } from '../access/instances.js';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { connectIdFrom } from '../connect/ids.js';
import { GatewayError, type ErrorCode } from '../errors.js';
import { CallGuard, type GuardParts } from '../guard/call-guard.js';
import { noMeters, type CallResult, type Meters } from '../meters.js';
import { phoneKeyOf } from '../numbers/phone-key.js';
import { noSpan, noTracer, type Tracer } from '../tracer.js';
import { callerOf, type Caller, type RequestContext } from '../request.js';
import { callKeyFor, connectTokenFor, requestHashOf, windowEntryFor, windowKeyFor } from './call-keys.js';
import { outcomeUnknown, stateUnavailable, tooLateForPermit } from './call-errors.js';
import { TakenOver, type CallEffort } from './call-effort.js';
import type { CallLedger } from './call-ledger.js';
import { guardedCallOf, saidToGuard } from './guarded-call.js';
import { WakeUp } from './wake-up.js';
import type { IntendedCall } from './intended-call.js';
import type { RecordedCall } from './placed-writes.js';
import { Placing } from './placing.js';
import type { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';
import { startOutboundVoiceContactRequest } from './start-outbound-voice-contact.request.js';

export interface CallRules {
  /** How long a caller waits who does not say. */
  readonly deadlineMs: number;
  /** How long a caller may wait at all. */
  readonly deadlineMaxMs: number;
  /** How long a call with an unknown outcome may be sent again: later, Connect might take the key for a new call. */
  readonly unknownResendMs: number;
  /** Keys the hashes of what must not be guessed from the ledger. */
  readonly stateSecret: string;
}

export interface CallParts {
  readonly connect: Connect;
  readonly access: InstanceAccess;
  readonly ledger: CallLedger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly meters?: Meters;
  readonly tracer?: Tracer;
  readonly rules: CallRules;
  /** Left out, calls are held to no dialing rules. */
  readonly guard?: GuardParts | undefined;
}

export interface PlacedAnswer {
  readonly contactId: string;
  readonly instanceId: string;
  /** Whether an earlier request with the same key had placed it. */
  readonly isReplay: boolean;
}

/** Places calls: one key, one call, on however many replicas. */
export class CallService {
  constructor(private readonly parts: CallParts) {}

  /**
   * Places the call unless one with the same clientToken was, and answers by the caller's deadline at the latest, or when the ledger does after it. Throws
   * GatewayError; after OUTCOME_UNKNOWN the phone may ring, after anything else it does not.
   */
  async start(input: StartOutboundVoiceContactInput, context: RequestContext): Promise<PlacedAnswer> {
    try {
      const call = this.#intended(input, context);
      const { isFirst, ...answer } = await this.parts.ledger.attempt(call, (effort) => this.#place(call, effort));
      if (!isFirst) {
        logCall(call, answer, 'call answered from its record');
        this.#count('replayed', call.caller);
      }
      return answer;
    } catch (error) {
      this.#count(resultOf(error), callerOf(context));
      throw error;
    }
  }

  #count(result: CallResult, { tenant }: Caller): void {
    const { meters = noMeters } = this.parts;
    meters.callEnded(result, tenant);
  }

  #intended(input: StartOutboundVoiceContactInput, context: RequestContext): IntendedCall {
    const { access, clock, rules, guard } = this.parts;
    const caller = callerOf(context);
    const instanceId = access.forWrite(caller, input.instanceId ? connectIdFrom(input.instanceId) : undefined);
    const { tenant } = caller;
    const clientToken = input.clientToken ?? randomUUID();
    const { destinationPhoneNumber, trafficType, allowRepeat } = input;
    const connectToken = connectTokenFor({ tenant, instanceId, clientToken, destinationPhoneNumber });
    const request = startOutboundVoiceContactRequest(input, { instanceId, connectToken });
    const key = callKeyFor(rules.stateSecret, { tenant, instanceId, clientToken });
    const windowEntry = windowEntryFor(rules.stateSecret, connectToken);
    const phoneKey = phoneKeyOf(destinationPhoneNumber);
    const waitMs = Math.min((input.maxWaitInSeconds ?? 0) * 1_000 || rules.deadlineMs, rules.deadlineMaxMs);
    return {
      key,
      requestHash: requestHashOf(rules.stateSecret, request, saidToGuard(input)),
      clientToken,
      caller,
      kind: trafficType,
      windowEntry,
      windowKey: windowKeyFor(rules.stateSecret, { tenant, phoneKey }),
      allowRepeat,
      guard: guard && new CallGuard(guard, guardedCallOf(input, { key, phoneKey, caller })),
      request: { ...request, InstanceId: instanceId, ContactFlowId: connectIdFrom(input.contactFlowId) },
      deadlineAtMs: clock.monotonic() + waitMs,
      signal: context.signal,
      log: context.log,
    };
  }

  async #place(call: IntendedCall, effort: CallEffort): Promise<PlacedAnswer & RecordedCall> {
    const { clock, rules } = this.parts;
    const instanceId = call.request.InstanceId;
    const news = new WakeUp(clock);
    const unsubscribe = effort.changed(news.signal);
    call.signal.addEventListener('abort', news.signal, { once: true });
    try {
      for (;;) {
        const claimed = await effort.claim();
        if (claimed.is === 'placed') {
          return { contactId: claimed.contactId, instanceId, isReplay: true, isFirst: false };
        }
        if (claimed.is === 'leased') {
          const leftMs = call.deadlineAtMs - clock.monotonic();
          if (leftMs <= 0 || call.signal.aborted) throw outcomeUnknown(call.clientToken);
          await news.wait(Math.min(claimed.leaseLeftMs, leftMs));
          continue;
        }
        const isReplay = effort.unknownSinceMs !== undefined;
        const placing = new Placing({ ...this.parts, unknownResendMs: rules.unknownResendMs }, effort, call);
        const recorded = await this.#workOn(placing, call, (contactId) => {
          logCall(call, { contactId, instanceId, isReplay }, 'call placed');
          this.#count('placed', call.caller);
        });
        if (recorded) return { ...recorded, instanceId, isReplay };
      }
    } finally {
      unsubscribe();
      call.signal.removeEventListener('abort', news.signal);
    }
  }

  /**
   * The call as it is recorded; undefined where somebody took it over. The effort itself outlives the deadline once it has sent: `placed` is told
   * once, also then, where it was the first to record the call.
   */
  async #workOn(
    placing: Placing,
    call: IntendedCall,
    placed: (contactId: string) => void,
  ): Promise<RecordedCall | undefined> {
    const { clock, tracer = noTracer } = this.parts;
    const stop = () => placing.stopUnlessSent();
    call.signal.addEventListener('abort', stop, { once: true });
    if (call.signal.aborted) stop();
    const cancelExpiry = whenUnauthorised(call.caller, clock, () => placing.stopUnlessSent(expiredBeforeSending()));
    let span = noSpan;
    const work = tracer.span('effort', (begun) => {
      span = begun;
      return placing.run();
    });
    work.then(
      ({ contactId, isFirst }) => {
        if (isFirst) placed(contactId);
      },
      () => undefined,
    );
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(call.deadlineAtMs - clock.monotonic(), () => {
        if (stop()) {
          reject(placing.waitsForStore ? stateUnavailable() : tooLateForPermit());
          return;
        }
        span.continueApart();
        reject(outcomeUnknown(call.clientToken));
      });
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      if (error instanceof TakenOver) return undefined;
      throw error;
    } finally {
      cancel();
      cancelExpiry();
      call.signal.removeEventListener('abort', stop);
    }
  }
}

function resultOf(error: unknown): CallResult {
  return error instanceof GatewayError ? (results[error.code] ?? 'refused') : 'failed';
}

const results: Readonly<Partial<Record<ErrorCode, CallResult>>> = {
  DUPLICATE_CALL: 'duplicate',
  THROTTLED: 'throttled',
  OUTCOME_UNKNOWN: 'unknown',
  UPSTREAM_UNAVAILABLE: 'unavailable',
  INTERNAL_SERVER_ERROR: 'failed',
};

/**
 * For whoever must find out later who called whom: the contact knows the number, the log does not. A call is placed once, and answered
 * as often as somebody asks for it again.
 */
function logCall(
  { caller, kind: trafficType, log }: IntendedCall,
  answer: PlacedAnswer,
  what: 'call placed' | 'call answered from its record',
): void {
  const { subject, tenant } = caller;
  log.info({ ...answer, trafficType, subject, tenant }, what);
}
