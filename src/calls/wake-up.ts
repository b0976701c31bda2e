import type { Clock } from '../clock.js';

/** A one-shot wake-up: the signal may come before anybody waits for it. */
export class WakeUp {
  #isSignalled = false;
  #wake: () => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  readonly signal = (): void => {
    this.#isSignalled = true;
    this.#wake();
  };

  /** Resolves at the next signal, at once if there was one since the last wait, or after `atMostMs`. */
  async wait(atMostMs: number): Promise<void> {
    if (!this.#isSignalled) {
      await new Promise<void>((resolve) => {
        const cancel = this.clock.after(atMostMs, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#isSignalled = false;
  }
}
