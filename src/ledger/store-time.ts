import type { Clock } from '../clock.js';

/** The clock of a store as far as this process knows it, from what the store tells with its answers. */
export class StoreTime {
  /** How far the store's clock is before this process' monotonic one, by the answer that took least to come: too little by what it took. */
  #aheadMs = -Infinity;

  /** `givenMs` stands for the store's own clock, in tests. */
  constructor(
    private readonly clock: Clock,
    readonly givenMs?: () => number,
  ) {}

  /** In whole milliseconds, which take less room in a record; -Infinity before the first answer. */
  nowMs(): number {
    return this.givenMs?.() ?? Math.floor(this.clock.monotonic() + this.#aheadMs);
  }

  /** Records that the store told `nowMs` some time after `askedAtMs`, on the monotonic clock; what the time was. A busy process may hear it much later, and would find each of its commits stale if it counted from then. */
  record(nowMs: number, askedAtMs: number): number {
    const atLeastMs = nowMs - this.clock.monotonic();
    // In whole milliseconds it may be told.
    const atMostMs = nowMs - askedAtMs + 1;
    if (atLeastMs > this.#aheadMs || this.#aheadMs > atMostMs) this.#aheadMs = atLeastMs;
    return this.givenMs?.() ?? nowMs;
  }
}
