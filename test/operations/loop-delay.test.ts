import { expect, test } from '@jest/globals';
import { systemClock, type Clock } from '../../src/clock.js';
import { readShare } from '../../src/operations/admission.js';
import { LoopDelaySampler, sampleEveryMs } from '../../src/operations/loop-delay.js';

/** Time of a machine whose event loop runs timers only when it comes to them. */
class LoopClock implements Clock {
  #nowMs = 0;
  #timers: { readonly dueAtMs: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueAtMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** The loop is busy for so long, and runs no timer. */
  busy(ms: number): void {
    this.#nowMs += ms;
  }

  /** The next turn of the loop begins: timers that are due run. */
  turn(): void {
    const due = this.#timers.filter(({ dueAtMs }) => dueAtMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { callback } of due) callback();
  }
}

function watched() {
  const clock = new LoopClock();
  const samples: number[] = [];
  const sampler = new LoopDelaySampler(clock);
  const unwatch = sampler.watch((delayMs) => samples.push(delayMs));
  return { clock, samples, sampler, unwatch };
}

test('a loop that comes to its timers in time has no delay', () => {
  const { clock, samples, sampler } = watched();
  for (let turns = 0; turns < 3; turns += 1) {
    clock.busy(sampleEveryMs);
    expect(sampler.overdueMs()).toBe(0);
    clock.turn();
  }
  expect(samples).toEqual([0, 0, 0]);
});

test('a long turn is known while it lasts, measured at its end, and forgotten with the next measurement', () => {
  const { clock, samples, sampler } = watched();
  clock.busy(10);
  expect(sampler.overdueMs()).toBe(0);
  clock.busy(sampleEveryMs + 290);
  expect(sampler.overdueMs()).toBe(300);
  clock.busy(100);
  expect(sampler.overdueMs()).toBe(400);
  clock.turn();
  expect(samples).toEqual([400]);
  expect(sampler.overdueMs()).toBe(0);
  clock.busy(sampleEveryMs);
  clock.turn();
  expect(samples).toEqual([400, 0]);
});

test('a loop whose every turn takes long is measured as late by that, less the time between two samples: at the least delay that may be set, reads are seen to be late', () => {
  const { clock, samples } = watched();
  for (let turns = 0; turns < 3; turns += 1) {
    clock.busy(50);
    clock.turn();
  }
  expect(samples).toEqual([50, 50, 50].map((turnMs) => turnMs - sampleEveryMs));
  expect(Math.min(...samples)).toBeGreaterThanOrEqual(50 * readShare.loopDelay);
});

test('nothing is measured that nobody watches', () => {
  const { clock, samples, sampler, unwatch } = watched();
  unwatch();
  expect(clock.timers).toBe(0);
  clock.busy(1_000);
  clock.turn();
  expect([samples, sampler.overdueMs()]).toEqual([[], 0]);
});

test('a watcher may leave by what it is told', () => {
  const clock = new LoopClock();
  const unwatch = new LoopDelaySampler(clock).watch(() => {
    unwatch();
  });
  clock.busy(sampleEveryMs);
  clock.turn();
  expect(clock.timers).toBe(0);
});

test('the loop of this process is late while it is kept busy', async () => {
  const sampler = new LoopDelaySampler(systemClock);
  const delayMs = await new Promise<number>((resolve) => {
    const unwatch = sampler.watch((sample) => {
      unwatch();
      resolve(sample);
    });
    const untilMs = performance.now() + sampleEveryMs + 60;
    while (performance.now() < untilMs);
    expect(sampler.overdueMs()).toBeGreaterThanOrEqual(59);
  });
  expect(delayMs).toBeGreaterThanOrEqual(59);
});
