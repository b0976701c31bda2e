import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { detailsFrom, knownFrom, searchedDetailsFrom } from '../../src/contacts/contact-details.js';
import { AnsweringMachineDetectionStatus, Channel, InitiationMethod } from '../../src/contacts/contact-enums.js';
import { unnamedQueue } from '../../src/contacts/timeline/contact-facts.js';
import { factsFrom } from '../../src/contacts/timeline/contact-report.js';
import { standardQueueIdFrom } from '../../src/connect/ids.js';
import { mergeFacts } from '../../src/coordination/fact-merge.js';

/** What Connect may send although the SDK's types know nothing of it. */
const vendor = (contact: object): Contact => contact;

describe('a value newer than this gateway', () => {
  test.each<[string, Contact, object]>([
    [
      'of the initiation method',
      vendor({ InitiationMethod: 'CAMPAIGN_PREVIEW' }),
      { initiationMethod: 'UNKNOWN', rawInitiationMethod: 'CAMPAIGN_PREVIEW' },
    ],
    [
      'of machine detection',
      vendor({ AnsweringMachineDetectionStatus: 'AMD_NEWER' }),
      { answeringMachineDetectionStatus: 'UNKNOWN', rawAnsweringMachineDetectionStatus: 'AMD_NEWER' },
    ],
    [
      'that is named like a member of every object',
      vendor({ InitiationMethod: 'toString' }),
      { initiationMethod: 'UNKNOWN', rawInitiationMethod: 'toString' },
    ],
    ['of the channel', vendor({ Channel: 'FAX' }), { channel: 'UNKNOWN' }],
  ])('%s is UNKNOWN, with the raw one beside it', (_title, contact, expected) => {
    expect(detailsFrom(contact)).toMatchObject(expected);
  });
});

test.each<[string, object, 'initiationMethod' | 'answeringMachineDetectionStatus' | 'channel', string]>([
  ['initiation method', InitiationMethod, 'initiationMethod', 'InitiationMethod'],
  [
    'detection status',
    AnsweringMachineDetectionStatus,
    'answeringMachineDetectionStatus',
    'AnsweringMachineDetectionStatus',
  ],
  ['channel', Channel, 'channel', 'Channel'],
])('every %s that the schema has comes through as it is', (_title, known, member, wireMember) => {
  for (const value of Object.keys(known)) expect(detailsFrom(vendor({ [wireMember]: value }))[member]).toBe(value);
});

test('a contact that tells nothing has details that are all null, except for its status and an empty timeline', () => {
  const { status, timeline, ...others } = detailsFrom({});
  expect(status).toBe('INITIATED');
  expect(timeline).toEqual([]);
  expect([...new Set(Object.values(others))]).toEqual([null]);
});

test('moments that are written as unset are null wherever they stand', () => {
  const unset = new Date('1970-01-01T00:00:00.001Z');
  expect(
    detailsFrom({
      InitiationTimestamp: unset,
      ScheduledTimestamp: unset,
      LastUpdateTimestamp: unset,
      QueueInfo: { Id: 'q', EnqueueTimestamp: unset },
      CustomerVoiceActivity: { GreetingStartTimestamp: unset, GreetingEndTimestamp: unset },
      AgentInfo: { Id: 'a', AcceptedByAgentTimestamp: unset, AfterContactWorkEndTimestamp: unset },
      Recordings: [{ Location: 'bucket', StartTimestamp: unset, StopTimestamp: unset }],
    }),
  ).toMatchObject({
    initiationTimestamp: null,
    scheduledTimestamp: null,
    lastUpdateTimestamp: null,
    enqueueTimestamp: null,
    queue: { id: 'q', isStandard: false },
    customerVoiceActivity: { greetingStartTimestamp: null, greetingEndTimestamp: null },
    agentConnection: null,
    recordings: [{ location: 'bucket', startTimestamp: null, stopTimestamp: null }],
  });
});

test('what the simulator never fills comes through too', () => {
  expect(
    detailsFrom({
      CustomerId: 'crm-7',
      DisconnectDetails: { PotentialDisconnectIssue: 'AGENT_DEVICE_ISSUE' },
      QueueTimeAdjustmentSeconds: 30,
      PreviousContactId: 'previous',
      ScheduledTimestamp: new Date('2026-12-01T09:00:00Z'),
      QualityMetrics: { Agent: { Audio: { QualityScore: 4.2, PotentialQualityIssues: ['HighPacketLoss'] } } },
      AgentInfo: { AgentInitiatedHoldDuration: 12 },
    }),
  ).toMatchObject({
    customerId: 'crm-7',
    disconnectDetails: { potentialDisconnectIssue: 'AGENT_DEVICE_ISSUE' },
    queueTimeAdjustmentSeconds: 30,
    previousContactId: 'previous',
    scheduledTimestamp: new Date('2026-12-01T09:00:00Z'),
    qualityMetrics: {
      agentAudio: { qualityScore: 4.2, potentialQualityIssues: ['HighPacketLoss'] },
      customerAudio: null,
    },
    agentConnection: { agentInitiatedHoldDurationInSeconds: 12, connectedToAgentTimestamp: null },
  });
});

