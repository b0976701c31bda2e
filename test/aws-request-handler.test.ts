import { DescribeContactCommand } from '@aws-sdk/client-connect';
import { HttpRequest } from '@smithy/core/protocols';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { AwsRequestHandler, BrokenOff, maxAnswerBytes, NeverSent, TooLateToLeave } from '../src/aws-request-handler.js';
import { createConnectClients } from '../src/connect/client.js';
import { hasOpenssl, makeCertificates } from './support/certificates.js';
import { neverMs } from './support/start-gateway.js';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  closings.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** An upstream that answers by `answer`; its port. */
const upstream = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(createHttpServer(answer));

function handlerWith(timeouts: { connectionTimeoutMs?: number; requestTimeoutMs?: number } = {}): AwsRequestHandler {
  const handler = new AwsRequestHandler({ connectionTimeoutMs: neverMs, requestTimeoutMs: neverMs, ...timeouts });
  closings.push(() => {
    handler.destroy();
  });
  return handler;
}

const put = (port: number, changes: object = {}) =>
  new HttpRequest({
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path: '/contact',
    method: 'PUT',
    headers: { 'content-length': '2' },
    body: '{}',
    ...changes,
  });

const textOf = ({ response }: Awaited<ReturnType<AwsRequestHandler['handle']>>) =>
  (response.body as Buffer).toString('utf8');

test('no request waits for the connection of another', async () => {
  const waiting: ServerResponse[] = [];
  const all = 200;
  const port = await upstream((_request, response) => {
    waiting.push(response);
    // None is answered before all are here.
    if (waiting.length === all) for (const one of waiting) one.end('{}');
  });
  const handler = handlerWith();
  const answers = await Promise.all(Array.from({ length: all }, () => handler.handle(put(port))));
  expect(answers.map(textOf)).toEqual(Array.from({ length: all }, () => '{}'));
});

test('what has a connection too late is not written at all, and the connection serves the next', async () => {
  let requests = 0;
  const port = await upstream((_request, response) => {
    requests += 1;
    response.end('ok');
  });
  const handler = handlerWith();
  await expect(handler.handle(put(port), { mayLeave: () => false })).rejects.toBeInstanceOf(TooLateToLeave);
  await expect(handler.handle(put(port), { mayLeave: () => false })).rejects.toBeInstanceOf(NeverSent);
  expect(textOf(await handler.handle(put(port), { mayLeave: () => true }))).toBe('ok');
  expect(requests).toBe(1);
});

test('a connection is used again, until its server closes it', async () => {
  const connections = new Set<Socket>();
  const port = await upstream(({ socket }, response) => {
    connections.add(socket);
    response.end('{}');
  });
  const handler = handlerWith();
  await handler.handle(put(port));
  // undici takes a connection for free a moment after its answer has ended.
  await setImmediate();
  await handler.handle(put(port));
  expect(connections.size).toBe(1);
  const [first] = [...connections];
  first!.end();
  await once(first!, 'close');
  await handler.handle(put(port));
  expect(connections.size).toBe(2);
});

test('the query, the headers and the body are sent as they are given, and the answer is given as it came', async () => {
  let seen: object = {};
  const port = await upstream((request, response) => {
    const { method, url, headers } = request;
    void (async () => {
      const body = await request.toArray();
      seen = { method, url, said: headers['x-said'], body: Buffer.concat(body as Buffer[]).toString() };
      response.writeEarlyHints({ link: '</>; rel=preload' }, () => {
        response.writeHead(404, { 'x-one': 'two', 'set-cookie': ['a=1', 'b=2'] }).end('none');
      });
    })();
  });
  const query = { name: 'a b+c', id: ['1', '2'] };
  const answer = await handlerWith().handle(put(port, { query, headers: { 'x-said': 'this', 'content-length': '2' } }));
  expect(seen).toEqual({ method: 'PUT', url: '/contact?id=1&id=2&name=a%20b%2Bc', said: 'this', body: '{}' });
  const { statusCode, headers } = answer.response;
  expect({ statusCode, text: textOf(answer) }).toEqual({ statusCode: 404, text: 'none' });
  expect(headers).toMatchObject({ 'x-one': 'two', 'set-cookie': 'a=1, b=2' });
});

