import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createYoga } from 'graphql-yoga';
import { scopesOf } from './identity.js';
import { listening } from '../listening.js';
import { unauthenticated } from './refusal.js';
import { publishContactUpdates, textbookSchema } from './textbook-schema.js';

const yoga = createYoga({
  schema: textbookSchema,
  context: async ({ request }) => {
    try {
      return { scopes: await scopesOf(request.headers.get('authorization') ?? undefined) };
    } catch {
      throw unauthenticated();
    }
  },
});
publishContactUpdates();
// Yoga answers with a promise of its own.
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => {
  listening(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
});
