import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lateForMs } from '../../src/operations/admission.js';
import { ManualLoopDelay } from '../support/manual-loop-delay.js';
import { until } from '../support/until.js';
import { firstResultTimeoutMs } from '../../src/subscriptions/subscription-limits.js';
import { startFixture, type Fixture } from './fixture.js';
import { overMultipart, overSocket, overStream, RawSocket, refusedHandshake } from './subscribers.js';

/** Reads are refused from 8 in flight on, mutations from 10. */
const admissionLimits = { maxOperationsInFlight: 10, maxLoopDelayMs: 1_000 };
const subscription = 'subscription { feed { id } }';
const throttled = { code: 'THROTTLED', retryable: true, retryAfterMs: 1_500 };

let gateway: Fixture;
let loopDelay: ManualLoopDelay;
/** How often a token was looked at. */
let verified = 0;
beforeEach(async () => {
  loopDelay = new ManualLoopDelay();
  verified = 0;
  const caller = { subject: 'alice', tenant: 'acme', scopes: new Set(['contacts:read']), expiresAtMs: Infinity };
  const callerFrom = (authorization: string | undefined) => {
    verified += 1;
    return Promise.resolve(authorization === undefined ? undefined : caller);
  };
  gateway = await startFixture({ admissionLimits }, { loopDelay, random: () => 0.5, callerFrom });
});
afterEach(async () => {
  gateway.openGate();
  await gateway.clock.runUntil(gateway.stop());
});

/** Operations that run until the gate opens, or longer than their client waits. */
async function waitAtGate(count: number, query = '{ gate }', signal?: AbortSignal): Promise<void> {
  const before = gateway.signals.length;
  for (let sent = 0; sent < count; sent += 1) {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify({ query }), ...(signal ? { signal } : {}) };
    gateway.send('/graphql', init).catch(() => undefined);
  }
  await until(() => gateway.signals.length === before + count);
}

/** The loop has been so late for long enough. */
function beLate(delayMs: number): void {
  loopDelay.sample(delayMs);
  gateway.clock.advance(lateForMs);
}

const reads: readonly [string, unknown][] = [
  ['a query', { query: '{ hello }' }],
  ['a query beside a mutation', { query: 'query Q { hello } mutation M { ring }', operationName: 'Q' }],
  ['a query that has the word in a comment', { query: '{ hello } # no mutation' }],
  ['a query that has the word in an alias', { query: '{ mutation: hello }' }],
];

describe('where reads are refused and mutations are not', () => {
  beforeEach(() => {
    beLate(500);
  });

  test.each(reads)('%s is refused as a result that a router passes on', async (_what, body) => {
    const answer = await gateway.post(body);
    expect(answer).toMatchObject({ status: 200, errors: [{ extensions: throttled }] });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors[0]).not.toHaveProperty('path');
    expect(answer.data ?? null).toBeNull();
    expect(answer.headers.get('x-request-id')).toBe(answer.errors[0]!.extensions.requestId);
  });

  test('a mutation runs, also where a query stands beside it', async () => {
    expect(await gateway.query('mutation { ring }')).toMatchObject({ status: 200, data: { ring: 'rang' } });
    const beside = { query: 'query Q { hello } mutation M { ring }', operationName: 'M' };
    expect(await gateway.post(beside)).toMatchObject({ status: 200, data: { ring: 'rang' } });
  });

  test('no document is run for a query, whatever else is wrong with it', async () => {
    expect(await gateway.query('{ nothing }')).toMatchObject({ errors: [{ extensions: throttled }] });
    expect(await gateway.query('{ gate }')).toMatchObject({ errors: [{ extensions: throttled }] });
    expect(gateway.calls).toEqual([]);
  });

  test('/graphql/stream is 503 before its token is looked at', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer alice', accept: 'text/event-stream' };
    const body = JSON.stringify({ query: subscription });
    const answer = await gateway.send('/graphql/stream', { method: 'POST', headers, body });
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: throttled }] });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect([verified, gateway.feeds.length]).toEqual([0, 0]);
  });

  test.each(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0, application/json'])(
    'a subscription at /graphql that accepts %s is refused by its one result',
    async (accept) => {
      const answer = await gateway.post({ query: subscription }, { authorization: 'Bearer alice', accept });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^(text\/event-stream|multipart\/mixed)/);
      expect(answer.text).toContain('"code":"THROTTLED","retryable":true,"retryAfterMs":1500');
      expect(gateway.feeds).toEqual([]);
    },
  );

  test('a handshake of a WebSocket is 503', async () => {
    const { status, headers, body } = await refusedHandshake(gateway, {});
    expect([status, headers['retry-after']]).toEqual([503, '2']);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: throttled }] });
  });

  test('they are taken again once the loop is in time', async () => {
    expect(await gateway.query('{ hello }')).toMatchObject({ errors: [{ extensions: throttled }] });
    loopDelay.sample(250);
    expect(await gateway.query('{ hello }')).toMatchObject({ errors: [{ extensions: throttled }] });
    loopDelay.sample(249);
    expect(await gateway.query('{ hello }')).toMatchObject({ data: { hello: 'world' } });
    const following = await overSocket.follow(gateway, { query: subscription });
    await until(() => gateway.feeds.length === 1);
    following.cut();
  });
});

