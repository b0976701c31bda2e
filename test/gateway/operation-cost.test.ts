import { expect, test } from '@jest/globals';
import { defaultLimits } from '../../src/operations/limits.js';
import { callInput, placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000, simulator: { searchLiveContacts: 'listed' } });

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const search = (selection: string) =>
  `{ searchContacts(first: 100, input: { timeRange: { startTime: "2026-11-21T00:00:00Z", endTime: "2026-11-23T00:00:00Z" } }) { nodes { ${selection} } } }`;

const nested = (variable: string, value: string) =>
  `query($ids: [ID!]!, ${variable}) { contacts(ids: $ids) { associatedContacts(first: ${value}) { nodes { associatedContacts(first: ${value}) { nodes { id } } } } } }`;

test.each([
  ['written', nested('$unused: Int', '100').replace(', $unused: Int', '')],
  ['as the default of a variable', nested('$n: Int! = 100', '$n')],
  [
    'as the default of a variable named like a member of every object',
    nested('$constructor: Int! = 100', '$constructor'),
  ],
  ['as the default of a variable named like another', nested('$toString: Int! = 100', '$toString')],
])('rows asked for %s count in full', async (_how, query) => {
  const { errors } = await gateway.ask(query, { ids: Array.from({ length: 100 }, (_, i) => `c${i}`) });
  expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'cost' } }]);
  expect(gateway.simulator.requests()).toEqual({});
});

test.each([
  ['of one service', '{ _service { a: sdl b: sdl } }'],
  ['of two', '{ _service { sdl } again: _service { sdl } }'],
  ['by a fragment', '{ _service { ...S } again: _service { ...S } } fragment S on _Service { sdl }'],
])('the SDL is told once in an operation, not twice, %s', async (_how, query) => {
  expect(await gateway.ask('{ __typename _service { __typename sdl } }', {}, null)).toMatchObject({ status: 200 });
  const { body, errors } = await gateway.ask(query, {}, null);
  expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'cost' } }]);
  expect(body.length).toBeLessThan(1_000);
});

const attributes = 'attributes { key value }';

test('what may be large costs as much: a hundred contacts with their attributes fit, many times the same do not', async () => {
  const ids = Array.from({ length: 100 }, (_, i) => `c${i}`);
  const asking = (count: number) =>
    gateway.ask(`query($ids: [ID!]!) { contacts(ids: $ids) { ${times(count, (i) => `a${i}: ${attributes}`)} } }`, {
      ids,
    });
  expect((await asking(1)).data).toHaveProperty('contacts.length', 100);
  expect((await asking(3)).errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'cost' } }]);
});

test('the same list of the same contact asked for thousands of times in one operation is one request', async () => {
  const id = await placeCall(gateway);
  const { data } = await gateway.ask(
    `query($ids: [ID!]!) { contacts(ids: $ids) { ${times(50, (i) => `a${i}: associatedContacts(first: 1) { pageInfo { hasNextPage } }`)} } }`,
    { ids: Array.from({ length: 100 }, () => id) },
  );
  expect(data).toHaveProperty('contacts.99.a49.pageInfo.hasNextPage', false);
  expect(gateway.simulator.requests()).toMatchObject({ DescribeContact: 1, ListAssociatedContacts: 1 });
});

test('one failure that blanks thousands of fields is logged once for each contact, not for each field', async () => {
  for (let count = 10; count > 0; count--) await placeCall(gateway);
  gateway.simulator.inject({
    operation: 'DescribeContact',
    times: 1_000,
    status: 403,
    type: 'AccessDeniedException',
  });
  const before = gateway.logged().length;
  const { errors } = await gateway.ask(search(times(50, (i) => `a${i}: status`)));
  expect(errors).toHaveLength(500);
  const lines = gateway.logged().slice(before).trim().split('\n');
  // With the level debug each request to Connect has a line, whatever comes of it.
  const ofFailures = lines.filter((line) => !line.includes('"Amazon Connect was asked"'));
  expect(ofFailures.length).toBeLessThanOrEqual(11);
});

const filters = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, values: ['a'] }));

test('a list that every alias uses again is refused before a rule looks at it', async () => {
  const timeRange = { startTime: '2026-11-21T00:00:00Z', endTime: '2026-11-23T00:00:00Z' };
  const uses = times(10, (i) => `a${i}: searchContacts(input: $input) { nodes { id } }`);
  const ask = (count: number) =>
    gateway.ask(`query($input: SearchContactsInput!) { ${uses} }`, {
      input: { timeRange, attributes: filters(count) },
    });
  const { errors } = await ask(6_000);
  expect(errors).toMatchObject([
    { extensions: { code: 'OPERATION_TOO_LARGE', limit: 'inputValues', allowed: defaultLimits.inputValues } },
  ]);
  // Fewer are judged, and named once for each of its uses.
  const { errors: named } = await ask(100);
  const fields = [{ path: 'input.attributes', rule: 'arrayMaxSize', message: 'must have at most 15 entries' }];
  expect(named).toHaveLength(10);
  for (const { extensions } of named!) expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields });
  expect(gateway.simulator.requests()).toEqual({});
});

test('a long name that many errors repeat is not answered each time', async () => {
  const name = 'a'.repeat(200_000);
  const { body, errors } = await gateway.ask(`query ${name} { contacts(ids: [${times(30, (i) => `$n${i}`)}]) { id } }`);
  expect(errors).toHaveLength(21);
  expect(body.length).toBeLessThan(20_000);
});

test('nor is a long name of a field that stands before each of many problems', async () => {
  const alias = 'a'.repeat(100_000);
  const ids = Array.from({ length: 200 }, () => null);
  const { body, errors } = await gateway.ask(
    `query($ids: [ID!]!) { ${alias}: contacts(ids: $ids) { id } b: contacts(ids: $ids) { id } }`,
    { ids },
  );
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors?.[0]?.extensions.fields).toHaveLength(100);
  expect(body.length).toBeLessThan(20_000);
});

test.each([
  ['attributes', 'key', { key: '', value: '' }],
  ['references', 'name', { name: 'n', type: 'EMAIL', value: 'a@b' }],
])('a body full of bad %s gets an answer far smaller than itself', async (list, _key, item) => {
  const input = callInput({ [list]: Array.from({ length: 2_000 }, () => item) });
  const { body, errors } = await gateway.ask(
    'mutation($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }',
    { input },
  );
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(body.length).toBeLessThan(20_000);
  expect(gateway.simulator.requests()).toEqual({});
});
