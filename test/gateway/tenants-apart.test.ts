import { beforeEach, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
let theirs: string;
const mine = {
  contactFlowId: seed.other.flows.reminder,
  sourcePhoneNumber: seed.other.numbers.us.number,
};
const globex = { tenant: 'globex' };

shareGateway((started) => (gateway = started), { passMs: 61_000, simulator: { searchLiveContacts: 'listed' } });
beforeEach(async () => {
  theirs = await placeCall(gateway, { attributes: [{ key: 'secret', value: 'c4n4ry' }], name: 'c4n4ry' });
});

const fields = 'id name status attributes { key value } associatedContacts { nodes { id } }';

test.each([
  ['contact', `query($id: ID!, $i: ID) { contact(id: $id, instanceId: $i) { ${fields} } }`],
  ['contacts', `query($id: ID!, $i: ID) { contacts(ids: [$id], instanceId: $i) { ${fields} } }`],
  [
    '_entities by one key',
    `query($id: ID!) { _entities(representations: [{ __typename: "Contact", id: $id }]) { ... on Contact { ${fields} } } }`,
  ],
  [
    '_entities by both keys',
    `query($id: ID!, $i: ID) { _entities(representations: [{ __typename: "Contact", id: $id, instanceId: $i }]) { ... on Contact { ${fields} } } }`,
  ],
])(
  "another tenant's contact is not there by %s, whichever instance is said, and warm caches do not help",
  async (_way, query) => {
    await gateway.ask(`query($id: ID!) { contact(id: $id) { ${fields} } }`, { id: theirs });
    const before = gateway.simulator.requests().DescribeContact;
    for (const i of [
      seed.instanceId,
      seed.instanceId.toUpperCase(),
      ` ${seed.instanceId}`,
      `${seed.instanceId}%20`,
      `${seed.otherInstanceId}/../${seed.instanceId}`,
      `arn:aws:connect:us-west-2:${seed.accountId}:instance/${seed.instanceId}`,
      '',
      '__proto__',
      seed.otherInstanceId,
    ]) {
      const { body } = await gateway.ask(query, { id: theirs, i }, globex);
      expect(body).not.toContain('c4n4ry');
      expect(body).toMatch(/^\{"data":\{"\w+":(null|\[null\])\}\}\s*$/);
    }
    expect(gateway.simulator.requests().DescribeContact).toBeLessThanOrEqual((before ?? 0) + 1);
  },
);

test.each([
  ['__typename as a list', { __typename: ['Contact'] }],
  ['an id that is an object', { __typename: 'Contact', id: { $ne: null } }],
  ['an id that is a list', { __typename: 'Contact', id: ['x'] }],
  ['an id that is a number', { __typename: 'Contact', id: 1 }],
  ['no id', { __typename: 'Contact', instanceId: seed.instanceId }],
  ['a type that is no entity', { __typename: 'Mutation', id: 'x' }],
  ['a member of every object', { __typename: 'constructor', id: 'x' }],
  ['a text', 'Contact'],
  ['nothing', []],
])('a representation with %s is refused at its own path', async (_what, representation) => {
  const { errors } = await gateway.ask(
    'query($r: [_Any!]!) { _entities(representations: $r) { ... on Contact { id } } }',
    { r: [representation, { __typename: 'Contact', id: theirs, name: 'extra', status: 'ENDED' }] },
  );
  expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('a representation that hides its type needs the scopes of every entity', async () => {
  const { errors } = await gateway.ask(
    'query($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    { r: [{ id: theirs }] },
    { scopes: ['contacts:read'] },
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingScopes: ['directory:read'] } }]);
});

test.each([
  ['by its id', () => theirs],
  ['by its ARN', () => `arn:aws:connect:us-west-2:${seed.accountId}:instance/${seed.instanceId}/contact/${theirs}`],
])("another tenant's attributes cannot be copied into a call of one's own, %s", async (_how, related) => {
  await expect(placeCall(gateway, { ...mine, relatedContactId: related() }, globex)).rejects.toThrow(
    /NOT_FOUND|BAD_USER_INPUT/,
  );
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test("another tenant's instance is FORBIDDEN for a call, in each of its spellings", async () => {
  for (const instanceId of [
    seed.instanceId,
    `arn:aws:connect:us-west-2:${seed.accountId}:instance/${seed.instanceId}`,
    `arn:aws:connect:us-west-2:999999999999:instance/${seed.instanceId}`,
    seed.instanceId.toUpperCase(),
  ]) {
    await expect(placeCall(gateway, { instanceId }, globex)).rejects.toThrow('FORBIDDEN');
  }
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test.each(['constructor', '__proto__', 'toString', 'ACME', 'acme ', ' acme'])(
  'the tenant %p has no instance at all',
  async (tenant) => {
    await expect(placeCall(gateway, {}, { tenant })).rejects.toThrow('FORBIDDEN');
    const { data } = await gateway.ask(
      'query($id: ID!) { contact(id: $id) { id } connectInstance { id } }',
      { id: theirs },
      { tenant },
    );
    expect(data).toEqual({ contact: null, connectInstance: null });
  },
);

test("neither nouns nor cursors of another tenant's instance are of use", async () => {
  const range = 'timeRange: { startTime: "2026-11-21T00:00:00Z", endTime: "2026-11-23T00:00:00Z" }';
  const search = `query($after: String, $q: [ID!]) { searchContacts(input: { ${range}, queueIds: $q }, first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }`;
  await placeCall(gateway);
  const page = await gateway.ask<{ searchContacts: { pageInfo: { endCursor: string } } }, Record<string, unknown>>(
    search,
  );
  const after = page.data?.searchContacts.pageInfo.endCursor;
  expect(after).toEqual(expect.any(String));
  const stolen = await gateway.ask(search, { after }, globex);
  expect(stolen.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'after' }] } }]);
  const found = await gateway.ask(search, { q: [seed.queues.sales] }, globex);
  expect(found.data).toMatchObject({ searchContacts: { nodes: [] } });

  const nouns = `query($i: ID) { queue(id: "${seed.queues.sales}", instanceId: $i) { name } agent(id: "${seed.users.ada}", instanceId: $i) { username } contactFlow(id: "${seed.flows.salesOutbound}", instanceId: $i) { name } queues(instanceId: $i) { nodes { name } } phoneNumbers(instanceId: $i) { nodes { phoneNumber } } connectInstance(id: $i) { alias } }`;
  await gateway.ask(nouns, { i: seed.instanceId });
  const { data } = await gateway.ask(nouns, { i: seed.instanceId }, globex);
  expect(data).toEqual({
    queue: null,
    agent: null,
    contactFlow: null,
    queues: null,
    phoneNumbers: null,
    connectInstance: null,
  });
});
