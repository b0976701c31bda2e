interface Deadline {
  readonly ticket: string;
  readonly atMs: number;
}

/** Tickets by their deadlines, soonest first: a binary heap. A ticket that is gone before its deadline stays in it until then, or until `keepOnly`. */
export class Deadlines {
  #heap: Deadline[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(ticket: string, atMs: number): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (heap[parent]!.atMs <= atMs) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = { ticket, atMs };
  }

  /** The soonest one that is before `nowMs`, which leaves. */
  takeBefore(nowMs: number): Deadline | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (!first || first.atMs >= nowMs) return undefined;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child += 1;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  /** Forgets the others. */
  keepOnly(isWanted: (ticket: string) => boolean): void {
    const kept = this.#heap.filter(({ ticket }) => isWanted(ticket));
    // In order of their times it is a heap, too.
    this.#heap = kept.sort((one, other) => one.atMs - other.atMs);
  }
}
