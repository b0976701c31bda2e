import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { keyedHash } from '../../src/state/keys.js';
import type { RedisState, RedisStateSettings } from '../../src/state/redis.js';
import { keptForMs, timelineKeptForMs } from '../../src/state/state.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { claimOf, keyed, leaseOf, placedAs, placement, question } from './call-fixture.js';
import { factOf } from './fact-fixture.js';
import { openRedisState, settingsOn } from './replicas.js';

const entry = { call: keyed('one call'), owner: 'its effort', holdMs: 10_000, allowRepeat: false, maxRepeats: 5 };

/** Asks for everything there is to ask for. */
async function useAll({ calls, fences, placements, timelines }: RedisState): Promise<void> {
  await calls.claim(keyed('released'), claimOf('a'));
  await calls.release(keyed('released'), leaseOf('a'));
  await calls.claim(keyed('call'), claimOf('a'));
  await calls.look(keyed('call'), question);
  await calls.renew(keyed('call'), leaseOf('a'));
  await calls.markSending(keyed('call'), leaseOf('a'));
  await calls.markUncertain(keyed('call'), leaseOf('a'));
  await calls.letGo(keyed('call'), leaseOf('a'));
  await calls.claim(keyed('another call'), claimOf('a'));
  await calls.recordPlaced(keyed('placed call'), placedAs('contact'));
  await fences.enter(keyed('number'), entry);
  await fences.close(keyed('number'), { call: keyed('one call'), windowMs: 60_000, contactId: 'contact' });
  await fences.enter(keyed('released number'), entry);
  await fences.release(keyed('released number'), entry);
  await placements.record('contact', placement);
  await placements.find(['contact', 'other contact', 'third contact']);
  await timelines.record('contact', [factOf('queueId', 'queue'), factOf('event/1/QUEUED', '{}')]);
  await timelines.find(['contact', 'other contact', 'third contact']);
  await timelines.claimReconciling('contact', 60_000);
  await timelines.outdate('contact');
}

describeOnRedis('what shared state keeps in Redis', () => {
  let redis: TestRedis;
  let admin: Redis;
  const opened: RedisState[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis(redis.url);
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

  async function open(more: Partial<RedisStateSettings> = {}): Promise<RedisState> {
    const state = await openRedisState({ ...settingsOn(redis), ...more });
    opened.push(state);
    return state;
  }

  test('counts leases by the clock of Redis', async () => {
    const state = await open();
    const startMs = await redisNowMs();
    expect(await state.calls.claim(keyed('call'), claimOf('a', { leaseMs: 25 }))).toMatchObject({ is: 'mine' });
    let answer = await state.calls.claim(keyed('call'), claimOf('b'));
    while (answer.is === 'held') answer = await state.calls.claim(keyed('call'), claimOf('b'));
    expect(answer).toMatchObject({ is: 'mine', epoch: 2 });
    const [name] = await admin.keys('*');
    const { changedAt } = JSON.parse((await admin.get(name!))!) as { changedAt: number };
    expect(changedAt).toBeGreaterThanOrEqual(startMs + 25);
    expect(changedAt).toBeLessThanOrEqual(await redisNowMs());
  });

  test('expires eight days after its last change, a contact two, a post at the fence soon after it stops to count', async () => {
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
      'call:{call}': aboutMs(keptForMs),
      'call:{another call}': aboutMs(keptForMs),
      'call:{placed call}': aboutMs(keptForMs),
      'fence:{number}': aboutMs(120_000),
      'placement:{contact}': aboutMs(keptForMs),
      'timeline:{contact}': aboutMs(timelineKeptForMs),
      'reconciling:{contact}': aboutMs(60_000),
    };
    expect(Object.keys(leftMs).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, [min, max]] of Object.entries(expected)) {
      expect(leftMs[key]).toBeGreaterThanOrEqual(min!);
      expect(leftMs[key]).toBeLessThanOrEqual(max!);
    }
    await admin.pexpire('expiry:call:{another call}', 60_000);
    await state.calls.renew(keyed('another call'), leaseOf('a'));
    expect(await admin.pttl('expiry:call:{another call}')).toBeGreaterThan(keptForMs / 2);
  });

  test('is ids, digests and times: neither the number nor a name', async () => {
    const state = await open();
    const canaries = { destinationPhoneNumber: '+4930901820', name: 'Rosa Canary' };
    const fence = keyedHash('secret', ['tenant', canaries.destinationPhoneNumber]);
    const claim = { ...claimOf('a'), ...canaries };
    await state.calls.claim(keyed('call'), claim);
    await state.calls.recordPlaced(keyed('placed call'), { ...placedAs('contact'), ...canaries });
    await state.fences.enter(fence, { ...entry, ...canaries });
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

  test('takes the one entry that a number had in the format before for another call, until its time is over', async () => {
    const clock = new TestClock();
    const state = await open({ prefix: 'before:', nowMs: () => clock.now() });
    const before = { connectToken: 'connect-token', untilMs: clock.now() + 40_000, contactId: 'contact' };
    await admin.set('before:fence:{number}', JSON.stringify(before));
    const refused = { entered: false, because: 'placed', retryAfterMs: 40_000, contactId: 'contact' };
    expect(await state.fences.enter(keyed('number'), entry)).toEqual(refused);
    const repeat = { ...entry, call: keyed('a repeat'), allowRepeat: true };
    expect(await state.fences.enter(keyed('number'), repeat)).toEqual({ entered: true });
    expect(await state.fences.enter(keyed('number'), entry)).toEqual(refused);
    expect(await admin.get('before:fence:{number}')).not.toContain('connect-token');
    clock.advance(40_000);
    await state.fences.release(keyed('number'), repeat);
    expect(await state.fences.enter(keyed('number'), entry)).toEqual({ entered: true });
  });

  test('outlives a flush of the scripts', async () => {
    const state = await open();
    await state.calls.claim(keyed('call'), claimOf('a', { leaseMs: 600_000 }));
    await state.timelines.record('contact', [factOf('queueId', 'a', 1)]);
    await admin.script('FLUSH');
    expect(await state.calls.look(keyed('call'), question)).toMatchObject({ is: 'held' });
    expect(await state.timelines.record('contact', [factOf('queueId', 'b', 2)])).toMatchObject({ version: 2 });
  });
});

describeOnRedis('shared state on a Redis Cluster', () => {
  test('touches only keys of one slot at a time', async () => {
    const redis = await startRedis(['--cluster-enabled', 'yes']);
    const admin = new Redis(redis.url);
    await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
    while (!(await admin.cluster('INFO')).includes('cluster_state:ok'));
    const state = await openRedisState(settingsOn(redis));
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
