import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { longestCounted } from '../../src/coordination/fair-queue.js';
import { permitKinds } from '../../src/coordination/rate-limiter.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { PlainRateLimiter } from './plain-rate-limiter.js';
import { Asker, Bench, type BenchRules } from './rate-limiter-bench.js';

let redis: TestRedis | undefined;

const someone = { tenant: fc.constantFrom('a', 'b', 'c d'), subject: fc.constantFrom('x', 'y', 'z', '') };
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      take: fc.constantFrom(...permitKinds),
      ...someone,
      maxWaitMs: fc.constantFrom(0, 2_000.5, 10_000, 60_000, 60_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ abandon: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ unwanted: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ askAgain: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ capacity: fc.record(someone) }) },
  { weight: 4, arbitrary: fc.record({ passMs: fc.constantFrom(1, 7.25, 33, 100, 480, 1_000, 2_500) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const rules = fc.record({
  quota: fc.record({ ratePerSecond: fc.constantFrom(0.5, 2, 10), burst: fc.constantFrom(1, 2, 5) }),
  campaignShare: fc.constantFrom(0, 0.1, 0.3, 1),
  maxWaitingPerSubject: fc.constantFrom(undefined, undefined, 2, 5),
}) as fc.Arbitrary<BenchRules>;

/** All that was answered and granted. */
async function told(steps: readonly Step[], bench: Bench, asker: Asker): Promise<string[]> {
  const lines: string[] = [];
  const asked: Parameters<Asker['take']>[] = [];
  for (const [index, one] of steps.entries()) {
    let answer: unknown;
    if ('take' in one) {
      const { take: kind, ...wish } = one;
      asked.push([kind, { ...wish, waiterId: String(asked.length) }]);
      answer = await asker.take(...asked.at(-1)!);
    } else if ('abandon' in one) {
      answer = await asker.rateLimiter.abandon('Op', String(one.abandon));
    } else if ('unwanted' in one) {
      asker.unwanted.add(String(one.unwanted));
    } else if ('askAgain' in one) {
      const again = asked[one.askAgain];
      const isWaiting = again && (await asker.rateLimiter.check('Op', [again[1]!.waiterId!])).lost.length === 0;
      if (isWaiting) answer = await asker.take(...again);
    } else if ('capacity' in one) {
      answer = await asker.rateLimiter.capacity('Op', one.capacity);
    } else {
      bench.clock.advance(one.passMs);
      answer = await asker.rateLimiter.check('Op', ['0', '1', '2']);
    }
    lines.push(
      `${index} ${JSON.stringify(one)} ${JSON.stringify(answer)} granted ${asker.granted.splice(0).join(' ')}`,
    );
  }
  return lines;
}

/** Whatever is asked in whatever order, the same is answered and granted as by the plain rules. */
async function keepToPlainRules(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(step, { minLength: 1, maxLength: 120, size: 'max' }), async (chosen, steps) => {
      const plain = new Bench(undefined, chosen);
      const expected = await told(steps, plain, new Asker(new PlainRateLimiter(plain.clock, plain.rules)));
      const bench = new Bench(redis?.address, chosen);
      try {
        expect(await told(steps, bench, await bench.replica())).toEqual(expected);
      } finally {
        await bench.close();
      }
    }),
    { numRuns, seed: 8 },
  );
}

interface Waiting {
  readonly tenant: string;
  readonly subject: string;
  /** Which time it is that somebody of this tenant, and of this subject, began to wait where nobody of it did. */
  readonly tenantCame: number;
  readonly subjectCame: number;
}

interface Served extends Waiting {
  /** Who waited before it was served, this one included. */
  readonly waiting: readonly Waiting[];
}

/** While one keeps waiting among at most n, it is served at least as often as the nth part of the turns, less one. */
function expectFairShares(served: readonly Served[], nameOf: (one: Waiting) => string): void {
  const names = new Set(served.flatMap(({ waiting }) => waiting.map(nameOf)));
  const tooLittle: string[] = [];
  for (const name of names) {
    for (let from = 0; from < served.length; from += 1) {
      let most = 0;
      let own = 0;
      for (let to = from; to < served.length; to += 1) {
        const waiting = new Set(served[to]!.waiting.map(nameOf));
        if (!waiting.has(name)) break;
        most = Math.max(most, waiting.size);
        own += nameOf(served[to]!) === name ? 1 : 0;
        if (own < (to - from + 1) / most - 1) tooLittle.push(`${name} had ${own} of the turns ${from} to ${to}`);
      }
    }
  }
  expect(tooLittle).toEqual([]);
}

const arrivals = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ tenant: fc.constantFrom('a', 'b', 'c', 'd'), subject: fc.constantFrom('x', 'y', 'z') }),
    },
    { weight: 2, arbitrary: fc.constant('turn' as const) },
    { weight: 1, arbitrary: fc.record({ leaves: fc.nat(60) }) },
  ),
  { minLength: 10, maxLength: 80, size: 'max' },
);

