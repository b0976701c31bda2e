import { randomUUID } from 'node:crypto';
import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import type { InstanceAccess } from '../access/instances.js';
import { sleep, type Clock } from '../clock.js';
import { UncertainPlacing, type Connect } from '../connect/connect.js';
import type { Placements } from '../contacts/placements.js';
import { GatewayError } from '../errors.js';
import { connectIdFrom } from '../graphql/connect-arn.js';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
import { connectTokenFor, fingerprintOf, type CallIntent } from './call-keys.js';
import type { Fence } from './fence.js';
import type { Ledger, Placing } from './ledger.js';
import type { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';
import { requireArnsOfInstance, startOutboundVoiceContactRequest } from './start-outbound-voice-contact.request.js';

/** How long the gateway by itself goes on asking what became of a call. */
const resendForMs = 20_000;
/** How long a caller may have it ask on with the same key: later, Connect might take the key for a new call. */
const unknownResendMs = 60_000;
const firstBackoffMs = 250;

export interface PlacedCall {
  readonly contactId: string;
  readonly instanceId: string;
  /** False where an earlier request with the same key had placed it. */
  readonly placedNow: boolean;
}

/** Places calls: one key, one call. */
export class CallService {
  constructor(
    private readonly parts: {
      readonly connect: Connect;
      readonly access: InstanceAccess;
      readonly ledger: Ledger;
      readonly fence: Fence;
      readonly placements: Placements;
      readonly clock: Clock;
      readonly deadlineMs: number;
    },
  ) {}

  /**
   * Places the call unless one with the same clientToken was, and answers by the caller's deadline at the latest. Throws
   * GatewayError; after OUTCOME_UNKNOWN the phone may ring, after anything else it does not.
   */
  async start(input: StartOutboundVoiceContactInput, caller: Caller, log: Log): Promise<PlacedCall> {
    const named = input.instanceId ?? undefined;
    const instanceId = this.parts.access.forWrite(caller, named && connectIdFrom(named));
    requireArnsOfInstance(input, instanceId);
    const intent: CallIntent = {
      tenant: caller.tenant,
      instanceId,
      clientToken: input.clientToken ?? randomUUID(),
      destinationPhoneNumber: input.destinationPhoneNumber,
    };
    const request = startOutboundVoiceContactRequest(input, { instanceId, connectToken: connectTokenFor(intent) });
    const deadlineMs = input.maxWaitInSeconds ? input.maxWaitInSeconds * 1_000 : this.parts.deadlineMs;
    const { placing, isNew } = this.#claim(intent, request, input.allowRepeat);
    if (placing.contactId !== undefined) return { contactId: placing.contactId, instanceId, placedNow: false };
    placing.attempt ??= this.#attempt(intent, placing, request, deadlineMs, log);
    const contactId = await this.#byDeadline(placing.attempt, intent, deadlineMs);
    return { contactId, instanceId, placedNow: isNew };
  }

  #claim(intent: CallIntent, request: StartOutboundVoiceContactCommandInput, allowRepeat: boolean) {
    const { ledger, fence, clock } = this.parts;
    const fingerprint = fingerprintOf(request);
    const known = ledger.find(intent);
    if (known) {
      if (known.fingerprint !== fingerprint) {
        throw new GatewayError(
          'IDEMPOTENCY_CONFLICT',
          'This clientToken was used for another call. Use a new clientToken for a new call, the same input for the same one.',
        );
      }
      const lost = known.uncertainSinceMs !== undefined && clock.monotonic() - known.uncertainSinceMs > unknownResendMs;
      if (known.contactId === undefined && !known.attempt && lost) throw outcomeLost();
      return { placing: known, isNew: false };
    }
    const connectToken = connectTokenFor(intent);
    fence.enter(intent, connectToken, allowRepeat);
    const placing: Placing = {
      fingerprint,
      connectToken,
      attempt: undefined,
      contactId: undefined,
      uncertainSinceMs: undefined,
    };
    ledger.claim(intent, placing);
    return { placing, isNew: true };
  }

  /** Sends until there is an answer. Never rejects unhandled: whoever asks last may be gone. */
  #attempt(
    intent: CallIntent,
    placing: Placing,
    request: StartOutboundVoiceContactCommandInput,
    deadlineMs: number,
    log: Log,
  ): Promise<string> {
    const { ledger, fence, placements, clock } = this.parts;
    const attempt = this.#send(placing, request, deadlineMs, log).then(
      (contactId) => {
        placing.contactId = contactId;
        fence.close(intent, placing.connectToken, contactId);
        placements.record(contactId, {
          instanceId: intent.instanceId,
          contactFlowId: request.ContactFlowId ?? '',
          placedAtMs: clock.now(),
        });
        return contactId;
      },
      (error: unknown) => {
        placing.attempt = undefined;
        if (placing.uncertainSinceMs === undefined) {
          ledger.release(intent);
          fence.release(intent, placing.connectToken);
        } else {
          fence.close(intent, placing.connectToken);
        }
        throw error;
      },
    );
    attempt.catch(() => undefined);
    return attempt;
  }

  async #send(
    placing: Placing,
    request: StartOutboundVoiceContactCommandInput,
    deadlineMs: number,
    log: Log,
  ): Promise<string> {
    const { connect, clock } = this.parts;
    const deadlineAtMs = clock.monotonic() + deadlineMs;
    const giveUpAtMs = () => {
      if (placing.uncertainSinceMs === undefined) return deadlineAtMs;
      const untilMs = Math.max(placing.uncertainSinceMs + resendForMs, deadlineAtMs);
      return Math.min(untilMs, placing.uncertainSinceMs + unknownResendMs);
    };
    for (let backoffMs = firstBackoffMs; ; backoffMs *= 2) {
      const sentAtMs = clock.monotonic();
      try {
        return await connect.startOutboundVoiceContact(request, giveUpAtMs() - sentAtMs);
      } catch (error) {
        if (error instanceof UncertainPlacing) placing.uncertainSinceMs ??= sentAtMs;
        // Once an attempt may have rung the phone, a later refusal proves nothing about it.
        const mayRing = placing.uncertainSinceMs !== undefined;
        if (!mayRing && !wasThrottledByConnect(error)) throw error;
        log.warn({ err: error }, 'no contact id yet for a call; asking again with the same token');
        if (clock.monotonic() + backoffMs > giveUpAtMs()) throw mayRing ? outcomeUnknown(undefined, error) : error;
      }
      await sleep(clock, backoffMs);
    }
  }

  async #byDeadline(attempt: Promise<string>, intent: CallIntent, deadlineMs: number): Promise<string> {
    let callOff: () => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      callOff = this.parts.clock.after(deadlineMs, () => {
        reject(outcomeUnknown(intent.clientToken));
      });
    });
    try {
      return await Promise.race([attempt, late]);
    } catch (error) {
      throw error instanceof GatewayError && error.code === 'OUTCOME_UNKNOWN'
        ? outcomeUnknown(intent.clientToken, error.cause)
        : error;
    } finally {
      callOff();
    }
  }
}

/** Refused for its rate by Connect itself, not by our pacer, which knows that waiting is in vain. */
function wasThrottledByConnect(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'THROTTLED' && error.cause !== undefined;
}

function outcomeUnknown(clientToken: string | undefined, cause?: unknown): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Amazon Connect did not say in time whether the call was placed. Ask again with the clientToken in extensions: nothing is dialed twice.',
    { retryAfterMs: 1_000, cause, ...(clientToken === undefined ? {} : { details: { clientToken } }) },
  );
}

function outcomeLost(): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Nobody knows whether this call was placed; the phone may have rung. To dial anyway use a new clientToken with allowRepeat.',
    { retryable: false },
  );
}
