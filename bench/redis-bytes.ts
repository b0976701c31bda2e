import { systemClock } from '../src/clock.js';
import { RedisLedger } from '../src/ledger/redis/redis-ledger.js';
import { createLog } from '../src/log.js';
import { RedisConnection } from '../src/redis/redis-connection.js';
import { startRedisServer } from '../test/support/redis-server.js';
import { placeCalls } from './placed-calls.js';

export const redisBytes = 'Redis bytes of a call kept 8 days';

const prefix = 'outdial:';
const atOnce = 8;

/** A connection that is up, and a ledger on it. */
export async function openRedisLedger(url: string) {
  const address = { kind: 'server', url } as const;
  const connection = new RedisConnection({ address, log: createLog('silent'), commandTimeoutMs: 10_000 });
  await new Promise<void>((resolve) => connection.onUp(resolve));
  return { address, connection, prefix, ledger: new RedisLedger(connection, { prefix, clock: systemClock }) };
}

/** Bytes that the records in Redis take, without the duplicate-call windows, which end soon and which it deletes. */
export async function usedMemory(redis: RedisConnection): Promise<number> {
  const windows = await redis.send((client) => client.keys(`${prefix}ledger:window:*`));
  if (windows.length > 0) await redis.send((client) => client.del(...windows));
  const info = await redis.send((client) => client.info('memory'));
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}

/** Bytes that a placed call leaves in a redis-server of its own once its duplicate-call window has ended, on average over `calls` that come after some others. */
export async function measureRedisBytes(calls: number): Promise<number> {
  const server = await startRedisServer();
  try {
    const { connection, ledger } = await openRedisLedger(server.url);
    // The script and the buffers of the connections are no call's.
    await placeCalls(ledger, 500, atOnce);
    const before = await usedMemory(connection);
    await placeCalls(ledger, calls, atOnce);
    const bytes = ((await usedMemory(connection)) - before) / calls;
    await connection.close();
    return bytes;
  } finally {
    await server.close();
  }
}
