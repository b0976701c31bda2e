import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { HttpOptions } from '../../src/http/app.js';
import type { CallerFrom } from '../../src/http/authentication.js';
import { connectionInitTimeoutMs, keepAliveMs } from '../../src/subscriptions/subscription-limits.js';
import { until } from '../support/until.js';
import { canary, startFixture, type Fixture } from './fixture.js';
import { RawSocket, refusedHandshake } from './subscribers.js';

const query = 'subscription { feed { id } }';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture({ corsOrigins: ['https://desk.example'] });
});
afterAll(() => gateway.clock.runUntil(gateway.stop()));

async function onAnother(
  options: Partial<HttpOptions>,
  use: (fixture: Fixture) => Promise<void>,
  callerFrom?: CallerFrom,
): Promise<void> {
  const fixture = await startFixture(options, callerFrom ? { callerFrom } : {});
  try {
    await use(fixture);
  } finally {
    await fixture.clock.runUntil(fixture.stop());
  }
}

test('the graphql-ws client follows, ends, and follows again on one socket', async () => {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: 'Bearer alice' },
    lazy: false,
  });
  const before = gateway.feeds.length;
  for (const round of [0, 1]) {
    const events = client.iterate<{ feed: unknown }>({ query });
    const first = events.next();
    await until(() => gateway.feeds.length > before + round);
    const feed = gateway.feeds[before + round]!;
    feed.push({ id: 'a' });
    expect((await first).value).toEqual({ data: { feed: { id: 'a' } } });
    await events.return?.();
    await until(() => feed.isReturned);
  }
  await client.dispose();
});

