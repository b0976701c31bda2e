import { expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { callInput } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const canary = 'c4n4ry';
const input = callInput();
const place = 'mutation($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }';

const asVariables: readonly (readonly [string, Record<string, unknown>])[] = [
  ['a number as an object', { destinationPhoneNumber: { [canary]: canary } }],
  ['a number', { destinationPhoneNumber: `+1206${canary}` }],
  ['an id as a list', { contactFlowId: [canary] }],
  ['an id', { contactFlowId: `${canary}/..` }],
  ['an ARN', { queueId: `arn:aws:connect:${canary}` }],
  ['an enum', { trafficType: canary }],
  ['an enum as an object', { trafficType: { [canary]: 1 } }],
  ['a whole number', { ringTimeoutInSeconds: canary }],
  ['a flag', { allowRepeat: canary }],
  ['a key that is no field', { [`${canary} +12065550100`]: 1 }],
  ['an attribute', { attributes: [{ key: `${canary}!`, value: canary }] }],
  ['an attribute as text', { attributes: canary }],
  ['a reference', { references: [{ name: canary, type: 'EMAIL', value: canary }] }],
  ['the type of a reference', { references: [{ name: 'a', type: canary, value: canary }] }],
  ['a clientToken', { clientToken: `${canary}\n` }],
  ['a name', { name: canary.repeat(200) }],
  ['an input', canary as never],
];

const isEchoed = ({ body }: { body: string }) => body.includes(canary) || gateway.logged().includes(canary);

test.each(asVariables)('%s that is wrong comes back neither in the answer nor in the log', async (_what, change) => {
  const variables = { input: typeof change === 'string' ? change : { ...input, ...change } };
  const answer = await gateway.ask(place, variables);
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(isEchoed(answer)).toBe(false);
  expect(gateway.simulator.requests()).toEqual({});
});

const literals: readonly (readonly [string, string])[] = [
  ['a text for a number', `ringTimeoutInSeconds: "${canary}"`],
  ['an enum', `trafficType: ${canary}`],
  ['a text for an enum', `trafficType: "${canary}"`],
  ['an object for a text', `name: { a: "${canary}" }`],
  ['a list for a number', `ringTimeoutInSeconds: ["${canary}"]`],
  ['a text for a list of objects', `attributes: "${canary}"`],
  ['an object without a required field', `attributes: [{ key: "${canary}" }]`],
  ['a text that does not end', `name: "${canary}`],
  ['a bad escape', `name: "${canary}\\q"`],
  ['a bad character', `name: "a" \u2603 "${canary}"`],
  ['a text where a name belongs', `"${canary}": 1`],
];

test.each(literals)('%s in the document comes back neither in the answer nor in the log', async (_what, field) => {
  const needed = `destinationPhoneNumber: "+12065550100", contactFlowId: "x", sourcePhoneNumber: "+12065550123"`;
  const answer = await gateway.ask(`mutation { startOutboundVoiceContact(input: { ${needed}, ${field} }) { id } }`);
  expect(answer.status).toBe(400);
  expect(isEchoed(answer)).toBe(false);
});

test('what a call is about is not in the log, whether it is placed, refused or lost', async () => {
  const change = {
    clientToken: `${canary}-token`,
    name: canary,
    description: canary,
    attributes: [{ key: canary, value: canary }],
    references: [{ name: canary, type: 'STRING', value: canary }],
    allowRepeat: true,
  };
  await gateway.ask(place, { input: { ...input, ...change } });
  await gateway.ask(place, { input: { ...input, ...change, clientToken: 'b', contactFlowId: seed.flows.draft } });
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', destroySocket: 'after' });
  const lost = gateway.ask(place, { input: { ...input, ...change, clientToken: `${canary}-lost` } });
  expect((await gateway.clock.runUntil(lost)).errors).toBeUndefined();
  expect(gateway.simulator.calls()).toHaveLength(2);
  expect(gateway.logged()).not.toMatch(/c4n4ry|206555|425555/);
});

test.each([
  ['single', `Value 'O'Brien ${canary}' at 'name' failed to satisfy constraint: too long`],
  ['double', `Attribute "${canary}" is not taken, and "${canary}" neither`],
])('a value that Connect repeats in %s quotation marks comes back in neither', async (_kind, message) => {
  const operation = 'StartOutboundVoiceContact';
  gateway.simulator.inject({ operation, status: 400, type: 'InvalidParameterException', message });
  const answer = await gateway.ask(place, { input: { ...input, name: canary } });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(isEchoed(answer)).toBe(false);
  expect(gateway.logged()).toContain('InvalidParameterException');
});

test('names, request ids and subjects cannot write lines or colours of their own into the log', async () => {
  const before = gateway.logged().length;
  const subject = 'eve\n{"level":"info","msg":"forged"}\u001b[31m';
  await gateway.ask('query Forged { __typename }', {}, { subject, tenant: `acme\r\n${subject}` });
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'a"b{}' },
    body: '{"query":"{ __typename }"}',
  });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  const lines = gateway.logged().slice(before).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['operation', 'operation']);
  expect(gateway.logged()).not.toContain('\u001b');
});

test.each([
  ['a field', '{ contac { id } }'],
  ['an argument', '{ contact(idd: "1") { id } }'],
  ['a type', 'query($a: Contac) { __typename }'],
  ['a fragment on a type', '{ ... on Quer { __typename } }'],
  ['a directive', '{ __typename @skp(if: true) }'],
  ['an enum value', 'mutation { startOutboundVoiceContact(input: { trafficType: CAMPAIG }) { id } }'],
  ['an input field', 'mutation { startOutboundVoiceContact(input: { trafficTyp: GENERAL }) { id } }'],
  ['the schema', '{ __schema { types { name } } }'],
  ['a type by name', '{ ...A } fragment A on Query { a: __type(name: "Query") { name } }'],
])('%s that is not known is not helped along', async (_what, query) => {
  const { body, status } = await gateway.ask(query);
  expect(status).toBe(400);
  expect(body).not.toMatch(/Did you mean|"__schema":|"name":"Query"/);
});
