import type { Clock } from '../../clock.js';
import { MemoryRateLimiter } from '../memory/memory-rate-limiter.js';
import type { RedisRateLimiter } from './redis-rate-limiter.js';
import type { Requester } from '../requester.js';
import { StoreUnavailable } from '../../store-health.js';
import { partOf } from '../rate-limiter.js';
import type {
  Capacity,
  Check,
  NextPermit,
  QueuePosition,
  PermitRequest,
  RateLimiterRules,
  RateLimiter,
} from '../rate-limiter.js';

const tryAgainAfterMs = 1_000;

interface Outage {
  readonly local: MemoryRateLimiter;
  tryAgainAtMs: number;
}

/** How a replica goes on alone. */
export interface OutageRules {
  /** Whether `operation` goes on at all; where not, StoreUnavailable is thrown. */
  readonly goesOn: (operation: string) => boolean;
  /** Among how many each quota is then divided. */
  readonly replicas: number;
}

/**
 * The shared rate limiter. While Redis does not answer, it grants this replica's own share of the quota, for the operations that go on. A waiter loses
 * its place in the queue when that changes, as `check` says.
 */
export class RateLimiterThroughOutage implements RateLimiter {
  readonly #listeners: ((waiterId: string) => boolean)[] = [];
  #outage: Outage | undefined;

  constructor(
    private readonly shared: RedisRateLimiter,
    private readonly clock: Clock,
    private readonly rules: RateLimiterRules,
    private readonly outageRules: OutageRules,
  ) {}

  onGranted(listener: (waiterId: string) => boolean): void {
    this.#listeners.push(listener);
    this.shared.onGranted(listener);
  }

  enqueue(request: PermitRequest): Promise<QueuePosition> {
    return this.#ask(request.operation, (limiter) => limiter.enqueue(request));
  }

  check(operation: string, waiterIds: readonly string[] = []): Promise<Check> {
    return this.#ask(operation, (limiter) => limiter.check(operation, waiterIds));
  }

  abandon(operation: string, waiterId: string): Promise<NextPermit> {
    return this.#ask(operation, (limiter) => limiter.abandon(operation, waiterId));
  }

  throttled(operation: string, attemptGroup: string): Promise<void> {
    return this.#ask(operation, (limiter) => limiter.throttled(operation, attemptGroup));
  }

  capacity(operation: string, requester: Requester): Promise<Capacity> {
    return this.#ask(operation, (limiter) => limiter.capacity(operation, requester));
  }

  async #ask<Answer>(operation: string, question: (limiter: RateLimiter) => Promise<Answer>): Promise<Answer> {
    const outage = this.#outage;
    if (!this.outageRules.goesOn(operation)) return question(this.shared);
    if (outage) {
      const nowMs = this.clock.monotonic();
      if (nowMs < outage.tryAgainAtMs) return question(outage.local);
      // One at a time finds out, at the price of a time-out, whether it is over.
      outage.tryAgainAtMs = nowMs + tryAgainAfterMs;
      // The shared bucket does not know of the permits granted here.
      this.shared.assumeEmpty();
    }
    try {
      const answer = await question(this.shared);
      // An answer to what was asked before the outage is no sign of its end.
      if (outage === this.#outage) this.#outage = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return question(this.#outaged().local);
    }
  }

  #outaged(): Outage {
    const tryAgainAtMs = this.clock.monotonic() + tryAgainAfterMs;
    if (this.#outage) {
      this.#outage.tryAgainAtMs = tryAgainAtMs;
    } else {
      const local = new MemoryRateLimiter(this.clock, this.#localRules(), { startEmpty: true });
      for (const listener of this.#listeners) local.onGranted(listener);
      this.#outage = { local, tryAgainAtMs };
    }
    return this.#outage;
  }

  #localRules(): RateLimiterRules {
    return {
      campaignShare: this.rules.campaignShare,
      maxWaitingPerSubject: (operation) => this.rules.maxWaitingPerSubject(operation),
      quotaFor: (operation) => partOf(this.rules.quotaFor(operation), this.outageRules.replicas),
    };
  }
}
