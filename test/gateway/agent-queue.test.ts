import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { adaId, agentQueueSeed, flowToAda, flowToNobody } from '../support/agent-queue-seed.js';
import { placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { withGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway(
  (started) => {
    gateway = started;
  },
  { seed: agentQueueSeed, passMs: 600_000 },
);

/** Everything but personal data. */
const reader = { scopes: ['contacts:read', 'directory:read'] };
/** Personal data as well. */
const trusted = { scopes: ['contacts:read', 'contacts:pii', 'directory:read'] };

const whole = `id status outcome timeline { type details { queueId updatedProperties } } disconnectReason queuePriority
  queue { id arn name description tags { key value } } tags { key value } qualityMetrics { agentAudio { qualityScore } }
  agentConnection { connectedToAgentTimestamp } disconnectDetails { potentialDisconnectIssue } customerEndpoint { type }`;
const readWhole = `query ($id: ID!) { contact(id: $id) { ${whole} relatedContact { ${whole} }
  associatedContacts { nodes { ${whole} } } } }`;

interface ReadContact {
  readonly contact: {
    readonly queue: { readonly id: string; readonly name?: string } | null;
    readonly timeline: readonly {
      readonly type: string;
      readonly details: { readonly queueId: string | null } | null;
    }[];
  } | null;
}

const queuedIn = (contact: ReadContact['contact'] | undefined) =>
  contact?.timeline.find(({ type }) => type === 'QUEUED')?.details?.queueId ?? null;

describe("a contact in an agent's own queue", () => {
  // In its queue, with the agent, and over.
  test.each([7_000, 10_000, 80_000])(
    'does not tell the agent without contacts:pii, %d ms after it was placed',
    async (ms) => {
      const relatedContactId = await placeCall(gateway, { contactFlowId: flowToAda });
      const id = await placeCall(gateway, { contactFlowId: flowToAda, relatedContactId });
      gateway.clock.advance(ms);
      const { data, body, errors } = await gateway.ask<ReadContact, { id: string }>(readWhole, { id }, reader);
      expect(errors).toBeUndefined();
      expect(data?.contact).toMatchObject({ queue: null });
      expect(queuedIn(data?.contact)).toBeNull();
      expect(body).not.toContain(adaId);
    },
  );

  test.each([7_000, 10_000, 80_000])('tells its queue with contacts:pii, %d ms after it was placed', async (ms) => {
    const id = await placeCall(gateway, { contactFlowId: flowToAda });
    gateway.clock.advance(ms);
    const { data } = await gateway.ask<ReadContact, { id: string }>(readWhole, { id }, trusted);
    expect(data?.contact?.queue).toMatchObject({ id: adaId, name: `agent-${adaId}` });
    expect(queuedIn(data?.contact)).toBe(adaId);
    // What one caller may know another is not told.
    const { body } = await gateway.ask(readWhole, { id }, reader);
    expect(body).not.toContain(adaId);
  });

  test('costs no request beside its own where it is withheld once the standard queues are known', async () => {
    const query = 'query ($id: ID!) { contact(id: $id) { queue { id } } }';
    const id = await placeCall(gateway, { contactFlowId: flowToAda });
    gateway.clock.advance(7_000);
    await gateway.ask(query, { id }, reader);
    gateway.simulator.reset();
    const other = await placeCall(gateway, { contactFlowId: flowToAda });
    gateway.clock.advance(7_000);
    await gateway.ask(query, { id: other }, reader);
    expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1, DescribeContact: 1 });
  });
});

describe('a contact in a standard queue', () => {
  test('tells it without contacts:pii', async () => {
    const id = await placeCall(gateway);
    gateway.clock.advance(7_000);
    const { data } = await gateway.ask<ReadContact, { id: string }>(readWhole, { id }, reader);
    expect(data?.contact?.queue).toMatchObject({ id: seed.queues.sales, name: 'Sales' });
    expect(queuedIn(data?.contact)).toBe(seed.queues.sales);
  });
});

