import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { HttpOptions } from '../../src/http/app.js';
import { closeCodes } from '../../src/http/socket-session.js';
import { readTimeoutMs } from '../../src/subscriptions/subscription-limits.js';
import { until } from '../support/until.js';
import type { Feed } from './feed.js';
import { startFixture, type Fixture } from './fixture.js';
import { overMultipart, overSocket, overStream, RawSocket } from './subscribers.js';

const query = 'subscription { feed { id text } }';

let gateway: Fixture;
let isStopped = false;
async function start(options: Partial<HttpOptions> = {}): Promise<void> {
  gateway = await startFixture(options);
  isStopped = false;
}
afterEach(async () => {
  if (!isStopped) await gateway.clock.runUntil(gateway.stop());
});

const opened = async (count = 1) => {
  await until(() => gateway.feeds.length >= count);
  return gateway.feeds[count - 1]!;
};
const endOf = async (requestId: string) => {
  await until(() => gateway.subscriptionLog().some((line) => line.requestId === requestId));
  return gateway.subscriptionLog().find((line) => line.requestId === requestId)?.ended;
};
/** A socket that follows and then is read no more. */
const unreadSocket = async () => {
  const raw = await RawSocket.connect(gateway);
  raw.subscribe('1', { query });
  const feed = await opened();
  raw.socket.pause();
  return { raw, feed };
};
const expired = [
  { message: 'The token has expired. Subscribe again with a new one.', extensions: { code: 'UNAUTHENTICATED' } },
];

describe('when the token expires', () => {
  test('each subscription of a socket is told so, and it is closed with 4403, also while nothing happens on it', async () => {
    await start();
    const raw = await RawSocket.connect(gateway, 'Bearer alice-elsewhere');
    raw.subscribe('a', { query });
    raw.subscribe('b', { query });
    const idle = await RawSocket.connect(gateway, 'Bearer alice-elsewhere');
    const feed = await opened(2);
    gateway.clock.advance(14_999);
    feed.push({ id: '1' });
    expect(await raw.hear()).toMatchObject({ type: 'next', id: 'b' });
    gateway.clock.advance(1);
    const reason = 'The token has expired. Subscribe again with a new one.';
    expect(await raw.hear()).toMatchObject({ type: 'next', id: 'a', payload: { errors: expired } });
    expect(await raw.hear()).toMatchObject({ type: 'next', id: 'b', payload: { errors: expired } });
    expect(await raw.hear()).toEqual({ type: 'closed', code: 4403, reason });
    expect(await idle.closed()).toEqual({ code: 4403, reason });
    expect(gateway.feeds.map(({ isReturned }) => isReturned)).toEqual([true, true]);
    const { requestId } = feed.context;
    expect(await endOf(requestId)).toBe('expired');
    const line = gateway.subscriptionLog().find((one) => one.requestId === requestId);
    expect(line?.codes).toEqual(['UNAUTHENTICATED']);
  });

  test.each([overStream, overMultipart])(
    'a $name stream ends with an error that says so, and is complete',
    async (transport) => {
      await start();
      const following = await transport.follow(gateway, { query }, 'Bearer alice-elsewhere');
      const feed = await opened();
      feed.push({ id: '1' });
      expect(await following.told()).toMatchObject({ kind: 'next' });
      gateway.clock.advance(15_000);
      expect(await following.told()).toMatchObject({ kind: 'errors', errors: expired });
      expect(await following.told()).toEqual({ kind: 'complete' });
      expect(await following.told()).toMatchObject({ kind: 'closed' });
      expect(feed.isReturned).toBe(true);
      expect(await endOf(feed.context.requestId)).toBe('expired');
    },
  );

  test.each([overSocket, overStream, overMultipart])(
    'no event passes over $name whose time has come before the timer',
    async (transport) => {
      await start();
      const following = await transport.follow(gateway, { query }, 'Bearer alice-elsewhere');
      const feed = await opened();
      await until(() => feed.pulls === 1);
      // The machine's clock is set forward: no timer is called for that.
      gateway.clock.now = () => Number.MAX_SAFE_INTEGER;
      feed.push({ id: 'after the end' });
      expect(await following.told()).toMatchObject({ kind: 'errors', errors: expired });
      const end = transport === overSocket ? { kind: 'closed', code: 4403 } : { kind: 'complete' };
      expect(await following.told()).toMatchObject(end);
    },
  );

  test.each([
    [overSocket, { kind: 'closed', code: 4403 }],
    [overStream, { kind: 'errors', errors: expired }],
    [overMultipart, { kind: 'errors', errors: expired }],
  ])('a token that is over, though within the skew of clocks, opens nothing (%#)', async (transport, expected) => {
    await start();
    const following = await transport.follow(gateway, { query }, 'Bearer yesterday');
    expect(await following.told()).toMatchObject(expected);
    expect(gateway.feeds).toEqual([]);
  });
});

