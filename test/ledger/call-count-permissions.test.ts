import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../src/store-health.js';
import { documentedUser } from '../support/documented-user.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';
import { newPrefix, openRedisLedger } from './ledgers.js';

describeOnRedis('a Redis user who may not count', () => {
  let redis: TestRedis;
  let url: string;
  beforeAll(async () => {
    const rules = documentedUser.filter((rule) => rule !== '+zadd');
    redis = await startRedis(['--user', 'outdial', ...rules]);
    url = redis.url.replace('//', '//outdial:password@');
  });
  afterAll(() => redis.close());

  test('records no call that does not count', async () => {
    const clock = new TestClock();
    const settings = { prefix: newPrefix(), clock, nowMs: () => clock.now() };
    const opened = await openRedisLedger({ kind: 'server', url }, settings);
    const { ledger } = opened;
    const key = { kind: 'call', id: keyed('a call') } as const;
    const write = { key, version: undefined, next: { version: 'v1', changedAtMs: 1, value: 1 }, keptForMs: 60_000 };
    const limits = [{ withinMs: 60_000, max: 3 }];
    const of = { id: keyed('a count'), call: keyed('a call'), limits, keptForMs: 60_000 };
    for (const does of ['hold', 'count'] as const) {
      const made = ledger.commit([write], ledger.nowMs(), [], { counts: [{ ...of, does, holdMs: 30_000 }] });
      await expect(made).rejects.toThrow(StoreUnavailable);
    }
    expect((await ledger.read([key])).records).toEqual([undefined]);
    await opened.close();
  });
});
