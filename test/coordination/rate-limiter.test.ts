import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedisForUser } from '../support/documented-user.js';
import { startCluster } from '../support/start-cluster.js';
import { describeOnRedis, type TestRedis } from '../support/start-redis.js';
import { startSentinels } from '../support/start-sentinels.js';
import { Bench, type Asker, type BenchRules } from './rate-limiter-bench.js';

let bench: Bench;

/** A server that is silent for a while, as on a busy machine, is not to be replaced. */
const neverMs = 600_000;

const rate10 = { ratePerSecond: 10, burst: 2 };

function contract(start: (rules?: BenchRules) => Bench) {
  afterEach(() => bench.close());

  /** One replica, with the first turn of the bucket (all that is usable at once) already taken. */
  async function drained(rules: BenchRules = {}) {
    bench = start(rules);
    const asker = await bench.replica();
    await asker.take('GENERAL', { waiterId: 'first', tenant: 'nobody' });
    expect(asker.granted).toEqual(['first']);
    asker.granted.length = 0;
    return asker;
  }

  describe('the bucket', () => {
    test.each([
      [1, 1],
      [2, 1],
      [5, 4],
    ])('with a burst of %i grants %i at once: one token stays in hand', async (burst, atOnce) => {
      bench = start({ quota: { ratePerSecond: 2, burst } });
      const asker = await bench.replica();
      const places = await asker.takeMany(burst + 2);
      expect(asker.granted).toHaveLength(atOnce);
      expect(places.map(({ waitMs }) => waitMs)).toEqual(
        places.map((_, index) => Math.max(0, (index + 1 - atOnce) * 500)),
      );
    });

    test('never grants more than the quota over any window, two replicas hammering at once', async () => {
      bench = start({ quota: { ratePerSecond: 7, burst: 5 } });
      const replicas = [await bench.replica('a'), await bench.replica('b')];
      const grantsAt: number[] = [];
      for (let step = 0; step < 150; step += 1) {
        const before = replicas.flatMap(({ granted }) => granted).length;
        await Promise.all(
          replicas.map((replica) => replica.takeMany(step < 90 ? 2 : 1, 'GENERAL', { maxWaitMs: step % 3 ? 700 : 0 })),
        );
        // Twice, because the later one may grant the other's.
        for (const { rateLimiter } of [...replicas, ...replicas]) await rateLimiter.check('Op');
        const granted = replicas.flatMap((replica) => replica.granted).length - before;
        for (let one = 0; one < granted; one += 1) grantsAt.push(bench.clock.monotonic());
        bench.clock.advance(step > 60 && step < 65 ? 900 : 37);
      }
      // From the first to the last grant of any window, both counted.
      const excess = grantsAt.flatMap((from, first) =>
        grantsAt.slice(first).map((to, further) => further + 1 - (4 + ((to - from) * 7) / 1_000)),
      );
      expect(Math.max(...excess)).toBeLessThan(1e-3);
      // And not much less either: nothing is lost while somebody waits.
      expect(grantsAt.length).toBeGreaterThan(4 + (150 * 37 * 7) / 1_000);
      expect(new Set(replicas.flatMap(({ granted }) => granted)).size).toBe(grantsAt.length);
    });

    test('holds no more than that however long nobody asked', async () => {
      const asker = await drained();
      bench.clock.advance(3_600_000);
      await asker.takeMany(3);
      expect(asker.granted).toEqual(['1']);
    });

    test('of one operation is not that of another', async () => {
      const asker = await drained();
      await asker.take('GENERAL', { operation: 'Other' });
      expect(asker.granted).toEqual(['1']);
    });
  });

  describe('the order', () => {
    test('is resends, then GENERAL, then CAMPAIGN, whoever came first', async () => {
      const asker = await drained({ campaignShare: 0 });
      for (const kind of ['CAMPAIGN', 'GENERAL', 'RESEND', 'CAMPAIGN', 'GENERAL', 'RESEND'] as const) {
        await asker.take(kind);
      }
      await expect(asker.pass(bench.clock, 600)).resolves.toEqual(['3', '6', '2', '5', '1', '4']);
    });

    test('gives CAMPAIGN its share of the turns while GENERAL waits', async () => {
      const asker = await drained({ campaignShare: 0.25 });
      await asker.takeMany(40, 'CAMPAIGN', { tenant: 'dialer' });
      await asker.takeMany(40, 'GENERAL');
      const order = await asker.pass(bench.clock, 4_000);
      expect(order).toHaveLength(40);
      const campaigns = order.map((waiterId) => Number(waiterId) <= 40);
      expect(campaigns.filter(Boolean)).toHaveLength(10);
      for (let four = 0; four < 40; four += 4) expect(campaigns.slice(four, four + 4)).toContain(true);
    });

    test('is by turns between tenants, and each tenant is served in its own order', async () => {
      const asker = await drained();
      await asker.takeMany(4, 'GENERAL', { tenant: 'a' });
      await asker.takeMany(2, 'GENERAL', { tenant: 'b' });
      await asker.takeMany(1, 'GENERAL', { tenant: 'c' });
      await expect(asker.pass(bench.clock, 700)).resolves.toEqual(['1', '5', '7', '2', '6', '3', '4']);
    });

    test('is by turns between the subjects of a tenant, however many a tenant has', async () => {
      const asker = await drained();
      await asker.takeMany(3, 'GENERAL', { tenant: 'a', subject: 'x' });
      await asker.takeMany(2, 'GENERAL', { tenant: 'a', subject: 'y' });
      await asker.takeMany(2, 'GENERAL', { tenant: 'a', subject: 'z' });
      await asker.takeMany(3, 'GENERAL', { tenant: 'b', subject: 'x' });
      await expect(asker.pass(bench.clock, 1_000)).resolves.toEqual([
        '1',
        '8',
        '4',
        '9',
        '6',
        '10',
        '2',
        '5',
        '7',
        '3',
      ]);
    });

    test.each(['RESEND', 'GENERAL', 'CAMPAIGN'] as const)(
      'lets a subject that comes late start its %s past a hundred of another one of its tenant',
      async (kind) => {
        const asker = await drained();
        await asker.takeMany(100, kind, { subject: 'x' });
        await expect(asker.take(kind, { subject: 'late', maxWaitMs: 200 })).resolves.toMatchObject({ waitMs: 200 });
        await expect(asker.pass(bench.clock, 200)).resolves.toEqual(['1', '101']);
      },
    );

    test('owes a tenant nothing for the time in which it did not ask', async () => {
      const asker = await drained();
      await asker.takeMany(6, 'GENERAL', { tenant: 'busy' });
      await asker.pass(bench.clock, 300);
      await asker.takeMany(3, 'GENERAL', { tenant: 'late' });
      await expect(asker.pass(bench.clock, 600)).resolves.toEqual(['4', '7', '5', '8', '6', '9']);
    });

    test('holds nothing against a tenant for turns that it gave up', async () => {
      const asker = await drained();
      await asker.takeMany(20, 'GENERAL', { tenant: 'fickle' });
      for (let waiterId = 1; waiterId <= 20; waiterId += 1) await asker.rateLimiter.abandon('Op', String(waiterId));
      await asker.takeMany(2, 'GENERAL', { tenant: 'other' });
      await asker.take('GENERAL', { tenant: 'fickle' });
      await expect(asker.pass(bench.clock, 300)).resolves.toEqual(['21', '23', '22']);
    });

    test.each([
      ['the next GENERAL call', 'GENERAL', 'dialer'],
      ["another tenant's first CAMPAIGN call", 'CAMPAIGN', 'other'],
    ] as const)('lets %s start within a second past a hundred of a campaign', async (_title, kind, tenant) => {
      const asker = await drained();
      await asker.takeMany(100, 'CAMPAIGN', { tenant: 'dialer' });
      const { waitMs } = await asker.take(kind, { tenant });
      expect(waitMs).toBeLessThanOrEqual(1_000);
      expect(await asker.pass(bench.clock, 1_000)).toContain('101');
    });
  });

  describe('a place', () => {
    test('is refused at once when its turn would come too late, and then takes nothing', async () => {
      const asker = await drained();
      await asker.takeMany(3);
      await expect(asker.take('GENERAL', { maxWaitMs: 399 })).resolves.toMatchObject({ refused: true, waitMs: 400 });
      await expect(asker.take('GENERAL', { maxWaitMs: 400 })).resolves.toMatchObject({ refused: false, waitMs: 400 });
      await expect(asker.pass(bench.clock, 500)).resolves.toEqual(['1', '2', '3', '5']);
    });

    test('is taken once, however often it is asked for', async () => {
      const asker = await drained();
      for (let again = 0; again < 3; again += 1) {
        await expect(asker.take('GENERAL', { waiterId: 'same' })).resolves.toMatchObject({ waitMs: 100 });
      }
      await asker.take();
      await expect(asker.pass(bench.clock, 500)).resolves.toEqual(['same', '1']);
    });

    test('is free again when it was given up', async () => {
      const asker = await drained();
      await asker.takeMany(3);
      await asker.rateLimiter.abandon('Op', '1');
      await asker.rateLimiter.abandon('Op', '2');
      await expect(asker.pass(bench.clock, 100)).resolves.toEqual(['3']);
    });

    test('is free again when its deadline is past: a turn granted then would be wasted', async () => {
      const asker = await drained({ quota: { ratePerSecond: 1, burst: 1 } });
      await asker.take('GENERAL', { maxWaitMs: 2_000 });
      await asker.take('GENERAL', { maxWaitMs: 5_000 });
      // Overtaken until it is too late.
      await asker.takeMany(2, 'RESEND');
      await expect(asker.pass(bench.clock, 3_000)).resolves.toEqual(['3', '4', '2']);
      await expect(asker.rateLimiter.check('Op', ['1', '2'])).resolves.toMatchObject({ lost: ['1', '2'] });
    });

    test('that is still taken is not reported as lost, and one that never was is', async () => {
      const asker = await drained();
      await asker.takeMany(2);
      await expect(asker.rateLimiter.check('Op', ['1', '2', 'unknown'])).resolves.toEqual({
        lost: ['unknown'],
        nextPermitInMs: 100,
      });
    });

    test('costs no turn when nobody wants it any more at its grant', async () => {
      const asker = await drained();
      await asker.takeMany(3);
      for (const waiterId of ['1', '2']) asker.unwanted.add(waiterId);
      await expect(asker.pass(bench.clock, 100)).resolves.toEqual(['3']);
    });

    test.each([0, 0.1, 0.35, 0.5, 1])('comes exactly when it was told, with a campaign share of %d', async (share) => {
      const asker = await drained({ campaignShare: share, quota: { ratePerSecond: 10, burst: 3 } });
      const told = new Map<string, number>();
      const start = bench.clock.monotonic();
      // Asked in an order in which nobody is overtaken by whom it did not know of.
      for (const [kind, tenant, count] of [
        ['RESEND', 'a', 2],
        ['CAMPAIGN', 'a', 9],
        ['CAMPAIGN', 'b', 9],
        ['GENERAL', 'a', 7],
        ['GENERAL', 'b', 7],
      ] as const) {
        await asker.takeMany(count, kind, { tenant });
      }
      const kinds = (waiterId: number) => (waiterId <= 2 ? 'RESEND' : waiterId <= 20 ? 'CAMPAIGN' : 'GENERAL');
      for (let waiterId = 1; waiterId <= 34; waiterId += 1) {
        if (asker.granted.includes(String(waiterId))) continue;
        told.set(String(waiterId), (await asker.take(kinds(waiterId), { waiterId: String(waiterId) })).waitMs);
      }
      const came = new Map<string, number>();
      for (let passed = 0; passed < 3_500; passed += 20) {
        for (const waiterId of await asker.pass(bench.clock, 20, 20))
          came.set(waiterId, bench.clock.monotonic() - start);
      }
      expect(told.size).toBe(33);
      expect(Object.fromEntries(came)).toEqual(Object.fromEntries(told));
    });

    test('is not given to a subject that has as many as it may, of both kinds together', async () => {
      const asker = await drained({ maxWaitingPerSubject: 3, campaignShare: 0 });
      await asker.take('CAMPAIGN');
      await asker.takeMany(2);
      const asked = { refused: true, isOverLimit: true, waitMs: 100, nextPermitInMs: 100 };
      await expect(asker.take()).resolves.toEqual(asked);
      await expect(asker.take('CAMPAIGN')).resolves.toEqual(asked);
      // It has its places already.
      await expect(asker.take('GENERAL', { waiterId: '2' })).resolves.toMatchObject({ refused: false });
      await expect(asker.take('GENERAL', { subject: 'bob' })).resolves.toMatchObject({ refused: false });
      await expect(asker.take('GENERAL', { tenant: 'globex' })).resolves.toMatchObject({ refused: false });
      await expect(asker.rateLimiter.capacity('Op', { tenant: 'acme', subject: 'alice' })).resolves.toMatchObject({
        waiting: 5,
      });
    });

    test.each<[string, (asker: Asker) => Promise<unknown>]>([
      ['its turn has come', (asker) => asker.pass(bench.clock, 100)],
      ['it was given up', (asker) => asker.rateLimiter.abandon('Op', '2')],
      [
        'its deadline is past',
        (asker) => asker.rateLimiter.throttled('Op', 'x').then(() => asker.pass(bench.clock, 200)),
      ],
    ])('makes room for another one of its subject once %s', async (_title, go) => {
      const asker = await drained({ maxWaitingPerSubject: 2 });
      await asker.takeMany(2, 'GENERAL', { maxWaitMs: 200 });
      await expect(asker.take()).resolves.toMatchObject({ refused: true, isOverLimit: true });
      await go(asker);
      await expect(asker.take()).resolves.toMatchObject({ refused: false });
    });

    test('is given to a call that may already ring however many its subject has', async () => {
      const asker = await drained({ maxWaitingPerSubject: 1 });
      await asker.take();
      for (let resend = 0; resend < 3; resend += 1) {
        await expect(asker.take('RESEND')).resolves.toMatchObject({ refused: false });
      }
      // And does not count against it.
      await expect(asker.pass(bench.clock, 400)).resolves.toEqual(['2', '3', '4', '1']);
      await asker.take('RESEND');
      await expect(asker.take()).resolves.toMatchObject({ refused: false });
    });

    test('tells when somebody must look for the next turn', async () => {
      const asker = await drained();
      await expect(asker.rateLimiter.check('Op')).resolves.toEqual({ lost: [], nextPermitInMs: undefined });
      bench.clock.advance(30);
      await expect(asker.take()).resolves.toEqual({ refused: false, waitMs: 70, nextPermitInMs: 70 });
      bench.clock.advance(70);
      await expect(asker.rateLimiter.check('Op')).resolves.toEqual({ lost: [], nextPermitInMs: undefined });
      expect(asker.granted).toEqual(['1']);
    });
  });

  describe('a refusal by Connect for the rate', () => {
    test('costs one turn, once for each flight', async () => {
      bench = start({ quota: { ratePerSecond: 1, burst: 5 } });
      const asker = await bench.replica();
      for (const attemptGroup of ['x', 'x', 'y', 'x']) await asker.rateLimiter.throttled('Op', attemptGroup);
      await expect(asker.rateLimiter.capacity('Op', { tenant: 'acme', subject: 'alice' })).resolves.toMatchObject({
        available: 2,
        ratePerSecond: 1,
      });
    });

    test('lowers the rate when it repeats, down to a quarter, and quiet seconds raise it again', async () => {
      bench = start({ quota: { ratePerSecond: 10, burst: 5 } });
      const asker = await bench.replica();
      const rates: number[] = [];
      for (let attemptGroup = 0; attemptGroup < 9; attemptGroup += 1) {
        await asker.rateLimiter.throttled('Op', `flight ${attemptGroup}`);
        rates.push((await asker.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).ratePerSecond);
        bench.clock.advance(1_000 - 1);
        await asker.rateLimiter.throttled('Op', `flight ${attemptGroup}, too soon to count twice`);
        bench.clock.advance(1);
      }
      expect(rates.map((rate) => Number(rate.toFixed(2)))).toEqual([10, 8, 6.4, 5.12, 4.1, 3.28, 2.62, 2.5, 2.5]);
      const later: number[] = [];
      for (let second = 0; second < 16; second += 1) {
        bench.clock.advance(1_000);
        later.push((await asker.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).ratePerSecond);
      }
      expect(later[0]).toBeCloseTo(3);
      expect(later[5]).toBeCloseTo(5.5);
      expect(later.at(-1)).toBe(10);
    });

    test('that comes now and then does not lower it', async () => {
      bench = start({ quota: rate10 });
      const asker = await bench.replica();
      for (let attemptGroup = 0; attemptGroup < 5; attemptGroup += 1) {
        await asker.rateLimiter.throttled('Op', String(attemptGroup));
        bench.clock.advance(2_000);
      }
      await expect(asker.rateLimiter.capacity('Op', { tenant: '', subject: 'alice' })).resolves.toMatchObject({
        ratePerSecond: 10,
      });
    });

    test('makes those wait longer who wait already', async () => {
      const asker = await drained();
      await asker.takeMany(2);
      await asker.rateLimiter.throttled('Op', 'flight');
      await expect(asker.rateLimiter.check('Op')).resolves.toMatchObject({ nextPermitInMs: 200 });
      await expect(asker.pass(bench.clock, 300)).resolves.toEqual(['1', '2']);
    });
  });

  test('the capacity tells what somebody would meet who asked now', async () => {
    bench = start({ quota: { ratePerSecond: 10, burst: 3 } });
    const asker = await bench.replica();
    const capacity = () => asker.rateLimiter.capacity('Op', { tenant: 'acme', subject: 'alice' });
    const idle = { ratePerSecond: 10, burst: 3, available: 2, waiting: 0, generalWaitMs: 0, campaignWaitMs: 0 };
    await expect(capacity()).resolves.toEqual(idle);
    await asker.takeMany(2);
    await expect(capacity()).resolves.toEqual({ ...idle, available: 0, generalWaitMs: 100, campaignWaitMs: 100 });
    await asker.takeMany(3, 'GENERAL');
    await asker.takeMany(2, 'CAMPAIGN');
    await expect(capacity()).resolves.toEqual({
      ...idle,
      available: 0,
      waiting: 5,
      generalWaitMs: 400,
      campaignWaitMs: 600,
    });
  });
}

describe('turns in memory', () => {
  contract((rules) => new Bench(undefined, rules));
});

for (const [where, startServers] of [
  ['Redis', async () => (await startRedisForUser()).redis],
  ['a Redis Cluster', () => startCluster({ hasReplicas: false, nodeTimeoutMs: neverMs })],
  ['a Redis behind Sentinels', () => startSentinels({ downAfterMs: neverMs })],
] as const) {
  describeOnRedis(`turns in ${where}`, () => {
    let redis: Pick<TestRedis, 'address' | 'close'>;
    beforeAll(async () => {
      redis = await startServers();
    });
    afterAll(() => redis.close());
    contract((rules) => new Bench(redis.address, rules));
  });
}
