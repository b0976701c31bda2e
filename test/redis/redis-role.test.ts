import { afterEach, expect, jest, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { ConfigError } from '../../src/config.js';
import { createLog } from '../../src/log.js';
import { callInput } from '../support/place-call.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { redisClient } from '../support/redis-client.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, startSentinel, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { roleCheck } from '../../src/redis/redis-role.js';
import { startRedisForUser } from '../support/documented-user.js';
import { startClusterOfOne } from '../ledger/ledgers.js';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function kept(starting: Promise<TestRedis>): Promise<TestRedis> {
  const redis = await starting;
  closings.push(() => redis.close());
  return redis;
}

/** Its address leads to nobody until it starts again. */
async function stopped(starting: Promise<TestRedis>): Promise<TestRedis> {
  const redis = await starting;
  await redis.stop();
  return redis;
}

async function gatewayOn(redis: TestRedis): Promise<RunningGateway> {
  const gateway = await startTestGateway({ state: { redis: redis.address } });
  closings.push(() => gateway.stop());
  return gateway;
}

async function readyz({
  url,
}: RunningGateway): Promise<{ readonly status: number; readonly reasons: readonly string[] }> {
  const response = await fetch(url.replace('/graphql', '/readyz'));
  const { reasons } = (await response.json()) as { readonly reasons: readonly string[] };
  return { status: response.status, reasons };
}

const alarmsOf = (gateway: RunningGateway) =>
  gateway
    .logged()
    .split('\n')
    .filter((line) => line.includes('ALARM'))
    .map((line) => JSON.parse(line) as { readonly level: string; readonly msg: string });

async function makeReplica(redis: TestRedis, ...of: [string, string]): Promise<void> {
  const admin = redisClient(redis.url);
  await admin.replicaof(...of);
  admin.disconnect();
}

const sentinel = 'REDIS_URL leads to a Sentinel: set REDIS_SENTINEL_URLS and REDIS_SENTINEL_MASTER in its place';
const clusterNode = 'REDIS_URL leads to a node of a Redis Cluster: set REDIS_CLUSTER_URLS in its place';
const replica = 'REDIS_URL leads to a replica: give the address of the primary, or one that follows it';

describeOnRedis('a REDIS_URL that leads to', () => {
  test.each<[string, () => Promise<TestRedis>, string]>([
    ['a Sentinel', startSentinel, sentinel],
    ['a node of a Cluster', startClusterOfOne, clusterNode],
  ])('%s keeps the gateway from starting', async (_what, start, reason) => {
    const starting = gatewayOn(await kept(start()));
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(`${reason}.`);
  });

  test('a server without cluster mode keeps the gateway from starting where a Cluster is named', async () => {
    const { url } = await kept(startRedis());
    const starting = startTestGateway({ state: { redis: { kind: 'cluster', urls: [url] } } });
    await expect(starting).rejects.toThrow(
      'REDIS_CLUSTER_URLS leads to a server without cluster mode: set REDIS_URL in its place.',
    );
  });

  test('nothing, as nobody answers, is waited for a second, and no longer', async () => {
    const redis = await kept(startRedis());
    redis.freeze();
    closings.push(() => {
      redis.thaw();
    });
    const clock = new TestClock();
    const gateway = await clock.runUntil(startTestGateway({ state: { redis: redis.address }, parts: { clock } }));
    closings.push(() => clock.runUntil(gateway.stop()));
    expect(clock.monotonic()).toBe(new TestClock().monotonic() + 1_000);
  });

  test.each<[string, () => Promise<TestRedis>, string]>([
    ['a Sentinel, but not at first,', () => stopped(startSentinel()), sentinel],
    ['a node of a Cluster, but not at first,', () => stopped(startClusterOfOne()), clusterNode],
    ['a replica', () => startRedis(['--replicaof', '127.0.0.1 1']), replica],
  ])('%s is told once in the log, and the gateway is not ready', async (_what, start, reason) => {
    const redis = await kept(start());
    const gateway = await gatewayOn(redis);
    if (reason !== replica) await redis.start();
    await until(() => gateway.logged().includes('ALARM'));
    await until(async () => (await readyz(gateway)).reasons.join() === reason);
    expect((await readyz(gateway)).status).toBe(503);
    expect(alarmsOf(gateway)).toEqual([expect.objectContaining({ level: 'error', msg: `ALARM: ${reason}` })]);
  });

  test('a primary that is demoted makes the gateway not ready with its next write, until it is a primary again', async () => {
    const redis = await kept(startRedis());
    const gateway = await gatewayOn(redis);
    const place = (destinationPhoneNumber: string) =>
      gateway.clock.runUntil(
        gateway.ask(PlaceCallDocument, { input: callInput({ destinationPhoneNumber, maxWaitInSeconds: 3 }) }),
      );
    await until(async () => (await place('+12065550100')).errors === undefined);
    await until(async () => (await readyz(gateway)).status === 200);

    await makeReplica(redis, '127.0.0.1', '1');
    const placed = gateway.simulator.calls().length;
    expect((await place('+12065550101')).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    await until(async () => (await readyz(gateway)).status === 503);
    expect(await readyz(gateway)).toEqual({ status: 503, reasons: [replica] });
    expect(alarmsOf(gateway)).toEqual([expect.objectContaining({ level: 'error', msg: `ALARM: ${replica}` })]);
    expect(gateway.simulator.calls()).toHaveLength(placed);

    await makeReplica(redis, 'NO', 'ONE');
    await until(async () => (await readyz(gateway)).status === 200);
    await until(() => gateway.logged().includes('shared state is back'));
    await until(async () => (await place('+12065550102')).errors === undefined);
  });
});

describeOnRedis('a Redis that does not let its user ask what it is', () => {
  test('is used, with a warning', async () => {
    // ioredis says it there as well.
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    closings.push(() => {
      warned.mockRestore();
    });
    const { redis } = await startRedisForUser(['-info']);
    closings.push(() => redis.close());
    let logged = '';
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        logged += String(chunk);
        done();
      },
    });
    const log = createLog('info', sink);
    const connection = new RedisConnection({
      address: redis.address,
      log,
      refuse: roleCheck(log, redis.address),
      commandTimeoutMs: 60_000,
    });
    closings.push(() => connection.close());
    await new Promise<void>((resolve) => connection.onUp(resolve));
    expect(connection.refusals).toEqual([]);
    expect(logged.match(/does not tell by INFO what it is/g)).toHaveLength(1);
  });
});
