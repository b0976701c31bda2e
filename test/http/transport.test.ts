import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canary, startFixture, type Fixture } from './fixture.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(async () => {
  await gateway.stop();
});

const json = { 'content-type': 'application/json' };
const known = { ...json, authorization: 'Bearer alice' };
const hello = JSON.stringify({ query: '{ hello }' });
const ring = JSON.stringify({ query: 'mutation { ring }' });

describe('what is not a GraphQL request is answered in the shape of GraphQL', () => {
  test.each<[string, string, RequestInit, number, string]>([
    ['malformed JSON', '/graphql', { method: 'POST', headers: json, body: `{"query":"${canary}` }, 400, 'BAD_REQUEST'],
    ['an empty body', '/graphql', { method: 'POST', headers: json }, 400, 'BAD_REQUEST'],
    ['a POST of no type, as a form of another site could send', '/graphql', { method: 'POST' }, 400, 'BAD_REQUEST'],
    ['a number', '/graphql', { method: 'POST', headers: json, body: '42' }, 400, 'BAD_REQUEST'],
    ['an object without a query', '/graphql', { method: 'POST', headers: json, body: '{"a":1}' }, 400, 'BAD_REQUEST'],
    [
      'a query that is no string',
      '/graphql',
      { method: 'POST', headers: json, body: '{"query":1}' },
      400,
      'BAD_REQUEST',
    ],
    ['a batch', '/graphql', { method: 'POST', headers: json, body: `[${ring},${ring}]` }, 400, 'BAD_REQUEST'],
    [
      'variables in a list',
      '/graphql',
      { method: 'POST', headers: json, body: `{"query":"{ hello }","variables":["${canary}"]}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a polluting key',
      '/graphql',
      { method: 'POST', headers: json, body: `{"__proto__":{"a":1}}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'plain text',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: ring },
      415,
      'BAD_REQUEST',
    ],
    [
      'a form',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={hello}' },
      415,
      'BAD_REQUEST',
    ],
    [
      'a subscription, which would be answered as if there were nothing to follow',
      '/graphql',
      { method: 'POST', headers: json, body: '{"query":"subscription { feed { id } }"}' },
      400,
      'BAD_REQUEST',
    ],
    ['a GET', '/graphql?query={hello}', {}, 405, 'BAD_REQUEST'],
    [
      'a GET past the prevention of CSRF',
      '/graphql?query=mutation{ring}',
      { headers: { 'apollo-require-preflight': '1' } },
      405,
      'BAD_REQUEST',
    ],
    ['a browser in production', '/graphql', { headers: { accept: 'text/html' } }, 405, 'BAD_REQUEST'],
    ['another path', `/${canary}`, {}, 404, 'NOT_FOUND'],
    ['the explorer in production', '/explorer', {}, 404, 'NOT_FOUND'],
    ['another method', '/graphql', { method: 'PUT', headers: json, body: ring }, 404, 'NOT_FOUND'],
    ['a path that cannot be decoded', '/%c0', {}, 400, 'BAD_REQUEST'],
    [
      'a body over 256 KB',
      '/graphql',
      { method: 'POST', headers: known, body: JSON.stringify({ query: '{ hello }', a: 'x'.repeat(262_144) }) },
      413,
      'OPERATION_TOO_LARGE',
    ],
    [
      'a persisted query',
      '/graphql',
      {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } }),
      },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ])('%s', async (_what, path, init, status, code) => {
    const answer = await gateway.send(path, init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.errors).toEqual([
      { message: expect.any(String), extensions: expect.objectContaining({ code, retryable: false }) },
    ]);
    expect(answer.errors[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.text).not.toMatch(/c4n4ry|FST_|Apollo|stack/);
    // Many clients read the errors of such a status only from an answer of this type.
    const accept = 'application/graphql-response+json, application/json;q=0.9';
    const headers = new Headers(init.headers);
    headers.set('accept', accept);
    const typed = await gateway.send(path, { ...init, headers });
    expect(typed.status).toBe(status);
    expect(typed.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(typed.errors[0]?.extensions.code).toBe(code);
    expect(gateway.calls).toEqual([]);
  });

  test('a body of just under 256 KB is read', async () => {
    const answer = await gateway.post({ query: '{ hello }', a: 'x'.repeat(262_000) }, known);
    expect(answer).toMatchObject({ status: 200, data: { hello: 'world' } });
  });
});

test('an Accept header that cannot be met is overlooked, because the phone would have rung by the time Apollo refuses it', async () => {
  const answer = await gateway.send('/graphql', {
    method: 'POST',
    headers: { ...json, accept: 'image/png' },
    body: hello,
  });
  expect(answer).toMatchObject({ status: 200, data: { hello: 'world' } });
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
});

test.each([
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
  ['application/json, Application/GraphQL-Response+JSON;q=0.5', 'application/graphql-response+json; charset=utf-8'],
  ['application/graphql-response+json;q=0, */*', 'application/json; charset=utf-8'],
  ['application/graphql-response+json-seq', 'application/json; charset=utf-8'],
])('%s is answered with %s, and so are 401 and 503', async (accept, contentType) => {
  for (const authorization of ['Bearer alice', `Bearer ${canary}`, 'Bearer outage']) {
    const headers = { ...json, accept, authorization };
    const answer = await gateway.send('/graphql', { method: 'POST', headers, body: hello });
    expect(answer.headers.get('content-type')).toBe(contentType);
  }
});

describe('the id of a request', () => {
  test.each(['a', 'trace-1.2_3', 'x'.repeat(64)])('%s is taken over', async (id) => {
    const answer = await gateway.query('{ helo }', {}, { 'x-request-id': id });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(answer.errors[0]?.extensions.requestId).toBe(id);
  });

  test.each(['', 'x'.repeat(65), 'a b', 'ä', '<script>', 'a,b'])('%j is replaced by one of our own', async (id) => {
    const answer = await gateway.query('{ helo }', {}, { 'x-request-id': id });
    const own = answer.headers.get('x-request-id');
    expect(own).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.errors[0]?.extensions.requestId).toBe(own);
  });
});

test('no answer may be stored, sniffed, framed or run', async () => {
  for (const answer of [
    await gateway.query('{ hello }'),
    await gateway.send('/nowhere'),
    await gateway.send('/livez'),
  ]) {
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect([...answer.headers.keys()].filter((name) => /powered|^server$/.test(name))).toEqual([]);
  }
});

describe('other origins', () => {
  const preflight = (fixture: Fixture, origin: string) =>
    fixture.send('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test('get no CORS headers where none is configured', async () => {
    for (const answer of [
      await preflight(gateway, 'https://app.example'),
      await gateway.post(hello, { origin: 'https://app.example' }),
    ]) {
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('get them only where they are configured', async () => {
    const fixture = await startFixture({ corsOrigins: ['https://app.example', 'https://desk.example'] });
    try {
      const allowed = await preflight(fixture, 'https://desk.example');
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://desk.example');
      expect(allowed.headers.get('access-control-allow-methods')).toBe('POST');
      expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
      const answer = await fixture.post(hello, { origin: 'https://app.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
      expect(answer.headers.get('vary')).toMatch(/origin/i);
      for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'http://app.example', 'null']) {
        const refused = await preflight(fixture, origin);
        expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      }
    } finally {
      await fixture.stop();
    }
  });
});
