import type { RedisConnection } from '../../redis/redis-connection.js';
import type { StoreHealth } from '../../store-health.js';
import type { Coordination } from '../coordination.js';
import type { RateLimiterRules } from '../rate-limiter.js';
import { RedisTimelines } from './redis-timelines.js';
import { RedisRateLimiter } from './redis-rate-limiter.js';

export interface RedisCoordinationSettings {
  /** Begins every key and channel. */
  readonly prefix: string;
  readonly rateLimiter: RateLimiterRules;
  /** Replicas that share an account and Region of Amazon Connect share this. */
  readonly quotaScope: string;
  /** Keys the digests of those who wait. */
  readonly secret: string;
  /** Instead of Redis' own clock, for tests. */
  readonly nowMs?: (() => number) | undefined;
}

/** The coordination of all replicas, in Redis or Valkey. */
export class RedisCoordination implements Coordination {
  readonly rateLimiter: RedisRateLimiter;
  readonly timelines: RedisTimelines;
  readonly health: StoreHealth;

  constructor(
    connection: RedisConnection,
    { prefix, rateLimiter, quotaScope, secret, nowMs }: RedisCoordinationSettings,
  ) {
    this.health = connection;
    this.timelines = new RedisTimelines(prefix, connection);
    this.rateLimiter = new RedisRateLimiter(connection, rateLimiter, {
      prefix,
      scope: quotaScope,
      secret,
      ...(nowMs ? { nowMs } : {}),
    });
  }
}
