import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TagContactCommand } from '@aws-sdk/client-connect';
import type { Redis } from 'ioredis';
import { seed } from '../../src/simulator/seed.js';
import { bodyOf, instanceArn } from '../events/contact-events.js';
import { follow, type FollowOptions, type Following } from '../support/follow.js';
import { elsewhere, placeCall, placeCallElsewhere } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';

let gateway: RunningGateway;
const followings: Following[] = [];

async function start(changes: GatewayChanges = {}): Promise<void> {
  gateway = await startTestGateway({ takesEvents: true, ...changes });
  if (gateway.config.events) await gateway.simulator.whenRequested('ReceiveMessage', 1);
}

async function followed(id: string, options?: FollowOptions): Promise<Following> {
  const following = await follow(gateway, id, options);
  followings.push(following);
  return following;
}

afterEach(async () => {
  await Promise.all(followings.splice(0).map((each) => each.stop()));
  await gateway.stop();
});

const described = () => gateway.simulator.requests().DescribeContact ?? 0;
const globex = { tenant: 'globex' };
/** Without events of its own the simulator leaves the queue to the test. */
const silent = { simulator: { eventsLost: 1 } } as const;

/** Puts events on the queue; resolves once they are dealt with. */
async function deliver(...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const received = gateway.simulator.requests().ReceiveMessage ?? 0;
    gateway.simulator.putMessage(body);
    await gateway.simulator.whenRequested('ReceiveMessage', received + 1);
  }
}

/** Lets time pass for everybody. */
async function pass(ms: number): Promise<void> {
  await gateway.clock.runUntil(
    new Promise<void>((resolve) => {
      gateway.clock.after(ms, resolve);
    }),
  );
}

const nowIso = () => new Date(gateway.clock.now()).toISOString();
const statusOf = async (id: string): Promise<unknown> => {
  const { data } = await gateway.ask<{ contact: { status: string } | null }, { id: string }>(
    'query ($id: ID!) { contact(id: $id) { status } }',
    { id },
  );
  return data?.contact?.status;
};

