import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type FieldPolicy, type Reference } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { isSubscriptionOperation } from '@apollo/client/utilities';
import { filter } from 'rxjs';
import { LiveConnection } from './live-connection.js';

export interface GatewayClient {
  readonly apollo: ApolloClient;
  readonly live: LiveConnection;
}

/** Speaks to the gateway of this page as the bearer of `token`: queries and mutations by POST, subscriptions by WebSocket, both at /graphql. */
export function createGatewayClient(token: string): GatewayClient {
  const live = new LiveConnection('/graphql', token);
  const http = new HttpLink({
    uri: '/graphql',
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
  });
  const link = ApolloLink.split(
    ({ query }) => isSubscriptionOperation(query),
    untoldExpiry.concat(new GraphQLWsLink(live.client)),
    http,
  );
  return { apollo: new ApolloClient({ link, cache: createCache() }), live };
}

/** Of a token that expired each subscription is told by a last result, and then by the close of its socket. A person should be told once. */
const untoldExpiry = new ApolloLink((operation, forward) =>
  forward(operation).pipe(filter(({ errors }) => errors?.[0]?.extensions?.code !== 'UNAUTHENTICATED')),
);

/** Ids are unique within an instance, so that both make the key. What selects the rows of a list is its key; its pages are put together. */
function createCache(): InMemoryCache {
  const byInstanceAndId = { keyFields: ['instanceId', 'id'] };
  return new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          contactFlows: pagesOf('instanceId', 'type', 'nameContains'),
          queues: pagesOf('instanceId', 'nameContains'),
          phoneNumbers: pagesOf('instanceId'),
        },
      },
      Contact: { ...byInstanceAndId, fields: { timeline: { merge: false } } },
      ContactFlow: byInstanceAndId,
      Queue: byInstanceAndId,
      ClaimedPhoneNumber: byInstanceAndId,
    },
  });
}

interface Pages {
  readonly nodes: readonly Reference[];
}

/** A page that was asked for with `after` goes behind those before it; any other one starts the list anew. */
function pagesOf(...keyArgs: string[]): FieldPolicy<Pages | null> {
  return {
    keyArgs,
    merge: (before, page, { args }) => {
      if (!before || !page || typeof args?.after !== 'string') return page;
      // A row may have moved from one page to the next meanwhile.
      const seen = new Set(before.nodes.map(({ __ref }) => __ref));
      return { ...page, nodes: [...before.nodes, ...page.nodes.filter(({ __ref }) => !seen.has(__ref))] };
    },
  };
}
