import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const mutation = JSON.stringify({
  query: `mutation { startOutboundVoiceContact(input: { destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", sourcePhoneNumber: "${seed.numbers.us.number}" }) { id } }`,
});

const json = (body: string, headers: Record<string, string> = {}) =>
  fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

test.each([
  ['a list of operations', `[${mutation},${mutation}]`],
  ['an empty list', '[]'],
  ['null', 'null'],
  ['a text', '"x"'],
  ['nothing', ''],
  ['half of an object', '{"query":'],
  ['a prototype in the body', '{"query":"{__typename}","__proto__":{"polluted":1}}'],
  ['a prototype in the variables', '{"query":"{__typename}","variables":{"a":{"__proto__":{"polluted":1}}}}'],
  ['an escaped prototype', '{"query":"{__typename}","variables":{"\\u005f_proto__":{"polluted":1}}}'],
  ['a constructor', '{"query":"{__typename}","variables":{"constructor":{"prototype":{"polluted":1}}}}'],
  ['variables as text', '{"query":"{__typename}","variables":"{}"}'],
  ['variables as a list', '{"query":"{__typename}","variables":[]}'],
  ['a query as a list', '{"query":["{__typename}"]}'],
])('a body that is %s is BAD_REQUEST', async (_what, body) => {
  const response = await json(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  'text/plain',
  'text/plain; application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonx',
  'application/graphql',
])('a form of another site cannot ask as %s', async (type) => {
  expect((await json('{"query":"{__typename}"}', { 'content-type': type })).status).toBe(415);
});

const deep = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);

const nested = (levels: number): [what: string, query: string, value: string][] => [
  ['ids', 'query($a: [ID!]!) { contacts(ids: $a) { id } }', deep('[', ']', levels)],
  ['representations', 'query($a: [_Any!]!) { _entities(representations: $a) { __typename } }', deep('[', ']', levels)],
  [
    'a representation',
    'query($a: [_Any!]!) { _entities(representations: $a) { __typename } }',
    `[${deep('{"a":', '}', levels).replace('}', '1}')}]`,
  ],
  [
    'an input',
    'mutation($a: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $a) { id } }',
    deep('{"attributes":', '}', levels).replace('}', '1}'),
  ],
];

test.each([
  ...nested(9_000).map((one) => [...one, 'BAD_USER_INPUT']),
  ...nested(12_000).map((one) => [...one, 'OPERATION_TOO_LARGE']),
])('%s nested by the thousand (%#) are refused', async (_what, query, value, code) => {
  const response = await json(`{"query":${JSON.stringify(query)},"variables":{"a":${value}}}`, {
    authorization: `Bearer ${await gateway.token()}`,
  });
  expect(await response.text()).toContain(code);
});
