import { beforeEach, describe, expect, test } from '@jest/globals';
import { PermitQueue, type PermitOptions } from '../../src/connect/permit-queue.js';
import { quotaFor } from '../../src/connect/quotas.js';
import { MemoryRateLimiter } from '../../src/coordination/memory/memory-rate-limiter.js';
import { GatewayError } from '../../src/errors.js';
import { noMeters, type Meters } from '../../src/meters.js';
import { StoreUnavailable } from '../../src/store-health.js';
import type { Quota, RateLimiter } from '../../src/coordination/rate-limiter.js';
import { TestClock } from '../support/test-clock.js';

let clock: TestClock;
beforeEach(() => {
  clock = new TestClock(1_000);
});

const rateLimiterWith = (quota?: Quota, campaignShare = 0.1) =>
  new MemoryRateLimiter(clock, {
    campaignShare,
    maxWaitingPerSubject: () => undefined,
    quotaFor: (operation) => quota ?? quotaFor(operation, new Map()),
  });

const permitQueueWith = (quota?: Quota) => new PermitQueue(rateLimiterWith(quota), clock);

/** Asks for a permit; when it came, from the start of the test, or with which code it was refused. */
function ask(
  permitQueue: PermitQueue,
  log: string[],
  name: string,
  wish: Partial<PermitOptions> = {},
  operation = 'Op',
): void {
  const whole = { maxWaitMs: 60_000, tenant: 'acme', subject: 'alice', kind: 'GENERAL', ...wish } as const;
  permitQueue.acquire(operation, whole).then(
    () => log.push(`${name} at ${clock.monotonic() - 1_000}`),
    (error: unknown) =>
      log.push(`${name} ${String((error as { code?: string }).code)} at ${clock.monotonic() - 1_000}`),
  );
}

/** Lets time pass in steps, and what waits for it go on in between. */
async function pass(ms: number, stepMs = 1): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await everythingElse();
    clock.advance(stepMs);
  }
  await everythingElse();
}

const everythingElse = () => new Promise((resolve) => setImmediate(resolve));

/** Shared state that does what a test says before it is asked. */
class Faulty implements RateLimiter {
  isOut = false;
  asked: string[] = [];

  readonly #listeners: ((waiterId: string) => boolean)[] = [];

  constructor(private behind: RateLimiter) {}

  /** As though shared state had lost everything. */
  goOnWith(empty: RateLimiter): void {
    this.behind = empty;
    for (const listener of this.#listeners) empty.onGranted(listener);
  }

  onGranted: RateLimiter['onGranted'] = (listener) => {
    this.#listeners.push(listener);
    this.behind.onGranted(listener);
  };
  enqueue: RateLimiter['enqueue'] = (request) => this.#unlessOut('take', () => this.behind.enqueue(request));
  check: RateLimiter['check'] = (...question) => this.#unlessOut('check', () => this.behind.check(...question));
  abandon: RateLimiter['abandon'] = (...place) => this.#unlessOut('abandon', () => this.behind.abandon(...place));
  throttled: RateLimiter['throttled'] = (...attemptGroup) =>
    this.#unlessOut('throttled', () => this.behind.throttled(...attemptGroup));
  capacity: RateLimiter['capacity'] = (...question) =>
    this.#unlessOut('capacity', () => this.behind.capacity(...question));

  #unlessOut<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    this.asked.push(what);
    return this.isOut ? Promise.reject(new StoreUnavailable()) : ask();
  }
}

