import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { SearchContactsDocument, type SearchContactsInput } from '../support/generated/operations.js';
import { placeCall } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
let startMs: number;
/** The names by which the tests below speak of the calls that were placed, by contact id. */
const placed = new Map<string, string>();

/** Four calls, a minute apart, all of them over; and one of another tenant. */
beforeAll(async () => {
  gateway = await startTestGateway();
  startMs = gateway.clock.now();
  const place = async (name: string, changes: Parameters<typeof placeCall>[1]) => {
    placed.set(await placeCall(gateway, changes), name);
    gateway.clock.advance(60_000);
  };
  await place('sales', {
    name: 'Order A-1001',
    attributes: [
      { key: 'orderId', value: 'A-1001' },
      { key: 'language', value: 'de' },
    ],
  });
  await place('support', {
    contactFlowId: seed.flows.supportCallback,
    name: 'Order B-2002',
    attributes: [
      { key: 'orderId', value: 'B-2002' },
      { key: 'language', value: 'de' },
    ],
  });
  await place('notice', { contactFlowId: seed.flows.deliveryNotice, name: 'Delivery', attributes: [] });
  await place('busy', { destinationPhoneNumber: '+12065550103' });
  await placeCall(
    gateway,
    { contactFlowId: seed.other.flows.reminder, sourcePhoneNumber: seed.other.numbers.us.number },
    { tenant: 'globex' },
  );
  gateway.clock.advance(600_000);
});
afterAll(() => gateway.stop());

const atMs = (ms: number) => new Date(ms).toISOString();
const wide = () => ({ startTime: atMs(startMs - 1_000), endTime: atMs(startMs + 3_600_000) });

async function search(
  changes: Partial<SearchContactsInput> = {},
  page: { first?: number; after?: string | null } = {},
) {
  const answer = await gateway.ask(SearchContactsDocument, { input: { timeRange: wide(), ...changes }, ...page });
  return { ...answer, found: answer.data?.searchContacts?.nodes.map(({ id }) => placed.get(id) ?? id) };
}

test('contacts are found newest first, those of other tenants not among them', async () => {
  const { found, errors } = await search();
  expect(errors).toBeUndefined();
  expect(found).toEqual(['busy', 'notice', 'support', 'sales']);
});

