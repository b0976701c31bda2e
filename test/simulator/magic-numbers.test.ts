import { describe, expect, test } from '@jest/globals';
import { DescribeContactCommand, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import type { Contact, StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { magicNumbers } from '../../src/simulator/magic-numbers.js';
import type { Behaviour } from '../../src/simulator/magic-numbers.js';
import { defaultSeed, seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { shareSimulator } from './share-simulator.js';
import { callTo, campaign, numberOf, simulatorUnderTest, startMs } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;

let simulator: SimulatorUnderTest;
shareSimulator((started) => (simulator = started), { settings: { concurrentCampaignCalls: 5 } });

async function place(name: Behaviour, changes: Partial<StartOutboundVoiceContactCommandInput> = {}): Promise<string> {
  const command = new StartOutboundVoiceContactCommand(callTo(numberOf(name), changes));
  return (await simulator.client.send(command)).ContactId!;
}

// The contact at so many seconds after it was placed; the clock only goes forward.
async function contactAt(placedAtMs: number, seconds: number, ContactId: string): Promise<Contact> {
  simulator.advance(placedAtMs + seconds * 1_000 - simulator.clock.now());
  return (await simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId }))).Contact!;
}

// What a contact shows that it has reached, with its times in seconds after it was placed.
function journey(contact: Contact, placedAtMs: number): Record<string, unknown> {
  const seconds = (date: Date | undefined): number | undefined => date && (date.getTime() - placedAtMs) / 1_000;
  const { AgentInfo: agent } = contact;
  const entries = {
    ringing: seconds(contact.RingStartTimestamp),
    answered: seconds(contact.ConnectedToSystemTimestamp),
    detected: contact.AnsweringMachineDetectionStatus,
    queued: seconds(contact.QueueInfo?.EnqueueTimestamp),
    withAgent: seconds(agent?.ConnectedToAgentTimestamp),
    ended: seconds(contact.DisconnectTimestamp),
    reason: contact.DisconnectReason,
    workDone: seconds(agent?.AfterContactWorkEndTimestamp),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

test.each([...magicNumbers])(
  '$number ($name) is a number one could dial, in the range reserved for fiction.',
  ({ number }) => {
    const parsed = parsePhoneNumberWithError(number);
    expect([parsed.number, parsed.isPossible(), parsed.isValid()]).toEqual([number, true, true]);
    expect(number).toMatch(/^\+120655501\d\d$/);
  },
);

test('no magic number and no name is used twice.', () => {
  expect(new Set(magicNumbers.map(({ number }) => number)).size).toBe(magicNumbers.length);
  expect(new Set(magicNumbers.map(({ name }) => name)).size).toBe(magicNumbers.length);
});

test.each(defaultSeed.instances.flatMap(({ numbers }) => [...numbers]))(
  'the claimed number $number is valid, of its country, and not a magic one.',
  ({ number, country }) => {
    const parsed = parsePhoneNumberWithError(number);
    expect([parsed.isValid(), parsed.country]).toEqual([true, country]);
    expect(magicNumbers.map((magic) => magic.number)).not.toContain(number);
  },
);

const ends: readonly (readonly [Behaviour, string, object, object])[] = [
  [
    'person',
    'GENERAL',
    {},
    { answered: 4, queued: 6, withAgent: 9, ended: 60, reason: 'CUSTOMER_DISCONNECT', workDone: 75 },
  ],
  [
    'person',
    'CAMPAIGN',
    campaign,
    {
      ringing: 1,
      answered: 4,
      detected: 'HUMAN_ANSWERED',
      queued: 6,
      withAgent: 9,
      ended: 60,
      reason: 'CUSTOMER_DISCONNECT',
      workDone: 75,
    },
  ],
  [
    'person',
    'a flow that only plays a message',
    { ContactFlowId: seed.flows.deliveryNotice },
    { answered: 4, ended: 20, reason: 'CONTACT_FLOW_DISCONNECT' },
  ],
  [
    'voicemail-beep',
    'CAMPAIGN',
    campaign,
    { ringing: 1, answered: 4, detected: 'VOICEMAIL_BEEP', ended: 20, reason: 'CONTACT_FLOW_DISCONNECT' },
  ],
  [
    'voicemail-beep',
    'GENERAL',
    {},
    { answered: 4, queued: 6, withAgent: 9, ended: 60, reason: 'AGENT_DISCONNECT', workDone: 75 },
  ],
  [
    'voicemail-no-beep',
    'CAMPAIGN',
    campaign,
    { ringing: 1, answered: 4, detected: 'VOICEMAIL_NO_BEEP', ended: 20, reason: 'CONTACT_FLOW_DISCONNECT' },
  ],
  ['busy', 'GENERAL', {}, { ended: 2, reason: 'TELECOM_BUSY' }],
  ['busy', 'CAMPAIGN', campaign, { detected: 'SIT_TONE_BUSY', ended: 2, reason: 'TELECOM_BUSY' }],
  ['no-answer', 'GENERAL', {}, { ended: 61, reason: 'TELECOM_TIMEOUT' }],
  ['no-answer', 'a ring timeout', { RingTimeoutInSeconds: 15 }, { ended: 16, reason: 'TELECOM_TIMEOUT' }],
  ['no-answer', 'CAMPAIGN', campaign, { ringing: 1, detected: 'AMD_UNANSWERED', ended: 61, reason: 'TELECOM_TIMEOUT' }],
  ['invalid', 'GENERAL', {}, { ended: 2, reason: 'TELECOM_NUMBER_INVALID' }],
  [
    'invalid',
    'CAMPAIGN',
    campaign,
    { detected: 'SIT_TONE_INVALID_NUMBER', ended: 2, reason: 'TELECOM_NUMBER_INVALID' },
  ],
  ['blocked', 'GENERAL', {}, { ended: 2, reason: 'TELECOM_POTENTIAL_BLOCKING' }],
  ['blocked', 'CAMPAIGN', campaign, { detected: 'AMD_NOT_APPLICABLE', ended: 2, reason: 'TELECOM_POTENTIAL_BLOCKING' }],
  ['hangs-up-in-queue', 'GENERAL', {}, { answered: 4, queued: 6, ended: 16, reason: 'CUSTOMER_DISCONNECT' }],
  ['never-reaches-an-agent', 'GENERAL', {}, { answered: 4, queued: 6, ended: 306, reason: 'CUSTOMER_DISCONNECT' }],
];

test.each(ends)('the whole life of a call to %s with %s is as documented.', async (name, _with, changes, expected) => {
  const placedAtMs = simulator.clock.now();
  const id = await place(name, changes);
  const contact = await contactAt(placedAtMs, 400, id);
  expect(journey(contact, placedAtMs)).toEqual(expected);
});

describe('a call answered by a person', () => {
  test('shows at each moment what has happened, and nothing of what will.', async () => {
    const placedAtMs = simulator.clock.now();
    const id = await place('person', campaign);
    const soFar: unknown[] = [];
    for (const seconds of [0, 1, 4, 5.5, 6, 9, 60, 75]) {
      soFar.push(Object.keys(journey(await contactAt(placedAtMs, seconds, id), placedAtMs)));
    }
    const all = ['ringing', 'answered', 'detected', 'queued', 'withAgent', 'ended', 'reason', 'workDone'];
    expect(soFar).toEqual([0, 1, 2, 3, 4, 5, 7, 8].map((count) => all.slice(0, count)));
  });

  test('has its last update move with it.', async () => {
    const placedAtMs = simulator.clock.now();
    const id = await place('person');
    const updates: number[] = [];
    for (const seconds of [0.5, 5, 8, 30, 61, 80]) {
      const { LastUpdateTimestamp } = await contactAt(placedAtMs, seconds, id);
      updates.push((LastUpdateTimestamp!.getTime() - placedAtMs) / 1_000);
    }
    expect(updates).toEqual([0, 4, 6, 9, 60, 75]);
  });

  test('tells its agent, its greeting, its quality and its recording.', async () => {
    const placedAtMs = simulator.clock.now();
    const id = await place('person', campaign);
    const live = await contactAt(placedAtMs, 30, id);
    expect(live.Recordings).toBeUndefined();
    expect(live.QualityMetrics).toBeUndefined();
    expect(live.AgentInfo).toMatchObject({
      Id: seed.users.ada,
      StateTransitions: [{ State: 'CONNECTED', StateStartTimestamp: new Date(placedAtMs + 9_000) }],
    });
    const done = await contactAt(placedAtMs, 80, id);
    expect(done.CustomerVoiceActivity).toEqual({
      GreetingStartTimestamp: new Date(placedAtMs + 4_200),
      GreetingEndTimestamp: new Date(placedAtMs + 5_500),
    });
    expect(done.AgentInfo).toMatchObject({ AfterContactWorkDuration: 15, AgentInitiatedHoldDuration: 0 });
    expect(done.Recordings).toMatchObject([{ Status: 'AVAILABLE', StopTimestamp: done.DisconnectTimestamp }]);
    const score = done.QualityMetrics?.Agent?.Audio?.QualityScore;
    expect(score).toBeGreaterThanOrEqual(1);
    expect(score).toBeLessThanOrEqual(5);
  });

  test('reaches the agents of its queue in turn.', async () => {
    const agents: unknown[] = [];
    while (agents.length < 3) {
      const placedAtMs = simulator.clock.now();
      agents.push((await contactAt(placedAtMs, 10, await place('person'))).AgentInfo?.Id);
    }
    expect(agents).toEqual([seed.users.ada, seed.users.grace, seed.users.ada]);
  });
});

test('a number without magic is answered by a person.', async () => {
  const command = new StartOutboundVoiceContactCommand(callTo('+12125550142'));
  const placedAtMs = simulator.clock.now();
  const { ContactId } = await simulator.client.send(command);
  expect(journey(await contactAt(placedAtMs, 10, ContactId!), placedAtMs)).toEqual({
    answered: 4,
    queued: 6,
    withAgent: 9,
  });
});

test('ringing shows outside campaigns where the switch says so.', async () => {
  const other = await simulatorUnderTest({ settings: { ringStartTimestamp: 'always' } });
  const { ContactId } = await other.client.send(new StartOutboundVoiceContactCommand(callTo(numberOf('person'))));
  other.advance(1_000);
  const { Contact } = await other.client.send(new DescribeContactCommand({ InstanceId, ContactId }));
  expect(Contact?.RingStartTimestamp).toEqual(new Date(startMs + 1_000));
  await other.stop();
});

test('the steps of a call come when the timings say.', async () => {
  const other = await simulatorUnderTest({ settings: { timings: { queuedAtMs: 4_500, withAgentAtMs: 5_000 } } });
  const { ContactId } = await other.client.send(new StartOutboundVoiceContactCommand(callTo(numberOf('person'))));
  other.advance(5_000);
  const { Contact } = await other.client.send(new DescribeContactCommand({ InstanceId, ContactId }));
  expect(journey(Contact!, startMs)).toEqual({ answered: 4, queued: 4.5, withAgent: 5 });
  await other.stop();
});

describe('a number that the service does not serve', () => {
  test.each([
    ['destination-not-allowed', 'DestinationNotAllowedException', 403],
    ['not-permitted', 'OutboundContactNotPermittedException', 403],
    ['throttled-always', 'TooManyRequestsException', 429],
    ['fails-always', 'InternalServiceException', 500],
  ] as const)('%s answers %s with %i, again and again, and no phone rings.', async (number, name, status) => {
    const refuse = () => refusalOf(place(number, { ClientToken: 'same' }));
    expect([await refuse(), await refuse()]).toMatchObject([
      { name, status },
      { name, status },
    ]);
    expect(simulator.calls()).toEqual([]);
  });

  test.each([
    ['throttled-once', 'TooManyRequestsException', 429],
    ['fails-once', 'InternalServiceException', 500],
  ] as const)(
    '%s answers %s with %i once for each ClientToken, then places the call.',
    async (number, name, status) => {
      for (const ClientToken of ['first', 'second']) {
        await expect(refusalOf(place(number, { ClientToken }))).resolves.toMatchObject({ name, status });
        await place(number, { ClientToken });
      }
      expect(simulator.calls().map(({ clientToken }) => clientToken)).toEqual(['first', 'second']);
    },
  );
});

test('a lost answer is a placed call, which the same ClientToken finds again.', async () => {
  const changes = { ClientToken: 'lost' };
  await expect(place('answer-lost', changes)).rejects.toThrow('socket hang up');
  const [call] = simulator.calls();
  await expect(place('answer-lost', changes)).resolves.toBe(call!.contactId);
  expect(simulator.calls()).toMatchObject([{ contactId: call!.contactId, replays: 1 }]);
});

test('a slow call is placed at once and answered when the clock says; its ClientToken answers without waiting.', async () => {
  const changes = { ClientToken: 'slow' };
  let answer: string | undefined;
  const pending = place('slow', changes).then((id) => (answer = id));
  await simulator.whenRequested('StartOutboundVoiceContact', 1);
  simulator.advance(4_999);
  const again = await place('slow', changes);
  expect(answer).toBeUndefined();
  simulator.advance(1);
  await expect(pending).resolves.toBe(again);
  expect(simulator.calls()).toHaveLength(1);
});