describe('a reader that does not read', () => {
  const text = 'x'.repeat(8 * 1024 * 1024);

  /** A stream whose client leaves its answer in the socket. */
  const unreadStream = async (): Promise<IncomingMessage> => {
    const request = httpRequest(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer alice' },
    });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ query }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    return response;
  };

  /** Three events for it: not all are asked for, and when its time is over so is its subscription. */
  const dropsAsTooSlow = async (feed: Feed) => {
    feed.push({ text }, { text }, { text });
    await gateway.clock.whenQuiet();
    expect(feed.pulls).toBeLessThan(3);
    gateway.clock.advance(readTimeoutMs);
    expect(await endOf(feed.context.requestId)).toBe('too slow');
    expect(feed.isReturned).toBe(true);
  };

  test('is asked for no more events than it takes, and dropped from its socket with a reason', async () => {
    await start();
    const { raw, feed } = await unreadSocket();
    await dropsAsTooSlow(feed);
    expect(gateway.logText()).toContain('Too slow: read what you are sent');
    raw.socket.resume();
    expect(await raw.closed()).toEqual({
      code: closeCodes.tooSlow,
      reason: 'Too slow: read what you are sent, or follow less.',
    });
  });

  test('is cut where it does not even read that', async () => {
    await start();
    const { raw, feed } = await unreadSocket();
    feed.push({ text }, { text });
    await gateway.clock.whenQuiet();
    gateway.clock.advance(readTimeoutMs);
    expect(await endOf(feed.context.requestId)).toBe('too slow');
    gateway.clock.advance(1_000);
    raw.socket.resume();
    expect(await raw.closed()).toMatchObject({ code: 1006 });
  });

  test('is dropped at once where its socket holds more than a MiB and is to take more', async () => {
    await start();
    const raw = await RawSocket.connect(gateway);
    raw.subscribe('1', { query });
    raw.subscribe('2', { query });
    const [first, second] = [await opened(1), await opened(2)];
    raw.socket.pause();
    first.push({ text });
    await gateway.clock.whenQuiet();
    second.push({ id: '1' });
    expect(await endOf(second.context.requestId)).toBe('too slow');
    expect(first.isReturned).toBe(true);
    raw.socket.terminate();
  });

  test('is asked for no more events than it takes, and its stream is cut', async () => {
    await start();
    const response = await unreadStream();
    const feed = await opened();
    await dropsAsTooSlow(feed);
    response.resume();
    await expect(once(response, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('that reads again in time misses nothing', async () => {
    await start();
    const { raw, feed } = await unreadSocket();
    feed.push({ id: '1', text }, { id: '2' });
    feed.complete();
    await gateway.clock.whenQuiet();
    gateway.clock.advance(readTimeoutMs - 10_000);
    raw.socket.resume();
    expect(await raw.hear()).toMatchObject({ type: 'next', payload: { data: { feed: { id: '1' } } } });
    expect(await raw.hear()).toMatchObject({ type: 'next', payload: { data: { feed: { id: '2' } } } });
    expect(await raw.hear()).toMatchObject({ type: 'complete' });
    raw.socket.terminate();
  });
});

describe('a stop', () => {
  test('closes sockets with 1001 and breaks streams off, without a word of completion, while operations finish', async () => {
    await start();
    const socket = await overSocket.follow(gateway, { query });
    const stream = await overStream.follow(gateway, { query });
    const parts = await overMultipart.follow(gateway, { query });
    const idle = await RawSocket.open(gateway);
    await opened(3);
    const running = gateway.query('{ gate }');
    await until(() => gateway.calls.length > 0);
    const stopped = gateway.stop();
    expect(await socket.told()).toEqual({ kind: 'closed', code: 1001, reason: 'Going away' });
    expect(await stream.told()).toEqual({ kind: 'closed', code: 200, reason: '' });
    expect(await parts.told()).toEqual({ kind: 'closed', code: 200, reason: '' });
    expect(await idle.closed()).toMatchObject({ code: 1001 });
    expect(gateway.feeds.map(({ isReturned }) => isReturned)).toEqual([true, true, true]);
    expect(gateway.subscriptionLog().map(({ ended }) => ended)).toEqual(['draining', 'draining', 'draining']);

    const late = await overStream.follow(gateway, { query });
    expect(await late.told()).toMatchObject({ kind: 'closed', code: 503 });
    const refused = new WebSocket(gateway.url.replace('http', 'ws') + '/graphql', 'graphql-transport-ws');
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toBe('Unexpected server response: 503');

    gateway.openGate();
    expect(await running).toMatchObject({ data: { gate: 'open' } });
    await gateway.clock.runUntil(stopped);
    isStopped = true;
  });

  test('does not wait for clients that do not read', async () => {
    await start();
    const { raw, feed } = await unreadSocket();
    feed.push({ text: 'x'.repeat(8 * 1024 * 1024) });
    await gateway.clock.whenQuiet();
    const startMs = gateway.clock.monotonic();
    await gateway.clock.runUntil(gateway.stop());
    expect(gateway.clock.monotonic() - startMs).toBeLessThan(2_000);
    raw.socket.terminate();
    isStopped = true;
  });

  test('lets the clients of both protocols follow elsewhere, as if nothing had been', async () => {
    await start();
    const other = await startFixture();
    let url = gateway.url;
    const received: Record<string, unknown[]> = { sockets: [], streams: [] };
    const sink = (into: unknown[]) => ({
      next: (result: { data?: unknown }) => void into.push(result.data),
      error: (error: unknown) => void into.push(error),
      complete: () => void into.push('complete'),
    });
    const sockets = createSocketClient({
      url: () => `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: 'Bearer alice' },
      retryWait: () => Promise.resolve(),
    });
    const streams = createSseClient({
      url: () => `${url}/graphql/stream`,
      headers: { authorization: 'Bearer alice' },
      retry: () => Promise.resolve(),
    });
    try {
      sockets.subscribe({ query }, sink(received.sockets!));
      await opened(1);
      streams.subscribe({ query }, sink(received.streams!));
      await opened(2);
      for (const feed of gateway.feeds) feed.push({ id: 'here' });
      await until(() => Object.values(received).every((list) => list.length === 1));
      url = other.url;
      await gateway.clock.runUntil(gateway.stop());
      isStopped = true;
      await until(() => other.feeds.length === 2);
      for (const feed of other.feeds) {
        feed.push({ id: 'there' });
        feed.complete();
      }
      await until(() => Object.values(received).every((list) => list.length === 3));
      const all = [{ feed: { id: 'here', text: null } }, { feed: { id: 'there', text: null } }, 'complete'];
      expect(received).toEqual({ sockets: all, streams: all });
    } finally {
      await sockets.dispose();
      streams.dispose();
      await other.clock.runUntil(other.stop());
    }
  });
});
