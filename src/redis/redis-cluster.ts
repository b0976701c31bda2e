import { Cluster, type Redis, type RedisOptions } from 'ioredis';
import { ClusterPrimaries } from './cluster-primaries.js';
import { partsOf } from './redis-address.js';
import {
  createNodeClient,
  createRoamingClient,
  delayMs,
  nodeOptions,
  type RedisClientSettings,
  type ServerName,
} from './redis-client.js';

const slotsTimeoutMs = 1_000;

/** What a Cluster tells besides the events of a client. */
export interface ClusterListeners {
  /** Every primary can be asked that does not fail, the first time and after none could be. */
  readonly onUp: () => void;
  /** A primary can be asked: a new one, or one that was away. */
  readonly onNodeUp: (node: Redis) => void;
  readonly onNodeGone: (node: Redis, error: unknown) => void;
}

/**
 * A client of all nodes of a Cluster. A command is sent once, or not at all: a redirection (MOVED, ASK, TRYAGAIN) is followed, for whoever redirects did nothing, and no other
 * failure is tried again here.
 */
export function createRedisCluster(
  urls: readonly string[],
  settings: RedisClientSettings,
  { onUp, onNodeUp, onNodeGone }: ClusterListeners,
): { readonly cluster: Cluster; readonly primaries: ClusterPrimaries } {
  const { servers, access } = startFrom(urls);
  const cluster = new Cluster([...servers], {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    clusterRetryStrategy: delayMs,
    slotsRefreshTimeout: Math.min(settings.commandTimeoutMs, slotsTimeoutMs),
    // A certificate has the name, and not the address that it leads to.
    dnsLookup: (name, done) => {
      done(null, name);
    },
    redisOptions: {
      ...nodeOptions(settings),
      // Of a node that is silent for so long the others know who serves its slots.
      socketTimeout: settings.commandTimeoutMs,
      ...access,
    },
  });
  let lastError: unknown;
  cluster.on('node error', (error: unknown) => (lastError = error));
  const primaries = new ClusterPrimaries(cluster);
  cluster.on('+node', (node: Redis) => {
    node.on('ready', () => {
      if (cluster.status === 'ready' && !isReplica(node)) onNodeUp(node);
    });
    // Before it is asked for anything, so that no command waits for the connection. A command that was redirected to it does. ioredis finds the Cluster not ready, and begins
    // anew, where it asks a node while it is being connected to: the first ones are connected to once it has asked.
    setImmediate(() => {
      if (cluster.status === 'ready' && node.status === 'wait' && !isReplica(node))
        node.connect().catch(() => undefined);
    });
  });
  cluster.on('-node', (node: Redis) => {
    if (cluster.status !== 'ready') return;
    if (!isReplica(node)) onNodeGone(node, lastError);
    // It is connected to again then, if it still serves slots.
    primaries.refreshSoon();
  });
  // While a connection is made, ioredis sends the first command of a node later, and refuses the next.
  cluster.on('ready', () => void Promise.allSettled(cluster.nodes('master').map(connected)).then(onUp));
  return { cluster, primaries };
}

/** A client of the one node with this name, for as long as it has a place in the Cluster. */
export function createClientOfNode(urls: readonly string[], settings: RedisClientSettings, name: string): Redis {
  return createNodeClient(settings, startFrom(urls).access, serverOf(name));
}

/** A client for news of the Cluster, by whichever node answers. */
export function createClusterNews(urls: readonly string[], settings: RedisClientSettings, cluster: Cluster): Redis {
  const { servers, access } = startFrom(urls);
  return createRoamingClient(settings, access, () => {
    const known = cluster.nodes('master').filter(({ status }) => status === 'ready');
    return known.length > 0 ? known.map(({ options: { host = '', port = 0 } }) => ({ host, port })) : servers;
  });
}

function startFrom(urls: readonly string[]): {
  readonly servers: readonly ServerName[];
  readonly access: RedisOptions;
} {
  const nodes = urls.map((url) => partsOf(url));
  const [{ isTls, username, password }] = nodes as [(typeof nodes)[number]];
  return {
    servers: nodes.map(({ host, port }) => ({ host, port })),
    access: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(isTls ? { tls: {} } : {}),
    },
  };
}

/** Whether any primary can be asked. */
export function isAnyPrimaryUp(cluster: Cluster): boolean {
  return (
    cluster.status === 'ready' &&
    cluster.nodes('master').some(({ status, stream }) => status === 'ready' && stream.writable)
  );
}

function serverOf(name: string): ServerName {
  // That of IPv6 has colons itself.
  const [, host = '', port] = /^(.*):(\d+)$/.exec(name) ?? [];
  return { host, port: Number(port) };
}

function connected(node: Redis): Promise<void> {
  if (node.status === 'wait') return node.connect();
  if (node.status === 'ready' || node.status === 'end') return Promise.resolve();
  return new Promise((resolve) => {
    node.once('ready', resolve).once('end', resolve);
  });
}

function isReplica({ options }: Redis): boolean {
  return options.readOnly === true;
}
