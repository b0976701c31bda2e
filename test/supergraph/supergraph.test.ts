import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices } from '@apollo/composition';
import { createGatewayRuntime, type GatewayRuntime } from '@graphql-hive/gateway-runtime';
import * as http from '@graphql-mesh/transport-http';
import ws from '@graphql-mesh/transport-ws';
import { parse } from 'graphql';
import { schemaOf } from '../../src/gateway.js';
import { seed } from '../../src/simulator/seed.js';
import { allScopes, startTestGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import { startCustomers, type CustomersSubgraph } from './start-customers.js';

let outdial: RunningGateway;
let customers: CustomersSubgraph;
let supergraphSdl: string;
let router: GatewayRuntime;

beforeAll(async () => {
  [outdial, customers] = await Promise.all([
    startTestGateway({
      takesEvents: true,
      simulator: { eventDelayMs: 0, timings: { endsAtMs: 13_000, afterContactWorkMs: 3_000 } },
    }),
    startCustomers(),
  ]);
  const { data } = await outdial.ask<{ _service: { sdl: string } }, never>('{ _service { sdl } }', undefined, null);
  const composed = compose(data!._service.sdl);
  expect(composed.errors).toBeUndefined();
  supergraphSdl = composed.supergraphSdl!;
  router = createGatewayRuntime({
    supergraph: supergraphSdl,
    transports: { http },
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? undefined }),
    },
    logging: false,
  });
});

function compose(outdialSdl: string) {
  return composeServices([
    { name: 'outdial', url: outdial.url, typeDefs: parse(outdialSdl) },
    { name: 'customers', url: customers.url, typeDefs: parse(customers.sdl) },
  ]);
}

afterAll(async () => {
  await router[Symbol.asyncDispose]();
  await Promise.all([outdial.stop(), customers.stop()]);
});

async function ask(query: string, variables: object = {}, token?: string): Promise<GraphqlAnswer> {
  const response = await router.fetch('http://router.test/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

const startCall = `mutation ($input: StartOutboundVoiceContactInput!) {
  startOutboundVoiceContact(input: $input) { id status customer { id name } }
}`;
async function placeCall(token: string): Promise<string> {
  const { data } = await ask(startCall, inputTo('+12065550100', { allowRepeat: true, name: 'Order 1' }), token);
  return (data as { startOutboundVoiceContact: { id: string } }).startOutboundVoiceContact.id;
}

const campaignless = allScopes.filter((scope) => scope !== 'calls:campaign');

const inputTo = (destinationPhoneNumber: string, more: object = {}) => ({
  input: { destinationPhoneNumber, contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales, ...more },
});

describe('in a supergraph', () => {
  test('the guards are still to be read', () => {
    expect(supergraphSdl).toMatch(/^ *CAMPAIGN\b.*@authorize\(scopes: \["calls:campaign"\]\)/m);
    expect(supergraphSdl).toMatch(/^ *campaignId: ID\b.*@authorize\(scopes: \["calls:campaign"\]\)/m);
    expect(supergraphSdl).toMatch(
      /^ *startOutboundVoiceContact\([^)]*\): Contact\b.*@authorize\(scopes: \["calls:start"\]\)/m,
    );
  });

  test("the guards can be written in federation's own words as well", () => {
    const { sdl } = schemaOf({ ...outdial.config, federationAuthDirectives: true });
    const composed = compose(sdl);
    expect(composed.errors).toBeUndefined();
    expect(composed.supergraphSdl).toMatch(
      /^ *startOutboundVoiceContact\([^)]*\): Contact\b.*@requiresScopes\(scopes: \[\["calls:start"\]\]\)/m,
    );
  });

  test('a call is placed once, with what another subgraph knows of it, for the caller of the supergraph', async () => {
    const token = await outdial.token();
    const callsBefore = outdial.simulator.calls().length;
    customers.authorizations.length = 0;
    const answer = await ask(startCall, inputTo('+12065550100'), token);
    const [call, ...others] = outdial.simulator.calls().slice(callsBefore);
    expect(others).toEqual([]);
    expect(answer).toEqual({
      data: {
        startOutboundVoiceContact: {
          id: call?.contactId,
          status: 'INITIATED',
          customer: { id: '7', name: `Customer of ${call?.contactId}` },
        },
      },
    });
    expect(customers.authorizations).toEqual([`Bearer ${token}`]);
  });

  test('another subgraph leads to a contact and its related data', async () => {
    const token = await outdial.token();
    const id = await placeCall(token);
    customers.lastContactId = id;
    outdial.clock.advance(10_000);
    const query = '{ customer(id: "9") { name lastContact { id name outcome queue { id name } } } }';
    expect(await ask(query, {}, token)).toEqual({
      data: {
        customer: {
          name: 'Customer 9',
          lastContact: { id, name: 'Order 1', outcome: 'ANSWERED', queue: { id: seed.queues.sales, name: 'Sales' } },
        },
      },
    });
  });

  test("a contact that is not the caller's is null behind another subgraph too", async () => {
    customers.lastContactId = await placeCall(await outdial.token());
    const token = await outdial.token({ tenant: 'globex' });
    expect(await ask('{ customer(id: "9") { lastContact { id status } } }', {}, token)).toEqual({
      data: { customer: { lastContact: { id: customers.lastContactId, status: null } } },
    });
  });

  test('one missing scope refuses the call as a whole, and says which', async () => {
    const before = outdial.simulator.requests();
    const token = await outdial.token({ scopes: campaignless });
    const answer = await ask(startCall, inputTo('+12065550101', { trafficType: 'CAMPAIGN' }), token);
    expect(answer.data).toEqual({ startOutboundVoiceContact: null });
    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: 'This operation needs scopes that your token does not have: calls:campaign.',
        extensions: expect.objectContaining({ code: 'FORBIDDEN', retryable: false, missingScopes: ['calls:campaign'] }),
      }),
    ]);
    expect(outdial.simulator.requests()).toEqual(before);
  });

  test('a reference needs its scopes like any read', async () => {
    customers.lastContactId = await placeCall(await outdial.token());
    const query = '{ customer(id: "9") { name lastContact { status } } }';
    const answer = await ask(query, {}, await outdial.token({ scopes: ['calls:start'] }));
    expect(answer.data).toEqual({ customer: { name: 'Customer 9', lastContact: { status: null } } });
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'FORBIDDEN', missingScopes: ['contacts:read'] }),
    ]);
  });

  test('nobody in particular is told to send a token', async () => {
    const answer = await ask(startCall, inputTo('+12065550102'));
    expect(answer.data).toEqual({ startOutboundVoiceContact: null });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(outdial.simulator.calls().map(({ destination }) => destination)).not.toContain('+12065550102');
  });
});

