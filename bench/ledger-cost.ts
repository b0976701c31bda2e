import { performance } from 'node:perf_hooks';
import { systemClock as clock } from '../src/clock.js';
import type { KeyedHash } from '../src/keyed-hash.js';
import type { LedgerStore } from '../src/ledger/ledger.js';
import { MemoryLedger } from '../src/ledger/memory/memory-ledger.js';
import { PostgresLedger } from '../src/ledger/postgres/postgres-ledger.js';
import { RedisLedger } from '../src/ledger/redis/redis-ledger.js';
import { createLog } from '../src/log.js';
import { PostgresConnection } from '../src/postgres/postgres-connection.js';
import { ReplicatedWrites } from '../src/redis/replicated-writes.js';
import { placeCalls } from './placed-calls.js';
import { openRedisLedger, usedMemory } from './redis-bytes.js';

/**
 * What the ledger of one placed call costs in each store: round trips, CPU of the gateway's side, time, records and bytes at rest. With servers of its own, whose
 * ledger it fills, DATABASE_URL as the owner of the schema: REDIS_URL=... DATABASE_URL=... npm run ledger-cost
 * Where that Redis has a replica, it is measured once more with LEDGER_REPLICAS 1. `AT_ONCE` (8) calls are under way at any time.
 */
const [warmUp, calls, atOnce] = [500, 5_000, Number(process.env.AT_ONCE ?? 8)];
const log = createLog('silent');
const { REDIS_URL: redisUrl = '', DATABASE_URL: databaseUrl = '' } = process.env;

/** Of the calls that were placed in memory. */
const windowIds: KeyedHash[] = [];

function counted(store: LedgerStore) {
  const counts = { trips: 0, takenMs: [] as number[] };
  const commit = store.commit.bind(store);
  store.commit = async (...args) => {
    counts.trips += 1;
    const askedAtMs = performance.now();
    const committed = await commit(...args);
    counts.takenMs.push(performance.now() - askedAtMs);
    return committed;
  };
  return counts;
}

async function measure(name: string, store: LedgerStore, bytesOf: (all: number) => Promise<string>) {
  const place = async (count: number) => {
    windowIds.push(...(await placeCalls(store, count, atOnce)));
  };
  await place(warmUp);
  const counts = counted(store);
  const [cpu, startMs] = [process.cpuUsage(), performance.now()];
  await place(calls);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - startMs) / 1_000;
  const sorted = counts.takenMs.sort((a, b) => a - b);
  const taken = (share: number) => sorted[Math.floor(counts.trips * share)]!.toFixed(1);
  process.stdout.write(
    `${name}: ${(counts.trips / calls).toFixed(2)} round trips of p50 ${taken(0.5)} and p99 ${taken(0.99)} ms, ${Math.round((user + system) / calls)} us of CPU, ` +
      `${await bytesOf(warmUp + calls)} for each call; ${Math.round(calls / seconds)} calls a second\n`,
  );
}

const memory = new MemoryLedger({ clock });
const heapBefore = usedHeap();
await measure('memory', memory, memoryBytes);

function usedHeap(): number {
  if (!globalThis.gc) throw new Error('node --expose-gc is needed');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Of the heap, without the windows, which are over soon. */
async function memoryBytes(all: number): Promise<string> {
  await endWindows();
  return `${Math.round((usedHeap() - heapBefore) / all)} bytes at rest`;
}

async function endWindows(): Promise<void> {
  const keys = windowIds.splice(0).map((id) => ({ kind: 'window', id }) as const);
  const { nowMs, records } = await memory.read(keys);
  const writes = keys.map((key, index) => ({ key, version: records[index]?.version, next: null }));
  await memory.commit(writes, nowMs, []);
}

const { address, connection: redis, prefix, ledger: onRedis } = await openRedisLedger(redisUrl);
const usedBefore = await usedMemory(redis);
const redisBytesOf = async (all: number) =>
  `${Math.round(((await usedMemory(redis)) - usedBefore) / all)} bytes at rest`;
await measure('Redis', onRedis, redisBytesOf);
const { connected_slaves: replicas } = Object.fromEntries(
  (await redis.send((client) => client.info('replication'))).split('\r\n').map((line) => line.split(':')),
) as { readonly connected_slaves?: string };
if (replicas !== '0') {
  const settings = { address, log, clock, replicas: 1, replicasTimeoutMs: 10_000, commandTimeoutMs: 10_000 };
  const writer = new ReplicatedWrites(redis, settings);
  const store = new RedisLedger(redis, { prefix, clock, writer });
  await new Promise<void>((resolve) => writer.onUp(resolve));
  await measure('Redis, LEDGER_REPLICAS 1', store, () => Promise.resolve('the same'));
  await writer.close();
}
await redis.close();

const database = new PostgresConnection({ url: databaseUrl, log, timeoutMs: 10_000 });
await new Promise<void>((resolve) => database.onUp(resolve));
let statements = 0;
const query = database.query.bind(database);
database.query = (...args: Parameters<typeof query>) => {
  statements += 1;
  return query(...args);
};
await measure('PostgreSQL', new PostgresLedger(database, { clock }), databaseBytes);
await database.close();

/** The same, in use and without the space of earlier versions. */
async function databaseBytes(all: number): Promise<string> {
  // Those that tell of changes are among them, and no caller waits for these.
  const each = (statements / all).toFixed(2);
  const size = async () => {
    const text = "SELECT pg_total_relation_size('outdial.ledger')::float8 AS bytes";
    const [found] = await database.query<{ readonly bytes: number }>({ text });
    return Math.round(found!.bytes / all);
  };
  const inUse = await size();
  await database.query({ text: "DELETE FROM outdial.ledger WHERE kind = 'window'" });
  await database.query({ text: 'VACUUM FULL outdial.ledger' });
  const text = 'SELECT count(*)::float8 AS rows FROM outdial.ledger';
  const [left] = await database.query<{ readonly rows: number }>({ text });
  return `${each} statements, ${inUse} bytes in use, ${left!.rows / all} rows and ${await size()} bytes at rest`;
}
