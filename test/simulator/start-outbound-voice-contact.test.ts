import { describe, expect, test } from '@jest/globals';
import { DescribeContactCommand, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import type { Contact, Reference, StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { defaultSeed, seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { shareSimulator } from './share-simulator.js';
import { callTo, simulatorUnderTest, startMs } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

type Changes = Partial<StartOutboundVoiceContactCommandInput>;

const person = '+12065550100';
const InstanceId = seed.instanceId;

let simulator: SimulatorUnderTest;
shareSimulator((started) => (simulator = started), { settings: { concurrentCampaignCalls: 5 } });

async function place(changes: Changes = {}, on = simulator): Promise<string> {
  const { ContactId } = await on.client.send(new StartOutboundVoiceContactCommand(callTo(person, changes)));
  return ContactId!;
}

async function placeAndDescribe(changes: Changes = {}, on = simulator): Promise<Contact> {
  const ContactId = await place(changes, on);
  const { Contact } = await on.client.send(new DescribeContactCommand({ InstanceId, ContactId }));
  return Contact!;
}

test('an accepted call answers nothing but its ContactId and is in the ledger.', async () => {
  const { $metadata, ...output } = await simulator.client.send(
    new StartOutboundVoiceContactCommand(callTo(person, { ClientToken: 'a', Attributes: { x: '1' } })),
  );
  expect($metadata.httpStatusCode).toBe(200);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(Object.keys(output)).toEqual(['ContactId']);
  expect(simulator.calls()).toEqual([
    {
      contactId: output.ContactId,
      instanceId: seed.instanceId,
      destination: person,
      callerId: seed.numbers.us.number,
      contactFlowId: seed.flows.salesOutbound,
      clientToken: 'a',
      trafficType: 'GENERAL',
      atMs: simulator.clock.now(),
      attributeCount: 1,
      referenceCount: 0,
      rings: 0,
      replays: 0,
    },
  ]);
});

const longKey = 'k'.repeat(16_384);
const detection = { EnableAnswerMachineDetection: true };
const refused: readonly (readonly [string, Changes, string])[] = [
  ['no destination', { DestinationPhoneNumber: undefined }, 'InvalidRequestException 400'],
  ['no flow', { ContactFlowId: undefined }, 'InvalidRequestException 400'],
  ['no instance', { InstanceId: undefined }, 'InvalidRequestException 400'],
  ['a number where a string belongs', { Name: 5 as unknown as string }, 'SerializationException 400'],
  [
    'a string where a number belongs',
    { RingTimeoutInSeconds: '30' as unknown as number },
    'SerializationException 400',
  ],
  ['a destination without +', { DestinationPhoneNumber: '12065550100' }, 'InvalidParameterException 400'],
  ['a destination with spaces', { DestinationPhoneNumber: '+1 206 555 0100' }, 'InvalidParameterException 400'],
  ['a destination of 16 digits', { DestinationPhoneNumber: '+1234567890123456' }, 'InvalidParameterException 400'],
  ['a source that is no number', { SourcePhoneNumber: 'Sales' }, 'InvalidParameterException 400'],
  ['an empty instance', { InstanceId: '' }, 'InvalidParameterException 400'],
  ['a flow of 501 characters', { ContactFlowId: 'f'.repeat(501) }, 'InvalidParameterException 400'],
  ['a token of 501 characters', { ClientToken: 't'.repeat(501) }, 'InvalidParameterException 400'],
  ['a name of 1,025 characters', { Name: 'n'.repeat(1_025) }, 'InvalidParameterException 400'],
  ['a description of 4,097 characters', { Description: 'd'.repeat(4_097) }, 'InvalidParameterException 400'],
  ['an unknown traffic type', { TrafficType: 'BULK' as 'GENERAL' }, 'InvalidParameterException 400'],
  ['a ring timeout of 14 s', { RingTimeoutInSeconds: 14 }, 'InvalidParameterException 400'],
  ['a ring timeout of 61 s', { RingTimeoutInSeconds: 61 }, 'InvalidParameterException 400'],
  ['an empty campaign', { CampaignId: '' }, 'InvalidParameterException 400'],
  ['a key with a dot', { Attributes: { 'a.b': '1' } }, 'InvalidParameterException 400'],
  ['32,769 bytes of attributes', { Attributes: { [longKey]: 'v'.repeat(16_385) } }, 'InvalidParameterException 400'],
  ['32,769 bytes in fewer characters', { Attributes: { k: 'é'.repeat(16_384) } }, 'InvalidParameterException 400'],
  ['an attached file', { References: { f: { Type: 'ATTACHMENT', Value: 'x' } } }, 'InvalidParameterException 400'],
  [
    'a reference without a type',
    { References: { f: { Value: 'x' } as unknown as Reference } },
    'InvalidRequestException 400',
  ],
  ['a date in words', { References: { d: { Type: 'DATE', Value: '2026-11-21' } } }, 'InvalidParameterException 400'],
  [
    '4,097 bytes of references',
    { References: { ab: { Type: 'STRING', Value: 'x'.repeat(4_095) } } },
    'InvalidParameterException 400',
  ],
  ['neither source nor queue', { QueueId: undefined }, 'InvalidRequestException 400'],
  ['detection in GENERAL traffic', { AnswerMachineDetectionConfig: detection }, 'InvalidRequestException 400'],
  ['a preview strategy', { OutboundStrategy: { Type: 'AGENT_FIRST' } }, 'AccessDeniedException 403'],
  ['an unknown instance', { InstanceId: 'nowhere' }, 'ResourceNotFoundException 404'],
  [
    'an ARN for an instance',
    { InstanceId: `arn:aws:connect:us-west-2:123456789012:instance/${InstanceId}` },
    'ResourceNotFoundException 404',
  ],
  ['an unknown flow', { ContactFlowId: 'nothing' }, 'ResourceNotFoundException 404'],
  ["another instance's flow", { ContactFlowId: seed.other.flows.reminder }, 'ResourceNotFoundException 404'],
  ['a flow that is not published', { ContactFlowId: seed.flows.draft }, 'InvalidRequestException 400'],
  ['a flow of another type', { ContactFlowId: seed.flows.holdMusic }, 'InvalidRequestException 400'],
  ['an unknown queue', { QueueId: 'nothing' }, 'ResourceNotFoundException 404'],
  ["another instance's queue", { QueueId: seed.other.queues.frontDesk }, 'ResourceNotFoundException 404'],
  ['a queue without a caller id', { QueueId: seed.agentQueues.ada }, 'InvalidRequestException 400'],
  ['a source of someone else', { SourcePhoneNumber: '+12065550199' }, 'InvalidParameterException 400'],
  ['an unknown related contact', { RelatedContactId: 'nothing' }, 'ResourceNotFoundException 404'],
  ['a UK mobile number', { DestinationPhoneNumber: '+447700900123' }, 'DestinationNotAllowedException 403'],
  ['a UK number that is blocked', { DestinationPhoneNumber: '+448081570192' }, 'DestinationNotAllowedException 403'],
  ['a German number', { DestinationPhoneNumber: '+493023125000' }, 'DestinationNotAllowedException 403'],
  ['a Jamaican number', { DestinationPhoneNumber: '+18765550100' }, 'DestinationNotAllowedException 403'],
];

test.each(refused)('%s is refused and places nothing.', async (_what, changes, expected) => {
  const { name, status, message } = await refusalOf(place(changes));
  expect(`${name} ${status ?? ''}`).toBe(expected);
  expect(message).not.toBe('');
  expect(simulator.calls()).toEqual([]);
});

test('a toll-free number cannot call another country.', async () => {
  const refusal = refusalOf(place({ QueueId: seed.queues.support, DestinationPhoneNumber: '+442079460123' }));
  await expect(refusal).resolves.toMatchObject({ name: 'InvalidRequestException' });
});

test.each([
  ['United States', '+12125550142'],
  ['Canada', '+14165550100'],
  ['Puerto Rico', '+17875550100'],
  ['Mexico', '+525550123456'],
  ['United Kingdom', '+442079460123'],
])('a number in %s may be called.', async (_country, destination) => {
  await expect(place({ DestinationPhoneNumber: destination })).resolves.toEqual(expect.any(String));
});

test('missing members are reported before wrong types, and wrong types before broken limits.', async () => {
  const broken = { Name: 5 as unknown as string, RingTimeoutInSeconds: 5 };
  const withoutFlow = await refusalOf(place({ ...broken, ContactFlowId: undefined }));
  const withFlow = await refusalOf(place(broken));
  expect(withoutFlow.message).toBe('ContactFlowId is required');
  expect(withFlow.message).toBe('Name must be a string');
});

test('all broken limits are named at once.', async () => {
  const { message } = await refusalOf(place({ RingTimeoutInSeconds: 5, CampaignId: '' }));
  expect(message).toContain('CampaignId');
  expect(message).toContain('RingTimeoutInSeconds');
});

test.each(['{', '[]', 'null', '"text"'])('the body %s is refused as not serialised well.', async (body) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=k/20261121/us-west-2/connect/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const url = `${simulator.url}/contact/outbound-voice`;
  const response = await fetch(url, { method: 'PUT', body, headers: { authorization } });
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
});

test('everything a call can be given comes back in its contact.', async () => {
  const contact = await placeAndDescribe({
    Name: 'Renewal',
    Description: 'Asks about the renewal',
    Attributes: { customerId: '42', __proto___: 'x' },
    CampaignId: 'autumn',
    TrafficType: 'CAMPAIGN',
    AnswerMachineDetectionConfig: { EnableAnswerMachineDetection: true, AwaitAnswerMachinePrompt: true },
    RingTimeoutInSeconds: 30,
  });
  expect(contact).toMatchObject({
    Arn: `arn:aws:connect:us-west-2:123456789012:instance/${InstanceId}/contact/${contact.Id!}`,
    InitialContactId: contact.Id,
    ContactAssociationId: contact.Id,
    InitiationMethod: 'API',
    Channel: 'VOICE',
    Name: 'Renewal',
    Description: 'Asks about the renewal',
    InitiationTimestamp: new Date(startMs),
    LastUpdateTimestamp: new Date(startMs),
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: person },
    SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: seed.numbers.us.number },
    Attributes: { customerId: '42', __proto___: 'x' },
    Campaign: { CampaignId: 'autumn' },
    SegmentAttributes: {
      'connect:Subtype': { ValueString: 'connect:Telephony' },
      'connect:Direction': { ValueString: 'OUTBOUND' },
    },
    Tags: { 'aws:connect:instanceId': InstanceId, 'aws:connect:systemEndpoint': seed.numbers.us.number },
  });
});

