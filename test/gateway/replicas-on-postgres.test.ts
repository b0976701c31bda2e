import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { seed } from '../../src/simulator/seed.js';
import {
  CapacityDocument,
  FollowContactDocument,
  PlaceCallDocument,
  type StartOutboundVoiceContactInput,
} from '../support/generated/operations.js';
import { callLines, saidOfCalls } from '../support/call-lines.js';
import { callInput } from '../support/place-call.js';
import { runPostgres } from '../support/postgres-process.js';
import { redisClient } from '../support/redis-client.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

const operation = 'StartOutboundVoiceContact';

describeOnPostgres('with the ledger in PostgreSQL', () => {
  describeOnRedis('and coordination in Redis', () => {
    let postgres: TestPostgres;
    let redis: TestRedis;
    /** The time of both. */
    let time: TestClock;
    const running: RunningGateway[] = [];

    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres.close());
    beforeEach(async () => {
      await postgres.ask('TRUNCATE outdial.ledger');
      redis = await startRedis();
      time = new TestClock();
    });
    afterEach(async () => {
      for (const gateway of running.splice(0).reverse()) {
        gateway.clock.advance(120_000);
        await gateway.stop();
      }
      await redis.close();
    });

    async function startReplica(changes: GatewayChanges = {}): Promise<RunningGateway> {
      const [first] = running;
      const database = { url: postgres.url, timeoutMs: 60_000, poolMax: 5 };
      const replica = await startTestGateway({
        ...changes,
        state: { redis: redis.address, database, replicas: 2, ...changes.state },
        parts: { storeNowMs: () => time.now() },
        ...(first ? { besides: first } : {}),
      });
      running.push(replica);
      return replica;
    }

    const call = (changes: Partial<StartOutboundVoiceContactInput> = {}) => ({ input: callInput(changes) });

    const idIn = (answer: { readonly data?: { startOutboundVoiceContact: { id: string } | null } | null }) =>
      answer.data?.startOutboundVoiceContact?.id;

    const records = async () => {
      const rows = await postgres.ask<{ kind: string }>('SELECT kind FROM outdial.ledger ORDER BY kind');
      return rows.map(({ kind }) => kind);
    };

    test('fifty requests at once with one clientToken, on both, ring one phone and get one contact id', async () => {
      const replicas = [await startReplica(), await startReplica()];
      const same = call({ clientToken: randomUUID() });
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_none, index) => replicas[index % 2]!.ask(PlaceCallDocument, same)),
      );
      const { simulator } = replicas[0]!;
      expect(new Set(answers.map(idIn))).toEqual(new Set([simulator.calls()[0]?.contactId]));
      expect(simulator.calls()).toHaveLength(1);
      expect(simulator.requests()[operation]).toBe(1);
      expect(saidOfCalls(callLines(...replicas))).toEqual({ placed: 1, answered: 49 });
      expect(await records()).toEqual(['call', 'placement', 'window']);
    });

    test('Redis keeps nothing of a call, and nobody is warned that it may forget one', async () => {
      const a = await startReplica();
      await a.ask(PlaceCallDocument, call());
      expect(a.logged()).not.toContain('Redis forgets');
      const admin = redisClient(redis.url);
      const keys = await admin.keys('*ledger*');
      admin.disconnect();
      expect(keys).toEqual([]);
    });

    test('what one placed the other answers, with the flow that only the placing knew', async () => {
      const [a, b] = [await startReplica(), await startReplica()];
      const same = call({ clientToken: randomUUID() });
      const placed = await a.ask(PlaceCallDocument, same);
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(placed));
      const { data } = await b.ask(FollowContactDocument, { id: idIn(placed) ?? '' });
      expect(data?.contact?.contactFlow).toEqual({ id: seed.flows.salesOutbound, name: 'Sales outbound' });
      const second = await b.ask(PlaceCallDocument, call());
      expect(second.errors?.[0]?.extensions).toMatchObject({ code: 'DUPLICATE_CALL', contactId: idIn(placed) });
      expect(a.simulator.calls()).toHaveLength(1);
    });

    test('where one stands still between sending and recording, the other takes over when the lease is out: one call', async () => {
      const [a, b] = [await startReplica(), await startReplica()];
      const same = call({ clientToken: randomUUID() });
      a.simulator.inject({ operation, times: 1, hang: 'after' });
      const stuck = a.ask(PlaceCallDocument, same);
      await a.simulator.whenRequested(operation, 1);
      time = b.clock;
      const answer = await b.clock.runUntil(b.ask(PlaceCallDocument, same));
      expect(idIn(answer)).toBe(a.simulator.calls()[0]?.contactId);
      expect(a.simulator.calls()).toHaveLength(1);
      a.clock.advance(10_000);
      expect((await stuck).errors?.[0]?.extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    });

    test('while PostgreSQL is away nothing is sent; a call waits for it until its deadline, and goes on when it is back', async () => {
      const a = await startReplica();
      await a.ask(PlaceCallDocument, call());
      await postgres.stop();
      const refused = await a.clock.runUntil(
        a.ask(PlaceCallDocument, call({ destinationPhoneNumber: '+12065550115' })),
      );
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
      expect(refused.body).not.toMatch(/postgres|ECONN|127\.0\.0\.1/i);
      expect(a.simulator.calls()).toHaveLength(1);

      const waiting = a.ask(PlaceCallDocument, call({ destinationPhoneNumber: '+12065550101' }));
      await postgres.start();
      expect((await waiting).errors).toBeUndefined();
      expect(a.simulator.calls()).toHaveLength(2);
      expect(a.logged()).not.toContain('outdial:password');
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

    test('a record that a frozen PostgreSQL did not take in time is written when it answers again', async () => {
      const database = { url: postgres.url, timeoutMs: 1_000, poolMax: 5 };
      const [a, b] = [await startReplica({ state: { database } }), await startReplica()];
      const same = call({ clientToken: randomUUID() });
      a.simulator.inject({ operation, times: 1, delayMs: 1_000 });
      const asked = a.ask(PlaceCallDocument, same);
      await a.simulator.whenRequested(operation, 1);
      postgres.freeze();
      a.simulator.advance(1_000);
      const contactId = idIn(await asked);
      expect(contactId).toBe(a.simulator.calls()[0]?.contactId);
      postgres.thaw();
      expect(idIn(await a.clock.runUntil(a.ask(PlaceCallDocument, same)))).toBe(contactId);
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(contactId);
      expect(a.simulator.calls()).toHaveLength(1);
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
      const alone = { replicas: 1, database: { url: postgres.url, timeoutMs: 60_000, poolMax: 5 } };
      const a = await startReplica({ state: alone });
      const same = call({ clientToken: randomUUID() });
      const placed = await a.ask(PlaceCallDocument, same);
      const b = await startTestGateway({ state: alone, besides: a, parts: { storeNowMs: () => time.now() } });
      running.push(b);
      expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(placed));
      expect(b.logged()).toContain('REDIS_URL is not set');
      expect(a.simulator.calls()).toHaveLength(1);
    });

    test('a database without the schema keeps /readyz at 503, and no call is placed', async () => {
      await postgres.ask('DROP DATABASE IF EXISTS empty');
      await postgres.ask('CREATE DATABASE empty');
      const database = { url: postgres.url.replace(/postgres$/, 'empty'), timeoutMs: 60_000, poolMax: 5 };
      const a = await startReplica({ state: { database } });
      await until(() => a.logged().includes('ALARM: DATABASE_URL leads to a database that has no schema of outdial'));
      const ready = await fetch(a.url.replace('/graphql', '/readyz'));
      expect(ready.status).toBe(503);
      expect(await ready.text()).toContain('run npm run migrate');
      const refused = await a.clock.runUntil(a.ask(PlaceCallDocument, call()));
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
      expect(a.simulator.calls()).toHaveLength(0);
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
