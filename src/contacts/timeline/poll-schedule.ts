import type { Clock } from '../../clock.js';

/** The poll interval after activity, and the longest to which it grows with each answer that tells nothing new. */
export const pollIntervals = {
  withEvents: { firstMs: 15_000, longestMs: 120_000 },
  withoutEvents: { firstMs: 2_000, longestMs: 15_000 },
} as const;
export const pollIntervalGrowth = 1.6;
/** The first interval of a contact that is over, which is polled for a short time only. */
const intervalAfterEndMs = 2_000;
/** Connect shows a change a moment after it took it. */
const changeShowsAfterMs = 1_000;

export interface PollScheduleParts {
  readonly clock: Clock;
  /** Whether contact events come in: without them Connect is asked more often. */
  readonly hasEvents: boolean;
  /** In how many milliseconds the contact is given up unless Connect shows it; Infinity for one that is not. */
  readonly lostInMs: () => number;
}

/** When one contact is polled: after silence, and at the moment at which it would be given up. */
export class PollSchedule {
  readonly #intervals: { readonly firstMs: number; readonly longestMs: number };
  #dueAtMs = Infinity;
  #intervalMs = 0;

  constructor(private readonly parts: PollScheduleParts) {
    this.#intervals = parts.hasEvents ? pollIntervals.withEvents : pollIntervals.withoutEvents;
  }

  /** Infinity while Connect is asked. */
  get dueAtMs(): number {
    return this.#dueAtMs;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Something new was told of the contact. */
  recordActivity(): void {
    this.#intervalMs = this.#intervals.firstMs;
    this.#schedule();
  }

  /** The newest fact that was told just now is `forMs` old already: brings the next poll forward by that much. */
  recordSilence(forMs: number): void {
    this.#dueAtMs -= Math.min(forMs, this.#intervalMs);
  }

  /** The contact is over: Connect is asked once it shows the end. */
  ended(): void {
    this.#pollSoon(intervalAfterEndMs);
  }

  /** The contact was changed: Connect is asked once it shows that. */
  changed(): void {
    this.#pollSoon(this.#intervals.firstMs);
  }

  /** Connect is asked now. */
  beginPoll(): void {
    this.#dueAtMs = Infinity;
  }

  /** Connect was asked; unless it told something new, the interval grows. */
  endPoll(): void {
    if (this.#dueAtMs !== Infinity) return;
    this.#intervalMs = Math.min(this.#intervalMs * pollIntervalGrowth, this.#intervals.longestMs);
    this.#schedule();
  }

  #pollSoon(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    this.#dueAtMs = Math.min(this.#dueAtMs, this.parts.clock.monotonic() + changeShowsAfterMs);
  }

  #schedule(): void {
    const lostInMs = this.parts.lostInMs();
    const dueInMs = lostInMs > 0 ? Math.min(this.#intervalMs, lostInMs) : this.#intervalMs;
    this.#dueAtMs = this.parts.clock.monotonic() + dueInMs;
  }
}
