import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Client as UrqlClient,
  createRequest,
  fetchExchange,
  stringifyDocument,
  type OperationResult,
} from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import type { ClientError, GraphQLClient } from 'graphql-request';
import { createHash } from 'node:crypto';
import * as relay from 'relay-runtime';
import { clientModules } from '../support/client-modules.js';
import { runSnippets } from '../support/page-snippets.js';
import { callInput, placeCall } from '../support/place-call.js';
import { startTestGateway, withGateway, type GraphqlError, type RunningGateway } from '../support/start-gateway.js';
import PlaceAndFollowCallMutation from './relay/generated/PlaceAndFollowCallMutation.graphql.js';
import PlaceAndFollowCallQuery from './relay/generated/PlaceAndFollowCallQuery.graphql.js';
import PlaceAndFollowCallSubscription from './relay/generated/PlaceAndFollowCallSubscription.graphql.js';

let gateway: RunningGateway;
let contactId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  contactId = await placeCall(gateway);
});
afterAll(() => gateway.stop());

const query = 'query ($id: ID!) { contact(id: $id) { instanceId id status } }';
const mutation =
  'mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { instanceId id status } }';

interface Client {
  /** The data; rejects with the errors that the gateway answered, as the client tells them. */
  ask(document: 'query' | 'mutation', variables: Record<string, unknown>): Promise<unknown>;
}

/** What a snippet of the page defines under `name`, having followed a contact that is not there. */
async function defined<T>(names: readonly string[], name: string, accessToken: () => unknown): Promise<T> {
  const ran = runSnippets(gateway, names, {
    modules: clientModules,
    scope: {
      id: 'b0000000-0000-4000-8000-000000000404',
      accessToken,
      show: () => undefined,
      askToSignIn: () => undefined,
      PlaceAndFollowCallSubscription,
    },
    result: name,
  });
  return gateway.clock.runUntil(ran) as Promise<T>;
}

async function apolloOf(names: readonly string[], accessToken: () => unknown): Promise<Client> {
  const apollo = await defined<ApolloClient>(names, 'apollo', accessToken);
  return {
    ask: async (document, variables) => {
      const asked =
        document === 'query'
          ? apollo.query({ query: gql(query), variables })
          : apollo.mutate({ mutation: gql(mutation), variables });
      return asked.then(
        ({ data }) => data,
        (error: unknown) => {
          throw new Error('refused', { cause: CombinedGraphQLErrors.is(error) ? error.errors : error });
        },
      );
    },
  };
}

async function urqlOf(names: readonly string[], accessToken: () => unknown): Promise<Client> {
  const client = await defined<UrqlClient>(names, 'urql', accessToken);
  return {
    ask: async (document, variables) => {
      const asked = document === 'query' ? client.query(query, variables) : client.mutation(mutation, variables);
      const { data, error } = (await asked.toPromise()) as OperationResult<unknown>;
      if (error) throw new Error('refused', { cause: error.graphQLErrors });
      return data;
    },
  };
}

async function relayOf(names: readonly string[], accessToken: () => unknown): Promise<Client> {
  const environment = await defined<relay.Environment>(names, 'environment', accessToken);
  return {
    ask: (document, variables) =>
      new Promise((resolve, reject) => {
        const fail = (cause: Error & { source?: { errors: unknown } }) => {
          reject(new Error('refused', { cause: cause.source?.errors ?? cause }));
        };
        if (document === 'query') {
          relay.fetchQuery(environment, PlaceAndFollowCallQuery, variables).subscribe({ next: resolve, error: fail });
        } else {
          relay.commitMutation(environment, {
            mutation: PlaceAndFollowCallMutation,
            variables,
            onCompleted: (data, errors) => {
              if (errors?.length) reject(new Error('refused', { cause: errors }));
              else resolve(data);
            },
            onError: fail,
          });
        }
      }),
  };
}

async function requestOf(names: readonly string[], accessToken: () => unknown): Promise<Client> {
  const client = await defined<GraphQLClient>(names, 'requests', accessToken);
  return {
    ask: (document, variables) =>
      client.request<unknown>(document === 'query' ? query : mutation, variables).catch((error: unknown) => {
        throw new Error('refused', { cause: (error as ClientError).response.errors });
      }),
  };
}

