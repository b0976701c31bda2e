import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keepAliveMs } from '../../src/subscriptions/subscription-limits.js';
import { until } from '../support/until.js';
import { canary, startFixture, type Fixture } from './fixture.js';
import { partsOf } from './subscribers.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(() => gateway.clock.runUntil(gateway.stop()));

const query = 'subscription Follow { feed { id } }';
const events = 'text/event-stream';
const parts = 'multipart/mixed;subscriptionSpec=1.0';
const follow = (accept: string, body: object = { query }, headers: Record<string, string> = {}) =>
  gateway.post(body, { authorization: 'Bearer alice', accept, ...headers });

/** The whole answer to a subscription that has one event. */
async function followOneEvent(accept: string) {
  const before = gateway.feeds.length;
  const answering = follow(accept);
  await until(() => gateway.feeds.length > before);
  gateway.feeds[before]!.push({ id: '1' });
  gateway.feeds[before]!.complete();
  return answering;
}

describe('a subscription sent to /graphql', () => {
  test.each<[string, string]>([
    ['graphql-sse, Hive Gateway and stitching', events],
    [
      'urql',
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    ],
    ['with a weight', 'application/json;q=0.1, TEXT/Event-Stream ; q=0.9'],
    ['both, this first', `${events}, ${parts}`],
  ])('is answered by server-sent events as %s accepts it', async (_who, accept) => {
    const answer = await followOneEvent(accept);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.text).toBe(':\n\nevent: next\ndata: {"data":{"feed":{"id":"1"}}}\n\nevent: complete\ndata:\n\n');
  });

  test.each<[string, string]>([
    ['Apollo Client', 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json'],
    ['Apollo Kotlin', 'multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json'],
    ['Hive Router', 'multipart/mixed; subscriptionSpec="1.0"'],
    ['both, this first', `${parts}, ${events}`],
    ['with what it refuses', `${events};q=0, ${parts}`],
  ])('is answered in parts as %s accepts it', async (_who, accept) => {
    const answer = await followOneEvent(accept);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const head = '\r\ncontent-type: application/json\r\n\r\n';
    expect(answer.text).toBe(
      `\r\n--graphql${head}{}\r\n--graphql${head}{"payload":{"data":{"feed":{"id":"1"}}}}\r\n--graphql--\r\n`,
    );
  });

  test.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['anything', '*/*'],
    ['parts of a deferred answer', 'multipart/mixed;deferSpec=20220824, application/json'],
    ['parts of no kind', 'multipart/mixed, application/json'],
    ['a version to come', 'multipart/mixed;subscriptionSpec=2.0'],
    ['no events', `${events};q=0`],
    ['no events, to three places', `${events};q=0.000`],
  ])('is told how to be sent by a client that accepts %s', async (_what, accept) => {
    const before = gateway.feeds.length;
    const answer = await gateway.post(
      { query },
      { authorization: 'Bearer alice', ...(accept === undefined ? {} : { accept }) },
    );
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.errors).toMatchObject([
      {
        message: 'Subscribe by WebSocket, or send `Accept: text/event-stream`.',
        extensions: { code: 'BAD_REQUEST', retryable: false },
      },
    ]);
    expect(gateway.feeds).toHaveLength(before);
  });

  describe.each([events, parts])('with Accept: %s', (accept) => {
    test('by nobody is refused with 401, and by a bad token before its body is read', async () => {
      const before = gateway.feeds.length;
      const nobody = await gateway.post({ query }, { accept });
      expect([nobody.status, nobody.errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
      const bad = await gateway.post({ query }, { accept, authorization: `Bearer ${canary}` });
      expect([bad.status, bad.errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(gateway.feeds).toHaveLength(before);
    });

    test('of a form that another site may send is refused', async () => {
      const answer = await follow(accept, { query }, { 'content-type': 'text/plain' });
      expect(answer.status).toBe(415);
    });

    test('is limited and guarded', async () => {
      const guarded = await gateway.post(
        { query: 'subscription { secret { id } }' },
        { accept, authorization: 'Bearer bob' },
      );
      expect(guarded.text).toContain('"code":"FORBIDDEN"');
      const large = await follow(accept, { query, variables: { list: Array.from({ length: 20_000 }, () => 0) } });
      expect([large.status, large.errors[0]?.extensions.code]).toEqual([400, 'OPERATION_TOO_LARGE']);
      const invalid = await follow(accept, { query: 'subscription { nothing }' });
      expect(invalid.text).toContain('"code":"GRAPHQL_VALIDATION_FAILED"');
    });

    test.each<[string, object, object]>([
      ['a query', { query: '{ hello }' }, { data: { hello: expect.any(String) } }],
      [
        'a query beside a subscription',
        { query: `${query} query Ask { hello }`, operationName: 'Ask' },
        { data: { hello: expect.any(String) } },
      ],
      ['a mutation', { query: 'mutation { ring }' }, { data: { ring: expect.anything() } }],
      [
        'what is no document',
        { query: 'subscription {' },
        { errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
      ],
      ['what has no query', {}, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }],
    ])('%s is answered as JSON', async (_what, body, expected) => {
      const answer = await follow(accept, body);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(JSON.parse(answer.text)).toMatchObject(expected);
    });
  });
});

test('parts that have nothing to tell say so every twenty seconds', async () => {
  const before = gateway.feeds.length;
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer alice', accept: parts },
    body: JSON.stringify({ query }),
  });
  const received = partsOf(response.body!);
  expect((await received.next()).value).toEqual({});
  await until(() => gateway.feeds.length > before);
  gateway.clock.advance(keepAliveMs);
  expect((await received.next()).value).toEqual({});
  gateway.clock.advance(keepAliveMs);
  expect((await received.next()).value).toEqual({});
  gateway.feeds[before]!.complete();
  expect((await received.next()).value).toBe('end');
});

describe('a GET', () => {
  const get = (search: string, accept: string, path: string) =>
    gateway.send(`${path}${search}`, { headers: { accept, authorization: 'Bearer alice' } });

  test.each<[string, string, string?, string?]>([
    ['a query', `?query=${encodeURIComponent(`{ hello(canary: "${canary}") }`)}`],
    ['a subscription', `?query=${encodeURIComponent(query)}`, events],
    ['a subscription, to the streams', `?query=${encodeURIComponent(query)}`, events, '/graphql/stream'],
    ['a persisted query with its document', `?query=${encodeURIComponent('{ hello }')}&extensions={}`],
    ['nothing', ''],
  ])('with %s is told how to be sent', async (_what, search, accept = 'application/json', path = '/graphql') => {
    const answer = await get(search, accept, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', retryable: false } }]);
    expect(answer.errors[0]?.message).toContain('preferGetMethod: false');
    expect(answer.errors[0]?.message).toContain("method: 'POST'");
    expect(answer.text + gateway.logText()).not.toContain(canary);
  });

  test('with the hash of a persisted query is told what has its client send the document by POST', async () => {
    const extensions = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: 'ab' } }));
    const answer = await get(
      `?operationName=Ask&variables={}&extensions=${extensions}`,
      'application/json',
      '/graphql',
    );
    expect(answer.status).toBe(405);
    expect(answer.errors).toMatchObject([
      { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
    ]);
  });
});
