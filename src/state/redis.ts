import { redisKeys } from './keys.js';
import { RedisCalls } from './redis-calls.js';
import { RedisConnection, type RedisConnectionSettings } from './redis-connection.js';
import { warnOfForgetting } from './redis-durability.js';
import { RedisFences } from './redis-fences.js';
import { RedisPlacements } from './redis-placements.js';
import { RedisTimelines } from './redis-timelines.js';
import { RedisTurns } from './redis-turns.js';
import type { SharedState, StateHealth } from './state.js';
import type { TurnRules } from './turns.js';

export interface RedisStateSettings extends RedisConnectionSettings {
  /** Begins every key and channel. */
  readonly prefix: string;
  readonly turns: TurnRules;
  /** Replicas that share an account and Region of Amazon Connect share this. */
  readonly quotaScope: string;
  /** Keys the digests of whoever waits for a turn. */
  readonly secret: string;
  /** Instead of Redis' own clock, for tests. */
  readonly nowMs?: () => number;
}

/** State shared through Redis or Valkey. Connects by itself, and again after each outage; until then every operation throws StateUnavailable. */
export class RedisState implements SharedState {
  readonly calls: RedisCalls;
  readonly fences: RedisFences;
  readonly placements: RedisPlacements;
  readonly timelines: RedisTimelines;
  readonly turns: RedisTurns;
  readonly health: StateHealth;
  readonly #connection: RedisConnection;

  constructor({ prefix, turns, quotaScope, secret, nowMs, ...settings }: RedisStateSettings) {
    const keys = redisKeys(prefix);
    const connection = new RedisConnection(settings);
    this.#connection = connection;
    this.health = connection;
    this.calls = new RedisCalls(keys, connection, nowMs);
    this.fences = new RedisFences(keys, connection, nowMs);
    this.placements = new RedisPlacements(keys, connection);
    this.timelines = new RedisTimelines(keys, connection);
    this.turns = new RedisTurns(connection, turns, { prefix, scope: quotaScope, secret, ...(nowMs ? { nowMs } : {}) });
    const off = connection.onUp(() => {
      off();
      void warnOfForgetting(connection, settings.log);
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
