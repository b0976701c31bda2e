import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRedisStores, redisStores, settingsOn, type RedisStores } from '../redis/stores.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';
import { bodyOf } from './contact-events.js';
import { queueUnderTest, type QueueUnderTest } from './queue-under-test.js';

describeOnRedis('While shared state is down, the consumer', () => {
  let redis: TestRedis;
  let state: RedisStores;
  let under: QueueUnderTest;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    redis.thaw();
    await under.stop();
    await state.close();
    await redis.close();
  });

  test('receives nothing, and begins when it is up', async () => {
    await redis.stop();
    state = redisStores(settingsOn(redis));
    under = await queueUnderTest({ state });
    const { simulator, queue } = under;
    const askedWhenUp = new Promise((resolve) => {
      state.health.onUp(() => {
        resolve(simulator.requests());
      });
    });
    simulator.putMessage(bodyOf('INITIATED'));
    queue.start();
    await redis.start();
    expect(await askedWhenUp).toEqual({});
    await simulator.whenRequested('ReceiveMessage', 2);
    expect(await under.known()).toBeDefined();
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
  });

  test('keeps the messages in hand, receives no more, and goes on when it is back', async () => {
    state = await openRedisStores(settingsOn(redis));
    under = await queueUnderTest({ state });
    const { simulator, queue, clock } = under;
    queue.start();
    await simulator.whenRequested('ReceiveMessage', 1);

    await redis.stop();
    simulator.putMessage(bodyOf('INITIATED'));
    simulator.putMessage(bodyOf('QUEUED'));
    await until(() => under.tally.counts().failed === 2);
    await clock.whenQuiet();
    expect(under.tally.counts()).toEqual({ recorded: 0, unchanged: 0, foreign: 0, unreadable: 0, failed: 2 });
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 2, dead: 0 });
    // The pause alone is not enough.
    clock.advance(30_000);
    await fetch(`${simulator.url}/_simulator/requests`);
    expect(simulator.messages()).toEqual({ waiting: 2, inFlight: 0, dead: 0 });

    const isBack = new Promise<void>((resolve) => {
      state.health.onUp(resolve);
    });
    const { ReceiveMessage: askedInOutage } = simulator.requests();
    await redis.start();
    await isBack;
    await simulator.whenRequested('ReceiveMessage', 3);
    expect(askedInOutage).toBe(1);
    expect(under.tally.counts()).toMatchObject({ recorded: 2, failed: 2 });
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
    expect(under.logged()).toEqual([
      'recording contact events fails; trying on',
      'recording contact events works again',
    ]);
  });

  test('pauses also when the connection stands and nothing is answered', async () => {
    state = await openRedisStores({ ...settingsOn(redis), commandTimeoutMs: 1_000 });
    under = await queueUnderTest({ state });
    const { simulator, queue, clock } = under;
    queue.start();
    await simulator.whenRequested('ReceiveMessage', 1);
    redis.freeze();
    simulator.putMessage(bodyOf('INITIATED'));
    await until(() => under.tally.counts().failed === 1);
    await clock.whenQuiet();
    expect(simulator.requests()).toEqual({ ReceiveMessage: 1 });
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 1, dead: 0 });
  });

  test('can be stopped', async () => {
    await redis.stop();
    state = redisStores(settingsOn(redis));
    under = await queueUnderTest({ state });
    under.queue.start();
    await under.queue.stop();
    expect(under.simulator.requests()).toEqual({});
    expect(under.logged()).toEqual([]);
  });
});