test('a subscription over a socket that is open is refused by its one result, and the socket stays', async () => {
  const socket = await RawSocket.connect(gateway);
  beLate(500);
  socket.subscribe('1', { query: subscription });
  expect(await socket.hear()).toMatchObject({
    type: 'next',
    id: '1',
    payload: { errors: [{ extensions: throttled }] },
  });
  expect(await socket.hear()).toMatchObject({ type: 'complete', id: '1' });
  // Before the document is parsed.
  socket.subscribe('1', { query: '{' });
  expect(await socket.hear()).toMatchObject({ type: 'next', payload: { errors: [{ extensions: throttled }] } });
  expect(await socket.hear()).toMatchObject({ type: 'complete', id: '1' });
  loopDelay.sample(0);
  socket.subscribe('2', { query: subscription });
  await until(() => gateway.feeds.length === 1);
  gateway.feeds[0]!.push({ id: 'a' });
  expect(await socket.hear()).toMatchObject({ type: 'next', id: '2', payload: { data: { feed: { id: 'a' } } } });
  socket.socket.terminate();
});

describe('where mutations are refused too', () => {
  beforeEach(() => {
    beLate(1_000);
  });

  test.each([...reads, ['a mutation', { query: 'mutation { ring }' }], ['what cannot be read', '{']])(
    '%s is refused before its token is looked at or its body is read',
    async (_what, body) => {
      const answer = await gateway.post(body, { authorization: 'Bearer alice' });
      expect(answer).toMatchObject({ status: 200, errors: [{ extensions: throttled }] });
      expect(answer.headers.get('retry-after')).toBeNull();
      expect([verified, gateway.calls.length]).toEqual([0, 0]);
    },
  );

  test.each([
    ['text/event-stream', 503],
    ['text/html', 503],
    ['*/*', 200],
    ['application/*', 200],
    ['application/json', 200],
    ['multipart/mixed;subscriptionSpec=1.0, application/json', 200],
    ['application/graphql-response+json', 200],
  ])('one who accepts %s reads %d', async (accept, status) => {
    const answer = await gateway.post({ query: 'mutation { ring }' }, { accept });
    expect(answer).toMatchObject({ status, errors: [{ extensions: throttled }] });
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '2' : null);
  });

  test('the probes answer as ever, and so does whatever is no operation', async () => {
    expect(await gateway.send('/livez')).toMatchObject({ status: 200 });
    expect(await gateway.send('/readyz')).toMatchObject({ status: 200 });
    expect(await gateway.send('/graphql?query={hello}')).toMatchObject({ status: 405 });
    expect(await gateway.send('/elsewhere')).toMatchObject({ status: 404 });
  });

  test('no refusal leaves a line in the log, but the first and the last of them together', async () => {
    for (let asked = 0; asked < 3; asked += 1) await gateway.query('mutation { ring }');
    const headers = { 'content-type': 'application/json' };
    await gateway.send('/graphql/stream', { method: 'POST', headers, body: '{}' });
    await refusedHandshake(gateway, {});
    const lines = () =>
      gateway
        .logText()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { level: string; msg: string })
        .filter(({ level }) => level !== 'debug');
    const begun = [
      { level: 'warn', msg: 'overload: all operations are refused' },
      { level: 'warn', msg: 'overload: queries and subscriptions are refused' },
    ];
    expect(lines()).toMatchObject(begun);
    gateway.clock.advance(5_000);
    expect(lines()).toMatchObject([
      ...begun,
      { level: 'info', msg: 'mutations are taken again', refused: 3 },
      { level: 'info', msg: 'queries and subscriptions are taken again', refused: 2 },
    ]);
  });
});

