import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import {
  PlaceCallDocument,
  ReadContactDocument,
  ReadContactsDocument,
  ReadRelationsDocument,
  ReadTreeDocument,
  type WholeContactFragment,
} from '../support/generated/operations.js';
import { callInput, placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

const unknownId = '00000000-0000-4000-8000-000000000000';

async function readContact(id: string): Promise<WholeContactFragment | null | undefined> {
  const { data, errors } = await gateway.ask(ReadContactDocument, { id });
  expect(errors).toBeUndefined();
  return data?.contact;
}

describe('every field of a contact that Connect fills', () => {
  let startMs: number;
  const second = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString();

  function justPlaced(id: string): Omit<WholeContactFragment, '__typename'> {
    return {
      id,
      instanceId: seed.instanceId,
      arn: `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}/contact/${id}`,
      status: 'INITIATED',
      outcome: null,
      initiationMethod: 'API',
      rawInitiationMethod: 'API',
      channel: 'VOICE',
      name: 'Order A-1001',
      description: 'Asked to be called back',
      initiationTimestamp: second(0),
      ringStartTimestamp: null,
      connectedToSystemTimestamp: null,
      enqueueTimestamp: null,
      disconnectTimestamp: null,
      scheduledTimestamp: null,
      lastUpdateTimestamp: second(0),
      disconnectReason: null,
      disconnectDetails: null,
      answeringMachineDetectionStatus: null,
      rawAnsweringMachineDetectionStatus: null,
      customerVoiceActivity: null,
      customerEndpoint: { type: 'TELEPHONE_NUMBER', address: '+12065550100', displayName: null },
      systemEndpoint: { type: 'TELEPHONE_NUMBER', address: seed.numbers.us.number, displayName: null },
      customerId: null,
      campaign: null,
      queuePriority: null,
      queueTimeAdjustmentSeconds: null,
      agentConnection: null,
      qualityMetrics: null,
      recordings: null,
      segmentAttributes: [
        { key: 'connect:Subtype', value: 'connect:Telephony' },
        { key: 'connect:Direction', value: 'OUTBOUND' },
      ],
      tags: [{ key: 'aws:connect:instanceId', value: seed.instanceId }],
    };
  }

  test('of an ordinary call, from its start to the end of the work on it', async () => {
    startMs = gateway.clock.now();
    const id = await placeCall(gateway, { name: 'Order A-1001', description: 'Asked to be called back' });
    const initiated = justPlaced(id);
    expect(await readContact(id)).toEqual(initiated);

    // It rings, but Connect tells that of campaign calls only.
    gateway.clock.advance(2_000);
    expect(await readContact(id)).toEqual({ ...initiated, lastUpdateTimestamp: second(1) });

    gateway.clock.advance(2_000);
    const inFlow = {
      ...initiated,
      status: 'IN_FLOW',
      outcome: 'ANSWERED',
      connectedToSystemTimestamp: second(4),
      lastUpdateTimestamp: second(4),
    };
    expect(await readContact(id)).toEqual(inFlow);

    gateway.clock.advance(2_000);
    const queued = {
      ...inFlow,
      status: 'QUEUED',
      enqueueTimestamp: second(6),
      queuePriority: 5,
      lastUpdateTimestamp: second(6),
    };
    expect(await readContact(id)).toEqual(queued);

    gateway.clock.advance(3_000);
    const withAgent = {
      ...queued,
      status: 'WITH_AGENT',
      agentConnection: {
        acceptedByAgentTimestamp: null,
        connectedToAgentTimestamp: second(9),
        agentInitiatedHoldDurationInSeconds: 0,
        afterContactWorkStartTimestamp: null,
        afterContactWorkEndTimestamp: null,
        afterContactWorkDurationInSeconds: null,
      },
      lastUpdateTimestamp: second(9),
    };
    expect(await readContact(id)).toEqual(withAgent);

    gateway.clock.advance(51_000);
    const working = {
      ...withAgent,
      status: 'AFTER_CONTACT_WORK',
      agentConnection: { ...withAgent.agentConnection, afterContactWorkStartTimestamp: second(60) },
      disconnectTimestamp: second(60),
      disconnectReason: 'CUSTOMER_DISCONNECT',
      lastUpdateTimestamp: second(60),
      qualityMetrics: {
        agentAudio: { qualityScore: expect.any(Number), potentialQualityIssues: [] },
        customerAudio: null,
      },
      recordings: [
        {
          storageType: 'S3',
          location: expect.stringContaining(`${id}.wav`),
          mediaStreamType: 'AUDIO',
          participantType: 'ALL',
          status: 'AVAILABLE',
          deletionReason: null,
          startTimestamp: second(9),
          stopTimestamp: second(60),
        },
      ],
    };
    expect(await readContact(id)).toEqual(working);

    gateway.clock.advance(15_000);
    expect(await readContact(id)).toEqual({
      ...working,
      status: 'ENDED',
      agentConnection: {
        ...working.agentConnection,
        afterContactWorkEndTimestamp: second(75),
        afterContactWorkDurationInSeconds: 15,
      },
      lastUpdateTimestamp: second(75),
    });
  });

  test('of a campaign call with machine detection, which also tells when it rings', async () => {
    startMs = gateway.clock.now();
    const id = await placeCall(gateway, {
      name: 'Order A-1001',
      description: 'Asked to be called back',
      trafficType: 'CAMPAIGN',
      campaignId: 'spring',
      answerMachineDetectionConfig: { enableAnswerMachineDetection: true },
    });
    const initiated = { ...justPlaced(id), campaign: { campaignId: 'spring' } };
    expect(await readContact(id)).toEqual(initiated);

    gateway.clock.advance(1_500);
    const ringing = {
      ...initiated,
      status: 'RINGING',
      ringStartTimestamp: second(1),
      lastUpdateTimestamp: second(1),
    };
    expect(await readContact(id)).toEqual(ringing);

    gateway.clock.advance(4_000);
    expect(await readContact(id)).toEqual({
      ...ringing,
      status: 'IN_FLOW',
      outcome: 'ANSWERED',
      connectedToSystemTimestamp: second(4),
      answeringMachineDetectionStatus: 'HUMAN_ANSWERED',
      rawAnsweringMachineDetectionStatus: 'HUMAN_ANSWERED',
      customerVoiceActivity: { greetingStartTimestamp: second(4.2), greetingEndTimestamp: second(5.5) },
      lastUpdateTimestamp: second(5.5),
    });
  });
});

describe('a list of ids', () => {
  test('is answered in its order, with null for what is not there and the same contact as often as it is named', async () => {
    const [first, second] = [await placeCall(gateway), await placeCall(gateway)];
    gateway.clock.advance(5_000);
    const { data, errors } = await gateway.ask(ReadContactsDocument, { ids: [second, unknownId, first, second] });
    expect(errors).toBeUndefined();
    expect(data?.contacts.map((contact) => contact?.id ?? null)).toEqual([second, null, first, second]);
    expect(gateway.simulator.requests()).toMatchObject({ DescribeContact: 3 });
  });

  test('of nothing is an answer of nothing', async () => {
    const { data } = await gateway.ask(ReadContactsDocument, { ids: [] });
    expect(data).toEqual({ contacts: [] });
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('has at most 100', async () => {
    const ids = Array.from({ length: 101 }, (_, count) => `id-${count}`);
    const { errors, data } = await gateway.ask(ReadContactsDocument, { ids });
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'ids', rule: 'arrayMaxSize', message: expect.any(String) }],
    });
    expect(gateway.simulator.requests()).toEqual({});
    const most = await gateway.ask(ReadContactsDocument, { ids: ids.slice(1) });
    expect(most.data?.contacts).toEqual(Array(100).fill(null));
  });

  test('keeps what stands where one of them fails', async () => {
    const [first, second] = [await placeCall(gateway), await placeCall(gateway)];
    gateway.simulator.inject({ operation: 'DescribeContact', status: 403, type: 'AccessDeniedException' });
    const { data, errors } = await gateway.ask(ReadContactsDocument, { ids: [first, second] });
    expect(data?.contacts.filter((contact) => contact === null)).toHaveLength(1);
    expect(data?.contacts.filter((contact) => contact?.status === 'INITIATED')).toHaveLength(1);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path).toEqual(['contacts', data?.contacts.findIndex((contact) => contact === null)]);
  });
});

