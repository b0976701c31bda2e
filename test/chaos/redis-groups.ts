import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisNode, type RedisNode } from '../support/redis-node.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';

/** Servers of Redis of which the harness promotes none: Sentinels do, or the nodes of a Cluster themselves. */
export interface RedisGroup {
  /** Settings of a gateway that reaches them. */
  readonly environment: Readonly<Record<string, string>>;
  /** The primary that something happens to, which has a replica. */
  readonly victim: RedisNode;
  /** The primaries of a Cluster that nothing happens to. */
  readonly healthy: readonly RedisNode[];
  /** Whether whoever decides has named another primary in the victim's place. */
  isPromoted(): Promise<boolean>;
  /** Whether there is a primary everywhere, each with a replica that streams from it. */
  isWhole(): Promise<boolean>;
  close(): Promise<void>;
}

export const topologies = ['single', 'sentinel', 'cluster'] as const;
export type Topology = (typeof topologies)[number];

export interface GroupOptions {
  /** For how long a primary is silent until it is taken for failed: `down-after-milliseconds`, `cluster-node-timeout`. */
  readonly downAfterMs: number;
  /** Of a Cluster, which of its three primaries is the victim. */
  readonly victim: number;
}

const syncsAtOnce = ['--repl-diskless-sync-delay', '0'];

const primaryName = 'mymaster';

/** One that starts, or was killed, does not answer. */
function asked(server: RedisServer, ...[command, ...args]: readonly [string, ...string[]]): Promise<string> {
  return server.ask(command, ...args).then(String, () => '');
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}

const hasReplica = async ({ server }: RedisNode) =>
  /^role:master[^]*^slave\d+:.*state=online/m.test(await asked(server, 'INFO', 'replication'));

/** A primary and a replica, which three Sentinels watch. */
export async function startSentinelGroup({ downAfterMs }: GroupOptions): Promise<RedisGroup> {
  const announcing = (port: number) => [
    ...syncsAtOnce,
    ...['--replica-announce-ip', '127.0.0.1', '--replica-announce-port', String(port)],
  ];
  const first = await startRedisNode(announcing);
  const second = await startRedisNode((port) => [
    ...announcing(port),
    ...['--replicaof', '127.0.0.1', String(first.port)],
  ]);
  await until(() => hasReplica(first));
  const configuration = [
    `sentinel monitor ${primaryName} 127.0.0.1 ${first.port} 2`,
    `sentinel down-after-milliseconds ${primaryName} ${downAfterMs}`,
    `sentinel failover-timeout ${primaryName} 10000`,
  ];
  const sentinels = await Promise.all(
    [1, 2, 3].map(() => startRedisServer(['--appendonly', 'no', '--sentinel'], { configuration })),
  );
  for (const sentinel of sentinels) {
    await until(async () =>
      /num-slaves,1,.*num-other-sentinels,2,/.test(await asked(sentinel, 'SENTINEL', 'master', primaryName)),
    );
  }
  const namedPort = async () => {
    const [, port] = (await sentinels[0]!.ask('SENTINEL', 'get-master-addr-by-name', primaryName)) as string[];
    return Number(port);
  };
  return {
    environment: {
      REDIS_SENTINEL_URLS: sentinels.map(({ url }) => url).join(),
      REDIS_SENTINEL_MASTER: primaryName,
    },
    victim: first,
    healthy: [],
    isPromoted: async () => (await namedPort()) === second.port,
    isWhole: async () => {
      const port = await namedPort();
      return hasReplica([first, second].find((node) => node.port === port)!);
    },
    close: async () => {
      await Promise.all([...sentinels, first, second].map((one) => one.close()));
    },
  };
}

const slots = 16_384;
const primaries = 3;

/** Three primaries, each with a replica. */
export async function startClusterGroup({ downAfterMs, victim: index }: GroupOptions): Promise<RedisGroup> {
  const nodes = await Promise.all(
    Array.from({ length: 2 * primaries }, () =>
      startRedisNode((port) => [
        ...syncsAtOnce,
        ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(downAfterMs)],
        ...['--cluster-announce-port', String(port)],
      ]),
    ),
  );
  const masters = nodes.slice(0, primaries);
  const firstSlotOf = (at: number) => Math.ceil((slots * at) / primaries);
  const ids = await Promise.all(nodes.map(({ server }) => asked(server, 'CLUSTER', 'MYID')));
  for (const [at, { server }] of nodes.entries()) {
    await server.ask('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1));
    if (at > 0) await nodes[0]!.server.ask('CLUSTER', 'MEET', '127.0.0.1', String(server.port));
    if (at >= primaries) continue;
    await server.ask('CLUSTER', 'ADDSLOTSRANGE', String(firstSlotOf(at)), String(firstSlotOf(at + 1) - 1));
  }
  for (const { server } of nodes) {
    await until(async () => {
      const known = await asked(server, 'CLUSTER', 'NODES');
      return ids.every((id) => known.includes(id)) && !known.includes('handshake');
    });
  }
  for (const [at, { server }] of nodes.entries()) {
    if (at >= primaries) await server.ask('CLUSTER', 'REPLICATE', ids[at - primaries]!);
  }
  const isOk = async ({ server }: RedisNode) => (await asked(server, 'CLUSTER', 'INFO')).includes('cluster_state:ok');
  /** By the ports that are announced, as a node sees it. */
  const portsSeenBy = async ({ server }: RedisNode) => {
    const ranges = (await server.ask('CLUSTER', 'SLOTS')) as readonly [number, number, [string, number]][];
    return masters.map((_master, at) => ranges.find(([from]) => from === firstSlotOf(at))?.[2][1]);
  };
  const isWhole = async () => {
    for (const node of nodes) if (!(await isOk(node))) return false;
    const seen = await portsSeenBy(nodes[(index + 1) % primaries]!);
    for (const port of seen) {
      const primary = nodes.find((node) => node.port === port);
      if (!primary || !(await hasReplica(primary))) return false;
    }
    return true;
  };
  await until(isWhole);
  const victim = masters[index]!;
  const healthy = masters.filter((node) => node !== victim);
  return {
    environment: { REDIS_CLUSTER_URLS: nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join() },
    victim,
    healthy,
    isPromoted: async () => {
      const port = (await portsSeenBy(healthy[0]!))[index];
      return port !== undefined && port !== victim.port;
    },
    isWhole,
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
