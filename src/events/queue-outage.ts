import type { Log } from '../log.js';
import { StoreUnavailable } from '../store-health.js';

/** What the way of an event consists of. */
export type QueueStep = 'receiving' | 'recording' | 'deleting';

const firstBackOffMs = 1_000;
const longestBackOffMs = 30_000;

/** Whether events come through, round by round: how long to pause after a round that failed, and one line of log for each outage. */
export class QueueOutage {
  readonly #log: Log;
  #failing: QueueStep | undefined;
  #hasRoundFailed = false;
  #backOffMs = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  get isOver(): boolean {
    return this.#failing === undefined;
  }

  /** Grows from round to round that fails; 0 after one that did not. */
  get pauseMs(): number {
    return this.#hasRoundFailed ? this.#backOffMs : 0;
  }

  beginRound(): void {
    this.#hasRoundFailed = false;
  }

  fails(step: QueueStep, error: unknown): void {
    if (!this.#hasRoundFailed) {
      this.#backOffMs = Math.min(Math.max(this.#backOffMs * 2, firstBackOffMs), longestBackOffMs);
    }
    this.#hasRoundFailed = true;
    if (this.#failing) return;
    this.#failing = step;
    const isForeseen = step !== 'recording' || error instanceof StoreUnavailable;
    this.#log.warn(isForeseen ? { err: error } : { bug: error }, `${step} contact events fails; trying on`);
  }

  /** Only the step that failed ends the outage: an empty queue proves nothing about recording or deleting. */
  works(step: QueueStep): void {
    if (this.#failing !== step || this.#hasRoundFailed) return;
    this.#failing = undefined;
    this.#backOffMs = 0;
    this.#log.info(`${step} contact events works again`);
  }
}
