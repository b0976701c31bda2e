import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startRedisServer } from '../test/support/redis-server.js';
import { postgresBin } from '../test/support/postgres-process.js';
import { startEmptyPostgres } from '../test/support/postgres-server.js';
import { MeasuredProcess, type Environment } from './measured-process.js';
import { examplePolicy } from './example-policy.js';
import type { WatchTransport } from './watch-load.js';

/** A server that may be measured. */
export interface Server {
  readonly name: string;
  /** Whether it holds calls to dialing rules; left out where nobody asks what these cost there. */
  readonly hasPolicy?: boolean;
  /** Where it cannot run here, why. */
  readonly missing?: string;
  /** Starts it, with stores of its own; `nodeOptions` come before its entry. */
  start(environment: Environment, nodeOptions: readonly string[]): Promise<StartedServer>;
}

export interface WatchedServer extends Server {
  readonly transport: WatchTransport;
  /** Whether a watcher is told at once where the contact is. */
  readonly hasFirstResult: boolean;
}

export interface StartedServer {
  readonly process: MeasuredProcess;
  /** Ends the server and its stores. */
  stop(): Promise<void>;
}

interface Store {
  readonly environment: Environment;
  stop(): Promise<void>;
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
/** Why nothing can run on Redis here, if so. */
export const noRedis: Pick<Server, 'missing'> = hasRedis ? {} : { missing: 'no redis-server on the PATH' };
const noPostgres =
  postgresBin === undefined ? { missing: 'no postgres in /usr/lib/postgresql or on the PATH' } : noRedis;

/** The servers that are compared with the gateway; `folder` holds the compiled peers. */
export function peers(folder: string): readonly Server[] {
  const files = {
    textbook: 'textbook.js',
    Mercurius: 'mercurius.js',
    Yoga: 'yoga.js',
    'bare SDK': 'bare-sdk.js',
    limit: 'limit.js',
  };
  return Object.entries(files).map(([name, file]) => ({
    name,
    start: (environment, nodeOptions) => serve(join(folder, file), [], environment, nodeOptions),
  }));
}

/** The servers that tell watchers of events, and how they are reached. */
export function watchedServers(folder: string, dist: string, suffix = ''): readonly WatchedServer[] {
  const peer = (name: string, file: string, transport: WatchTransport) => ({
    name,
    transport,
    hasFirstResult: false,
    start: (environment: Environment, nodeOptions: readonly string[]) =>
      serve(join(folder, file), [], environment, nodeOptions),
  });
  const [memory] = gateways(dist);
  const gateway = (name: string, transport: WatchTransport) => ({
    ...memory!,
    name: `${name}${suffix}`,
    transport,
    hasFirstResult: true,
  });
  return [
    ...(suffix === ''
      ? [
          peer('textbook', 'textbook-sockets.js', 'websocket'),
          peer('Mercurius', 'mercurius.js', 'websocket'),
          peer('Yoga, SSE', 'yoga.js', 'sse'),
        ]
      : []),
    gateway('memory', 'websocket'),
    gateway('memory, SSE', 'sse'),
  ];
}

/** The gateway on each of its stores; `dist` holds it compiled, `suffix` tells it from another one. */
export function gateways(dist: string, suffix = ''): readonly Server[] {
  const entry = join(dist, 'main.js');
  const on = (name: string, openStores: () => Promise<readonly Store[]>) => ({
    name: `${name}${suffix}`,
    hasPolicy: false,
    start: async (environment: Environment, nodeOptions: readonly string[]) =>
      serve(entry, await openStores(), environment, nodeOptions),
  });
  // Who stands in for Connect takes the spans, too.
  const traced = (name: string, share: string) => ({
    name: `${name}${suffix}`,
    start: async (environment: Environment, nodeOptions: readonly string[]) =>
      serve(entry, [], { ...environment, ...tracing(environment, share) }, nodeOptions),
  });
  const memory = on('memory', () => Promise.resolve([]));
  const redis = { ...on('Redis', () => Promise.all([openRedis()])), ...noRedis };
  const postgres = {
    ...on('PostgreSQL + Redis', () => Promise.all([openPostgres(dist), openRedis()])),
    ...noPostgres,
  };
  const held = [memory, redis, postgres].map((server) => underPolicy(server, suffix));
  return [memory, traced('traced, all', '1'), traced('traced, 1 in 20', '0.05'), redis, postgres, ...held];
}

/** The same server with deploy/policy.example.yaml, adapted to the calls of the bench. */
function underPolicy(server: Server, suffix: string): Server {
  return {
    ...server,
    name: `${server.name.slice(0, server.name.length - suffix.length)} with a policy${suffix}`,
    hasPolicy: true,
    start: async (environment, nodeOptions) => {
      const policy = examplePolicy();
      const all = { ...environment, POLICY_FILE: policy.path, DO_NOT_CALL_KEYS: 'a key of the bench' };
      try {
        const started = await server.start(all, nodeOptions);
        return {
          process: started.process,
          stop: async () => {
            await started.stop();
            policy.remove();
          },
        };
      } catch (error) {
        policy.remove();
        throw error;
      }
    },
  };
}

function tracing({ AWS_ENDPOINT_URL_CONNECT: collector = '' }: Environment, share: string): Environment {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: share,
  };
}

async function serve(
  entry: string,
  stores: readonly Store[],
  environment: Environment,
  nodeOptions: readonly string[],
): Promise<StartedServer> {
  const closeStores = () => Promise.all(stores.map((store) => store.stop()));
  try {
    const all = Object.assign({}, environment, ...stores.map((store) => store.environment)) as Environment;
    const process = await MeasuredProcess.start(0, [...nodeOptions, entry], all);
    return {
      process,
      stop: async () => {
        await process.stop();
        await closeStores();
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

const shared = { STATE_SECRET: 'a secret of the bench' };

async function openRedis(): Promise<Store> {
  const redis = await startRedisServer();
  return { environment: { ...shared, REDIS_URL: redis.url }, stop: () => redis.close() };
}

/** One that writes down everything before it answers, as docs/postgres.md asks for. */
async function openPostgres(dist: string): Promise<Store> {
  const postgres = await startEmptyPostgres({ fsync: 'on', full_page_writes: 'on', shared_buffers: '128MB' });
  const environment = { ...shared, DATABASE_URL: postgres.adminUrl };
  execFileSync(process.execPath, [join(dist, 'migrate.js')], { env: environment });
  return { environment, stop: () => postgres.close() };
}
