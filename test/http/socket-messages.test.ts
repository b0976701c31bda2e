import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readTimeoutMs } from '../../src/subscriptions/subscription-limits.js';
import { canary, startFixture, type Fixture } from './fixture.js';
import { RawSocket } from './subscribers.js';
import { until } from '../support/until.js';

const query = 'subscription { feed { id } }';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture(
    { subscriptionLimits: { subscriptionsPerCaller: 20 } },
    {
      callerFrom: (subject = '') =>
        Promise.resolve({ subject, tenant: 'acme', scopes: new Set(), expiresAtMs: Infinity }),
    },
  );
});
afterAll(() => gateway.clock.runUntil(gateway.stop()));

/** A socket of a caller of its own, so that no test fills another's limit. */
let callers = 0;
const connected = () => RawSocket.connect(gateway, `Bearer ${(callers += 1)}`);
const answersPing = async (raw: RawSocket) => {
  raw.say({ type: 'ping' });
  expect(await raw.hear()).toEqual({ type: 'pong' });
};

describe('what is no message closes the socket, and nothing of it comes back', () => {
  test.each<[string, string, number]>([
    ['no JSON', canary, 4400],
    ['half of an object', '{"type":"subscribe"', 4400],
    ['a number', '42', 4400],
    ['null', 'null', 4400],
    ['a batch', JSON.stringify([{ id: '1', type: 'subscribe', payload: { query } }]), 4400],
    ['an unknown type', `{"type":"${canary}"}`, 4400],
    ['a type of the prototype', '{"type":"__proto__"}', 4400],
    ['an answer of ours', `{"id":"1","type":"next","payload":{"data":{"a":"${canary}"}}}`, 4400],
    ['an id that is none', `{"id":{"a":1},"type":"subscribe","payload":{"query":"${query}"}}`, 4400],
    ['a batch of documents', `{"id":"1","type":"subscribe","payload":[{"query":"${query}"}]}`, 4400],
    ['a document that is no text', '{"id":"1","type":"subscribe","payload":{"query":{"a":1}}}', 4400],
    ['variables in a list', `{"id":"1","type":"subscribe","payload":{"query":"${query}","variables":[1]}}`, 4400],
    ['a message over 256 KB', `{"type":"ping","payload":{"a":"${'x'.repeat(262_144)}"}}`, 1009],
    ['JSON of a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000), 4400],
  ])('%s', async (_what, message, code) => {
    const before = gateway.feeds.length;
    const raw = await connected();
    raw.say(message);
    const closed = await raw.closed();
    expect(closed.code).toBe(code);
    expect(closed.reason).not.toMatch(/c4n4ry|JSON|object|at /);
    expect(gateway.feeds).toHaveLength(before);
    expect(gateway.logText()).not.toContain(canary);
  });

  test('a message in thousands of parts', async () => {
    const raw = await connected();
    for (let part = 0; part < 2_000; part += 1) raw.socket.send(' ', { fin: false });
    expect((await raw.closed()).code).toBe(1008);
  });

  test('bytes that are no frame', async () => {
    const raw = await connected();
    const { _socket: socket } = raw.socket as unknown as { _socket: { write(bytes: Buffer): void } };
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    expect((await raw.closed()).code).toBe(1002);
  });
});

describe('what is no subscription is refused, and that alone', () => {
  test.each<[string, object, string]>([
    ['a mutation', { query: 'mutation { ring }' }, 'BAD_REQUEST'],
    [
      'a mutation named beside a subscription',
      { query: 'subscription A { feed { id } } mutation B { ring }', operationName: 'B' },
      'BAD_REQUEST',
    ],
    ['a query', { query: '{ secret }' }, 'BAD_REQUEST'],
    ['an oversized document', { query: `subscription { feed { ${'a: id '.repeat(2_000)} } }` }, 'OPERATION_TOO_LARGE'],
    ['a deep document', { query: `subscription { feed ${'{ a '.repeat(400)}` }, 'GRAPHQL_PARSE_FAILED'],
    [
      'a document of another place',
      { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ])('%s', async (_what, payload, code) => {
    const raw = await connected();
    raw.subscribe('1', payload);
    expect(await raw.hear()).toMatchObject({ id: '1', type: 'next', payload: { errors: [{ extensions: { code } }] } });
    expect(await raw.hear()).toEqual({ id: '1', type: 'complete' });
    await answersPing(raw);
    expect(gateway.calls).toEqual([]);
    raw.socket.terminate();
  });
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', 'x'.repeat(128)])(
  'an id such as %p is an id, or none',
  async (id) => {
    const before = gateway.feeds.length;
    const raw = await connected();
    raw.subscribe(id, { query });
    if (id === '') {
      expect((await raw.closed()).code).toBe(4400);
      return;
    }
    await until(() => gateway.feeds.length > before);
    const feed = gateway.feeds[before]!;
    feed.push({ id: 'a' });
    expect(await raw.hear()).toEqual({ id, type: 'next', payload: { data: { feed: { id: 'a' } } } });
    raw.say({ id, type: 'complete' });
    await until(() => feed.isReturned);
    expect({}).not.toHaveProperty('polluted');
    raw.socket.terminate();
  },
);

test('an id of more than 128 characters closes the socket, is not repeated, and opens nothing', async () => {
  const before = gateway.feeds.length;
  const raw = await connected();
  raw.subscribe('x'.repeat(129), { query });
  expect(await raw.closed()).toEqual({ code: 4400, reason: 'The id of a subscription has at most 128 characters.' });
  expect(gateway.feeds).toHaveLength(before);
});

test.each([
  ['more than 16 kB', ['x'.repeat(16_385)]],
  ['more than 64 packets', Array<string>(100).fill('x')],
])('%s before a token is accepted are not held', async (_what, parts) => {
  const crowded = await startFixture();
  try {
    const raw = await RawSocket.open(crowded);
    const { _socket: connection } = raw.socket as unknown as { _socket: { setNoDelay(): void } };
    connection.setNoDelay();
    for (const part of parts) {
      raw.socket.send(part, { fin: false });
      // A packet of its own.
      await crowded.send('/livez');
    }
    // Its end is not read any more.
    expect(await crowded.clock.runUntil(raw.closed())).toEqual({
      code: 4400,
      reason: 'Send connection_init with a token first, and no more than 16384 bytes.',
    });
  } finally {
    await crowded.clock.runUntil(crowded.stop());
  }
});

test.each([
  [9_000, 'BAD_USER_INPUT'],
  [100_000, 'OPERATION_TOO_LARGE'],
])('variables of %i levels are %s', async (levels, code) => {
  const raw = await connected();
  const deep = '['.repeat(levels) + ']'.repeat(levels);
  raw.say(
    `{"id":"1","type":"subscribe","payload":{"query":"subscription($l: Int) { feed(limit: $l) { id } }","variables":{"l":${deep}}}}`,
  );
  expect(await raw.hear()).toMatchObject({ payload: { errors: [{ extensions: { code } }] } });
  expect(await raw.hear()).toEqual({ id: '1', type: 'complete' });
  await answersPing(raw);
  raw.socket.terminate();
});

test('variables of the prototype reach nothing', async () => {
  const raw = await connected();
  const payload = `{"query":"subscription($l: Int) { feed(limit: $l) { id } }","variables":{"__proto__":{"l":"${canary}","polluted":1}}}`;
  const before = gateway.feeds.length;
  raw.say(`{"id":"1","type":"subscribe","payload":${payload}}`);
  await until(() => gateway.feeds.length > before);
  expect({}).not.toHaveProperty('polluted');
  raw.socket.terminate();
});

test('an id that is in use closes the socket without repeating it, and ends its sources', async () => {
  const before = gateway.feeds.length;
  const raw = await connected();
  const id = canary.repeat(10);
  raw.subscribe(id, { query });
  raw.subscribe(id, { query });
  expect(await raw.closed()).toEqual({ code: 4409, reason: 'Subscriber already exists' });
  expect(gateway.feeds.slice(before).every(({ isReturned }) => isReturned)).toBe(true);
});

test('an id that is used, ended and used again in one packet leaves no source behind', async () => {
  const before = gateway.feeds.length;
  const raw = await connected();
  const subscribe = { id: '1', type: 'subscribe', payload: { query } };
  const { _socket: socket } = raw.socket as unknown as { _socket: { cork(): void; uncork(): void } };
  socket.cork();
  for (let round = 0; round < 10; round += 1) {
    raw.say(subscribe);
    raw.say({ id: '1', type: 'complete' });
  }
  raw.say(subscribe);
  socket.uncork();
  raw.say({ type: 'ping' });
  expect(await raw.hear()).toEqual({ type: 'pong' });
  await until(() => gateway.feeds.slice(before).some(({ isReturned }) => !isReturned));
  const open = () => gateway.feeds.slice(before).filter(({ isReturned }) => !isReturned);
  await until(() => open().length === 1);
  raw.socket.terminate();
  await until(() => open().length === 0);
});

test('ten thousand subscriptions on one socket are the few that one caller may have, and the socket lives', async () => {
  const before = gateway.feeds.length;
  const raw = await connected();
  for (let id = 0; id < 10_000; id += 1) raw.subscribe(String(id), { query });
  const refused: unknown[] = [];
  // The end of each may come behind the refusal of others.
  for (let ended = 0; ended < 9_980;) {
    const said = await raw.hear();
    if (said.type === 'complete') ended += 1;
    else refused.push(said);
  }
  expect(refused).toHaveLength(9_980);
  expect(refused.every((said) => JSON.stringify(said).includes('"code":"LIMIT_EXCEEDED"'))).toBe(true);
  expect(gateway.feeds).toHaveLength(before + 20);
  await answersPing(raw);
  raw.socket.terminate();
  await until(() => gateway.feeds.slice(before).every(({ isReturned }) => isReturned));
});

test('a payload of a ping does not come back, whatever its size and depth', async () => {
  const raw = await connected();
  raw.say(`{"type":"ping","payload":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`);
  expect(await raw.hear()).toEqual({ type: 'pong' });
  raw.socket.terminate();
});

test('the pings of a client that does not read wait for one answer at a time, and all are answered', async () => {
  const flooded = await startFixture();
  try {
    let waiting = 0;
    const after = flooded.clock.after.bind(flooded.clock);
    flooded.clock.after = (delayMs, callback) => {
      const change = delayMs === readTimeoutMs ? 1 : 0;
      waiting += change;
      const cancel = after(delayMs, callback);
      return () => {
        waiting -= change;
        cancel();
      };
    };
    const raw = await RawSocket.connect(flooded);
    raw.subscribe('1', { query: 'subscription { feed { text } }' });
    await until(() => flooded.feeds.length === 1);
    raw.socket.pause();
    // More than the machine takes for it, and never so much at once that the socket is dropped.
    flooded.feeds[0]!.push(...Array<object>(40).fill({ text: 'x'.repeat(512 * 1024) }));
    await flooded.clock.whenQuiet();
    const pings = 1_000;
    for (let ping = 0; ping < pings; ping += 1) raw.say({ type: 'ping' });
    raw.subscribe('2', { query });
    await until(() => flooded.feeds.length === 2);
    expect(waiting).toBeLessThanOrEqual(2);
    raw.socket.resume();
    for (let pongs = 0; pongs < pings;) if ((await raw.hear()).type === 'pong') pongs += 1;
    raw.socket.terminate();
  } finally {
    await flooded.clock.runUntil(flooded.stop());
  }
});
