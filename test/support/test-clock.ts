import { performance } from 'node:perf_hooks';
import type { Clock } from '../../src/clock.js';
import type { SimulatorClock } from '../../src/simulator/clock.js';
import { cryptoJobs } from './crypto-jobs.js';

interface Timer {
  readonly dueAtMs: number;
  readonly callback: () => void;
}

/** For how many milliseconds of the machine nothing must happen before nothing is taken to be under way. */
const quietRounds = 5;
/** The same, before time passes a little. */
const shortQuietRounds = 2;
/** After how many of them time passes all the same: somebody may ask over and over until it has. */
const mostRounds = 100;

/** How often something came to this process over its sockets, or from its threads. */
const eventsSoFar = () => performance.nodeTiming.uvMetricsInfo.events;

/** Time that stands still until a test moves it, for the gateway and the simulator alike. */
export class TestClock implements Clock, SimulatorClock {
  #nowMs: number;
  #timers: Timer[] = [];
  /** How often a timer was set or called off. */
  #changes = 0;
  #whenSet: (() => void)[] = [];

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
    const timer = { dueAtMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    this.#changes += 1;
    for (const resolve of this.#whenSet.splice(0)) resolve();
    return () => {
      this.#changes += 1;
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
    for (let next = this.#next(); next && next.dueAtMs <= endMs; next = this.#next()) {
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /** Moves on by `ms` at once, as where the event loop stands still: only then are the timers called that came due, and none that they set. */
  stall(ms: number): void {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ dueAtMs }) => dueAtMs <= this.#nowMs).sort((a, b) => a.dueAtMs - b.dueAtMs);
    for (const timer of due) {
      // One that was called before may have called it off.
      if (!this.#timers.includes(timer)) continue;
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.callback();
    }
  }

  /**
   * Moves on until `settled` is, and only while nothing else is under way; what it settles with. Other processes are not seen at work, only
   * when they answer: for them time passes at most a hundred times as fast as the machine's.
   */
  async runUntil<T>(settled: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = () => {
      isSettled = true;
    };
    settled.then(done, done);
    const stillOpen = () => !isSettled;
    for (let quiet = 0, rounds = 1; stillOpen(); rounds += 1) {
      quiet = (await this.#isQuiet(settled)) ? quiet + 1 : 0;
      if (!stillOpen() || (quiet < shortQuietRounds && rounds < mostRounds)) continue;
      const isAtTimer = this.#step(quiet < shortQuietRounds ? 10 : 100);
      if (isAtTimer) quiet = 0;
      rounds = 0;
    }
    return settled;
  }

  /** Stands still until all that is under way has come to wait: for time, or for something that the test does next. */
  async whenQuiet(): Promise<void> {
    for (let quiet = 0; quiet < quietRounds;) quiet = (await this.#isQuiet()) ? quiet + 1 : 0;
  }

  /** Moves on to the next timer, once nothing is under way and there is one; by how many milliseconds. */
  async runToNextTimer(): Promise<number> {
    do await this.whenQuiet();
    while (this.#timers.length === 0);
    const waitedMs = Math.max(0, this.#next()!.dueAtMs - this.#nowMs);
    this.advance(waitedMs);
    return waitedMs;
  }

  /** Resolves when somebody begins to wait for this clock. */
  whenTimerSet(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenSet.push(resolve);
    });
  }

  #next(): Timer | undefined {
    const [first, ...others] = this.#timers;
    return others.reduce((next, other) => (other.dueAtMs < next!.dueAtMs ? other : next), first);
  }

  /** Moves on to the next timer, by `mostMs` at most; whether it came to it. */
  #step(mostMs: number): boolean {
    const dueInMs = (this.#next()?.dueAtMs ?? Infinity) - this.#nowMs;
    this.advance(Math.max(0, Math.min(dueInMs, mostMs)));
    return dueInMs <= mostMs;
  }

  /** Whether nothing happens for a millisecond of the machine; known sooner once `settled` is. */
  async #isQuiet(settled?: Promise<unknown>): Promise<boolean> {
    const before = this.#news();
    let timer;
    const passed = new Promise((resolve) => (timer = setTimeout(resolve, 1)));
    await Promise.race(settled ? [passed, settled] : [passed]).catch(() => undefined);
    clearTimeout(timer);
    return this.#news() === before && cryptoJobs() === 0;
  }

  #news(): number {
    return eventsSoFar() + this.#changes;
  }
}
