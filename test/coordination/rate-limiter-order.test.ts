import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { permitKinds } from '../../src/coordination/rate-limiter.js';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { Bench } from './rate-limiter-bench.js';

let redis: TestRedis;
const benches: Bench[] = [];

/** Numbers that look random and are the same for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** All that was answered and granted when the story of this seed was told to these turns. */
async function story(seed: number, address?: RedisAddress): Promise<string[]> {
  const random = randomFrom(seed);
  const pick = <T>(choices: readonly T[]) => choices[random(choices.length)]!;
  const bench = new Bench(address, {
    quota: { ratePerSecond: pick([0.5, 2, 3, 10, 50]), burst: pick([1, 2, 5, 15]) },
    campaignShare: pick([0, 0.1, 0.3, 1]),
    ...(seed % 3 === 0 ? { maxWaitingPerSubject: 4 } : {}),
  });
  benches.push(bench);
  const asker = await bench.replica();
  const told: string[] = [];
  const tell = (what: string, answer: unknown) => {
    told.push(`${bench.clock.monotonic()} ${what} ${JSON.stringify(answer)} granted ${asker.granted.join(' ')}`);
    asker.granted.length = 0;
  };
  let asked = 0;
  for (let step = 0; step < 250; step += 1) {
    const action = random(20);
    const known = String(1 + random(Math.max(1, asked)));
    if (action < 10) {
      const kind = pick(permitKinds);
      const tenant = pick(['a', 'b', 'c d']);
      const subject = pick(['x', 'y', 'z']);
      const maxWaitMs = pick([0, 350, 2_000.5, 10_000, 60_000]);
      asked += 1;
      tell(
        `take ${asked} ${kind} ${tenant} ${subject} ${maxWaitMs}`,
        await asker.take(kind, { tenant, subject, maxWaitMs }),
      );
    } else if (action < 12) {
      tell(`abandon ${known}`, await asker.rateLimiter.abandon('Op', known));
    } else if (action < 13) {
      asker.unwanted.add(known);
      tell(`unwanted ${known}`, await asker.rateLimiter.check('Op', [known]));
    } else if (action < 14) {
      const attemptGroup = String(random(30));
      await asker.rateLimiter.throttled('Op', attemptGroup);
      tell(
        `throttled ${attemptGroup}`,
        await asker.rateLimiter.capacity('Op', { tenant: pick(['a', 'new']), subject: pick(['x', 'new']) }),
      );
    } else {
      bench.clock.advance(pick([1, 7.25, 33, 100, 480, 1_000, 2_500]));
      tell('check', await asker.rateLimiter.check('Op', [known]));
    }
  }
  return told;
}

describeOnRedis('memory and Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(benches.splice(0).map((bench) => bench.close()));
  });
  afterAll(() => redis.close());

  test.each(Array.from({ length: 30 }, (_, seed) => seed))('grant in the same order: story %i', async (seed) => {
    const inMemory = await story(seed);
    expect(await story(seed, redis.address)).toEqual(inMemory);
    expect(inMemory.some((line) => /granted \d/.test(line))).toBe(true);
  });
});
