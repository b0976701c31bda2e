import { afterEach, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLog } from '../../src/log.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { warnOfForgetting } from '../../src/redis/redis-durability.js';
import { redisClient } from '../support/redis-client.js';
import { startCluster, type TestCluster } from '../support/start-cluster.js';
import { describeOnRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

interface Warning {
  readonly msg: string;
  readonly node?: string;
  readonly connected?: number;
}

describeOnRedis('in a Cluster, what may be forgotten', () => {
  const closings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });

  const nameOf = ({ url }: TestRedis) => new URL(url).host;

  async function asking<T>(
    { url }: TestRedis,
    ask: (client: ReturnType<typeof redisClient>) => Promise<T>,
  ): Promise<T> {
    const client = redisClient(url);
    try {
      return await ask(client);
    } finally {
      client.disconnect();
    }
  }

  /** No node is taken for failed, however slow the machine is. */
  async function start(): Promise<TestCluster> {
    const cluster = await startCluster({ nodeTimeoutMs: 600_000 });
    closings.push(() => cluster.close());
    for (const node of cluster.nodes) await asking(node, (client) => client.config('SET', 'appendonly', 'yes'));
    return cluster;
  }

  async function isWithoutReplica(primary: TestRedis): Promise<boolean> {
    return (await asking(primary, (client) => client.info('replication'))).includes('connected_slaves:0');
  }

  /** What is logged from now on of a connection with LEDGER_REPLICAS=1. */
  function open({ address }: TestCluster): { readonly connection: RedisConnection; readonly warnings: Warning[] } {
    const warnings: Warning[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        const line = JSON.parse(chunk.toString()) as Warning & { readonly level: string };
        if (line.level === 'warn') warnings.push(line);
        done();
      },
    });
    const log = createLog('info', sink);
    const connection = new RedisConnection({ address, log, commandTimeoutMs: 60_000 });
    warnOfForgetting(connection, log, 1);
    closings.push(() => connection.close());
    return { connection, warnings };
  }

  const tooFew = (node: TestRedis) =>
    expect.objectContaining({
      node: nameOf(node),
      connected: 0,
      required: 1,
      msg: 'Redis has fewer replicas than LEDGER_REPLICAS: no call is placed until enough of them have joined',
    }) as unknown;

  test('is not told as an outage while the first connections are made', async () => {
    const cluster = await start();
    const opened = Array.from({ length: 20 }, () => open(cluster));
    await until(() => opened.every(({ connection }) => connection.isUp));
    expect(opened.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  test('is told of every primary that falls short, and of each what it lacks', async () => {
    const cluster = await start();
    const [first, second, third, , ofSecond, ofThird] = cluster.nodes as readonly [
      ...[TestRedis, TestRedis, TestRedis],
      ...[TestRedis, TestRedis, TestRedis],
    ];
    await asking(first, (client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    await Promise.all([ofSecond.stop(), ofThird.stop()]);
    await until(async () => (await isWithoutReplica(second)) && (await isWithoutReplica(third)));
    const { warnings } = open(cluster);
    await until(() => warnings.length === 3);
    expect(new Set(warnings)).toEqual(
      new Set([
        expect.objectContaining({
          node: nameOf(first),
          policy: 'allkeys-lru',
          msg: expect.stringMatching('may evict') as unknown,
        }),
        tooFew(second),
        tooFew(third),
      ]),
    );
  });

  test('is told of a primary that was promoted, also of one that was connected already, as the replica it had become', async () => {
    const cluster = await start();
    const { connection, warnings } = open(cluster);
    const [first, other] = [cluster.nodes[0]!, cluster.nodes[3]!];
    // As whoever is redirected does.
    const isFollowed = (node: TestRedis) =>
      until(() => {
        connection.primaries?.refreshSoon();
        return connection.primaries?.all.has(nameOf(node)) === true;
      });
    await isFollowed(first);
    await asking(other, (client) => client.call('CLUSTER', 'FAILOVER', 'TAKEOVER'));
    await isFollowed(other);
    await until(async () => !(await isWithoutReplica(other)));
    warnings.splice(0);
    await other.stop();
    await asking(first, (client) => client.call('CLUSTER', 'FAILOVER', 'TAKEOVER'));
    await until(() => warnings.some(({ connected }) => connected === 0));
    expect(warnings.filter(({ connected }) => connected === 0)).toEqual([tooFew(first)]);
  });
});
