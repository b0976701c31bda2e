import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canary, startFixture, type Fixture } from './fixture.js';
import { until } from '../support/until.js';

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(async () => {
  await gateway.stop();
});

const asking = (authorization: string) => gateway.query('mutation { ring }', {}, { authorization });

describe('tokens', () => {
  test('none is anonymous', async () => {
    expect(await gateway.query('{ hello }')).toMatchObject({ status: 200, data: { hello: 'world' } });
  });

  test('one that is not accepted is 401 and runs nothing', async () => {
    const answer = await asking(`Bearer ${canary}`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.errors).toEqual([
      {
        message: 'The token is not accepted.',
        extensions: { code: 'UNAUTHENTICATED', retryable: false, requestId: answer.headers.get('x-request-id') },
      },
    ]);
    expect(answer.text).not.toContain('expired');
    expect(gateway.calls).toEqual([]);
    expect(gateway.logText().includes(canary)).toBe(false);
  });

  test('one that cannot be checked is 503 and says when to ask again', async () => {
    const answer = await asking('Bearer outage');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.errors[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      retryAfterMs: 4_200,
    });
    expect(gateway.calls).toEqual([]);
  });

  test('one in the URL or the body is not read', async () => {
    const answer = await gateway.send('/graphql?access_token=alice', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ secret }', extensions: { authorization: 'Bearer alice' } }),
    });
    expect(answer.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('the guard', () => {
  test.each<[string, Record<string, string>, string]>([
    ['nobody', {}, 'UNAUTHENTICATED'],
    ['who lacks the scope', { authorization: 'Bearer bob' }, 'FORBIDDEN'],
  ])('refuses %s with HTTP 200, before variables are looked at', async (_who, headers, code) => {
    const answer = await gateway.query('query($of: Int!) { secret square(of: $of) }', { of: canary }, headers);
    expect(answer).toMatchObject({
      status: 200,
      data: undefined,
      errors: [{ extensions: { code, retryable: false, requestId: answer.headers.get('x-request-id') } }],
    });
  });

  test('lets in who has it', async () => {
    const answer = await gateway.query('{ secret }', {}, { authorization: 'Bearer alice' });
    expect(answer).toMatchObject({ status: 200, data: { secret: 'alice' }, errors: [] });
  });

  test('is asked once for an operation, also when its document is known already', async () => {
    let asked = 0;
    const counted = await startFixture({}, { authorizeOperation: () => void (asked += 1) });
    try {
      await counted.query('{ hello a: hello }');
      await counted.query('{ hello a: hello }');
      expect(asked).toBe(2);
    } finally {
      await counted.stop();
    }
  });

  test('that fails by itself lets nothing run', async () => {
    const broken = await startFixture(
      {},
      {
        authorizeOperation: () => {
          throw new TypeError('secret-of-ours');
        },
      },
    );
    try {
      const answer = await broken.query('mutation { ring }');
      expect(answer).toMatchObject({ status: 500, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
      expect(answer.text).not.toContain('secret-of-ours');
      expect(broken.calls).toEqual([]);
    } finally {
      await broken.stop();
    }
  });
});

describe('the access log', () => {
  const lineOf = (requestId: string) => {
    const lines = gateway.accessLog().filter((line) => line.requestId === requestId);
    expect(lines).toHaveLength(1);
    return lines[0];
  };

  test('has one line for an operation: who asked for what, and how it ended', async () => {
    const query = 'mutation PlaceCall($input: CallInput!) { a: call(input: $input) ring }';
    const variables = { input: { number: `+4930${canary}` } };
    await gateway.query(query, variables, { authorization: 'Bearer alice', 'x-request-id': 'log-1' });
    expect(lineOf('log-1')).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'operation',
      requestId: 'log-1',
      operation: 'PlaceCall',
      type: 'mutation',
      rootFields: ['call', 'ring'],
      subject: 'alice',
      tenant: 'acme',
      status: 200,
      durationMs: 0,
    });
    expect(gateway.logText().includes(canary)).toBe(false);
  });

  test.each<[string, string, Record<string, string>, Record<string, unknown>]>([
    ['log-401', '{ secret }', { authorization: 'Bearer x' }, { status: 401, codes: ['UNAUTHENTICATED'] }],
    ['log-anonymous', '{ secret }', {}, { status: 200, codes: ['UNAUTHENTICATED'], rootFields: ['secret'] }],
    [
      'log-forbidden',
      '{ secret }',
      { authorization: 'Bearer bob' },
      { status: 200, codes: ['FORBIDDEN'], subject: 'bob', tenant: 'acme', missingScopes: ['contacts:read'] },
    ],
    ['log-parse', '{', {}, { status: 400, codes: ['GRAPHQL_PARSE_FAILED'] }],
    ['log-body', '', {}, { status: 400, codes: ['BAD_REQUEST'] }],
    [
      'log-partial',
      '{ fail(how: "gateway") b: fail(how: "bug") c: fail(how: "bug") }',
      {},
      { status: 200, codes: ['LIMIT_EXCEEDED', 'INTERNAL_SERVER_ERROR'] },
    ],
  ])('tells a refusal apart: %s', async (id, query, headers, expected) => {
    await gateway.query(query, {}, { ...headers, 'x-request-id': id });
    expect(lineOf(id)).toMatchObject(expected);
  });

  const ownName = 'anotherFieldOfTheClient';
  test.each<[string, string, string[]]>([
    ['log-names', `query { hello a: ${ownName} }`, ['hello']],
    ['log-names-all', `{ ${ownName} }`, []],
    ['log-names-fragment', `{ ...F } fragment F on Query { hello ...F ${ownName} }`, ['hello']],
    ['log-names-introspection', '{ __schema { queryType { name } } }', ['__schema']],
    ['log-names-inherited', '{ toString }', []],
  ])('repeats no name that only the client has: %s', async (id, query, rootFields) => {
    await gateway.query(query, {}, { 'x-request-id': id });
    expect(lineOf(id)).toMatchObject({ rootFields });
    expect(gateway.logText().includes(ownName)).toBe(false);
  });

  test('repeats no such name of a subscription either', async () => {
    const query = `subscription { feed { id } ${ownName} { id } }`;
    const headers = { authorization: 'Bearer alice', accept: 'text/event-stream', 'x-request-id': 'log-names-stream' };
    await gateway.query(query, {}, headers);
    await until(() => gateway.logText().includes('log-names-stream'));
    expect(gateway.logText().includes(ownName)).toBe(false);
  });

  test('measures how long it took', async () => {
    const slow = await startFixture();
    try {
      const answer = slow.query('{ gate }');
      await until(() => slow.calls.length > 0);
      slow.clock.advance(1_234.56);
      slow.openGate();
      await answer;
      expect(slow.accessLog()[0]).toMatchObject({ durationMs: 1_234.6 });
    } finally {
      await slow.stop();
    }
  });
});
