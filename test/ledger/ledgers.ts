import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { keyed } from './call-fixture.js';
import type { Clock } from '../../src/clock.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import type { LedgerStore } from '../../src/ledger/ledger.js';
import { schemaRefusal } from '../../src/ledger/postgres/migrations.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import { RedisLedger } from '../../src/ledger/redis/redis-ledger.js';
import { createLog } from '../../src/log.js';
import { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { ReplicatedWrites } from '../../src/redis/replicated-writes.js';
import { startRedisForUser } from '../support/documented-user.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { startCluster } from '../support/start-cluster.js';
import { startSentinels } from '../support/start-sentinels.js';
import { redisClient } from '../support/redis-client.js';

/** Two replicas that share their ledger, and their time. */
export interface Ledgers {
  readonly here: LedgerStore;
  readonly there: LedgerStore;
  readonly clock: TestClock;
}

/** A server that is silent for a while, as on a busy machine, is not to be replaced. */
const neverMs = 600_000;

const sharedServers: Promise<{ close(): Promise<void> }>[] = [];

/** Servers that are started once for all tests of a file, as a start takes seconds, and end with it. */
function shared<T extends { close(): Promise<void> }>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    if (!started) sharedServers.push((started = start()));
    return started;
  };
}

afterAll(async () => {
  for (const server of sharedServers) await (await server).close();
});

const redisForUser = shared(async () => (await startRedisForUser()).redis);
const redisWithReplica = shared(startRedisWithReplica);
const cluster = shared(() => startCluster({ nodeTimeoutMs: neverMs }));
const sentinels = shared(() => startSentinels({ downAfterMs: neverMs }));
const postgresServer = shared(() => startPostgres());

let prefixes = 0;

export function newPrefix(): string {
  prefixes += 1;
  return `outdial:ledger-test${prefixes}:`;
}

/** A ledger that is up and hears the news; its subscription begins by telling everybody. */
export async function openRedisLedger(
  address: RedisAddress,
  settings: {
    readonly prefix: string;
    readonly clock: Clock;
    readonly nowMs?: () => number;
    /** How many replicas must have each write. */
    readonly replicas?: number;
    readonly replicasTimeoutMs?: number;
  },
): Promise<{ readonly ledger: RedisLedger; readonly connection: RedisConnection; close(): Promise<void> }> {
  // A busy machine is no outage.
  const timeouts = { commandTimeoutMs: 60_000, replicasTimeoutMs: settings.replicasTimeoutMs ?? 60_000 };
  const log = createLog('silent');
  const { clock, replicas } = settings;
  const connection = new RedisConnection({ address, log, ...timeouts });
  const writer = replicas && new ReplicatedWrites(connection, { address, log, clock, replicas, ...timeouts });
  const ledger = new RedisLedger(connection, { ...settings, ...(writer ? { writer } : {}) });
  await Promise.all([
    new Promise<void>((resolve) => ledger.health.onUp(resolve)),
    new Promise<void>((resolve) => {
      const off = ledger.changed(keyed('opening'), () => {
        off();
        resolve();
      });
    }),
  ]);
  const close = async () => {
    await Promise.all([writer && writer.close(), connection.close()]);
  };
  return { ledger, connection, close };
}

/**
 * The same tests in memory, where both replicas are one process, on PostgreSQL, Redis and, unless they are of what it cannot do, a Redis Cluster as the role and the
 * users of the pages.
 */
export function describeLedgers(
  title: string,
  tests: (ledgers: () => Ledgers) => void,
  { inClusters = true }: { readonly inClusters?: boolean } = {},
): void {
  describe(`${title}, in memory`, () => {
    let ledgers: Ledgers;
    beforeEach(() => {
      const clock = new TestClock();
      const store = new MemoryLedger({ clock });
      ledgers = { here: store, there: store, clock };
    });
    tests(() => ledgers);
  });

  for (const [where, start, replicas] of [
    ['Redis', redisForUser, 0],
    ['Redis with a replica that must have each write', redisWithReplica, 1],
    ['a Redis Cluster', cluster, 0],
    ['a Redis Cluster with replicas that must have each write', cluster, 1],
    ['a Redis behind Sentinels', sentinels, 0],
    ['a Redis behind Sentinels with a replica that must have each write', sentinels, 1],
  ] as const) {
    if (start === cluster && !inClusters) continue;
    describeOnRedis(`${title}, on ${where}`, () => {
      let redis: Pick<TestRedis, 'address'>;
      let ledgers: Ledgers;
      let close: () => Promise<unknown>;
      beforeAll(async () => {
        redis = await start();
      });
      beforeEach(async () => {
        const clock = new TestClock();
        const settings = { prefix: newPrefix(), clock, nowMs: () => clock.now(), replicas };
        const [here, there] = await Promise.all([
          openRedisLedger(redis.address, settings),
          openRedisLedger(redis.address, settings),
        ]);
        ledgers = { here: here.ledger, there: there.ledger, clock };
        close = () => Promise.all([here.close(), there.close()]);
      });
      afterEach(() => close());
      tests(() => ledgers);
    });
  }

  describeOnPostgres(`${title}, on PostgreSQL`, () => {
    let postgres: TestPostgres;
    let ledgers: Ledgers;
    let close: () => Promise<unknown>;
    beforeAll(async () => {
      postgres = await postgresServer();
    });
    beforeEach(async () => {
      await postgres.ask('TRUNCATE outdial.ledger, outdial.counted_calls, outdial.decisions');
      const clock = new TestClock();
      const settings = { clock, nowMs: () => clock.now() };
      const [here, there] = await Promise.all([
        openPostgresLedger(postgres.url, settings),
        openPostgresLedger(postgres.url, settings),
      ]);
      ledgers = { here: here.ledger, there: there.ledger, clock };
      close = () => Promise.all([here.close(), there.close()]);
    });
    afterEach(() => close());
    tests(() => ledgers);
  });
}

/** The same for PostgreSQL. */
export async function openPostgresLedger(
  url: string,
  settings: { readonly clock: TestClock; readonly nowMs?: () => number },
): Promise<{ readonly ledger: PostgresLedger; readonly connection: PostgresConnection; close(): Promise<void> }> {
  const connection = new PostgresConnection({
    url,
    log: createLog('silent'),
    timeoutMs: 60_000,
    refuse: schemaRefusal,
  });
  const ledger = new PostgresLedger(connection, settings);
  await new Promise<void>((resolve) => connection.onUp(resolve));
  return { ledger, connection, close: () => connection.close() };
}

/** A primary that is asked as the user of the page, and a replica that has all of it. */
async function startRedisWithReplica(): Promise<TestRedis> {
  const { redis, adminUrl } = await startRedisForUser();
  const { hostname, port } = new URL(adminUrl);
  const replica = await startRedis(['--replicaof', `${hostname} ${port}`]);
  const admin = redisClient(adminUrl);
  while ((await admin.wait(1, 1_000)) < 1);
  admin.disconnect();
  const close = async () => {
    await Promise.all([redis.close(), replica.close()]);
  };
  return { ...redis, close };
}

/** One node that has all slots: a script over keys of several is refused there as in a larger one. */
export async function startClusterOfOne(): Promise<TestRedis> {
  const redis = await startRedis(['--cluster-enabled', 'yes']);
  const admin = redisClient(redis.url);
  await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
  while (!(await admin.cluster('INFO')).includes('cluster_state:ok'));
  admin.disconnect();
  return redis;
}
