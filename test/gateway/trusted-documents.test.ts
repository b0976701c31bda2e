import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  type DocumentNode,
  type TypedDocumentNode,
} from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { isSubscriptionOperation } from '@apollo/client/utilities';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, print } from 'graphql';
import { createClient } from 'graphql-ws';
import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Config } from '../../src/config.js';
import { startGateway } from '../../src/gateway.js';
import { createLog } from '../../src/log.js';
import { defaultLimits } from '../../src/operations/limits.js';
import { TrustedDocuments } from '../../src/operations/trusted-documents.js';
import { startFixture } from '../http/fixture.js';
import { overSocket, overStream } from '../http/subscribers.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { startTestGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

const capacity = 'query Capacity { outboundCapacity { queueLength } }';
const placeCall = print(PlaceCallDocument);
const watch = 'subscription Watch($id: ID!) { contactUpdated(id: $id) { id status } }';
const unlisted = 'query Other($id: ID!) { contact(id: $id) { id } }';
type Asked = Readonly<Record<string, object>>;
/** As Apollo Client sends it: with the names of types. */
const watched = gql`
  fragment Live on Contact {
    id
    status
  }
  subscription Follow($id: ID!) {
    contactUpdated(id: $id) {
      ...Live
    }
  }
`;
const asked: TypedDocumentNode<Asked> = gql`
  query Waiting {
    outboundCapacity {
      queueLength
    }
  }
`;
const unlistedAsked: TypedDocumentNode<Asked> = gql`
  query WaitingElsewhere {
    outboundCapacity {
      queueLength
    }
  }
`;
const cache = () => new InMemoryCache();
const asSent = (document: DocumentNode) => print(cache().transformDocument(document));
/** As Apollo's tool sorts the definitions of a manifest. */
const sortedWatched = asSent({ ...watched, definitions: watched.definitions.toReversed() });

const documents = [capacity, placeCall, watch, asSent(asked), sortedWatched].map((text) => ({
  id: sha256(text),
  text,
}));
const trusting = (mode: 'only' | 'log'): Partial<Config> => ({
  trustedDocuments: { path: '/etc/outdial/trusted.json', documents, mode },
});

interface Gateways {
  readonly only: RunningGateway;
  readonly log: RunningGateway;
  readonly none: RunningGateway;
}
let gateways: Gateways;
beforeAll(async () => {
  gateways = {
    only: await startTestGateway({ config: trusting('only') }),
    log: await startTestGateway({ config: trusting('log') }),
    none: await startTestGateway(),
  };
});
afterAll(async () => {
  for (const gateway of Object.values(gateways) as RunningGateway[]) await gateway.stop();
});

type Answer = Pick<GraphqlAnswer, 'status' | 'data' | 'errors'>;

async function post(gateway: RunningGateway, body: object, token?: string): Promise<Answer> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? (await gateway.token())}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const codeOf = ({ errors }: Pick<Answer, 'errors'>) => errors?.[0]?.extensions.code;

