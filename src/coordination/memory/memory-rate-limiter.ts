import type { Clock } from '../../clock.js';
import type { Requester } from '../requester.js';
import { PermitBucket } from '../permit-bucket.js';
import type {
  Capacity,
  Check,
  NextPermit,
  QueuePosition,
  PermitRequest,
  RateLimiterRules,
  RateLimiter,
} from '../rate-limiter.js';

/** The rate limiter of one process: a restart forgets who waits, and starts with full buckets. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #buckets = new Map<string, PermitBucket>();
  readonly #listeners: ((waiterId: string) => boolean)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly rules: RateLimiterRules,
    /** Buckets start empty: others may have used up the quota just now. */
    private readonly options: { readonly startEmpty?: boolean } = {},
  ) {}

  onGranted(listener: (waiterId: string) => boolean): void {
    this.#listeners.push(listener);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async enqueue(request: PermitRequest): Promise<QueuePosition> {
    const bucket = this.#refreshed(request.operation);
    this.#grant(bucket);
    const position = bucket.enqueue(request);
    return { ...position, ...this.#grant(bucket) };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async check(operation: string, waiterIds: readonly string[] = []): Promise<Check> {
    const bucket = this.#refreshed(operation);
    const lost = waiterIds.filter((waiterId) => !bucket.has(waiterId));
    return { lost, ...this.#grant(bucket) };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async abandon(operation: string, waiterId: string): Promise<NextPermit> {
    const bucket = this.#refreshed(operation);
    bucket.remove(waiterId);
    return this.#grant(bucket);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async throttled(operation: string, attemptGroup: string): Promise<void> {
    const bucket = this.#refreshed(operation);
    bucket.throttled(attemptGroup);
    this.#grant(bucket);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async capacity(operation: string, requester: Requester): Promise<Capacity> {
    const bucket = this.#refreshed(operation);
    this.#grant(bucket);
    return bucket.capacity(requester);
  }

  #refreshed(operation: string): PermitBucket {
    const nowMs = this.clock.monotonic();
    let bucket = this.#buckets.get(operation);
    if (!bucket) {
      bucket = new PermitBucket(
        this.rules.quotaFor(operation),
        this.rules.campaignShare,
        this.rules.maxWaitingPerSubject(operation) ?? Infinity,
        nowMs,
        this.options.startEmpty ?? false,
      );
      this.#buckets.set(operation, bucket);
    }
    bucket.refresh(nowMs);
    return bucket;
  }

  #grant(bucket: PermitBucket): NextPermit {
    for (let waiterIds = bucket.grant(); waiterIds.length > 0; waiterIds = bucket.grant()) {
      for (const waiterId of waiterIds) if (!this.#listeners.some((wants) => wants(waiterId))) bucket.giveBack();
    }
    return { nextPermitInMs: bucket.nextPermitInMs() };
  }
}
