import { describe, expect, test } from '@jest/globals';
import {
  StartOutboundVoiceContactCommand,
  StopContactCommand,
  TagContactCommand,
  UntagContactCommand,
  UpdateContactAttributesCommand,
  UpdateContactCommand,
} from '@aws-sdk/client-connect';
import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import type { Behaviour } from '../../src/simulator/magic-numbers.js';
import { seed } from '../../src/simulator/seed.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { sqsClient, takeEvents } from './events-queue.js';
import type { ReceivedEvent } from './events-queue.js';
import { shareSimulator } from './share-simulator.js';
import { callTo, campaign, numberOf, simulatorUnderTest, startMs } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;
const instanceArn = `arn:aws:connect:us-west-2:123456789012:instance/${InstanceId}`;
const delayMs = 300;
const sqs = sqsClient();

let simulator: SimulatorUnderTest;
shareSimulator((started) => (simulator = started), { settings: { concurrentCampaignCalls: 5 } });

async function place(
  name: Behaviour,
  changes: Partial<StartOutboundVoiceContactCommandInput> = {},
  on: SimulatorUnderTest = simulator,
): Promise<string> {
  return (await on.client.send(new StartOutboundVoiceContactCommand(callTo(numberOf(name), changes)))).ContactId!;
}

async function events(on: SimulatorUnderTest = simulator): Promise<readonly ReceivedEvent[]> {
  return (await takeEvents(sqs, on)).map(({ event }) => event);
}

const typesOf = (some: readonly ReceivedEvent[]): string[] => some.map(({ detail }) => detail.eventType);

async function withSimulator<T>(settings: SettingChanges, run: (other: SimulatorUnderTest) => Promise<T>): Promise<T> {
  const other = await simulatorUnderTest({
    settings: { concurrentCalls: 1_000, concurrentCampaignCalls: 5, ...settings },
  });
  try {
    return await run(other);
  } finally {
    await other.stop();
  }
}

const person = [
  ['INITIATED', 0],
  ['CONNECTED_TO_SYSTEM', 4],
  ['QUEUED', 6],
  ['CONNECTED_TO_AGENT', 9],
  ['DISCONNECTED', 60],
  ['COMPLETED', 75],
] as const;

function unanswered(seconds: number): readonly (readonly [string, number])[] {
  return [
    ['INITIATED', 0],
    ['DISCONNECTED', seconds],
    ['COMPLETED', seconds],
  ];
}

const lives: readonly (readonly [Behaviour, string, object, readonly (readonly [string, number])[], object])[] = [
  ['person', 'GENERAL', {}, person, { disconnectReason: 'CUSTOMER_DISCONNECT' }],
  [
    'person',
    'CAMPAIGN',
    campaign,
    person.map(([type, seconds]) => [type, type === 'CONNECTED_TO_SYSTEM' ? 5.5 : seconds]),
    { answeringMachineDetectionStatus: 'HUMAN_ANSWERED', campaign: { campaignId: 'autumn' } },
  ],
  [
    'person',
    'a flow that only plays a message',
    { ContactFlowId: seed.flows.deliveryNotice },
    [
      ['INITIATED', 0],
      ['CONNECTED_TO_SYSTEM', 4],
      ['DISCONNECTED', 20],
      ['COMPLETED', 20],
    ],
    { disconnectReason: 'CONTACT_FLOW_DISCONNECT' },
  ],
  [
    'voicemail-beep',
    'CAMPAIGN',
    campaign,
    [
      ['INITIATED', 0],
      ['CONNECTED_TO_SYSTEM', 5.5],
      ['DISCONNECTED', 20],
      ['COMPLETED', 20],
    ],
    { answeringMachineDetectionStatus: 'VOICEMAIL_BEEP', disconnectReason: 'CONTACT_FLOW_DISCONNECT' },
  ],
  ['voicemail-beep', 'GENERAL', {}, person, { disconnectReason: 'AGENT_DISCONNECT' }],
  ['busy', 'GENERAL', {}, unanswered(2), { disconnectReason: 'TELECOM_BUSY' }],
  ['busy', 'CAMPAIGN', campaign, unanswered(2), { answeringMachineDetectionStatus: 'SIT_TONE_BUSY' }],
  ['no-answer', 'GENERAL', {}, unanswered(61), { disconnectReason: 'TELECOM_TIMEOUT' }],
  ['no-answer', 'CAMPAIGN', campaign, unanswered(61), { answeringMachineDetectionStatus: 'AMD_UNANSWERED' }],
  ['invalid', 'GENERAL', {}, unanswered(2), { disconnectReason: 'TELECOM_NUMBER_INVALID' }],
  ['blocked', 'GENERAL', {}, unanswered(2), { disconnectReason: 'TELECOM_POTENTIAL_BLOCKING' }],
  [
    'hangs-up-in-queue',
    'GENERAL',
    {},
    [
      ['INITIATED', 0],
      ['CONNECTED_TO_SYSTEM', 4],
      ['QUEUED', 6],
      ['DISCONNECTED', 16],
      ['COMPLETED', 16],
    ],
    { disconnectReason: 'CUSTOMER_DISCONNECT', queueInfo: { queueType: 'STANDARD' } },
  ],
];

