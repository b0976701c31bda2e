import type { SimulatorClock } from './clock.js';

interface Entry {
  readonly dueAtMs: number;
  /** Of two entries for one moment, the one made first comes first. */
  readonly order: number;
  readonly run: (atMs: number) => void;
  /** Its place in the heap, -1 once it is out. */
  index: number;
}

/** What is to happen at which moment of the simulator's clock, in the order of those moments: also when the clock jumps over many at once. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #made = 0;
  #isRunning = false;
  /** The moments for which the clock was asked, the latest first: it cannot be told to forget one. */
  readonly #awaited: number[] = [];

  constructor(private readonly clock: SimulatorClock) {}

  /** Runs something when the moment comes, with that moment, never before this call returned; a moment in the past comes at once. Returns how to cancel it. */
  at(dueAtMs: number, run: (atMs: number) => void): () => void {
    const entry: Entry = { dueAtMs, order: (this.#made += 1), run, index: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    this.#arm();
    return () => {
      this.#remove(entry);
    };
  }

  /** Runs everything whose moment has come by now. */
  catchUp(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      const nowMs = this.clock.now();
      for (let next = this.#heap[0]; next && next.dueAtMs <= nowMs; next = this.#heap[0]) {
        this.#remove(next);
        next.run(next.dueAtMs);
      }
    } finally {
      this.#isRunning = false;
    }
    this.#arm();
  }

  /** Calls everything off. */
  clear(): void {
    for (const entry of this.#heap.splice(0)) entry.index = -1;
  }

  #arm(): void {
    const next = this.#heap[0];
    if (this.#isRunning || !next || next.dueAtMs >= (this.#awaited.at(-1) ?? Infinity)) return;
    const { dueAtMs } = next;
    this.#awaited.push(dueAtMs);
    void this.clock.wait(dueAtMs - this.clock.now()).then(() => {
      this.#awaited.splice(this.#awaited.lastIndexOf(dueAtMs), 1);
      this.catchUp();
    });
  }

  #remove(entry: Entry): void {
    const { index } = entry;
    if (index === -1) return;
    const last = this.#heap.pop()!;
    if (last !== entry) {
      this.#put(last, index);
      this.#rise(last);
      this.#sink(last);
    }
    entry.index = -1;
  }

  #rise(entry: Entry): void {
    while (entry.index > 0) {
      const parent = this.#heap[(entry.index - 1) >> 1]!;
      if (!isBefore(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const [left, right] = [this.#heap[2 * entry.index + 1], this.#heap[2 * entry.index + 2]];
      const first = left && right && isBefore(right, left) ? right : left;
      if (!first || !isBefore(first, entry)) return;
      this.#swap(entry, first);
    }
  }

  #swap(one: Entry, other: Entry): void {
    const { index } = one;
    this.#put(one, other.index);
    this.#put(other, index);
  }

  #put(entry: Entry, index: number): void {
    this.#heap[index] = entry;
    entry.index = index;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueAtMs === other.dueAtMs ? one.order < other.order : one.dueAtMs < other.dueAtMs;
}
