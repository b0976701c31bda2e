import { describe, expect, test } from '@jest/globals';
import { TagContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { bodyOf } from '../events/contact-events.js';
import { elsewhere, placeCall, placeCallElsewhere } from '../support/place-call.js';
import type { GatewayChanges } from '../support/start-gateway.js';
import { deliver, described, followed, gateway, nowIso, pass, silent, start, statusOf } from './follow-fixture.js';

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
