/** Time as the simulated service knows it: every moment in the simulator is read here, so a call can be sped up or stepped. */
export interface SimulatorClock {
  /** The present in epoch milliseconds. */
  now(): number;
  /** Moves the present forward at once; whatever waits for a moment that is now past goes on. */
  advance(ms: number): void;
  /** Resolves when the clock has moved on by `ms`; a pending wait does not keep the process alive. */
  wait(ms: number): Promise<void>;
}

interface Waiting {
  readonly dueAt: number;
  readonly resume: () => void;
  timer?: NodeJS.Timeout;
}

/** A clock that stands still until a test advances it; starts at `startMs`, by default the real present. */
export function manualClock(startMs: number = Date.now()): SimulatorClock {
  let now = startMs;
  const waiting = new Set<Waiting>();
  return {
    now: () => now,
    advance(ms) {
      now += ms;
      for (const one of [...waiting].sort((a, b) => a.dueAt - b.dueAt)) {
        if (one.dueAt > now) continue;
        waiting.delete(one);
        one.resume();
      }
    },
    wait: (ms) => (ms <= 0 ? Promise.resolve() : new Promise((resume) => waiting.add({ dueAt: now + ms, resume }))),
  };
}

/** Node's timers take no longer wait, and fire at once instead. */
const longestTimerMs = 2 ** 31 - 1;

/** A clock that runs `speed` times as fast as real time, beginning at the real present. */
export function runningClock(speed = 1): SimulatorClock {
  const startedAt = Date.now();
  const origin = performance.now();
  let skippedMs = 0;
  const waiting = new Set<Waiting>();
  const now = (): number => startedAt + (performance.now() - origin) * speed + skippedMs;

  function arm(one: Waiting): void {
    clearTimeout(one.timer);
    const realMs = Math.ceil((one.dueAt - now()) / speed);
    one.timer = setTimeout(
      () => {
        // Node's timers count whole milliseconds of their own and may fire up to one of them early, and a long wait takes several.
        if (now() < one.dueAt) {
          arm(one);
          return;
        }
        waiting.delete(one);
        one.resume();
      },
      Math.min(Math.max(0, realMs), longestTimerMs),
    ).unref();
  }

  return {
    now: () => Math.floor(now()),
    advance(ms) {
      skippedMs += ms;
      waiting.forEach(arm);
    },
    wait(ms) {
      if (ms <= 0) return Promise.resolve();
      return new Promise((resume) => {
        const one: Waiting = { dueAt: now() + ms, resume };
        waiting.add(one);
        arm(one);
      });
    },
  };
}
