import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HttpParts } from '../../src/http/app.js';
import type { Caller } from '../../src/request.js';
import { until } from '../support/until.js';
import { startFixture, type Fixture } from './fixture.js';

const subscription = 'subscription { feed { id } }';

async function on(overrides: Partial<HttpParts>, act: (gateway: Fixture) => Promise<void>): Promise<void> {
  const gateway = await startFixture({ subscriptionLimits: { subscriptionsPerCaller: 2 } }, overrides);
  try {
    await act(gateway);
  } finally {
    gateway.openGate();
    await gateway.clock.runUntil(gateway.stop());
  }
}

async function connectionTo(gateway: Fixture): Promise<Socket> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  return socket;
}

function post(path: string, query: string): string {
  const body = JSON.stringify({ query });
  const headers = `Host: x\r\nAuthorization: Bearer alice\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  return `POST ${path} HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
}

/** Sends a request and leaves while its token is being checked, which it then passes. */
async function leaveEarly(request: string, then: (gateway: Fixture) => Promise<void>): Promise<void> {
  let pass: (caller: Caller) => void = () => undefined;
  const caller = new Promise<Caller>((resolve) => (pass = resolve));
  let asked = 0;
  const callerFrom = () => {
    asked += 1;
    return caller;
  };
  await on({ callerFrom }, async (gateway) => {
    const socket = await connectionTo(gateway);
    socket.write(request);
    await until(() => asked === 1);
    socket.destroy();
    // By now it has been seen to leave.
    await gateway.send('/livez');
    pass({ subject: 'alice', tenant: 'acme', scopes: new Set(), expiresAtMs: Number.MAX_SAFE_INTEGER });
    await gateway.send('/livez');
    await then(gateway);
  });
}

test.each([
  ['subscription', post('/graphql/stream', subscription)],
  ['operation', post('/graphql', '{ gate }')],
])('a client that leaves while its token is being checked has no %s run', async (_what, request) => {
  await leaveEarly(request, async (gateway) => {
    await until(() => gateway.accessLog().length === 1);
    expect(gateway.feeds).toEqual([]);
    expect(gateway.calls).toEqual([]);
  });
});

test.each([
  ['stream', '/graphql/stream', subscription],
  ['mutation', '/graphql', 'mutation { ring }'],
])('a %s behind a request that is not answered yet is not run once its client has left', async (_what, path, query) => {
  await on({}, async (gateway) => {
    const socket = await connectionTo(gateway);
    socket.write(post('/graphql', '{ gate }') + post(path, query));
    await until(() => gateway.signals.length === 1);
    socket.destroy();
    await until(() => gateway.signals[0]!.aborted);
    gateway.openGate();
    await until(() => gateway.accessLog().length === 1);
    await gateway.send('/livez');
    expect(gateway.feeds).toEqual([]);
    expect(gateway.calls).toEqual(['gate']);
  });
});

test('a stream behind another one waits until that is over', async () => {
  await on({}, async (gateway) => {
    const socket = await connectionTo(gateway);
    socket.write(post('/graphql/stream', subscription));
    await until(() => gateway.feeds.length === 1);
    socket.write(post('/graphql/stream', subscription));
    await gateway.send('/livez');
    expect(gateway.feeds).toHaveLength(1);
    gateway.feeds[0]!.complete();
    await until(() => gateway.feeds.length === 2);
    socket.destroy();
    await until(() => gateway.feeds[1]!.isReturned);
  });
});