/** In whatever order they come and go, no tenant, and no subject of one, gets less than its share of the turns. */
async function giveEachItsShare(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(arrivals, async (events) => {
      const bench = new Bench(redis?.address, { quota: { ratePerSecond: 1, burst: 1 } });
      try {
        const asker = await bench.replica();
        const waiting = new Map<string, Waiting>();
        const served: Served[] = [];
        const noteGranted = () => {
          for (const waiterId of asker.granted.splice(0)) {
            served.push({ ...waiting.get(waiterId)!, waiting: [...waiting.values()] });
            waiting.delete(waiterId);
          }
        };
        let asked = 0;
        for (const event of [...events, ...events.map(() => 'turn' as const)]) {
          if (event === 'turn') {
            bench.clock.advance(1_000);
            await asker.rateLimiter.check('Op');
          } else if ('leaves' in event) {
            await asker.rateLimiter.abandon('Op', String(event.leaves));
            waiting.delete(String(event.leaves));
          } else {
            const waiterId = String((asked += 1));
            const { tenant, subject } = event;
            const ofTenant = [...waiting.values()].filter((one) => one.tenant === tenant);
            const ofSubject = ofTenant.filter((one) => one.subject === subject);
            waiting.set(waiterId, {
              ...event,
              tenantCame: ofTenant[0]?.tenantCame ?? asked,
              subjectCame: ofSubject[0]?.subjectCame ?? asked,
            });
            await asker.take('GENERAL', { ...event, waiterId: waiterId, maxWaitMs: 1_000_000 });
          }
          noteGranted();
        }
        expect(waiting.size).toBe(0);
        expectFairShares(served, ({ tenant, tenantCame }) => `${tenant} ${tenantCame}`);
        for (const tenant of ['a', 'b', 'c', 'd']) {
          const within = served
            .filter((one) => one.tenant === tenant)
            .map((one) => ({ ...one, waiting: one.waiting.filter((other) => other.tenant === tenant) }));
          expectFairShares(within, ({ subject, subjectCame }) => `${subject} ${subjectCame}`);
        }
      } finally {
        await bench.close();
      }
    }),
    { numRuns, seed: 8 },
  );
}

/**
 * What somebody is told who waits already and asks for one more, as the first of so many subjects that wait for two each. Exactly, one more is served after everybody's
 * first; at the latest, after all that the others wait for.
 */
async function waitOfOneMore(subjects: number): Promise<number> {
  const bench = new Bench(redis?.address, { quota: { ratePerSecond: 1_000, burst: 1 } });
  try {
    const asker = await bench.replica();
    // Takes the one token there is.
    await asker.take();
    const take = (index: number) => asker.take('GENERAL', { subject: `s${index}`, maxWaitMs: 3_600_000 });
    for (const times of [1, 2]) for (let index = times === 1 ? 0 : 1; index < subjects; index += 1) await take(index);
    return (await take(0)).waitMs;
  } finally {
    await bench.close();
  }
}

async function countOnlyShortRings(): Promise<void> {
  expect(await waitOfOneMore(longestCounted)).toBe(longestCounted + 1);
  expect(await waitOfOneMore(longestCounted + 1)).toBe(2 + 2 * longestCounted);
}

describe('turns in memory', () => {
  test('are not counted one by one where very many wait', countOnlyShortRings, 60_000);
  test('keep to the plain rules', () => keepToPlainRules(500), 60_000);
  test('give each its share', () => giveEachItsShare(100), 60_000);
});

describeOnRedis('turns in Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.close();
    redis = undefined;
  });
  test('are not counted one by one where very many wait', countOnlyShortRings, 120_000);
  test('keep to the plain rules', () => keepToPlainRules(150), 120_000);
  test('give each its share', () => giveEachItsShare(40), 120_000);
});
