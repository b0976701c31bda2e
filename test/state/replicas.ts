import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { createLog } from '../../src/log.js';
import { MemoryState } from '../../src/state/memory.js';
import { RedisState, type RedisStateSettings } from '../../src/state/redis.js';
import { StateUnavailable, type SharedState } from '../../src/state/state.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';

/** Two replicas that share their state, and their time. */
export interface Replicas {
  readonly here: SharedState;
  readonly there: SharedState;
  readonly clock: TestClock;
}

export const turns = {
  quotaFor: () => ({ ratePerSecond: 2, burst: 5 }),
  campaignShare: 0.1,
  maxWaitingPerSubject: () => 20,
};

let prefixes = 0;

/** What a state on `redis` is made with: a prefix that no other has. */
export function settingsOn(redis: TestRedis): RedisStateSettings {
  prefixes += 1;
  return {
    url: redis.url,
    prefix: `test${prefixes}:`,
    turns,
    quotaScope: 'default',
    secret: 'a secret of the tests',
    log: createLog('silent'),
    // A busy machine is no outage.
    commandTimeoutMs: 60_000,
  };
}

/** A state that is up and hears the news; its subscription begins by telling everybody. */
export async function openRedisState(settings: RedisStateSettings): Promise<RedisState> {
  const state = new RedisState(settings);
  await Promise.all([
    new Promise<void>((resolve) => state.health.onUp(resolve)),
    new Promise<void>((resolve) => {
      const off = state.calls.changed(keyed('opening'), () => {
        off();
        resolve();
      });
    }),
  ]);
  return state;
}

/** What is answered in the end: where little time is given for it, a busy machine may need more than once. */
export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** The same tests in memory, where both replicas are one process, and on Redis. */
export function describeContract(title: string, tests: (replicas: () => Replicas) => void): void {
  describe(`${title}, in memory`, () => {
    let replicas: Replicas;
    beforeEach(() => {
      const clock = new TestClock();
      const state = new MemoryState({ clock, turns });
      replicas = { here: state, there: state, clock };
    });
    tests(() => replicas);
  });

  describeOnRedis(`${title}, on Redis`, () => {
    let redis: TestRedis;
    let replicas: Replicas;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.close());
    beforeEach(async () => {
      const clock = new TestClock();
      const settings = { ...settingsOn(redis), nowMs: () => clock.now() };
      const [here, there] = await Promise.all([openRedisState(settings), openRedisState(settings)]);
      replicas = { here, there, clock };
    });
    afterEach(() => Promise.all([replicas.here.close(), replicas.there.close()]));
    tests(() => replicas);
  });
}
