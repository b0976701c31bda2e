import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { scopesOf } from './identity.js';
import { listening } from '../listening.js';
import { publishContactUpdates, textbookSchema } from './textbook-schema.js';

/** Subscriptions as tutorials have them: graphql-ws, graphql's own `subscribe`, and a PubSub in the process. Apollo's standalone server has none. */
const server = createServer();
useServer(
  {
    schema: textbookSchema,
    context: async ({ connectionParams }) => ({ scopes: await scopesOf(String(connectionParams?.authorization)) }),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
publishContactUpdates();
server.listen(0, '127.0.0.1', () => {
  listening(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
});
