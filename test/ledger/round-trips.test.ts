import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';

describeOnRedis('a call that is placed with Redis', () => {
  let redis: TestRedis;
  let admin: Redis;
  let gateway: RunningGateway;
  beforeAll(async () => {
    redis = await startRedis();
    admin = redisClient(redis.url);
    gateway = await startTestGateway({ state: { redis: redis.address } });
  });
  afterAll(async () => {
    await gateway.stop();
    admin.disconnect();
    await redis.close();
  });

  const place = async (destinationPhoneNumber: string) => {
    const { errors } = await gateway.ask(PlaceCallDocument, { input: callInput({ destinationPhoneNumber }) });
    expect(errors).toBeUndefined();
  };

  // Claim with the number, permit, mark as being sent, record with placement and window.
  test('needs four steps of Redis', async () => {
    // The first ones load the scripts and learn the time.
    await place('+12065550131');
    await place('+12065550132');
    await admin.config('RESETSTAT');
    await place('+12065550100');
    const stats = await admin.info('commandstats');
    const callsOf = (command: string) => Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    expect(callsOf('evalsha') + callsOf('eval')).toBe(4);
  });
});