describe('the handshake', () => {
  test.each([
    ['no page', {}],
    ['a page of an origin that is configured', { origin: 'https://desk.example' }],
    ['a page of our own', { origin: 'https://calls.example', host: 'calls.example' }],
    ['a page of our own on a port', { origin: 'http://localhost:4000', host: 'LOCALHOST:4000' }],
  ])('accepts %s', async (_who, headers) => {
    const raw = await RawSocket.open(gateway, { headers });
    raw.socket.terminate();
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://localhost:4001', host: 'localhost:4000' }],
    ['a longer name', { origin: 'https://desk.example.evil.example' }],
    ['another scheme', { origin: 'http://desk.example' }],
    ['no origin worth the name', { origin: 'null' }],
    ['what is no URL', { origin: 'desk.example', host: 'desk.example' }],
  ])('refuses %s', async (_who, headers) => {
    const {
      status,
      body,
      headers: answered,
    } = await refusedHandshake(gateway, { ...headers, 'x-request-id': 'origin-1' });
    expect(status).toBe(403);
    expect(answered).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      connection: 'close',
      'x-request-id': 'origin-1',
    });
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN', requestId: 'origin-1' } }] });
    expect(body).not.toContain('evil');
    expect(gateway.logText()).toContain(
      '"requestId":"origin-1","status":403,"codes":["FORBIDDEN"],"msg":"an upgrade is refused"',
    );
  });

  test.each(['/', '/graphql/stream', `/${canary}`, '/graphql/'])('is not held at %s', async (path) => {
    const { status, body } = await refusedHandshake(gateway, {}, path);
    expect(status).toBe(404);
    expect(body).not.toContain(canary);
  });

  test('that is none is 400 in the shape of GraphQL', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write('GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('sec-websocket-version: 13\r\n');
    expect(answer).toContain('"code":"BAD_REQUEST"');
  });

  test.each([
    ['h2c, as Java offers it', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n'],
    ['something else', 'Connection: upgrade\r\nUpgrade: IRC/6.9\r\n'],
  ])(
    'is no matter of a request that offers %s, which is answered, and the next on its connection',
    async (_what, offer) => {
      const { hostname, port } = new URL(gateway.url);
      const socket = connect(Number(port), hostname);
      let answer = '';
      socket.on('data', (chunk) => (answer += String(chunk)));
      const body = JSON.stringify({ query: '{ hello }' });
      const post = (headers: string) =>
        `POST /graphql HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      const answers = () => answer.split('{"data":{"hello":"world"}}').length - 1;
      // Its body in one packet with the head of the request, or in two.
      socket.write(post(offer) + body.slice(0, 5));
      await new Promise(setImmediate);
      socket.write(body.slice(5));
      await until(() => answers() === 1);
      socket.write(post('') + body);
      await until(() => answers() === 2);
      socket.write(post(offer) + body);
      await until(() => answers() === 3);
      socket.write(post(offer.replace(/upgrade/i, 'close, Upgrade')) + body);
      await once(socket, 'close');
      expect(answers()).toBe(4);
      expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(Array(4).fill('HTTP/1.1 200'));
    },
  );
});

test('a WebSocket offered behind a request that is not answered yet is not opened, nor run as anything else', async () => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  const post = (query: string, offer = '') => {
    const body = JSON.stringify({ query });
    return `POST /graphql HTTP/1.1\r\nHost: x\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  const offer = 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  socket.write(post('{ gate }') + post('mutation { ring }', `Connection: Upgrade\r\n${offer}`));
  await once(socket, 'close');
  expect(answer).toBe('');
  gateway.openGate();
  expect(gateway.calls).not.toContain('ring');
});

describe('the token', () => {
  const nowhere = 'Send `authorization: "Bearer ..."` in the payload of connection_init.';

  test.each<[string, unknown, Record<string, string>?]>([
    ['authorization', { authorization: 'Bearer alice' }],
    ['authorization in another case', { AUTHORIZATION: 'bearer  alice' }],
    ['authorization without a scheme', { authorization: 'alice' }],
    ['connectionParams.authorization', { connectionParams: { Authorization: 'Bearer alice' } }],
    ['connectionParams.token', { connectionParams: { token: 'alice' } }],
    ['headers.authorization', { headers: { Authorization: 'Bearer alice' } }],
    ['the header of the upgrade', undefined, { authorization: 'Bearer alice' }],
    ['the header of the upgrade, beside a payload without one', { a: 1 }, { authorization: 'bearer alice' }],
    ['several places, where it is the same', { authorization: 'alice', headers: { authorization: 'Bearer alice' } }],
    [
      'the payload and the upgrade, where it is the same',
      { token: 'x', authorization: 'alice' },
      { authorization: 'Bearer alice' },
    ],
    ['a place beside an empty one', { authorization: '', connectionParams: { token: 'alice' } }],
    ['the payload, beside an upgrade for somebody else', { authorization: 'alice' }, { authorization: 'Basic eDp5' }],
  ])('is taken from %s', async (_where, payload, headers = {}) => {
    const raw = await RawSocket.open(gateway, { headers });
    raw.say({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
    expect(await raw.hear()).toEqual({ type: 'connection_ack' });
    const before = gateway.feeds.length;
    raw.subscribe('1', { query: 'subscription { feed { subject } }' });
    await until(() => gateway.feeds.length > before);
    gateway.feeds[before]!.push({});
    expect(await raw.hear()).toMatchObject({ payload: { data: { feed: { subject: 'alice' } } } });
    raw.socket.terminate();
  });

  const different = 'Different tokens came with this connection; send one of them.';
  test.each<[string, unknown, number, string, Record<string, string>?]>([
    ['nothing', undefined, 4403, nowhere],
    ['an empty object', {}, 4403, nowhere],
    ['what is no object', 'Bearer alice', 4400, 'Invalid message received'],
    ['what is no text', { authorization: ['Bearer alice'] }, 4403, nowhere],
    ['one that is not accepted', { authorization: `Bearer ${canary}` }, 4403, 'The token is not accepted.'],
    ['one that cannot be checked', { Authorization: 'Bearer outage' }, 1013, 'Tokens cannot be checked right now.'],
    ['one in a place that is none', { token: 'alice', cookie: 'alice', headers: { cookie: 'alice' } }, 4403, nowhere],
    ['one that lies deeper', { connectionParams: { headers: { authorization: 'Bearer alice' } } }, 4403, nowhere],
    ['two in two places', { authorization: 'alice', connectionParams: { token: canary } }, 4403, different],
    ['two in one place', { authorization: 'Bearer alice', Authorization: 'Bearer bob' }, 4403, different],
    ['another than the upgrade', { authorization: 'alice' }, 4403, different, { authorization: 'Bearer bob' }],
    ['one, and in the upgrade another scheme', {}, 4403, nowhere, { authorization: 'Basic eDp5' }],
    ['nothing, from a page', {}, 4403, nowhere, { authorization: 'Bearer alice', origin: 'own' }],
    ['nothing, with a cookie', {}, 4403, nowhere, { authorization: 'Bearer alice', cookie: 'a=b' }],
  ])('%s in connection_init closes the socket', async (_what, payload, code, reason, headers = {}) => {
    const raw = await RawSocket.open(gateway, {
      headers: { ...headers, ...(headers.origin === 'own' ? { origin: gateway.url } : {}) },
    });
    const before = gateway.feeds.length;
    raw.say({ type: 'connection_init', payload });
    expect(await raw.closed()).toEqual({ code, reason });
    expect(gateway.feeds).toHaveLength(before);
    expect(gateway.logText()).not.toContain(canary);
  });

  test('that is refused lets nothing be subscribed to that was said with it, however fast', async () => {
    const raw = await RawSocket.open(gateway);
    const before = gateway.feeds.length;
    raw.say({ type: 'connection_init', payload: {} });
    raw.subscribe('1', { query });
    expect([4401, 4403]).toContain((await raw.closed()).code);
    expect(gateway.feeds).toHaveLength(before);
  });

  test('that cannot be checked because of a bug closes it without a word of why', async () => {
    await onAnother(
      {},
      async (fixture) => {
        const raw = await RawSocket.open(fixture);
        raw.say({ type: 'connection_init', payload: { authorization: 'Bearer alice' } });
        expect(await raw.closed()).toEqual({ code: 4500, reason: 'Internal server error' });
        expect(fixture.logText()).toContain('secret-of-ours');
      },
      () => Promise.reject(new TypeError('secret-of-ours')),
    );
  });

  test('that does not come in time closes it', async () => {
    await onAnother({}, async (fixture) => {
      const silent = await RawSocket.open(fixture);
      fixture.clock.advance(connectionInitTimeoutMs);
      expect(await silent.closed()).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    });
  });

  test('that is checked for too long closes it, and what it says then is heard no more', async () => {
    let accept: (caller: Awaited<ReturnType<CallerFrom>>) => void = () => undefined;
    await onAnother(
      {},
      async (fixture) => {
        const raw = await RawSocket.open(fixture);
        raw.say({ type: 'connection_init', payload: { authorization: 'Bearer alice' } });
        await until(() => accept.length === 1);
        fixture.clock.advance(connectionInitTimeoutMs);
        accept({ subject: 'alice', tenant: 'acme', scopes: new Set(), expiresAtMs: Infinity });
        raw.subscribe('1', { query });
        expect(await raw.closed()).toMatchObject({ code: 4408 });
        expect(fixture.feeds).toEqual([]);
      },
      () =>
        new Promise(
          (resolve) =>
            (accept = (caller) => {
              resolve(caller);
            }),
        ),
    );
  });

  test('of a socket that was followed by another is not asked for again', async () => {
    const raw = await RawSocket.connect(gateway);
    raw.say({ type: 'connection_init', payload: { authorization: 'Bearer bob' } });
    expect(await raw.closed()).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
  });
});

describe('of too many sockets', () => {
  test('those of one caller are told to come again later', async () => {
    await onAnother({ subscriptionLimits: { socketsPerCaller: 1 } }, async (fixture) => {
      const first = await RawSocket.connect(fixture);
      const second = await RawSocket.open(fixture);
      second.say({ type: 'connection_init', payload: { authorization: 'Bearer alice' } });
      expect(await second.closed()).toEqual({
        code: 1013,
        reason: 'You may have 1 sockets open at once; end one first.',
      });
      const other = await RawSocket.connect(fixture, 'Bearer bob');
      first.socket.close();
      await first.closed();
      const again = await RawSocket.connect(fixture);
      for (const { socket } of [other, again]) socket.terminate();
    });
  });

  test('those of the process are refused before they are opened', async () => {
    await onAnother({ subscriptionLimits: { socketsPerProcess: 1 } }, async (fixture) => {
      const first = await RawSocket.connect(fixture);
      const { status, headers, body } = await refusedHandshake(fixture, {});
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('10');
      expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED', retryable: true } }] });
      first.socket.close();
      await first.closed();
      const again = await RawSocket.connect(fixture);
      again.socket.terminate();
    });
  });

  test('those without a token take no place from those with one', async () => {
    await onAnother({ subscriptionLimits: { socketsPerProcess: 1 } }, async (fixture) => {
      const silent = [await RawSocket.open(fixture), await RawSocket.open(fixture)];
      const known = await RawSocket.connect(fixture);
      const [late] = silent;
      late!.say({ type: 'connection_init', payload: { authorization: 'Bearer bob' } });
      expect(await late!.closed()).toMatchObject({ code: 1013 });
      for (const { socket } of [known, ...silent]) socket.terminate();
    });
  });

  test('the oldest without a token gives way, none with one', async () => {
    await onAnother({ subscriptionLimits: { connectionsWithoutCaller: 2 } }, async (fixture) => {
      const known = await RawSocket.connect(fixture);
      const [oldest, younger] = [await RawSocket.open(fixture), await RawSocket.open(fixture)];
      const newest = await RawSocket.connect(fixture, 'Bearer bob');
      expect(await oldest.closed()).toMatchObject({ code: 1013 });
      for (const raw of [known, younger, newest]) {
        raw.say({ type: 'ping' });
        expect(await raw.hear()).toEqual({ type: 'pong' });
        raw.socket.terminate();
      }
    });
  });
});

test('a peer that is gone without a word is cut, one that answers is not', async () => {
  await onAnother({}, async (fixture) => {
    const gone = await RawSocket.connect(fixture);
    const there = await RawSocket.connect(fixture);
    gone.subscribe('1', { query });
    await until(() => fixture.feeds.length === 1);
    gone.socket.pause();
    const pinged = once(there.socket, 'ping');
    fixture.clock.advance(keepAliveMs);
    await pinged;
    there.say({ type: 'ping' });
    await there.hear();
    fixture.clock.advance(keepAliveMs);
    await until(() => fixture.feeds[0]!.isReturned);
    there.say({ type: 'ping' });
    expect(await there.hear()).toEqual({ type: 'pong' });
    gone.socket.terminate();
    there.socket.terminate();
  });
});
