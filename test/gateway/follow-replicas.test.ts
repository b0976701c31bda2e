import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { follow, type Following } from '../support/follow.js';
import { placeCall } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';

describeOnRedis('two replicas on one Redis and one queue of events', () => {
  let redis: TestRedis;
  const running: RunningGateway[] = [];
  const followings: Following[] = [];

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(followings.splice(0).map((each) => each.stop()));
    for (const gateway of running.splice(0).reverse()) await gateway.stop();
    await redis.close();
  });

  async function startReplicas(changes: GatewayChanges = {}): Promise<[RunningGateway, RunningGateway]> {
    const state = { redis: redis.address, replicas: 2 };
    const a = await startTestGateway({ takesEvents: true, ...changes, state });
    running.push(a);
    const b = await startTestGateway({ takesEvents: true, ...changes, state, besides: a });
    running.push(b);
    return [a, b];
  }

  async function followed(gateway: RunningGateway, id: string): Promise<Following> {
    const following = await follow(gateway, id, { selection: 'status timeline { type source }' });
    followings.push(following);
    return following;
  }

  /** The replicas have a clock each. */
  async function run<T>(settled: Promise<T>): Promise<T> {
    const [a, b] = running as [RunningGateway, RunningGateway];
    return a.clock.runUntil(b.clock.runUntil(settled));
  }

  const life = ['INITIATED', 'IN_FLOW', 'QUEUED', 'WITH_AGENT', 'AFTER_CONTACT_WORK', 'ENDED'];
  const isAnswered = (update: { readonly status?: string } | null) => update?.status !== 'INITIATED';

  test('whichever receives an event, those who follow on both see it', async () => {
    const [a, b] = await startReplicas();
    const ids = await Promise.all(Array.from({ length: 6 }, () => placeCall(a)));
    const all = await Promise.all(ids.flatMap((id) => [followed(a, id), followed(b, id)]));
    await run(Promise.all(all.map(({ ended }) => ended)));
    for (const { updates } of all) {
      expect(updates.at(-1)).toEqual({
        status: 'ENDED',
        timeline: ['INITIATED', 'CONNECTED_TO_SYSTEM', 'QUEUED', 'CONNECTED_TO_AGENT', 'DISCONNECTED', 'COMPLETED'].map(
          (type) => ({ type, source: 'CONTACT_EVENT' }),
        ),
      });
    }
  });

  test('Redis that comes back empty is told again what those who follow know', async () => {
    // Long enough that it does not end while a busy machine is about it.
    const [a, b] = await startReplicas({ simulator: { timings: { endsAtMs: 120_000 } } });
    const id = await placeCall(a);
    const [one, two] = await Promise.all([followed(a, id), followed(b, id)]);
    await run(Promise.all([one.when(isAnswered), two.when(isAnswered)]));
    await redis.stop();
    await redis.start();
    // The clock stands until then: connecting takes its own time.
    const client = redisClient(redis.url);
    const isToldAgain = async () => {
      const [key = ''] = await client.keys('*timeline:*');
      return (await client.hkeys(key)).some((field) => field.endsWith('/INITIATED'));
    };
    while (!(await isToldAgain()));
    await client.quit();
    await run(Promise.all([one.ended, two.ended]));
    for (const { updates } of [one, two]) {
      expect(updates.at(-1)).toMatchObject({ status: 'ENDED' });
      const ranks = updates.map((update) => life.indexOf(update?.status ?? ''));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }
    // The first steps were told only before it forgot.
    const late = await followed(b, id);
    await run(late.ended);
    expect(late.updates.at(-1)?.timeline).toContainEqual({ type: 'INITIATED', source: 'CONTACT_EVENT' });
  });

  describe('what was read of a contact that has ended', () => {
    const nameQuery = 'query($id: ID!) { contact(id: $id) { status name } }';
    const renaming = 'mutation($input: UpdateContactInput!) { updateContact(input: $input) { id } }';

    async function nameAt(gateway: RunningGateway, id: string): Promise<string | null> {
      const { data, body } = await gateway.ask<
        { contact: { status: string; name: string | null } | null },
        { id: string }
      >(nameQuery, { id });
      if (data?.contact?.status !== 'ENDED') throw new Error(`It has not ended: ${body}`);
      return data.contact.name;
    }

    async function rename(gateway: RunningGateway, contactId: string, name: string): Promise<void> {
      const { errors } = await gateway.ask(renaming, { input: { contactId, name } });
      expect(errors).toBeUndefined();
    }

    /** Where the clock stands, it would never read the contact again were it not told. News is as fast as Redis. */
    async function untilNamed(gateway: RunningGateway, id: string, name: string): Promise<void> {
      // Where the clock runs, a permit may come too late.
      while ((await nameAt(gateway, id).catch(() => null)) !== name);
    }

    async function endedCall(): Promise<[RunningGateway, RunningGateway, string]> {
      const [a, b] = await startReplicas({ takesEvents: false });
      const id = await placeCall(a, { name: 'first' });
      for (const { clock } of [a, b]) clock.advance(600_000);
      expect([await nameAt(a, id), await nameAt(b, id)]).toEqual(['first', 'first']);
      return [a, b, id];
    }

    test('on one replica is read again once the other changed it', async () => {
      const [a, b, id] = await endedCall();
      await rename(a, id, 'second');
      await untilNamed(b, id, 'second');
      expect(await nameAt(a, id)).toBe('second');
      await rename(b, id, 'third');
      await untilNamed(a, id, 'third');
    });

    test('is told on while Redis is away, and read again when it is back', async () => {
      const [a, b, id] = await endedCall();
      await redis.stop();
      await a.clock.runUntil(rename(a, id, 'second'));
      expect(await a.clock.runUntil(nameAt(a, id))).toBe('second');
      expect(await nameAt(b, id)).toBe('first');
      await redis.start();
      await b.clock.runUntil(untilNamed(b, id, 'second'));
    });
  });

  test('while Redis is away nobody is told that there is no such call, for it may be too new for Connect to show it', async () => {
    const a = await startTestGateway({ simulator: { consistencyDelayMs: 10_000 }, state: { redis: redis.address } });
    running.push(a);
    const id = await placeCall(a);
    await redis.stop();
    const following = await followed(a, id);
    await a.clock.runUntil(following.ended);
    expect(following.updates).toEqual([]);
    expect(following.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
    const { data, errors } = await a.clock.runUntil(a.ask('query($id: ID!) { contact(id: $id) { id } }', { id }));
    expect(data).toEqual({ contact: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
  });

  test('while Redis is away Connect is asked, and who follows still sees the end', async () => {
    const [a, b] = await startReplicas();
    const id = await placeCall(a);
    const [one, two] = await Promise.all([followed(a, id), followed(b, id)]);
    await Promise.all([one.when(() => true), two.when(() => true)]);
    await redis.stop();
    await run(Promise.all([one.ended, two.ended]));
    expect(one.updates.at(-1)).toMatchObject({ status: 'ENDED' });
    expect(two.updates.at(-1)).toMatchObject({ status: 'ENDED' });
  });
});
