import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { Connections, unreadBytesOfAll } from '../../src/http/connections.js';
import { createNodeServer, requestTimeoutMs } from '../../src/http/node-server.js';
import { pipelineLimits, RequestGate } from '../../src/http/request-gate.js';
import { readTimeoutMs } from '../../src/subscriptions/subscription-limits.js';
import { createLog } from '../../src/log.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { clientOf, closed, on, post } from './raw-clients.js';

const livez = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';

test('requests of one packet run one after the other, and are answered in their order', async () => {
  await on(async (gateway) => {
    const { socket, answer } = await clientOf(gateway);
    socket.write(post('{ gate }') + post('mutation { ring }') + livez + post('{ square(of: 3) }'));
    await until(() => gateway.calls.length === 1);
    await gateway.send('/livez');
    expect(gateway.calls).toEqual(['gate']);
    expect(answer()).toBe('');
    gateway.openGate();
    await until(() => answer().includes('"square"'));
    expect(answer().match(/^\{.*\}/gm)).toEqual([
      '{"data":{"gate":"open"}}',
      '{"data":{"ring":"rang"}}',
      '{"live":true}',
      '{"data":{"square":9}}',
    ]);
    socket.destroy();
  });
});

test('as many requests as may wait are all answered', async () => {
  await on(async (gateway) => {
    const { socket, answer } = await clientOf(gateway);
    socket.write(livez.repeat(pipelineLimits.requests + 1));
    await until(() => answer().split('{"live":true}').length === pipelineLimits.requests + 2);
    socket.destroy();
  });
});

test.each([
  ['more requests than may wait', livez.repeat(pipelineLimits.requests + 1)],
  ['an expectation that nobody meets, as often', livez.replace('Host', 'Expect: it\r\nHost').repeat(9)],
  ['a larger one than may wait', post(`{ hello } #${'x'.repeat(pipelineLimits.bytes)}`)],
  ['one of no declared length', post('{ hello }').replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')],
])('%s behind one that is not answered close the connection, and none of them runs', async (_what, requests) => {
  await on(async (gateway) => {
    const { socket, answer } = await clientOf(gateway);
    socket.write(post('{ gate }') + post('mutation { ring }') + requests);
    await closed(socket);
    gateway.openGate();
    await until(() => gateway.accessLog().length === 1);
    expect(answer()).toBe('');
    expect(gateway.calls).toEqual(['gate']);
  });
});

test('nothing runs behind a request that ends its connection', async () => {
  await on(async (gateway) => {
    const { socket } = await clientOf(gateway);
    socket.write(post('{ hello }', 'Connection: close\r\n') + post('mutation { ring }'));
    await closed(socket);
    expect(gateway.calls).toEqual([]);
  });
});

/** The server below the framework, with an answer that no machine takes unread. */
async function startServer(): Promise<{ server: Server; url: string; clock: TestClock; stop: () => Promise<void> }> {
  const clock = new TestClock();
  const log = createLog('silent');
  const connections = new Connections({ connectionsWithoutCaller: 100, clock, log });
  const answer = Buffer.alloc(64 * 1024 * 1024, 'x');
  const server = createNodeServer((_request, response) => response.end(answer), new RequestGate(), connections);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stop = async () => {
    connections.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { server, url: `http://127.0.0.1:${port}`, clock, stop };
}

test('an answer that is not read in 30 s is cut; one that is read in time is not', async () => {
  const { server, url, clock, stop } = await startServer();
  try {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const unread = await clientOf({ url });
    unread.socket.pause();
    unread.socket.write(livez);
    const [connection] = await accepted;
    await until(() => connection.writableLength > 0);
    clock.advance(readTimeoutMs - 1);
    await new Promise(setImmediate);
    expect(connection.destroyed).toBe(false);
    // The next look is not far.
    clock.advance(readTimeoutMs / 10);
    expect(connection.destroyed).toBe(true);
    unread.socket.destroy();

    const length = await new Promise((resolve, reject) => {
      httpRequest(url, (response) => {
        let bytes = 0;
        let waited = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          // In the time that it may take, or nearly.
          if ((waited += 25) < readTimeoutMs) clock.advance(25);
        });
        response.on('end', () => {
          resolve(bytes);
        });
        response.on('error', reject);
      }).end();
    });
    expect(length).toBe(64 * 1024 * 1024);
  } finally {
    await stop();
  }
});

