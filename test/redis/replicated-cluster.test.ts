import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/clock.js';
import { createLog } from '../../src/log.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { ReplicatedWrites } from '../../src/redis/replicated-writes.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { redisClient } from '../support/redis-client.js';
import { startCluster, type TestCluster } from '../support/start-cluster.js';
import { describeOnRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

const write = "redis.call('SET', KEYS[1], ARGV[1]) return ARGV[1]";
const count = "return redis.call('HINCRBY', KEYS[1], 'n', 1)";

const keyOf = (name: string | number) => `outdial:test:${name}`;

describeOnRedis('in a Cluster, writes that a replica must have', () => {
  let cluster: TestCluster;
  const closings: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(async () => {
    await Promise.all(closings.splice(0).map((close) => close()));
    await cluster.close();
  });

  async function open({ timeoutMs = 60_000, commandTimeoutMs = 60_000 } = {}) {
    const settings = { address: cluster.address, log: createLog('silent'), commandTimeoutMs };
    const connection = new RedisConnection(settings);
    const writes = new ReplicatedWrites(connection, {
      ...settings,
      clock: systemClock,
      replicas: 1,
      replicasTimeoutMs: timeoutMs,
    });
    closings.push(() => Promise.all([writes.close(), connection.close()]));
    await new Promise<void>((resolve) => writes.onUp(resolve));
    return { connection, writes, set: (key: string) => writes.runScript(write, [key], [key]) };
  }

  const isMade = (made: Promise<unknown>) =>
    made.then(
      () => true,
      () => sleep(1, false),
    );

  async function ask(node: TestRedis, ...[name, ...args]: readonly [string, ...(string | number)[]]): Promise<unknown> {
    const client = redisClient(node.url);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  test('go to the primary of their key, which none of its replicas lacks then', async () => {
    const { set } = await open();
    const keys = Array.from({ length: 300 }, (_none, index) => keyOf(index));
    expect(await Promise.all(keys.map(set))).toEqual(keys);
    const replicas = cluster.nodes.slice(3);
    const sizes = await Promise.all(replicas.map((replica) => ask(replica, 'DBSIZE')));
    expect(sizes.map(Number).reduce((sum, size) => sum + size)).toBe(300);
    expect(Math.min(...sizes.map(Number))).toBeGreaterThan(0);
  });

  test('follow a slot while it is moved, and once it was, and are made once and where a replica has them', async () => {
    const { writes } = await open();
    const [known, fresh] = [keyOf('{slot}:known'), keyOf('{slot}:fresh')];
    const counted = (...keys: readonly string[]) => writes.runScript(count, keys, []);
    const from = (await cluster.primaryOf(known))!;
    const to = cluster.nodes.slice(0, 3).find((node) => node !== from)!;
    const replicaOfTo = cluster.nodes[cluster.nodes.indexOf(to) + 3]!;
    const slot = Number(await ask(from, 'CLUSTER', 'KEYSLOT', known));
    const [fromId, toId] = [await ask(from, 'CLUSTER', 'MYID'), await ask(to, 'CLUSTER', 'MYID')].map(String);
    expect(await counted(known)).toBe(1);
    await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId!);
    await ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId!);
    expect([await counted(known), await counted(fresh), await counted(fresh)]).toEqual([2, 1, 2]);
    expect([await ask(from, 'DBSIZE'), await ask(to, 'DBSIZE'), await ask(replicaOfTo, 'DBSIZE')]).toEqual([1, 1, 1]);
    // One lies here and one there.
    await expect(counted(known, fresh)).rejects.toMatchObject({
      name: 'StoreUnavailable',
      cause: { message: expect.stringMatching(/^TRYAGAIN /) as unknown },
    });
    const { hostname, port } = new URL(to.url);
    await ask(from, 'MIGRATE', hostname, port, '', 0, 60_000, 'KEYS', known);
    expect([await counted(known), await counted(fresh)]).toEqual([3, 3]);
    await ask(to, 'SCRIPT', 'FLUSH');
    expect(await counted(fresh)).toBe(4);
    await ask(to, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId!);
    await ask(from, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId!);
    expect([await counted(known), await counted(fresh), await counted(fresh)]).toEqual([4, 5, 6]);
    expect([await ask(to, 'HGET', known, 'n'), await ask(to, 'HGET', fresh, 'n')]).toEqual(['4', '6']);
  });

  test('leave a primary that was deposed, and go to the one that took its place', async () => {
    const { set, writes } = await open();
    const key = keyOf('key');
    const former = (await cluster.primaryOf(key))!;
    await set(key);
    await ask(cluster.nodes[cluster.nodes.indexOf(former) + 3]!, 'CLUSTER', 'FAILOVER');
    await until(async () => ![former, undefined].includes(await cluster.primaryOf(key, former)));
    await until(() => isMade(set(key)));
    const lanesTo = async (node: TestRedis) => String(await ask(node, 'CLIENT', 'LIST')).match(/cmd=wait /g) ?? [];
    await until(async () => (await lanesTo(former)).length === 0);
    expect(writes.isUp).toBe(true);
  });

  test('count as made nowhere where their primary is gone, and tell when it is back', async () => {
    const { set, writes } = await open();
    const key = keyOf('key');
    const former = (await cluster.primaryOf(key))!;
    await former.stop();
    await cluster.nodes[cluster.nodes.indexOf(former) + 3]!.stop();
    await expect(set(key)).rejects.toThrow(StoreUnavailable);
    expect(writes.isUp).toBe(true);
    let timesUp = 0;
    writes.onUp(() => (timesUp += 1));
    await former.start();
    await until(() => timesUp > 0);
  });

  test.each([
    { what: 'none is lost with a primary whose replica has all of them', replicas: 1, isCut: false },
    { what: 'none is lost with a primary whose replica was cut off before', replicas: 1, isCut: true },
    { what: 'those are lost that nobody waited for, where the replica was cut off before', replicas: 0, isCut: true },
  ])('are kept as far as they were acknowledged: $what', async ({ replicas, isCut }) => {
    const { connection, writes } = await open({ timeoutMs: 50 });
    const writer = replicas ? writes : connection;
    const victim = (await cluster.primaryOf(keyOf('key')))!;
    const other = cluster.nodes.slice(0, 3).find((node) => node !== victim)!;
    const acknowledged: string[] = [];
    let written = 0;
    let isOver = false;
    const callers = Array.from({ length: 30 }, async () => {
      while (!isOver) {
        const key = keyOf((written += 1));
        if (await isMade(writer.runScript(write, [key], [key]))) acknowledged.push(key);
      }
    });
    await until(() => acknowledged.length >= 500);
    if (isCut) {
      // Its replica may not join again.
      await ask(victim, 'CONFIG', 'SET', 'requirepass', 'another');
      const admin = redisClient(victim.url.replace('//', '//:another@'));
      await admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
      const before = written;
      await until(() => written >= before + 1_000);
      admin.disconnect();
    }
    await victim.stop();
    await until(async () => ![victim, undefined].includes(await cluster.primaryOf(keyOf('key'), other)));
    isOver = true;
    await Promise.all(callers);
    let lost: string[] = [];
    await until(() =>
      isMade(
        Promise.all(acknowledged.map((key) => connection.send((redis) => redis.get(key)))).then((found) => {
          lost = acknowledged.filter((key, index) => found[index] !== key);
        }),
      ),
    );
    if (replicas) expect(lost).toEqual([]);
    else expect(lost.length).toBeGreaterThan(100);
  });
});
