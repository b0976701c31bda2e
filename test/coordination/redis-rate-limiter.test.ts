import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { RedisRateLimiter } from '../../src/coordination/redis/redis-rate-limiter.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { Asker, Bench, until, type BenchRules } from './rate-limiter-bench.js';
import { redisClient } from '../support/redis-client.js';

let redis: TestRedis;
let admin: Redis;
let bench: Bench;

const start = (rules?: BenchRules) => (bench = new Bench(redis.address, rules));

/** Two replicas, and nothing in the bucket. */
async function twoReplicas(rules?: BenchRules): Promise<[Asker, Asker]> {
  start(rules);
  const here = await bench.replica('here');
  const there = await bench.replica('there');
  await here.take('GENERAL', { tenant: 'nobody' });
  here.granted.length = 0;
  return [here, there];
}

const deleteKeys = async (pattern: string) => {
  const keys = await admin.keys(bench.prefix + pattern);
  expect(keys).not.toEqual([]);
  await admin.del(...keys);
};

describeOnRedis('replicas that share turns', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  beforeEach(() => {
    admin = redisClient(redis.url);
  });
  afterEach(async () => {
    await bench.close();
    await admin.quit();
  });
  afterAll(() => redis.close());

  test('tell each other of the turns they grant, in one line for all', async () => {
    const [here, there] = await twoReplicas();
    await there.take();
    await here.take();
    await there.take();
    await here.pass(bench.clock, 300);
    await until(() => there.granted.length === 2);
    expect([here.granted, there.granted]).toEqual([['here2'], ['there1', 'there2']]);
    // The answer that brings them once more must not spend them once more.
    await there.rateLimiter.check('Op');
    expect(there.granted).toHaveLength(2);
  });

  test('find the grants whose news was lost the next time they look', async () => {
    const [here, there] = await twoReplicas();
    await there.takeMany(2);
    bench.isDeaf = true;
    await here.pass(bench.clock, 200);
    await until(() => bench.missed.length === 2);
    expect(there.granted).toEqual([]);
    await expect(there.rateLimiter.check('Op', ['there1', 'there2'])).resolves.toMatchObject({ lost: [] });
    expect(there.granted).toEqual(['there1', 'there2']);
  });

  test('give back a turn that was granted by another one to somebody who had gone', async () => {
    const [here, there] = await twoReplicas();
    await there.take();
    await here.take();
    there.unwanted.add('there1');
    await here.pass(bench.clock, 100);
    await there.rateLimiter.abandon('Op', 'there1');
    await until(() => here.granted.length === 1);
    // Once, not once for the leaving and once for the grant.
    await there.rateLimiter.check('Op');
    await expect(here.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).resolves.toMatchObject({
      available: 0,
    });
  });

  test('hold no place for one that was killed, and lose what was granted to it', async () => {
    const [here] = await twoReplicas();
    const killed = await bench.replica('killed');
    await killed.takeMany(100, 'RESEND');
    await here.take();
    await bench.kill();
    // Turns that it may have used are spent for good; it counts as dead three seconds after it was heard of last.
    await expect(here.pass(bench.clock, 3_000)).resolves.toEqual([]);
    await expect(here.pass(bench.clock, 200)).resolves.toEqual(['here2']);
    await expect(here.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).resolves.toMatchObject({
      waiting: 0,
    });
    expect((await admin.keys(`${bench.prefix}*`)).map((key) => key.split(':').at(-1)).sort()).toEqual([
      'bucket',
      'fair-replicas',
    ]);
  });

  test('keep the place of one that only waits, as long as it is heard of', async () => {
    const [here, there] = await twoReplicas({ quota: { ratePerSecond: 0.2, burst: 1 } });
    await there.take();
    for (let second = 0; second < 10; second += 1) {
      await here.pass(bench.clock, 1_000, 1_000);
      await there.rateLimiter.check('Op', []);
    }
    expect(there.granted).toEqual(['there1']);
  });

  test('tell one that was taken for dead that its places are lost', async () => {
    const [here, stopped] = await twoReplicas({ quota: { ratePerSecond: 0.1, burst: 1 } });
    await stopped.takeMany(2);
    bench.clock.advance(4_000);
    await here.rateLimiter.check('Op');
    await expect(stopped.rateLimiter.check('Op', ['there1', 'there2'])).resolves.toMatchObject({
      lost: ['there1', 'there2'],
    });
  });

  test('start full, once', async () => {
    start({ quota: { ratePerSecond: 1, burst: 5 } });
    const first = await bench.replica('first');
    await first.takeMany(4);
    expect(first.granted).toHaveLength(4);
    const second = await bench.replica('second');
    await second.take();
    expect(second.granted).toEqual([]);
  });

  test.each([
    ['the bucket alone', '*:bucket'],
    ['everything', '*'],
  ])('start empty when what they knew has vanished: %s', async (_title, pattern) => {
    start({ quota: { ratePerSecond: 1, burst: 5 } });
    const [here, there] = [await bench.replica('here'), await bench.replica('there')];
    await here.take();
    await there.take();
    bench.clock.advance(1);
    await deleteKeys(pattern);
    await expect(here.take()).resolves.toMatchObject({ waitMs: 1_000 });
    await here.pass(bench.clock, 3_000, 1_000);
    expect(here.granted).toEqual(['here1', 'here2']);
    expect(await there.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).toMatchObject({ available: 0 });
  });

  test('start empty when one that does not know better came first after everything had vanished', async () => {
    start({ quota: { ratePerSecond: 1, burst: 5 } });
    const knowing = await bench.replica('knowing');
    await knowing.take();
    bench.clock.advance(1);
    await deleteKeys('*');
    const fresh = await bench.replica('fresh');
    await fresh.take();
    await expect(knowing.take()).resolves.toMatchObject({ waitMs: 1_000 });
    await expect(knowing.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).resolves.toMatchObject({
      available: 0,
      waiting: 1,
    });
  });

  test('get over the loss of a part of what they share', async () => {
    const [here] = await twoReplicas();
    await here.takeMany(3);
    await deleteKeys('*:fair-tickets');
    await expect(here.rateLimiter.check('Op', ['here2', 'here3', 'here4'])).resolves.toMatchObject({
      lost: ['here2', 'here3', 'here4'],
    });
    await here.take('GENERAL', { waiterId: 'here2' });
    await expect(here.pass(bench.clock, 200)).resolves.toEqual(['here2']);
  });

  test.each(['fair-order', 'fair-counts', 'fair-tickets', 'fair-deadlines', 'bucket'])(
    'serve everybody again after the loss of %s alone',
    async (part) => {
      const [here] = await twoReplicas();
      await here.takeMany(2, 'GENERAL', { subject: 'x' });
      await here.take('CAMPAIGN', { tenant: 'b' });
      bench.clock.advance(1);
      await deleteKeys(`*:${part}`);
      const { lost } = await here.rateLimiter.check('Op', ['here2', 'here3', 'here4']);
      expect(lost).toEqual(['here2', 'here3', 'here4']);
      for (const waiterId of lost) await here.take('GENERAL', { waiterId: waiterId });
      await expect(here.pass(bench.clock, 400)).resolves.toEqual(['here2', 'here3', 'here4']);
    },
  );

  test('bound what one subject has waiting, all of them together', async () => {
    const [here, there] = await twoReplicas({ maxWaitingPerSubject: 3 });
    await here.takeMany(2);
    await there.take();
    await expect(there.take()).resolves.toMatchObject({ refused: true, isOverLimit: true });
    await expect(here.take()).resolves.toMatchObject({ refused: true, isOverLimit: true });
    await expect(there.take('GENERAL', { subject: 'bob' })).resolves.toMatchObject({ refused: false });
  });

  test('store of those who wait no names', async () => {
    const [here] = await twoReplicas();
    await here.take('GENERAL', { tenant: 'c4n4ry', subject: 'c4n4ry@example.com' });
    const dump = await Promise.all((await admin.keys(`${bench.prefix}*`)).map((key) => admin.dump(key)));
    expect(dump.length).toBeGreaterThan(4);
    expect(dump.join()).not.toContain('c4n4ry');
  });

  test('keep bucket and flights where replicas of the version before look for them, with all that those need', async () => {
    const [here] = await twoReplicas();
    await here.take();
    await here.rateLimiter.throttled('Op', 'flight');
    const own = `${bench.prefix}turns:{test:Op}:`;
    const shared = (await admin.keys(`${own}*`)).filter((key) => !key.startsWith(`${own}fair-`));
    expect(shared.sort()).toEqual([`${own}bucket`, `${own}flights`]);
    // What it reads of the bucket as numbers, and fails without.
    const bucket = await admin.hgetall(`${own}bucket`);
    for (const field of ['at', 'tokens', 'factor', 'quietFrom', 'refusedAt', 'steppedAt', 'owed', 'seq', 'since']) {
      expect([field, Number.isFinite(Number(bucket[field]))]).toEqual([field, true]);
    }
    expect([bucket.v1, bucket.v2, bucket.v3]).toEqual(['0', '0', '0']);
  });

  test('use the clock of Redis, and survive that it is set back', async () => {
    const [here] = await twoReplicas();
    await here.take();
    bench.clock.advance(-500_000);
    await expect(here.rateLimiter.check('Op')).resolves.toMatchObject({ nextPermitInMs: 100 });
    await expect(here.pass(bench.clock, 100)).resolves.toEqual(['here2']);
  });

  test('raise a lowered rate again though the clock was set back', async () => {
    const [here] = await twoReplicas();
    await here.rateLimiter.throttled('Op', 'one');
    bench.clock.advance(1_000);
    await here.rateLimiter.throttled('Op', 'two');
    await expect(here.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).resolves.toMatchObject({
      ratePerSecond: 8,
    });
    bench.clock.advance(-500_000);
    await here.pass(bench.clock, 5_000, 1_000);
    await expect(here.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).resolves.toMatchObject({
      ratePerSecond: 10,
    });
  });

  test('remember a flight for a minute', async () => {
    const [here] = await twoReplicas();
    for (const attemptGroup of ['one', 'two']) await here.rateLimiter.throttled('Op', attemptGroup);
    bench.clock.advance(60_001);
    await here.rateLimiter.throttled('Op', 'three');
    await expect(admin.zrange(`${bench.prefix}turns:{test:Op}:flights`, 0, '-1')).resolves.toEqual(['three']);
  });

  test('without a given time go by the clock of Redis', async () => {
    start();
    const { connection } = await bench.connection();
    const rateLimiter = new RedisRateLimiter(connection, bench.rules, {
      prefix: bench.prefix,
      scope: 'test',
      secret: 'another secret',
    });
    const asker = new Asker(rateLimiter);
    const [before] = await admin.time();
    await asker.takeMany(2);
    const [after] = await admin.time();
    const at = Number(await admin.hget(`${bench.prefix}turns:{test:Op}:bucket`, 'at'));
    expect(at).toBeGreaterThanOrEqual(Number(before) * 1_000);
    expect(at).toBeLessThan((Number(after) + 1) * 1_000);
  });

  test('lie in one slot for one operation of one scope, and nowhere else', async () => {
    const [here] = await twoReplicas();
    await here.takeMany(2, 'CAMPAIGN');
    await here.rateLimiter.throttled('Op', 'flight');
    const keys = await admin.keys(`${bench.prefix}*`);
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys) expect(key).toContain('{test:Op}');
  });
});
