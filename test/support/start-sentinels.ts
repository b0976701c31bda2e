import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { documentedUser, documentedSentinelUser } from './documented-user.js';
import { redisClient } from './redis-client.js';
import { startOnFreePort, startRedis, type TestRedis } from './start-redis.js';
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
}

export async function startSentinels({ downAfterMs = 500 }: SentinelsOptions = {}): Promise<TestSentinels> {
  const user = [...syncsAtOnce, '--user', 'outdial', ...documentedUser];
  const first = await startRedis(user);
  const second = await startRedis([...user, '--replicaof', '127.0.0.1', String(portOf(first))]);
  const servers = [first, second];
  await until(async () => (await infoOf(first)).includes('state=online'));
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinelOf(first, downAfterMs)));
  // Each must know the replica and the others before it may promote anybody.
  for (const sentinel of sentinels) {
    await until(async () =>
      /num-slaves,1,.*num-other-sentinels,2,/.test(String(await askSentinel(sentinel, 'master'))),
    );
  }
  const urls = sentinels.map(({ url }) => url.replace('//', '//outdial-watch:password@'));
  return {
    address: { kind: 'sentinels', urls, primaryUrl: `redis://outdial:password@${name}` },
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

function startSentinelOf(primary: TestRedis, downAfterMs: number): Promise<TestRedis> {
  return startOnFreePort((port, directory) => {
    const file = join(directory, 'sentinel.conf');
    writeFileSync(
      file,
      [
        `user outdial-watch ${documentedSentinelUser.join(' ')}`,
        `sentinel monitor ${name} 127.0.0.1 ${portOf(primary)} 2`,
        `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
        `sentinel failover-timeout ${name} 1000`,
      ].join('\n'),
    );
    return spawnRedis(['--port', String(port), '--dir', directory, '--sentinel'], file);
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

function portOf({ url }: TestRedis): number {
  return Number(new URL(url).port);
}

function infoOf(server: TestRedis): Promise<string> {
  return asking(server, (client) => client.info('replication'));
}

function askSentinel(sentinel: TestRedis, what: string): Promise<unknown> {
  return asking(sentinel, (client) => client.call('SENTINEL', what, name));
}