const viaSocket = 'client-of-graphql-ws';
describe.each<[string, (accessToken: () => unknown) => Promise<Client>]>([
  ['Apollo Client', (token) => apolloOf([viaSocket, 'follow-with-apollo-client'], token)],
  ['Apollo Client with HttpLink alone', (token) => apolloOf(['follow-with-apollo-multipart'], token)],
  ['urql', (token) => urqlOf(['follow-with-urql'], token)],
  ['urql with graphql-ws', (token) => urqlOf([viaSocket, 'follow-with-urql-websocket'], token)],
  ['Relay', (token) => relayOf([viaSocket, 'follow-with-relay'], token)],
  ['graphql-request', (token) => requestOf(['ask-with-graphql-request'], token)],
])('%s', (_name, create) => {
  const refusal = async (asked: Promise<unknown>): Promise<GraphqlError | undefined> => {
    const error = await asked.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    return ((error as Error).cause as readonly GraphqlError[])[0];
  };

  test('asks for a contact, and places a call', async () => {
    const client = await create(() => gateway.token());
    expect(await client.ask('query', { id: contactId })).toMatchObject({ contact: { id: contactId } });
    const input = callInput({ allowRepeat: true });
    expect(await client.ask('mutation', { input })).toMatchObject({
      startOutboundVoiceContact: { id: expect.any(String), status: 'INITIATED' },
    });
  });

  test('reads which fields of an input are refused', async () => {
    const client = await create(() => gateway.token());
    const refused = await refusal(client.ask('mutation', { input: callInput({ destinationPhoneNumber: '555' }) }));
    expect(refused?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.destinationPhoneNumber', rule: 'phoneNumberShort' }],
    });
  });

  test('reads the code of HTTP 401 and of HTTP 400', async () => {
    const client = await create(() => 'refused');
    expect((await refusal(client.ask('query', { id: contactId })))?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await refusal(client.ask('mutation', { input: callInput() })))?.extensions.code).toBe('UNAUTHENTICATED');
    const accepted = await create(() => gateway.token());
    const wrongly = accepted.ask('mutation', { input: { ...callInput(), destinationPhoneNumber: 5 } });
    expect((await refusal(wrongly))?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('persisted queries are sent as documents by POST', () => {
  let sent: string[] = [];
  const traced = async (url: string | URL | Request, init?: RequestInit) => {
    const headers = { ...(init?.headers as Record<string, string>), authorization: `Bearer ${await gateway.token()}` };
    const answer = await fetch(url, { ...init, headers });
    sent.push(`${init?.method ?? 'GET'} ${answer.status}`);
    return answer;
  };

  test.each([false, true])('by Apollo Client, which asked by GET: %s', async (useGETForHashedQueries) => {
    sent = [];
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(
      new HttpLink({ uri: gateway.url, fetch: traced }),
    );
    const apollo = new ApolloClient({ link, cache: new InMemoryCache() });
    const { data } = await apollo.query({ query: gql(query), variables: { id: contactId } });
    expect(data).toMatchObject({ contact: { id: contactId } });
    await apollo.query({ query: gql('{ connectInstance { id } }') });
    expect(sent).toEqual([useGETForHashedQueries ? 'GET 405' : 'POST 200', 'POST 200', 'POST 200']);
  });

  const urqlWith = (options: Parameters<typeof persistedExchange>[0]) =>
    new UrqlClient({
      url: gateway.url,
      preferGetMethod: false,
      fetch: traced,
      exchanges: [persistedExchange(options), fetchExchange],
    });

  test('by urql', async () => {
    sent = [];
    const client = urqlWith({ preferGetForPersistedQueries: false });
    const { data } = await client.query<unknown>(query, { id: contactId }).toPromise();
    expect(data).toMatchObject({ contact: { id: contactId } });
    await client.query('{ connectInstance { id } }', {}).toPromise();
    expect(sent).toEqual(['POST 200', 'POST 200', 'POST 200']);
  });

  test('by urql with its defaults from the second one on, for it repeats the first by GET', async () => {
    sent = [];
    const client = urqlWith({});
    const { error } = await client.query<unknown>(query, { id: contactId }).toPromise();
    expect(error?.message).toContain('preferGetForPersistedQueries: false');
    const { data } = await client
      .query<unknown>(query, { id: contactId }, { requestPolicy: 'network-only' })
      .toPromise();
    expect(data).toMatchObject({ contact: { id: contactId } });
    expect(sent).toEqual(['GET 405', 'GET 405', 'POST 200']);
  });

  test('by urql of a trusted document, by its hash alone', async () => {
    const { query: document } = createRequest('query Trusted { connectInstance { id } }', {});
    const text = stringifyDocument(document);
    const documents = [{ id: createHash('sha256').update(text).digest('hex'), text }];
    const trustedDocuments = { path: '/etc/outdial/trusted.json', documents, mode: 'only' } as const;
    await withGateway({ config: { trustedDocuments } }, async ({ url, issuer, clock }) => {
      const headers = { authorization: `Bearer ${await issuer.token({ scopes: ['directory:read'] }, clock.now())}` };
      const client = new UrqlClient({
        url,
        preferGetMethod: false,
        fetchOptions: { headers },
        fetch: (to, init) => {
          expect(init?.body).not.toContain('connectInstance');
          return fetch(to, init);
        },
        exchanges: [persistedExchange({ preferGetForPersistedQueries: false }), fetchExchange],
      });
      const { data, error } = await client.query<unknown>(document, {}).toPromise();
      expect(error).toBeUndefined();
      expect(data).toMatchObject({ connectInstance: { id: expect.any(String) } });
    });
  });
});