describe.each([
  [
    'by WebSocket',
    () => ({
      kind: 'ws',
      location: outdial.url,
      options: { connectionParams: { authorization: '{context.headers.authorization}' }, lazyCloseTimeout: 0 },
    }),
  ],
  [
    'by server-sent events',
    () => ({
      kind: 'http',
      location: `${outdial.url}/stream`,
      headers: [['authorization', '{context.headers.authorization}']],
      options: { method: 'POST' },
    }),
  ],
])('a subscription through the supergraph, %s to outdial', (_title, transport) => {
  let following: GatewayRuntime;
  beforeAll(() => {
    following = createGatewayRuntime({
      supergraph: supergraphSdl,
      transports: { http, ws },
      transportEntries: { outdial: { options: { subscriptions: transport() } } },
      propagateHeaders: {
        fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? undefined }),
      },
      logging: false,
    });
  });
  afterAll(async () => {
    await following[Symbol.asyncDispose]();
  });

  async function* eventsOf(token: string, id: string): AsyncGenerator<GraphqlAnswer> {
    const response = await following.fetch('http://router.test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: 'subscription ($id: ID!) { contactUpdated(id: $id) { id status customer { name } } }',
        variables: { id },
      }),
    });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event)?.[1];
        if (event.includes('event: next') && data) yield JSON.parse(data) as GraphqlAnswer;
      }
    }
  }

  test('follows a call to its end, with what another subgraph knows of it', async () => {
    const token = await outdial.token();
    const id = await placeCall(token);
    const answers: GraphqlAnswer[] = [];
    const events = eventsOf(token, id);
    answers.push((await events.next()).value as GraphqlAnswer);
    const rest = (async () => {
      for await (const answer of events) answers.push(answer);
    })();
    const isTold = (status: string) => JSON.stringify(answers).includes(`"${status}"`);
    // Each is told before the next one comes, however long that takes; all of them before a ping would have to be answered.
    for (const [stepMs, status] of [
      [0, 'INITIATED'],
      [4_000, 'IN_FLOW'],
      [2_000, 'QUEUED'],
      [3_000, 'WITH_AGENT'],
      [4_000, 'AFTER_CONTACT_WORK'],
      [3_000, 'ENDED'],
    ] as const) {
      outdial.clock.advance(stepMs);
      await until(() => isTold(status));
    }
    await outdial.clock.runUntil(rest);
    const contacts = answers.map(
      ({ data }) => (data as { contactUpdated: { status: string; customer: object } }).contactUpdated,
    );
    expect(contacts.map(({ status }) => status)).toEqual(
      expect.arrayContaining(['INITIATED', 'QUEUED', 'WITH_AGENT', 'AFTER_CONTACT_WORK', 'ENDED']),
    );
    for (const { customer } of contacts) expect(customer).toEqual({ name: `Customer of ${id}` });
  });

  test('is refused to a caller of the supergraph who may not read contacts', async () => {
    const id = await placeCall(await outdial.token());
    const answers: GraphqlAnswer[] = [];
    for await (const answer of eventsOf(await outdial.token({ scopes: ['calls:start'] }), id)) answers.push(answer);
    expect(answers[0]?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['contacts:read'] } }]);
  });
});
