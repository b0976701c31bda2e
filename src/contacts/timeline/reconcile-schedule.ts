import type { Clock } from '../../clock.js';

/** After how much silence Connect is asked; after each answer without news it is that much longer. */
export const silences = {
  withEvents: { firstMs: 15_000, longestMs: 120_000 },
  withoutEvents: { firstMs: 2_000, longestMs: 15_000 },
} as const;
export const silenceGrowth = 1.6;
/** The same for one that is over, which is asked after for a short time only. */
const silenceAfterEndMs = 2_000;
/** Connect shows a change a moment after it took it. */
const changeShowsAfterMs = 1_000;

export interface ReconcileScheduleParts {
  readonly clock: Clock;
  /** Whether contact events come in: without them Connect is asked more often. */
  readonly hasEvents: boolean;
  /** In how many milliseconds the contact is given up unless Connect shows it; Infinity for one that is not. */
  readonly lostInMs: () => number;
}

/** When Connect is to be asked for one contact: after silence, and at the moment at which the contact would be given up. */
export class ReconcileSchedule {
  readonly #silence: { readonly firstMs: number; readonly longestMs: number };
  #dueAtMs = Infinity;
  #silenceMs = 0;

  constructor(private readonly parts: ReconcileScheduleParts) {
    this.#silence = parts.hasEvents ? silences.withEvents : silences.withoutEvents;
  }

  /** Infinity while Connect is asked. */
  get dueAtMs(): number {
    return this.#dueAtMs;
  }

  get silenceMs(): number {
    return this.#silenceMs;
  }

  /** Something new was told of the contact. */
  heard(): void {
    this.#silenceMs = this.#silence.firstMs;
    this.#schedule();
  }

  /** The newest fact that was heard of just now is `forMs` old: Connect is asked that much sooner. */
  wasQuiet(forMs: number): void {
    this.#dueAtMs -= Math.min(forMs, this.#silenceMs);
  }

  /** The contact is over: Connect is asked once it shows the end. */
  ended(): void {
    this.#askSoon(silenceAfterEndMs);
  }

  /** The contact was changed: Connect is asked once it shows that. */
  changed(): void {
    this.#askSoon(this.#silence.firstMs);
  }

  /** Connect is asked now. */
  beginAsking(): void {
    this.#dueAtMs = Infinity;
  }

  /** Connect was asked; unless there was news, the silence grows. */
  endAsking(): void {
    if (this.#dueAtMs !== Infinity) return;
    this.#silenceMs = Math.min(this.#silenceMs * silenceGrowth, this.#silence.longestMs);
    this.#schedule();
  }

  #askSoon(silenceMs: number): void {
    this.#silenceMs = silenceMs;
    this.#dueAtMs = Math.min(this.#dueAtMs, this.parts.clock.monotonic() + changeShowsAfterMs);
  }

  #schedule(): void {
    const lostInMs = this.parts.lostInMs();
    const dueInMs = lostInMs > 0 ? Math.min(this.#silenceMs, lostInMs) : this.#silenceMs;
    this.#dueAtMs = this.parts.clock.monotonic() + dueInMs;
  }
}
