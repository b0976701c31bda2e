import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  SearchContactsCommand,
  StartOutboundVoiceContactCommand,
  TagContactCommand,
  paginateSearchContacts,
} from '@aws-sdk/client-connect';
import type {
  SearchContactsCommandInput,
  SearchContactsCommandOutput,
  StartOutboundVoiceContactCommandInput,
} from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { callTo, simulatorUnderTest, startMs } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;
const hour = 3_600_000;

let simulator: SimulatorUnderTest;

// Four calls a minute apart, all ended, and a fifth that is under way.
beforeAll(async () => {
  simulator = await simulatorUnderTest();
  const calls: Partial<StartOutboundVoiceContactCommandInput>[] = [
    { Name: 'Sales talk', Attributes: { customerId: '1', language: 'en' } },
    {
      Name: 'Support talk',
      ContactFlowId: seed.flows.supportCallback,
      Attributes: { customerId: '2', language: 'en' },
    },
    { Name: 'Notice', ContactFlowId: seed.flows.deliveryNotice, Attributes: { customerId: '2' } },
    { Name: 'Busy', DestinationPhoneNumber: '+12065550103' },
    { Name: 'Live' },
  ];
  for (const call of calls) {
    const command = new StartOutboundVoiceContactCommand(callTo('+12065550100', call));
    const { ContactId } = await simulator.client.send(command);
    if (call.Name === 'Notice') {
      await simulator.client.send(new TagContactCommand({ InstanceId, ContactId, Tags: { team: 'logistics' } }));
    }
    simulator.advance(60_000);
  }
  simulator.advance(-59_000);
});
afterAll(() => simulator.stop());

function search(changes: Partial<SearchContactsCommandInput> = {}): Promise<SearchContactsCommandOutput> {
  return simulator.client.send(new SearchContactsCommand(request(changes)));
}

function request(changes: Partial<SearchContactsCommandInput>): SearchContactsCommandInput {
  return {
    InstanceId,
    TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(startMs), EndTime: new Date(startMs + hour) },
    ...changes,
  };
}

async function found(SearchCriteria: SearchContactsCommandInput['SearchCriteria']): Promise<unknown[]> {
  const { Contacts } = await search({ SearchCriteria });
  return Contacts!.map(({ Name }) => Name).sort();
}

test('a search lists ended contacts, newest first, with their number.', async () => {
  const { Contacts, TotalCount, NextToken } = await search();
  expect(Contacts?.map(({ Name }) => Name)).toEqual(['Busy', 'Notice', 'Support talk', 'Sales talk']);
  expect([TotalCount, NextToken]).toEqual([4, undefined]);
});

test('an item has only the members that a search shows.', async () => {
  const { Contacts } = await search({ SearchCriteria: { QueueIds: [seed.queues.sales] } });
  const [contact] = Contacts!;
  expect(contact).toEqual({
    Arn: expect.stringMatching(`/contact/${contact!.Id!}$`),
    Id: expect.any(String),
    InitialContactId: contact!.Id,
    InitiationMethod: 'API',
    Channel: 'VOICE',
    QueueInfo: { Id: seed.queues.sales, EnqueueTimestamp: new Date(startMs + 6_000) },
    AgentInfo: { Id: seed.users.ada, ConnectedToAgentTimestamp: new Date(startMs + 9_000) },
    InitiationTimestamp: new Date(startMs),
    DisconnectTimestamp: new Date(startMs + 60_000),
    Name: 'Sales talk',
    SegmentAttributes: expect.objectContaining({ 'connect:Subtype': { ValueString: 'connect:Telephony' } }),
    Tags: { 'aws:connect:instanceId': InstanceId, 'aws:connect:systemEndpoint': seed.numbers.us.number },
  });
});

test('a search lists contacts in progress where the switch says so.', async () => {
  const other = await simulatorUnderTest({ settings: { searchLiveContacts: 'listed' } });
  await other.client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100')));
  const { TotalCount } = await other.client.send(new SearchContactsCommand(request({})));
  expect(TotalCount).toBe(1);
  await other.stop();
});