test.each([
  ['nothing', ''],
  ['a blank', ' '],
  ['a dot', '.'],
  ['two dots', '..'],
  ['a path', '../../instance'],
  ['a slash', 'a/b'],
  ['an encoded slash', 'a%2Fb'],
  ['encoded dots', '%2e%2e'],
  ['a query', 'a?b'],
  ['a fragment', 'a#b'],
  ['a line break', 'a\nb'],
  ['a null byte', 'a\u0000b'],
  ['full-width letters', 'ａｂｃ'],
  ['a dash in front', '-abc'],
  ['an ARN', 'arn:aws:connect:us-west-2:123456789012:instance/i/contact/c'],
  ['257 characters', 'x'.repeat(257)],
  ['5,000 characters', 'x'.repeat(5_000)],
])('a malformed id names nothing, and Connect never sees it: %s', async (_title, id) => {
  const one = await gateway.ask(ReadContactDocument, { id });
  const many = await gateway.ask(ReadContactsDocument, { ids: [id] });
  expect(one).toMatchObject({ status: 200, data: { contact: null } });
  expect(many).toMatchObject({ status: 200, data: { contacts: [null] } });
  expect([one.errors, many.errors]).toEqual([undefined, undefined]);
  expect(gateway.simulator.requests()).toEqual({});
});

