import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { once } from 'node:events';
import { seed } from '../../src/simulator/seed.js';
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
