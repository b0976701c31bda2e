import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

/** Writes that reach enough replicas now and then are no end of a shortage. */
const overAfterMs = 1_000;

/** Logs when writes begin to reach too few replicas, and when they no longer do. */
export class ReplicaShortage {
  #lastAtMs: number | undefined;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly required: number,
    /** Of the primary, where there are several. */
    private readonly node?: string,
  ) {}

  /** So many replicas had a batch of writes in time. */
  record(reached: number): void {
    const nowMs = this.clock.monotonic();
    if (reached < this.required) {
      if (this.#lastAtMs === undefined) {
        this.log.warn(
          { reached, required: this.required, ...this.#where },
          'what is written to Redis reaches too few replicas in time; no call is placed until it does',
        );
      }
      this.#lastAtMs = nowMs;
    } else if (this.#lastAtMs !== undefined && nowMs - this.#lastAtMs >= overAfterMs) {
      this.#lastAtMs = undefined;
      this.log.info({ ...this.#where }, 'what is written to Redis reaches enough replicas again');
    }
  }

  get #where(): { readonly node?: string } {
    return this.node === undefined ? {} : { node: this.node };
  }
}
