import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HttpParts } from '../../src/http/app.js';
import type { Caller } from '../../src/request.js';
import { startFixture, type Fixture } from './fixture.js';
import { until } from './subscribers.js';

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

test('a client that leaves while its token is being checked leaves no subscription behind', async () => {
  await leaveEarly(post('/graphql/stream', subscription), (gateway) =>
    until(() => gateway.feeds.every(({ isReturned }) => isReturned)),
  );
});

test('an operation whose client leaves while its token is being checked knows that nobody waits', async () => {
  await leaveEarly(post('/graphql', '{ gate }'), async ({ signals }) => {
    await until(() => signals.length === 1);
    await until(() => signals[0]!.aborted);
  });
});

test('a stream behind a request that is not answered yet is not opened: nobody would tell that its client has left', async () => {
  await on({}, async (gateway) => {
    const socket = await connectionTo(gateway);
    socket.write(post('/graphql', '{ gate }') + post('/graphql/stream', subscription));
    await once(socket, 'close');
    expect(gateway.feeds).toEqual([]);
  });
});

test('nor is one behind another stream, which ends with its connection', async () => {
  await on({}, async (gateway) => {
    const socket = await connectionTo(gateway);
    socket.write(post('/graphql/stream', subscription));
    await until(() => gateway.feeds.length === 1);
    socket.write(post('/graphql/stream', subscription));
    await once(socket, 'close');
    await until(() => gateway.feeds[0]!.isReturned);
    expect(gateway.feeds).toHaveLength(1);
  });
});
