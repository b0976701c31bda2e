import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { scopesOf } from './identity.js';
import { listening } from '../listening.js';
import { unauthenticated } from './refusal.js';
import { textbookSchema, type PeerContext } from './textbook-schema.js';

const { url } = await startStandaloneServer<PeerContext>(new ApolloServer<PeerContext>({ schema: textbookSchema }), {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => {
    try {
      return { scopes: await scopesOf(req.headers.authorization) };
    } catch {
      throw unauthenticated();
    }
  },
});
listening(new URL('/graphql', url).href);
