import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { keyedHash } from '../../src/keyed-hash.js';
import { keptForMs } from '../../src/ledger/ledger.js';
import { timelineKeptForMs } from '../../src/coordination/timelines.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { claimOf, keyed, leaseOf, placedAs, placement, question } from '../ledger/call-fixture.js';
import { startClusterOfOne } from '../ledger/ledgers.js';
import { factOf } from '../coordination/fact-fixture.js';
import { openRedisStores, settingsOn, type StoreSettings, type RedisStores } from './stores.js';
import { redisClient } from '../support/redis-client.js';

const entry = { call: keyed('one call'), owner: 'its effort', holdMs: 10_000, allowRepeat: false, maxRepeats: 5 };

/** Asks for everything there is to ask for. */
async function useAll({ calls, windows, placements, timelines }: RedisStores): Promise<void> {
  await calls.claim(keyed('released'), claimOf('a'));
  await calls.release(keyed('released'), leaseOf('a'));
  await calls.claim(keyed('call'), claimOf('a'));
  await calls.look(keyed('call'), question);
  await calls.renew(keyed('call'), leaseOf('a'));
  await calls.markSending(keyed('call'), leaseOf('a'));
  await calls.markUnknown(keyed('call'), leaseOf('a'));
  await calls.endLease(keyed('call'), leaseOf('a'));
  await calls.claim(keyed('another call'), claimOf('a'));
  await calls.recordPlaced(keyed('placed call'), placedAs('contact'));
  await windows.enter(keyed('number'), entry);
  await windows.close(keyed('number'), { call: keyed('one call'), windowMs: 60_000, contactId: 'contact' });
  await windows.enter(keyed('released number'), entry);
  await windows.leave(keyed('released number'), entry);
  await placements.record('contact', placement);
  await placements.find(['contact', 'other contact', 'third contact']);
  await timelines.record('contact', [factOf('queueId', 'queue'), factOf('event/1/QUEUED', '{}')]);
  await timelines.find(['contact', 'other contact', 'third contact']);
  await timelines.claimPolling('contact', 60_000);
  await timelines.invalidate('contact');
}

describeOnRedis('what shared state keeps in Redis', () => {
  let redis: TestRedis;
  let admin: Redis;
  const opened: RedisStores[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    admin = redisClient(redis.url);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((state) => state.close()));
    await admin.flushall();
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.close();
  });

  async function redisNowMs(): Promise<number> {
    const [seconds, microseconds] = await admin.time();
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }

  async function open(more: Partial<StoreSettings> = {}): Promise<RedisStores> {
    const state = await openRedisStores({ ...settingsOn(redis), ...more });
    opened.push(state);
    return state;
  }

  test('counts leases by the clock of Redis', async () => {
    const state = await open();
    const startMs = await redisNowMs();
    expect(await state.calls.claim(keyed('call'), claimOf('a', { leaseMs: 25 }))).toMatchObject({ is: 'mine' });
    let answer = await state.calls.claim(keyed('call'), claimOf('b'));
    while (answer.is === 'leased') answer = await state.calls.claim(keyed('call'), claimOf('b'));
    expect(answer).toMatchObject({ is: 'mine' });
    const [name] = await admin.keys('*');
    const changedAt = parseInt((await admin.get(name!))!.split(' ')[2]!, 36);
    expect(changedAt).toBeGreaterThanOrEqual(startMs + 25);
    expect(changedAt).toBeLessThanOrEqual(await redisNowMs());
  });

  test('expires eight days after its last change, a contact two, a window soon after its last entry stops to count', async () => {
    const state = await open({ prefix: 'expiry:' });
    const startMs = await redisNowMs();
    await useAll(state);
    const keys = await admin.keys('expiry:*');
    const leftMs = Object.fromEntries(
      await Promise.all(keys.map(async (key) => [key.slice(7), await admin.pttl(key)] as const)),
    );
    const passedMs = (await redisNowMs()) - startMs;
    const aboutMs = (ms: number) => [ms - passedMs, ms];
    const expected = {
      'ledger:call:{call}': aboutMs(keptForMs),
      'ledger:call:{another call}': aboutMs(keptForMs),
      'ledger:call:{placed call}': aboutMs(keptForMs),
      'ledger:window:{number}': aboutMs(120_000),
      'ledger:placement:{~contact}': aboutMs(keptForMs),
      'timeline:{contact}': aboutMs(timelineKeptForMs),
      'reconciling:{contact}': aboutMs(60_000),
    };
    expect(Object.keys(leftMs).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, [min, max]] of Object.entries(expected)) {
      expect(leftMs[key]).toBeGreaterThanOrEqual(min!);
      expect(leftMs[key]).toBeLessThanOrEqual(max!);
    }
    await admin.pexpire('expiry:ledger:call:{another call}', 60_000);
    await state.calls.renew(keyed('another call'), leaseOf('a'));
    expect(await admin.pttl('expiry:ledger:call:{another call}')).toBeGreaterThan(keptForMs / 2);
  });

  test('is ids, digests and times: neither the number nor a name', async () => {
    const state = await open();
    const canaries = { destinationPhoneNumber: '+4930901820', name: 'Rosa Canary' };
    const window = keyedHash('secret', ['tenant', canaries.destinationPhoneNumber]);
    const claim = { ...claimOf('a'), ...canaries };
    await state.calls.claim(keyed('call'), claim);
    await state.calls.recordPlaced(keyed('placed call'), { ...placedAs('contact'), ...canaries });
    await state.windows.enter(window, { ...entry, ...canaries });
    await state.placements.record('contact', { ...placement, ...canaries });
    await state.timelines.record('contact', [{ ...factOf('queueId', 'queue'), ...canaries }]);
    const keys = await admin.keys('*');
    const values = await Promise.all(
      keys.map((key) => (key.includes('timeline:') ? admin.hgetall(key) : admin.get(key))),
    );
    expect(keys).toHaveLength(5);
    const everything = JSON.stringify([keys, values]);
    expect(everything).toContain('one call');
    expect(everything).not.toMatch(/901820|Canary/);
  });

  test('outlives a flush of the scripts', async () => {
    const state = await open();
    await state.calls.claim(keyed('call'), claimOf('a', { leaseMs: 600_000 }));
    await state.timelines.record('contact', [factOf('queueId', 'a', 1)]);
    await admin.script('FLUSH');
    expect(await state.calls.look(keyed('call'), question)).toMatchObject({ is: 'leased' });
    expect(await state.timelines.record('contact', [factOf('queueId', 'b', 2)])).toMatchObject({ version: 2 });
  });
});

describeOnRedis('shared state on a Redis Cluster', () => {
  test('touches only keys of one slot at a time', async () => {
    const redis = await startClusterOfOne();
    const admin = redisClient(redis.url);
    const state = await openRedisStores(settingsOn(redis));
    try {
      await expect(admin.mget('one', 'other')).rejects.toThrow('CROSSSLOT');
      await useAll(state);
      expect(await state.calls.look(keyed('placed call'), question)).toMatchObject({ is: 'placed' });
    } finally {
      await state.close();
      admin.disconnect();
      await redis.close();
    }
  });
});
