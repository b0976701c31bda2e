import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/store-health.js';
import { RateLimiterThroughOutage } from '../../src/coordination/redis/rate-limiter-through-outage.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { Asker, Bench } from './rate-limiter-bench.js';

let redis: TestRedis;
let bench: Bench;

/** One of two replicas, four turns a second for both together. */
async function oneOfTwo(): Promise<Asker> {
  bench = new Bench(redis.address, { quota: { ratePerSecond: 4, burst: 6 } });
  const { rateLimiter } = await bench.connection();
  const goesOn = (operation: string) => operation !== 'MustNot';
  return new Asker(new RateLimiterThroughOutage(rateLimiter, bench.clock, bench.rules, { goesOn, replicas: 2 }));
}

describeOnRedis('turns through an outage', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => bench.close());
  afterAll(() => redis.close());

  test('go on with an empty bucket and a share of the quota', async () => {
    const asker = await oneOfTwo();
    bench.isOut = true;
    await expect(asker.take()).resolves.toMatchObject({ waitMs: 500 });
    await asker.takeMany(9);
    await expect(asker.pass(bench.clock, 3_000, 500)).resolves.toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('are refused for operations that must not go on', async () => {
    const asker = await oneOfTwo();
    bench.isOut = true;
    await asker.take();
    await expect(asker.take('GENERAL', { operation: 'MustNot' })).rejects.toThrow(StoreUnavailable);
    await expect(asker.rateLimiter.capacity('MustNot', { tenant: 'acme', subject: 'alice' })).rejects.toThrow(
      StoreUnavailable,
    );
  });

  test('tell those who waited when it began that they have lost their place', async () => {
    const asker = await oneOfTwo();
    await asker.takeMany(7);
    bench.isOut = true;
    await expect(asker.rateLimiter.check('Op', ['6', '7'])).resolves.toMatchObject({ lost: ['6', '7'] });
  });

  test('come from the shared line again when it is over, whose bucket is then taken for empty', async () => {
    const asker = await oneOfTwo();
    bench.isOut = true;
    await asker.takeMany(3);
    await expect(asker.pass(bench.clock, 500, 500)).resolves.toEqual(['1']);
    bench.isOut = false;
    bench.clock.advance(500);
    await expect(asker.rateLimiter.check('Op', ['2', '3'])).resolves.toMatchObject({ lost: ['2', '3'] });
    await expect(asker.take('GENERAL', { waiterId: '2' })).resolves.toMatchObject({ waitMs: 250 });
    await asker.take('GENERAL', { waiterId: '3' });
    await expect(asker.pass(bench.clock, 500, 250)).resolves.toEqual(['2', '3']);
  });

  test('are not taken for over by an answer from before them', async () => {
    const asker = await oneOfTwo();
    await asker.take();
    const fromBefore = asker.rateLimiter.check('Op');
    bench.isOut = true;
    await Promise.all([fromBefore, asker.rateLimiter.check('Op')]);
    bench.isOut = false;
    // Still alone, until it is time to try again.
    await expect(asker.take()).resolves.toMatchObject({ waitMs: 500 });
    bench.clock.advance(1_000);
    await expect(asker.take()).resolves.toMatchObject({ waitMs: 250 });
  });
});
