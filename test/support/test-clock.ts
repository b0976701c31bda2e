import type { Clock } from '../../src/clock.js';
import type { SimulatorClock } from '../../src/simulator/clock.js';

interface Timer {
  readonly dueAtMs: number;
  readonly delayMs: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it, for the gateway and the simulator alike. */
export class TestClock implements Clock, SimulatorClock {
  #nowMs: number;
  #timers: Timer[] = [];
  #watchers: { readonly delayMs: number; readonly resolve: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 10, 21, 12)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueAtMs: this.#nowMs + delayMs, delayMs, callback };
    this.#timers.push(timer);
    for (const watcher of this.#watchers.filter((one) => one.delayMs === delayMs)) watcher.resolve();
    this.#watchers = this.#watchers.filter((one) => one.delayMs !== delayMs);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  wait(delayMs: number): Promise<void> {
    if (delayMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** Moves on by `ms`; timers that come due are called in their order, at their own time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.dueAtMs <= endMs).sort((a, b) => a.dueAtMs - b.dueAtMs);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /**
   * Moves on in steps, letting what is under way happen in between, until `settled` is; what it settles with. At most a hundred times as
   * fast as the machine, whose sockets, threads and other processes take their own time: no deadline may pass while they are about it.
   */
  async runUntil<T>(settled: Promise<T>, stepMs = 10): Promise<T> {
    let isSettled = false;
    const done = () => {
      isSettled = true;
    };
    settled.then(done, done);
    for (let steps = 0; steps < 100_000 && !(isSettled as boolean); steps += 1) {
      await new Promise((resolve) => (steps % 10 === 9 ? setTimeout(resolve, 1) : setImmediate(resolve)));
      this.advance(stepMs);
    }
    return settled;
  }

  /** Resolves once somebody waits for exactly `delayMs`. */
  whenWaitingFor(delayMs: number): Promise<void> {
    if (this.#timers.some((timer) => timer.delayMs === delayMs)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#watchers.push({ delayMs, resolve });
    });
  }
}
