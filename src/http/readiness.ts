import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

const retryMs = 1_000;

/** Does what must have succeeded once before the gateway takes traffic, again every second until it did; knows what keeps it from taking any later. */
export class Readiness {
  readonly #open: Map<string, () => Promise<void>>;
  #stopped = false;
  #cancel: () => void = () => undefined;

  /** `steps` by what is wrong while they have not succeeded; `obstacles` names what is wrong now. */
  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    steps: Readonly<Record<string, () => Promise<void>>>,
    private readonly obstacles: () => readonly string[] = () => [],
  ) {
    this.#open = new Map(Object.entries(steps));
  }

  state(): { readonly ready: boolean; readonly reasons: readonly string[] } {
    const reasons = [...this.#open.keys(), ...this.obstacles()];
    return { ready: reasons.length === 0, reasons };
  }

  start(): void {
    void this.#try();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #try(): Promise<void> {
    await Promise.all(
      [...this.#open].map(async ([reason, step]) => {
        try {
          await step();
          this.#open.delete(reason);
        } catch (err) {
          this.log.warn({ err }, `not ready: ${reason}`);
        }
      }),
    );
    if (this.#open.size > 0 && !this.#stopped) this.#cancel = this.clock.after(retryMs, () => void this.#try());
  }
}
