import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import {
  PlaceCallDocument,
  ReadContactDocument,
  ReadContactsDocument,
  ReadRelationsDocument,
} from '../support/generated/operations.js';
import { callInput, inOtherInstance, placeCall, placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, withGateway, type RunningGateway } from '../support/start-gateway.js';

const acme = { tenant: 'acme' };
const globex = { tenant: 'globex' };
const unknownId = '00000000-0000-4000-8000-000000000000';
const noInstance = 'e0000000-0000-4000-8000-000000000009';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

describe('a contact of another tenant', () => {
  const query = `query ($id: ID!, $instanceId: ID) { contact(id: $id, instanceId: $instanceId) { id instanceId status } }`;

  test('looks byte for byte like one that nobody placed, however it is named', async () => {
    const id = await placeCall(gateway, {}, acme);
    const bodies = new Set<string>();
    for (const variables of [
      { id },
      { id, instanceId: seed.instanceId },
      { id, instanceId: seed.otherInstanceId },
      { id: unknownId },
      { id: unknownId, instanceId: seed.instanceId },
      { id: unknownId, instanceId: seed.otherInstanceId },
      { id: unknownId, instanceId: noInstance },
      { id: '../..' },
    ]) {
      const { status, body } = await gateway.ask(query, variables, globex);
      expect(status).toBe(200);
      bodies.add(body);
    }
    expect([...bodies].map((body) => JSON.parse(body) as unknown)).toEqual([{ data: { contact: null } }]);
  });

  test.each([
    ['by its id', 'query ($id: ID!) { contact(id: $id) { id } }'],
    ['in a list', 'query ($id: ID!) { contacts(ids: [$id]) { id } }'],
    [
      'as an entity',
      'query ($id: ID!) { _entities(representations: [{ __typename: "Contact", id: $id }]) { ... on Contact { id } } }',
    ],
  ])('%s fails like one that nobody placed while Connect does, after as many requests', async (_how, asked) => {
    const id = await placeCall(gateway, { allowRepeat: true }, acme);
    const outcomes = new Set<string>();
    for (const one of [id, unknownId]) {
      gateway.clock.advance(2_000);
      gateway.simulator.reset();
      gateway.simulator.inject({ operation: 'DescribeContact', status: 403, type: 'AccessDeniedException' });
      const { data, errors } = await gateway.ask(asked, { id: one }, globex);
      const codes = errors?.map(({ path, extensions: { code } }) => ({ path, code }));
      outcomes.add(JSON.stringify({ data, codes, requests: gateway.simulator.requests() }));
    }
    expect([...outcomes]).toEqual([expect.stringMatching(/UPSTREAM_UNAVAILABLE.*"DescribeContact":1/)]);
  });

  test('has the same headers too, but for those of the one request', async () => {
    const id = await placeCall(gateway, {}, acme);
    const headersOf = async (asked: string) => {
      const { headers } = await gateway.ask(query, { id: asked }, globex);
      return [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    };
    expect(await headersOf(id)).toEqual(await headersOf(unknownId));
  });

  test('is null in a list beside what is one’s own', async () => {
    const [theirs, own] = [await placeCall(gateway, {}, acme), await placeCall(gateway, inOtherInstance, globex)];
    const { data, errors } = await gateway.ask(ReadContactsDocument, { ids: [theirs, own, unknownId] }, globex);
    expect(errors).toBeUndefined();
    expect(data?.contacts).toEqual([null, { id: own, status: 'INITIATED' }, null]);
  });

  test('is null also where its instance is named for the whole list', async () => {
    const id = await placeCall(gateway, {}, acme);
    gateway.simulator.reset();
    const { data } = await gateway.ask(ReadContactsDocument, { ids: [id], instanceId: seed.instanceId }, globex);
    expect(data).toEqual({ contacts: [null] });
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('is null as an entity', async () => {
    const id = await placeCall(gateway, {}, acme);
    const { data, errors } = await gateway.ask(
      `query ($representations: [_Any!]!) {
         _entities(representations: $representations) { ... on Contact { id status } ... on Queue { id name } }
       }`,
      {
        representations: [
          { __typename: 'Contact', id },
          { __typename: 'Contact', id, instanceId: seed.instanceId },
          { __typename: 'Contact', id: unknownId },
          { __typename: 'Queue', id: seed.queues.sales },
          { __typename: 'Queue', id: seed.queues.sales, instanceId: seed.instanceId },
          { __typename: 'Queue', id: seed.other.queues.frontDesk },
        ],
      },
      globex,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      _entities: [null, null, null, null, null, { id: seed.other.queues.frontDesk, name: 'Front desk' }],
    });
  });

  test('is not read from what its own tenant made known', async () => {
    const id = await placeCall(gateway, {}, acme);
    await gateway.ask(ReadRelationsDocument, { id }, acme);
    const { data } = await gateway.ask(ReadRelationsDocument, { id }, globex);
    expect(data?.contact).toBeNull();
  });
});

describe('a call', () => {
  test.each([
    ["in another tenant's instance", seed.otherInstanceId],
    ['in an instance that is not there', noInstance],
    ['in an instance named by its ARN', `arn:aws:connect:us-west-2:123456789012:instance/${seed.otherInstanceId}`],
  ])('%s is forbidden, in the same words, and nothing is sent', async (_title, instanceId) => {
    const input = callInput({ instanceId });
    const { data, errors, body } = await gateway.ask(PlaceCallDocument, { input }, acme);
    expect(data).toEqual({ startOutboundVoiceContact: null });
    expect(errors?.map(({ message, extensions: { code, retryable } }) => ({ message, code, retryable }))).toEqual([
      {
        code: 'FORBIDDEN',
        retryable: false,
        message:
          'This Connect instance is not open to your tenant. Leave instanceId out, or ask the operator of this gateway for access.',
      },
    ]);
    expect(body).not.toContain(instanceId);
    expect(gateway.simulator.requests()).toEqual({});
  });

  test('without an instance goes into the default one, or into the first of those the tenant has', async () => {
    await placeCall(gateway, {}, acme);
    const { contactFlowId, sourcePhoneNumber } = inOtherInstance;
    await placeCall(gateway, { contactFlowId, sourcePhoneNumber }, globex);
    expect(gateway.simulator.calls().map(({ instanceId }) => instanceId)).toEqual([
      seed.instanceId,
      seed.otherInstanceId,
    ]);
  });
});

describe('a tenant that the access file does not name', () => {
  test('can neither read nor place anything', async () => {
    const id = await placeCall(gateway, {}, acme);
    gateway.simulator.reset();
    const initech = { tenant: 'initech' };
    expect((await gateway.ask(ReadContactDocument, { id }, initech)).data).toEqual({ contact: null });
    await expect(placeCall(gateway, {}, initech)).rejects.toThrow('FORBIDDEN');
    expect(gateway.simulator.requests()).toEqual({});
  });
});

describe('a contact in an instance that is not the default one', () => {
  const both = { instances: { byTenant: new Map([['acme', [seed.instanceId, seed.otherInstanceId]]]) } };

  test('is found by its id alone where this gateway placed it', () =>
    withGateway(both, async (wide) => {
      const [here, there] = [await placeCall(wide), await placeCall(wide, inOtherInstance)];
      wide.clock.advance(10_000);
      const { data, errors } = await wide.ask(ReadContactsDocument, { ids: [there, here] });
      expect(errors).toBeUndefined();
      expect(data?.contacts).toEqual([
        { id: there, status: 'WITH_AGENT' },
        { id: here, status: 'WITH_AGENT' },
      ]);
      const relations = await wide.ask(ReadRelationsDocument, { id: there });
      expect(relations.errors).toBeUndefined();
      expect(relations.data?.contact).toMatchObject({
        queue: { instanceId: seed.otherInstanceId, name: 'Front desk' },
        agent: { instanceId: seed.otherInstanceId, firstName: 'Katherine' },
        contactFlow: { instanceId: seed.otherInstanceId, name: 'Appointment reminder' },
      });
    }));

  test('is not found in the default one where that is named', () =>
    withGateway(both, async (wide) => {
      const id = await placeCall(wide, inOtherInstance);
      const { data } = await wide.ask(ReadContactDocument, { id, instanceId: seed.instanceId });
      expect(data?.contact).toBeNull();
    }));

  test('that was placed elsewhere is found with its instance, and not without', () =>
    withGateway(both, async (wide) => {
      const id = await placeCallElsewhere(wide, true);
      const named = await wide.ask(ReadContactDocument, { id, instanceId: seed.otherInstanceId });
      expect(named.data?.contact).toMatchObject({ id, instanceId: seed.otherInstanceId, status: 'INITIATED' });
      expect((await wide.ask(ReadContactDocument, { id })).data?.contact).toBeNull();
    }));
});

test('without an access file every tenant may use every instance', () =>
  withGateway(
    {
      config: {
        instances: { defaultInstanceId: seed.instanceId, instanceIds: [seed.instanceId, seed.otherInstanceId] },
      },
    },
    async (open) => {
      const id = await placeCall(open, inOtherInstance, { tenant: 'anybody' });
      const { data } = await open.ask(ReadContactDocument, { id }, globex);
      expect(data?.contact).toMatchObject({ id, instanceId: seed.otherInstanceId });
    },
  ));

test('tenants that are told apart but not kept apart are a warning at the start', async () => {
  const shared = await startTestGateway({ instances: { byTenant: undefined } });
  expect(shared.logged()).toContain('every tenant may use every instance');
  await shared.stop();
  const apart = await startTestGateway();
  expect(apart.logged()).not.toContain('every tenant may use every instance');
  await apart.stop();
});
