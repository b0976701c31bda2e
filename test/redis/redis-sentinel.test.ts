import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLog } from '../../src/log.js';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { roleCheck } from '../../src/redis/redis-role.js';
import { claimOf, keyed, placedAs, question } from '../ledger/call-fixture.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { startSentinels, type TestSentinels } from '../support/start-sentinels.js';
import { until } from '../support/until.js';
import { answered, openRedisStores, settingsOn, type RedisStores } from './stores.js';

describeOnRedis('behind Sentinels, shared state', () => {
  let group: TestSentinels;

  beforeEach(async () => {
    group = await startSentinels();
  });
  afterEach(() => group.close());

  /** The other one is followed, by the commands and by the news. */
  async function expectFollowed(state: RedisStores, harm: (former: TestRedis) => Promise<void> | void): Promise<void> {
    const former = await group.primary();
    await answered(() => state.calls.claim(keyed('call'), claimOf('a')));
    const missed = new Promise<void>((resolve) => state.calls.changed(keyed('whatever'), resolve));
    await harm(former);
    await until(async () => (await group.primary()) !== former);
    expect(await answered(() => state.calls.claim(keyed('other call'), claimOf('a')))).toMatchObject({ is: 'mine' });
    await missed;
    const told = new Promise<void>((resolve) => state.calls.changed(keyed('third call'), resolve));
    await answered(() => state.calls.recordPlaced(keyed('third call'), placedAs('contact')));
    await told;
  }

  // A frozen server is to be found out.
  const open = () => openRedisStores({ ...settingsOn(group), commandTimeoutMs: 1_000 });

  test.each<[string, (former: TestRedis) => Promise<void> | void]>([
    ['is deposed by hand', () => group.failover()],
    [
      'freezes',
      (former) => {
        former.freeze();
      },
    ],
    ['is killed', (former) => former.stop()],
  ])('follows the primary where it %s', async (_how, harm) => {
    const state = await open();
    await expectFollowed(state, harm);
    await state.close();
  });

  test('asks the next Sentinel where one does not answer, and refuses addresses that lead to none that knows the name', async () => {
    const [first, second] = group.sentinels;
    first!.freeze();
    await second!.stop();
    const state = await open();
    expect(await answered(() => state.calls.look(keyed('call'), question))).toEqual({ is: 'free' });
    await state.close();

    const redis = await startRedis();
    const wrongSettingAt = async (address: RedisAddress) => {
      const log = createLog('silent');
      const connection = new RedisConnection({ address, log, refuse: roleCheck(log, address) });
      const problem = await connection.wrongSetting();
      expect(connection.refusals).toEqual([problem]);
      await connection.close();
      return problem;
    };
    expect(await wrongSettingAt({ ...group.address, urls: [redis.url] })).toBe(
      'REDIS_SENTINEL_URLS leads to a server that is no Sentinel: give the addresses of the Sentinels, or set REDIS_URL in its place',
    );
    expect(await wrongSettingAt({ ...group.address, primaryUrl: 'redis://another' })).toBe(
      'REDIS_SENTINEL_URLS leads to Sentinels that know no primary of the name in REDIS_SENTINEL_MASTER: give the name that they monitor',
    );
    await redis.close();
  });
});
