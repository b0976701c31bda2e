import { afterEach, describe, expect, test } from '@jest/globals';
import {
  DescribeContactCommand,
  DescribeInstanceCommand,
  DescribeQueueCommand,
  SearchContactsCommand,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import type { Contact, StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { refusalOf } from './refusal-of.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;

let simulator: SimulatorUnderTest;
afterEach(() => simulator.stop());

async function start(settings: SettingChanges): Promise<void> {
  simulator = await simulatorUnderTest({ settings });
}

async function place(changes: Partial<StartOutboundVoiceContactCommandInput> = {}): Promise<string> {
  const command = new StartOutboundVoiceContactCommand(callTo('+12065550100', changes));
  return (await simulator.client.send(command)).ContactId!;
}

async function describeContact(ContactId: string): Promise<Contact> {
  return (await simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId }))).Contact!;
}

// How many of so many requests, sent one after another at one moment of the clock, are served.
async function servedOf(count: number, send: () => Promise<unknown>): Promise<number> {
  let served = 0;
  for (let sent = 0; sent < count; sent++) {
    await send().then(
      () => (served += 1),
      () => undefined,
    );
  }
  return served;
}

describe('rates', () => {
  test('start with the burst of 5 and refill with 2 a second, as Connect documents for placing calls.', async () => {
    await start({ rates: {}, concurrentCalls: 100 });
    expect(await servedOf(8, () => place())).toBe(5);
    simulator.advance(1_000);
    expect(await servedOf(8, () => place())).toBe(2);
    simulator.advance(60_000);
    expect(await servedOf(8, () => place())).toBe(5);
  });

  test('are kept for each operation, over all instances.', async () => {
    await start({ rates: {} });
    const describeQueue = (): Promise<unknown> =>
      simulator.client.send(new DescribeQueueCommand({ InstanceId, QueueId: seed.queues.sales }));
    expect(await servedOf(5, describeQueue)).toBe(5);
    const there = { InstanceId: seed.otherInstanceId, QueueId: seed.other.queues.frontDesk };
    const refusal = await refusalOf(simulator.client.send(new DescribeQueueCommand(there)));
    expect(refusal).toMatchObject({ name: 'ThrottlingException', status: 429 });
    await expect(place()).resolves.toEqual(expect.any(String));
  });

  test.each([
    [
      'SearchContacts',
      1,
      () =>
        new SearchContactsCommand({
          InstanceId,
          TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(0), EndTime: new Date(1) },
        }),
    ],
    ['DescribeInstance', 5, () => new DescribeInstanceCommand({ InstanceId })],
  ] as const)('give %s a burst of %i.', async (_operation, burst, command) => {
    await start({ rates: {} });
    expect(await servedOf(20, () => simulator.client.send(command() as DescribeInstanceCommand))).toBe(burst);
  });

  test('give reads of a contact a burst of 15.', async () => {
    await start({ rates: {} });
    const id = await place();
    expect(await servedOf(20, () => describeContact(id))).toBe(15);
  });

  test('are answered with TooManyRequestsException where ThrottlingException is not modelled.', async () => {
    await start({
      rates: { StartOutboundVoiceContact: { perSecond: 1, burst: 0 }, DescribeInstance: { perSecond: 1, burst: 0 } },
    });
    await expect(refusalOf(place())).resolves.toMatchObject({ name: 'TooManyRequestsException', status: 429 });
    const describeInstance = simulator.client.send(new DescribeInstanceCommand({ InstanceId }));
    await expect(refusalOf(describeInstance)).resolves.toMatchObject({ name: 'TooManyRequestsException', status: 429 });
  });

  test.each([
    ['before', 0],
    ['after', 3],
  ] as const)('apply %s a repeated ClientToken is recognised.', async (throttleReplays, served) => {
    await start({ throttleReplays, rates: { StartOutboundVoiceContact: { perSecond: 1, burst: 1 } } });
    await place({ ClientToken: 'a' });
    expect(await servedOf(3, () => place({ ClientToken: 'a' }))).toBe(served);
  });
});

describe('concurrent calls', () => {
  test('are 10 by default; one that ends or is stopped makes room.', async () => {
    await start({});
    const ids = [];
    for (let count = 0; count < 10; count++) ids.push(await place());
    await expect(refusalOf(place())).resolves.toMatchObject({ name: 'LimitExceededException', status: 429 });
    await simulator.client.send(new StopContactCommand({ InstanceId, ContactId: ids[0] }));
    await place();
    await expect(refusalOf(place())).resolves.toMatchObject({ name: 'LimitExceededException' });
    simulator.advance(60_000);
    expect(await servedOf(20, () => place())).toBe(10);
  });

  test('are counted for each instance.', async () => {
    await start({ concurrentCalls: 1 });
    await place();
    const there = {
      InstanceId: seed.otherInstanceId,
      ContactFlowId: seed.other.flows.reminder,
      QueueId: seed.other.queues.frontDesk,
    };
    await expect(place(there)).resolves.toEqual(expect.any(String));
  });

  test('refuse a repeated ClientToken too, unless quotas come after it.', async () => {
    await start({ concurrentCalls: 1 });
    await place({ ClientToken: 'a' });
    await expect(refusalOf(place({ ClientToken: 'a' }))).resolves.toMatchObject({ name: 'LimitExceededException' });
  });

  test('over the quota fail as accepted calls where the switch says so.', async () => {
    await start({ concurrentCalls: 0, concurrencyLimit: 'failed-call' });
    const id = await place();
    simulator.advance(2_000);
    expect(await describeContact(id)).toMatchObject({
      DisconnectReason: 'OTHER',
      DisconnectTimestamp: expect.any(Date),
    });
  });

  test('of campaigns are none by default, whatever room there is for others.', async () => {
    await start({});
    const refusal = await refusalOf(place({ TrafficType: 'CAMPAIGN' }));
    expect(refusal).toMatchObject({ name: 'LimitExceededException', status: 429 });
  });

  test('of campaigns count apart once their quota is raised.', async () => {
    await start({ concurrentCampaignCalls: 1 });
    await place({ TrafficType: 'CAMPAIGN' });
    await expect(refusalOf(place({ TrafficType: 'CAMPAIGN' }))).resolves.toMatchObject({
      name: 'LimitExceededException',
    });
    await expect(place()).resolves.toEqual(expect.any(String));
  });
});

test('a contact becomes visible when the service has become consistent; its ClientToken answers before.', async () => {
  await start({ consistencyDelayMs: 2_000 });
  const id = await place({ ClientToken: 'a' });
  simulator.advance(1_999);
  await expect(refusalOf(describeContact(id))).resolves.toMatchObject({
    name: 'ResourceNotFoundException',
    status: 404,
  });
  expect(await place({ ClientToken: 'a' })).toBe(id);
  simulator.advance(1);
  expect((await describeContact(id)).Id).toBe(id);
});
