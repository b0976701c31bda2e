import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { PermitQueue, type PermitOptions } from '../../src/connect/permit-queue.js';
import { Bench } from '../coordination/rate-limiter-bench.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';

let redis: TestRedis;
let bench: Bench;
let log: string[];

async function replicas(count: number, quota: { ratePerSecond: number; burst: number }): Promise<PermitQueue[]> {
  bench = new Bench(redis.address, { quota });
  log = [];
  const permitQueues: PermitQueue[] = [];
  for (let one = 0; one < count; one += 1) {
    permitQueues.push(new PermitQueue((await bench.connection()).rateLimiter, bench.clock));
  }
  return permitQueues;
}

const sinceStart = () => bench.clock.monotonic() - 1_000_000;

async function ask(permitQueue: PermitQueue, name: string, wish: Partial<PermitOptions> = {}): Promise<void> {
  permitQueue.acquire('Op', { maxWaitMs: 60_000, tenant: 'acme', subject: 'alice', kind: 'GENERAL', ...wish }).then(
    () => log.push(`${name} at ${sinceStart()}`),
    (error: unknown) => log.push(`${name} ${String((error as { code?: string }).code)} at ${sinceStart()}`),
  );
  await bench.settled();
}

async function pass(ms: number, stepMs = 50): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    bench.clock.advance(stepMs);
    await bench.settled();
  }
}

describeOnRedis('pacers of several replicas', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => bench.close());
  afterAll(() => redis.close());

  test('serve one line, in one order, at one rate', async () => {
    const [here, there] = (await replicas(2, { ratePerSecond: 10, burst: 1 })) as [PermitQueue, PermitQueue];
    await ask(here, 'first');
    await ask(there, 'campaign', { kind: 'CAMPAIGN' });
    await ask(here, 'general');
    await ask(there, 'other tenant', { tenant: 'other' });
    await ask(here, 'general again');
    await ask(there, 'resend', { kind: 'RESEND' });
    await pass(500);
    expect(log).toEqual([
      'first at 0',
      'resend at 100',
      'general at 200',
      'other tenant at 300',
      'general again at 400',
      'campaign at 500',
    ]);
  });

  test.each(['Op', 'an operation of several words'])(
    'never grant more permits for %p than its quota over any window while all hammer, and not less either',
    async (operation) => {
      const permitQueues = await replicas(3, { ratePerSecond: 20, burst: 6 });
      const grantsAt: number[] = [];
      for (let step = 0; step < 100; step += 1) {
        for (const permitQueue of permitQueues) {
          const wish = {
            maxWaitMs: step % 2 ? 400 : 0,
            tenant: `tenant ${step % 5}`,
            subject: 'alice',
            kind: 'GENERAL',
          } as const;
          const permit = permitQueue.acquire(operation, wish);
          permit.then(() => grantsAt.push(sinceStart())).catch(() => undefined);
        }
        await bench.settled();
        await pass(30, 15);
      }
      const excess = grantsAt.flatMap((from, first) =>
        grantsAt.slice(first).map((to, further) => further + 1 - (5 + ((to - from) * 20) / 1_000)),
      );
      expect(Math.max(...excess)).toBeLessThan(1e-3);
      expect(grantsAt.length).toBeGreaterThanOrEqual(0.97 * (5 + 3 * 20));
    },
  );

  test('find a grant of which the news was lost within a second', async () => {
    const [here, there] = (await replicas(2, { ratePerSecond: 0.4, burst: 1 })) as [PermitQueue, PermitQueue];
    await ask(here, 'first');
    await ask(there, 'deaf');
    await ask(here, 'next');
    bench.isDeaf = true;
    await pass(5_000, 500);
    expect(bench.missed.length).toBeLessThanOrEqual(2);
    expect(log).toEqual(['first at 0', expect.stringMatching(/^deaf at (2500|3000|3500)$/), 'next at 5000']);
  });

  test('go on when one is killed, whose places are free after three seconds', async () => {
    const [here, killed] = (await replicas(2, { ratePerSecond: 2, burst: 1 })) as [PermitQueue, PermitQueue];
    await ask(here, 'first');
    for (let one = 0; one < 20; one += 1) await ask(killed, 'killed', { kind: 'RESEND' });
    await ask(here, 'living');
    await bench.kill();
    await pass(4_000, 500);
    expect(log.filter((line) => !line.startsWith('killed'))).toEqual(['first at 0', 'living at 3500']);
  });
});
