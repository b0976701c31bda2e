import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { systemClock } from '../../src/clock.js';
import { keyed } from '../ledger/call-fixture.js';
import { newPrefix, openRedisLedger } from '../ledger/ledgers.js';
import { hasOpenssl, makeCertificates, type Certificates } from '../support/certificates.js';
import { startCluster } from '../support/start-cluster.js';
import { describeOnRedis } from '../support/start-redis.js';
import { startSentinels } from '../support/start-sentinels.js';

const describeWithTls = hasOpenssl ? describeOnRedis : describe.skip;

describeWithTls('by TLS, with names and users, the ledger', () => {
  const trusted = getCACertificates();
  let certificates: Certificates;
  let close: (() => Promise<void>) | undefined;

  beforeAll(() => {
    certificates = makeCertificates(['localhost']);
    // As NODE_EXTRA_CA_CERTS does for a process.
    setDefaultCACertificates([...trusted, readFileSync(certificates.ca, 'utf8')]);
  });
  afterEach(() => close?.());
  afterAll(() => {
    setDefaultCACertificates(trusted);
    certificates.remove();
  });

  test.each([
    ['in a Cluster', startCluster],
    ['behind Sentinels', startSentinels],
  ])('commits and hears news %s', async (_where, start) => {
    const group = await start({ certificates });
    expect(group.address.urls.every((url) => url.startsWith('rediss://'))).toBe(true);
    const settings = { prefix: newPrefix(), clock: systemClock, replicas: 1 };
    const [here, there] = await Promise.all([
      openRedisLedger(group.address, settings),
      openRedisLedger(group.address, settings),
    ]);
    close = async () => {
      await Promise.all([here.close(), there.close()]);
      await group.close();
    };
    for (const id of ['one', 'two', 'three', 'four', 'five', 'six'].map(keyed)) {
      const told = new Promise<void>((resolve) => there.ledger.changed(id, resolve));
      const key = { kind: 'call', id } as const;
      const next = { version: 'v1', changedAtMs: 1, value: id };
      const { nowMs } = await here.ledger.read([key]);
      expect(await here.ledger.commit([{ key, version: undefined, next, keptForMs: 60_000 }], nowMs, [id])).toEqual({
        done: true,
      });
      await told;
      expect((await there.ledger.read([key])).records).toEqual([next]);
    }
  });
});
