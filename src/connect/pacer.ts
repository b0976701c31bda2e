import { sleep, type Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import { quotaFor, type Quota } from './quotas.js';

interface Bucket {
  readonly intervalMs: number;
  readonly burst: number;
  /** When the bucket will be full again, on the monotonic clock; every turn moves it one interval on. */
  fullAtMs: number;
}

/** Hands out turns to call Connect so that this process stays inside Connect's quota, first come, first served. */
export class Pacer {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly overrides: ReadonlyMap<string, Quota>,
  ) {}

  /**
   * Resolves when it is this caller's turn to send `operation`. Throws THROTTLED, at once and without taking a turn, when the
   * turn would come more than `maxWaitMs` from now; `retryAfterMs` then says when it is worth asking again.
   */
  async turn(operation: string, maxWaitMs: number): Promise<void> {
    const waitMs = this.waitMs(operation);
    if (waitMs > maxWaitMs) {
      throw new GatewayError(
        'THROTTLED',
        'Amazon Connect allows no more requests of this kind for the moment; nothing was sent. Ask again after retryAfterMs.',
        { retryAfterMs: Math.ceil(waitMs - maxWaitMs) },
      );
    }
    const bucket = this.#bucketOf(operation);
    bucket.fullAtMs = Math.max(bucket.fullAtMs, this.clock.monotonic()) + bucket.intervalMs;
    if (waitMs > 0) await sleep(this.clock, waitMs);
  }

  /** How long a turn asked for now would take to come, in whole milliseconds as timers have them. */
  waitMs(operation: string): number {
    const { fullAtMs, intervalMs, burst } = this.#bucketOf(operation);
    return Math.max(0, Math.round(fullAtMs - this.clock.monotonic() - (burst - 1) * intervalMs));
  }

  #bucketOf(operation: string): Bucket {
    let bucket = this.#buckets.get(operation);
    if (!bucket) {
      const { ratePerSecond, burst } = quotaFor(operation, this.overrides);
      bucket = { intervalMs: 1_000 / ratePerSecond, burst, fullAtMs: 0 };
      this.#buckets.set(operation, bucket);
    }
    return bucket;
  }
}