describe('by POST', () => {
  const sent = [
    ['an id', { documentId: sha256(capacity) }, 'data', 'data', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    [
      'an id with its prefix',
      { documentId: `sha256:${sha256(capacity)}` },
      'data',
      'data',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'an id and a null',
      { query: null, documentId: sha256(capacity) },
      'data',
      'data',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    ['a hash', byHash(sha256(capacity)), 'data', 'data', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    [
      'an unknown hash',
      byHash(sha256(unlisted)),
      'PERSISTED_QUERY_NOT_FOUND',
      'PERSISTED_QUERY_NOT_FOUND',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    ['a text', { query: capacity }, 'data', 'data', 'data'],
    ['a text and its hash', { query: capacity, ...byHash(sha256(capacity)) }, 'data', 'data', 'data'],
    ['an unlisted text', { query: unlisted, variables: { id: 'c' } }, 'DOCUMENT_NOT_TRUSTED', 'data', 'data'],
    [
      'an unlisted text and its hash',
      { query: unlisted, variables: { id: 'c' }, ...byHash(sha256(unlisted)) },
      'DOCUMENT_NOT_TRUSTED',
      'data',
      'data',
    ],
    [
      'an unlisted text and the hash of a trusted one',
      { query: unlisted, variables: { id: 'c' }, ...byHash(sha256(capacity)) },
      'BAD_REQUEST',
      'BAD_REQUEST',
      'data',
    ],
    ['what a router asks', { query: '{ _service { sdl } }' }, 'DOCUMENT_NOT_TRUSTED', 'data', 'data'],
    [
      'a subscription',
      { documentId: sha256(watch), variables: { id: 'c' } },
      'BAD_REQUEST',
      'BAD_REQUEST',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'another operationName',
      { documentId: sha256(capacity), operationName: 'Other' },
      'BAD_REQUEST',
      'BAD_REQUEST',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'an empty operationName',
      { documentId: sha256(capacity), operationName: '' },
      'data',
      'data',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'a query that is no text',
      { query: false, ...byHash(sha256(capacity)) },
      'BAD_REQUEST',
      'BAD_REQUEST',
      'BAD_REQUEST',
    ],
    [
      'a parsed query',
      { query: { kind: 'Document' }, documentId: sha256(capacity) },
      'BAD_REQUEST',
      'BAD_REQUEST',
      'BAD_REQUEST',
    ],
    ['a batch', [{ documentId: sha256(capacity) }], 'BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST'],
  ] as const;
  test.each(sent)('%s', async (_what, body, only, log, none) => {
    const outcomes: Record<string, unknown> = {};
    for (const [name, gateway] of Object.entries(gateways) as [string, RunningGateway][]) {
      const answer = await post(gateway, body);
      outcomes[name] = answer.data ? 'data' : codeOf(answer);
      const isPersisted = String(outcomes[name]).startsWith('PERSISTED_QUERY');
      expect(answer.status).toBe(answer.data || isPersisted ? 200 : 400);
    }
    expect(outcomes).toEqual({ only, log, none });
  });

  test('a trusted document is guarded, limited and judged like any other', async () => {
    const { only: gateway } = gateways;
    const without = await gateway.token({ scopes: [] });
    expect(codeOf(await post(gateway, { documentId: sha256(capacity) }, without))).toBe('FORBIDDEN');
    const wrong = { input: { ...callInput(), destinationPhoneNumber: '0100' } };
    expect(codeOf(await post(gateway, { documentId: sha256(placeCall), variables: wrong }))).toBe('BAD_USER_INPUT');
    const input = { ...callInput(), attributes: Array.from({ length: 3_400 }, () => ({ key: 'a', value: 'b' })) };
    expect(codeOf(await post(gateway, { documentId: sha256(placeCall), variables: { input } }))).toBe(
      'OPERATION_TOO_LARGE',
    );
    expect(gateway.simulator.requests().StartOutboundVoiceContact ?? 0).toBe(0);
  });

  test('a call is placed by an id alone, with its scopes, and never by an unlisted document', async () => {
    const { only: gateway } = gateways;
    const variables = { input: callInput({ destinationPhoneNumber: '+12065550142' }) };
    const renamed = placeCall.replace('PlaceCall', 'Unlisted');
    expect(codeOf(await post(gateway, { query: renamed, variables, ...byHash(sha256(renamed)) }))).toBe(
      'DOCUMENT_NOT_TRUSTED',
    );
    expect(gateway.simulator.requests().StartOutboundVoiceContact ?? 0).toBe(0);
    const { data } = await post(gateway, { ...byHash(sha256(placeCall)), variables });
    expect(data).toMatchObject({ startOutboundVoiceContact: { status: 'INITIATED' } });
    expect(gateway.simulator.requests().StartOutboundVoiceContact).toBe(1);
  });
});

describe.each([overSocket, overStream])('over $name', (transport) => {
  /** What a client is told first of a contact that there is not, by what it sends; `data` for the null that it is told. */
  const told = async (gateway: RunningGateway, payload: object) => {
    const at = { url: gateway.url.replace(/\/graphql$/, '') };
    const following = await transport.follow(at, payload, `Bearer ${await gateway.token()}`);
    const first = await gateway.clock.runUntil(following.told());
    following.cut();
    if (first.kind === 'next') return 'data';
    return first.kind === 'errors' ? first.errors[0]?.extensions.code : first;
  };
  const variables = { id: '11111111-1111-4111-8111-111111111111' };
  const free = 'subscription Free($id: ID!) { contactUpdated(id: $id) { id } }';

  test.each([
    ['an id', { documentId: sha256(watch) }, 'data', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['an id and an empty text', { query: '', ...byHash(sha256(watch)) }, 'data', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['an id and its text', { query: watch, ...byHash(sha256(watch)) }, 'data', 'data'],
    ['an unknown id', { query: '', documentId: 'a' }, 'PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['an unlisted text', { query: free }, 'DOCUMENT_NOT_TRUSTED', 'data'],
    ['an unlisted text and a trusted id', { query: free, ...byHash(sha256(watch)) }, 'BAD_REQUEST', 'data'],
    ['a query', { documentId: sha256(capacity) }, 'BAD_REQUEST', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    [
      'another operationName',
      { documentId: sha256(watch), operationName: 'Free' },
      'BAD_REQUEST',
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ])('%s', async (_what, payload, only, none) => {
    const sent = { ...payload, variables };
    expect([await told(gateways.only, sent), await told(gateways.none, sent)]).toEqual([only, none]);
  });

  test('an unlisted text runs where it is only marked', async () => {
    expect(await told(gateways.log, { query: free, variables })).toBe('data');
  });
});

interface Posted {
  readonly query?: string;
  readonly extensions: { readonly persistedQuery?: object };
}

/** Apollo Client with its own link for persisted queries before both transports, and what it posted. */
async function apolloClient(gateway: RunningGateway, generateHash?: (document: DocumentNode) => string) {
  const authorization = `Bearer ${await gateway.token()}`;
  const posted: Posted[] = [];
  const http = new HttpLink({
    uri: gateway.url,
    headers: { authorization },
    fetch: (url, init) => {
      posted.push(JSON.parse(init!.body as string) as Posted);
      return fetch(url, init);
    },
  });
  const socket = createClient({
    url: gateway.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization },
  });
  const ws = new GraphQLWsLink(socket);
  const transports = ApolloLink.split(({ query }) => isSubscriptionOperation(query), ws, http);
  const persisted = new PersistedQueryLink(generateHash ? { generateHash } : { sha256 });
  return {
    client: new ApolloClient({ link: persisted.concat(transports), cache: cache() }),
    posted,
    ask: async function (query: TypedDocumentNode<Asked>) {
      const options = { query, fetchPolicy: 'no-cache', errorPolicy: 'all' } as const;
      const { data, error } = await this.client.query(options);
      return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : (error ?? data?.outboundCapacity);
    },
    stop: () => socket.dispose(),
  };
}

describe('Apollo Client with its link for persisted queries', () => {
  /** Whether each request had a text, and whether it had a hash. */
  const sentParts = (posted: readonly Posted[]) =>
    posted.map(({ query, extensions }) => [query !== undefined, extensions.persistedQuery !== undefined]);

  const told = { queueLength: 0, __typename: 'OutboundCapacity' };

  test('sends a trusted document by its hash alone', async () => {
    const apollo = await apolloClient(gateways.only);
    expect(await apollo.ask(asked)).toEqual(told);
    expect(apollo.posted).toMatchObject([byHash(sha256(asSent(asked)))]);
    expect(apollo.posted[0]).not.toHaveProperty('query');
  });

  test('falls back where there are no trusted documents, and leaves hashes out from then on', async () => {
    const apollo = await apolloClient(gateways.none);
    expect([await apollo.ask(asked), await apollo.ask(asked)]).toEqual([told, told]);
    expect(sentParts(apollo.posted)).toEqual([
      [false, true],
      [true, false],
      [true, false],
    ]);
  });

  test('falls back for an unlisted document where it is only marked, and goes on with hashes', async () => {
    const apollo = await apolloClient(gateways.log);
    expect([await apollo.ask(unlistedAsked), await apollo.ask(asked)]).toEqual([told, told]);
    expect(sentParts(apollo.posted)).toEqual([
      [false, true],
      [true, true],
      [false, true],
    ]);
  });

  test('is refused an unlisted document after it sent it', async () => {
    const apollo = await apolloClient(gateways.only);
    expect(await apollo.ask(unlistedAsked)).toBe('DOCUMENT_NOT_TRUSTED');
    expect(apollo.posted.map(({ query }) => query !== undefined)).toEqual([false, true]);
  });

  test.each([
    ['the hash of its own form', undefined],
    ['the id of the manifest', () => sha256(sortedWatched)],
  ])(
    'follows over its socket a document that the manifest has in another order, with %s',
    async (_what, generateHash) => {
      const { only: gateway } = gateways;
      const apollo = await apolloClient(gateway, generateHash);
      const variables = { id: '11111111-1111-4111-8111-111111111111' };
      const first = new Promise((resolve, reject) => {
        apollo.client.subscribe({ query: watched, variables }).subscribe({ next: resolve, error: reject });
      });
      expect(await gateway.clock.runUntil(first)).toMatchObject({ data: { contactUpdated: null } });
      await apollo.stop();
    },
  );
});

test('a trusted document is not parsed and validated again', async () => {
  // It would be refused.
  const text = 'query Types { __schema { queryType { name } } }';
  const rules = {
    schema: buildSchema('type Query { hello: String }'),
    limits: defaultLimits,
    allowsIntrospection: true,
  };
  const fixture = await startFixture(
    {},
    { trustedDocuments: new TrustedDocuments(rules, [{ id: 'types', text }], 'log') },
  );
  const types = { data: { __schema: { queryType: { name: 'Query' } } }, errors: [] };
  expect(await fixture.post({ documentId: 'types' })).toMatchObject(types);
  expect(await fixture.query(text)).toMatchObject(types);
  expect((await fixture.query(`${text} `.replace('Types', 'Others'))).errors).toHaveLength(1);
  await fixture.clock.runUntil(fixture.stop());
});

test('what is not trusted is marked in the log, and what is in it stays out', async () => {
  const literal = 'query Dialed { contact(id: "c4n4ry") { id } }';
  const lines = (gateway: RunningGateway) =>
    gateway
      .logged()
      .split('\n')
      .filter((line) => line.includes('"operation":"Dialed"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const name of ['only', 'log', 'none'] as const) {
    const gateway = gateways[name];
    await post(gateway, { query: literal });
    await until(() => lines(gateway).length > 0);
    expect(gateway.logged()).not.toContain('c4n4ry');
  }
  const [inOnly, inLog, inNone] = [lines(gateways.only), lines(gateways.log), lines(gateways.none)].map(
    ([line]) => line,
  );
  expect(inOnly).toMatchObject({ codes: ['DOCUMENT_NOT_TRUSTED'], subject: expect.any(String) });
  expect(inLog?.untrustedDocument).toMatch(/^[0-9a-f]{64}$/);
  expect(inOnly?.untrustedDocument).toBe(inLog?.untrustedDocument);
  expect(inNone).not.toHaveProperty('untrustedDocument');
  expect(gateways.log.logged().match(/untrustedDocument/g)?.length).toBeGreaterThan(0);
});

test('a document that does not fit the schema keeps the gateway from starting, by its name', async () => {
  const wrong = [...documents, { id: 'wrong', text: 'query Wrong { nothing }' }];
  const trustedDocuments = { path: '/etc/outdial/trusted.json', documents: wrong, mode: 'log' } as const;
  const starting = startGateway({ ...gateways.none.config, trustedDocuments }, { log: createLog('silent') });
  await expect(starting).rejects.toThrow(
    'TRUSTED_DOCUMENTS (/etc/outdial/trusted.json): the document wrong (Wrong): Cannot query field "nothing" on type "Query".',
  );
});