test.each(lives)(
  'a call to %s with %s sends its events in order, each when its moment comes.',
  async (name, _with, changes, expected, last) => {
    const placedAtMs = simulator.clock.now();
    const contactId = await place(name, changes);
    simulator.advance(400_000);
    const taken = await takeEvents(sqs, simulator);
    const arrivals = taken.map(({ event, arrivedAtMs }) => [
      event.detail.eventType,
      (arrivedAtMs - delayMs - placedAtMs) / 1_000,
    ]);
    expect(arrivals).toEqual(expected);
    expect(taken.every(({ event }) => event.detail.contactId === contactId)).toBe(true);
    expect(taken.at(-1)!.event.detail).toMatchObject(last);
  },
);

describe('an event', () => {
  test('is on the queue when the clock has passed its delay, not before.', async () => {
    await place('person');
    simulator.advance(delayMs - 1);
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
    simulator.advance(1);
    expect(simulator.messages()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  });

  test('tells all that its contact has come to, and nothing of what will be.', async () => {
    const at = (seconds: number): string => new Date(placedAtMs + seconds * 1_000).toISOString();
    const placedAtMs = simulator.clock.now();
    const contactId = await place('person', { Attributes: { secret: 'x' } });
    simulator.advance(100_000);
    const [initiated, connected, , withAgent, , completed] = await events();
    const known = {
      contactId,
      initialContactId: contactId,
      channel: 'VOICE',
      instanceArn,
      initiationMethod: 'API',
      initiationTimestamp: at(0),
      segmentAttributes: {
        'connect:Subtype': { ValueString: 'connect:Telephony' },
        'connect:Direction': { ValueString: 'OUTBOUND' },
      },
      tags: { 'aws:connect:instanceId': InstanceId, 'aws:connect:systemEndpoint': seed.numbers.us.number },
    };
    expect(initiated).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Amazon Connect Contact Event',
      source: 'aws.connect',
      account: '123456789012',
      time: `${at(0).slice(0, 19)}Z`,
      region: 'us-west-2',
      resources: [`${instanceArn}/contact/${contactId}`, instanceArn],
      detail: { ...known, eventType: 'INITIATED' },
    });
    expect(connected!.detail).toEqual({
      ...known,
      eventType: 'CONNECTED_TO_SYSTEM',
      connectedToSystemTimestamp: at(4),
    });
    const agent = {
      agentArn: `${instanceArn}/agent/${seed.users.ada}`,
      connectedToAgentTimestamp: at(9),
      agentInitiatedHoldDuration: 0,
    };
    const talking = {
      ...known,
      connectedToSystemTimestamp: at(4),
      queueInfo: {
        queueArn: `${instanceArn}/queue/${seed.queues.sales}`,
        queueType: 'STANDARD',
        enqueueTimestamp: at(6),
      },
    };
    expect(withAgent!.detail).toEqual({ ...talking, eventType: 'CONNECTED_TO_AGENT', agentInfo: agent });
    expect(completed!.detail).toEqual({
      ...talking,
      eventType: 'COMPLETED',
      disconnectTimestamp: at(60),
      disconnectReason: 'CUSTOMER_DISCONNECT',
      agentInfo: {
        ...agent,
        afterContactWorkStartTimestamp: at(60),
        afterContactWorkEndTimestamp: at(75),
        afterContactWorkDuration: 15,
      },
    });
  });

  test('of an answer waits for the verdict of detection, or for the stop that comes before it.', async () => {
    const placedAtMs = simulator.clock.now();
    const ContactId = await place('person', campaign);
    simulator.advance(5_000);
    await simulator.client.send(new StopContactCommand({ InstanceId, ContactId }));
    simulator.advance(100_000);
    const [, connected, disconnected] = await events();
    expect(connected!.detail).toMatchObject({
      eventType: 'CONNECTED_TO_SYSTEM',
      connectedToSystemTimestamp: new Date(placedAtMs + 4_000).toISOString(),
    });
    expect(connected!.detail).not.toHaveProperty('answeringMachineDetectionStatus');
    expect(connected!.detail).not.toHaveProperty('disconnectTimestamp');
    expect(disconnected!.detail).toMatchObject({ eventType: 'DISCONNECTED', disconnectReason: 'OTHER' });
  });

  test('of a connection carries the verdict on a dial that failed, where the switch says so.', async () => {
    await withSimulator({ verdictEvents: 'always' }, async (other) => {
      await place('busy', campaign, other);
      await place('busy', {}, other);
      await place('person', campaign, other);
      other.advance(4_300);
      const [connected] = (await events(other)).filter(({ detail }) => detail.eventType === 'CONNECTED_TO_SYSTEM');
      expect(connected!.detail).toMatchObject({ answeringMachineDetectionStatus: 'SIT_TONE_BUSY' });
      expect(connected!.detail).not.toHaveProperty('connectedToSystemTimestamp');
      other.advance(100_000);
      expect(typesOf(await events(other)).filter((type) => type === 'CONNECTED_TO_SYSTEM')).toHaveLength(1);
    });
  });
});

