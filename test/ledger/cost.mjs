/**
 * What the ledger of one placed call costs in each store: round trips, CPU of the gateway's side, time, records and bytes at rest. After `npm run build`, with servers of its own, whose
 * ledger it fills, DATABASE_URL as the owner of the schema: REDIS_URL=... DATABASE_URL=... node --expose-gc test/ledger/cost.mjs
 * Where that Redis has a replica, it is measured once more with LEDGER_REPLICAS 1. `AT_ONCE` (8) calls are under way at any time. With `DETAIL_BYTES` each of the three commits of a call
 * appends a decision whose detail has about so many.
 */
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../../dist/clock.js';
import { keyedHash } from '../../dist/keyed-hash.js';
import * as call from '../../dist/ledger/call-record.js';
import * as window from '../../dist/ledger/duplicate-window.js';
import { LedgerView } from '../../dist/ledger/ledger-view.js';
import { MemoryLedger } from '../../dist/ledger/memory/memory-ledger.js';
import { placementSpec, recordPlacement } from '../../dist/ledger/placement.js';
import { PostgresLedger } from '../../dist/ledger/postgres/postgres-ledger.js';
import { RedisLedger } from '../../dist/ledger/redis/redis-ledger.js';
import { createLog } from '../../dist/log.js';
import { PostgresConnection } from '../../dist/postgres/postgres-connection.js';
import { RedisConnection } from '../../dist/redis/redis-connection.js';
import { ReplicatedWrites } from '../../dist/redis/replicated-writes.js';

const [warmUp, calls, atOnce] = [500, 5_000, Number(process.env.AT_ONCE ?? 8)];
const clock = systemClock;
const log = createLog('silent');

const detailBytes = Number(process.env.DETAIL_BYTES ?? 0);

/** What three commits of a call append. */
function decisionsOf(call) {
  if (detailBytes === 0) return [[], [], []];
  const check = () => ({ id: randomUUID(), is: 'ALLOW', zones: { 'America/New_York': '09:15' }, counted: 2 });
  const checks = Array.from({ length: Math.ceil(detailBytes / 110) }, check);
  const of = { call, tenant: 'acme', keptForMs: 5 * 365 * 86_400_000, detail: { checks }, subject: 'agent-7' };
  const numberHash = keyedHash('a secret of the measurement', ['number', randomUUID()]);
  const hashes = {
    policyHash: 'a'.repeat(64),
    policyVersion: '2026-11-21',
    timeZoneVersion: '2026f',
    numbersVersion: '1.12.31',
  };
  const verdict = { ...of, numberHash, isAllowed: true, reasons: [], ...hashes, region: 'US', lineType: 'MOBILE' };
  const [admit, mayDial, outcome] = [randomUUID(), randomUUID(), randomUUID()];
  return [
    [{ ...verdict, id: admit, phase: 'ADMIT' }],
    [{ ...verdict, id: mayDial, phase: 'MAY_DIAL' }],
    [{ ...of, numberHash, id: outcome, phase: 'OUTCOME', of: mayDial, outcome: 'PLACED', contactId: randomUUID() }],
  ];
}

/** Of the calls that were placed. */
const windowIds = [];

/** The steps of a call that is placed at once, as an effort takes them, without the permit and Connect between them. */
async function placeOne(store) {
  const hash = (what) => keyedHash('a secret of the measurement', [what, randomUUID()]);
  const [id, number, requestHash, ofCall] = [hash('call'), hash('number'), hash('request'), hash('token')];
  const owner = randomUUID();
  windowIds.push(number);
  const [admitted, mayDial, placedAs] = decisionsOf(id);
  const view = new LedgerView(store);
  const [callSpec, windowSpec] = [call.callSpec(id), window.windowSpec(number)];
  const step = ({ answer, ...next }) => ({ next, answer });
  await view.apply([callSpec, windowSpec], ([record, entries], nowMs) => {
    const claimed = step(call.claim(record, { requestHash, resendWindowMs: 60_000, owner, leaseMs: 5_000 }, nowMs));
    const entering = { call: ofCall, owner, holdMs: 75_000, allowRepeat: false, maxRepeats: 5 };
    const entered = step(window.enterWindow(entries, entering, nowMs));
    return { next: [claimed.next, entered.next], decisions: admitted, answer: undefined };
  });
  const lease = { owner, leaseMs: 5_000 };
  const marked = await view.apply([callSpec], ([record], nowMs) => {
    const { next, answer } = step(call.markSending(record, lease, nowMs));
    return { next: [next], decisions: mayDial, answer };
  });
  if (!marked) throw new Error('the lease is gone');
  const placement = { instanceId: randomUUID(), contactFlowId: randomUUID(), placedAtMs: clock.now() };
  const contactId = randomUUID();
  await view.apply([callSpec, placementSpec(contactId), windowSpec], ([record, , entries], nowMs) => {
    const placed = step(call.recordPlaced(record, { requestHash, contactId, ...placement }));
    const closed = step(window.closeWindow(entries, { call: ofCall, windowMs: 60_000, contactId }, nowMs));
    return { next: [placed.next, recordPlacement(placement), closed.next], decisions: placedAs, answer: undefined };
  });
}

