import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';

/** The longest delay that a timer of Node takes is 24.8 days, and the machine's clock may be set meanwhile. */
const longestWaitMs = 3_600_000;

/** Whether the token that proved `caller` is over. */
export function isExpired({ expiresAtMs }: Caller, clock: Clock): boolean {
  return clock.now() >= expiresAtMs;
}

/** Calls back once the token of `caller` is over; the returned function calls it off. */
export function whenExpired(caller: Caller, clock: Clock, callback: () => void): () => void {
  let callOff: () => void;
  const wait = () => {
    const leftMs = Math.max(caller.expiresAtMs - clock.now(), 0);
    callOff = clock.after(Math.min(leftMs, longestWaitMs), () => {
      if (isExpired(caller, clock)) callback();
      else wait();
    });
  };
  wait();
  return () => {
    callOff();
  };
}

/** What a client reads whose token is over. */
export function tokenExpired(): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'The token has expired. Subscribe again with a new one.');
}