describe('a stop', () => {
  test.each([
    ['before the answer', 3, ['INITIATED', 'DISCONNECTED', 'COMPLETED'], 3],
    ['in the queue', 7, ['INITIATED', 'CONNECTED_TO_SYSTEM', 'QUEUED', 'DISCONNECTED', 'COMPLETED'], 7],
    ['while an agent talks, who works on afterwards', 30, person.map(([type]) => type), 45],
  ])('%s sends the end and nothing that no longer happens.', async (_when, seconds, types, completedAt) => {
    const placedAtMs = simulator.clock.now();
    const ContactId = await place('person');
    simulator.advance(seconds * 1_000);
    await simulator.client.send(new StopContactCommand({ InstanceId, ContactId }));
    simulator.advance(400_000);
    const taken = await takeEvents(sqs, simulator);
    expect(typesOf(taken.map(({ event }) => event))).toEqual(types);
    expect(taken.at(-1)!.arrivedAtMs).toBe(placedAtMs + completedAt * 1_000 + delayMs);
    expect(taken.at(-1)!.event.detail).toMatchObject({ disconnectReason: 'OTHER' });
  });

  test('does not take back an event that is on its way.', async () => {
    const ContactId = await place('person');
    simulator.advance(4_100);
    expect(simulator.messages().waiting).toBe(1);
    await simulator.client.send(new StopContactCommand({ InstanceId, ContactId }));
    simulator.advance(1_000);
    expect(typesOf(await events())).toEqual(['INITIATED', 'CONNECTED_TO_SYSTEM', 'DISCONNECTED', 'COMPLETED']);
  });
});

describe('a change from outside', () => {
  const changes = (ContactId: string) =>
    [
      [
        'UserDefinedAttributes',
        new UpdateContactAttributesCommand({ InstanceId, InitialContactId: ContactId, Attributes: { a: '1' } }),
      ],
      ['Tags', new TagContactCommand({ InstanceId, ContactId, Tags: { team: 'sales' } })],
      ['Tags', new UntagContactCommand({ InstanceId, ContactId, TagKeys: ['team'] })],
      [
        'Segment Attributes',
        new UpdateContactCommand({
          InstanceId,
          ContactId,
          SegmentAttributes: { 'connect:ContactExpiry': { ValueInteger: 1 } },
        }),
      ],
    ] as const;

  test.each([
    ['live', 10_000],
    ['over', 400_000],
  ])('of a contact that is %s is told with what was changed.', async (_state, ageMs) => {
    const ContactId = await place('person');
    simulator.advance(ageMs);
    await events();
    const tags: unknown[] = [];
    for (const [property, command] of changes(ContactId)) {
      await simulator.client.send(command as TagContactCommand);
      simulator.advance(delayMs);
      const [event, ...others] = await events();
      expect(others).toEqual([]);
      expect(event!.detail).toMatchObject({
        eventType: 'CONTACT_DATA_UPDATED',
        contactId: ContactId,
        updatedProperties: [property],
        connectedToSystemTimestamp: expect.any(String),
      });
      tags.push((event!.detail.tags as Record<string, string>).team);
    }
    expect(tags).toEqual([undefined, 'sales', undefined, undefined]);
  });

  test('that no event has a name for, or that changes nothing, is not told.', async () => {
    const ContactId = await place('person');
    simulator.advance(1_000);
    await events();
    await simulator.client.send(new UpdateContactCommand({ InstanceId, ContactId, Name: 'n', Description: 'd' }));
    await simulator.client.send(new UntagContactCommand({ InstanceId, ContactId, TagKeys: ['none'] }));
    simulator.advance(1_000);
    expect(await events()).toEqual([]);
  });
});