describe('permits', () => {
  test('of a burst come at once, one less than Connect allows, then one at a time at the rate', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 2, burst: 4 });
    const log: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(permitQueue, log, name);
    await pass(1_000);
    expect(log).toEqual(['a at 0', 'b at 0', 'c at 0', 'd at 500', 'e at 1000']);
  });

  test.each<[string, number, number, readonly number[]]>([
    ['one every two seconds', 0.5, 1, [0, 2_000, 4_000]],
    ['three a second', 3, 1, [0, 334, 668, 1_002]],
    ['three a second, of which one may be saved', 3, 3, [0, 0, 334, 667, 1_000]],
    ['a burst of three at seven a second', 7, 4, [0, 0, 0, 143, 286]],
  ])('come at a rate that is no whole number of milliseconds: %s', async (_title, ratePerSecond, burst, expected) => {
    const permitQueue = permitQueueWith({ ratePerSecond, burst });
    const log: string[] = [];
    for (const atMs of expected) ask(permitQueue, log, String(atMs));
    await pass(expected.at(-1) ?? 0);
    expect(log).toEqual(expected.map((atMs) => `${atMs} at ${atMs}`));
  });

  test('come in the order of what they are for', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 10, burst: 1 });
    const log: string[] = [];
    ask(permitQueue, log, 'first');
    ask(permitQueue, log, 'campaign', { kind: 'CAMPAIGN' });
    ask(permitQueue, log, 'general');
    ask(permitQueue, log, 'resend', { kind: 'RESEND' });
    await pass(300);
    expect(log).toEqual(['first at 0', 'resend at 100', 'general at 200', 'campaign at 300']);
  });

  test('of one operation do not wait for those of another', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 1, burst: 1 });
    const log: string[] = [];
    ask(permitQueue, log, 'a');
    ask(permitQueue, log, 'b');
    ask(permitQueue, log, 'other', {}, 'Other');
    await pass(1_000);
    expect(log).toEqual(['a at 0', 'other at 0', 'b at 1000']);
  });

  test('asked for after one was given up come earlier', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 2, burst: 1 });
    const log: string[] = [];
    const away = new AbortController();
    ask(permitQueue, log, 'a');
    ask(permitQueue, log, 'gone', { signal: away.signal });
    ask(permitQueue, log, 'b');
    await pass(100);
    away.abort(Object.assign(new Error('away'), { code: 'AWAY' }));
    await expect(permitQueue.capacity('Op', { tenant: 'acme', subject: 'alice' })).resolves.toMatchObject({
      waiting: 1,
      generalWaitMs: 900,
    });
    await pass(400);
    expect(log).toEqual(['a at 0', 'gone AWAY at 100', 'b at 500']);
  });

  test('are not even asked for by one who has gone already', async () => {
    const rateLimiter = new Faulty(rateLimiterWith());
    const log: string[] = [];
    const reason = Object.assign(new Error('away'), { code: 'AWAY' });
    ask(new PermitQueue(rateLimiter, clock), log, 'gone', { signal: AbortSignal.abort(reason) });
    await everythingElse();
    expect([log, rateLimiter.asked]).toEqual([['gone AWAY at 0'], []]);
  });

  test('leave nothing behind: no timer runs when nobody waits', async () => {
    const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 10, burst: 1 }));
    const permitQueue = new PermitQueue(rateLimiter, clock);
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) ask(permitQueue, log, name);
    const away = new AbortController();
    ask(permitQueue, log, 'gone', { signal: away.signal });
    await pass(250);
    away.abort();
    await everythingElse();
    expect(log).toHaveLength(4);
    rateLimiter.asked = [];
    await pass(10_000, 500);
    expect(rateLimiter.asked).toEqual([]);
  });

  test('cost one question each while many wait', async () => {
    const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 10, burst: 1 }));
    const permitQueue = new PermitQueue(rateLimiter, clock);
    for (let one = 0; one < 40; one += 1) ask(permitQueue, [], String(one));
    await pass(100);
    rateLimiter.asked = [];
    await pass(3_000, 10);
    expect(rateLimiter.asked.length).toBeLessThanOrEqual(33);
  });
});

