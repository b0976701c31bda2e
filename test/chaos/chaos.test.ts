import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { describeOnRedis } from '../support/start-redis.js';
import { buildGateway } from './built-gateway.js';
import { endureFaults } from './endure-faults.js';
import { bounds } from './verdict.js';

describeOnRedis('two gateway processes on one Redis, where everything goes wrong at once', () => {
  let built: ReturnType<typeof buildGateway>;
  beforeAll(() => {
    built = buildGateway();
  });
  afterAll(() => {
    built.remove();
  });

  test('no call is placed twice, lost, denied or mistaken for another, and every caller finds out', async () => {
    const { verdict, missed, placed, replays } = await endureFaults({
      gatewayEntry: join(built.dist, 'main.js'),
      quota: { perSecond: 30, burst: 40 },
      tokenAfterEnd: 'redial',
      seed: 1,
      callsPerSecond: 20,
      forMs: 7_000,
      freezeMs: 6_000,
      freezeAt: 'claimed',
      faultEveryMs: 250,
    });
    expect(verdict).toEqual(Object.fromEntries(bounds.map((bound) => [bound, 0])));
    // Otherwise nothing was shown.
    expect(missed).toEqual([]);
    expect(placed).toBeGreaterThan(100);
    expect(replays).toBeGreaterThan(0);
  });
});
