import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { keepAliveMs } from '../../src/subscriptions/subscription-limits.js';
import { until } from '../support/until.js';
import { canary, startFixture, type Fixture } from './fixture.js';
import { eventsOf } from './subscribers.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture({ corsOrigins: ['https://desk.example'] });
});
afterAll(() => gateway.clock.runUntil(gateway.stop()));

const query = 'subscription { feed { id } }';
const json = { 'content-type': 'application/json', authorization: 'Bearer alice' };

const post = (body: string, headers: Record<string, string> = json, init: RequestInit = {}) =>
  gateway.send('/graphql/stream', { method: 'POST', headers, body, ...init });

test('the graphql-sse client follows, and is told of errors as results', async () => {
  const client = createClient({
    url: `${gateway.url}/graphql/stream`,
    headers: { authorization: 'Bearer alice' },
    retryAttempts: 0,
  });
  const before = gateway.feeds.length;
  const events = client.iterate<{ feed: unknown }>({ query });
  const first = events.next();
  await until(() => gateway.feeds.length > before);
  gateway.feeds[before]!.push({ id: 'a' });
  expect((await first).value).toEqual({ data: { feed: { id: 'a' } } });
  const last = events.next();
  gateway.feeds[before]!.complete();
  expect(await last).toMatchObject({ done: true });

  const refused = client.iterate({ query: '{ hello }' });
  expect((await refused.next()).value).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  expect(await refused.next()).toMatchObject({ done: true });
  client.dispose();
});

describe('what is no subscription request is answered as JSON', () => {
  test.each<[string, RequestInit, number, string]>([
    ['a GET', { method: 'GET' }, 405, 'BAD_REQUEST'],
    ['another method', { method: 'PUT', headers: json, body: '{}' }, 404, 'NOT_FOUND'],
    ['malformed JSON', { headers: json, body: `{"query":"${canary}` }, 400, 'BAD_REQUEST'],
    ['an empty body', { headers: json }, 400, 'BAD_REQUEST'],
    ['a body of no type', { headers: { authorization: 'Bearer alice' } }, 400, 'BAD_REQUEST'],
    ['a list', { headers: json, body: JSON.stringify([{ query }]) }, 400, 'BAD_REQUEST'],
    ['null', { headers: json, body: 'null' }, 400, 'BAD_REQUEST'],
    ['a query that is no text', { headers: json, body: '{"query":1}' }, 400, 'BAD_REQUEST'],
    [
      'variables in a list',
      { headers: json, body: `{"query":"${query}","variables":["${canary}"]}` },
      400,
      'BAD_REQUEST',
    ],
    ['a name that is none', { headers: json, body: `{"query":"${query}","operationName":1}` }, 400, 'BAD_REQUEST'],
    [
      'a polluting key',
      { headers: json, body: `{"query":"${query}","variables":{"__proto__":{"a":1}}}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a form of another site',
      { headers: { ...json, 'content-type': 'text/plain' }, body: JSON.stringify({ query }) },
      415,
      'BAD_REQUEST',
    ],
    [
      'a body over 256 KB',
      { headers: json, body: JSON.stringify({ query, a: 'x'.repeat(262_144) }) },
      413,
      'OPERATION_TOO_LARGE',
    ],
    [
      'nobody',
      { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) },
      401,
      'UNAUTHENTICATED',
    ],
    [
      'a bad token',
      { headers: { ...json, authorization: `Bearer ${canary}` }, body: JSON.stringify({ query }) },
      401,
      'UNAUTHENTICATED',
    ],
    [
      'a token that cannot be checked',
      { headers: { ...json, authorization: 'Bearer outage' }, body: JSON.stringify({ query }) },
      503,
      'UPSTREAM_UNAVAILABLE',
    ],
  ])('%s', async (_what, init, status, code) => {
    const before = gateway.feeds.length;
    const answer = await gateway.send('/graphql/stream', { method: 'POST', ...init });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.errors).toEqual([
      {
        message: expect.any(String),
        extensions: expect.objectContaining({ code, requestId: answer.headers.get('x-request-id') }),
      },
    ]);
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(answer.text).not.toContain(canary);
    expect(gateway.logText()).not.toContain(canary);
    expect(gateway.feeds).toHaveLength(before);
    const line = gateway.accessLog().find(({ requestId }) => requestId === answer.headers.get('x-request-id'));
    // What no route takes leaves no line.
    if (status !== 404) expect(line).toMatchObject({ status, codes: [code] });
  });
});

test('an answer is a stream that nobody stores, compresses, buffers or sniffs, readable for the pages that may read it', async () => {
  for (const [origin, allowed] of [
    ['https://desk.example', 'https://desk.example'],
    ['https://evil.example', null],
  ] as const) {
    const answer = await post(JSON.stringify({ query: '{ hello }' }), {
      ...json,
      origin,
      accept: 'text/event-stream',
      'x-request-id': 'sse-1',
    });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'sse-1',
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answer.text).toMatch(
      /^:\n\nevent: next\ndata: \{"errors":\[.*"requestId":"sse-1".*\]\}\n\nevent: complete\ndata:\n\n$/,
    );
  }
});

test('a page asks first whether it may', async () => {
  const answer = await gateway.send('/graphql/stream', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://desk.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://desk.example');
});

test('what is silent for long is kept open by comments', async () => {
  const control = new AbortController();
  const before = gateway.feeds.length;
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ query }),
    signal: control.signal,
  });
  await until(() => gateway.feeds.length > before);
  const events = eventsOf(response.body!);
  expect((await events.next()).value).toEqual({ event: ':', data: '' });
  for (let round = 0; round < 2; round += 1) {
    const comment = events.next();
    gateway.clock.advance(keepAliveMs);
    expect((await comment).value).toEqual({ event: ':', data: '' });
  }
  control.abort();
  await until(() => gateway.feeds[before]!.isReturned);
});