describe('the bus', () => {
  // What arrived, by the order of placing, so that runs can be compared.
  async function arrivals(settings: SettingChanges, calls = 20): Promise<readonly string[]> {
    return withSimulator(settings, async (other) => {
      const order: string[] = [];
      for (let count = 0; count < calls; count += 1) order.push(await place('person', {}, other));
      other.advance(400_000);
      return (await takeEvents(sqs, other)).map(
        ({ event, arrivedAtMs }) =>
          `${order.indexOf(event.detail.contactId)} ${event.detail.eventType} ${arrivedAtMs - startMs}`,
      );
    });
  }

  test('loses the given share, and with the same seed the same events.', async () => {
    const lossy = await arrivals({ eventsLost: 0.3 });
    expect(await arrivals({ eventsLost: 0.3 })).toEqual(lossy);
    expect(await arrivals({ eventsLost: 0.3, eventSeed: 2 })).not.toEqual(lossy);
    expect(lossy.length).toBeGreaterThan(120 * 0.5);
    expect(lossy.length).toBeLessThan(120 * 0.9);
    expect(await arrivals({ eventsLost: 1 })).toEqual([]);
  });

  test('doubles the given share; both copies are one event.', async () => {
    await withSimulator({ eventsDoubled: 1 }, async (other) => {
      await place('person', {}, other);
      other.advance(400_000);
      const all = await events(other);
      const copies = new Map<string, string[]>();
      for (const event of all) copies.set(event.id, [...(copies.get(event.id) ?? []), JSON.stringify(event)]);
      expect(copies.size).toBe(6);
      expect([...copies.values()].every((two) => two.length === 2 && two[0] === two[1])).toBe(true);
    });
    const some = await arrivals({ eventsDoubled: 0.5 });
    expect(await arrivals({ eventsDoubled: 0.5 })).toEqual(some);
    expect(some.length).toBeGreaterThan(120 * 1.3);
    expect(some.length).toBeLessThan(120 * 1.7);
  });

  test('lets later events overtake the given share, and loses none of them.', async () => {
    const inOrder = await arrivals({});
    const mixed = await arrivals({ eventsReordered: 0.5 });
    expect(await arrivals({ eventsReordered: 0.5 })).toEqual(mixed);
    const withoutTime = (all: readonly string[]): string[] => all.map((one) => one.replace(/ \d+$/, ''));
    expect(withoutTime(mixed)).not.toEqual(withoutTime(inOrder));
    expect(withoutTime(mixed).sort()).toEqual(withoutTime(inOrder).sort());
    const timeOf = new Map(inOrder.map((one) => [withoutTime([one])[0], Number(one.split(' ')[2])]));
    const lateByMs = mixed.map((one) => Number(one.split(' ')[2]) - timeOf.get(withoutTime([one])[0])!);
    const late = lateByMs.filter((ms) => ms !== 0);
    expect(late.length).toBeGreaterThan(120 * 0.3);
    expect(late.length).toBeLessThan(120 * 0.7);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...late)).toBeLessThanOrEqual(10_000);
  });

  test('takes as long as it is set to.', async () => {
    const [first] = await arrivals({ eventDelayMs: 1_234 }, 1);
    expect(first).toBe('0 INITIATED 1234');
  });

  test('forgets with a reset what was on its way and what lay on the queue.', async () => {
    await place('person');
    simulator.advance(4_200);
    expect(simulator.messages().waiting).toBe(1);
    simulator.reset();
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
    simulator.advance(400_000);
    expect(await events()).toEqual([]);
  });
});

test("events written as the documents' samples show every oddity, the same ones each time.", async () => {
  const written = async (): Promise<readonly string[]> =>
    withSimulator({ eventStyle: 'as-in-the-samples' }, async (other) => {
      const order: string[] = [];
      for (let count = 0; count < 10; count += 1) order.push(await place('person', count % 2 ? {} : campaign, other));
      other.advance(400_000);
      const all = await events(other);
      expect(all).toHaveLength(60);
      return all.map((event) => {
        const id = event.detail.contactId || (event.detail.ContactId as string);
        return JSON.stringify({ ...event, id: 0 }).replaceAll(id, String(order.indexOf(id)));
      });
    });
  const first = await written();
  expect(await written()).toEqual(first);
  const all = first.join('\n');
  for (const oddity of [
    '"detail-type":"Connect Customer Contact Event"',
    '"detail-type":"Amazon Connect Contact Event"',
    '"channel":"Voice"',
    '"channel":"VOICE"',
    '"AgentInfo":{"agentArn"',
    '"agentInfo":{"agentArn"',
    '"connectedToSystemTimestamp":"1970-01-01T00:00:00.001Z"',
    '{"connectedToAgentTimestamp":"1970-01-01T00:00:00.001Z"}',
    '"CustomerVoiceActivity":',
    '"customerVoiceActivity":',
    '"ContactId":',
    '"contactId":',
    '"routingCriteria":[]',
    '"routingCriteria":{',
  ]) {
    expect(all).toContain(oddity);
  }
});
