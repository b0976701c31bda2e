interface Deadline {
  readonly waiterId: string;
  readonly atMs: number;
}

/** Waiters by their deadlines, soonest first: a binary heap. A waiter that leaves before its deadline stays in it until then, or until `keepOnly`. */
export class Deadlines {
  #heap: Deadline[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(waiterId: string, atMs: number): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (heap[parent]!.atMs <= atMs) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = { waiterId, atMs };
  }

  /** The soonest one that is before `nowMs`, which leaves. */
  takeBefore(nowMs: number): Deadline | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (!first || first.atMs >= nowMs) return undefined;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child += 1;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  /** Forgets the others. */
  keepOnly(isWanted: (waiterId: string) => boolean): void {
    const kept = this.#heap.filter(({ waiterId }) => isWanted(waiterId));
    // In order of their times it is a heap, too.
    this.#heap = kept.sort((one, other) => one.atMs - other.atMs);
  }
}
