import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CapacityDocument, PlaceCallDocument } from '../support/generated/operations.js';
import { runPostgres } from '../support/postgres-process.js';
import { redisClient } from '../support/redis-client.js';
import type { GatewayChanges } from '../support/start-gateway.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';
import { call, idIn, Replicas, testReplicas } from './replicas-contract.js';

const operation = 'StartOutboundVoiceContact';

describeOnPostgres('with the ledger in PostgreSQL', () => {
  describeOnRedis('and coordination in Redis', () => {
    let postgres: TestPostgres;
    let redis: TestRedis;
    const database = () => ({ url: postgres.url, timeoutMs: 60_000, poolMax: 5 });
    const replicas = new Replicas(() => ({ redis: redis.address, database: database() }));
    const startReplica = (changes?: GatewayChanges) => replicas.start(changes);

    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres.close());
    beforeEach(async () => {
      await postgres.ask('TRUNCATE outdial.ledger');
      redis = await startRedis();
    });
    afterEach(async () => {
      await replicas.stop();
      await redis.close();
    });

    const records = async () => {
      const rows = await postgres.ask<{ kind: string }>('SELECT kind FROM outdial.ledger ORDER BY kind');
      return rows.map(({ kind }) => kind);
    };

    testReplicas(replicas, {
      name: 'PostgreSQL',
      server: () => postgres,
      impatient: () => ({ database: { ...database(), timeoutMs: 1_000 } }),
    });

    test('PostgreSQL keeps the records of a call, Redis nothing of it, and nobody is warned that it may forget one', async () => {
      const a = await startReplica();
      await a.ask(PlaceCallDocument, call());
      expect(await records()).toEqual(['call', 'placement', 'window']);
      expect(a.logged()).not.toContain('Redis forgets');
      const admin = redisClient(redis.url);
      const keys = await admin.keys('*ledger*');
      admin.disconnect();
      expect(keys).toEqual([]);
    });

    test('a call that was sent when PostgreSQL went away is answered, and recorded when it is back', async () => {
      const [a, b] = [await startReplica(), await startReplica()];
      const same = call({ clientToken: randomUUID() });
      a.simulator.inject({ operation, times: 1, delayMs: 1_000 });
      const asked = a.ask(PlaceCallDocument, same);
      await a.simulator.whenRequested(operation, 1);
      await postgres.stop();
      a.simulator.advance(1_000);
      const contactId = idIn(await asked);
      expect(contactId).toBe(a.simulator.calls()[0]?.contactId);
      await postgres.start();
      // The other one must not ask Connect.
      a.simulator.inject({ operation, times: 100, status: 403, type: 'OutboundContactNotPermittedException' });
      await until(async () => (await records()).includes('placement'));
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(contactId);
      expect(a.simulator.requests()[operation]).toBe(1);
    });

    test('while Redis is away calls go on, once for each clientToken and number', async () => {
      const [a, b] = [await startReplica(), await startReplica()];
      await a.ask(PlaceCallDocument, call());
      await redis.stop();
      const same = call({ destinationPhoneNumber: '+12065550115', clientToken: randomUUID() });
      const placed = await a.clock.runUntil(a.ask(PlaceCallDocument, same));
      expect(placed.errors).toBeUndefined();
      expect(idIn(await b.clock.runUntil(b.ask(PlaceCallDocument, same)))).toBe(idIn(placed));
      const again = await b.clock.runUntil(b.ask(PlaceCallDocument, call()));
      expect(again.errors?.[0]?.extensions.code).toBe('DUPLICATE_CALL');
      expect(a.simulator.calls()).toHaveLength(2);
      const { data } = await a.clock.runUntil(a.ask(CapacityDocument));
      expect(data?.outboundCapacity).toMatchObject({ ratePerSecond: 5_000, burst: 5_000 });
    });

    test('with LEDGER_OUTAGE=dial a replica goes on without PostgreSQL, and writes back what it placed', async () => {
      const a = await startReplica({ state: { outage: 'dial' } });
      await a.ask(PlaceCallDocument, call());
      await postgres.stop();
      await until(() => a.logged().includes('the database is gone'));
      const same = call({ destinationPhoneNumber: '+12065550115', clientToken: randomUUID() });
      const alone = await a.clock.runUntil(a.ask(PlaceCallDocument, same));
      expect(idIn(alone)).toBe(a.simulator.calls()[1]?.contactId);
      await postgres.start();
      await until(async () => (await records()).filter((kind) => kind === 'placement').length === 2);
      const b = await startReplica();
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(alone));
      expect(a.simulator.calls()).toHaveLength(2);
    });

    test('after a restart one replica without Redis answers a call from its record', async () => {
      const alone = { replicas: 1, redis: undefined };
      const a = await startReplica({ state: alone });
      const same = call({ clientToken: randomUUID() });
      const placed = await a.ask(PlaceCallDocument, same);
      const b = await startReplica({ state: alone });
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(placed));
      expect(b.logged()).toContain('REDIS_URL is not set');
      expect(a.simulator.calls()).toHaveLength(1);
    });

    test('a database that was emptied has forgotten each call: one that is asked for again is sent again, and Connect alone knows its token', async () => {
      const [a, b] = [await startReplica(), await startReplica()];
      const same = call({ clientToken: randomUUID() });
      const placed = await a.ask(PlaceCallDocument, same);
      expect(idIn(placed)).toEqual(expect.any(String));
      await postgres.ask('TRUNCATE outdial.ledger');
      const sentBefore = a.simulator.requests()[operation]!;
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(placed));
      expect(a.simulator.requests()[operation]).toBe(sentBefore + 1);
      expect(a.simulator.calls()).toHaveLength(1);
    });

    test('a database without the schema keeps /readyz at 503, and no call is placed', async () => {
      await postgres.ask('DROP DATABASE IF EXISTS empty');
      await postgres.ask('CREATE DATABASE empty');
      const empty = { ...database(), url: postgres.url.replace(/postgres$/, 'empty') };
      const a = await startReplica({ state: { database: empty } });
      await until(() => a.logged().includes('ALARM: DATABASE_URL leads to a database that has no schema of outdial'));
      const ready = await fetch(a.url.replace('/graphql', '/readyz'));
      expect(ready.status).toBe(503);
      expect(await ready.text()).toContain('run npm run migrate');
      const refused = await a.clock.runUntil(a.ask(PlaceCallDocument, call()));
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
      expect(a.simulator.calls()).toHaveLength(0);
    });

    test('a permission that is revoked keeps /readyz at 503, which says what to do, and no call is placed until it is back', async () => {
      const a = await startReplica();
      await a.ask(PlaceCallDocument, call());
      const other = call({ destinationPhoneNumber: '+12065550115' });
      await postgres.ask('REVOKE UPDATE ON outdial.ledger FROM outdial');
      try {
        const refused = await a.clock.runUntil(a.ask(PlaceCallDocument, other));
        expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
        const readiness = () => fetch(a.url.replace('/graphql', '/readyz'));
        await until(async () => (await readiness()).status === 503);
        expect(await (await readiness()).text()).toContain(
          'lacks UPDATE on outdial.ledger: give it what docs/postgres.md says',
        );
        expect(a.simulator.calls()).toHaveLength(1);
      } finally {
        await postgres.ask('GRANT UPDATE ON outdial.ledger TO outdial');
      }
      await until(() => a.logged().includes('the database is back'));
      expect((await a.clock.runUntil(a.ask(PlaceCallDocument, other))).errors).toBeUndefined();
      expect(a.simulator.calls()).toHaveLength(2);
    });

    test('neither numbers nor names nor attributes are kept in PostgreSQL', async () => {
      const a = await startReplica();
      const attributes = [{ key: 'canarykey', value: 'canaryvalue' }];
      await a.ask(PlaceCallDocument, call({ name: 'canaryname', attributes, clientToken: 'canarytoken' }));
      const dump = await runPostgres('pg_dump', ['--data-only', '--schema', 'outdial', '-d', postgres.adminUrl]);
      expect(dump).toContain('placement');
      expect(dump).not.toMatch(/canary|2065550100/);
    });
  });
});
