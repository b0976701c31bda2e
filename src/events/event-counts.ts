import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';

/** What became of the messages received, one that came several times counted each time. */
export interface EventCounts {
  /** Told something new of a contact. */
  readonly recorded: number;
  /** Told nothing new, such as a double. */
  readonly unchanged: number;
  /** Of an account, a Region or an instance that is not ours, or not of a contact: deleted. */
  readonly foreign: number;
  /** Left for the dead-letter queue. */
  readonly unreadable: number;
  /** Readable, but shared state did not take it: comes again. */
  readonly failed: number;
}

const quietMs = 60_000;

/** Counts what becomes of messages, and logs at most once a minute that some were of no use, and in the end all counts; never what they said. */
export class EventTally {
  readonly #counts = { recorded: 0, unchanged: 0, foreign: 0, unreadable: 0, failed: 0 };
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meters: Meters;
  #untold = { foreign: 0, unreadable: 0 };
  #because: string | undefined;
  #endQuiet: (() => void) | undefined;
  #isClosed = false;

  constructor(clock: Clock, log: Log, meters: Meters = noMeters) {
    this.#clock = clock;
    this.#log = log;
    this.#meters = meters;
  }

  counts(): EventCounts {
    return { ...this.#counts };
  }

  count(outcome: 'recorded' | 'unchanged' | 'failed'): void {
    this.#counts[outcome] += 1;
    this.#meters.eventTaken(outcome);
  }

  /** An event that EventBridge sent at `saidAt` is recorded now. */
  recordLag(saidAt: Date | undefined): void {
    if (saidAt) this.#meters.eventLag(this.#clock.now() - saidAt.getTime());
  }

  /** `because` says why in words of ours. */
  drop(outcome: 'foreign' | 'unreadable', because?: string): void {
    this.#counts[outcome] += 1;
    this.#meters.eventTaken(outcome);
    this.#untold[outcome] += 1;
    this.#because = because ?? this.#because;
    if (!this.#endQuiet) this.#tell();
  }

  /** Logs what is not logged yet, and how many messages there were in all, if any; from then on each message of no use is logged at once, without a timer. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#endQuiet?.();
    this.#tell();
    const total = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    if (total > 0) this.#log.info(this.counts(), 'contact events counted since the start');
  }

  #tell(): void {
    this.#endQuiet = undefined;
    const { foreign, unreadable } = this.#untold;
    if (foreign + unreadable === 0) return;
    this.#log.warn(
      { foreign, unreadable, ...(this.#because === undefined ? {} : { because: this.#because }) },
      'messages on the queue of contact events are not for this gateway (deleted) or not readable (left for the dead-letter queue)',
    );
    this.#untold = { foreign: 0, unreadable: 0 };
    this.#because = undefined;
    if (this.#isClosed) return;
    this.#endQuiet = this.#clock.after(quietMs, () => {
      this.#tell();
    });
  }
}
