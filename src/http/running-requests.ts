import type { Admission } from '../operations/admission.js';

/** Counts what runs, so that a stop can wait for it, and as operations in flight. */
export class RunningRequests {
  #count = 0;
  #whenIdle: (() => void)[] = [];

  constructor(private readonly admission: Pick<Admission, 'enter'>) {}

  /** Runs `work` and counts it until it settles, also when its client has gone. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    const leave = this.admission.enter();
    try {
      return await work();
    } finally {
      leave();
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    }
  }

  /** Resolves once nothing runs. */
  idle(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }
}
