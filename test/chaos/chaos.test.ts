import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { describeOnPostgres } from '../support/start-postgres.js';
import { describeOnRedis } from '../support/start-redis.js';
import { buildGateway } from '../support/compiled-gateway.js';
import { endureFailover, type FailedOver } from './endure-failover.js';
import { endureFaults } from './endure-faults.js';
import { endurePolicy } from './endure-policy.js';
import type { LedgerName } from './ledger-servers.js';
import { brokenByPolicy } from './policy-verdict.js';
import { bounds, brokenByFailover } from './verdict.js';

let built: ReturnType<typeof buildGateway>;
let gatewayEntry: string;
beforeAll(() => {
  built = buildGateway();
  gatewayEntry = join(built.dist, 'main.js');
});
afterAll(() => {
  built.remove();
});

describeOnRedis('two gateway processes on one Redis, where everything goes wrong at once', () => {
  test('no call is placed twice, lost, denied or mistaken for another, and every caller finds out', async () => {
    const { verdict, missed, placed, replays } = await endureFaults({
      gatewayEntry,
      ledger: 'redis',
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

  test('and no cap, list or pause lets a call through', async () => {
    const run = await endurePolicy({
      gatewayEntry,
      ledger: 'redis',
      quota: { perSecond: 30, burst: 40 },
      tokenAfterEnd: 'redial',
      seed: 1,
      callers: 20,
      callsPerDestination: 6,
      cap: 3,
      forMs: 10_000,
      freezeMs: 6_000,
      freezeAt: 'marked',
      faultEveryMs: 500,
      stallMs: 0,
      promotedAfterMs: 0,
      replicaAfterMs: 0,
      splitMs: 0,
    });
    expect(brokenByPolicy(run)).toEqual([]);
    expect(run.placed).toBeGreaterThan(30);
  });
});

describe('a ledger whose primary dies when the link to its replica carried nothing for a while,', () => {
  const forgets = 'at the end of a call';
  /** For a moment; no machine is so slow that it looks like a further outage. */
  const loseLastMoments = (ledger: LedgerName): Promise<FailedOver> =>
    endureFailover({
      gatewayEntry,
      ledger,
      failover: 'killed after its link stalled',
      forgets,
      hosts: 'one',
      quota: { perSecond: 50, burst: 60 },
      seed: 1,
      callsPerSecond: 10,
      unknownResendSeconds: 600,
      calmMs: 500,
      stallMs: 1_500,
      promotedAfterMs: 0,
      replicaAfterMs: 0,
      splitMs: 0,
      settleMs: 600_000,
      environment: { REDIS_COMMAND_TIMEOUT_MS: '10000', DATABASE_TIMEOUT_MS: '10000' },
    });

  describeOnRedis('on a Redis that waits for no replica,', () => {
    test('rings phones again, and the harness sees that', async () => {
      const run = await loseLastMoments('redis');
      expect(run.verdict['acknowledged, and rang again when asked for again']).toBeGreaterThan(0);
      expect(brokenByFailover('redis-wait', forgets, run)).not.toEqual([]);
    });
  });

  describeOnRedis('on a Redis that waits for one,', () => {
    test('rings none again', async () => {
      expect(brokenByFailover('redis-wait', forgets, await loseLastMoments('redis-wait'))).toEqual([]);
    });
  });

  describeOnPostgres('on PostgreSQL with a synchronous standby,', () => {
    test('rings none again', async () => {
      expect(brokenByFailover('postgres', forgets, await loseLastMoments('postgres'))).toEqual([]);
    });
  });
});
