import type { Counted, CountLimit, CountStep } from '../call-count.js';

interface Dialed {
  readonly call: string;
  readonly atMs: number;
}

/** The calls of one count. A step costs as much however many there are, but for what a binary search takes. Times are of one clock that never goes back. */
export class CallTally {
  /** Until when calls are held that are not dialed. */
  readonly #held = new Map<string, number>();
  /** No hold ends before. */
  #heldUntilMs = Infinity;
  /** In the order in which they were dialed, those that do not count any more before the others. */
  readonly #dialed: Dialed[] = [];
  readonly #dialedAtMs = new Map<string, number>();

  /** How many calls it keeps. */
  get size(): number {
    return this.#held.size + this.#dialed.length;
  }

  /** How the limits of a step stand. */
  standings(step: CountStep, nowMs: number): readonly Counted[] {
    if (step.does === 'release') return [];
    this.#dropHeld(nowMs);
    return step.limits.map((limit) => this.#standing(step.call, limit, nowMs));
  }

  /** A call that is held while it counts as dialed stays so; `keptForMs` says for how long that is. */
  take(step: CountStep, keptForMs: number, nowMs: number): void {
    const { call, does } = step;
    this.#dropHeld(nowMs);
    this.#dropDialed(nowMs - keptForMs);
    const dialedAtMs = this.#dialedAtMs.get(call);
    if (does === 'hold' && dialedAtMs !== undefined && dialedAtMs > nowMs - keptForMs) return;
    if (dialedAtMs !== undefined) this.#forget(call, dialedAtMs);
    if (does === 'hold') {
      const untilMs = Math.max(nowMs + step.holdMs, this.#held.get(call) ?? 0);
      this.#held.set(call, untilMs);
      this.#heldUntilMs = Math.min(this.#heldUntilMs, untilMs);
      return;
    }
    this.#held.delete(call);
    if (does === 'release') return;
    this.#dialed.push({ call, atMs: nowMs });
    this.#dialedAtMs.set(call, nowMs);
  }

  #standing(call: string, { withinMs, max }: CountLimit, nowMs: number): Counted {
    const from = this.#countUpTo(nowMs - withinMs);
    const isDialed = (this.#dialedAtMs.get(call) ?? -Infinity) > nowMs - withinMs;
    const calls = this.#held.size - Number(this.#held.has(call)) + this.#dialed.length - from - Number(isDialed);
    if (calls < max || max === 0) return { calls };
    // So many of them must stop to count; its own may be among the first that were dialed.
    const room = calls - max + 1;
    const ends = [
      ...[...this.#held].flatMap(([other, untilMs]) => (other === call ? [] : [untilMs - nowMs])),
      ...this.#dialed
        .slice(from, from + room + 1)
        .flatMap(({ call: other, atMs }) => (other === call ? [] : [atMs + withinMs - nowMs])),
    ];
    return { calls, fewerAfterMs: ends.sort((one, other) => one - other)[room - 1]! };
  }

  #dropHeld(nowMs: number): void {
    if (nowMs < this.#heldUntilMs) return;
    this.#heldUntilMs = Infinity;
    for (const [call, untilMs] of this.#held) {
      if (untilMs <= nowMs) this.#held.delete(call);
      else this.#heldUntilMs = Math.min(this.#heldUntilMs, untilMs);
    }
  }

  /** What counts no more goes once it is half of all, so that nobody moves the others for each. */
  #dropDialed(upToMs: number): void {
    const over = this.#countUpTo(upToMs);
    if (over * 2 < this.#dialed.length) return;
    for (const { call } of this.#dialed.splice(0, over)) this.#dialedAtMs.delete(call);
  }

  #forget(call: string, atMs: number): void {
    let index = this.#countUpTo(atMs) - 1;
    while (this.#dialed[index]!.call !== call) index -= 1;
    this.#dialed.splice(index, 1);
    this.#dialedAtMs.delete(call);
  }

  /** How many were dialed up to that time. */
  #countUpTo(atMs: number): number {
    let low = 0;
    let high = this.#dialed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#dialed[middle]!.atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
