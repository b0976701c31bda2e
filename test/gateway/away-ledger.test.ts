import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ReadinessState } from '../../src/http/readiness.js';
import { withGateway, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

/** What a balancer is told. */
async function readiness(gateway: RunningGateway): Promise<ReadinessState & { readonly status: number }> {
  const answer = await fetch(gateway.url.replace('/graphql', '/readyz'));
  return { status: answer.status, ...((await answer.json()) as ReadinessState) };
}

const whenStatus = (gateway: RunningGateway, status: number) =>
  gateway.clock.runUntil(until(async () => (await readiness(gateway)).status === status));

describeOnRedis('while the ledger is away', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.close());

  test('a replica that would place no call is not ready, says since when, and is ready once the ledger is back', async () => {
    await withGateway({ state: { redis: redis.address } }, async (gateway) => {
      await whenStatus(gateway, 200);
      expect(await readiness(gateway)).toEqual({
        status: 200,
        ready: true,
        reasons: [],
        dependencies: {
          keySet: { up: true, required: true },
          connect: { up: true, required: true },
          ledger: { up: true, required: true },
          coordination: { up: true, required: false },
        },
      });

      await redis.stop();
      await whenStatus(gateway, 503);
      const { reasons, dependencies } = await readiness(gateway);
      const { since } = dependencies.ledger!;
      expect(Math.abs(gateway.clock.now() - Date.parse(since!))).toBeLessThan(3_600_000);
      expect(reasons).toEqual([`the ledger is away, and no call is placed without it, since ${since}`]);
      expect(dependencies).toMatchObject({
        ledger: { up: false, required: true },
        coordination: { up: false, required: false },
        connect: { up: true },
      });
      gateway.clock.advance(7_200_000);
      expect((await readiness(gateway)).dependencies.ledger).toEqual({ up: false, required: true, since });
      expect((await fetch(gateway.url.replace('/graphql', '/livez'))).status).toBe(200);

      await redis.start();
      await whenStatus(gateway, 200);
    });
  });

  test('a replica that goes on with what it knows stays ready, and tells it all the same', async () => {
    await withGateway({ state: { redis: redis.address, outage: 'dial' } }, async (gateway) => {
      await whenStatus(gateway, 200);
      await redis.stop();
      await gateway.clock.runUntil(until(async () => (await readiness(gateway)).dependencies.ledger?.up === false));
      expect(await readiness(gateway)).toMatchObject({
        status: 200,
        ready: true,
        reasons: [],
        dependencies: { ledger: { up: false, required: false, since: expect.any(String) as unknown } },
      });
    });
  });

  test('a replica that starts then is not ready before it has met it', async () => {
    await redis.stop();
    await withGateway({ state: { redis: redis.address } }, async (gateway) => {
      await gateway.clock.runUntil(until(async () => (await readiness(gateway)).dependencies.connect?.up === true));
      expect(await readiness(gateway)).toMatchObject({
        status: 503,
        reasons: [expect.stringContaining('the ledger is away')],
      });
      await redis.start();
      await whenStatus(gateway, 200);
    });
  });
});
