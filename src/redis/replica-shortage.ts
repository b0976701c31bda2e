import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

/** For so long no write may reach too few after one that reached enough: writes that do so now and then are no end of a shortage. */
const overAfterMs = 1_000;

/** Logs when writes begin to reach too few replicas, and when they no longer do. */
export class ReplicaShortage {
  #isShort = false;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly required: number,
    /** Of the primary, where there are several. */
    private readonly node?: string,
  ) {}

  /** So many replicas had a batch of writes in time. */
  record(reached: number): void {
    if (reached < this.required) {
      this.#cancel?.();
      this.#cancel = undefined;
      if (this.#isShort) return;
      this.#isShort = true;
      this.log.warn(
        { reached, required: this.required, ...this.#where },
        'what is written to Redis reaches too few replicas in time; no call is placed until it does',
      );
    } else if (this.#isShort) {
      this.#cancel ??= this.clock.after(overAfterMs, () => {
        this.#isShort = false;
        this.#cancel = undefined;
        this.log.info({ ...this.#where }, 'what is written to Redis reaches enough replicas again');
      });
    }
  }

  get #where(): { readonly node?: string } {
    return this.node === undefined ? {} : { node: this.node };
  }
}
