import { fastify } from 'fastify';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import mercurius, { type MercuriusOptions } from 'mercurius';
import { contactOf, queueOf, startCall, type CallInput } from './connect.js';
import { readContactEvents } from './contact-events.js';
import { scopesOf } from './identity.js';
import { listening } from '../listening.js';
import { unauthenticated } from './refusal.js';
import type { PeerContext } from './textbook-schema.js';

const schema = /* GraphQL */ `
  scalar DateTimeISO
  type Query {
    contact(id: ID!): Contact
    contacts(ids: [ID!]!): [Contact]!
  }
  type Subscription {
    contactUpdated(id: ID!): Contact
  }
  type Mutation {
    startOutboundVoiceContact(input: StartOutboundVoiceContactInput!): Contact
  }
  input StartOutboundVoiceContactInput {
    destinationPhoneNumber: String!
    contactFlowId: ID!
    clientToken: String
    sourcePhoneNumber: String
    queueId: ID
    attributes: [ContactAttributeInput!]
    name: String
    ringTimeoutInSeconds: Int
  }
  input ContactAttributeInput {
    key: String!
    value: String!
  }
  type Contact {
    id: ID!
    channel: String
    initiationTimestamp: DateTimeISO
    connectedToSystemTimestamp: DateTimeISO
    disconnectTimestamp: DateTimeISO
    disconnectReason: String
    customerEndpoint: ContactEndpoint
    attributes: [ContactAttribute!]
    queue: Queue
  }
  type ContactEndpoint {
    address: String
  }
  type ContactAttribute {
    key: String!
    value: String!
  }
  type Queue {
    id: ID!
    name: String
  }
`;

declare module 'mercurius' {
  interface MercuriusContext {
    readonly scopes: readonly string[];
  }
}

/** Throws unless the caller has the scope. */
function demand({ scopes }: PeerContext, scope: string): void {
  if (!scopes.includes(scope)) throw unauthenticated();
}

const options: MercuriusOptions = {
  schema,
  resolvers: {
    DateTimeISO: GraphQLDateTimeISO,
    Mutation: {
      startOutboundVoiceContact: (_root: unknown, { input }: { input: CallInput }, context: PeerContext) => {
        demand(context, 'calls:start');
        return startCall(input);
      },
    },
    Query: {
      contact: (_root: unknown, { id }: { id: string }, context: PeerContext) => {
        demand(context, 'contacts:read');
        return contactOf(id);
      },
      contacts: (_root: unknown, { ids }: { ids: string[] }, context: PeerContext) => {
        demand(context, 'contacts:read');
        return Promise.all(ids.map(contactOf));
      },
    },
    Subscription: {
      contactUpdated: {
        subscribe: (_root: unknown, { id }: { id: string }, { pubsub, scopes }) => {
          demand({ scopes }, 'contacts:read');
          return pubsub.subscribe(`contact ${id}`);
        },
      },
    },
    Contact: {
      queue: ({ queueId }: { queueId?: string }) => (queueId === undefined ? null : queueOf(queueId)),
    },
  },
  subscription: {
    onConnect: async ({ payload }: { readonly payload: { readonly authorization: string } }) => ({
      scopes: await scopesOf(payload.authorization),
    }),
  },
  // Compiles a document the first time it is seen.
  jit: 1,
  context: async (request) => {
    try {
      return { scopes: await scopesOf(request.headers.authorization) };
    } catch {
      throw unauthenticated();
    }
  },
};
const app = fastify();
await app.register(mercurius, options);
await app.ready();
void readContactEvents((contactUpdated) => {
  app.graphql.pubsub.publish({ topic: `contact ${contactUpdated.id}`, payload: { contactUpdated } });
});
listening(`${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`);