test('an id of 256 characters is asked for', async () => {
  expect(await readContact('x'.repeat(256))).toBeNull();
  expect(gateway.simulator.requests()).toEqual({ DescribeContact: 1 });
});

test('an id that Connect does not take for one names nothing either', async () => {
  gateway.simulator.inject({ operation: 'DescribeContact', status: 400, type: 'InvalidParameterException' });
  expect(await readContact('not-a-uuid')).toBeNull();
});

describe('a contact that Connect does not show yet', () => {
  let late: RunningGateway;
  beforeAll(async () => {
    late = await startTestGateway({ simulator: { consistencyDelayMs: 20_000 } });
  });
  afterAll(() => late.stop());

  test('is there for the one who placed it, and fills up once Connect shows it', async () => {
    const id = await placeCall(late, { attributes: [{ key: 'orderId', value: 'A-1001' }] });
    const soon = await late.ask(ReadRelationsDocument, { id });
    expect(soon.errors).toBeUndefined();
    expect(soon.data?.contact).toEqual({
      id,
      status: 'INITIATED',
      queue: null,
      agent: null,
      contactFlow: {
        id: seed.flows.salesOutbound,
        instanceId: seed.instanceId,
        name: 'Sales outbound',
        type: 'CONTACT_FLOW',
      },
      attributes: null,
      references: null,
      relatedContact: null,
      previousContact: null,
      initialContact: null,
    });
    const tree = await late.ask(ReadTreeDocument, { id, first: 5 });
    expect(tree).toMatchObject({ data: { contact: { associatedContacts: null } } });
    expect(tree.errors).toBeUndefined();

    late.clock.advance(20_000);
    const then = await late.ask(ReadRelationsDocument, { id });
    expect(then.data?.contact).toMatchObject({
      status: 'WITH_AGENT',
      attributes: [{ key: 'orderId', value: 'A-1001' }],
      references: [],
    });
  });

  test('is nothing to others, and an id that nobody placed is nothing at all', async () => {
    const id = await placeCall(late);
    for (const [asked, tenant] of [
      [id, 'globex'],
      [unknownId, 'acme'],
    ] as const) {
      const { data, errors } = await late.ask(ReadContactDocument, { id: asked }, { tenant });
      expect({ data, errors }).toEqual({ data: { contact: null }, errors: undefined });
    }
  });

  test('is there also where Connect calls the request invalid for so young a contact', async () => {
    const id = await placeCall(late);
    late.simulator.inject({ operation: 'DescribeContact', status: 400, type: 'InvalidRequestException' });
    const { data } = await late.ask(ReadContactDocument, { id });
    expect(data?.contact).toMatchObject({ id, status: 'INITIATED', channel: 'VOICE' });
  });
});

test('the answer to a mutation loads what the placing did not know', async () => {
  const input = callInput({ allowRepeat: true });
  const known = await gateway.ask(PlaceCallDocument, { input });
  expect(known.errors).toBeUndefined();
  const { data, errors } = await gateway.ask<{ startOutboundVoiceContact: object | null }, { input: typeof input }>(
    `mutation ($input: StartOutboundVoiceContactInput!) {
       startOutboundVoiceContact(input: $input) { arn systemEndpoint { address } initiationTimestamp }
     }`,
    { input },
  );
  expect(errors).toBeUndefined();
  expect(data?.startOutboundVoiceContact).toEqual({
    arn: expect.stringMatching(/^arn:aws:connect:us-west-2:/),
    systemEndpoint: { address: seed.numbers.us.number },
    initiationTimestamp: new Date(gateway.clock.now()).toISOString(),
  });
  expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 2, DescribeContact: 1 });
});
