import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import {
  ListAgentsDocument,
  ListContactFlowsDocument,
  ListPhoneNumbersDocument,
  ListQueuesDocument,
  ReadAgentDocument,
  ReadConnectInstanceDocument,
  ReadContactFlowDocument,
  ReadQueueDocument,
} from '../support/generated/operations.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

const arn = (resource: string) => `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}/${resource}`;
const onlyPage = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };

describe('the pick lists of a dialer', () => {
  test('have the standard queues, and not those of single agents', async () => {
    const { data, errors } = await gateway.ask(ListQueuesDocument, {});
    expect(errors).toBeUndefined();
    expect(data?.queues?.nodes.map(({ name }) => name)).toEqual(['Sales', 'Support', 'Billing']);
    expect(data?.queues?.nodes[0]).toEqual({
      id: seed.queues.sales,
      instanceId: seed.instanceId,
      arn: arn(`queue/${seed.queues.sales}`),
      name: 'Sales',
      description: 'New customers',
      status: 'ENABLED',
      maxContacts: null,
      hoursOfOperationId: expect.any(String),
      outboundCallerIdName: 'Example Sales',
      outboundCallerIdNumberId: seed.numbers.us.id,
      outboundFlowId: null,
      tags: [{ key: 'team', value: 'sales' }],
    });
    expect(data?.queues?.pageInfo).toEqual(onlyPage);
  });

  test('have the flows that are published and active', async () => {
    const { data, errors } = await gateway.ask(ListContactFlowsDocument, {});
    expect(errors).toBeUndefined();
    expect(data?.contactFlows?.nodes.map(({ name }) => name)).toEqual([
      'Sales outbound',
      'Support callback',
      'Delivery notice',
      'Hold music',
    ]);
    expect(data?.contactFlows?.nodes[0]).toEqual({
      id: seed.flows.salesOutbound,
      instanceId: seed.instanceId,
      arn: arn(`contact-flow/${seed.flows.salesOutbound}`),
      name: 'Sales outbound',
      description: 'Greets the customer and queues the call for Sales',
      type: 'CONTACT_FLOW',
      rawType: 'CONTACT_FLOW',
      state: 'ACTIVE',
      status: 'PUBLISHED',
      tags: [{ key: 'team', value: 'sales' }],
    });
  });

  test('have the numbers that may be the caller id', async () => {
    const { data, errors } = await gateway.ask(ListPhoneNumbersDocument, {});
    expect(errors).toBeUndefined();
    expect(data?.phoneNumbers?.nodes).toEqual([
      {
        id: seed.numbers.us.id,
        instanceId: seed.instanceId,
        phoneNumber: seed.numbers.us.number,
        countryCode: 'US',
        type: 'DID',
        description: 'US direct number',
      },
      expect.objectContaining({ phoneNumber: seed.numbers.uk.number, countryCode: 'GB', type: 'DID' }),
      expect.objectContaining({ phoneNumber: seed.numbers.tollFree.number, type: 'TOLL_FREE' }),
    ]);
  });

  test('have the agents', async () => {
    const { data, errors } = await gateway.ask(ListAgentsDocument, {});
    expect(errors).toBeUndefined();
    expect(data?.agents?.nodes.map(({ username }) => username)).toEqual([
      'ada.lovelace',
      'grace.hopper',
      'alan.turing',
      'edsger.dijkstra',
    ]);
    expect(data?.agents?.nodes[0]).toEqual({
      id: seed.users.ada,
      instanceId: seed.instanceId,
      arn: arn(`agent/${seed.users.ada}`),
      username: 'ada.lovelace',
      firstName: 'Ada',
      lastName: 'Lovelace',
      routingProfileId: expect.any(String),
      tags: [{ key: 'team', value: 'sales' }],
    });
  });

  test('have the instance, with the switch that outbound calls need', async () => {
    const { data, errors } = await gateway.ask(ReadConnectInstanceDocument, {});
    expect(errors).toBeUndefined();
    expect(data?.connectInstance).toEqual({
      id: seed.instanceId,
      arn: `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}`,
      alias: 'outdial-dev',
      status: 'ACTIVE',
      createdTime: '2025-01-15T09:00:00.000Z',
      inboundCallsEnabled: expect.any(Boolean),
      outboundCallsEnabled: true,
      tags: expect.anything(),
    });
  });

  test('are filtered by a part of the name, in whatever case', async () => {
    const queues = await gateway.ask(ListQueuesDocument, { nameContains: 'SUPP' });
    expect(queues.data?.queues?.nodes.map(({ name }) => name)).toEqual(['Support']);
    const flows = await gateway.ask(ListContactFlowsDocument, { nameContains: 'call' });
    expect(flows.data?.contactFlows?.nodes.map(({ name }) => name)).toEqual(['Support callback']);
    const agents = await gateway.ask(ListAgentsDocument, { nameContains: 'lovelace' });
    expect(agents.data?.agents?.nodes.map(({ username }) => username)).toEqual(['ada.lovelace']);
    const none = await gateway.ask(ListQueuesDocument, { nameContains: 'nothing like it' });
    expect(none.data?.queues).toEqual({ nodes: [], pageInfo: onlyPage });
  });

  test('are filtered by the type of flow, alone and with a name', async () => {
    const runnable = await gateway.ask(ListContactFlowsDocument, { type: 'CONTACT_FLOW' });
    expect(runnable.data?.contactFlows?.nodes.map(({ name }) => name)).toEqual([
      'Sales outbound',
      'Support callback',
      'Delivery notice',
    ]);
    const queued = await gateway.ask(ListContactFlowsDocument, { type: 'CUSTOMER_QUEUE', nameContains: 'music' });
    expect(queued.data?.contactFlows?.nodes.map(({ id }) => id)).toEqual([seed.flows.holdMusic]);
    const neither = await gateway.ask(ListContactFlowsDocument, { type: 'CAMPAIGN', nameContains: 'music' });
    expect(neither.data?.contactFlows?.nodes).toEqual([]);
  });

  test('cannot ask for the type that only answers have', async () => {
    const { errors } = await gateway.ask(ListContactFlowsDocument, { type: 'UNKNOWN' });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'type' }] });
    expect(gateway.simulator.requests()).toEqual({});
  });
});

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

