import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';

/** The longest delay that a timer of Node takes is 24.8 days, and the machine's clock may be set meanwhile. */
const longestWaitMs = 3_600_000;

/**
 * Whether `caller` may still do what their token allowed: the one place that knows what ends it. Today that is the end of the token, with the tolerance
 * that it was accepted with. To be asked again before anything that cannot be taken back.
 */
export function isAuthorised({ expiresAtMs }: Caller, clock: Clock): boolean {
  return clock.now() < expiresAtMs;
}

/** Calls back once `caller` is no longer authorised; the returned function calls it off. */
export function whenUnauthorised(caller: Caller, clock: Clock, callback: () => void): () => void {
  let cancel: () => void;
  const wait = () => {
    const leftMs = Math.max(caller.expiresAtMs - clock.now(), 0);
    cancel = clock.after(Math.min(leftMs, longestWaitMs), () => {
      if (isAuthorised(caller, clock)) wait();
      else callback();
    });
  };
  wait();
  return () => {
    cancel();
  };
}

/** What a subscriber reads who is no longer authorised. */
export function subscriptionExpired(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'The token has expired. Subscribe again with a new one.');
}

/** What a caller reads who is no longer authorised when their permit comes. */
export function expiredBeforeSending(): GatewayError {
  return new GatewayError(
    'UNAUTHENTICATED',
    'The token expired while this waited for its permit; nothing was done. Ask again with a new one.',
  );
}
