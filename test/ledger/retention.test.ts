import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import { Retention, retentionEveryMs } from '../../src/ledger/postgres/retention.js';
import type { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { connectionTo, logTo, nextUp } from '../postgres/connections.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

describeOnPostgres('retention in PostgreSQL', () => {
  let postgres: TestPostgres;
  let clock: TestClock;
  const replicas: { readonly connection: PostgresConnection; readonly retention: Retention }[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());
  beforeEach(async () => {
    await postgres.ask('TRUNCATE outdial.ledger, outdial.counted_calls, outdial.decisions');
    clock = new TestClock();
  });
  afterEach(async () => {
    for (const { connection, retention } of replicas.splice(0)) {
      retention.stop();
      await connection.close();
    }
  });

  async function startReplica(batch: number, databaseAheadMs = 0) {
    const connection = connectionTo(postgres.url);
    await nextUp(connection);
    const nowMs = () => clock.now() + databaseAheadMs;
    const lines: string[] = [];
    const retention = new Retention(connection, { clock, log: logTo(lines), nowMs, batch });
    replicas.push({ connection, retention });
    return { retention, lines, ledger: new PostgresLedger(connection, { clock, nowMs }) };
  }

  /** So many records that are over at that time, and others that are not. */
  async function fill(over: number, kept: number) {
    const rows = (kind: string, count: number, at: string) =>
      postgres.ask(`INSERT INTO outdial.ledger
        SELECT '${kind}', n, 1, 'v', 0, '{}', to_timestamp(${clock.now() / 1000}) ${at} FROM generate_series(1, ${count}) AS n`);
    await rows('over', over, "- interval '1 hour'");
    await rows('kept', kept, "+ interval '1 hour'");
  }

  const left = async () => {
    const rows = await postgres.ask<{ kind: string; count: string }>(
      'SELECT kind, count(*) FROM outdial.ledger GROUP BY kind',
    );
    return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]));
  };

  test('deletes what is over in small steps, and nothing else', async () => {
    const { retention } = await startReplica(100);
    await fill(250, 30);
    expect(await retention.run()).toBe(250);
    expect(await left()).toEqual({ kept: 30 });
  });

  test('deletes what was counted and is over, in steps of both together', async () => {
    const { retention } = await startReplica(100);
    await fill(150, 30);
    await postgres.ask(`INSERT INTO outdial.counted_calls
      SELECT 'count', n, false, 0, to_timestamp(${clock.now() / 1000}) + (CASE WHEN n <= 120 THEN -1 ELSE 1 END) * interval '1 hour'
      FROM generate_series(1, 140) AS n`);
    expect(await retention.run()).toBe(270);
    expect(await left()).toEqual({ kept: 30 });
    expect(await postgres.ask('SELECT count(*)::int AS count FROM outdial.counted_calls')).toEqual([{ count: 20 }]);
  });

  test('deletes decisions that are over, in steps of all together', async () => {
    const { retention } = await startReplica(100);
    await fill(150, 30);
    await postgres.ask(`INSERT INTO outdial.decisions (id, at, expires_at, phase, call, tenant, detail)
      SELECT gen_random_uuid(), now(), to_timestamp(${clock.now() / 1000}) + (CASE WHEN n <= 120 THEN -1 ELSE 1 END) * interval '1 hour', 'ADMIT', 'call', 'acme', '{}'
      FROM generate_series(1, 140) AS n`);
    expect(await retention.run()).toBe(270);
    expect(await left()).toEqual({ kept: 30 });
    expect(await postgres.ask('SELECT count(*)::int AS count FROM outdial.decisions')).toEqual([{ count: 20 }]);
  });

  const dayMs = 86_400_000;

  test.each([9 * dayMs, -9 * dayMs])(
    'deletes nothing that is over by one clock alone, where that of the database is ahead by %i ms, and warns',
    async (aheadMs) => {
      const { retention, lines } = await startReplica(100, aheadMs);
      await fill(aheadMs < 0 ? 10 : 0, 30);
      expect(await retention.run()).toBe(0);
      expect(lines).toEqual([expect.stringContaining('the clock of PostgreSQL is far from')]);
      expect(await left()).toEqual({ kept: 30, ...(aheadMs < 0 ? { over: 10 } : {}) });
    },
  );

  test('deletes what is over by both, where they differ by seconds, and does not warn', async () => {
    const { retention, lines } = await startReplica(100, 5_000);
    await fill(10, 30);
    expect(await retention.run()).toBe(10);
    expect(lines).toEqual([]);
  });

  test('of two replicas at once deletes each record once, and neither waits for the other', async () => {
    const [here, there] = [await startReplica(50), await startReplica(50)];
    await fill(1_000, 30);
    const deleted = await Promise.all([here.retention.run(), there.retention.run()]);
    // One that finds less than it may take, because the other one holds the rest, leaves it to the next run.
    const rest = await here.retention.run();
    expect(deleted[0] + deleted[1] + rest).toBe(1_000);
    expect(await left()).toEqual({ kept: 30 });
  });

  test('leaves a record alone that somebody is changing', async () => {
    const { retention } = await startReplica(100);
    await fill(2, 0);
    const locked = connectionTo(postgres.adminUrl);
    await nextUp(locked);
    const holding = locked.query({
      text: "SELECT pg_sleep(3600) FROM (SELECT 1 FROM outdial.ledger WHERE id = '1' FOR UPDATE) AS held",
    });
    const refused = expect(holding).rejects.toThrow('a store did not answer');
    await until(
      async () => (await postgres.ask("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).length > 0,
    );
    expect(await retention.run()).toBe(1);
    await postgres.ask("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    await refused;
    await locked.close();
    // The server tells of the cancelled statement a moment before it lets go of the record.
    await until(async () => (await retention.run()) === 1);
    expect(await left()).toEqual({});
  });

  test('finds them by the index, however many are kept', async () => {
    await fill(1_000, 50_000);
    await postgres.ask('ANALYZE outdial.ledger');
    // What the function runs, with its variables as values.
    const [definition] = await postgres.ask<{ body: string }>(
      "SELECT prosrc AS body FROM pg_proc WHERE proname = 'ledger_delete_expired'",
    );
    const [, statement = ''] = /(DELETE FROM.*?);/s.exec(definition!.body) ?? [];
    const at = `to_timestamp(${clock.now() / 1000})`;
    const plan = await postgres.ask<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${statement.replace('over_at', at).replace('LIMIT most', 'LIMIT 1000')}`,
    );
    const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(lines).toContain('Index Scan using ledger_expires_at');
    expect(lines).toContain('Tid Scan');
    expect(lines).not.toContain('Seq Scan');
  });

  test('runs every few minutes, and a record that it deletes is not found before either', async () => {
    const { retention, ledger } = await startReplica(100);
    const key = { kind: 'placement', id: 'contact' } as const;
    const next = { version: 'v1', changedAtMs: clock.now(), value: { is: 'kept' } };
    await ledger.commit([{ key, version: undefined, next, keptForMs: 60_000 }], clock.now(), []);
    retention.start();
    clock.advance(60_000 + 60_000);
    expect((await ledger.read([key])).records).toEqual([undefined]);
    expect(await left()).toEqual({ placement: 1 });
    // What is over makes room at once.
    const again = { ...next, version: 'v2' };
    expect(await ledger.commit([{ key, version: undefined, next: again, keptForMs: 60_000 }], clock.now(), [])).toEqual(
      {
        done: true,
      },
    );
    clock.advance(retentionEveryMs);
    await until(async () => Object.keys(await left()).length === 0);
  });
});
