import { StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { NeverSent } from '../../src/aws-request-handler.js';
import { createConnectClients } from '../../src/connect/client.js';
import { mayHaveBeenCarriedOut } from '../../src/connect/errors.js';
import { hasOpenssl, makeCertificates, type Certificates } from '../support/certificates.js';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../support/connect-proxy.js';
import { neverMs } from '../support/start-gateway.js';

const host = 'connect.us-west-2.amazonaws.com';
const credentials = 'outdial:p@ss/wört';

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

async function proxyWith(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(options);
  closings.push(() => proxy.stop());
  return proxy;
}

/** What one attempt to place a call fails with, through that proxy. */
function failureThrough(url: string, { exempt = '', connectionTimeoutMs = neverMs, endpoint = '' } = {}) {
  const { writes } = createConnectClients({
    region: 'us-west-2',
    ...(endpoint ? { endpoint } : {}),
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    proxy: { url, exempt },
    connectionTimeoutMs,
    requestTimeoutMs: neverMs,
  });
  closings.push(() => {
    writes.destroy();
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

function expectNeverSent(cause: unknown): void {
  expect(cause).toBeInstanceOf(NeverSent);
  expect(mayHaveBeenCarriedOut(cause)).toBe(false);
}

describe('nothing was sent where the proxy', () => {
  const refuse = (status: number) => (socket: Socket) =>
    socket.end(`HTTP/1.1 ${status} Whatever\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>`);

  test.each<[string, (socket: Socket) => void]>([
    ['refuses with 403', refuse(403)],
    ['refuses with 407', refuse(407)],
    ['does not reach the host, with 502', refuse(502)],
    ['answers a success that is no tunnel, with 204', refuse(204)],
    ['answers nothing and ends', (socket) => socket.end()],
    ['begins an answer and ends', (socket) => socket.end('HTTP/1.1 200 Conn')],
    ['breaks off with a reset', (socket) => socket.resetAndDestroy()],
    ['does not speak HTTP', (socket) => socket.end('220 smtp.example.com ESMTP\r\n\r\n')],
    ['makes a tunnel that ends at once', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
    [
      'makes a tunnel to something that speaks no TLS',
      (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n'),
    ],
  ])('%s', async (_what, answer) => {
    const proxy = await proxyWith({ answer });
    expectNeverSent(await failureThrough(proxy.url));
    expect(proxy.asked).toEqual([`${host}:443`]);
  });

  test.each<[string, string, number]>([
    ['does not answer in time', '', 100],
    ['makes a tunnel in which nobody speaks', 'HTTP/1.1 200 OK\r\n\r\n', 100],
    ['refuses and waits for more', 'HTTP/1.1 407 Whatever\r\ncontent-length: 0\r\n\r\n', neverMs],
  ])('%s, and its connection is given up', async (_what, answer, connectionTimeoutMs) => {
    let closed: Promise<unknown> = Promise.resolve();
    const proxy = await proxyWith({
      answer: (socket) => {
        closed = once(socket.resume(), 'end');
        socket.write(answer);
      },
    });
    expectNeverSent(await failureThrough(proxy.url, { connectionTimeoutMs }));
    await closed;
  });

  test('cannot be reached', async () => {
    const server = createTcpServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    expectNeverSent(await failureThrough(`http://127.0.0.1:${port}`));
  });

  test('has no address', async () => {
    expectNeverSent(await failureThrough('http://proxy.invalid:3128'));
  });

  test('does not take our credentials, of which no error tells', async () => {
    const proxy = await proxyWith({ credentials });
    const cause = await failureThrough(proxy.url.replace('outdial:', 'outdial:canary'));
    expectNeverSent(cause);
    const told = inspect(cause, { depth: 10, showHidden: true });
    expect(told).toContain('407');
    expect(told).not.toMatch(/canary|p(@|%40)ss|b3V0ZGlhbDp/);
  });
});

(hasOpenssl ? describe : describe.skip)('through a tunnel', () => {
  const trusted = getCACertificates('default');
  let certificates: Certificates;
  let server: Server;
  let answer: (socket: Socket) => void;
  beforeAll(async () => {
    certificates = makeCertificates([host, 'localhost']);
    server = createServer(certificates.options(), ({ socket }) => {
      answer(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    setDefaultCACertificates(trusted);
    server.closeAllConnections();
  });
  afterAll(() => {
    server.close();
    certificates.remove();
  });

  const port = () => (server.address() as AddressInfo).port;
  const trust = () => {
    setDefaultCACertificates([...trusted, readFileSync(certificates.ca, 'utf8')]);
  };

  test.each(['http:', 'https:'])(
    'a request goes, with the credentials of an %s proxy, and its answer comes',
    async (by) => {
      trust();
      answer = (socket) =>
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 19\r\n\r\n{"ContactId":"one"}',
        );
      const certificate = by === 'https:' ? { certificate: certificates.options() } : {};
      const proxy = await proxyWith({ port: port(), credentials, ...certificate });
      expect(new URL(proxy.url).protocol).toBe(by);
      expect(await failureThrough(proxy.url)).toBeUndefined();
      expect(proxy.asked).toEqual([`${host}:443`]);
    },
  );

  test('that breaks once the request was sent, a call may have been placed', async () => {
    trust();
    const proxy = await proxyWith({ port: port() });
    answer = () => {
      proxy.cut();
    };
    const cause = await failureThrough(proxy.url);
    expect(cause).toBeInstanceOf(Error);
    expect(cause).not.toBeInstanceOf(NeverSent);
    expect(mayHaveBeenCarriedOut(cause)).toBe(true);
  });

  test('nothing is sent to a host whose certificate is not trusted', async () => {
    let requests = 0;
    answer = () => (requests += 1);
    const proxy = await proxyWith({ port: port() });
    expectNeverSent(await failureThrough(proxy.url));
    expect(requests).toBe(0);
  });

  test.each(['*', '127.0.0.1', '127.0.0.0-127.0.0.9'])(
    'no request goes to a host that NO_PROXY exempts by %s',
    async (exempt) => {
      const proxy = await proxyWith({ port: port() });
      const reached = once(server, 'connection');
      expect(await failureThrough(proxy.url, { exempt, endpoint: `https://127.0.0.1:${port()}` })).toBeDefined();
      await reached;
      expect(proxy.asked).toEqual([]);
    },
  );
});
