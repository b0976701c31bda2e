import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { canary, startFixture, type ClientErrorBody, type Fixture } from './fixture.js';
import { overMultipart, overSocket, overStream, type Following, type Told } from './subscribers.js';

const transports = [overSocket, overStream, overMultipart] as const;

let gateway: Fixture;
beforeAll(async () => {
  gateway = await startFixture();
});
afterAll(() => gateway.clock.runUntil(gateway.stop()));

const feed = 'subscription Follow($id: ID) { feed(id: $id) { id text subject } }';

/** All that is told until the end. */
async function everything(following: Following): Promise<Told[]> {
  const all: Told[] = [];
  for (;;) {
    const told = await following.told();
    all.push(told);
    const isOver = told.kind === 'complete' || told.kind === 'closed' || (told.kind === 'errors' && all.length > 0);
    if (isOver) return all;
  }
}

describe.each(transports)('over $name', (transport) => {
  /** Follows with a feed of its own. */
  const follow = async (payload: object = { query: feed }, authorization?: string, on = gateway) => {
    const before = on.feeds.length;
    const following = await transport.follow(on, payload, authorization);
    await until(() => on.feeds.length > before);
    return { following, feed: on.feeds[before]! };
  };
  const lineOf = async (requestId: string | undefined, on = gateway) => {
    const find = () => on.subscriptionLog().filter((line) => line.requestId === requestId);
    await until(() => find().length > 0);
    expect(find()).toHaveLength(1);
    return find()[0];
  };

  test('each event is a result, until the source is complete', async () => {
    const { following, feed: source } = await follow({ query: feed, variables: { id: 'a' }, operationName: 'Follow' });
    source.push({ id: '1', text: 'ringing' }, { id: '1', text: 'answered' });
    source.complete();
    expect(await everything(following)).toEqual([
      { kind: 'next', result: { data: { feed: { id: '1', text: 'ringing', subject: 'alice' } } } },
      { kind: 'next', result: { data: { feed: { id: '1', text: 'answered', subject: 'alice' } } } },
      { kind: 'complete' },
    ]);
  });

  test('each event is executed in a context of its own: loaders see no other event, ids differ', async () => {
    const { following, feed: source } = await follow({
      query: 'subscription { feed { loads again: loads requestId } }',
    });
    source.push({}, {});
    source.complete();
    const [first, second] = (await everything(following)).map((told) =>
      told.kind === 'next'
        ? (told.result.data as { feed: { loads: number; again: number; requestId: string } }).feed
        : undefined,
    );
    expect(first?.again).toBe(first?.loads);
    expect(second?.loads).toBe(Number(first?.loads) + 1);
    expect(first?.requestId).toMatch(/-1$/);
    expect(second?.requestId).toBe(first?.requestId.replace(/1$/, '2'));
    expect(source.context.requestId).toBe(first?.requestId.replace(/-1$/, ''));
  });

  test('an event that fails in part is worded like any other result, and the next one comes', async () => {
    const { following, feed: source } = await follow({
      query: 'subscription { feed { id a: fail(how: "gateway") b: fail(how: "bug") } }',
    });
    source.push({ id: '1' }, { id: '2' });
    const told = await following.told();
    expect(told).toMatchObject({
      kind: 'next',
      result: {
        data: { feed: { id: '1', a: null, b: null } },
        errors: [
          {
            message: 'The instance is full.',
            path: ['feed', 'a'],
            extensions: { code: 'LIMIT_EXCEEDED', retryAfterMs: 2_500 },
          },
          { path: ['feed', 'b'], extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false } },
        ],
      },
    });
    expect(JSON.stringify(told)).not.toContain('secret-of-ours');
    expect(gateway.logText()).toContain('secret-of-ours');
    expect(await following.told()).toMatchObject({ kind: 'next', result: { data: { feed: { id: '2' } } } });
    following.cut();
  });

  test.each<[string, object, string, Record<string, unknown>]>([
    ['a query', { query: '{ hello }' }, 'BAD_REQUEST', { message: 'Send queries and mutations by POST to /graphql.' }],
    [
      'a mutation',
      { query: 'mutation { ring }' },
      'BAD_REQUEST',
      { message: 'Send queries and mutations by POST to /graphql.' },
    ],
    [
      'a mutation beside a subscription',
      { query: 'subscription A { feed { id } } mutation B { ring }', operationName: 'B' },
      'BAD_REQUEST',
      {},
    ],
    ['no operation of that name', { query: feed, operationName: 'Other' }, 'BAD_REQUEST', {}],
    [
      'several operations, none named',
      { query: 'subscription A { feed { id } } subscription B { feed { id } }' },
      'BAD_REQUEST',
      {},
    ],
    ['no GraphQL', { query: `subscription { "${canary}" }` }, 'GRAPHQL_PARSE_FAILED', {}],
    ['nothing', { query: '' }, 'GRAPHQL_PARSE_FAILED', {}],
    [
      'an unknown field',
      { query: 'subscription { feeed { id } }' },
      'GRAPHQL_VALIDATION_FAILED',
      { message: 'Cannot query field "feeed" on type "Subscription".' },
    ],
    [
      'a literal of the wrong type',
      { query: `subscription { feed(limit: "${canary}") { id } }` },
      'GRAPHQL_VALIDATION_FAILED',
      {},
    ],
    ['two fields', { query: 'subscription { feed { id } secret { id } }' }, 'GRAPHQL_VALIDATION_FAILED', {}],
    ['introspection', { query: 'subscription { __schema { queryType { name } } }' }, 'GRAPHQL_VALIDATION_FAILED', {}],
    ['the name of the root alone', { query: 'subscription { __typename }' }, 'GRAPHQL_VALIDATION_FAILED', {}],
    [
      'a field that is skipped',
      { query: 'subscription { feed @skip(if: true) { id } }' },
      'GRAPHQL_VALIDATION_FAILED',
      {},
    ],
    [
      'a field that a fragment leaves out',
      {
        query:
          'subscription($no: Boolean = false) { ...A } fragment A on Subscription { ... @include(if: $no) { feed { id } } }',
      },
      'GRAPHQL_VALIDATION_FAILED',
      {},
    ],
    [
      'too many tokens',
      { query: `subscription { feed { ${'id '.repeat(1_000)} } }` },
      'OPERATION_TOO_LARGE',
      { extensions: { limit: 'tokens' } },
    ],
    [
      'too many aliases',
      { query: `subscription { feed { ${Array.from({ length: 51 }, (_, i) => `a${i}: id`).join(' ')} } }` },
      'OPERATION_TOO_LARGE',
      { extensions: { limit: 'aliases' } },
    ],
    [
      'a variable of the wrong type',
      { query: 'subscription($n: Int) { feed(limit: $n) { id } }', variables: { n: canary } },
      'BAD_USER_INPUT',
      { extensions: { fields: [{ path: 'limit', rule: 'type' }] } },
    ],
    [
      'a variable that is missing',
      { query: 'subscription($id: ID!) { feed(id: $id) { id } }' },
      'BAD_USER_INPUT',
      { extensions: { fields: [{ path: 'id' }] } },
    ],
    [
      'a null that only a variable made possible',
      { query: feed, variables: { id: null } },
      'BAD_USER_INPUT',
      { extensions: { fields: [{ path: 'id' }] } },
    ],
    [
      'a source that refuses',
      { query: feed, variables: { id: 'gateway' } },
      'LIMIT_EXCEEDED',
      { message: 'The instance is full.', extensions: { retryAfterMs: 2_500 } },
    ],
    ['a source that breaks', { query: feed, variables: { id: 'bug' } }, 'INTERNAL_SERVER_ERROR', {}],
    [
      'a source that throws what is no error',
      { query: feed, variables: { id: 'thrownString' } },
      'INTERNAL_SERVER_ERROR',
      {},
    ],
  ])('%s is refused in words of ours', async (_what, payload, code, error) => {
    const following = await transport.follow(gateway, payload);
    const told = await following.told();
    expect(told).toMatchObject({ kind: 'errors' });
    const errors = told.kind === 'errors' ? told.errors : [];
    for (const one of errors) expect(one.extensions).toMatchObject({ code, requestId: expect.any(String) });
    expect(errors[0]).toMatchObject(error);
    expect(JSON.stringify(errors)).not.toMatch(/c4n4ry|secret-of-ours|Did you mean/);
    expect(await following.told()).toEqual({ kind: 'complete' });
    following.cut();
    const line = await lineOf(errors[0]?.extensions.requestId);
    expect(line).toMatchObject({ transport: transport.name, subject: 'alice', events: 0, codes: [code] });
    expect(line?.ended).toBe(code === 'INTERNAL_SERVER_ERROR' || code === 'LIMIT_EXCEEDED' ? 'failed' : 'refused');
    expect(gateway.logText()).not.toContain(canary);
    expect(gateway.calls).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['nobody', '', 'UNAUTHENTICATED'],
    ['a token that is not accepted', 'Bearer x', 'UNAUTHENTICATED'],
    ['a token that cannot be checked', 'Bearer outage', 'UPSTREAM_UNAVAILABLE'],
  ])('%s gets no subscription', async (_what, authorization, code) => {
    const before = gateway.feeds.length;
    const following = await transport.follow(gateway, { query: feed }, authorization);
    const told = await following.told();
    const [closeCode, status] = code === 'UNAUTHENTICATED' ? [4403, 401] : [1013, 503];
    expect(told).toMatchObject({ kind: 'closed', code: transport === overSocket ? closeCode : status });
    expect(gateway.feeds).toHaveLength(before);
  });

  test('who lacks a scope is FORBIDDEN before the source is opened', async () => {
    const before = gateway.feeds.length;
    const following = await transport.follow(gateway, { query: 'subscription { secret { id } }' }, 'Bearer bob');
    expect(await following.told()).toMatchObject({
      kind: 'errors',
      errors: [{ extensions: { code: 'FORBIDDEN', missingScopes: ['contacts:read'] } }],
    });
    expect(gateway.feeds).toHaveLength(before);
    following.cut();
    const { following: allowed, feed: source } = await follow({ query: 'subscription { secret { subject } }' });
    source.push({});
    expect(await allowed.told()).toMatchObject({ kind: 'next', result: { data: { secret: { subject: 'alice' } } } });
    allowed.cut();
  });

  test('a source that breaks after an event ends the subscription with an error that says nothing', async () => {
    const { following, feed: source } = await follow();
    source.push({ id: '1' });
    expect(await following.told()).toMatchObject({ kind: 'next' });
    source.fail(new Error('redis://secret-of-ours'));
    const told = await following.told();
    expect(told).toMatchObject({ kind: 'errors', errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(JSON.stringify(told)).not.toContain('secret-of-ours');
    expect(source.isReturned).toBe(true);
    following.cut();
  });

  test.each(['unsubscribe', 'cut'] as const)(
    'a client that does %s ends the source at once, while it waits',
    async (how) => {
      const { following, feed: source } = await follow();
      source.push({ id: '1' });
      await following.told();
      await until(() => source.pulls === 2);
      following[how]();
      await until(() => source.isReturned);
      following.cut();
    },
  );

  test('a client that leaves before its first event ends the source at once, and aborts what that waits for', async () => {
    const { following, feed: source } = await follow();
    await until(() => source.pulls === 1);
    following.cut();
    await until(() => source.isReturned);
    expect(source.context.signal.aborted).toBe(true);
  });

  test('a client that leaves while its source is still opening leaves none behind', async () => {
    const on = await startFixture();
    try {
      const { following, feed: source } = await follow({ query: feed, variables: { id: 'late' } }, undefined, on);
      following.unsubscribe();
      expect(await lineOf(source.context.requestId, on)).toMatchObject({ events: 0 });
      expect(source.context.signal.aborted).toBe(true);
      expect(source.isReturned).toBe(false);
      on.openGate();
      await until(() => source.isReturned);
      expect(source.pulls).toBe(0);
      following.cut();
    } finally {
      await on.clock.runUntil(on.stop());
    }
  });

  test('a source that is deaf while it waits does not keep a subscription open', async () => {
    const on = await startFixture({ subscriptionLimits: { subscriptionsPerCaller: 1 } });
    try {
      const { following, feed: deaf } = await follow({ query: feed, variables: { id: 'stubborn' } }, undefined, on);
      following.unsubscribe();
      await lineOf(deaf.context.requestId, on);
      following.cut();
      const again = await follow({ query: feed, variables: { id: 'a' } }, undefined, on);
      again.feed.push({ id: '1' });
      expect(await again.following.told()).toMatchObject({ kind: 'next' });
      again.following.cut();
    } finally {
      await on.clock.runUntil(on.stop());
    }
  });

  test('one line of the log tells of a subscription when it is over, and no value of the caller', async () => {
    const { following, feed: source } = await follow({ query: feed, variables: { id: canary } });
    source.push({ id: '1' }, { id: '2' });
    await following.told();
    await following.told();
    gateway.clock.advance(1_500);
    source.complete();
    expect(await lineOf(source.context.requestId)).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'subscription',
      requestId: source.context.requestId,
      operation: 'Follow',
      type: 'subscription',
      rootFields: ['feed'],
      subject: 'alice',
      tenant: 'acme',
      transport: transport.name,
      events: 2,
      ended: 'completed',
      durationMs: 1_500,
    });
    expect(gateway.logText()).not.toContain(canary);
    following.cut();
  });

  describe('of too many', () => {
    const isFull = (told: Told): ClientErrorBody | undefined => (told.kind === 'errors' ? told.errors[0] : undefined);

    test('those of one caller are refused with a time to ask again, others are not, and an end makes room', async () => {
      const on = await startFixture({ subscriptionLimits: { subscriptionsPerCaller: 2 } });
      try {
        const first = await follow(undefined, undefined, on);
        const second = await follow(undefined, undefined, on);
        // What fails at its start counts no more than what never was.
        for (const id of ['gateway', 'bug']) {
          first.following.unsubscribe();
          await until(() => first.feed.isReturned);
          const failed = await transport.follow(on, { query: feed, variables: { id } });
          expect(await failed.told()).toMatchObject({ kind: 'errors' });
          failed.cut();
        }
        const third = await follow(undefined, undefined, on);
        const refused = await transport.follow(on, { query: feed });
        expect(isFull(await refused.told())).toMatchObject({
          message: 'You may have 2 subscriptions open at once; end one first.',
          extensions: {
            code: 'LIMIT_EXCEEDED',
            retryable: true,
            retryAfterMs: 10_000,
            limit: 'subscriptionsPerCaller',
            allowed: 2,
          },
        });
        const elsewhere = await follow(undefined, 'Bearer alice-elsewhere', on);
        for (const { following } of [first, second, third, elsewhere]) following.cut();
        refused.cut();
      } finally {
        await on.clock.runUntil(on.stop());
      }
    });

    test('those of the process are refused, whoever asks', async () => {
      const on = await startFixture({ subscriptionLimits: { subscriptionsPerProcess: 1 } });
      try {
        const { following, feed: source } = await follow(undefined, undefined, on);
        const refused = await transport.follow(on, { query: feed }, 'Bearer bob');
        expect(isFull(await refused.told())?.extensions).toMatchObject({
          code: 'LIMIT_EXCEEDED',
          limit: 'subscriptionsPerProcess',
        });
        refused.cut();
        following.cut();
        await until(() => source.isReturned);
        const again = await follow(undefined, 'Bearer bob', on);
        again.following.cut();
      } finally {
        await on.clock.runUntil(on.stop());
      }
    });
  });
});