test('of answers that are not read the largest are cut where all hold more than 128 MiB', async () => {
  const { server, url, clock, stop } = await startServer();
  try {
    const accepted: Socket[] = [];
    server.on('connection', (socket: Socket) => accepted.push(socket));
    const clients = await Promise.all(Array.from({ length: 4 }, () => clientOf({ url })));
    for (const { socket } of clients) {
      socket.pause();
      socket.write(livez);
    }
    await until(() => accepted.filter(({ writableLength }) => writableLength > 0).length === 4);
    clock.advance(readTimeoutMs / 10);
    const left = accepted.filter(({ destroyed }) => !destroyed);
    expect(left.length).toBeGreaterThan(0);
    expect(left.reduce((sum, { writableLength }) => sum + writableLength, 0)).toBeLessThanOrEqual(unreadBytesOfAll);
    for (const { socket } of clients) socket.destroy();
  } finally {
    await stop();
  }
});

test('Node is told to cut a request that takes too long, its head as well, and to look every second', () => {
  const clock = new TestClock();
  const connections = new Connections({ connectionsWithoutCaller: 1, clock, log: createLog('silent') });
  const server = createNodeServer(() => undefined, new RequestGate(), connections);
  expect(requestTimeoutMs).toBe(30_000);
  expect([server.requestTimeout, server.headersTimeout]).toEqual([requestTimeoutMs, requestTimeoutMs]);
  // Nothing public tells.
  const told = Reflect.ownKeys(server).find((key) => String(key).includes('connectionsCheckingInterval'));
  expect(Reflect.get(server, told!)).toBe(1_000);
  connections.stop();
});

const unfinished = (bytes: number, headers = '') =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n{`;

test.each([
  ['a token that fails', '/graphql', 'Authorization: Bearer x\r\n', 401, 'UNAUTHENTICATED'],
  ['a token that fails, for a stream', '/graphql/stream', 'Authorization: Bearer x\r\n', 401, 'UNAUTHENTICATED'],
  ['no token, for a stream', '/graphql/stream', '', 401, 'UNAUTHENTICATED'],
  ['no token and more than 16 kB', '/graphql', '', 413, 'OPERATION_TOO_LARGE'],
  ['more than 16 kB for no route', '/nowhere', 'Authorization: Bearer alice\r\n', 413, 'OPERATION_TOO_LARGE'],
])('%s is refused before the body has come', async (_what, path, headers, status, code) => {
  await on(async (gateway) => {
    const { socket, answer } = await clientOf(gateway);
    socket.write(unfinished(200_000, headers).replace('/graphql', path));
    await until(() => answer().includes(`"code":"${code}"`));
    expect(answer()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    socket.destroy();
  });
});

test('without a token a body of 16 kB is read, and one byte more is not, declared or not', async () => {
  await on(async (gateway) => {
    const body = (bytes: number) =>
      JSON.stringify({ query: '{ hello }', a: '' }).replace('""', `"${'x'.repeat(bytes - 28)}"`);
    expect(body(16_384)).toHaveLength(16_384);
    expect(await gateway.post(body(16_384))).toMatchObject({ status: 200, data: { hello: 'world' } });
    expect(await gateway.post(body(16_385))).toMatchObject({
      status: 413,
      errors: [{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'bodyBytesWithoutToken', allowed: 16_384 } }],
    });
    const { socket, answer } = await clientOf(gateway);
    const head = post('').replace(/Content-Length[^]*/, 'Transfer-Encoding: chunked\r\n\r\n');
    socket.write(`${head}4001\r\n${body(16_385)}\r\n`);
    await until(() => answer().includes('bodyBytesWithoutToken'));
    socket.destroy();
  });
});

test('a body that comes a byte at a time, within a character too, is read as one', async () => {
  await on(async (gateway) => {
    const { socket, answer } = await clientOf(gateway);
    socket.setNoDelay();
    const body = Buffer.from(JSON.stringify({ query: '{ hello }', operationName: null, extensions: { a: 'ä€😀' } }));
    socket.write(unfinished(body.length).slice(0, -1));
    for (const byte of body) {
      socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await until(() => answer().includes('"world"'));
    socket.destroy();
  });
});

test('an operation whose body comes after a stop has begun is not run', async () => {
  await on(async (gateway) => {
    const { socket, answer } = await clientOf(gateway);
    const request = post('mutation { ring }');
    socket.write(request.slice(0, -5));
    await gateway.send('/livez');
    const running = gateway.query('{ gate }');
    await until(() => gateway.calls.length === 1);
    const stopped = gateway.stop();
    socket.write(request.slice(-5));
    await until(() => answer().includes('UPSTREAM_UNAVAILABLE'));
    gateway.openGate();
    await running;
    await gateway.clock.runUntil(stopped);
    expect(gateway.calls).toEqual(['gate']);
  });
});
