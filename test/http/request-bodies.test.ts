import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { once } from 'node:events';
import { seed } from '../../src/simulator/seed.js';
import { startFixture } from './fixture.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

/** Sends `text` as it is on a socket of its own; all that comes back until the gateway closes it. */
async function raw(text: string): Promise<string> {
  const { port, hostname } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

const mutation = JSON.stringify({
  query: `mutation { startOutboundVoiceContact(input: { destinationPhoneNumber: "+12065550100", contactFlowId: "${seed.flows.salesOutbound}", sourcePhoneNumber: "${seed.numbers.us.number}" }) { id } }`,
});

test('of two Authorization headers the good one second is of no use', async () => {
  const token = await gateway.token();
  const answer = await raw(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${mutation.length}\r\nConnection: close\r\n\r\n${mutation}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
});

test('a request inside the body of another is not run', async () => {
  const inner = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await gateway.token()}\r\nContent-Type: application/json\r\nContent-Length: ${mutation.length}\r\nConnection: close\r\n\r\n${mutation}`;
  for (const framing of [
    `Content-Length: 0\r\nTransfer-Encoding: chunked\r\n`,
    `Transfer-Encoding: chunked\r\nContent-Length: ${inner.length}\r\n`,
    `Transfer-Encoding: xchunked\r\n`,
    `Content-Length: 4\r\nContent-Length: 5\r\n`,
  ]) {
    const answer = await raw(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${framing}Connection: close\r\n\r\n0\r\n\r\n${inner}`,
    );
    expect(answer).not.toContain('startOutboundVoiceContact":{"id"');
  }
  expect(gateway.simulator.calls()).toEqual([]);
});

test('pipelined requests are each a caller of their own', async () => {
  const post = (headers: string, last = false) =>
    `POST /graphql HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/json\r\nContent-Length: ${mutation.length}\r\n${last ? 'Connection: close\r\n' : ''}\r\n${mutation}`;
  const answer = await raw(
    post(`Authorization: Bearer ${await gateway.token({ scopes: ['contacts:read'] })}\r\n`) + post('', true),
  );
  expect(answer.match(/"code":"\w+"/g)).toEqual(['"code":"FORBIDDEN"', '"code":"UNAUTHENTICATED"']);
  expect(gateway.simulator.calls()).toEqual([]);
});

test.each([
  ['no HTTP at all', 'GARBAGE\r\n\r\n', 400],
  ['a flood of headers', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
  ['a header with a line break', 'GET /livez HTTP/1.1\r\nHost: x\r\nX: a\nb\r\n\r\n', 400],
])('%s is answered with %i and nothing of our inside', async (_what, text, status) => {
  const answer = await raw(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).not.toMatch(/node|fastify|apollo|stack|\/src\//i);
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

test('a client that connects and says nothing does not hold up a stop', async () => {
  const stopping = await startFixture();
  const { port, hostname } = new URL(stopping.url);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  expect((await stopping.query('{ hello }')).status).toBe(200);
  const startMs = stopping.clock.monotonic();
  await stopping.clock.runUntil(stopping.stop());
  // A second, for what is still to be written out.
  expect(stopping.clock.monotonic() - startMs).toBeLessThan(2_000);
  silent.destroy();
});