const all = ['Busy', 'Notice', 'Sales talk', 'Support talk'];
const range = (Type: 'ENQUEUE_TIMESTAMP', from: number, to: number) => ({
  Type,
  StartTime: new Date(startMs + from),
  EndTime: new Date(startMs + to),
});
const criteria: readonly (readonly [string, SearchContactsCommandInput['SearchCriteria'], readonly string[]])[] = [
  ['the voice channel', { Channels: ['VOICE'] }, all],
  ['another channel', { Channels: ['CHAT'] }, []],
  ['calls by API', { InitiationMethods: ['API', 'INBOUND'] }, all],
  ['calls from outside', { InitiationMethods: ['INBOUND'] }, []],
  ['a queue', { QueueIds: [seed.queues.support] }, ['Support talk']],
  ['an agent', { AgentIds: [seed.users.alan, seed.users.ada] }, ['Sales talk', 'Support talk']],
  ['a word in the name', { Name: { SearchText: ['talk', 'sales'], MatchType: 'MATCH_ALL' } }, ['Sales talk']],
  ['one of two words', { Name: { SearchText: ['notice', 'busy'], MatchType: 'MATCH_ANY' } }, ['Busy', 'Notice']],
  ['the whole name', { Name: { SearchText: ['busy', 'talk'], MatchType: 'MATCH_EXACT' } }, ['Busy']],
  ['none of the words', { Name: { SearchText: ['talk'], MatchType: 'MATCH_NONE' } }, ['Busy', 'Notice']],
  [
    'an attribute',
    { SearchableContactAttributes: { Criteria: [{ Key: 'customerId', Values: ['2', '3'] }] } },
    ['Notice', 'Support talk'],
  ],
  [
    'all of two attributes',
    {
      SearchableContactAttributes: {
        Criteria: [
          { Key: 'customerId', Values: ['2'] },
          { Key: 'language', Values: ['en'] },
        ],
        MatchType: 'MATCH_ALL',
      },
    },
    ['Support talk'],
  ],
  [
    'any of two attributes',
    {
      SearchableContactAttributes: {
        Criteria: [
          { Key: 'customerId', Values: ['2'] },
          { Key: 'language', Values: ['en'] },
        ],
        MatchType: 'MATCH_ANY',
      },
    },
    ['Notice', 'Sales talk', 'Support talk'],
  ],
  ['a tag', { ContactTags: { TagCondition: { TagKey: 'team', TagValue: 'logistics' } } }, ['Notice']],
  ['a tag with any value', { ContactTags: { TagCondition: { TagKey: 'team' } } }, ['Notice']],
  [
    'two tags',
    {
      ContactTags: {
        AndConditions: [{ TagKey: 'team' }, { TagKey: 'aws:connect:systemEndpoint', TagValue: seed.numbers.us.number }],
      },
    },
    ['Notice'],
  ],
  [
    'one of two tags',
    { ContactTags: { OrConditions: [[{ TagKey: 'team', TagValue: 'x' }], [{ TagKey: 'team' }]] } },
    ['Notice'],
  ],
  [
    'a second span of time',
    {
      AdditionalTimeRange: { Criteria: [{ TimeRange: range('ENQUEUE_TIMESTAMP', 0, 10_000) }], MatchType: 'MATCH_ALL' },
    },
    ['Sales talk'],
  ],
  [
    'a moment that never came',
    {
      AdditionalTimeRange: {
        Criteria: [{ TimestampCondition: { Type: 'ENQUEUE_TIMESTAMP', ConditionType: 'NOT_EXISTS' } }],
        MatchType: 'MATCH_ALL',
      },
    },
    ['Busy', 'Notice'],
  ],
];

test.each(criteria)('a search for %s finds exactly the contacts that have it.', async (_what, wanted, expected) => {
  expect(await found(wanted)).toEqual(expected);
});

