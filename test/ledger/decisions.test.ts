import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DecisionEntry, DecisionOutcome, DecisionRow, Verdict } from '../../src/ledger/decision-entry.js';
import type { LedgerStore, Stored, Write } from '../../src/ledger/ledger.js';
import { LedgerView } from '../../src/ledger/ledger-view.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { documentedUser } from '../support/documented-user.js';
import { redisClient } from '../support/redis-client.js';
import { startRedisReplication } from '../support/redis-replication.js';
import {
  describeOnPostgres,
  startPostgres,
  startSynchronousPair,
  type TestPostgres,
} from '../support/start-postgres.js';
import { describeOnRedis, startRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { keyed } from './call-fixture.js';
import {
  describeLedgers,
  newPrefix,
  openPostgresLedger,
  openRedisLedger,
  startClusterOfOne,
  type Ledgers,
} from './ledgers.js';

const day = 86_400_000;
const call = keyed('a-call');
const of = { call, tenant: 'acme', keptForMs: 5 * 365 * day };

function verdict(more: Partial<Verdict & DecisionEntry> = {}): Verdict & DecisionEntry {
  return {
    ...of,
    id: randomUUID(),
    phase: 'ADMIT',
    isAllowed: true,
    reasons: [],
    policyVersion: '2026-11-21',
    policyHash: 'a'.repeat(64),
    timeZoneVersion: '2026f',
    numbersVersion: '1.12.31',
    region: 'US',
    lineType: 'MOBILE',
    detail: {
      checks: [{ id: 'defaults.hours', is: 'ALLOW', zones: { 'America/New_York': '09:15' } }],
      note: 'ø "quoted" \\ 名',
    },
    subject: 'agent-7',
    numberHash: keyed('hash-of-the-number'),
    ...more,
  };
}

function outcome(of: string, more: Partial<DecisionOutcome & DecisionEntry> = {}): DecisionOutcome & DecisionEntry {
  const { call, tenant, keptForMs } = verdict();
  return {
    call,
    tenant,
    keptForMs,
    id: randomUUID(),
    phase: 'OUTCOME',
    of,
    outcome: 'PLACED',
    contactId: 'contact',
    detail: {},
    ...more,
  };
}

function rowOf(entry: DecisionEntry, atMs: number): DecisionRow & { readonly keptForMs: undefined } {
  return { ...entry, atMs, keptForMs: undefined };
}

const stored = (version: string): Stored => ({ version, changedAtMs: 1, value: { is: version } });
const writeOf = (from: string | undefined, to: string): Write => ({
  key: { kind: 'call', id: call },
  version: from,
  next: stored(to),
  keptForMs: 60_000,
});

const append = (ledger: LedgerStore, ...decisions: readonly DecisionEntry[]) =>
  ledger.commit([], ledger.nowMs(), [], { decisions });
const idsOf = async (ledger: LedgerStore) => (await ledger.decisions(call)).map(({ id }) => id);

const tests = (ledgers: () => Ledgers) => {
  test('appends decisions with the change of a record, by the time of the store', async () => {
    const { here, there, clock } = ledgers();
    const [first, second] = [
      verdict(),
      verdict({ phase: 'MAY_DIAL', isAllowed: false, reasons: ['HOURS_CLOSED', 'PAUSED'] }),
    ];
    const last = outcome(second.id);
    expect(await here.commit([writeOf(undefined, 'v1')], here.nowMs(), [], { decisions: [first, second] })).toEqual({
      done: true,
    });
    const atMs = clock.now();
    clock.advance(1_500);
    // Computed before, and committed now.
    expect(await there.commit([writeOf('v1', 'v2')], atMs, [], { decisions: [last] })).toEqual({ done: true });
    expect(await here.decisions(call)).toEqual([rowOf(first, atMs), rowOf(second, atMs), rowOf(last, atMs + 1_500)]);
    expect((await there.read([writeOf(undefined, 'v1').key])).records).toEqual([stored('v2')]);
    expect(await here.decisions(keyed('another-call'))).toEqual([]);
  });

  test('keeps a row with the members alone that it has', async () => {
    const { here, clock } = ledgers();
    const bare = verdict({
      region: undefined,
      lineType: undefined,
      subject: undefined,
      numberHash: undefined,
      detail: {},
    });
    const unplaced = outcome(bare.id, { outcome: 'NOT_PLACED', contactId: undefined });
    await append(here, bare, unplaced);
    expect(await here.decisions(call)).toEqual([rowOf(bare, clock.now()), rowOf(unplaced, clock.now())]);
  });

  test('appends nothing where somebody else was first, or the time is another one', async () => {
    const { here } = ledgers();
    await here.commit([writeOf(undefined, 'v1')], here.nowMs(), []);
    const late = here.commit([writeOf(undefined, 'v2')], here.nowMs(), [], { decisions: [verdict()] });
    expect(await late).toMatchObject({ done: false, fresh: { records: [stored('v1')] } });
    const stale = here.commit([writeOf('v1', 'v2')], here.nowMs() - 3_000, [], { decisions: [verdict()] });
    expect(await stale).toMatchObject({ done: false });
    expect(await here.decisions(call)).toEqual([]);
  });

  test('appends nothing where a limit is reached, and the refusal that follows', async () => {
    const { here } = ledgers();
    const limits = [{ withinMs: day, max: 1 }];
    const step = { id: keyed('count'), does: 'hold', holdMs: 30_000, limits, keptForMs: day } as const;
    await here.commit([], here.nowMs(), [], { counts: [{ ...step, call: keyed('other') }] });
    const [allowed, refused] = [verdict(), verdict({ isAllowed: false, reasons: ['FREQUENCY_CAP'] })];
    const spec = { key: { kind: 'call', id: call } as const, keptForMs: () => 60_000 };
    const answer = await new LedgerView(here).apply<[string], string>([spec], ([record], _nowMs, { counted }) =>
      counted
        ? { next: [{ record }], decisions: [refused], answer: 'refused' }
        : { next: [{ record: 'claimed' }], counts: [{ ...step, call }], decisions: [allowed], answer: 'allowed' },
    );
    expect(answer).toBe('refused');
    expect(await idsOf(here)).toEqual([refused.id]);
    expect((await here.read([spec.key])).records).toEqual([undefined]);
  });

  test('commits a transition that decides and changes no record', async () => {
    const { here } = ledgers();
    const refused = verdict({ isAllowed: false, reasons: ['PAUSED'] });
    const spec = { key: { kind: 'call', id: call } as const, keptForMs: () => 60_000 };
    await new LedgerView(here).apply<[string], undefined>([spec], ([record]) => ({
      next: [{ record }],
      decisions: [refused],
      answer: undefined,
    }));
    expect(await idsOf(here)).toEqual([refused.id]);
  });

  test('repeated after a lost answer, appends each row once, and keeps the first', async () => {
    const { here, there, clock } = ledgers();
    const [one, two] = [verdict(), verdict()];
    await append(here, one);
    const atMs = clock.now();
    clock.advance(1_000);
    expect(await append(there, one, { ...one, isAllowed: false }, two)).toEqual({ done: true });
    const twice = await Promise.all([append(here, one, two), append(there, one, two)]);
    expect(twice).toEqual([{ done: true }, { done: true }]);
    expect(await here.decisions(call)).toEqual([rowOf(one, atMs), rowOf(two, clock.now())]);
  });

  test('keeps the order in which rows came, also where the clock of the store goes back', async () => {
    const { here, clock } = ledgers();
    const all = Array.from({ length: 12 }, () => verdict());
    await append(here, ...all.slice(0, 6));
    clock.advance(60_000);
    await append(here, all[6]!);
    clock.advance(-60_000);
    await append(here, ...all.slice(7));
    expect(await idsOf(here)).toEqual(all.map(({ id }) => id));
  });

  test('appends from two replicas at once, each row once', async () => {
    const { here, there } = ledgers();
    const all = Array.from({ length: 40 }, () => verdict());
    await Promise.all(all.map((one, index) => append(index % 2 ? here : there, one)));
    expect((await idsOf(here)).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  });
};

describeLedgers('a ledger that keeps decisions', tests, { inClusters: false });

test('memory forgets the oldest decision where there are too many, and each after its time', async () => {
  const clock = new TestClock();
  const ledger = new MemoryLedger({ clock, maxDecisions: 3 });
  const all = [verdict(), verdict({ keptForMs: 60_000 }), verdict(), verdict()];
  for (const one of all) await append(ledger, one);
  expect(await idsOf(ledger)).toEqual(all.slice(1).map(({ id }) => id));
  clock.advance(60_000);
  expect(await idsOf(ledger)).toEqual(all.slice(2).map(({ id }) => id));
});

describeOnRedis('decisions in Redis', () => {
  test('have what is personal in fields of their own, and go by themselves', async () => {
    const redis = await startRedis();
    const clock = new TestClock();
    const [prefix, nowMs] = [newPrefix(), () => clock.now()];
    const opened = await openRedisLedger({ kind: 'server', url: redis.url }, { prefix, clock, nowMs });
    const { ledger } = opened;
    const admin = redisClient(redis.url);
    const [one, short] = [verdict(), verdict({ keptForMs: 60_000 })];
    await append(ledger, one, short);

    const keys = (await admin.keys(`${prefix}*`)).toSorted();
    const hour = Math.floor(clock.now() / 3_600_000);
    const [decided, hash, other, ofHour] = keys as [string, string, string, string];
    expect([decided, ofHour]).toEqual([`${prefix}ledger:decided:{${call}}`, `${prefix}ledger:decisions:${hour}`]);
    const hashes = [await admin.hgetall(hash), await admin.hgetall(other)];
    for (const { at, says, ...personal } of hashes) {
      expect(at).toBe(String(clock.now()));
      expect(says).not.toMatch(/agent-7|hash-of-the-number/);
      expect(personal).toEqual({ subject: 'agent-7', number: 'hash-of-the-number' });
    }
    expect(await admin.zrangebyscore(decided, '-inf', '+inf', 'WITHSCORES')).toEqual([
      expect.anything(),
      '0',
      expect.anything(),
      '1',
    ]);
    expect(await admin.zrangebyscore(ofHour, '-inf', '+inf', 'WITHSCORES')).toEqual(
      expect.arrayContaining([String(clock.now()), (await admin.zrangebyscore(decided, 0, 0))[0]]),
    );

    const leftMs = await Promise.all(keys.map((key) => admin.pttl(key)));
    expect(leftMs.filter((ms) => ms > one.keptForMs - 60_000)).toHaveLength(3);
    expect(leftMs.filter((ms) => ms > 0 && ms <= 60_000)).toHaveLength(1);
    // As Redis does when the time is over.
    await admin.del(leftMs[1]! <= 60_000 ? hash : other);
    expect(await idsOf(ledger)).toEqual([one.id]);

    const left = leftMs[1]! <= 60_000 ? other : hash;
    await admin.hdel(left, 'subject', 'number');
    expect(await ledger.decisions(call)).toEqual([
      rowOf({ ...one, subject: undefined, numberHash: undefined }, clock.now()),
    ]);
    admin.disconnect();
    await opened.close();
    await redis.close();
  });

  test('leave no record where the user may not append them', async () => {
    const rules = documentedUser.filter((rule) => rule !== '+hset');
    const redis = await startRedis(['--user', 'outdial', ...rules]);
    const clock = new TestClock();
    const settings = { prefix: newPrefix(), clock, nowMs: () => clock.now() };
    const url = redis.url.replace('//', '//outdial:password@');
    const opened = await openRedisLedger({ kind: 'server', url }, settings);
    const { ledger } = opened;
    const write = writeOf(undefined, 'v1');
    await expect(ledger.commit([write], ledger.nowMs(), [], { decisions: [verdict()] })).rejects.toThrow(
      StoreUnavailable,
    );
    expect((await ledger.read([write.key])).records).toEqual([undefined]);
    expect(await ledger.decisions(call)).toEqual([]);
    await opened.close();
    await redis.close();
  });

  test('are kept in no Cluster', async () => {
    const redis = await startClusterOfOne();
    const clock = new TestClock();
    const settings = { prefix: newPrefix(), clock, nowMs: () => clock.now() };
    const opened = await openRedisLedger(redis.address, settings);
    const { ledger } = opened;
    const made = ledger.commit([writeOf(undefined, 'v1')], ledger.nowMs(), [], { decisions: [verdict()] });
    await expect(made).rejects.toThrow('a Redis Cluster counts no calls and keeps no decisions');
    await opened.close();
    await redis.close();
  });

  test('are not acknowledged before a replica has them, and survive with their record or go with it', async () => {
    const pair = await startRedisReplication();
    const clock = new TestClock();
    const settings = { prefix: newPrefix(), clock, nowMs: () => clock.now() };
    const address = { kind: 'server', url: pair.primary.url } as const;
    const opened = await openRedisLedger(address, { ...settings, replicas: 1, replicasTimeoutMs: 50 });
    const { ledger } = opened;
    const [kept, lost] = [verdict(), verdict()];
    // On a busy machine the replica may take longer than it has.
    await until(() =>
      append(ledger, kept).then(
        () => true,
        () => false,
      ),
    );
    await until(() =>
      ledger.commit([writeOf(undefined, 'v1')], ledger.nowMs(), [], { decisions: [kept] }).then(
        () => true,
        () => false,
      ),
    );
    pair.stall();
    await expect(ledger.commit([writeOf('v1', 'v2')], ledger.nowMs(), [], { decisions: [lost] })).rejects.toThrow(
      StoreUnavailable,
    );
    // Also a repeated commit that finds all of it.
    await expect(append(ledger, lost)).rejects.toThrow(StoreUnavailable);
    await opened.close();
    const promoted = await pair.promote();
    const next = await openRedisLedger({ kind: 'server', url: promoted.url }, settings);
    expect(await idsOf(next.ledger)).toEqual([kept.id]);
    expect((await next.ledger.read([writeOf(undefined, 'v1').key])).records).toEqual([stored('v1')]);
    await next.close();
    await pair.close();
  });
});

describeOnPostgres('decisions in PostgreSQL', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());

  test('have what is personal in columns of their own, and count as absent once they are over', async () => {
    const clock = new TestClock();
    const opened = await openPostgresLedger(postgres.url, { clock, nowMs: () => clock.now() });
    const { ledger } = opened;
    const [one, short] = [verdict(), verdict({ keptForMs: 60_000 })];
    const last = outcome(one.id);
    await append(ledger, one, short, last);
    const rows = await postgres.ask<Record<string, unknown>>('SELECT * FROM outdial.decisions ORDER BY position');
    expect(rows.map(({ id }) => id)).toEqual([one.id, short.id, last.id]);
    const { subject, number_hash, ...rest } = rows[0]!;
    expect([subject, number_hash]).toEqual(['agent-7', 'hash-of-the-number']);
    expect(JSON.stringify(rest)).not.toMatch(/agent-7|hash-of-the-number/);
    expect(rest).toMatchObject({
      at: new Date(clock.now()),
      phase: 'ADMIT',
      tenant: 'acme',
      is_allowed: true,
      reasons: [],
      policy_version: one.policyVersion,
      detail: one.detail,
      writer: null,
      sequence: null,
    });
    expect(rows[2]).toMatchObject({ is_allowed: null, of: one.id, outcome: 'PLACED', contact_id: 'contact' });
    await postgres.ask('UPDATE outdial.decisions SET subject = NULL, number_hash = NULL');
    clock.advance(120_000);
    expect(await ledger.decisions(call)).toEqual([
      rowOf({ ...one, subject: undefined, numberHash: undefined }, clock.now() - 120_000),
      rowOf(last, clock.now() - 120_000),
    ]);
    await opened.close();
  });

  test('of one commit that the server refuses leave those of others that went with it', async () => {
    const clock = new TestClock();
    const opened = await openPostgresLedger(postgres.url, { clock, nowMs: () => clock.now() });
    const { ledger } = opened;
    const ids = [randomUUID(), 'no UUID', randomUUID()];
    const all = await Promise.allSettled(
      ids.map((id, index) => append(ledger, verdict({ id, call: keyed(`of a batch ${index}`) }))),
    );
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ledger.decisions(keyed('of a batch 2'))).toHaveLength(1);
    await opened.close();
  });

  test('are not acknowledged before a standby has them, and survive with their record or go with it', async () => {
    const pair = await startSynchronousPair();
    const clock = new TestClock();
    const [primary, standby] = [pair.primary, pair.standbys[0]!];
    const waiting = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial' AND wait_event = 'SyncRep'";
    const opened = await openPostgresLedger(primary.url, { clock, nowMs: () => clock.now() });
    const { ledger } = opened;
    const [kept, lost] = [verdict(), verdict()];
    await ledger.commit([writeOf(undefined, 'v1')], ledger.nowMs(), [], { decisions: [kept] });
    await standby.stop();
    // Also a repeated commit that finds all of it: nobody is told of it.
    for (const repeated of [false, true]) {
      const writes = repeated ? [] : [writeOf('v1', 'v2')];
      const refused = expect(ledger.commit(writes, ledger.nowMs(), [], { decisions: [lost] })).rejects.toThrow(
        StoreUnavailable,
      );
      await until(async () => (await primary.ask(waiting)).length > 0);
      await primary.ask(`SELECT pg_cancel_backend(pid) FROM (${waiting}) AS waiting`);
      await refused;
    }
    expect(await primary.ask('SELECT id FROM outdial.decisions')).toHaveLength(2);
    await opened.close();
    await primary.stop();
    await standby.start();
    await pair.promote();
    expect(await standby.ask('SELECT id FROM outdial.decisions')).toEqual([{ id: kept.id }]);
    expect(await standby.ask('SELECT version FROM outdial.ledger')).toEqual([{ version: 'v1' }]);
    await pair.close();
  });
});
