import { StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';
import { NeverSent } from '../../src/aws-request-handler.js';
import { createConnectClients } from '../../src/connect/client.js';
import { mayHaveBeenCarriedOut } from '../../src/connect/errors.js';
import { neverMs } from '../support/start-gateway.js';
import { describeOnRedis, startRedis } from '../support/start-redis.js';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

/** A server that does `answer` with each connection that has said something. */
async function upstream(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    closings.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });
  closings.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What one attempt to place a call there fails with. */
function failureAt(endpoint: string, timeouts: { connectionTimeoutMs?: number; requestTimeoutMs?: number } = {}) {
  const { writes } = createConnectClients({
    region: 'us-west-2',
    endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    connectionTimeoutMs: neverMs,
    requestTimeoutMs: neverMs,
    ...timeouts,
  });
  const command = new StartOutboundVoiceContactCommand({
    InstanceId: 'instance',
    ContactFlowId: 'flow',
    DestinationPhoneNumber: '+12065550100',
    ClientToken: 'token',
  });
  return writes.send(command).then(
    () => undefined,
    (cause: unknown) => cause,
  );
}

const head = (status: number) => `HTTP/1.1 ${status} Whatever\r\ncontent-type: application/json\r\n`;

test.each([
  ['nothing', ''],
  ['the head of an answer', `${head(200)}content-length: 20\r\n\r\n`],
  ['half an answer', `${head(200)}content-length: 20\r\n\r\n{"Conta`],
  ['half a refusal', `${head(403)}x-amzn-errortype: AccessDeniedException\r\ncontent-length: 20\r\n\r\n{"mess`],
])('an attempt of which only %s comes ends, and may have placed a call', async (_what, text) => {
  const endpoint = await upstream((socket) => socket.write(text));
  const cause = await failureAt(endpoint, { requestTimeoutMs: 300 });
  expect(cause).toBeInstanceOf(Error);
  expect(mayHaveBeenCarriedOut(cause)).toBe(true);
});

test('an answer that speaks of a connection is no connection that could not be opened', async () => {
  const body = '{"errno":-111,"code":"ECONNREFUSED","syscall":"connect","address":"10.0.0.1","port":443}';
  const endpoint = await upstream((socket) =>
    socket.write(`${head(502)}content-length: ${body.length}\r\n\r\n${body}`),
  );
  expect(mayHaveBeenCarriedOut(await failureAt(endpoint))).toBe(true);
});

test('a connection that is refused was never sent over', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  expect(await failureAt(`http://127.0.0.1:${port}`)).toBeInstanceOf(NeverSent);
});

describeOnRedis('a server that takes no more connections', () => {
  test('is given up, and nothing was sent', async () => {
    // Any server will do whose process stands still: the system holds a few connections for it, and answers no further ones.
    const server = await startRedis(['--tcp-backlog', '1']);
    closings.push(() => server.close());
    server.freeze();
    const { hostname, port } = new URL(server.url);
    const held = Array.from({ length: 32 }, () => connectTo(Number(port), hostname).on('error', () => undefined));
    closings.push(() => {
      for (const socket of held) socket.destroy();
    });
    // All of them have asked by then.
    await once(held[0]!, 'connect');
    const cause = await failureAt(`http://${hostname}:${port}`, { connectionTimeoutMs: 100, requestTimeoutMs: 5_000 });
    expect(cause).toBeInstanceOf(NeverSent);
  });
});
