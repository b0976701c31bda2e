import type { Unsubscribe } from './listeners.js';

/** Whether a store can be asked at all; one in memory always can. */
export interface StoreHealth {
  readonly isUp: boolean;
  /** Tells each time the store comes up, the first time and after an outage, from which it may have come back empty. */
  onUp(listener: () => void): Unsubscribe;
}

/** The health of a store that is part of the process. */
export const alwaysUp: StoreHealth = { isUp: true, onUp: () => () => undefined };

/** A store (Redis, say) did not do what it was asked, or did not say so: a write may have been made all the same. Never shown to a client. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(cause?: unknown) {
    super('a store did not answer', { cause });
  }
}
