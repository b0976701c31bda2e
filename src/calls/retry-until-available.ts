import { sleep, type Clock } from '../clock.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import { stateUnavailable } from './call-errors.js';

/** The pause after an answer that did not come although the connection stands. */
const pauseMs = 100;

/** Retries a step until the store is available again. */
export class RetryUntilAvailable {
  constructor(
    private readonly health: StoreHealth,
    private readonly clock: Clock,
  ) {}

  /** Runs `step`, again after each outage. Throws UPSTREAM_UNAVAILABLE once the monotonic clock says `untilMs`. */
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
      const cancel = this.clock.after(atMostMs, () => {
        unsubscribe();
        resolve();
      });
      const unsubscribe = this.health.onUp(() => {
        cancel();
        unsubscribe();
        resolve();
      });
    });
  }
}

/** What the store answers by `untilMs` on the monotonic clock; else UPSTREAM_UNAVAILABLE. */
export async function inTime<T>(clock: Clock, untilMs: number, answer: Promise<T>): Promise<T> {
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(untilMs - clock.monotonic(), () => {
      reject(stateUnavailable());
    });
  });
  return Promise.race([answer, late]).finally(cancel);
}

/** Answers undefined where the store is unavailable. Use it only for writes whose loss leases and expiry make up for. */
export async function bestEffort<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}
