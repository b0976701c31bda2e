import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';
import * as http from '@graphql-mesh/transport-http';
import ws from '@graphql-mesh/transport-ws';
import { buildGraphQLWSExecutor } from '@graphql-tools/executor-graphql-ws';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { buildSchema, execute, GraphQLError, parse, subscribe, type GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fenceNamed } from '../support/pages.js';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The snippets of the pages that the routers below are configured with. */
export const routerSnippets = [
  'router-compose',
  'router-token',
  'router-websocket',
  'router-event-stream',
  'router-stitching-executor',
  'router-stitching',
  'router-stitching-websocket',
  'router-apollo-gateway',
] as const;

const snippet = (name: (typeof routerSnippets)[number]) => fenceNamed(name);

/** What an answer through a router may be: its errors need not be ours. */
export interface RouterAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message?: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** A router in this process, as the pages configure it. A caller is named by what stands behind `Bearer`. */
export interface Router {
  ask(query: string, variables: object, token?: string): Promise<RouterAnswer>;
  /** The results of a subscription, to its end or until nobody reads on. */
  follow(query: string, variables: object, token: string): AsyncGenerator<RouterAnswer>;
  stop(): Promise<void>;
}

/** Where the subgraphs are. */
export interface Subgraphs {
  readonly outdial: string;
  readonly customers: { readonly url: string; readonly sdl: string };
}

/** Changes of what the pages show, for tests of what they warn of. */
export interface RouterChanges {
  /** In place of no time-out at all. */
  readonly timeoutMs?: number;
}

/** The supergraph of both, as every router but stitching reads it. */
export function composed({ outdial, customers }: Subgraphs): string {
  const code = snippet('router-compose').replace('https://customers.example.com/graphql', customers.url);
  const scope = { composeServices, parse, readFileSync: read, customersSdl: customers.sdl };
  return made(`${code}\nreturn supergraphSdl;`, outdial, scope) as string;
}

/** What a snippet of the pages makes, with another address for the one that they name. */
function made(code: string, outdial: string, scope: Readonly<Record<string, unknown>> = {}): unknown {
  const there = code
    .replace('wss://calls.example.com/graphql', outdial.replace('http', 'ws'))
    .replaceAll('https://calls.example.com/graphql', outdial);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own text
  return (new Function(...Object.keys(scope), there) as (...args: unknown[]) => unknown)(...Object.values(scope));
}

const bearer = (token?: string) => (token === undefined ? undefined : `Bearer ${token}`);

export type HiveTransport = 'websocket' | 'event-stream' | 'multipart' | 'default';

type HiveOptions = Partial<GatewayConfigSupergraph> & { readonly subscriptions?: { readonly headers: string[][] } };

