import type { StoreHealth } from '../store-health.js';
import type { Timelines } from './timelines.js';
import type { RateLimiter } from './rate-limiter.js';

/** What replicas tell each other and may lose: the queues for Amazon Connect's quotas, and what is known of contacts that somebody follows. */
export interface Coordination {
  readonly rateLimiter: RateLimiter;
  readonly timelines: Timelines;
  readonly health: StoreHealth;
}
