import type { ConnectRefusal } from '../connect/errors.js';
import { GatewayError } from '../errors.js';
import type { WindowPhase } from '../ledger/duplicate-window.js';

/** The phone may ring. `clientToken` is what to ask again with, also for a caller who sent none. */
export function outcomeUnknown(clientToken: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Amazon Connect did not say in time whether the call was placed. Ask again with the clientToken in extensions: nothing is dialed twice.',
    { retryAfterMs: 1_000, cause, details: { clientToken } },
  );
}

/** The phone may have rung, and the dialing rules do not allow to send the call again, which could ring it once more: `refusal` is their POLICY_REFUSED. */
export function resendRefused(clientToken: string, refusal: GatewayError): GatewayError {
  const retryAfterMs = refusal.retryAfterMs ?? 1_000;
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Amazon Connect did not say in time whether the call was placed, and the dialing rules do not allow to ask it again now (see extensions.refusals). Ask again with the clientToken in extensions: nothing is dialed twice.',
    { retryAfterMs, cause: refusal, details: { ...refusal.details, clientToken } },
  );
}

/** The phone may have rung, and nothing that would tell may be sent any more. */
export function outcomeExpired(): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Nobody knows whether this call was placed; the phone may have rung. To dial anyway use a new clientToken with allowRepeat.',
    { retryable: false },
  );
}

export function idempotencyConflict(): GatewayError {
  return new GatewayError(
    'IDEMPOTENCY_CONFLICT',
    'This clientToken was used for another call. Use a new clientToken for a new call, the same input for the same one.',
  );
}

/** Connect knows the token, which the gateway does not, or no longer. */
export function tokenOfAnother({ cause }: ConnectRefusal): GatewayError {
  return new GatewayError(
    'IDEMPOTENCY_CONFLICT',
    'This clientToken was used for another call. Use a new clientToken for a new call.',
    { cause },
  );
}

/** What is said of the other call, by what is known of it. */
const duplicates: Readonly<Record<WindowPhase, string>> = {
  placed:
    'This number was called moments ago. To follow that call, read its contact; to call again all the same, set allowRepeat.',
  'outcome unknown':
    'This number may have been called moments ago: nobody knows yet what became of that call. Wait for retryAfterMs; to call all the same, set allowRepeat.',
  pending:
    'Another call to this number is on its way: it waits for its permit or is being placed. Ask again later; to call beside it, set allowRepeat.',
};

/** Another call to the number was placed, may have been, or may yet be. */
export function duplicateCall(other: {
  readonly because: WindowPhase;
  readonly retryAfterMs: number;
  readonly contactId: string | undefined;
}): GatewayError {
  const { because, retryAfterMs, contactId } = other;
  return new GatewayError('DUPLICATE_CALL', duplicates[because], {
    retryAfterMs,
    ...(contactId === undefined ? {} : { details: { contactId } }),
  });
}

/** `allowed` calls with allowRepeat within an hour are all that one number gets. */
export function tooManyRepeats(retryAfterMs: number, allowed: number): GatewayError {
  const details = { limit: 'repeatCallsPerNumberAndHour', allowed };
  if (allowed === 0) {
    const message = 'This gateway places no calls with allowRepeat. Ask without it.';
    return new GatewayError('LIMIT_EXCEEDED', message, { retryable: false, details });
  }
  return new GatewayError(
    'LIMIT_EXCEEDED',
    'This number has had all the calls with allowRepeat that it may have within an hour. Ask again after retryAfterMs, or without allowRepeat once no other call to it was placed moments ago.',
    { retryAfterMs, details },
  );
}

/** What replicas share cannot be asked, so that this request placed nothing; an earlier one with its key may have. */
export function stateUnavailable(cause: unknown = new Error('the ledger did not answer in time')): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'This gateway cannot make sure that the call is placed only once, so this request placed nothing. Ask again, with the same clientToken if there is one.',
    { retryAfterMs: 1_000, cause },
  );
}

/** No permit is asked for that leaves no time for an answer. */
export function tooLateForPermit(): GatewayError {
  return new GatewayError('THROTTLED', 'There was no permit in time; nothing was placed. Ask again, or wait longer.', {
    retryAfterMs: 1_000,
  });
}

/** Nobody waited for the call any more, and nothing that may have rung a phone was sent. */
export function stopped(): GatewayError {
  return new GatewayError('THROTTLED', 'Nobody waited for this call any more; nothing was placed.');
}
