import type { Clock } from '../../src/clock.js';

interface Due {
  atMs: number;
  readonly order: number;
  readonly process: Process | undefined;
  readonly run: () => void;
  isCancelled: boolean;
}

/** One time for all replicas, the stores, Connect and the callers. It stands still until somebody goes on to what is due next. */
export class VirtualTime {
  nowMs = 1_000_000;
  #due: Due[] = [];
  #order = 0;

  /** Does it then; or, where `process` stands still at that time, as soon as it goes on; never, once that is dead. */
  at(atMs: number, process: Process | undefined, run: () => void): () => void {
    const due = { atMs: Math.max(atMs, this.nowMs), order: (this.#order += 1), process, run, isCancelled: false };
    this.#insert(due);
    return () => {
      due.isCancelled = true;
    };
  }

  /** Goes on to what is due next, and does it. False where nothing is due. */
  next(): boolean {
    for (;;) {
      const due = this.#due.pop();
      if (!due) return false;
      const { process } = due;
      if (due.isCancelled || process?.isDead) continue;
      if (process && process.resumesAtMs > due.atMs) {
        due.atMs = process.resumesAtMs;
        this.#insert(due);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.run();
      return true;
    }
  }

  wait(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.nowMs + forMs, undefined, resolve);
    });
  }

  /** Soonest last. */
  #insert(due: Due): void {
    const all = this.#due;
    let index = all.length;
    while (index > 0 && isSooner(all[index - 1]!, due)) index -= 1;
    all.splice(index, 0, due);
  }
}

function isSooner(one: Due, other: Due): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** A process of a replica: it may stand still for a while, and it may die; its clocks are its own. */
export class Process {
  isDead = false;
  /** It stands still until then. */
  resumesAtMs = 0;
  /** For how long it has stood still so far. */
  pausedMs = 0;
  readonly clock: Clock;

  constructor(
    readonly name: string,
    private readonly time: VirtualTime,
    /** How far its monotonic clock is ahead of the others'. */
    aheadMs: number,
  ) {
    const monotonic = () => time.nowMs + aheadMs;
    this.clock = {
      now: () => time.nowMs + Date.UTC(2026, 0, 1),
      monotonic,
      after: (delayMs, callback) => time.at(time.nowMs + Math.max(0, delayMs), this, callback),
    };
  }

  pause(forMs: number): void {
    this.resumesAtMs = Math.max(this.resumesAtMs, this.time.nowMs) + forMs;
    this.pausedMs += forMs;
  }
}
