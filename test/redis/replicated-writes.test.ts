import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { systemClock } from '../../src/clock.js';
import { createLog } from '../../src/log.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { ReplicatedWrites } from '../../src/redis/replicated-writes.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { redisClient } from '../support/redis-client.js';
import { startRedisReplication, type RedisReplication } from '../support/redis-replication.js';
import { describeOnRedis } from '../support/start-redis.js';
import { startTcpLink, type TcpLink } from '../support/tcp-link.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

const write = "redis.call('SET', KEYS[1], ARGV[1]) return ARGV[1]";
/** Writes what it found, as the ledger's does: of what it only read, Redis 7.2 and Valkey would not wait until the replica has it. */
const read = "local text = redis.call('GET', KEYS[1]) if text then redis.call('SET', KEYS[1], text) end return text";

interface Opened {
  readonly connection: RedisConnection;
  readonly writes: ReplicatedWrites;
  readonly lines: readonly string[];
  readonly set: (key: string, value?: string) => Promise<unknown>;
  readonly get: (key: string) => Promise<unknown>;
}

describeOnRedis('writes that a replica must have', () => {
  let pair: RedisReplication;
  let link: TcpLink;
  const closings: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    pair = await startRedisReplication();
    link = await startTcpLink(pair.primary.port);
  });
  afterEach(async () => {
    link.resume();
    await Promise.all(closings.splice(0).map((close) => close()));
    await link.stop();
    await pair.close();
  });

  /** Over a link that can stall, break and lead elsewhere. A busy machine is no outage. */
  async function open({ timeoutMs = 60_000, commandTimeoutMs = 60_000, clock = systemClock } = {}): Promise<Opened> {
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const address = { kind: 'server', url: `redis://127.0.0.1:${link.port}` } as const;
    const settings = { address, log: createLog('info', sink), clock, commandTimeoutMs };
    const connection = new RedisConnection(settings);
    const writes = new ReplicatedWrites(connection, { ...settings, replicas: 1, replicasTimeoutMs: timeoutMs });
    closings.push(async () => {
      await Promise.all([writes.close(), connection.close()]);
    });
    await until(() => writes.isUp);
    return {
      connection,
      writes,
      lines,
      set: (key, value = key) => writes.runScript(write, [key], [value]),
      get: (key) => writes.runScript(read, [key], []),
    };
  }

  /** What an administrator counts on the primary since the last time. */
  async function countsOf(...commands: readonly string[]): Promise<readonly number[]> {
    const stats = String(await pair.primary.ask('INFO', 'commandstats'));
    await pair.primary.ask('CONFIG', 'RESETSTAT');
    return commands.map((name) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0));
  }

  const onPrimary = (key: string) => pair.primary.ask('GET', key);

  test('are answered once it has them', async () => {
    const { set } = await open();
    expect(await set('one')).toBe('one');
    pair.stall();
    const answers: unknown[] = [];
    const second = set('two').then((answer) => answers.push(answer));
    await until(async () => (await onPrimary('two')) === 'two');
    expect(answers).toEqual([]);
    pair.resume();
    await second;
    expect(answers).toEqual(['two']);
    const promoted = await pair.promote();
    expect([await promoted.ask('GET', 'one'), await promoted.ask('GET', 'two')]).toEqual(['one', 'two']);
  });

  test('count as perhaps made where it does not have them in time, which the log says once, and once that it is over', async () => {
    const clock = new TestClock();
    const { set, lines } = await open({ timeoutMs: 20, clock });
    pair.stall();
    for (const key of ['one', 'two', 'three']) await expect(set(key)).rejects.toThrow(StoreUnavailable);
    expect(await onPrimary('one')).toBe('one');
    pair.resume();
    await until(() => set('four').then(Boolean, () => false));
    // Nothing more need be written.
    clock.advance(1_000);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: 'warn',
        reached: 0,
        required: 1,
        msg: 'what is written to Redis reaches too few replicas in time; no call is placed until it does',
      }),
      expect.objectContaining({ level: 'info', msg: 'what is written to Redis reaches enough replicas again' }),
    ]);
  });

  test('are not read before it has them, whoever wrote them', async () => {
    const { get } = await open({ timeoutMs: 20 });
    await pair.primary.ask('SET', 'known', 'copied');
    await until(() =>
      get('known').then(
        (answer) => answer === 'copied',
        () => false,
      ),
    );
    pair.stall();
    await pair.primary.ask('SET', 'news', 'of another client');
    await expect(get('news')).rejects.toThrow(StoreUnavailable);
    pair.resume();
    await until(() =>
      get('news').then(
        (answer) => answer === 'of another client',
        () => false,
      ),
    );
  });

  test('count as perhaps made at once where the connection breaks before the replica has them', async () => {
    const { set, writes } = await open();
    pair.stall();
    const lost = expect(set('one')).rejects.toThrow(StoreUnavailable);
    await until(async () => (await onPrimary('one')) === 'one');
    link.cut();
    await lost;
    pair.resume();
    await until(() => writes.isUp);
    expect(await set('two')).toBe('two');
  });

  test('hold up nothing that is asked on the connection beside them', async () => {
    const { set, connection } = await open();
    pair.stall();
    const held = Array.from({ length: 10 }, (_, index) => set(`held-${index}`));
    await until(async () => (await onPrimary('held-9')) === 'held-9');
    expect(await connection.runScript(read, ['held-9'], [])).toBe('held-9');
    expect(await connection.send((redis) => redis.get('held-0'))).toBe('held-0');
    pair.resume();
    expect(await Promise.all(held)).toHaveLength(10);
  });

  test('share a WAIT where they come together, and each gets its own answer', async () => {
    const { set, writes } = await open();
    await set('first');
    await countsOf();
    const keys = Array.from({ length: 1_500 }, (_, index) => `key-${index}`);
    const wrong = writes.runScript("return redis.call('HGET', KEYS[1], 'field')", ['first'], []);
    const answers = Promise.all(keys.map((key) => set(key)));
    await expect(wrong).rejects.toMatchObject({ cause: { message: expect.stringContaining('WRONGTYPE') as unknown } });
    expect(await answers).toEqual(keys);
    const [waits = 0] = await countsOf('wait');
    expect(waits).toBeGreaterThan(0);
    expect(waits).toBeLessThan(10);
    expect(await pair.replicas[0]!.ask('GET', 'key-1499')).toBe('key-1499');
  });

  test('are sent in full where Redis has forgotten their script, and wait for the replica then as well', async () => {
    const { set } = await open({ timeoutMs: 20 });
    await until(() => set('one').then(Boolean, () => false));
    await pair.primary.ask('SCRIPT', 'FLUSH');
    await until(() => set('two').then(Boolean, () => false));
    await pair.primary.ask('SCRIPT', 'FLUSH');
    pair.stall();
    for (const key of ['three', 'four', 'five']) await expect(set(key)).rejects.toThrow(StoreUnavailable);
    expect(await pair.replicas[0]!.ask('GET', 'five')).toBeNull();
  });

  test('leave a primary that became a replica, together with the connection beside them, and go on with the new one', async () => {
    const { set, connection, writes } = await open();
    await set('one');
    const former = pair.primary;
    const promoted = await pair.promote();
    await former.ask('REPLICAOF', '127.0.0.1', String(promoted.port));
    let wasLeft = false;
    connection.onLeave(() => (wasLeft = true));
    await expect(set('two')).rejects.toThrow(StoreUnavailable);
    expect(wasLeft).toBe(true);
    link.leadTo(promoted.port);
    await pair.addReplica();
    await until(() => writes.isUp);
    await until(() => set('three').then(Boolean, () => false));
    expect(await promoted.ask('GET', 'three')).toBe('three');
    expect(await connection.send((redis) => redis.set('four', '4'))).toBe('OK');
  });

  test('count as made nowhere where nobody listens, and tell when it is up again', async () => {
    const { set, writes } = await open();
    let timesUp = 0;
    writes.onUp(() => (timesUp += 1));
    link.leadTo(undefined);
    await until(() => !writes.isUp);
    await expect(set('one')).rejects.toThrow(StoreUnavailable);
    link.leadTo(pair.primary.port);
    await until(() => timesUp > 0);
    expect(writes.isUp).toBe(true);
    expect(await onPrimary('one')).toBeNull();
  });

  test('give up a connection that carries nothing', async () => {
    const { set, writes } = await open({ timeoutMs: 20, commandTimeoutMs: 200 });
    await until(() => set('one').then(Boolean, () => false));
    link.stall();
    await expect(set('two')).rejects.toThrow(StoreUnavailable);
    await until(async () => {
      await set('three').catch(() => undefined);
      return !writes.isUp;
    });
    link.resume();
    await until(() => set('four').then(Boolean, () => false));
  });

  test.each([
    ['is full', ['CONFIG', 'SET', 'maxmemory', '1']],
    ['wants more replicas than it has', ['CONFIG', 'SET', 'min-replicas-to-write', '5']],
  ])('are certainly not made where Redis %s', async (_title, command) => {
    const { set } = await open();
    await set('one');
    const [name, ...args] = command;
    await pair.primary.ask(name!, ...args);
    await expect(set('two')).rejects.toThrow(StoreUnavailable);
    await pair.primary.ask('CONFIG', 'SET', 'maxmemory', '0');
    await pair.primary.ask('CONFIG', 'SET', 'min-replicas-to-write', '0');
    expect(await onPrimary('two')).toBeNull();
    expect(await set('three')).toBe('three');
  });
});

