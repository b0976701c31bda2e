import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLog } from '../../src/log.js';
import { warnOfForgetting } from '../../src/redis/redis-durability.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { keyed, claimOf, leaseOf, placedAs, question, unknownFor } from '../ledger/call-fixture.js';
import { openRedisStores, redisStores, settingsOn, answered, type StoreSettings, type RedisStores } from './stores.js';
import { redisClient } from '../support/redis-client.js';
import { until } from '../support/until.js';

const nextUp = (state: RedisStores): Promise<void> =>
  new Promise((resolve) => {
    const off = state.health.onUp(() => {
      off();
      resolve();
    });
  });

function logTo(lines: string[]) {
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return createLog('info', destination);
}

describeOnRedis('when Redis fails, shared state', () => {
  let redis: TestRedis;
  const opened: RedisStores[] = [];

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all(opened.splice(0).map((state) => state.close()));
    await redis.close();
  });

  async function open(more: Partial<StoreSettings> = {}): Promise<RedisStores> {
    // No lease runs out while a busy machine is about it.
    const state = await openRedisStores({ ...settingsOn(redis), nowMs: () => Date.UTC(2026, 10, 21), ...more });
    opened.push(state);
    return state;
  }

  test('is unavailable, and certainly wrote nothing, while nobody listens; it says so once in the log', async () => {
    await redis.close();
    redis = await startRedis(['--requirepass', 'hunter2']);
    await redis.stop();
    const lines: string[] = [];
    const url = redis.url.replace('//', '//:hunter2@');
    const state = redisStores({ ...settingsOn(redis), address: { kind: 'server', url }, log: logTo(lines) });
    opened.push(state);
    expect(state.health.isUp).toBe(false);
    await expect(state.calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    await expect(
      state.windows.leave(keyed('number'), { call: keyed('connect-token'), owner: 'its effort' }),
    ).rejects.toThrow(StoreUnavailable);
    await expect(state.placements.find(['contact'])).rejects.toThrow(StoreUnavailable);
    const up = nextUp(state);
    await redis.start();
    await up;
    expect(lines.filter((line) => line.includes('shared state is gone'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('shared state is back'))).toHaveLength(1);
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('may have written what was not answered in time, and gives up a connection that does not answer', async () => {
    const state = await open({ commandTimeoutMs: 1_000 });
    // No answer to anything asked before is under way any more.
    await answered(() => state.calls.look(keyed('call'), question));
    redis.freeze();
    await expect(state.calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    const up = nextUp(state);
    redis.thaw();
    await up;
    expect(await answered(() => state.calls.claim(keyed('call'), claimOf('a')))).toMatchObject({ is: 'mine' });
    expect(await answered(() => state.calls.claim(keyed('call'), claimOf('b')))).toMatchObject({ is: 'leased' });
  });

  test('may have written what broke off, and does not send it again by itself', async () => {
    const state = await open({ commandTimeoutMs: 30_000 });
    redis.freeze();
    const claim = expect(state.calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    await redis.stop();
    await claim;
    const up = nextUp(state);
    await redis.start();
    await up;
    expect(await state.calls.look(keyed('call'), question)).toEqual({ is: 'free' });
  });

  test.each([
    ['is full', ['CONFIG', 'SET', 'maxmemory', '1'], false],
    // Its address may lead to the new primary by now.
    ['has become a replica, so that it connects again', ['REPLICAOF', '127.0.0.1', '1'], true],
  ])('certainly wrote nothing when Redis %s', async (_title, [command, ...args], connectsAgain) => {
    const state = await open();
    await state.calls.claim(keyed('call'), claimOf('a'));
    const admin = redisClient(redis.url);
    await admin.call(command!, ...args);
    admin.disconnect();
    await expect(state.calls.claim(keyed('another call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
    expect(state.health.isUp).toBe(!connectsAgain);
    if (connectsAgain) await nextUp(state);
    expect(await state.calls.look(keyed('call'), question)).toMatchObject({ is: 'leased' });
  });

  test('comes back without what Redis forgot: no lease holds, the doubt returns, a contact id is still taken', async () => {
    const state = await open();
    await state.calls.claim(keyed('call'), claimOf('a'));
    await state.calls.markSending(keyed('call'), leaseOf('a'));
    await redis.stop();
    const up = nextUp(state);
    await redis.start();
    await up;
    expect(await state.calls.renew(keyed('call'), leaseOf('a'))).toBe(false);
    expect(await state.calls.claim(keyed('call'), claimOf('a', { unknown: unknownFor(3_000) }))).toMatchObject({
      is: 'mine',
    });
    expect(await state.calls.release(keyed('call'), leaseOf('a'))).toBe(false);
    expect(await state.calls.recordPlaced(keyed('other call'), placedAs('contact'))).toBe('contact');
  });

  test('wakes everybody who waits once it hears the news again, for some may have been missed', async () => {
    const state = await open();
    const told = new Promise<void>((resolve) => {
      state.calls.changed(keyed('call'), resolve);
    });
    const admin = redisClient(redis.url);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await told;
    const toldAgain = new Promise<void>((resolve) => {
      state.calls.changed(keyed('other call'), resolve);
    });
    await state.calls.recordPlaced(keyed('other call'), placedAs('contact'));
    await toldAgain;
    admin.disconnect();
  });
});

describeOnRedis('at each connection shared state', () => {
  test('warns of what has changed since the last one, and of too few replicas', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'yes']);
    const lines: string[] = [];
    const log = logTo(lines);
    const state = redisStores({ ...settingsOn(redis), log });
    const admin = redisClient(redis.url);
    try {
      warnOfForgetting(state.connection, log, 1);
      const evicts = { level: 'warn', policy: 'allkeys-lru', msg: expect.stringMatching('may evict') as unknown };
      const tooFew = {
        level: 'warn',
        connected: 0,
        required: 1,
        msg: expect.stringMatching('fewer replicas than LEDGER_REPLICAS') as unknown,
      };
      await until(() => lines.length === 2);
      expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([evicts, tooFew]);

      const connectAgain = async () => {
        const up = nextUp(state);
        state.connection.leave();
        await up;
        await state.placements.find(['answered after all that was asked before']);
        return lines.splice(0).filter((line) => line.includes('LEDGER_REPLICAS') || line.includes('may evict'));
      };
      lines.splice(0);
      expect(await connectAgain()).toEqual([]);
      await admin.config('SET', 'maxmemory-policy', 'volatile-ttl');
      expect((await connectAgain()).map((line) => JSON.parse(line) as object)).toMatchObject([
        { ...evicts, policy: 'volatile-ttl' },
      ]);
      await admin.config('SET', 'maxmemory-policy', 'noeviction');
      expect(await connectAgain()).toEqual([]);

      const replica = await startRedis(['--replicaof', `127.0.0.1 ${new URL(redis.url).port}`]);
      while ((await admin.wait(1, 1_000)) < 1);
      expect(await connectAgain()).toEqual([]);
      await replica.close();
      await until(async () => (await admin.info('replication')).includes('connected_slaves:0'));
      expect((await connectAgain()).map((line) => JSON.parse(line) as object)).toMatchObject([tooFew]);
    } finally {
      admin.disconnect();
      await state.close();
      await redis.close();
    }
  });
});

describeOnRedis('at its start shared state', () => {
  test.each([
    ['evicts', ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'yes'], [/may evict/]],
    ['keeps nothing on disk', [], [/when it restarts/]],
    ['evicts and keeps nothing on disk', ['--maxmemory-policy', 'volatile-ttl'], [/may evict/, /when it restarts/]],
    ['keeps everything', ['--appendonly', 'yes'], []],
    ['does not tell', ['--user', 'default', 'on', 'nopass', '~*', '&*', '+@all', '-info'], []],
  ])('warns of a Redis that may forget: one that %s', async (_title, args, warnings) => {
    // ioredis itself warns there that it cannot ask whether Redis is loading.
    const ownWarnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const redis = await startRedis(args);
    const lines: string[] = [];
    const log = logTo(lines);
    const state = redisStores({ ...settingsOn(redis), log });
    warnOfForgetting(state.connection, log);
    await nextUp(state);
    await state.placements.find(['answered after all that was asked before']);
    await state.close();
    await redis.close();
    ownWarnings.mockRestore();
    expect(lines).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });
});
