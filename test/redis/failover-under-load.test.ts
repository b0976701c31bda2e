import { afterEach, expect, test } from '@jest/globals';
import { createLog } from '../../src/log.js';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { shortId } from '../../src/ledger/redis/record-text.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { startCallsUnderLoad } from '../support/calls-under-load.js';
import { redisClient } from '../support/redis-client.js';
import { startCluster } from '../support/start-cluster.js';
import { describeOnRedis } from '../support/start-redis.js';
import { startSentinels } from '../support/start-sentinels.js';
import { until } from '../support/until.js';

interface Setup {
  readonly address: RedisAddress;
  /** The settings that lead there. */
  readonly settings: Record<string, string>;
  /** Kills a primary; resolves once its replica was promoted, and the former primary has become the replica of that one. */
  failOver(): Promise<void>;
  close(): Promise<void>;
}

async function cluster(): Promise<Setup> {
  const group = await startCluster();
  const { address } = group;
  return {
    address,
    settings: { REDIS_CLUSTER_URLS: address.urls.join() },
    failOver: async () => {
      const former = (await group.primaryOf('key'))!;
      const other = group.nodes.slice(0, 3).find((node) => node !== former)!;
      await former.stop();
      await until(async () => ![former, undefined].includes(await group.primaryOf('key', other)));
      // It finds by itself that it is none any more.
      await former.start();
    },
    close: () => group.close(),
  };
}

async function sentinels(): Promise<Setup> {
  // A promoted one that is slow on a busy machine is not to be deposed for the other, which may not have all of it yet.
  const group = await startSentinels({ downAfterMs: 3_000 });
  const { address } = group;
  return {
    address,
    settings: { REDIS_SENTINEL_URLS: address.urls.join(), REDIS_SENTINEL_MASTER: address.primaryUrl },
    failOver: async () => {
      const former = await group.primary();
      await former.stop();
      await until(async () => (await group.primary()) !== former);
      const { hostname, port } = new URL((await group.primary()).url);
      await former.start();
      // Sentinels would do it, some ten seconds later.
      const admin = redisClient(former.url);
      await admin.replicaof(hostname, Number(port));
      admin.disconnect();
    },
    close: () => group.close(),
  };
}

describeOnRedis('a replica that must have each write and is promoted under load', () => {
  const closings: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });

  test.each([
    ['in a Cluster', cluster],
    ['by Sentinels', sentinels],
  ])('%s, loses no call that was acknowledged, and leaves no caller without an answer', async (_where, start) => {
    const group = await start();
    closings.push(() => group.close());
    const { address, settings } = group;
    const load = await startCallsUnderLoad({ ...settings, REPLICAS: '2', LEDGER_REPLICAS: '1' });
    closings.push(() => load.stop());
    const report = await load.placeThroughout(() => group.failOver());
    const ids = [...report.acknowledged.values()];
    expect(report.rung).toBe(ids.length);

    const connection = new RedisConnection({ address, log: createLog('silent'), commandTimeoutMs: 60_000 });
    closings.push(() => connection.close());
    await new Promise<void>((resolve) => connection.onUp(resolve));
    // What was placed while there was no replica is written once there is one.
    for (const id of ids) {
      const name = `outdial:ledger:placement:{${shortId(id)}}`;
      await until(async () => (await connection.send((redis) => redis.exists(name))) > 0);
    }
    // From the records, on whichever gateway, without another word to Connect.
    expect(await load.askAgain(report)).toEqual({ ids, requests: 0 });
  });
});
