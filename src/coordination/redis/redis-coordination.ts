import type { RedisConnection } from '../../redis/redis-connection.js';
import type { StoreHealth } from '../../store-health.js';
import type { Coordination } from '../coordination.js';
import type { TurnRules } from '../turns.js';
import { RedisTimelines } from './redis-timelines.js';
import { RedisTurns } from './redis-turns.js';

export interface RedisCoordinationSettings {
  /** Begins every key and channel. */
  readonly prefix: string;
  readonly turns: TurnRules;
  /** Replicas that share an account and Region of Amazon Connect share this. */
  readonly quotaScope: string;
  /** Keys the digests of those who wait. */
  readonly secret: string;
  /** Instead of Redis' own clock, for tests. */
  readonly nowMs?: (() => number) | undefined;
}

/** The coordination of all replicas, in Redis or Valkey. */
export class RedisCoordination implements Coordination {
  readonly turns: RedisTurns;
  readonly timelines: RedisTimelines;
  readonly health: StoreHealth;

  constructor(connection: RedisConnection, { prefix, turns, quotaScope, secret, nowMs }: RedisCoordinationSettings) {
    this.health = connection;
    this.timelines = new RedisTimelines(prefix, connection);
    this.turns = new RedisTurns(connection, turns, { prefix, scope: quotaScope, secret, ...(nowMs ? { nowMs } : {}) });
  }
}
