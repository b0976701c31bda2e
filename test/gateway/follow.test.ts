import { describe, expect, test } from '@jest/globals';
import { StopContactCommand, UpdateContactAttributesCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import type { Following, Update } from '../support/follow.js';
import { elsewhere, placeCall, placeCallElsewhere } from '../support/place-call.js';
import type { GatewayChanges } from '../support/start-gateway.js';
import { described, followed, gateway, start } from './follow-fixture.js';

const life = ['INITIATED', 'IN_FLOW', 'QUEUED', 'WITH_AGENT', 'AFTER_CONTACT_WORK', 'ENDED'];

function statusesOf({ updates }: Following): (string | undefined)[] {
  return updates.map((update) => update?.status).filter((status, index, all) => status !== all[index - 1]);
}

describe('following a call that reaches an agent', () => {
  test('tells each step as it comes, asks Connect once, at the end, while events come, and completes with the contact', async () => {
    await start({ simulator: { eventDelayMs: 0, timings: { endsAtMs: 15_000, afterContactWorkMs: 5_000 } } });
    const id = await placeCall(gateway);
    const following = await followed(id, {
      selection:
        'id instanceId status outcome disconnectReason queue { id } timeline { type source details { queueId } }',
    });
    // Each is seen before the next one comes, however long that takes.
    for (const [stepMs, status] of [
      [0, 'INITIATED'],
      [4_000, 'IN_FLOW'],
      [2_000, 'QUEUED'],
      [3_000, 'WITH_AGENT'],
      [6_000, 'AFTER_CONTACT_WORK'],
      [5_000, 'ENDED'],
    ] as const) {
      gateway.clock.advance(stepMs);
      await following.when((update) => update?.status === status);
    }
    await gateway.clock.runUntil(following.ended);
    expect(following.errors).toEqual([]);
    expect(statusesOf(following)).toEqual(life);
    expect(following.updates.at(-1)).toEqual({
      id,
      instanceId: seed.instanceId,
      status: 'ENDED',
      outcome: 'ANSWERED',
      disconnectReason: 'CUSTOMER_DISCONNECT',
      queue: { id: seed.queues.sales },
      timeline: [
        { type: 'INITIATED', source: 'CONTACT_EVENT', details: null },
        { type: 'CONNECTED_TO_SYSTEM', source: 'CONTACT_EVENT', details: null },
        { type: 'QUEUED', source: 'CONTACT_EVENT', details: { queueId: seed.queues.sales } },
        { type: 'CONNECTED_TO_AGENT', source: 'CONTACT_EVENT', details: null },
        { type: 'DISCONNECTED', source: 'CONTACT_EVENT', details: { queueId: null } },
        { type: 'COMPLETED', source: 'CONTACT_EVENT', details: null },
      ],
    });
    expect(described()).toBe(1);
    expect(gateway.simulator.messages()).toMatchObject({ waiting: 0, dead: 0 });
  });

  test.each<[string, GatewayChanges]>([
    ['without a queue', { takesEvents: false }],
    ['with every event lost', { simulator: { eventsLost: 1 } }],
  ])('%s it is read from Connect, once for all who follow', async (_title, changes) => {
    await start(changes);
    const id = await placeCall(gateway);
    const [one, two] = await Promise.all([followed(id), followed(id)]);
    await gateway.clock.runUntil(Promise.all([one.ended, two.ended]));
    expect(statusesOf(one).at(-1)).toBe('ENDED');
    expect(statusesOf(two)).toEqual(statusesOf(one));
    expect(life.filter((status) => statusesOf(one).includes(status))).toEqual(statusesOf(one));
    // A minute and a quarter, at growing intervals.
    expect(described()).toBeGreaterThan(2);
    expect(described()).toBeLessThan(30);
  });

  test('whatever is lost, doubled and out of order, the status only moves on, to the same end', async () => {
    await start({ simulator: { eventsLost: 0.3, eventsDoubled: 0.5, eventsReordered: 0.5 } });
    const ids = await Promise.all(Array.from({ length: 8 }, () => placeCall(gateway)));
    const all = await Promise.all(ids.map((id) => followed(id, { selection: 'status timeline { type }' })));
    await gateway.clock.runUntil(Promise.all(all.map(({ ended }) => ended)));
    for (const following of all) {
      const statuses = statusesOf(following);
      expect(life.filter((status) => statuses.includes(status))).toEqual(statuses);
      expect(following.updates.at(-1)).toMatchObject({
        status: 'ENDED',
        timeline: ['INITIATED', 'CONNECTED_TO_SYSTEM', 'QUEUED', 'CONNECTED_TO_AGENT', 'DISCONNECTED', 'COMPLETED'].map(
          (type) => ({ type }),
        ),
      });
    }
  });
});

describe('who comes later', () => {
  test('sees where the contact is, and what happened before', async () => {
    await start();
    const id = await placeCall(gateway);
    const first = await followed(id);
    await gateway.clock.runUntil(first.when((update) => update?.status === 'WITH_AGENT'));
    const second = await followed(id, { selection: 'status timeline { type }' });
    const seen = await second.when(() => true);
    expect(seen).toMatchObject({
      status: 'WITH_AGENT',
      timeline: [
        { type: 'INITIATED' },
        { type: 'CONNECTED_TO_SYSTEM' },
        { type: 'QUEUED' },
        { type: 'CONNECTED_TO_AGENT' },
      ],
    });
  });

  test.each([true, false])('sees one that is over once, and is done (with events: %s)', async (takesEvents) => {
    await start({ takesEvents });
    const id = await placeCallElsewhere(gateway);
    gateway.clock.advance(600_000);
    const following = await followed(id, { selection: 'status outcome disconnectReason' });
    await gateway.clock.runUntil(following.ended);
    expect(following.updates).toEqual([
      { status: 'ENDED', outcome: 'ANSWERED', disconnectReason: 'CUSTOMER_DISCONNECT' },
    ]);
  });

  test.each([
    ['that nobody placed', () => '00000000-0000-4000-8000-000000000000', {}],
    ['of another tenant', () => placeCallElsewhere(gateway, true), {}],
    ["of another tenant's instance", () => placeCallElsewhere(gateway, true), { instanceId: seed.otherInstanceId }],
    ['with an id that is none', () => '../../etc', {}],
  ])('gets one null for a contact %s', async (_title, placed, options) => {
    await start();
    const following = await followed(await placed(), options);
    await gateway.clock.runUntil(following.ended);
    expect(following.updates).toEqual([null]);
    expect(following.errors).toEqual([]);
  });

  test('is told of nothing personal without the scope for it', async () => {
    await start();
    const id = await placeCall(gateway);
    const following = await followed(id, {
      selection: 'customerEndpoint { address }',
      as: { scopes: ['contacts:read'] },
    });
    await following.ended;
    expect(following.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['contacts:pii'] } }]);
    expect(following.updates).toEqual([]);
  });
});