describe('operations in flight', () => {
  const isRefused = async (query: string) => {
    const { errors } = await gateway.query(query);
    return errors.some(({ extensions }) => extensions.code === 'THROTTLED');
  };

  test('count until they have ended: reads are refused from three quarters of the limit on, mutations from the limit on', async () => {
    await waitAtGate(7);
    expect(await isRefused('{ hello }')).toBe(false);
    await waitAtGate(1);
    expect(await isRefused('{ hello }')).toBe(true);
    await waitAtGate(1, 'mutation { gate }');
    expect([await isRefused('{ hello }'), await isRefused('mutation { ring }')]).toEqual([true, false]);
    await waitAtGate(1, 'mutation { gate }');
    expect([await isRefused('{ hello }'), await isRefused('mutation { ring }')]).toEqual([true, true]);
    expect(await gateway.send('/readyz')).toMatchObject({ status: 200 });
    gateway.openGate();
    await until(() => gateway.accessLog().filter(({ codes }) => codes === undefined).length === 12);
    expect([await isRefused('{ hello }'), await isRefused('mutation { ring }')]).toEqual([false, false]);
  });

  test('count on once their clients have left', async () => {
    const clients = new AbortController();
    await waitAtGate(10, 'mutation { gate }', clients.signal);
    clients.abort();
    await until(() => gateway.signals.every(({ aborted }) => aborted));
    expect([await isRefused('{ hello }'), await isRefused('mutation { ring }')]).toEqual([true, true]);
    gateway.openGate();
    await until(async () => !(await isRefused('mutation { ring }')));
    expect(await isRefused('{ hello }')).toBe(false);
  });

  test('are none that are refused', async () => {
    await waitAtGate(8);
    for (let asked = 0; asked < 20; asked += 1) expect(await isRefused('{ hello }')).toBe(true);
    expect(await isRefused('mutation { ring }')).toBe(false);
  });

  test('are none that failed before they ran', async () => {
    for (const body of ['{', '[]', {}, { query: '{' }, { query: '{ nothing }' }, { query: '{ fail(how: "bug") }' }]) {
      for (let asked = 0; asked < 3; asked += 1) await gateway.post(body);
    }
    expect(await isRefused('{ hello }')).toBe(false);
  });

  test.each([overSocket, overStream, overMultipart])(
    'are subscriptions by $name until their first result, or their end',
    async (transport) => {
      const followings = [];
      for (let opened = 1; opened <= 8; opened += 1) {
        followings.push(await transport.follow(gateway, { query: subscription }));
        await until(() => gateway.feeds.length === opened);
      }
      expect([await isRefused('{ hello }'), await isRefused('mutation { ring }')]).toEqual([true, false]);
      // Two more would be open, and no more in flight.
      gateway.feeds[0]!.push({ id: 'a' }, { id: 'b' });
      expect(await followings[0]!.told()).toMatchObject({ kind: 'next' });
      expect(await followings[0]!.told()).toMatchObject({ kind: 'next' });
      expect(await isRefused('{ hello }')).toBe(true);
      followings[1]!.cut();
      await until(async () => !(await isRefused('{ hello }')));
      for (const feed of gateway.feeds) feed.push({ id: 'c' });
      await Promise.all(followings.slice(2).map((following) => following.told()));
      await waitAtGate(7);
      expect(await isRefused('{ hello }')).toBe(false);
      for (const following of followings) following.cut();
    },
  );

  test.each([overStream, overMultipart])(
    'are no subscriptions by $name whose first result does not come in time: each ends with an error',
    async (transport) => {
      const followings = [];
      // Half of them wait for their source, the others for its first event.
      for (let opened = 1; opened <= 8; opened += 1) {
        const id = opened % 2 === 0 ? 'late' : 'a';
        followings.push(await transport.follow(gateway, { query: `subscription { feed(id: "${id}") { id } }` }));
        await until(() => gateway.feeds.length === opened);
      }
      // In steps, between which the clients read their heartbeats.
      for (let step = 1; step <= 10; step += 1) {
        expect(await isRefused('{ hello }')).toBe(true);
        gateway.clock.advance(firstResultTimeoutMs / 10);
      }
      for (const following of followings) {
        const errors = [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true, retryAfterMs: 1_000 } }];
        expect(await following.told()).toMatchObject({ kind: 'errors', errors });
        expect(await following.told()).toEqual({ kind: 'complete' });
      }
      expect(await isRefused('{ hello }')).toBe(false);
    },
  );

  test('has its first result in time, and as long as it likes for those after it', async () => {
    const following = await overStream.follow(gateway, { query: subscription });
    await until(() => gateway.feeds.length === 1);
    const [feed] = gateway.feeds;
    feed!.push({ id: 'a' });
    expect(await following.told()).toMatchObject({ kind: 'next' });
    for (let step = 1; step <= 20; step += 1) {
      expect(await isRefused('{ hello }')).toBe(false);
      gateway.clock.advance(firstResultTimeoutMs / 10);
    }
    feed!.push({ id: 'b' });
    expect(await following.told()).toMatchObject({ kind: 'next' });
    following.cut();
  });

  test('are none of a subscription that was refused', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer alice', accept: 'text/event-stream' };
    for (const query of [
      'subscription { nothing }',
      '{ hello }',
      '{',
      subscription.replace('feed', 'feed(limit: "a")'),
    ]) {
      for (let asked = 0; asked < 3; asked += 1) {
        await gateway.send('/graphql/stream', { method: 'POST', headers, body: JSON.stringify({ query }) });
      }
    }
    expect(await isRefused('{ hello }')).toBe(false);
  });
});

test('a gateway that stops says so, whatever it has to do', async () => {
  await waitAtGate(1);
  beLate(1_000);
  const stopped = gateway.stop();
  expect(await gateway.query('mutation { ring }')).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
  gateway.openGate();
  await gateway.clock.runUntil(stopped);
  expect(loopDelay.isWatched).toBe(false);
});