describe('an answer', () => {
  test('that comes a byte at a time ends with the time-out', async () => {
    const sent: NodeJS.Timeout[] = [];
    closings.push(() => {
      for (const one of sent) clearInterval(one);
    });
    const port = await upstream((_request, response) => {
      response.writeHead(200);
      sent.push(setInterval(() => response.write('x'), 5));
    });
    const failed = handlerWith({ requestTimeoutMs: 200 }).handle(put(port));
    await expect(failed).rejects.toThrow(BrokenOff);
    await expect(failed).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  test('that comes in chunks of a byte is whole, in a buffer not much longer than it', async () => {
    const text = 'outdial '.repeat(40_000);
    const chunks = text.replaceAll(/./g, '1\r\n$&\r\n');
    const port = await listening(
      createServer((socket) => {
        socket.once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
        });
      }),
    );
    const joining = jest.spyOn(Buffer, 'concat');
    const answer = await handlerWith().handle(put(port));
    expect(textOf(answer) === text).toBe(true);
    // Nobody kept a buffer for each byte.
    expect(Math.max(0, ...joining.mock.calls.map(([parts]) => parts.length))).toBeLessThan(1_000);
    joining.mockRestore();
    const { buffer } = answer.response.body as Buffer;
    expect(buffer.byteLength).toBeLessThanOrEqual(2 * text.length);
  });

  test('that has no end is given up once it is longer than any of Connect', async () => {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const port = await upstream(({ socket }, response) => {
      socket.once('close', () => {
        close();
      });
      const chunk = Buffer.alloc(1_048_576);
      const more = () => {
        while (response.write(chunk));
        response.once('drain', more);
      };
      more();
    });
    await expect(handlerWith().handle(put(port))).rejects.toThrow(`The answer has more than ${maxAnswerBytes} bytes`);
    await closed;
  });

  test('that breaks off was perhaps carried out, and a read is sent again', async () => {
    let requests = 0;
    const port = await upstream((request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"Contact":{"Id":"one"}}');
    });
    const clients = createConnectClients({
      region: 'us-west-2',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      connectionTimeoutMs: neverMs,
      requestTimeoutMs: neverMs,
    });
    closings.push(() => {
      clients.reads.destroy();
      clients.writes.destroy();
    });
    const command = () => new DescribeContactCommand({ InstanceId: 'instance', ContactId: 'contact' });
    expect(await clients.reads.send(command())).toMatchObject({ Contact: { Id: 'one' } });
    expect(requests).toBe(2);
    requests = 0;
    await expect(clients.writes.send(command())).rejects.toThrow(BrokenOff);
    expect(requests).toBe(1);
  });
});

describe('nothing was sent', () => {
  test('where a server takes the connection and speaks no TLS', async () => {
    const port = await listening(createServer());
    const handler = handlerWith({ connectionTimeoutMs: 100 });
    await expect(handler.handle(put(port, { protocol: 'https:' }))).rejects.toThrow(NeverSent);
  });

  test('where a server closes the connection before TLS stands', async () => {
    const port = await listening(createServer((socket) => socket.end()));
    await expect(handlerWith().handle(put(port, { protocol: 'https:' }))).rejects.toThrow(NeverSent);
  });

  (hasOpenssl ? test : test.skip)('to a server whose certificate is not trusted', async () => {
    const certificates = makeCertificates(['localhost']);
    closings.push(() => {
      certificates.remove();
    });
    let requests = 0;
    const port = await listening(createTlsServer(certificates.options(), () => (requests += 1)));
    await expect(handlerWith().handle(put(port, { protocol: 'https:' }))).rejects.toThrow(NeverSent);
    expect(requests).toBe(0);
  });

  test('where the request is given up before it has a connection', async () => {
    let requests = 0;
    const port = await upstream((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    const given = new AbortController();
    const handler = handlerWith();
    const failed = handler.handle(put(port), { abortSignal: given.signal });
    given.abort();
    await expect(failed).rejects.toMatchObject({ name: 'AbortError' });
    await handler.handle(put(port));
    expect(requests).toBe(1);
  });
});