describe('the span of time', () => {
  test('is about the timestamp that it names.', async () => {
    const within = { StartTime: new Date(startMs), EndTime: new Date(startMs + 60_000) };
    const byStart = await search({ TimeRange: { Type: 'INITIATION_TIMESTAMP', ...within } });
    const byEnd = await search({ TimeRange: { Type: 'DISCONNECT_TIMESTAMP', ...within } });
    expect(byStart.Contacts?.map(({ Name }) => Name)).toEqual(['Support talk', 'Sales talk']);
    expect(byEnd.Contacts?.map(({ Name }) => Name)).toEqual(['Sales talk']);
  });

  test('is at most 1,345 hours of initiation.', async () => {
    const spanning = (Type: 'INITIATION_TIMESTAMP' | 'DISCONNECT_TIMESTAMP', hours: number) =>
      search({ TimeRange: { Type, StartTime: new Date(startMs), EndTime: new Date(startMs + hours * hour) } });
    await expect(spanning('INITIATION_TIMESTAMP', 1_345)).resolves.toMatchObject({ TotalCount: 4 });
    await expect(spanning('DISCONNECT_TIMESTAMP', 2_000)).resolves.toMatchObject({ TotalCount: 4 });
    await expect(refusalOf(spanning('INITIATION_TIMESTAMP', 1_346))).resolves.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('must be there and must not end before it begins.', async () => {
    await expect(refusalOf(search({ TimeRange: undefined }))).resolves.toMatchObject({
      name: 'InvalidRequestException',
    });
    const backwards = range('ENQUEUE_TIMESTAMP', 10, 0);
    await expect(refusalOf(search({ TimeRange: backwards }))).resolves.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

test.each([
  ['INITIATION_TIMESTAMP', 'ASCENDING', ['Sales talk', 'Support talk', 'Notice', 'Busy']],
  ['CONNECTED_TO_AGENT_TIMESTAMP', 'ASCENDING', ['Sales talk', 'Support talk']],
  ['CONNECTED_TO_AGENT_TIMESTAMP', 'DESCENDING', ['Support talk', 'Sales talk']],
  ['DISCONNECT_TIMESTAMP', 'DESCENDING', ['Busy', 'Notice', 'Support talk', 'Sales talk']],
] as const)('contacts can be sorted by %s, %s; those without it come last.', async (FieldName, Order, expected) => {
  const { Contacts } = await search({ Sort: { FieldName, Order } });
  expect(Contacts?.map(({ Name }) => Name).slice(0, expected.length)).toEqual(expected);
});

test.each<readonly [string, SearchContactsCommandInput['SearchCriteria']]>([
  ['an attribute that is not searchable', { SearchableContactAttributes: { Criteria: [{ Key: 'x', Values: ['1'] }] } }],
  ['what was said', { ContactAnalysis: { Transcript: { Criteria: [] } } }],
  ['how it was routed', { RoutingCriteria: { Steps: [] } }],
  ['a Region', { ActiveRegions: ['us-west-2'] }],
])('a search for %s is refused.', async (_what, SearchCriteria) => {
  await expect(refusalOf(search({ SearchCriteria }))).resolves.toMatchObject({ name: 'InvalidRequestException' });
});

test('a long search comes in pages, each contact once.', async () => {
  const seen: unknown[] = [];
  for await (const page of paginateSearchContacts({ client: simulator.client, pageSize: 3 }, request({}))) {
    seen.push(page.Contacts?.map(({ Name }) => Name));
    expect(page.TotalCount).toBe(4);
  }
  expect(seen).toEqual([['Busy', 'Notice', 'Support talk'], ['Sales talk']]);
});

test('a page token is good for its own search only.', async () => {
  const { NextToken } = await search({ MaxResults: 1 });
  const other = search({ MaxResults: 1, NextToken, SearchCriteria: { Channels: ['VOICE'] } });
  await expect(refusalOf(other)).resolves.toMatchObject({ name: 'InvalidParameterException' });
});
