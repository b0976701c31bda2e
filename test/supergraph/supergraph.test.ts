import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { allScopes, startTestGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { startHive, type Router } from './routers.js';
import { startCustomers, type CustomersSubgraph } from './start-customers.js';

let outdial: RunningGateway;
let customers: CustomersSubgraph;
let router: Router;

beforeAll(async () => {
  [outdial, customers] = await Promise.all([
    startTestGateway({
      takesEvents: true,
      simulator: { eventDelayMs: 0, timings: { endsAtMs: 13_000, afterContactWorkMs: 3_000 } },
    }),
    startCustomers(),
  ]);
  router = startHive({ outdial: outdial.url, customers }, 'default');
});

afterAll(async () => {
  await router.stop();
  await Promise.all([outdial.stop(), customers.stop()]);
});

const ask = async (query: string, variables: object = {}, token?: string): Promise<GraphqlAnswer> =>
  (await router.ask(query, variables, token)) as GraphqlAnswer;

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