describe('while the standard queues cannot be asked for', () => {
  const query = 'query ($id: ID!) { contact(id: $id) { status queue { id } } }';
  const refused = { operation: 'SearchQueues', status: 403, type: 'AccessDeniedException' };

  test('a queue is an error, and not "none", where they were never known', async () => {
    await withGateway({ seed: agentQueueSeed }, async (cold) => {
      for (const contactFlowId of [flowToAda, seed.flows.salesOutbound]) {
        const id = await placeCall(cold, { contactFlowId });
        cold.clock.advance(7_000);
        cold.simulator.inject(refused);
        const { data, body, errors } = await cold.ask(query, { id }, reader);
        expect(data).toEqual({ contact: { status: 'QUEUED', queue: null } });
        expect(errors).toMatchObject([{ path: ['contact', 'queue'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
        expect(body).not.toContain(adaId);
        expect(cold.logged()).not.toContain(adaId);
      }
    });
  });

  test('those known before are told on', async () => {
    const id = await placeCall(gateway);
    gateway.clock.advance(7_000);
    await gateway.ask(query, { id }, reader);
    gateway.clock.advance(301_000);
    gateway.simulator.inject({ ...refused, times: 100 });
    const { data, errors } = await gateway.ask(query, { id }, reader);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ contact: { queue: { id: seed.queues.sales } } });
  });
});

describe('a queue that Connect does not know', () => {
  test('is withheld without contacts:pii, and told with it', async () => {
    const id = await placeCall(gateway, { contactFlowId: flowToNobody });
    gateway.clock.advance(7_000);
    const query = 'query ($id: ID!) { contact(id: $id) { queue { id } timeline { type details { queueId } } } }';
    const withheld = await gateway.ask<ReadContact, { id: string }>(query, { id }, reader);
    expect(withheld.data?.contact?.queue).toBeNull();
    expect(withheld.body).not.toContain(seed.users.alan);
    const told = await gateway.ask<ReadContact, { id: string }>(query, { id }, trusted);
    expect(told.data?.contact?.queue).toEqual({ id: seed.users.alan });
  });
});

describe('a search', () => {
  const search = `query ($queueIds: [ID!]) {
    searchContacts(input: { timeRange: { startTime: "2026-11-01T00:00:00Z", endTime: "2026-12-20T00:00:00Z" }, queueIds: $queueIds }) {
      nodes { id queue { id } timeline { type details { queueId } } }
    }
  }`;
  interface Found {
    readonly searchContacts: {
      readonly nodes: readonly { readonly id: string; readonly queue: object | null }[];
    } | null;
  }

  test.each([
    ["an agent's own queue", [adaId]],
    ['one among standard ones', [seed.queues.sales, adaId]],
    ['a queue that nobody knows', ['00000000-0000-4000-8000-000000000000']],
    ['an ARN', [`arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}/queue/agent/${adaId}`]],
  ])('by %s is refused without contacts:pii, before Connect is asked to search', async (_, queueIds) => {
    const { data, errors } = await gateway.ask<Found, { queueIds: string[] }>(search, { queueIds }, reader);
    expect(data).toEqual({ searchContacts: null });
    expect(errors).toMatchObject([
      {
        path: ['searchContacts'],
        extensions: { code: 'FORBIDDEN', retryable: false, missingScopes: ['contacts:pii'] },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain(adaId);
    expect(gateway.simulator.requests().SearchContacts).toBeUndefined();
  });

  test('by standard queues is done without contacts:pii, and one by an agent with it', async () => {
    const standard = await placeCall(gateway);
    const own = await placeCall(gateway, { contactFlowId: flowToAda });
    gateway.clock.advance(600_000);
    const byStandard = await gateway.ask<Found, { queueIds: string[] }>(
      search,
      { queueIds: [seed.queues.sales, seed.queues.support] },
      reader,
    );
    expect(byStandard.data?.searchContacts?.nodes).toMatchObject([{ id: standard, queue: { id: seed.queues.sales } }]);
    const byAda = await gateway.ask<Found, { queueIds: string[] }>(search, { queueIds: [adaId] }, trusted);
    expect(byAda.data?.searchContacts?.nodes).toMatchObject([{ id: own, queue: { id: adaId } }]);
  });

  test('finds contacts without telling whose own queue they are in', async () => {
    const own = await placeCall(gateway, { contactFlowId: flowToAda });
    gateway.clock.advance(600_000);
    const { data, body } = await gateway.ask<Found, { queueIds?: string[] }>(search, {}, reader);
    expect(data?.searchContacts?.nodes).toMatchObject([{ id: own, queue: null }]);
    expect(body).not.toContain(adaId);
  });
});

describe("an agent's own queue by its id", () => {
  const byId = `query ($id: ID!) { queue(id: $id) { id arn name tags { key } } }`;
  const entity = `query ($id: ID!) { _entities(representations: [{ __typename: "Queue", id: $id }]) { ... on Queue { id name arn } } }`;

  test.each([byId, entity])('is nothing without contacts:pii: %s', async (query) => {
    const { data, errors } = await gateway.ask<object, { id: string }>(query, { id: adaId }, reader);
    expect(errors).toBeUndefined();
    expect(Object.values(data ?? {}).flat()).toEqual([null]);
    const standard = await gateway.ask<object, { id: string }>(query, { id: seed.queues.sales }, reader);
    expect(Object.values(standard.data ?? {}).flat()).toMatchObject([{ name: 'Sales' }]);
    const told = await gateway.ask<object, { id: string }>(query, { id: adaId }, trusted);
    expect(Object.values(told.data ?? {}).flat()).toMatchObject([{ name: `agent-${adaId}` }]);
  });
});