test('segment attributes of every kind become JSON', () => {
  const { segmentAttributes } = detailsFrom({
    SegmentAttributes: {
      text: { ValueString: '' },
      number: { ValueInteger: 0 },
      arn: { ValueArn: 'arn:aws:connect:us-west-2:123456789012:instance/i' },
      list: { ValueList: [{ ValueString: 'a' }, { ValueInteger: 2 }] },
      map: { ValueMap: { inner: { ValueMap: { innermost: { ValueString: 'x' } } } } },
      empty: {},
    },
  });
  expect(segmentAttributes).toEqual([
    { key: 'text', value: '' },
    { key: 'number', value: 0 },
    { key: 'arn', value: 'arn:aws:connect:us-west-2:123456789012:instance/i' },
    { key: 'list', value: ['a', 2] },
    { key: 'map', value: { inner: { innermost: 'x' } } },
    { key: 'empty', value: null },
  ]);
});

test('of the tags that Connect sets itself only the instance is told; every other tag stays', () => {
  const { tags } = detailsFrom({
    Tags: {
      'aws:connect:instanceId': 'i',
      'aws:connect:systemEndpoint': '+14255550100',
      'aws:connect:transferredFromEndpoint': '+14255550101',
      'aws:connect:newer': 'Ada',
      team: 'sales',
    },
  });
  expect(tags).toEqual([
    { key: 'aws:connect:instanceId', value: 'i' },
    { key: 'team', value: 'sales' },
  ]);
});

test.each([
  ['left out', undefined],
  ['empty', {}],
])('attributes that are %s are not known, which does not mean that there are none', (_title, attributes) => {
  expect(detailsFrom(attributes ? { Attributes: attributes } : {}).attributes).toBeNull();
});

test('a row of a search tells only what a search knows, so that everything else is still read', () => {
  const known = searchedDetailsFrom({ Id: 'c', Name: 'Order', InitiationMethod: 'API', QueueInfo: { Id: 'q' } });
  expect(known).toMatchObject({
    name: 'Order',
    initiationMethod: 'API',
    queue: { id: 'q', isStandard: false },
    agentId: null,
  });
  for (const member of [
    'status',
    'outcome',
    'disconnectReason',
    'customerEndpoint',
    'attributes',
    'relatedContactId',
  ]) {
    expect(known).not.toHaveProperty(member);
  }
});

describe('the queue, where facts and Connect tell of it', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, seconds));
  const sales = standardQueueIdFrom('arn:aws:connect:us-west-2:123456789012:instance/i/queue/sales')!;
  const silent = { moments: {}, texts: {}, isOver: false, hadAgent: false, isDescribed: false };
  const told = (queueId: typeof sales | typeof unnamedQueue, saidAt: Date) =>
    factsFrom({ ...silent, queueId, saidAt, moments: { enqueueTimestamp: at(1) } });
  const facts = (...all: ReturnType<typeof told>) => mergeFacts(new Map(), all).facts;
  const described = (Id: string, LastUpdateTimestamp: Date): Contact => ({ QueueInfo: { Id }, LastUpdateTimestamp });

  test.each([
    ['the same one, is known', facts(...told(sales, at(5))), described(sales, at(9)), { id: sales, isStandard: true }],
    [
      'another one earlier, is that of the facts',
      facts(...told(sales, at(9))),
      described('ada', at(5)),
      { id: sales, isStandard: true },
    ],
    [
      'another one later, is not known',
      facts(...told(sales, at(5))),
      described('ada', at(9)),
      { id: 'ada', isStandard: false },
    ],
    [
      'one that the facts do not name, is not known',
      facts(...told(unnamedQueue, at(9))),
      described('ada', at(5)),
      { id: 'ada', isStandard: false },
    ],
    ['none, is that of the facts', facts(...told(sales, at(5))), {}, { id: sales, isStandard: true }],
  ])('%s', (_title, known, contact, queue) => {
    expect(detailsFrom(contact, known).queue).toEqual(queue);
  });

  test('a move into a queue that facts do not name ends what they named, in whichever order they come', () => {
    for (const known of [
      facts(...told(sales, at(5)), ...told(unnamedQueue, at(9))),
      facts(...told(unnamedQueue, at(9)), ...told(sales, at(5))),
    ]) {
      expect(detailsFrom({}, known).queue).toBeNull();
      // Connect is asked, for those who may know it.
      expect(knownFrom({ facts: known, isLost: false })).not.toHaveProperty('queue');
    }
  });

  test('a name wins over none that was said at the same moment', () => {
    const known = facts(...told(unnamedQueue, at(5)), ...told(sales, at(5)));
    expect(knownFrom({ facts: known, isLost: false }).queue).toEqual({
      id: sales,
      isStandard: true,
    });
  });

  test('is not asked for before the contact entered one', () => {
    expect(knownFrom({ facts: new Map(), isLost: false }).queue).toBeNull();
  });
});