describe('a permit that would come too late', () => {
  test('is refused at once, and says when asking again is worth it', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 2, burst: 1 });
    const log: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) ask(permitQueue, log, name);
    await everythingElse();
    const wish = { tenant: 'acme', subject: 'alice', kind: 'GENERAL' } as const;
    await expect(permitQueue.acquire('Op', { ...wish, maxWaitMs: 500 })).rejects.toMatchObject({
      code: 'THROTTLED',
      retryable: true,
      retryAfterMs: 1_500,
    });
    await pass(1_500);
    ask(permitQueue, log, 'again', { maxWaitMs: 500 });
    await pass(500);
    expect(log.at(-1)).toBe('again at 2000');
  });

  test('exactly at the limit is waited for', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 2, burst: 1 });
    const log: string[] = [];
    ask(permitQueue, log, 'a');
    ask(permitQueue, log, 'b', { maxWaitMs: 500 });
    await pass(500);
    expect(log).toEqual(['a at 0', 'b at 500']);
  });

  test('because its subject waits for as many as it may is refused in words of its own, and when the next of them comes', async () => {
    const rateLimiter = new MemoryRateLimiter(clock, {
      campaignShare: 0.1,
      maxWaitingPerSubject: () => 2,
      quotaFor: () => ({ ratePerSecond: 2, burst: 1 }),
    });
    const permitQueue = new PermitQueue(rateLimiter, clock);
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) ask(permitQueue, log, name);
    await everythingElse();
    const wish = { tenant: 'acme', subject: 'alice', kind: 'GENERAL', maxWaitMs: 60_000 } as const;
    await expect(permitQueue.acquire('Op', wish)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      retryable: true,
      retryAfterMs: 500,
    });
    ask(permitQueue, log, 'of another', { subject: 'bob' });
    await pass(500);
    ask(permitQueue, log, 'again');
    await pass(1_500);
    expect(log).toEqual(['a at 0', 'b at 500', 'of another at 1000', 'c at 1500', 'again at 2000']);
  });

  test('is told by subject: how long its own wait, and nothing of those of others', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 2, burst: 1 });
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) ask(permitQueue, log, name);
    ask(permitQueue, log, 'bob', { subject: 'bob' });
    await everythingElse();
    const waitOf = (subject: string) => permitQueue.waitMs('Op', { tenant: 'acme', subject });
    expect([waitOf('alice'), waitOf('bob'), waitOf('carol')]).toEqual([1_000, 1_000, 0]);
    await pass(600);
    expect([waitOf('alice'), waitOf('bob')]).toEqual([400, 400]);
  });

  test('because others came first is given up at the deadline, and costs no permit', async () => {
    const permitQueue = permitQueueWith({ ratePerSecond: 1, burst: 1 });
    const log: string[] = [];
    ask(permitQueue, log, 'a');
    ask(permitQueue, log, 'slow', { maxWaitMs: 1_000 });
    await everythingElse();
    for (const name of ['x', 'y']) ask(permitQueue, log, name, { kind: 'RESEND' });
    ask(permitQueue, log, 'next');
    await pass(3_000);
    expect(log).toEqual(['a at 0', 'x at 1000', 'slow THROTTLED at 1100', 'y at 2000', 'next at 3000']);
  });
});

describe('while shared state does not answer', () => {
  test('those who ask wait for it, and then come in their order', async () => {
    const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 2, burst: 2 }));
    const permitQueue = new PermitQueue(rateLimiter, clock);
    const log: string[] = [];
    rateLimiter.isOut = true;
    for (const name of ['a', 'b']) ask(permitQueue, log, name);
    await pass(1_000);
    rateLimiter.isOut = false;
    await pass(1_000);
    expect(log).toEqual(['a at 1250', 'b at 1750']);
  });

  test('those whose deadline comes are told so, and nothing was sent', async () => {
    const rateLimiter = new Faulty(rateLimiterWith());
    const permitQueue = new PermitQueue(rateLimiter, clock);
    const log: string[] = [];
    rateLimiter.isOut = true;
    ask(permitQueue, log, 'a', { maxWaitMs: 900 });
    await pass(1_000);
    expect(log).toEqual(['a UPSTREAM_UNAVAILABLE at 1000']);
    // One question at a time however many wait: it is down.
    expect(rateLimiter.asked.length).toBeLessThanOrEqual(6);
  });

  test('those who waited already go on afterwards', async () => {
    const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 1, burst: 1 }));
    const permitQueue = new PermitQueue(rateLimiter, clock);
    const log: string[] = [];
    for (const name of ['a', 'b', 'c']) ask(permitQueue, log, name);
    await pass(500);
    rateLimiter.isOut = true;
    await pass(1_000);
    rateLimiter.isOut = false;
    await pass(1_500);
    // What is asked for again a quarter of a second later; meanwhile the bucket held no more than it may.
    expect(log).toEqual(['a at 0', 'b at 1750', 'c at 2750']);
  });

  test('and after it has answered again, those who are overtaken are told that, and no more of the outage', async () => {
    const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 1, burst: 1 }));
    const permitQueue = new PermitQueue(rateLimiter, clock);
    const log: string[] = [];
    ask(permitQueue, log, 'a');
    ask(permitQueue, log, 'slow', { maxWaitMs: 2_000 });
    await everythingElse();
    for (const name of ['x', 'y', 'z']) ask(permitQueue, log, name, { kind: 'RESEND' });
    await pass(900);
    rateLimiter.isOut = true;
    await pass(200);
    rateLimiter.isOut = false;
    await pass(1_000);
    expect(log).toContain('slow THROTTLED at 2100');
  });

  test('the capacity is unavailable, and a 429 goes uncounted', async () => {
    const rateLimiter = new Faulty(rateLimiterWith());
    const permitQueue = new PermitQueue(rateLimiter, clock);
    rateLimiter.isOut = true;
    await expect(permitQueue.capacity('Op', { tenant: 'acme', subject: 'alice' })).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    await expect(permitQueue.throttled('Op', 'flight')).resolves.toBeUndefined();
  });
});

