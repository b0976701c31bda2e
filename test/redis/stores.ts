import { RedisCoordination } from '../../src/coordination/redis/redis-coordination.js';
import type { Coordination } from '../../src/coordination/coordination.js';
import type { RateLimiterRules } from '../../src/coordination/rate-limiter.js';
import { RedisLedger } from '../../src/ledger/redis/redis-ledger.js';
import { createLog } from '../../src/log.js';
import { RedisConnection, type RedisConnectionSettings } from '../../src/redis/redis-connection.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { keyed } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { placementsOn, windowsOn } from '../ledger/windows-on.js';
import type { TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';

export const rateLimiter: RateLimiterRules = {
  quotaFor: () => ({ ratePerSecond: 2, burst: 5 }),
  campaignShare: 0.1,
  maxWaitingPerSubject: () => 20,
};

export interface StoreSettings extends RedisConnectionSettings {
  readonly prefix: string;
  readonly quotaScope: string;
  readonly rateLimiter: RateLimiterRules;
  readonly secret: string;
  /** Instead of Redis' own clock. */
  readonly nowMs?: () => number;
}

/** Both stores of one replica on one connection, and each kind of record by itself. */
export interface RedisStores extends Coordination {
  readonly connection: RedisConnection;
  readonly ledger: RedisLedger;
  readonly calls: ReturnType<typeof callsOn>;
  readonly windows: ReturnType<typeof windowsOn>;
  readonly placements: ReturnType<typeof placementsOn>;
  close(): Promise<void>;
}

let prefixes = 0;

/** What stores on `redis` are made with: a prefix that no other has. */
export function settingsOn({ address }: Pick<TestRedis, 'address'>): StoreSettings {
  prefixes += 1;
  return {
    address,
    prefix: `outdial:test${prefixes}:`,
    rateLimiter,
    quotaScope: 'default',
    secret: 'a secret of the tests',
    log: createLog('silent'),
    // A busy machine is no outage.
    commandTimeoutMs: 60_000,
  };
}

export function redisStores(settings: StoreSettings): RedisStores {
  const connection = new RedisConnection(settings);
  const coordination = new RedisCoordination(connection, settings);
  const ledger = new RedisLedger(connection, { ...settings, clock: new TestClock() });
  return {
    rateLimiter: coordination.rateLimiter,
    timelines: coordination.timelines,
    health: connection,
    connection,
    ledger,
    calls: callsOn(ledger),
    windows: windowsOn(ledger),
    placements: placementsOn(ledger),
    close: () => connection.close(),
  };
}

/** Stores that are up and hear the news; a subscription begins by telling everybody. */
export async function openRedisStores(settings: StoreSettings): Promise<RedisStores> {
  const stores = redisStores(settings);
  await Promise.all([
    new Promise<void>((resolve) => stores.health.onUp(resolve)),
    new Promise<void>((resolve) => {
      const off = stores.ledger.changed(keyed('opening'), () => {
        off();
        resolve();
      });
    }),
  ]);
  return stores;
}

/** What is answered in the end: where little time is given for it, a busy machine may need more than once. */
export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
