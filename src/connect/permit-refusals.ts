import { GatewayError } from '../errors.js';

/** The permit would have come too late, or others came first. */
export function throttled(retryAfterMs: number): GatewayError {
  return new GatewayError(
    'THROTTLED',
    'Amazon Connect allows no more requests of this kind for the moment; nothing was done. Ask again after retryAfterMs.',
    { retryAfterMs },
  );
}

/** The requester has as many waiters as one may have. */
export function tooMany(retryAfterMs: number): GatewayError {
  return new GatewayError(
    'LIMIT_EXCEEDED',
    'As many of your calls wait for permits as one caller may have waiting; nothing was placed. Ask again after retryAfterMs, when the next of them has got its permit.',
    { retryAfterMs, details: { limit: 'waitingCallsPerSubject' } },
  );
}

/** Shared state does not answer. */
export function unavailable(cause: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'The gateway could not ask for a permit to send this, because its shared state is away; nothing was done. Ask again in a moment.',
    { cause, retryAfterMs: 1_000 },
  );
}