export function startHive(subgraphs: Subgraphs, transport: HiveTransport, changes: RouterChanges = {}): Router {
  const options = (name: (typeof routerSnippets)[number]) =>
    made(
      // The router keeps an idle socket for 3 s, by a timer that outlives it and would hold up the end of this process.
      `return ({${snippet(name).replace('options: { connectionParams:', 'options: { lazyCloseTimeout: 0, connectionParams:')}});`,
      subgraphs.outdial,
    ) as HiveOptions;
  const byEvents = options('router-event-stream');
  if (transport === 'multipart') byEvents.subscriptions?.headers.push(['accept', multipart]);
  const runtime = createGatewayRuntime({
    ...options('router-token'),
    ...(transport === 'websocket' ? options('router-websocket') : {}),
    ...(transport === 'event-stream' || transport === 'multipart'
      ? { transportEntries: { outdial: { options: byEvents } } }
      : {}),
    ...(changes.timeoutMs === undefined ? {} : { upstreamTimeout: changes.timeoutMs }),
    supergraph: composed(subgraphs),
    transports: { http, ws },
    logging: false,
  });
  const send = (accept: string, query: string, variables: object, token?: string) =>
    runtime.fetch('http://router.test/graphql', {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
  return {
    ask: async (query, variables, token) =>
      (await (await send('application/json', query, variables, token)).json()) as RouterAnswer,
    follow: async function* (query, variables, token) {
      const { body } = await send('text/event-stream', query, variables, token);
      let text = '';
      for await (const chunk of body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
        const events = (text + chunk).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          const data = /^data: (.+)$/m.exec(event)?.[1];
          if (event.includes('event: next') && data) yield JSON.parse(data) as RouterAnswer;
        }
      }
    },
    stop: async () => {
      await runtime[Symbol.asyncDispose]();
    },
  };
}

export const multipart = 'multipart/mixed;subscriptionSpec=1.0';

/** `withoutErrors` leaves out what the page does for errors. */
export async function startApolloGateway(
  subgraphs: Subgraphs,
  changes: RouterChanges & { readonly withoutErrors?: true } = {},
): Promise<Router> {
  const page = snippet('router-apollo-gateway');
  const gateway = made(
    `${changes.withoutErrors ? page.replace('errorFromResponse', 'unused') : page}\nreturn gateway;`,
    subgraphs.outdial,
    {
      ApolloGateway,
      RemoteGraphQLDataSource: changes.timeoutMs === undefined ? RemoteGraphQLDataSource : impatient(changes.timeoutMs),
      GraphQLError,
      supergraphSdl: composed(subgraphs),
    },
  ) as ApolloGateway;
  const server = new ApolloServer<{ authorization?: string }>({ gateway, stopOnTerminationSignals: false });
  await server.start();
  const ask: Router['ask'] = async (query, variables, token) => {
    const authorization = bearer(token);
    const { body } = await server.executeOperation(
      { query, variables: variables as Record<string, unknown> },
      { contextValue: authorization === undefined ? {} : { authorization } },
    );
    if (body.kind !== 'single') throw new Error('An answer in several parts');
    return JSON.parse(JSON.stringify(body.singleResult)) as RouterAnswer;
  };
  return {
    ask,
    follow: async function* (query, variables, token) {
      yield await ask(query, variables, token);
    },
    stop: () => server.stop(),
  };
}

/** A data source that waits so long and no longer. */
function impatient(timeoutMs: number): typeof RemoteGraphQLDataSource {
  return class extends RemoteGraphQLDataSource {
    constructor(config: object) {
      super({
        ...config,
        fetcher: (url: string, init?: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
      } as ConstructorParameters<typeof RemoteGraphQLDataSource>[0]);
    }
  };
}

export type StitchingTransport = 'websocket' | 'event-stream';

export function startStitching(
  subgraphs: Subgraphs,
  transport: StitchingTransport,
  changes: RouterChanges = {},
): Router {
  const executors: Partial<AsyncDisposable>[] = [];
  const overHttp: typeof buildHTTPExecutor = (options?: object) => {
    const executor = buildHTTPExecutor({
      ...options,
      ...(changes.timeoutMs === undefined ? {} : { timeout: changes.timeoutMs }),
    });
    executors.push(executor as Partial<AsyncDisposable>);
    return executor as never;
  };
  const scope = { buildHTTPExecutor: overHttp, buildGraphQLWSExecutor, createClient };
  const code = snippet('router-stitching-executor');
  const overSocket = snippet('router-stitching-websocket');
  const customers = {
    schema: buildSubgraphSchema(parse(subgraphs.customers.sdl)),
    executor: overHttp({ endpoint: subgraphs.customers.url }),
    merge: {
      Contact: {
        selectionSet: '{ id }',
        fieldName: '_entities',
        key: ({ id }: { id: string }) => ({ __typename: 'Contact', id }),
        argsFromKeys: (representations: readonly unknown[]) => ({ representations }),
      },
    },
  };
  const schema = made(
    `${code}\n${transport === 'websocket' ? overSocket : 'const executor = outdial;'}\n${snippet('router-stitching')}\nreturn schema;`,
    subgraphs.outdial,
    { ...scope, stitchSchemas, buildSchema, readFileSync: read, customers },
  ) as GraphQLSchema;
  const argsOf = (query: string, variables: object, token?: string) => ({
    schema,
    document: parse(query),
    variableValues: variables as Record<string, unknown>,
    contextValue: { authorization: bearer(token) },
  });
  return {
    ask: async (...asked) => JSON.parse(JSON.stringify(await execute(argsOf(...asked)))) as RouterAnswer,
    follow: async function* (...asked) {
      const results = await subscribe(argsOf(...asked));
      if (!(Symbol.asyncIterator in results)) {
        yield results;
        return;
      }
      for await (const result of results) yield JSON.parse(JSON.stringify(result)) as RouterAnswer;
    },
    stop: async () => {
      for (const executor of executors) await executor[Symbol.asyncDispose]?.();
    },
  };
}
