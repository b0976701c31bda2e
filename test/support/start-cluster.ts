import type { RedisAddress } from '../../src/redis/redis-address.js';
import { documentedClusterRules, documentedUser } from './documented-user.js';
import { redisClient } from './redis-client.js';
import type { Certificates } from './certificates.js';
import { startRedis, tlsPortOf, type TestRedis } from './start-redis.js';
import { until } from './until.js';

/** Three primaries, each with a replica where it is asked for. */
export interface TestCluster {
  /** Asked as the user of the page. */
  readonly address: RedisAddress & { readonly kind: 'cluster' };
  readonly nodes: readonly TestRedis[];
  /** The node that has the slot of `key` as one of these nodes sees it. */
  primaryOf(key: string, seenBy?: TestRedis): Promise<TestRedis | undefined>;
  /** Resolves once the replica of `primary` has all that it has. */
  copied(primary: TestRedis): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly hasReplicas?: boolean;
  /** How long a node is silent until the others take it for failed. */
  readonly nodeTimeoutMs?: number;
  /** Of localhost: the nodes announce this name, and are asked by TLS. */
  readonly certificates?: Certificates;
}

const announcesName = [
  ...['--tls-cluster', 'yes', '--cluster-announce-hostname', 'localhost'],
  ...['--cluster-preferred-endpoint-type', 'hostname'],
];

const slots = 16_384;

export async function startCluster({
  hasReplicas = true,
  nodeTimeoutMs = 1_000,
  certificates,
}: ClusterOptions = {}): Promise<TestCluster> {
  const options = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeoutMs)],
    // However long ago a replica was cut off, it may be promoted.
    ...['--cluster-replica-validity-factor', '0'],
    ...(certificates ? announcesName : []),
    ...['--repl-diskless-sync-delay', '0', '--user', 'outdial', ...documentedUser, ...documentedClusterRules],
  ];
  const nodes = await Promise.all(Array.from({ length: hasReplicas ? 6 : 3 }, () => startRedis(options, certificates)));
  const clients = nodes.map(({ url }) => redisClient(url));
  const ask = (index: number, ...args: (string | number)[]) =>
    clients[index]!.cluster(args[0] as 'INFO', ...(args.slice(1) as []));
  const ids = await Promise.all(clients.map((_client, index) => ask(index, 'MYID')));
  for (const [index] of nodes.entries()) await ask(index, 'SET-CONFIG-EPOCH', index + 1);
  for (const [index] of nodes.entries()) {
    if (index > 0) await ask(0, 'MEET', '127.0.0.1', certificates ? tlsPortOf(nodes[index]!) : portOf(nodes[index]!));
    if (index < 3)
      await ask(index, 'ADDSLOTSRANGE', Math.ceil((slots * index) / 3), Math.ceil((slots * (index + 1)) / 3) - 1);
  }
  const knowsAll = async (index: number) => (await ask(index, 'INFO')).includes(`cluster_known_nodes:${nodes.length}`);
  for (const [index] of nodes.entries()) await until(() => knowsAll(index));
  for (const [index] of nodes.entries()) {
    if (index < 3) continue;
    await until(async () => (await ask(index, 'NODES')).includes(String(ids[index - 3])));
    await ask(index, 'REPLICATE', String(ids[index - 3]));
  }
  for (const [index, client] of clients.entries()) {
    await until(async () => (await ask(index, 'INFO')).includes('cluster_state:ok'));
    if (index >= 3) await until(async () => (await client.info('replication')).includes('master_link_status:up'));
  }
  for (const client of clients) client.disconnect();
  const urlOf = (node: TestRedis) =>
    certificates
      ? `rediss://outdial:password@localhost:${tlsPortOf(node)}`
      : node.url.replace('//', '//outdial:password@');
  return {
    address: { kind: 'cluster', urls: nodes.slice(0, 2).map(urlOf) },
    nodes,
    primaryOf: async (key, seenBy = nodes[0]!) => {
      const client = redisClient(seenBy.url);
      try {
        const slot = await client.cluster('KEYSLOT', key);
        const ranges = await client.cluster('SLOTS');
        const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2]?.[1];
        return nodes.find((node) => portOf(node) === port);
      } finally {
        client.disconnect();
      }
    },
    copied: async ({ url }) => {
      const client = redisClient(url);
      await until(async () => /offset=(\d+),.*\nmaster_repl_offset:\1\r/s.test(await client.info('replication')));
      client.disconnect();
    },
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

function portOf({ url }: TestRedis): number {
  return Number(new URL(url).port);
}
