import type { Clock } from '../clock.js';
import { StoreUnavailable } from '../store-health.js';
import { isUnknownScript } from './redis-errors.js';
import type { BatchOutcome, ScriptCall, WriteLane } from './write-lane.js';

/** Redis reads a long batch in parts, and serves others in between; its answers come all at once. */
const mostPerBatch = 512;

interface Queued {
  readonly call: ScriptCall;
  readonly sinceMs: number;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: StoreUnavailable) => void;
}

export interface WriteLanesParts {
  /** Makes the lanes of one primary, which are to tell when they change. */
  readonly open: (onChange: () => void) => readonly WriteLane[];
  readonly clock: Clock;
  /** How many replicas must have a write. */
  readonly replicas: number;
  /** For how long a script waits for a lane. */
  readonly queuedForMs: number;
  /** Told of every batch, before its scripts are answered. */
  readonly onOutcome: (outcome: BatchOutcome) => void;
  /** Some lane is ready, and none was. */
  readonly onUp: () => void;
  /** None is ready, and none is being opened for the first time. */
  readonly onGone: () => void;
}

/**
 * The connections that write to one primary. A lane that is idle takes all that is queued, and one WAIT answers for it; meanwhile the others take what comes.
 */
export class WriteLanes {
  readonly #lanes: readonly WriteLane[];
  #queue: Queued[] = [];
  #state: 'opening' | 'up' | 'gone' = 'opening';
  #isPlanned = false;

  constructor(private readonly parts: WriteLanesParts) {
    this.#lanes = parts.open(() => {
      this.#lookAtLanes();
    });
  }

  get isUp(): boolean {
    return this.#lanes.some((lane) => lane.isReady);
  }

  /** None is connected so far, and some may be soon. */
  get isOpening(): boolean {
    return !this.isUp && this.#lanes.some((lane) => lane.isOpening);
  }

  /** The script's answer, once enough replicas have what it wrote. Throws StoreUnavailable. */
  run(call: ScriptCall): Promise<unknown> {
    if (!this.isUp && !this.isOpening) return Promise.reject(this.#unavailable());
    return new Promise((resolve, reject) => {
      this.#queue.push({ call, sinceMs: this.parts.clock.monotonic(), resolve, reject });
      this.#dispatchSoon();
    });
  }

  reconnect(): void {
    for (const lane of this.#lanes) lane.reconnect();
  }

  /** What waits for a lane is refused; what was sent is answered. */
  async close(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) reject(this.#unavailable());
    await Promise.allSettled(this.#lanes.map((lane) => lane.close()));
  }

  /** What is asked in one turn leaves together. */
  #dispatchSoon(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const leastSinceMs = this.isUp || this.isOpening ? this.parts.clock.monotonic() - this.parts.queuedForMs : Infinity;
    for (const { sinceMs, reject } of this.#queue) if (sinceMs < leastSinceMs) reject(this.#unavailable());
    this.#queue = this.#queue.filter(({ sinceMs }) => sinceMs >= leastSinceMs);
    for (const lane of this.#lanes) {
      if (this.#queue.length === 0) return;
      if (lane.isIdle) void this.#send(lane, this.#queue.splice(0, mostPerBatch));
    }
  }

  async #send(lane: WriteLane, batch: readonly Queued[]): Promise<void> {
    const outcome = await lane.send(batch.map(({ call }) => call));
    this.parts.onOutcome(outcome);
    const shortage = this.#shortageOf(outcome);
    const forgotten: Queued[] = [];
    for (const [index, queued] of batch.entries()) {
      const script = outcome.scripts[index];
      const error = script && 'error' in script ? script.error : shortage;
      if (!script || error) {
        // It ran nowhere, and is sent in full next.
        if (isUnknownScript(error) && !shortage) forgotten.push(queued);
        else queued.reject(new StoreUnavailable(error));
      } else {
        queued.resolve((script as { readonly reply: unknown }).reply);
      }
    }
    this.#queue.unshift(...forgotten);
    this.#dispatch();
  }

  #shortageOf({ replicas }: BatchOutcome): Error | undefined {
    if (replicas instanceof Error) return replicas;
    if (replicas >= this.parts.replicas) return undefined;
    return new Error(`what was written reached ${replicas} of ${this.parts.replicas} replicas in time`);
  }

  #lookAtLanes(): void {
    const state = this.isUp ? 'up' : this.isOpening ? 'opening' : 'gone';
    const wasState = this.#state;
    this.#state = state;
    if (state === 'up' && wasState !== 'up') this.parts.onUp();
    if (state === 'gone' && wasState !== 'gone') this.parts.onGone();
    this.#dispatch();
  }

  #unavailable(): StoreUnavailable {
    return new StoreUnavailable(this.#lanes.find(({ lastError }) => lastError !== undefined)?.lastError);
  }
}
