import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import type { Coordination } from '../../src/coordination/coordination.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import { openRedisStores, settingsOn, rateLimiter } from '../redis/stores.js';
import { startRedisForUser } from '../support/documented-user.js';
import { startCluster } from '../support/start-cluster.js';
import { startSentinels } from '../support/start-sentinels.js';
import { describeOnRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';

/** Two replicas that share their coordination, and their time. */
export interface Replicas {
  readonly here: Coordination;
  readonly there: Coordination;
  readonly clock: TestClock;
}

/** The same tests in memory, where both replicas are one process, and on Redis, a Redis Cluster and a Redis behind Sentinels as the users of the page. */
export function describeContract(title: string, tests: (replicas: () => Replicas) => void): void {
  describe(`${title}, in memory`, () => {
    let replicas: Replicas;
    beforeEach(() => {
      const clock = new TestClock();
      const state = new MemoryCoordination({ clock, rateLimiter: rateLimiter });
      replicas = { here: state, there: state, clock };
    });
    tests(() => replicas);
  });

  for (const [where, start] of [
    ['Redis', async () => (await startRedisForUser()).redis],
    ['a Redis Cluster', () => startCluster({ hasReplicas: false })],
    // Nobody is to be promoted: a server that is silent for a while is on a busy machine.
    ['a Redis behind Sentinels', () => startSentinels({ downAfterMs: 600_000 })],
  ] as const) {
    describeOnRedis(`${title}, on ${where}`, () => {
      let redis: Pick<TestRedis, 'address' | 'close'>;
      let replicas: Replicas;
      let close: () => Promise<unknown>;
      beforeAll(async () => {
        redis = await start();
      });
      afterAll(() => redis.close());
      beforeEach(async () => {
        const clock = new TestClock();
        const settings = { ...settingsOn(redis), nowMs: () => clock.now() };
        const [here, there] = await Promise.all([openRedisStores(settings), openRedisStores(settings)]);
        replicas = { here, there, clock };
        close = () => Promise.all([here.close(), there.close()]);
      });
      afterEach(() => close());
      tests(() => replicas);
    });
  }
}
