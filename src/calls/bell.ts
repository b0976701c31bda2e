import type { Clock } from '../clock.js';

/** Waits for news that may come before anybody waits. */
export class Bell {
  #hasRung = false;
  #wake: () => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  readonly ring = (): void => {
    this.#hasRung = true;
    this.#wake();
  };

  /** Resolves at the next ring, at once if it has rung since the last wait, or after `atMostMs`. */
  async wait(atMostMs: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const callOff = this.clock.after(atMostMs, resolve);
        this.#wake = () => {
          callOff();
          resolve();
        };
      });
    }
    this.#hasRung = false;
  }
}
