import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { StoreUnavailable } from '../../src/store-health.js';
import { timelineKeptForMs } from '../../src/coordination/timelines.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { eventField, factOf } from './fact-fixture.js';
import { openRedisStores, settingsOn, answered, type StoreSettings, type RedisStores } from '../redis/stores.js';
import { redisClient } from '../support/redis-client.js';

const contact = 'instance/contact';

/** What `state` is told of the contact, one after another. */
function newsOf(state: RedisStores): () => Promise<number | undefined> {
  const told: (number | undefined)[] = [];
  let wake = (): void => undefined;
  state.timelines.changed(contact, (version) => {
    told.push(version);
    wake();
  });
  return async () => {
    if (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return told.shift();
  };
}

const nextUp = (state: RedisStores): Promise<void> =>
  new Promise((resolve) => {
    const off = state.health.onUp(() => {
      off();
      resolve();
    });
  });

describeOnRedis('timelines on Redis', () => {
  let redis: TestRedis;
  let admin: Redis;
  const opened: RedisStores[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    admin = redisClient(redis.url);
    admin.on('error', () => undefined);
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all(opened.splice(0).map((state) => state.close()));
    admin.disconnect();
    await redis.close();
  });

  async function open(more: Partial<StoreSettings> = {}): Promise<RedisStores> {
    const state = await openRedisStores({ ...settingsOn(redis), prefix: 'mine:', ...more });
    opened.push(state);
    return state;
  }

  test('publish the version and the name of a contact that changed, and nothing else', async () => {
    const state = await open();
    const messages: [string, string][] = [];
    const ear = redisClient(redis.url);
    await ear.psubscribe('*');
    const ended = new Promise<void>((resolve) => {
      ear.on('pmessage', (_pattern: string, channel: string, message: string) => {
        messages.push([channel, message]);
        if (channel === 'end') resolve();
      });
    });
    await state.timelines.record(contact, [factOf('queueId', 'queue-1', 1), factOf(eventField(1), '{"secret":1}', 1)]);
    await state.timelines.record(contact, [factOf('queueId', 'queue-1', 2)]);
    await state.timelines.record(contact, [factOf('queueId', 'queue-2', 3)]);
    await state.timelines.claimPolling(contact, 60_000);
    await state.timelines.find([contact]);
    await state.timelines.invalidate(contact);
    await admin.publish('end', '');
    await ended;
    ear.disconnect();
    expect(messages).toEqual([
      ['mine:timelines', `1 ${contact}`],
      ['mine:timelines', `2 ${contact}`],
      ['mine:outdated', contact],
      ['end', ''],
    ]);
  });

  test('are kept for two days from the last change on; that the same was said again is none', async () => {
    const state = await open();
    const key = `mine:timeline:{${contact}}`;
    await state.timelines.record(contact, [factOf('queueId', 'a', 1)]);
    await admin.pexpire(key, 60_000);
    await state.timelines.record(contact, [factOf('queueId', 'a', 2)]);
    expect(await admin.pttl(key)).toBeLessThanOrEqual(60_000);
    await state.timelines.record(contact, [factOf('queueId', 'b', 3)]);
    expect(await admin.pttl(key)).toBeGreaterThan(timelineKeptForMs / 2);
    expect(await admin.pttl(key)).toBeLessThanOrEqual(timelineKeptForMs);
    await admin.del(key);
    expect(await state.timelines.find([contact])).toEqual([undefined]);
    expect(await state.timelines.record(contact, [factOf('queueId', 'a', 1)])).toEqual({ changed: true, version: 1 });
  });

  test('let Connect be asked for a contact again when the claim has run out', async () => {
    const state = await open();
    expect(await state.timelines.claimPolling(contact, 599_999.5)).toBe(true);
    const leftMs = await admin.pttl(`mine:reconciling:{${contact}}`);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(600_000);
    expect(await state.timelines.claimPolling(contact, 60_000)).toBe(false);
    await admin.pexpire(`mine:reconciling:{${contact}}`, 0);
    expect(await state.timelines.claimPolling(contact, 60_000)).toBe(true);
  });

  test('take facts again whose answer was lost, and know them once', async () => {
    const state = await open({ commandTimeoutMs: 1_000 });
    const facts = [factOf('queueId', 'queue'), factOf(eventField(1), '{}')];
    await answered(() => state.timelines.find([contact]));
    redis.freeze();
    await expect(state.timelines.record(contact, facts)).rejects.toThrow(StoreUnavailable);
    const up = nextUp(state);
    redis.thaw();
    await up;
    expect(await answered(() => state.timelines.record(contact, facts))).toMatchObject({ version: 1 });
    expect(await answered(() => state.timelines.record(contact, facts))).toEqual({ changed: false, version: 1 });
    const [known] = await answered(() => state.timelines.find([contact]));
    expect(known?.facts).toEqual(new Map(facts.map((fact) => [fact.field, fact])));
  });

  test('tell that news may have been missed when the connection broke, and then of changes again', async () => {
    const [here, there] = await Promise.all([open(), open()]);
    const news = newsOf(there);
    await here.timelines.record(contact, [factOf('queueId', 'a', 1)]);
    expect(await news()).toBe(1);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    expect(await news()).toBeUndefined();
    await here.timelines.record(contact, [factOf('queueId', 'b', 2)]);
    expect(await news()).toBe(2);
  });

  test('tell that a contact may have been outdated unheard when the connection broke, and then of contacts again', async () => {
    const [here, there] = await Promise.all([open(), open()]);
    const told: (string | undefined)[] = [];
    let wake = (): void => undefined;
    const untilTold = async (count: number) => {
      while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    there.timelines.invalidated((name) => {
      told.push(name);
      wake();
    });
    await here.timelines.invalidate(contact);
    await untilTold(1);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await untilTold(2);
    await here.timelines.invalidate('instance/other');
    await untilTold(3);
    expect(told).toEqual([contact, undefined, 'instance/other']);
    await redis.stop();
    await expect(here.timelines.invalidate(contact)).rejects.toThrow(StoreUnavailable);
  });

  test('tell that news may have been missed when Redis forgot everything, and count from the start again', async () => {
    const [here, there] = await Promise.all([open(), open()]);
    const news = newsOf(there);
    for (const [index, value] of ['a', 'b'].entries()) {
      await here.timelines.record(contact, [factOf('queueId', value, index)]);
      expect(await news()).toBe(index + 1);
    }
    await redis.stop();
    for (const state of [here, there]) {
      await expect(state.timelines.find([contact])).rejects.toThrow(StoreUnavailable);
      await expect(state.timelines.record(contact, [])).rejects.toThrow(StoreUnavailable);
      await expect(state.timelines.claimPolling(contact, 1)).rejects.toThrow(StoreUnavailable);
    }
    const up = Promise.all([nextUp(here), nextUp(there)]);
    await redis.start();
    await up;
    expect(await news()).toBeUndefined();
    expect(await there.timelines.find([contact])).toEqual([undefined]);
    expect(await here.timelines.record(contact, [factOf('queueId', 'a', 1)])).toEqual({ changed: true, version: 1 });
    expect(await news()).toBe(1);
  });

  test('are unavailable, and nothing wrong is told, where what lies there is not theirs', async () => {
    const state = await open();
    await admin.set('mine:timeline:{instance/spoilt}', 'text');
    await expect(state.timelines.find([contact, 'instance/spoilt'])).rejects.toThrow(StoreUnavailable);
    await expect(state.timelines.record('instance/spoilt', [factOf('queueId', 'a')])).rejects.toThrow(StoreUnavailable);
  });
});
