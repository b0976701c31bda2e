import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claimOf, keyed, placedAs, question } from '../ledger/call-fixture.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { startCluster, type TestCluster } from '../support/start-cluster.js';
import { describeOnRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';
import { answered, openRedisStores, settingsOn } from './stores.js';

describeOnRedis('in a Cluster, shared state', () => {
  let cluster: TestCluster;

  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.close());

  test('is asked once, also where the connection is given up after a script was sent', async () => {
    const settings = { ...settingsOn(cluster), commandTimeoutMs: 300 };
    const state = await openRedisStores(settings);
    const { connection } = state;
    const key = `${settings.prefix}count`;
    const count = () =>
      answered(() => connection.runScript("return redis.call('HINCRBY', KEYS[1], 'n', ARGV[1])", [key], [1]));
    expect(await count()).toBe(1);
    const node = (await cluster.primaryOf(key))!;
    node.freeze();
    await expect(
      connection.runScript("return redis.call('HINCRBY', KEYS[1], 'n', ARGV[1])", [key], [10]),
    ).rejects.toThrow(StoreUnavailable);
    node.thaw();
    // It was in the node's hands.
    await until(async () => (await answered(() => connection.send((redis) => redis.hgetall(key)))).n !== '1');
    expect(await count()).toBe(12);
    expect(await count()).toBe(13);
    await state.close();
  });

  test.each<[string, (former: TestRedis) => Promise<void> | void]>([
    [
      'freezes',
      (former) => {
        former.freeze();
      },
    ],
    ['is killed', (former) => former.stop()],
  ])('follows a primary where it %s', async (_how, harm) => {
    const settings = { ...settingsOn(cluster), commandTimeoutMs: 500, nowMs: () => Date.UTC(2026, 10, 21) };
    const state = await openRedisStores(settings);
    const key = `${settings.prefix}ledger:call:{${keyed('call').toString()}}`;
    const former = (await cluster.primaryOf(key))!;
    const other = cluster.nodes.find((node) => node !== former)!;
    await answered(() => state.calls.claim(keyed('call'), claimOf('a')));
    await cluster.copied(former);
    await harm(former);
    await until(async () => ![former, undefined].includes(await cluster.primaryOf(key, other)));
    expect(await answered(() => state.calls.claim(keyed('call'), claimOf('b')))).toMatchObject({ is: 'leased' });
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
      const told = new Promise<void>((resolve) => state.calls.changed(keyed(name), resolve));
      await answered(() => state.calls.recordPlaced(keyed(name), placedAs('contact')));
      await told;
    }
    await answered(() => state.calls.look(keyed('call'), question));
    await state.close();
  });
});