describeOnRedis('a primary that dies after its link to the replica had stalled', () => {
  test.each([
    ['loses acknowledged writes where nobody waited for the replica', 0],
    ['loses none where each was waited for', 1],
  ])('%s', async (_title, replicas) => {
    const pair = await startRedisReplication();
    const address = { kind: 'server', url: pair.primary.url } as const;
    const settings = { address, log: createLog('silent'), commandTimeoutMs: 60_000 };
    const connection = new RedisConnection(settings);
    const writes = new ReplicatedWrites(connection, {
      ...settings,
      clock: systemClock,
      replicas: 1,
      replicasTimeoutMs: 50,
    });
    const writer = replicas ? writes : connection;
    await until(() => connection.isUp && writes.isUp);
    const acknowledged: string[] = [];
    let written = 0;
    let isOver = false;
    const callers = Array.from({ length: 20 }, async () => {
      while (!isOver) {
        const key = `key-${(written += 1)}`;
        await writer.runScript(write, [key], [key]).then(
          () => acknowledged.push(key),
          () => new Promise(setImmediate),
        );
      }
    });
    await until(() => acknowledged.length >= 300);
    pair.stall();
    const before = written;
    await until(() => written >= before + 300);
    await pair.primary.kill();
    isOver = true;
    await Promise.all(callers);
    const promoted = await pair.promote();
    const client = redisClient(promoted.url);
    const found = await client.mget(acknowledged);
    const lost = acknowledged.filter((key, index) => found[index] !== key);
    if (replicas) expect(lost).toEqual([]);
    else expect(lost.length).toBeGreaterThan(100);
    client.disconnect();
    await Promise.all([writes.close(), connection.close()]);
    await pair.close();
  });
});
