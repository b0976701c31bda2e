import type { LoopDelay } from '../../src/operations/loop-delay.js';

/** An event loop that is as late as the test says. */
export class ManualLoopDelay implements LoopDelay {
  isWatched = false;
  /** What `overdueMs` tells. */
  overdue = 0;
  #onSample: (delayMs: number) => void = () => undefined;

  watch(onSample: (delayMs: number) => void): () => void {
    this.isWatched = true;
    this.#onSample = onSample;
    return () => {
      this.isWatched = false;
    };
  }

  overdueMs(): number {
    return this.overdue;
  }

  /** A measurement ends. */
  sample(delayMs: number): void {
    if (this.isWatched) this.#onSample(delayMs);
  }
}
