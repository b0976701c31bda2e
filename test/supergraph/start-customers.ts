import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

export interface CustomersSubgraph {
  readonly url: string;
  readonly sdl: string;
  /** The Authorization headers it received, in order. */
  readonly authorizations: (string | undefined)[];
  /** The contact that `customer { lastContact }` leads to. */
  lastContactId: string;
  stop(): Promise<void>;
}

export const customersSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])

  type Query { customer(id: ID!): Customer }

  type Customer { id: ID! name: String! lastContact: Contact }

  type Contact @key(fields: "id") { id: ID! customer: Customer }
`;

/** Another team's subgraph: it knows customers, and adds `customer` to our Contact. */
export async function startCustomers(): Promise<CustomersSubgraph> {
  const authorizations: (string | undefined)[] = [];
  const server = new ApolloServer({
    schema: buildSubgraphSchema([
      {
        typeDefs: parse(customersSdl),
        resolvers: {
          Query: { customer: (_root: unknown, { id }: { id: string }) => ({ id, name: `Customer ${id}` }) },
          Customer: { lastContact: () => ({ id: customers.lastContactId }) },
          Contact: { customer: ({ id }: { id: string }) => ({ id: '7', name: `Customer of ${id}` }) },
        },
      },
    ]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: ({ req }) => {
      authorizations.push(req.headers.authorization);
      return Promise.resolve({});
    },
  });
  const customers: CustomersSubgraph = {
    url,
    sdl: customersSdl,
    authorizations,
    lastContactId: '',
    stop: () => server.stop(),
  };
  return customers;
}