describe('contacts are found', () => {
  const minute = 60_000;
  const range = (type: NonNullable<SearchContactsInput['timeRange']['type']>, fromMs: number, toMs: number) => () => ({
    timeRange: { type, startTime: atMs(startMs + fromMs), endTime: atMs(startMs + toMs) },
  });

  test.each<[string, () => Partial<SearchContactsInput>, readonly string[]]>([
    ['by when they were initiated', range('INITIATION_TIMESTAMP', minute, 2 * minute), ['notice', 'support']],
    ['by when they ended', range('DISCONNECT_TIMESTAMP', 50_000, 61_000), ['sales']],
    ['by when their agent joined', range('CONNECTED_TO_AGENT_TIMESTAMP', 0, 3_600_000), ['support', 'sales']],
    ['by when they were queued', range('ENQUEUE_TIMESTAMP', 0, 10_000), ['sales']],
    ['by when they were planned for, which no call was', range('SCHEDULED_TIMESTAMP', 0, 3_600_000), []],
    ['by their channel', () => ({ channels: ['VOICE', 'CHAT'] }), ['busy', 'notice', 'support', 'sales']],
    ['by a channel that none has', () => ({ channels: ['CHAT'] }), []],
    ['by how they came about', () => ({ initiationMethods: ['API'] }), ['busy', 'notice', 'support', 'sales']],
    ['by a way in which none came about', () => ({ initiationMethods: ['INBOUND'] }), []],
    ['by their queue', () => ({ queueIds: [seed.queues.support] }), ['support']],
    ['by any of some queues', () => ({ queueIds: [seed.queues.support, seed.queues.sales] }), ['support', 'sales']],
    ['by their agent', () => ({ agentIds: [seed.users.ada] }), ['sales']],
    ['by all terms of a name', () => ({ name: { searchText: ['order', 'a-1001'], match: 'MATCH_ALL' } }), ['sales']],
    [
      'by all terms of a name unless another match is named',
      () => ({ name: { searchText: ['order', 'b'] } }),
      ['support'],
    ],
    [
      'by any term of a name',
      () => ({ name: { searchText: ['A-1001', 'delivery'], match: 'MATCH_ANY' } }),
      ['notice', 'sales'],
    ],
    ['by their exact name', () => ({ name: { searchText: ['Order'], match: 'MATCH_EXACT' } }), []],
    ['by an attribute', () => ({ attributes: [{ key: 'orderId', values: ['A-1001', 'Z'] }] }), ['sales']],
    [
      'by several attributes, all of which must fit',
      () => ({
        attributes: [
          { key: 'language', values: ['de'] },
          { key: 'orderId', values: ['B-2002'] },
        ],
      }),
      ['support'],
    ],
    [
      'by all filters at once',
      () => ({ queueIds: [seed.queues.sales], agentIds: [seed.users.grace], channels: ['VOICE'] }),
      [],
    ],
    [
      'by no filter where the lists are empty or null',
      () => ({
        channels: [],
        initiationMethods: [],
        queueIds: [],
        agentIds: [],
        attributes: [],
        name: null,
        sort: null,
      }),
      ['busy', 'notice', 'support', 'sales'],
    ],
    [
      'oldest first',
      () => ({ sort: { field: 'INITIATION_TIMESTAMP', order: 'ASCENDING' } }),
      ['sales', 'support', 'notice', 'busy'],
    ],
    [
      'in the order of their end, the latest first unless said otherwise',
      () => ({ sort: { field: 'DISCONNECT_TIMESTAMP' } }),
      ['busy', 'notice', 'support', 'sales'],
    ],
    [
      'in the order in which their agents joined',
      () => ({
        sort: { field: 'CONNECTED_TO_AGENT_TIMESTAMP', order: 'ASCENDING' },
        agentIds: [seed.users.ada, seed.users.alan],
      }),
      ['sales', 'support'],
    ],
  ])('%s', async (_title, input, expected) => {
    const { found, errors } = await search(input());
    expect(errors).toBeUndefined();
    expect(found).toEqual(expected);
  });
});

test('the pages of a search have each contact once', async () => {
  const seen: (string | undefined)[] = [];
  let after: string | null = null;
  do {
    const { found, data, errors }: Awaited<ReturnType<typeof search>> = await search({}, { first: 3, after });
    expect(errors).toBeUndefined();
    expect(data?.searchContacts?.pageInfo.hasPreviousPage).toBe(after !== null);
    seen.push(...(found ?? []), undefined);
    after = data?.searchContacts?.pageInfo.endCursor ?? null;
  } while (after !== null);
  expect(seen).toEqual(['busy', 'notice', 'support', undefined, 'sales', undefined]);
});

test('a cursor is good for its own search alone', async () => {
  const { data } = await search({}, { first: 1 });
  const after = data?.searchContacts?.pageInfo.endCursor ?? '';
  const { errors, body } = await search({ channels: ['VOICE'] }, { first: 1, after });
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    fields: [{ path: 'after', rule: 'cursor' }],
  });
  expect(body).not.toContain(after);
});