test('lengths count characters, not the halves of them.', async () => {
  const { Name } = await placeAndDescribe({ Name: '📞'.repeat(1_024) });
  expect(Name).toHaveLength(2_048);
});

test('attributes of exactly 32,768 bytes fit.', async () => {
  const { Attributes } = await placeAndDescribe({ Attributes: { k: 'v'.repeat(32_767) } });
  expect(Attributes?.k).toHaveLength(32_767);
});

test('an attribute named __proto__ is an attribute like any other.', async () => {
  const { Attributes } = await placeAndDescribe({
    Attributes: JSON.parse('{"__proto__":"x"}') as Record<string, string>,
  });
  expect(Object.entries(Attributes ?? {})).toEqual([['__proto__', 'x']]);
});

describe('caller id', () => {
  const bySource = { SourcePhoneNumber: seed.numbers.tollFree.number, QueueId: undefined };
  const byBoth = { SourcePhoneNumber: seed.numbers.tollFree.number, QueueId: seed.queues.sales };

  test('comes from the source number where there is no queue.', async () => {
    const { SystemEndpoint } = await placeAndDescribe(bySource);
    expect(SystemEndpoint?.Address).toBe(seed.numbers.tollFree.number);
  });

  test.each([
    ['queue', seed.numbers.us.number],
    ['source', seed.numbers.tollFree.number],
  ] as const)('comes from the %s where both are given and the switch says so.', async (callerIdWins, expected) => {
    const other = await simulatorUnderTest({ settings: { callerIdWins } });
    const { SystemEndpoint } = await placeAndDescribe(byBoth, other);
    expect(SystemEndpoint?.Address).toBe(expected);
    await other.stop();
  });
});

