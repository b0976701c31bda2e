import { beforeEach, describe, expect, test } from '@jest/globals';
import { Pacer } from '../../src/connect/pacer.js';
import type { Quota } from '../../src/connect/quotas.js';
import { TestClock } from '../support/test-clock.js';

let clock: TestClock;
beforeEach(() => {
  clock = new TestClock(0);
});

const pacerWith = (quotas: Readonly<Record<string, Quota>> = {}) => new Pacer(clock, new Map(Object.entries(quotas)));

/** Asks for `count` turns at once; when each of them came, as far as they have. */
function moments(pacer: Pacer, operation: string, count: number, maxWaitMs = 60_000): number[] {
  const came: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    void pacer.turn(operation, maxWaitMs).then(() => came.push(clock.monotonic()));
  }
  return came;
}

/** Lets time pass in steps of `stepMs`, and what waits for it go on in between. */
async function pass(ms: number, stepMs = 1): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await everythingElse();
    clock.advance(stepMs);
  }
  await everythingElse();
}

const everythingElse = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  test('of a burst come at once, then one at a time at the rate', async () => {
    const came = moments(pacerWith({ Op: { ratePerSecond: 2, burst: 3 } }), 'Op', 6);
    await pass(1_500);
    expect(came).toEqual([0, 0, 0, 500, 1_000, 1_500]);
  });

  test('come in the order in which they were asked for', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 10, burst: 1 } });
    const order: string[] = [];
    for (const name of ['first', 'second', 'third']) void pacer.turn('Op', 10_000).then(() => order.push(name));
    await pass(300);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  test.each<[string, number, number, readonly number[]]>([
    ['one every two seconds', 0.5, 1, [0, 2_000, 4_000, 6_000]],
    ['three a second', 3, 1, [0, 333, 667, 1_000]],
    ['a burst of three at three a second', 3, 3, [0, 0, 0, 333]],
    ['a burst of seven at seven a second', 7, 7, [0, 0, 0, 0, 0, 0, 0, 143]],
  ])('come at a rate that is no whole number of milliseconds: %s', async (_title, ratePerSecond, burst, expected) => {
    const came = moments(pacerWith({ Op: { ratePerSecond, burst } }), 'Op', expected.length);
    await pass(expected.at(-1) ?? 0);
    expect(came).toEqual(expected);
  });

  test('add up to no more than the burst however long nobody asked', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 1, burst: 2 } });
    clock.advance(3_600_000);
    const came = moments(pacer, 'Op', 3);
    await pass(1_000, 100);
    expect(came).toEqual([3_600_000, 3_600_000, 3_601_000]);
  });

  test('come back one by one after a burst', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 1, burst: 3 } });
    moments(pacer, 'Op', 3);
    await pass(2_000, 100);
    const came = moments(pacer, 'Op', 3);
    await pass(1_000, 100);
    expect(came).toEqual([2_000, 2_000, 3_000]);
  });

  test('of one operation do not wait for those of another', async () => {
    const pacer = pacerWith({ Slow: { ratePerSecond: 1, burst: 1 }, Other: { ratePerSecond: 1, burst: 1 } });
    moments(pacer, 'Slow', 5);
    const came = moments(pacer, 'Other', 1);
    await pass(1);
    expect(came).toEqual([0]);
  });
});

describe('a turn that would come too late', () => {
  test('is refused at once, and says when asking again is worth it', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 2, burst: 1 } });
    moments(pacer, 'Op', 4);
    expect(pacer.waitMs('Op')).toBe(2_000);
    await expect(pacer.turn('Op', 1_999)).rejects.toMatchObject({
      code: 'THROTTLED',
      retryable: true,
      retryAfterMs: 1,
    });
    await expect(pacer.turn('Op', 500)).rejects.toMatchObject({ retryAfterMs: 1_500 });
  });

  test('takes no place of those who wait', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 2, burst: 1 } });
    const came = moments(pacer, 'Op', 2);
    for (let refused = 0; refused < 10; refused += 1) {
      await expect(pacer.turn('Op', 100)).rejects.toMatchObject({ code: 'THROTTLED' });
    }
    expect(pacer.waitMs('Op')).toBe(1_000);
    await pass(500);
    expect(came).toEqual([0, 500]);
  });

  test('comes in time for the one who asks again after retryAfterMs', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 3, burst: 1 } });
    moments(pacer, 'Op', 4);
    const refused = await pacer.turn('Op', 250.5).catch((error: unknown) => error);
    clock.advance((refused as { retryAfterMs: number }).retryAfterMs);
    const came = moments(pacer, 'Op', 1, 250.5);
    await pass(251);
    expect(came).toHaveLength(1);
  });

  test('exactly at the limit is waited for', async () => {
    const pacer = pacerWith({ Op: { ratePerSecond: 2, burst: 1 } });
    moments(pacer, 'Op', 1);
    const came = moments(pacer, 'Op', 1, 500);
    await pass(500);
    expect(came).toEqual([500]);
  });
});

describe('the quota of an operation', () => {
  test.each<[string, number]>([
    ['SearchContacts', 2_000],
    ['DescribeContact', 100],
    ['GetContactAttributes', 100],
    ['ListContactReferences', 100],
    ['StartOutboundVoiceContact', 500],
    ['DescribeQueue', 500],
  ])('%s is the default one of Connect where none is configured', async (operation, intervalMs) => {
    const pacer = pacerWith();
    while (pacer.waitMs(operation) === 0) await pacer.turn(operation, 0);
    expect(pacer.waitMs(operation)).toBe(intervalMs);
  });

  test('is the configured one, for that operation alone', async () => {
    const pacer = pacerWith({ DescribeContact: { ratePerSecond: 1, burst: 1 } });
    await pacer.turn('DescribeContact', 0);
    await pacer.turn('DescribeQueue', 0);
    expect([pacer.waitMs('DescribeContact'), pacer.waitMs('DescribeQueue')]).toEqual([1_000, 0]);
  });
});
