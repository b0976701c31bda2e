import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { systemClock } from '../src/clock.js';
import { PermitQueue } from '../src/connect/permit-queue.js';
import { MemoryRateLimiter } from '../src/coordination/memory/memory-rate-limiter.js';
import type { RateLimiter, RateLimiterRules } from '../src/coordination/rate-limiter.js';
import { RedisRateLimiter } from '../src/coordination/redis/redis-rate-limiter.js';
import { createLog } from '../src/log.js';
import { RedisConnection } from '../src/redis/redis-connection.js';
import { startRedisServer } from '../test/support/redis-server.js';
import { buildRef } from './built-ref.js';
import { startRig } from './rig.js';
import { gateways } from './servers.js';
import { costOfWatchers, watchersKinds } from './watchers.js';
import { workloads } from './workloads.js';

/** What happens when very many ask at once: whether anybody is refused for what is our own doing, and whether a queue costs more the longer it is. */
const { values } = parseArgs({
  options: {
    /** Parts by parts of their names, separated by commas. */
    only: { type: 'string', default: '' },
    /** A git ref whose gateway takes the crowds of callers and of watchers. */
    against: { type: 'string' },
  },
});

interface Row {
  readonly what: string;
  readonly is: string;
  readonly bound: string;
  readonly isKept: boolean;
}

const here = dirname(fileURLToPath(import.meta.url));
const say = (text: string) => process.stdout.write(`${text}\n`);
const ms = (value: number) => `${Math.round(value).toLocaleString('en')} ms`;

const callers = { at: 1_000, calls: 5_000, upstreamMs: 150, quota: 1_000 } as const;

/** So many callers of one replica, each of whom places one call after another. */
async function crowdOfCallers(dist: string): Promise<readonly Row[]> {
  const rig = await startRig({ entry: resolve(here, 'upstream.js'), answersAfterMs: callers.upstreamMs });
  const [memory] = gateways(dist);
  const server = await memory!.start(
    {
      ...rig.environment,
      CONNECT_QUOTAS: `StartOutboundVoiceContact=${callers.quota}/${callers.quota}`,
      MAX_LOOP_DELAY_MS: '1000',
    },
    [],
  );
  const { origin, pathname } = new URL(`${server.process.url}/graphql`.replace('/graphql/graphql', '/graphql'));
  const pool = new Pool(origin, { connections: callers.at, allowH2: false, headersTimeout: 60_000 });
  const mutation = workloads.find(({ name }) => name === 'mutation')!;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${rig.tokens.good}` };
  const codes = new Map<string, number>();
  let next = 0;
  const tookMs: number[] = [];
  const startedAtMs = performance.now();
  const call = async () => {
    while (next < callers.calls) {
      const askedAtMs = performance.now();
      const { body } = await pool.request({ path: pathname, method: 'POST', headers, body: mutation.bodyOf(next++) });
      const { errors } = (await body.json()) as { errors?: readonly { extensions: { code: string } }[] };
      tookMs.push(performance.now() - askedAtMs);
      const code = errors?.[0]?.extensions.code ?? 'placed';
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  };
  // Over a second: of more than 600 that connect at one moment and have shown no token yet, the oldest give way.
  const all: Promise<void>[] = [];
  for (let caller = 0; caller < callers.at; caller += 1) {
    all.push(call());
    if (caller % 20 === 19) await delay(20);
  }
  await Promise.all(all);
  const elapsedMs = performance.now() - startedAtMs;
  await pool.close();
  await server.stop();
  await rig.stop();
  tookMs.sort((one, other) => one - other);
  const told = [...codes].map(([code, count]) => `${count.toLocaleString('en')} ${code}`).join(', ');
  return [
    {
      what: `${callers.calls.toLocaleString('en')} calls of ${callers.at.toLocaleString('en')} callers, Connect answering after ${callers.upstreamMs} ms`,
      is: `${told}; p50 ${ms(tookMs[tookMs.length >> 1]!)}, longest ${ms(tookMs.at(-1)!)}, all of them ${ms(elapsedMs)}`,
      bound: 'none UPSTREAM_UNAVAILABLE',
      isKept: !codes.has('UPSTREAM_UNAVAILABLE') && !codes.has('OUTCOME_UNKNOWN'),
    },
  ];
}

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
      what: `${count.toLocaleString('en')} waiting in ${store} at ${ratePerSecond} a second`,
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

function queueInMemory(): Promise<readonly Row[]> {
  const waiters = { count: 10_000, ratePerSecond: 500, comingPerSecond: 10_000 };
  return longQueue('memory', new MemoryRateLimiter(systemClock, rulesOf(waiters.ratePerSecond)), waiters);
}

async function queueInRedis(): Promise<readonly Row[]> {
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

const watching = { watchers: 10_000, idleMs: 30_000, events: 500, mostHeapBytes: 13_000 } as const;

/** Very many who follow a contact each, and are told hardly anything. */
async function crowdOfWatchers(dist: string): Promise<readonly Row[]> {
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const rows: Row[] = [];
  for (const kind of watchersKinds) {
    const cost = await costOfWatchers(dist, kind, watching);
    const { idleCpuUs, eventCpuUs, eventP50Ms, eventP99Ms } = cost;
    const held = `${kb(cost.heapBytes)} of heap, ${kb(cost.externalBytes)} of buffers, ${kb(cost.rssBytes)} of RSS`;
    rows.push({
      what: `${watching.watchers.toLocaleString('en')} watchers by ${kind.name}`,
      is: `each ${held}; CPU ${idleCpuUs.toFixed(0)} us in an idle minute, ${(eventCpuUs / 1_000).toFixed(1)} ms for an event; told after ${ms(eventP50Ms)} (p50), ${ms(eventP99Ms)} (p99)`,
      bound: `${kb(watching.mostHeapBytes)} of heap`,
      isKept: cost.heapBytes <= watching.mostHeapBytes,
    });
  }
  return rows;
}

const dist = () => (values.against === undefined ? resolve('dist') : buildRef(values.against).dist);

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  callers: () => crowdOfCallers(dist()),
  watchers: () => crowdOfWatchers(dist()),
  'queue in memory': queueInMemory,
  'queue in Redis': queueInRedis,
};

let isMissed = false;
say('| | is | bound | |\n| --- | --- | --- | --- |');
for (const [name, run] of Object.entries(parts)) {
  if (!values.only.split(',').some((part) => name.includes(part.trim()))) continue;
  for (const { what, is, bound, isKept } of await run()) {
    isMissed ||= !isKept;
    say(`| ${what} | ${is} | ${bound} | ${isKept ? 'kept' : '**MISSED**'} |`);
  }
}
process.exit(isMissed ? 1 : 0);
