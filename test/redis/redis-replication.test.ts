import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startRedisReplication, type RedisReplication } from '../support/redis-replication.js';
import { redisClient } from '../support/redis-client.js';
import { describeOnRedis } from '../support/start-redis.js';

describeOnRedis('a primary and a replica', () => {
  let pair: RedisReplication;
  beforeEach(async () => {
    pair = await startRedisReplication();
  });
  afterEach(() => pair.close());

  /** How many replicas have the value, once one has or after that time. */
  async function write(value: string, waitMs = 60_000): Promise<number> {
    const client = redisClient(pair.primary.url);
    const [, [, replicas] = []] = (await client.pipeline().set('key', value).wait(1, waitMs).exec())!;
    client.disconnect();
    return replicas as number;
  }

  test('what is written while the link carries nothing is acknowledged all the same, and is missing after the promotion', async () => {
    expect(await write('copied')).toBe(1);
    pair.stall();
    expect(await write('acknowledged', 100)).toBe(0);
    await pair.primary.kill();
    const promoted = await pair.promote();
    expect(await promoted.ask('GET', 'key')).toBe('copied');
    expect(await write('without a replica', 100)).toBe(0);
    await pair.addReplica();
    expect(await write('with a new one')).toBe(1);
  });

  test('a link that goes on brings what it held back, and a former primary takes over what it missed', async () => {
    pair.stall();
    expect(await write('held back', 100)).toBe(0);
    pair.resume();
    expect(await write('copied')).toBe(1);
    const former = pair.primary;
    await pair.promote();
    await former.ask('SET', 'key', 'of the split');
    await write('of the new primary', 1);
    await pair.rejoin(former);
    expect(await former.ask('GET', 'key')).toBe('of the new primary');
    expect(await write('copied again')).toBe(1);
  });
});
