import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../src/clock.js';
import { PermitQueue } from '../src/connect/permit-queue.js';
import { MemoryRateLimiter } from '../src/coordination/memory/memory-rate-limiter.js';
import type { RateLimiter, RateLimiterRules } from '../src/coordination/rate-limiter.js';
import { RedisRateLimiter } from '../src/coordination/redis/redis-rate-limiter.js';
import { createLog } from '../src/log.js';
import { RedisConnection } from '../src/redis/redis-connection.js';
import { startRedisServer } from '../test/support/redis-server.js';
import { ms, whole, type Row } from './crowd-row.js';

interface Waiters {
  readonly count: number;
  readonly ratePerSecond: number;
  /** How many of them come in a second. */
  readonly comingPerSecond: number;
}

/** So many who wait for a permit, two each of half as many subjects: when the last of them has one, and for how long the loop stood still. */
async function longQueue(store: string, rateLimiter: RateLimiter, waiters: Waiters): Promise<readonly Row[]> {
  const { count, ratePerSecond, comingPerSecond } = waiters;
  const permits = new PermitQueue(rateLimiter, systemClock);
  const loop = monitorEventLoopDelay({ resolution: 1 });
  let outOfOrder = 0;
  let last = -1;
  let refused = 0;
  const waits: Promise<void>[] = [];
  const startedAtMs = performance.now();
  loop.enable();
  for (let index = 0; index < count; index += 1) {
    const requester = { tenant: 'acme', subject: `subject ${index % (count / 2)}` };
    const wait = permits.acquire('Op', { ...requester, kind: 'GENERAL', maxWaitMs: (1_500 * count) / ratePerSecond });
    waits.push(
      wait.then(
        () => {
          if (index < last) outOfOrder += 1;
          last = index;
        },
        () => {
          refused += 1;
        },
      ),
    );
    if (index % 50 === 49) await delay((50 * 1_000) / comingPerSecond);
  }
  await Promise.all(waits);
  loop.disable();
  const elapsedMs = performance.now() - startedAtMs;
  const bySpeedMs = (count / ratePerSecond) * 1_000;
  const p99Ms = loop.percentile(99) / 1e6;
  return [
    {
      what: `${whole(count)} waiting in ${store} at ${ratePerSecond} a second`,
      is: `${ms(elapsedMs)} of ${ms(bySpeedMs)}; ${refused} refused, ${outOfOrder} out of order; loop delay p99 ${p99Ms.toFixed(1)} ms, most ${ms(loop.max / 1e6)}`,
      bound: "within 5 % of the quota's time, in order, p99 under 50 ms",
      isKept: elapsedMs < bySpeedMs * 1.05 && refused === 0 && outOfOrder === 0 && p99Ms < 50,
    },
  ];
}

const rulesOf = (ratePerSecond: number): RateLimiterRules => ({
  quotaFor: () => ({ ratePerSecond, burst: ratePerSecond / 10 }),
  campaignShare: 0.1,
  maxWaitingPerSubject: () => undefined,
});

export function queueInMemory(): Promise<readonly Row[]> {
  const waiters = { count: 10_000, ratePerSecond: 500, comingPerSecond: 10_000 };
  return longQueue('memory', new MemoryRateLimiter(systemClock, rulesOf(waiters.ratePerSecond)), waiters);
}

export async function queueInRedis(): Promise<readonly Row[]> {
  const waiters = { count: 50_000, ratePerSecond: 1_000, comingPerSecond: 2_500 };
  const redis = await startRedisServer();
  const connection = new RedisConnection({ address: { kind: 'server', url: redis.url }, log: createLog('silent') });
  await new Promise<void>((up) => connection.onUp(up));
  const options = { prefix: 'crowd:', scope: 'crowd', secret: 'a secret of the bench' };
  const rows = await longQueue(
    'Redis',
    new RedisRateLimiter(connection, rulesOf(waiters.ratePerSecond), options),
    waiters,
  );
  await connection.close();
  await redis.close();
  return rows;
}
