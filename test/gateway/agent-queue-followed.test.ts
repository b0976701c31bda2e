import { afterEach, describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { adaId, agentQueueSeed, flowToAda } from '../support/agent-queue-seed.js';
import { follow, type Following } from '../support/follow.js';
import { placeCall } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';

/** Everything but personal data. */
const reader = { scopes: ['contacts:read', 'directory:read'] };
/** Personal data as well. */
const trusted = { scopes: ['contacts:read', 'contacts:pii', 'directory:read'] };
const selection =
  'status queue { id name } timeline { type details { queueId } } agentConnection { connectedToAgentTimestamp }';
const read = `query ($id: ID!) { contact(id: $id) { ${selection} } }`;
const timings = { endsAtMs: 30_000, afterContactWorkMs: 5_000 };

const running: RunningGateway[] = [];
const followings: Following[] = [];
afterEach(async () => {
  await Promise.all(followings.splice(0).map((each) => each.stop()));
  for (const gateway of running.splice(0).reverse()) await gateway.stop();
});

async function start(changes: GatewayChanges): Promise<RunningGateway> {
  const gateway = await startTestGateway({ seed: agentQueueSeed, simulator: { timings }, ...changes });
  running.push(gateway);
  return gateway;
}

async function followed(gateway: RunningGateway, id: string, as: typeof reader): Promise<Following> {
  const following = await follow(gateway, id, { selection, as });
  followings.push(following);
  return following;
}

/** Each gateway has a clock of its own. */
function run<T>(settled: Promise<T>): Promise<T> {
  return running.reduce((promise, { clock }) => clock.runUntil(promise), settled);
}

const queuesIn = ({ updates }: Following) => [
  ...new Set(updates.map((update) => (update?.queue as { id: string } | null)?.id)),
];

describe.each([
  ['with contact events', true],
  ['by asking Connect', false],
])('who follows a call into the own queue of an agent, %s', (_title, takesEvents) => {
  test('is told the queue with contacts:pii alone, whoever else follows', async () => {
    const gateway = await start({ takesEvents });
    const id = await placeCall(gateway, { contactFlowId: flowToAda });
    const [blind, seeing] = [await followed(gateway, id, reader), await followed(gateway, id, trusted)];
    await run(Promise.all([blind.ended, seeing.ended]));
    expect([...blind.errors, ...seeing.errors]).toEqual([]);
    expect(blind.updates.at(-1)).toMatchObject({ status: 'ENDED', queue: null });
    expect(JSON.stringify(blind.updates)).not.toContain(adaId);
    expect(seeing.updates.at(-1)).toMatchObject({ status: 'ENDED', queue: { id: adaId, name: `agent-${adaId}` } });
    const { body, data } = await gateway.ask(read, { id }, reader);
    expect(data).toMatchObject({ contact: { status: 'ENDED', queue: null } });
    expect(body).not.toContain(adaId);
    expect(gateway.logged()).not.toContain(adaId);
  });

  test('is told a standard queue without it', async () => {
    const gateway = await start({ takesEvents });
    const following = await followed(gateway, await placeCall(gateway), reader);
    await run(following.ended);
    expect(following.errors).toEqual([]);
    expect(queuesIn(following)).toEqual([undefined, seed.queues.sales]);
    expect(following.updates.at(-1)?.timeline).toContainEqual({
      type: 'QUEUED',
      details: { queueId: seed.queues.sales },
    });
  });
});

test('while the standard queues cannot be asked for, following goes on, and the queue is an error', async () => {
  const gateway = await start({ takesEvents: false });
  gateway.simulator.inject({ operation: 'SearchQueues', times: 1_000, status: 403, type: 'AccessDeniedException' });
  const following = await followed(gateway, await placeCall(gateway), reader);
  await run(following.ended);
  expect(following.updates.at(-1)).toMatchObject({ status: 'ENDED', queue: null });
  expect(following.errors[0]).toMatchObject({
    path: ['contactUpdated', 'queue'],
    extensions: { code: 'UPSTREAM_UNAVAILABLE' },
  });
});

describeOnRedis('two replicas on one Redis', () => {
  test.each([true, false])('neither tells nor shares the own queue of an agent; events: %s', async (takesEvents) => {
    const redis = await startRedis();
    try {
      const state = { redis: redis.address, replicas: 2 };
      const a = await start({ takesEvents, state });
      const b = await start({ takesEvents, state, besides: a });
      const own = await placeCall(a, { contactFlowId: flowToAda });
      const standard = await placeCall(a);
      const blind = await Promise.all([followed(a, own, reader), followed(b, own, reader)]);
      const seeing = await followed(b, own, trusted);
      const usual = await Promise.all([followed(a, standard, reader), followed(b, standard, reader)]);
      await run(Promise.all([...blind, seeing, ...usual].map(({ ended }) => ended)));
      for (const { updates } of blind) {
        expect(updates.at(-1)).toMatchObject({ status: 'ENDED', queue: null });
        expect(JSON.stringify(updates)).not.toContain(adaId);
      }
      expect(seeing.updates.at(-1)).toMatchObject({ queue: { id: adaId } });
      for (const { updates } of usual) expect(updates.at(-1)).toMatchObject({ queue: { id: seed.queues.sales } });
      const stored = await everythingIn(redis.url);
      expect(stored).toContain(own);
      expect(stored).toContain(seed.queues.sales);
      expect(stored).not.toContain(adaId);
    } finally {
      await Promise.all(followings.splice(0).map((each) => each.stop()));
      for (const gateway of running.splice(0).reverse()) await gateway.stop();
      await redis.close();
    }
  });

  test('what an earlier version shared of a queue is not told', async () => {
    const redis = await startRedis();
    try {
      const gateway = await start({ state: { redis: redis.address } });
      const id = await placeCall(gateway, { contactFlowId: flowToAda });
      gateway.clock.advance(7_000);
      await (await followed(gateway, id, reader)).when(() => true);
      const client = redisClient(redis.url);
      const [name = ''] = await client.keys('*timeline:*');
      await client.hset(name, 'queueId', `${gateway.clock.now()} ${adaId}`);
      await client.quit();
      const { body } = await gateway.ask(read, { id }, reader);
      expect(body).not.toContain(adaId);
      const following = await followed(gateway, id, reader);
      await following.when(() => true);
      expect(JSON.stringify(following.updates)).not.toContain(adaId);
    } finally {
      await Promise.all(followings.splice(0).map((each) => each.stop()));
      for (const gateway of running.splice(0).reverse()) await gateway.stop();
      await redis.close();
    }
  });
});

/** The names and values of all that is kept, as one text. */
async function everythingIn(url: string): Promise<string> {
  const client = redisClient(url);
  const parts: unknown[] = [];
  for (const name of await client.keys('*')) {
    const type = await client.type(name);
    const value =
      type === 'hash'
        ? await client.hgetall(name)
        : type === 'string'
          ? await client.get(name)
          : await client.dump(name);
    parts.push(name, value);
  }
  await client.quit();
  return JSON.stringify(parts);
}