describe("another tenant's contact", () => {
  const fields = 'id instanceId status timeline { rawType at } queue { id } disconnectReason';

  test('is one null, however it is named, also while its own tenant follows it and events come', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    const own = await followed(theirs);
    await deliver(bodyOf('INITIATED', { contactId: theirs }, { time: nowIso() }));
    for (const instanceId of [undefined, seed.instanceId, seed.otherInstanceId, instanceArn, '', '__proto__']) {
      const following = await followed(theirs, {
        ...(instanceId === undefined ? {} : { instanceId }),
        as: globex,
        selection: fields,
      });
      await gateway.clock.runUntil(following.ended);
      expect(following.updates).toEqual([null]);
      expect(following.errors).toEqual([]);
    }
    const arn = await followed(`${instanceArn}/contact/${theirs}`, { as: globex, selection: fields });
    await gateway.clock.runUntil(arn.ended);
    expect(arn.updates).toEqual([null]);
    expect(own.updates.length).toBeGreaterThan(0);
  });

  test('cannot be told from one that nobody placed while Connect fails', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    gateway.simulator.inject({
      operation: 'DescribeContact',
      times: 2,
      status: 403,
      type: 'AccessDeniedException',
    });
    for (const id of [theirs, '00000000-0000-4000-8000-000000000000']) {
      const following = await followed(id, { as: globex, selection: fields });
      await gateway.clock.runUntil(following.ended.catch(() => undefined));
      expect(following.updates).toEqual([]);
      expect(following.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
    expect(described()).toBe(2);
  });

  test('does not show in the events of a contact with the same id in an instance of one’s own', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    await deliver(
      bodyOf(
        'QUEUED',
        { contactId: theirs, queueInfo: { queueArn: `${instanceArn}/queue/${seed.queues.sales}` } },
        { time: nowIso() },
      ),
    );
    const otherArn = instanceArn.replace(seed.instanceId, seed.otherInstanceId);
    await deliver(bodyOf('INITIATED', { contactId: theirs, instanceArn: otherArn }, { time: nowIso() }));
    const following = await followed(theirs, { instanceId: seed.otherInstanceId, as: globex, selection: fields });
    const first = await gateway.clock.runUntil(following.when(() => true));
    expect(first).toMatchObject({ status: 'INITIATED', queue: null, timeline: [{ rawType: 'INITIATED' }] });
    const { data } = await gateway.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Contact { ${fields} } } }`,
      {
        r: [
          { __typename: 'Contact', id: theirs },
          { __typename: 'Contact', id: theirs, instanceId: seed.instanceId },
        ],
      },
      globex,
    );
    expect(data).toEqual({ _entities: [first, null] });
  });

  test('an event that names two instances changes only the one that it is of', async () => {
    await start(silent);
    const theirs = await placeCall(gateway);
    const before = await statusOf(theirs);
    for (const contactId of [`${seed.instanceId}/${theirs}`, `../${seed.instanceId}/${theirs}`, `${theirs} `]) {
      await deliver(
        bodyOf('COMPLETED', { contactId, instanceArn: instanceArn.replace(seed.instanceId, seed.otherInstanceId) }),
      );
    }
    expect(await statusOf(theirs)).toBe(before);
    expect(gateway.simulator.messages()).toMatchObject({ inFlight: 3 });
  });
});

describe('nothing personal', () => {
  test('is in an update, a log or an error without contacts:pii, whatever an event holds', async () => {
    await start(silent);
    const id = await placeCall(gateway, { attributes: [{ key: 'secret', value: 'c4n4ry' }], name: 'c4n4ry' });
    const following = await followed(id, {
      as: { scopes: ['contacts:read'] },
      selection:
        'id status disconnectReason rawInitiationMethod rawAnsweringMachineDetectionStatus timeline { type rawType at source details { queueId disconnectReason rawAnsweringMachineDetectionStatus updatedProperties } }',
    });
    const personal = {
      contactId: id,
      customerEndpoint: { address: '+15557654321', type: 'TELEPHONE_NUMBER' },
      systemEndpoint: { address: '+15557654321' },
      agentInfo: { agentArn: `${instanceArn}/agent/${seed.users.ada}` },
      queueInfo: { queueArn: `${instanceArn}/queue/agent/${seed.users.ada}`, queueType: 'AGENT' },
      attributes: { secret: 'c4n4ry' },
      tags: { secret: 'c4n4ry' },
    };
    await deliver(
      bodyOf('INITIATED', personal, { time: nowIso() }),
      bodyOf('QUEUED', personal, { time: nowIso() }),
      bodyOf('CONTACT_DATA_UPDATED', { ...personal, updatedProperties: ['UserDefinedAttributes'] }, { time: nowIso() }),
      JSON.stringify({ detail: personal }),
    );
    await gateway.clock.runUntil(following.when((update) => JSON.stringify(update).includes('UserDefinedAttributes')));
    for (const text of [JSON.stringify(following.updates), JSON.stringify(following.errors), gateway.logged()]) {
      expect(text).not.toMatch(/c4n4ry|15557654321/);
      expect(text).not.toContain(seed.users.ada);
    }
  });
});

describe('an event that is broken or forged', () => {
  test.each([
    ['of a queue with an endless id', { queueInfo: { queueArn: `${instanceArn}/queue/${'a'.repeat(5_000)}` } }],
    ['of a queue with an id of 128 KB', { queueInfo: { queueArn: `${instanceArn}/queue/${'a'.repeat(131_072)}` } }],
    ['with a thousand long properties', { updatedProperties: Array.from({ length: 1_000 }, () => 'ü'.repeat(500)) }],
    ['with a text of spaces', { updatedProperties: [' '.repeat(100_000)], disconnectReason: ' '.repeat(100_000) }],
    [
      'with members of every object',
      { toString: 'x', constructor: {}, hasOwnProperty: [], queueInfo: { constructor: 1 } },
    ],
  ])('%s holds up no other', async (_what, detail) => {
    await start(silent);
    const id = await placeCall(gateway);
    await deliver(
      bodyOf('QUEUED', { contactId: id, ...detail }, { time: nowIso() }),
      bodyOf('CONTACT_DATA_UPDATED', { contactId: id, ...detail }, { time: nowIso() }),
    );
    // Nothing waits: neither clock has moved.
    await deliver(
      bodyOf('CONNECTED_TO_SYSTEM', { contactId: id, connectedToSystemTimestamp: nowIso() }, { time: nowIso() }),
    );
    expect(gateway.logged()).not.toContain('fails; trying on');
    expect(gateway.logged()).not.toContain('"bug"');
    expect(gateway.simulator.messages()).toMatchObject({ waiting: 0 });
  });

  test('from the future does not win over all that comes after it', async () => {
    await start(silent);
    const id = await placeCall(gateway);
    const queueArn = (queue: string) => `${instanceArn}/queue/${queue}`;
    await deliver(
      bodyOf('INITIATED', { contactId: id }, { time: nowIso() }),
      bodyOf(
        'CONTACT_DATA_UPDATED',
        { contactId: id, disconnectReason: 'FORGED', queueInfo: { queueArn: queueArn('forged') } },
        { time: '9999-12-31T23:59:59Z' },
      ),
      bodyOf(
        'QUEUED',
        { contactId: id, queueInfo: { queueArn: queueArn(seed.queues.sales), enqueueTimestamp: nowIso() } },
        { time: nowIso() },
      ),
    );
    const { data } = await gateway.ask(
      'query ($id: ID!) { contact(id: $id) { queue { id } disconnectReason timeline { rawType } } }',
      { id },
    );
    expect(data).toEqual({
      contact: {
        queue: { id: seed.queues.sales },
        disconnectReason: null,
        timeline: [{ rawType: 'INITIATED' }, { rawType: 'QUEUED' }],
      },
    });
  });

  test('from the future cannot push what happened out of the timeline, nor end the contact', async () => {
    await start(silent);
    const id = await placeCall(gateway);
    await deliver(bodyOf('INITIATED', { contactId: id }, { time: nowIso() }));
    await deliver(
      ...Array.from({ length: 65 }, (_, index) =>
        bodyOf(
          'CONTACT_DATA_UPDATED',
          { contactId: id },
          { time: `9999-12-31T23:00:${String(index % 60).padStart(2, '0')}.${String(index).padStart(3, '0')}Z` },
        ),
      ),
      bodyOf('DISCONNECTED', { contactId: id, disconnectTimestamp: '9999-12-31T23:59:59Z' }, { time: nowIso() }),
    );
    const { data } = await gateway.ask('query ($id: ID!) { contact(id: $id) { status timeline { rawType source } } }', {
      id,
    });
    expect(data).toEqual({
      contact: { status: 'INITIATED', timeline: [{ rawType: 'INITIATED', source: 'CONTACT_EVENT' }] },
    });
  });

  test('a flood of changes keeps the steps of the call, and a bounded timeline', async () => {
    await start(silent);
    const id = await placeCall(gateway);
    await deliver(bodyOf('INITIATED', { contactId: id }, { time: nowIso() }));
    const timeOf = (index: number) => new Date(gateway.clock.now() - 1_000 + index).toISOString();
    const following = await followed(id, { selection: 'status timeline { rawType }' });
    await following.when(() => true);
    await deliver(
      ...Array.from({ length: 300 }, (_, index) =>
        bodyOf('CONTACT_DATA_UPDATED', { contactId: id, updatedProperties: ['Tags'] }, { time: timeOf(index) }),
      ),
    );
    const { data } = await gateway.ask<{ contact: { timeline: { rawType: string }[] } }, { id: string }>(
      'query ($id: ID!) { contact(id: $id) { timeline { rawType } } }',
      { id },
    );
    const types = data!.contact.timeline.map(({ rawType }) => rawType);
    expect(types.length).toBeLessThanOrEqual(64 + 6);
    expect(types).toContain('INITIATED');
  });
});

describe('the status of a contact never moves back', () => {
  const life = ['INITIATED', 'RINGING', 'IN_FLOW', 'QUEUED', 'WITH_AGENT', 'AFTER_CONTACT_WORK', 'ENDED'];
  const rankOf = (status: unknown) => life.indexOf(String(status));

  test.each([5_000, 10_000, 30_000, 61_000])(
    'from a query to a subscription where events were lost, %i ms after it was placed',
    async (afterMs) => {
      await start(silent);
      const id = await placeCall(gateway);
      gateway.clock.advance(afterMs);
      const read = await statusOf(id);
      const following = await followed(id);
      const first = await gateway.clock.runUntil(following.when(() => true));
      expect(rankOf(first?.status)).toBeGreaterThanOrEqual(rankOf(read));
    },
  );

  test('from a query to a subscription where the first event heard of it comes late in its life', async () => {
    await start(silent);
    const id = await placeCallElsewhere(gateway);
    gateway.clock.advance(30_000);
    expect(await statusOf(id)).toBe('WITH_AGENT');
    await deliver(bodyOf('CONTACT_DATA_UPDATED', { contactId: id, updatedProperties: ['Tags'] }, { time: nowIso() }));
    const following = await followed(id);
    const first = await gateway.clock.runUntil(following.when(() => true));
    expect(first?.status).toBe('WITH_AGENT');
  });

  test('from a subscription to a query, when Connect shows an older state than the events told', async () => {
    await start({ simulator: { eventsLost: 1, consistencyDelayMs: 0 } });
    const id = await placeCall(gateway);
    const following = await followed(id);
    await following.when(() => true);
    await deliver(
      bodyOf(
        'CONNECTED_TO_AGENT',
        { contactId: id, agentInfo: { connectedToAgentTimestamp: nowIso() } },
        { time: nowIso() },
      ),
    );
    await following.when((update) => update?.status === 'WITH_AGENT');
    expect(await statusOf(id)).toBe('WITH_AGENT');
    await pass(20_000);
    expect(following.updates.map((update) => rankOf(update?.status))).toEqual(
      following.updates.map((update) => rankOf(update?.status)).sort((one, other) => one - other),
    );
  });
});

describe('news', () => {
  test('of a contact that Connect does not show yet is not answered with null while it is looked for', async () => {
    await start(silent);
    const id = await placeCallElsewhere(gateway);
    gateway.simulator.inject({
      operation: 'DescribeContact',
      status: 404,
      type: 'ResourceNotFoundException',
      delayMs: 1_000,
    });
    const following = await followed(id);
    await gateway.simulator.whenRequested('DescribeContact', 1);
    await deliver(bodyOf('INITIATED', { contactId: id }, { time: nowIso() }));
    await gateway.clock.runUntil(following.when(() => true));
    expect(following.updates[0]).toMatchObject({ id, status: 'INITIATED' });
  });

  test('of a change of data comes with the data as they are now', async () => {
    await start({ simulator: { eventDelayMs: 10 } });
    const id = await placeCall(gateway);
    const following = await followed(id, { selection: 'status tags { key value } timeline { rawType }' });
    await gateway.clock.runUntil(following.when((update) => update?.status === 'WITH_AGENT'));
    // Read just now, as a page does that shows the contact beside.
    await gateway.ask('query ($id: ID!) { contact(id: $id) { tags { key value } } }', { id });
    await elsewhere(gateway).send(
      new TagContactCommand({ InstanceId: seed.instanceId, ContactId: id, Tags: { costCenter: 'sales' } }),
    );
    const told = await gateway.clock.runUntil(
      following.when((update) => JSON.stringify(update?.timeline).includes('CONTACT_DATA_UPDATED')),
    );
    expect(told?.tags).toContainEqual({ key: 'costCenter', value: 'sales' });
  });

  test('of the agent names the agent, however soon after the queue', async () => {
    await start({ simulator: { eventDelayMs: 10, timings: { withAgentAtMs: 6_500 } } });
    const id = await placeCall(gateway);
    const following = await followed(id, { selection: 'status tags { key } agent { id }' });
    const told = await gateway.clock.runUntil(following.when((update) => update?.status === 'WITH_AGENT'));
    expect(told?.agent).not.toBeNull();
  });

  test.each([
    ['without events', { takesEvents: false }],
    ['with every event lost', silent],
  ] as [string, GatewayChanges][])('of a stop made here comes soon, %s', async (_how, changes) => {
    await start({
      ...changes,
      simulator: { ...changes.simulator, timings: { endsAtMs: 3_600_000, afterContactWorkMs: 0 } },
    });
    const id = await placeCall(gateway);
    const following = await followed(id);
    await gateway.clock.runUntil(following.when((update) => update?.status === 'WITH_AGENT'));
    await pass(60_000);
    // Just asked, so that nobody is to ask again for a while.
    const before = described();
    await gateway.clock.runUntil(gateway.simulator.whenRequested('DescribeContact', before + 1));
    await pass(100);
    await gateway.ask('mutation ($id: ID!) { stopContact(input: { contactId: $id }) { id } }', { id });
    gateway.clock.advance(5_000);
    await following.when((update) => update?.status === 'ENDED');
  });
});

describe('what it costs Connect', () => {
  test('to subscribe and leave over and over is no more than to query over and over', async () => {
    await start();
    const id = '00000000-0000-4000-8000-000000000000';
    for (let round = 0; round < 10; round += 1) await statusOf(id);
    const queries = described();
    for (let round = 0; round < 10; round += 1) {
      const following = await followed(id);
      await following.ended;
    }
    expect(described() - queries).toBeLessThanOrEqual(queries);
  });

  test('to follow one contact a hundred times is as much as once', async () => {
    await start({ takesEvents: false });
    const id = await placeCallElsewhere(gateway);
    const all = await Promise.all(Array.from({ length: 50 }, () => followed(id)));
    await Promise.all(all.map((each) => each.when(() => true)));
    expect(described()).toBe(1);
    await pass(4_000);
    expect(described()).toBeLessThanOrEqual(3);
  });
});

describe('a token', () => {
  test('that expires ends what it follows, before the next update of a contact that lives on', async () => {
    await start({ ...silent, simulator: { eventsLost: 1, timings: { endsAtMs: 3_600_000 } } });
    const id = await placeCall(gateway);
    const following = await followed(id, { selection: 'status timeline { rawType }' });
    await following.when(() => true);
    // With the tolerance that clocks are given.
    await pass(304_000);
    gateway.clock.advance(1_500);
    await deliver(bodyOf('CONTACT_DATA_UPDATED', { contactId: id }, { time: nowIso() }));
    await expect(gateway.clock.runUntil(following.ended)).rejects.toThrow('closed');
    expect(JSON.stringify(following.updates)).not.toContain('CONTACT_DATA_UPDATED');
  });
});

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
    await start({ ...silent, state: { redisUrl: redis.url } });
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
    await start({ state: { redisUrl: redis.url } });
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

test('a stop of the gateway ends all that is followed, also what is being looked for', async () => {
  await start({ takesEvents: false });
  const one = await followed(await placeCall(gateway));
  await gateway.clock.runUntil(one.when(() => true));
  const before = described();
  gateway.simulator.inject({ operation: 'DescribeContact', delayMs: 3_600_000 });
  const two = await followed(await placeCallElsewhere(gateway));
  await gateway.simulator.whenRequested('DescribeContact', before + 1);
  await gateway.stop();
  await expect(one.ended).rejects.toThrow('closed');
  await expect(two.ended).rejects.toThrow('closed');
  expect(two.updates).toEqual([]);
  expect(gateway.logged()).not.toContain('"bug"');
  await start();
});