interface PageVariables extends Record<string, unknown> {
  readonly first?: number;
  readonly after?: string | null;
  readonly instanceId?: string | null;
  readonly nameContains?: string;
}

type ListName = 'queues' | 'contactFlows' | 'agents' | 'phoneNumbers';
/** What the lists have in common. */
type ListDocument = TypedDocumentNode<Readonly<Partial<Record<ListName, Page | null>>>, PageVariables>;
const lists: readonly (readonly [ListName, ListDocument, operation: string, ids: readonly string[]])[] = [
  ['queues', ListQueuesDocument, 'SearchQueues', Object.values(seed.queues)],
  [
    'contactFlows',
    ListContactFlowsDocument,
    'SearchContactFlows',
    Object.values(seed.flows).filter((id) => id !== seed.flows.draft),
  ],
  ['agents', ListAgentsDocument, 'SearchUsers', Object.values(seed.users)],
  ['phoneNumbers', ListPhoneNumbersDocument, 'ListPhoneNumbersV2', Object.values(seed.numbers).map(({ id }) => id)],
];

describe.each(lists)('the list of %s', (name, document, operation, ids) => {
  const ask = (variables: PageVariables) => gateway.ask(document, variables);

  test('comes page by page, each row once, until there is no next one', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    let pages = 0;
    for (;;) {
      const { data, errors }: Awaited<ReturnType<typeof ask>> = await ask({ first: 1, after });
      expect(errors).toBeUndefined();
      const page = data?.[name];
      seen.push(...(page?.nodes ?? []).map(({ id }) => id));
      expect(page?.pageInfo).toMatchObject({ hasPreviousPage: pages > 0, startCursor: null });
      pages += 1;
      after = page?.pageInfo.endCursor ?? null;
      expect(page?.pageInfo.hasNextPage).toBe(after !== null);
      if (after === null) break;
    }
    expect(seen).toEqual(ids);
    expect(pages).toBe(ids.length);
    expect(gateway.simulator.requests()).toEqual({ [operation]: ids.length });
  });

  test.each([
    [0, 'min'],
    [-1, 'min'],
    [101, 'max'],
  ])('has no page of %i rows', async (first, rule) => {
    const { data, errors } = await ask({ first });
    expect(data).toEqual({ [name]: null });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      retryable: false,
      fields: [{ path: 'first', rule, message: expect.any(String) }],
    });
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('has pages of 100 rows', async () => {
    const { data, errors } = await ask({ first: 100 });
    expect(errors).toBeUndefined();
    expect(data?.[name]?.nodes.map(({ id }) => id)).toEqual(ids);
  });

  test('refuses an empty cursor, or one of absurd length, before Connect sees it', async () => {
    for (const after of ['', 'CANARY'.repeat(2_000)]) {
      const { errors, body } = await ask({ after });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] });
      expect(body).not.toContain('CANARY');
    }
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('refuses a cursor that it never gave, without repeating it', async () => {
    const { data, errors, body } = await ask({ after: 'CANARY-cursor' });
    expect(data).toEqual({ [name]: null });
    const message =
      'This is not a cursor of this list with these arguments; take pageInfo.endCursor of the page before.';
    expect(errors?.[0]).toMatchObject({
      message,
      path: [name],
      extensions: {
        code: 'BAD_USER_INPUT',
        retryable: false,
        fields: [{ path: 'after', rule: 'cursor', message }],
      },
    });
    expect(body).not.toContain('CANARY');
  });

  test('refuses a cursor of another list', async () => {
    const [, other] = lists.find(([otherName]) => otherName !== name) ?? [];
    if (!other) throw new Error('There is no other list');
    const { data } = await gateway.ask(other, { first: 1 });
    const [foreign] = Object.values(data ?? {});
    const { errors } = await ask({ after: foreign?.pageInfo.endCursor ?? '' });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] });
  });

  test.each([
    ["another tenant's instance", seed.otherInstanceId],
    ['an instance that is not there', 'e0000000-0000-4000-8000-000000000009'],
    ['an ARN, which is no id', `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}`],
    ['a path', `../${seed.instanceId}`],
    ['nothing', ''],
  ])('is null for %s, and Connect is not asked', async (_title, instanceId) => {
    const { data, errors } = await ask({ instanceId });
    expect({ data, errors }).toEqual({ data: { [name]: null }, errors: undefined });
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('has its own rows in another instance', async () => {
    const { data } = await gateway.ask(document, {}, { tenant: 'globex' });
    expect(data?.[name]?.nodes).toHaveLength(1);
    expect(ids).not.toContain(data?.[name]?.nodes[0]?.id);
  });

  test('fails as a whole where Connect fails, with its own error', async () => {
    gateway.simulator.inject({ operation, status: 403, type: 'AccessDeniedException', message: 'CANARY' });
    const { data, errors, status, body } = await ask({});
    expect({ status, data }).toEqual({ status: 200, data: { [name]: null } });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({ path: [name], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } });
    expect(body).not.toContain('CANARY');
  });
});

