import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { seed } from '../../src/simulator/seed.js';
import { bodyOf } from '../events/contact-events.js';
import { placeCall } from '../support/place-call.js';
import { redisClient } from '../support/redis-client.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { deliver, followed, gateway, nowIso, silent, start } from './follow-fixture.js';

describeOnRedis('when Redis forgets without a word', () => {
  let redis: TestRedis;
  let client: Redis;
  beforeEach(async () => {
    redis = await startRedis();
    client = redisClient(redis.url);
  });
  afterEach(async () => {
    client.disconnect();
    await redis.close();
  });

  test('what happens next is told all the same', async () => {
    await start({ ...silent, state: { redis: redis.address } });
    const id = await placeCall(gateway);
    await deliver(bodyOf('INITIATED', { contactId: id }, { time: nowIso() }));
    const following = await followed(id, { selection: 'status timeline { rawType }' });
    await following.when(() => true);
    await client.flushall();
    await deliver(
      bodyOf('CONNECTED_TO_SYSTEM', { contactId: id, connectedToSystemTimestamp: nowIso() }, { time: nowIso() }),
    );
    await following.when((update) => update?.status === 'IN_FLOW');
    expect(following.updates.at(-1)).toEqual({
      status: 'IN_FLOW',
      timeline: [{ rawType: 'INITIATED' }, { rawType: 'CONNECTED_TO_SYSTEM' }],
    });
  });

  test('no key and no value of what it keeps of a contact is personal', async () => {
    await start({ state: { redis: redis.address } });
    const id = await placeCall(gateway, {
      destinationPhoneNumber: '+12065550100',
      name: 'c4n4ry',
      attributes: [{ key: 'secret', value: 'c4n4ry' }],
    });
    const following = await followed(id);
    await gateway.clock.runUntil(following.ended);
    const keys = (await client.keys('*')).filter((key) => key.includes(id));
    const kept = await Promise.all(
      keys.map(async (key) => ((await client.type(key)) === 'hash' ? client.hgetall(key) : client.get(key))),
    );
    expect(keys.join()).toContain('timeline');
    expect(JSON.stringify([keys, kept])).not.toMatch(/c4n4ry|2065550100/);
    expect(JSON.stringify([keys, kept])).not.toContain(seed.numbers.us.number.slice(1));
    expect(JSON.stringify([keys, kept])).not.toContain(seed.users.ada);
  });
});