test('those whose places were forgotten take new ones, in their order, if there is time', async () => {
  const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 1, burst: 1 }));
  const permitQueue = new PermitQueue(rateLimiter, clock);
  const log: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) ask(permitQueue, log, name, { maxWaitMs: name === 'd' ? 3_000 : 60_000 });
  await pass(500);
  rateLimiter.goOnWith(
    new MemoryRateLimiter(
      clock,
      { campaignShare: 0.1, maxWaitingPerSubject: () => undefined, quotaFor: () => ({ ratePerSecond: 1, burst: 1 }) },
      { startEmpty: true },
    ),
  );
  await pass(4_000);
  // Found out a second after they had come, by the check that makes sure.
  expect(log).toEqual(['a at 0', 'd THROTTLED at 1000', 'b at 2000', 'c at 3000']);
});

test('a 429 of Connect makes those wait longer who wait', async () => {
  const permitQueue = permitQueueWith({ ratePerSecond: 2, burst: 1 });
  const log: string[] = [];
  for (const name of ['a', 'b']) ask(permitQueue, log, name);
  await pass(100);
  await permitQueue.throttled('Op', 'flight');
  await permitQueue.throttled('Op', 'flight');
  await expect(permitQueue.capacity('Op', { tenant: 'acme', subject: 'alice' })).resolves.toMatchObject({
    waiting: 1,
    generalWaitMs: 1_400,
  });
  await pass(1_000);
  expect(log).toEqual(['a at 0', 'b at 1000']);
});

test('what ends a wait is counted by why it did, and a permit by how long it took', async () => {
  const counted: string[] = [];
  const meters: Meters = {
    ...noMeters,
    turnGranted: (operation, waitMs) => counted.push(`${operation} after ${waitMs}`),
    turnRefused: (operation, reason) => counted.push(`${operation} ${reason}`),
  };
  const rateLimiter = new Faulty(rateLimiterWith({ ratePerSecond: 1, burst: 1 }));
  const permitQueue = new PermitQueue(rateLimiter, clock, meters);
  const gone = new AbortController();
  ask(permitQueue, [], 'first');
  ask(permitQueue, [], 'gone', { signal: gone.signal });
  await everythingElse();
  gone.abort(new GatewayError('THROTTLED', 'Nobody waits any more.'));
  ask(permitQueue, [], 'too late', { maxWaitMs: 10 });
  ask(permitQueue, [], 'second');
  await pass(1_000, 10);
  rateLimiter.isOut = true;
  ask(permitQueue, [], 'without an answer', { maxWaitMs: 500 });
  await pass(1_000, 10);
  expect(counted).toEqual(['Op after 0', 'Op abandoned', 'Op too_late', 'Op after 1000', 'Op unavailable']);
});