describe.each(lists.filter(([name]) => name !== 'phoneNumbers'))('%s by name', (_name, document) => {
  test.each([1, 26])('are not searched for by %i characters', async (length) => {
    const { errors, body } = await gateway.ask(document, { nameContains: 'CANARY'.repeat(5).slice(-length) });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'nameContains' }] });
    expect(body).not.toContain('CANARY');
    expect(gateway.simulator.requests()).toEqual({});
  });

  test.each([2, 25])('are searched for by %i characters', async (length) => {
    const { errors } = await gateway.ask(document, { nameContains: 'x'.repeat(length) });
    expect(errors).toBeUndefined();
  });
});

test('all broken arguments of a list are named at once', async () => {
  const { errors } = await gateway.ask(ListQueuesDocument, { first: 0, after: '', nameContains: 'x' });
  expect(errors?.[0]?.extensions.fields).toEqual([
    expect.objectContaining({ path: 'after' }),
    expect.objectContaining({ path: 'first' }),
    expect.objectContaining({ path: 'nameContains' }),
  ]);
});

interface OneVariables extends Record<string, unknown> {
  readonly id: string;
  readonly instanceId?: string | null;
}
type OneDocument = TypedDocumentNode<
  Readonly<Partial<Record<'queue' | 'contactFlow' | 'agent', { readonly id: string } | null>>>,
  OneVariables
>;

describe.each([
  ['queue', ReadQueueDocument as OneDocument, seed.queues.support, 'Support', seed.other.queues.frontDesk],
  [
    'contactFlow',
    ReadContactFlowDocument as OneDocument,
    seed.flows.supportCallback,
    'Support callback',
    seed.other.flows.reminder,
  ],
  ['agent', ReadAgentDocument as OneDocument, seed.users.alan, 'alan.turing', seed.other.users.katherine],
] as const)('one %s', (name, document, id, label, foreignId) => {
  test('is found by its id, in the instance named or the default one', async () => {
    for (const instanceId of [seed.instanceId, null]) {
      const { data, errors } = await gateway.ask(document, { id, instanceId });
      expect(errors).toBeUndefined();
      expect(Object.values(data?.[name] ?? {})).toEqual([id, label]);
    }
  });

  test.each<[string, OneVariables]>([
    ['an id that is not there', { id: '00000000-0000-4000-8000-000000000000' }],
    ['an id of another instance', { id: foreignId }],
    ["another tenant's instance", { id: foreignId, instanceId: seed.otherInstanceId }],
    ['a malformed id', { id: '../..' }],
    ['an ARN', { id: arn(`queue/${id}`) }],
    [
      'an ARN of the instance',
      { id, instanceId: `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}` },
    ],
  ])('is null for %s', async (_title, variables) => {
    const { body, status } = await gateway.ask(document, variables);
    // Byte for byte the same for all of them.
    expect({ status, body: body.trim() }).toEqual({ status: 200, body: `{"data":{"${name}":null}}` });
  });
});

test('a flow that was never published is null, as no call can run it', async () => {
  const { data, errors } = await gateway.ask(ReadContactFlowDocument, { id: seed.flows.draft });
  expect({ data, errors }).toEqual({ data: { contactFlow: null }, errors: undefined });
});

test('the instance is null where it is not for the caller', async () => {
  for (const id of [seed.otherInstanceId, 'nothing-like-it', '']) {
    const { data, errors } = await gateway.ask(ReadConnectInstanceDocument, { id });
    expect({ data, errors }).toEqual({ data: { connectInstance: null }, errors: undefined });
  }
  expect(gateway.simulator.requests()).toEqual({});
  const { data } = await gateway.ask(ReadConnectInstanceDocument, {}, { tenant: 'globex' });
  expect(data?.connectInstance).toMatchObject({ id: seed.otherInstanceId, alias: 'outdial-other' });
});
