import type { Clock } from '../clock.js';

/** How late the event loop comes to what is due: what every operation waits for, several times, before it is answered. */
export interface LoopDelay {
  /** Calls back with each measured delay, in milliseconds, until the returned function is called. */
  watch(onSample: (delayMs: number) => void): () => void;
  /** For how many milliseconds a measurement has been due: in a long turn of the loop, at least as long as that turn has lasted so far, less `sampleEveryMs`. */
  overdueMs(): number;
}

/** How often it is measured. A loop whose every turn takes longer is measured as so much less late: its timers are set when a turn begins. */
export const sampleEveryMs = 20;

/** Measures by how much timers of `clock`, which is to be the machine's own, are late. Measures only while it is watched, for one watcher. */
export class LoopDelaySampler implements LoopDelay {
  #dueAtMs = Infinity;

  constructor(private readonly clock: Clock) {}

  watch(onSample: (delayMs: number) => void): () => void {
    const { clock } = this;
    let cancel: () => void;
    const wait = () => {
      this.#dueAtMs = clock.monotonic() + sampleEveryMs;
      cancel = clock.after(sampleEveryMs, () => {
        const delayMs = this.overdueMs();
        // First, so that the watcher may leave.
        wait();
        onSample(delayMs);
      });
    };
    wait();
    return () => {
      cancel();
      this.#dueAtMs = Infinity;
    };
  }

  overdueMs(): number {
    return Math.max(0, this.clock.monotonic() - this.#dueAtMs);
  }
}

/** For whoever does not measure it. */
export const noLoopDelay: LoopDelay = { watch: () => () => undefined, overdueMs: () => 0 };
