import { sleep, type Clock } from '../clock.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import { stateUnavailable } from './call-errors.js';

/** After an answer that did not come although the connection stands. */
const pauseMs = 100;

/** Rides out an outage of what replicas share. */
export class WhileUp {
  constructor(
    private readonly health: StoreHealth,
    private readonly clock: Clock,
  ) {}

  /** Does `step`, again after each outage, until the monotonic clock says `untilMs`: then it throws UPSTREAM_UNAVAILABLE. */
  async run<T>(untilMs: number, step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        const leftMs = untilMs - this.clock.monotonic();
        if (leftMs <= 0) throw stateUnavailable(error);
        await (this.health.isUp ? sleep(this.clock, Math.min(pauseMs, leftMs)) : this.#up(leftMs));
      }
    }
  }

  #up(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.clock.after(atMostMs, () => {
        unsubscribe();
        resolve();
      });
      const unsubscribe = this.health.onUp(() => {
        callOff();
        unsubscribe();
        resolve();
      });
    });
  }
}

/** Undefined where the store does not do it: for what leases and expiry mend by themselves when it cannot be written. */
export async function ifUp<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}
