import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import type { Certificates } from './certificates.js';
import { documentedUser, documentedSentinelUser } from './documented-user.js';
import { redisClient } from './redis-client.js';
import { startOnFreePort, startRedis, tlsOptions, tlsPortOf, type TestRedis } from './start-redis.js';
import { spawnRedis } from './redis-process.js';
import { until } from './until.js';

/** A primary and a replica, which three Sentinels watch. */
export interface TestSentinels {
  /** Asked as the users of the page. */
  readonly address: RedisAddress & { readonly kind: 'sentinels' };
  readonly servers: readonly TestRedis[];
  readonly sentinels: readonly TestRedis[];
  /** The one of the servers that the Sentinels name. */
  primary(): Promise<TestRedis>;
  /** Has the Sentinels promote the replica, as an operator does. */
  failover(): Promise<void>;
  close(): Promise<void>;
}

const name = 'mymaster';

/** By default a primary waits 5 s for more replicas. */
const syncsAtOnce = ['--repl-diskless-sync-delay', '0'];

export interface SentinelsOptions {
  /** How long a primary is silent until the Sentinels depose it. */
  readonly downAfterMs?: number;
  /** Of localhost: servers and Sentinels announce this name, and are asked by TLS. */
  readonly certificates?: Certificates;
}

export async function startSentinels({
  downAfterMs = 500,
  certificates,
}: SentinelsOptions = {}): Promise<TestSentinels> {
  const host = certificates ? 'localhost' : '127.0.0.1';
  const portOf = (server: TestRedis) => (certificates ? tlsPortOf(server) : Number(new URL(server.url).port));
  const options = [...syncsAtOnce, '--replica-announce-ip', host, '--user', 'outdial', ...documentedUser];
  const first = await startRedis(options, certificates);
  const second = await startRedis([...options, '--replicaof', host, String(portOf(first))], certificates);
  const servers = [first, second];
  await until(async () => (await infoOf(first)).includes('state=online'));
  const monitored = [
    ...(certificates ? ['sentinel resolve-hostnames yes', 'sentinel announce-hostnames yes'] : []),
    `sentinel monitor ${name} ${host} ${portOf(first)} 2`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 1000`,
  ];
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(monitored, certificates)));
  // Each must know the replica and the others before it may promote anybody.
  for (const sentinel of sentinels) {
    await until(async () =>
      /num-slaves,1,.*num-other-sentinels,2,/.test(String(await askSentinel(sentinel, 'master'))),
    );
  }
  const scheme = certificates ? 'rediss' : 'redis';
  const urls = sentinels.map((sentinel) => `${scheme}://outdial-watch:password@${host}:${portOf(sentinel)}`);
  return {
    address: { kind: 'sentinels', urls, primaryUrl: `${scheme}://outdial:password@${name}` },
    servers,
    sentinels,
    primary: async () => {
      const [, port] = (await askSentinel(sentinels[0]!, 'get-master-addr-by-name')) as string[];
      return servers.find((server) => portOf(server) === Number(port))!;
    },
    failover: async () => {
      await askSentinel(sentinels[0]!, 'failover');
    },
    close: async () => {
      await Promise.all([...sentinels, ...servers].map((server) => server.close()));
    },
  };
}

function startSentinel(monitored: readonly string[], certificates?: Certificates): Promise<TestRedis> {
  return startOnFreePort((port, directory) => {
    const file = join(directory, 'sentinel.conf');
    writeFileSync(file, [`user outdial-watch ${documentedSentinelUser.join(' ')}`, ...monitored].join('\n'));
    const tls = certificates ? tlsOptions(port, certificates) : [];
    return spawnRedis(['--port', String(port), '--dir', directory, ...tls, '--sentinel'], file);
  });
}

async function asking<T>(server: TestRedis, ask: (client: ReturnType<typeof redisClient>) => Promise<T>): Promise<T> {
  const client = redisClient(server.url);
  try {
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

function infoOf(server: TestRedis): Promise<string> {
  return asking(server, (client) => client.info('replication'));
}

function askSentinel(sentinel: TestRedis, what: string): Promise<unknown> {
  return asking(sentinel, (client) => client.call('SENTINEL', what, name));
}
