import * as apolloClient from '@apollo/client';
import * as contextLink from '@apollo/client/link/context';
import * as subscriptionLinks from '@apollo/client/link/subscriptions';
import * as utilities from '@apollo/client/utilities';
import * as urql from '@urql/core';
import * as graphqlRequest from 'graphql-request';
import * as graphqlSse from 'graphql-sse';
import { createClient, type ClientOptions } from 'graphql-ws';
import * as relay from 'relay-runtime';
import * as rxjs from 'rxjs';

/** What the snippets of clients import. */
export const clientModules = {
  '@apollo/client': apolloClient,
  '@apollo/client/link/context': contextLink,
  '@apollo/client/link/subscriptions': subscriptionLinks,
  '@apollo/client/utilities': utilities,
  '@urql/core': urql,
  'graphql-request': graphqlRequest,
  'graphql-sse': graphqlSse,
  // Its client waits for seconds before it comes back.
  'graphql-ws': {
    createClient: (options: ClientOptions) => createClient({ ...options, retryWait: () => Promise.resolve() }),
  },
  'relay-runtime': relay,
  rxjs,
};