describe('what the search itself tells of a contact', () => {
  beforeEach(() => {
    // So that nothing is known from an earlier test.
    gateway.clock.advance(600_000);
  });

  test('costs no further request', async () => {
    const before = gateway.simulator.requests();
    const { data, errors } = await search({ agentIds: [seed.users.ada] });
    expect(errors).toBeUndefined();
    const id = [...placed].find(([, name]) => name === 'sales')?.[0];
    expect(data?.searchContacts?.nodes).toEqual([
      {
        id,
        instanceId: seed.instanceId,
        arn: `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}/contact/${id}`,
        name: 'Order A-1001',
        channel: 'VOICE',
        initiationMethod: 'API',
        initiationTimestamp: atMs(startMs),
        enqueueTimestamp: atMs(startMs + 6_000),
        disconnectTimestamp: atMs(startMs + 60_000),
        segmentAttributes: [
          { key: 'connect:Subtype', value: 'connect:Telephony' },
          { key: 'connect:Direction', value: 'OUTBOUND' },
        ],
        tags: [{ key: 'aws:connect:instanceId', value: seed.instanceId }],
        queue: { id: seed.queues.sales },
        agent: { id: seed.users.ada },
      },
    ]);
    const after = gateway.simulator.requests();
    expect({ ...after, SearchContacts: after.SearchContacts ?? 0 }).toEqual({
      ...before,
      SearchContacts: (before.SearchContacts ?? 0) + 1,
    });
  });

  test('is completed by one request a contact, and one for all of their queues', async () => {
    const before = gateway.simulator.requests();
    const { data, errors } = await gateway.ask<
      { searchContacts: { nodes: readonly object[] } },
      { input: SearchContactsInput }
    >(
      `query ($input: SearchContactsInput!) {
         searchContacts(input: $input) { nodes { status outcome disconnectReason queue { name } } }
       }`,
      { input: { timeRange: wide() } },
    );
    expect(errors).toBeUndefined();
    expect(data?.searchContacts.nodes).toEqual([
      { status: 'ENDED', outcome: 'BUSY', disconnectReason: 'TELECOM_BUSY', queue: null },
      { status: 'ENDED', outcome: 'ANSWERED', disconnectReason: 'CONTACT_FLOW_DISCONNECT', queue: null },
      { status: 'ENDED', outcome: 'ANSWERED', disconnectReason: 'CUSTOMER_DISCONNECT', queue: { name: 'Support' } },
      { status: 'ENDED', outcome: 'ANSWERED', disconnectReason: 'CUSTOMER_DISCONNECT', queue: { name: 'Sales' } },
    ]);
    const after = gateway.simulator.requests();
    const spent = Object.fromEntries(
      ['SearchContacts', 'DescribeContact', 'SearchQueues', 'DescribeQueue'].map((operation) => [
        operation,
        (after[operation] ?? 0) - (before[operation] ?? 0),
      ]),
    );
    expect(spent).toEqual({ SearchContacts: 1, DescribeContact: 4, SearchQueues: 1, DescribeQueue: 0 });
  });
});