function counted(store) {
  const counts = { trips: 0, takenMs: [] };
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

async function measure(name, store, bytesOf) {
  const place = async (count) => {
    let left = count;
    const one = async () => {
      while (left > 0) {
        left -= 1;
        await placeOne(store);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  };
  await place(warmUp);
  const counts = counted(store);
  const [cpu, startMs] = [process.cpuUsage(), performance.now()];
  await place(calls);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - startMs) / 1_000;
  const [half, most] = [0.5, 0.99].map(
    (share) => counts.takenMs.sort((a, b) => a - b)[Math.floor(counts.trips * share)],
  );
  process.stdout.write(
    `${name}: ${(counts.trips / calls).toFixed(2)} round trips of p50 ${half.toFixed(1)} and p99 ${most.toFixed(1)} ms, ${Math.round((user + system) / calls)} us of CPU, ` +
      `${await bytesOf(warmUp + calls)} for each call; ${Math.round(calls / seconds)} calls a second\n`,
  );
}

const up = (connection) => new Promise((resolve) => connection.onUp(resolve));

const memory = new MemoryLedger({ clock });
const heapBefore = usedHeap();
await measure('memory', memory, memoryBytes);

function usedHeap() {
  if (!globalThis.gc) throw new Error('node --expose-gc is needed');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Of the heap, without the windows, which are over soon. */
async function memoryBytes(all) {
  await endWindows();
  return `${Math.round((usedHeap() - heapBefore) / all)} bytes at rest`;
}

async function endWindows() {
  const keys = windowIds.splice(0).map((id) => ({ kind: 'window', id }));
  const { nowMs, records } = await memory.read(keys);
  const writes = keys.map((key, index) => ({ key, version: records[index]?.version, next: null }));
  await memory.commit(writes, nowMs, []);
}

const address = { kind: 'server', url: process.env.REDIS_URL };
const redis = new RedisConnection({ address, log, commandTimeoutMs: 10_000 });
await up(redis);
const usedBefore = await usedMemory();
const redisBytes = async (all) => `${Math.round(((await usedMemory()) - usedBefore) / all)} bytes at rest`;
await measure('Redis', new RedisLedger(redis, { prefix: 'outdial:', clock }), redisBytes);
const { connected_slaves: replicas } = Object.fromEntries(
  (await redis.send((client) => client.info('replication'))).split('\r\n').map((line) => line.split(':')),
);
if (replicas !== '0') {
  const settings = { address, log, clock, replicas: 1, replicasTimeoutMs: 10_000, commandTimeoutMs: 10_000 };
  const writer = new ReplicatedWrites(redis, settings);
  const store = new RedisLedger(redis, { prefix: 'outdial:', clock, writer });
  await up(writer);
  await measure('Redis, LEDGER_REPLICAS 1', store, () => Promise.resolve('the same'));
  await writer.close();
}
await redis.close();

/** Without the windows, which are over soon. */
async function usedMemory() {
  const windows = await redis.send((client) => client.keys('outdial:ledger:window:*'));
  if (windows.length > 0) await redis.send((client) => client.del(...windows));
  const info = await redis.send((client) => client.info('memory'));
  return Number(/^used_memory:(\d+)/m.exec(info)[1]);
}

windowIds.length = 0;
const database = new PostgresConnection({ url: process.env.DATABASE_URL, log, timeoutMs: 10_000 });
await up(database);
let statements = 0;
const query = database.query.bind(database);
database.query = (...args) => {
  statements += 1;
  return query(...args);
};
await measure('PostgreSQL', new PostgresLedger(database, { clock }), databaseBytes);
await database.close();

/** The same, in use and without the space of earlier versions. */
async function databaseBytes(all) {
  // Those that tell of changes are among them, and no caller waits for these.
  const each = (statements / all).toFixed(2);
  const size = async () => {
    const text =
      "SELECT (pg_total_relation_size('outdial.ledger') + pg_total_relation_size('outdial.decisions'))::float8 AS bytes";
    const [{ bytes }] = await database.query({ text });
    return Math.round(bytes / all);
  };
  const inUse = await size();
  await database.query({ text: "DELETE FROM outdial.ledger WHERE kind = 'window'" });
  await database.query({ text: 'VACUUM FULL outdial.ledger' });
  const [{ rows }] = await database.query({ text: 'SELECT count(*)::float8 AS rows FROM outdial.ledger' });
  return `${each} statements, ${inUse} bytes in use, ${rows / all} rows and ${await size()} bytes at rest`;
}
