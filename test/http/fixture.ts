import {
  buildSchema,
  GraphQLError,
  Kind,
  valueFromASTUntyped,
  type GraphQLScalarType,
  type GraphQLObjectType,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { GatewayError } from '../../src/errors.js';
import { startHttp, type HttpOptions, type HttpParts } from '../../src/http/app.js';
import { rootFieldsOf } from '../../src/operations/limits.js';
import { createLog } from '../../src/log.js';
import { perRequestLoader, type Caller, type RequestContext } from '../../src/request.js';
import { TestClock } from '../support/test-clock.js';
import { Feed } from './feed.js';

/** Stands for something a caller says that must not come back, nor reach the log. */
export const canary = 'c4n4ry-value';

export interface ClientErrorBody {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly unknown[];
  readonly extensions: {
    readonly code: string;
    readonly retryable: boolean;
    readonly retryAfterMs?: number;
    readonly requestId: string;
    readonly fields?: readonly { path: string; rule: string; message: string }[];
    readonly [detail: string]: unknown;
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly ClientErrorBody[];
}

const sdl = /* GraphQL */ `
  scalar PhoneNumber
  enum TrafficType {
    GENERAL
    CAMPAIGN
  }
  input AttributeInput {
    key: String!
    value: String!
  }
  input CallInput {
    number: PhoneNumber!
    ringTimeoutInSeconds: Int
    trafficType: TrafficType! = GENERAL
    attributes: [AttributeInput!]
  }
  type Person {
    id: ID!
    name: String
    friends: [Person]
    friendPage(first: Int! = 20): PersonPage
    bestFriend: Person
  }
  type PersonPage {
    nodes: [Person!]!
    total: Int
  }
  type Query {
    hello: String
    secret: String
    fail(how: String): String
    gate: String
    square(of: Int!): Int
    me: Person
    people(ids: [ID!]!): [Person]
    search(first: Int! = 20, after: String): PersonPage
  }
  type Mutation {
    call(input: CallInput!): String
    ring: String
    gate: String
  }
  type Event {
    id: ID
    text: String
    fail(how: String): String
    subject: String
    requestId: String
    loads: Int
  }
  type Subscription {
    feed(id: ID! = "a", limit: Int): Event
    secret: Event
  }
`;

const failures: Readonly<Record<string, () => unknown>> = {
  gateway: () =>
    new GatewayError('LIMIT_EXCEEDED', 'The instance is full.', {
      retryAfterMs: 2_500,
      details: { quota: 'concurrent calls' },
      cause: new Error('arn:aws:connect:secret-of-ours'),
    }),
  bug: () => new TypeError('arn:aws:connect:secret-of-ours'),
  graphql: () => new GraphQLError('arn:aws:connect:secret-of-ours', { extensions: { code: 'BAD_REQUEST', inner: 1 } }),
  thrownString: () => 'arn:aws:connect:secret-of-ours',
};

function fixtureSchema(calls: string[], signals: AbortSignal[], gate: Promise<void>, feeds: Feed[]): GraphQLSchema {
  const schema = buildSchema(sdl);
  const resolve = (type: string, field: string, resolver: GraphQLFieldResolver<unknown, RequestContext>) => {
    (schema.getType(type) as GraphQLObjectType).getFields()[field]!.resolve = resolver;
  };
  const scalar = schema.getType('PhoneNumber') as GraphQLScalarType<string>;
  scalar.parseValue = (value) => {
    if (typeof value !== 'string') throw new GraphQLError(`PhoneNumber cannot be ${JSON.stringify(value)}`);
    return value;
  };
  scalar.parseLiteral = (node) => scalar.parseValue(valueFromASTUntyped(node));
  resolve('Query', 'hello', () => 'world');
  resolve('Query', 'secret', (_source, _args, { caller }) => caller?.subject);
  resolve('Query', 'fail', (_source, { how }) => {
    throw failures[String(how)]!();
  });
  resolve('Query', 'square', (_source, { of }) => (of as number) ** 2);
  for (const type of ['Query', 'Mutation']) {
    resolve(type, 'gate', async (_source, _args, { signal }) => {
      calls.push('gate');
      signals.push(signal);
      await gate;
      return 'open';
    });
  }
  resolve('Mutation', 'call', (_source, { input }) => {
    calls.push('call');
    return (input as { trafficType: string }).trafficType;
  });
  resolve('Mutation', 'ring', () => {
    calls.push('ring');
    return 'rang';
  });
  const fail: GraphQLFieldResolver<unknown, RequestContext> = (_source, { how }) => {
    throw failures[String(how)]!();
  };
  resolve('Event', 'fail', fail);
  resolve('Event', 'subject', (_source, _args, { caller }) => caller?.subject);
  resolve('Event', 'requestId', (_source, _args, { requestId }) => requestId);
  const loader = perRequestLoader<string, number>(String, (keys) => Promise.resolve(keys.map(() => (loads += 1))));
  let loads = 0;
  resolve('Event', 'loads', (_source, _args, context) => loader(context).load('a'));
  for (const name of ['feed', 'secret']) {
    const field = schema.getSubscriptionType()!.getFields()[name]!;
    field.subscribe = async (_root, { id }: { id?: string }, context: RequestContext) => {
      const feed = new Feed(context);
      feeds.push(feed);
      if (id === 'late') await gate;
      const failure = failures[String(id)];
      if (failure) throw failure();
      return id === 'stubborn' ? feed.asGenerator() : feed;
    };
    field.resolve = (payload) => payload;
  }
  return schema;
}

/** Since the fixture's clock started. */
function expiresInMs(ms: number): number {
  return new TestClock().now() + ms;
}

const callers: Readonly<Record<string, Caller>> = {
  'Bearer alice': {
    subject: 'alice',
    tenant: 'acme',
    scopes: new Set(['contacts:read']),
    expiresAtMs: expiresInMs(3_600_000),
  },
  'Bearer bob': { subject: 'bob', tenant: 'acme', scopes: new Set(), expiresAtMs: expiresInMs(3_600_000) },
  // Of another tenant, and good for fifteen seconds.
  'Bearer alice-elsewhere': { subject: 'alice', tenant: 'globex', scopes: new Set(), expiresAtMs: expiresInMs(15_000) },
  // Accepted, because clocks differ by seconds.
  'Bearer yesterday': { subject: 'eve', tenant: 'acme', scopes: new Set(), expiresAtMs: expiresInMs(-1_000) },
};

const parts: Pick<HttpParts, 'callerFrom' | 'authorizeOperation' | 'ready'> = {
  callerFrom: (authorization) => {
    if (authorization === undefined) return Promise.resolve(undefined);
    const caller = callers[authorization];
    if (caller) return Promise.resolve(caller);
    return Promise.reject(
      authorization === 'Bearer outage'
        ? new GatewayError('UPSTREAM_UNAVAILABLE', 'Tokens cannot be checked right now.', { retryAfterMs: 4_200 })
        : new GatewayError('UNAUTHENTICATED', 'The token is not accepted.', { cause: new Error('jwt expired') }),
    );
  },
  authorizeOperation: ({ document, operationName, caller }) => {
    const operation = document.definitions.find(
      (node) => node.kind === Kind.OPERATION_DEFINITION && node.name?.value === operationName,
    );
    if (operation?.kind !== Kind.OPERATION_DEFINITION || !rootFieldsOf(document, operation).includes('secret')) return;
    if (!caller) throw new GatewayError('UNAUTHENTICATED', 'This operation needs a token.');
    if (caller.scopes.has('contacts:read')) return;
    throw new GatewayError('FORBIDDEN', 'A scope is missing.', { details: { missingScopes: ['contacts:read'] } });
  },
  ready: () => ({ ready: true, reasons: [], dependencies: {} }),
};

/** The real HTTP layer over a small schema, on a free port of this machine. */
export async function startFixture(options: Partial<HttpOptions> = {}, overrides: Partial<HttpParts> = {}) {
  const lines: string[] = [];
  /** What resolvers of consequence ran. */
  const calls: string[] = [];
  /** Of those who came to the gate. */
  const signals: AbortSignal[] = [];
  let openGate = (): void => undefined;
  const gate = new Promise<void>((resolve) => (openGate = resolve));
  const clock = new TestClock();
  /** The sources that subscriptions have opened so far. */
  const feeds: Feed[] = [];
  const schema = fixtureSchema(calls, signals, gate, feeds);
  const server = await startHttp(
    { host: '127.0.0.1', port: 0, corsOrigins: [], ...options },
    {
      schema,
      ...parts,
      log: createLog('debug', { write: (line: string) => void lines.push(line) }),
      clock,
      ...overrides,
    },
  );
  const send = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, init);
    const text = await response.text();
    const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Partial<Pick<Answer, 'data' | 'errors'>>;
    return { status: response.status, headers: response.headers, text, data: body.data, errors: body.errors ?? [] };
  };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    ...server,
    schema,
    clock,
    calls,
    signals,
    feeds,
    openGate,
    send,
    post,
    query: (query: string, variables?: unknown, headers?: Record<string, string>) =>
      post({ query, variables }, headers),
    /** The lines of the access log so far. */
    accessLog: () =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'operation'),
    /** The lines that subscriptions left at their end. */
    subscriptionLog: () =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'subscription'),
    logText: () => lines.join(''),
  };
}

export type Fixture = Awaited<ReturnType<typeof startFixture>>;