describe('a search that breaks a rule', () => {
  const hour = 3_600_000;
  const window = (hours: number) => ({
    timeRange: { startTime: atMs(startMs), endTime: atMs(startMs + hours * hour) },
  });
  const canary = 'CANARY';

  test.each<[string, () => Partial<SearchContactsInput>, readonly string[]]>([
    ['over a time that ends before it begins', () => window(-1), ['input.timeRange.endTime']],
    ['over no time', () => window(0), ['input.timeRange.endTime']],
    ['over more than 1,345 hours', () => window(1_345.001), ['input.timeRange.endTime']],
    ['for the unknown channel', () => ({ channels: ['VOICE', 'UNKNOWN'] }), ['input.channels']],
    ['for the unknown method', () => ({ initiationMethods: ['UNKNOWN'] }), ['input.initiationMethods']],
    ['for a name without a term', () => ({ name: { searchText: [] } }), ['input.name.searchText']],
    ['for an empty term', () => ({ name: { searchText: [''] } }), ['input.name.searchText']],
    [
      'for a term of 129 characters',
      () => ({ name: { searchText: [canary.repeat(22).slice(-129)] } }),
      ['input.name.searchText'],
    ],
    ['for 101 terms', () => ({ name: { searchText: Array<string>(101).fill(canary) } }), ['input.name.searchText']],
    ['for 101 queues', () => ({ queueIds: Array<string>(101).fill(canary) }), ['input.queueIds']],
    ['for 101 agents', () => ({ agentIds: Array<string>(101).fill(canary) }), ['input.agentIds']],
    ['for an empty queue id', () => ({ queueIds: [''] }), ['input.queueIds']],
    [
      'for 16 attributes',
      () => ({
        attributes: Array<object>(16).fill({ key: canary, values: ['x'] }) as SearchContactsInput['attributes'],
      }),
      ['input.attributes'],
    ],
    [
      'for an attribute without values',
      () => ({ attributes: [{ key: canary, values: [] }] }),
      ['input.attributes.0.values'],
    ],
    [
      'for an attribute with 21 values',
      () => ({ attributes: [{ key: 'k', values: Array<string>(21).fill(canary) }] }),
      ['input.attributes.0.values'],
    ],
    [
      'for several reasons at once',
      () => ({
        ...window(0),
        channels: ['UNKNOWN'],
        attributes: [
          { key: 'orderId', values: ['x'] },
          { key: '', values: [canary.repeat(20)] },
        ],
      }),
      ['input.timeRange.endTime', 'input.channels', 'input.attributes.1.key', 'input.attributes.1.values'],
    ],
  ])('is refused whole, and Connect not asked: %s', async (_title, input, paths) => {
    const before = gateway.simulator.requests();
    const { errors, data, body } = await search(input());
    expect(data).toEqual({ searchContacts: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    const fields = errors?.[0]?.extensions.fields as { path: string }[];
    expect(fields.map(({ path }) => path)).toEqual(paths);
    expect(body).not.toContain(canary);
    expect(gateway.simulator.requests()).toEqual(before);
  });

  test('is one over 1,345 hours and no longer', async () => {
    const { errors } = await search(window(1_345));
    expect(errors).toBeUndefined();
  });

  test('may be one for an attribute that the instance is not set up to search', async () => {
    const { errors, data, body } = await search({ attributes: [{ key: 'CANARY', values: ['x'] }] });
    expect(data).toEqual({ searchContacts: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    expect(errors?.[0]?.message).toContain('attributes');
    expect(body).not.toContain('CANARY');
  });
});

test.each([
  ["another tenant's instance", seed.otherInstanceId],
  ['an ARN', `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}`],
])('a search of %s is null, and Connect is not asked', async (_title, instanceId) => {
  const before = gateway.simulator.requests();
  const { data, errors } = await gateway.ask(SearchContactsDocument, { input: { timeRange: wide() }, instanceId });
  expect({ data, errors }).toEqual({ data: { searchContacts: null }, errors: undefined });
  expect(gateway.simulator.requests()).toEqual(before);
});

test('more searches than Connect allows wait for permits, up to five seconds, and then are refused', async () => {
  const paced = await startTestGateway({ connect: { quotas: new Map() } });
  try {
    const ask = () =>
      paced.ask(SearchContactsDocument, {
        input: { timeRange: { startTime: atMs(paced.clock.now() - 1_000), endTime: atMs(paced.clock.now()) } },
      });
    expect((await ask()).errors).toBeUndefined();
    // One every two seconds: of three more, two come after 2 s and 4 s, and one would come after 6 s.
    const startedMs = paced.clock.now();
    const asked = [ask(), ask(), ask()];
    // While time stands still, only the one that is refused is answered.
    const refused = await Promise.race(asked);
    expect(refused.data).toEqual({ searchContacts: null });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'THROTTLED', retryable: true, retryAfterMs: 1_000 });
    const answers = await paced.clock.runUntil(Promise.all(asked));
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(2);
    expect(paced.clock.now() - startedMs).toBeGreaterThanOrEqual(4_000);
    expect(paced.simulator.requests()).toMatchObject({ SearchContacts: 3 });
  } finally {
    paced.clock.advance(60_000);
    await paced.stop();
  }
});