describe('a related contact', () => {
  test('gives its attributes and its tree; later changes stay with each.', async () => {
    const first = await place({ Attributes: { customerId: '42', language: 'en' } });
    const second = await placeAndDescribe({ RelatedContactId: first, Attributes: { language: 'es' } });
    expect(second.RelatedContactId).toBe(first);
    expect(second.ContactAssociationId).toBe(first);
    expect(second.Attributes).toEqual({ customerId: '42', language: 'es' });
  });

  test('counts with its attributes towards their limit.', async () => {
    const first = await place({ Attributes: { a: 'v'.repeat(30_000) } });
    const refusal = await refusalOf(place({ RelatedContactId: first, Attributes: { b: 'v'.repeat(3_000) } }));
    expect(refusal.name).toBe('InvalidParameterException');
  });
});

test('an instance without outbound calls permits none.', async () => {
  const [main] = defaultSeed.instances;
  const closed = { ...defaultSeed, instances: [{ ...main!, outboundCallsEnabled: false }] };
  const other = await simulatorUnderTest({ seed: closed });
  await expect(refusalOf(place({}, other))).resolves.toMatchObject({
    name: 'OutboundContactNotPermittedException',
    status: 403,
  });
  await other.stop();
});

test('a ring timeout outside campaigns is refused where the switch says so.', async () => {
  const other = await simulatorUnderTest({
    settings: { ringTimeoutOutsideCampaign: 'refused', concurrentCampaignCalls: 1 },
  });
  await expect(refusalOf(place({ RingTimeoutInSeconds: 30 }, other))).resolves.toMatchObject({
    name: 'InvalidRequestException',
  });
  await expect(place({ RingTimeoutInSeconds: 30, TrafficType: 'CAMPAIGN' }, other)).resolves.toEqual(
    expect.any(String),
  );
  await other.stop();
});

test('any country may be called where the switch says so.', async () => {
  const other = await simulatorUnderTest({ settings: { destinations: 'any' } });
  await expect(place({ DestinationPhoneNumber: '+493023125000' }, other)).resolves.toEqual(expect.any(String));
  await other.stop();
});

test('a preview strategy is kept where the switch allows it.', async () => {
  const other = await simulatorUnderTest({ settings: { outboundStrategy: 'allowed' } });
  const OutboundStrategy: StartOutboundVoiceContactCommandInput['OutboundStrategy'] = {
    Type: 'AGENT_FIRST',
    Config: {
      AgentFirst: {
        Preview: { PostAcceptTimeoutConfig: { DurationInSeconds: 10 }, AllowedUserActions: ['CALL', 'DISCARD'] },
      },
    },
  };
  const contact = await placeAndDescribe({ OutboundStrategy }, other);
  expect(contact.OutboundStrategy).toEqual(OutboundStrategy);
  await other.stop();
});
