import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { inOtherInstance, placeCall } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { act, eachChange, unknownId } from './acting-fixture.js';

describeOnRedis('while Redis is away', () => {
  let redis: TestRedis;
  let gateway: RunningGateway;
  let elsewhere: string;
  let here: string;
  beforeEach(async () => {
    redis = await startRedis();
    gateway = await startTestGateway({
      state: { redis: redis.address },
      instances: { byTenant: new Map([['acme', [seed.instanceId, seed.otherInstanceId]]]) },
    });
    elsewhere = await placeCall(gateway, inOtherInstance);
    here = await placeCall(gateway);
    gateway.clock.advance(4_500);
    await redis.stop();
  });
  afterEach(async () => {
    await gateway.stop();
    await redis.close();
  });

  test.each(eachChange)('%s says of no contact for sure that it is not there', async (_mutation, change) => {
    for (const contactId of [elsewhere, unknownId]) {
      const { errors } = await gateway.clock.runUntil(act(gateway, change, { contactId }));
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
    }
  });

  test('a call is ended where its instance is named, or is the default one, however often that is asked for', async () => {
    const stop = eachChange[0]![1];
    const named = { contactId: elsewhere, instanceId: seed.otherInstanceId };
    for (const input of [named, { contactId: here }, named, { contactId: here }]) {
      const { errors } = await gateway.clock.runUntil(act(gateway, stop, input, { selection: 'status' }));
      expect(errors).toBeUndefined();
    }
  });
});