test('a change of its data is an update of a call, whoever made it', async () => {
  await start();
  const id = await placeCall(gateway);
  const following = await followed(id, { selection: 'status timeline { type details { updatedProperties } }' });
  await gateway.clock.runUntil(following.when((update) => update?.status === 'QUEUED'));
  await elsewhere(gateway).send(
    new UpdateContactAttributesCommand({
      InstanceId: seed.instanceId,
      InitialContactId: id,
      Attributes: { vip: 'yes' },
    }),
  );
  const changed = { type: 'CONTACT_DATA_UPDATED', details: { updatedProperties: ['UserDefinedAttributes'] } };
  const hasChange = (update: Update | null) => JSON.stringify(update).includes(JSON.stringify(changed));
  await gateway.clock.runUntil(following.when(hasChange));
  await elsewhere(gateway).send(new StopContactCommand({ InstanceId: seed.instanceId, ContactId: id }));
  await gateway.clock.runUntil(following.ended);
  expect(following.updates.at(-1)).toMatchObject({ status: 'ENDED' });
});

test('what a query reads and what a subscription tells come from the same state', async () => {
  await start();
  const id = await placeCall(gateway);
  const following = await followed(id);
  await gateway.clock.runUntil(following.when((update) => update?.status === 'WITH_AGENT'));
  // Connect is eventually consistent: it shows less than its events told already.
  gateway.simulator.inject({ operation: 'DescribeContact', status: 404, type: 'ResourceNotFoundException' });
  const { data } = await gateway.ask<{ contact: object }, { id: string }>(
    'query($id: ID!) { contact(id: $id) { status outcome timeline { type source } } }',
    {
      id,
    },
  );
  expect(data?.contact).toMatchObject({ status: 'WITH_AGENT', outcome: 'ANSWERED' });
});

test('who follows a call is told no less than a query was, though no event came yet', async () => {
  await start({ simulator: { ringStartTimestamp: 'always', eventDelayMs: 3_000 } });
  const id = await placeCall(gateway);
  const before = await followed(id);
  await before.when((update) => update?.status === 'INITIATED');
  gateway.clock.advance(1_500);
  const { data } = await gateway.ask<{ contact: object }, { id: string }>(
    'query($id: ID!) { contact(id: $id) { status } }',
    { id },
  );
  expect(data?.contact).toEqual({ status: 'RINGING' });
  const after = await followed(id);
  expect(await after.when(() => true)).toMatchObject({ status: 'RINGING' });
  const next = await gateway.clock.runUntil(before.when((update) => update?.status !== 'INITIATED'));
  expect(next).toMatchObject({ status: 'RINGING' });
});

test('after news the silence is short again, however long it was before', async () => {
  // Asked after 2 s and so on, every 15 s in the end: an agent takes it while the silence is that long.
  await start({
    takesEvents: false,
    simulator: { timings: { withAgentAtMs: 120_000, endsAtMs: 400_000 } },
  });
  const id = await placeCall(gateway);
  const following = await followed(id);
  await gateway.clock.runUntil(following.when((update) => update?.status === 'WITH_AGENT'));
  const asked = described();
  gateway.clock.advance(5_000);
  await gateway.simulator.whenRequested('DescribeContact', asked + 1);
});

test('a slow Connect and many who follow leave half of its quota to everybody else', async () => {
  await start({
    takesEvents: false,
    connect: { quotas: new Map([['StartOutboundVoiceContact', { ratePerSecond: 1_000, burst: 1_000 }]]) },
  });
  const ids = await Promise.all(Array.from({ length: 60 }, () => placeCallElsewhere(gateway)));
  const all = await Promise.all(ids.map((id) => followed(id)));
  await gateway.clock.runUntil(Promise.all(all.map((each) => each.when(() => true))));
  const before = described();
  const startMs = gateway.clock.now();
  await gateway.clock.runUntil(
    new Promise<void>((resolve) => {
      gateway.clock.after(20_000, resolve);
    }),
  );
  const seconds = (gateway.clock.now() - startMs) / 1_000;
  // Half of 10 a second, half of the burst of 15, and the four that were on their way.
  expect(described() - before).toBeLessThanOrEqual(seconds * 5 + 7 + 4);
  expect(described() - before).toBeGreaterThan(40);
});
