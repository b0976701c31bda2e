import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CountStep } from '../../src/ledger/call-count.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { createLog } from '../../src/log.js';
import { nextUp } from '../postgres/connections.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';

const day = 86_400_000;
const id = keyed('count-of-a-tenant');
const limits = [{ withinMs: day, max: 1_000_000 }];

const count = (call: string): CountStep => ({ id, call: keyed(call), does: 'count', limits, keptForMs: day });

describeOnPostgres('calls that PostgreSQL counts', () => {
  let postgres: TestPostgres;
  let connection: PostgresConnection;
  const clock = new TestClock();

  beforeAll(async () => {
    postgres = await startPostgres();
    // Where statistics say that a table is empty, a plan that reads all of it looks cheapest, and it is kept.
    await postgres.ask('VACUUM (ANALYZE) outdial.counted_calls');
    connection = new PostgresConnection({ url: postgres.url, log: createLog('silent'), timeoutMs: 60_000, poolMax: 1 });
    await nextUp(connection);
  });
  afterAll(async () => {
    await connection.close();
    await postgres.close();
  });

  const ledger = () => new PostgresLedger(connection, { clock, nowMs: () => clock.now() });

  async function make(...steps: readonly CountStep[]) {
    const here = ledger();
    const done = await Promise.all(steps.map((step) => here.commit([], here.nowMs(), [], { counts: [step] })));
    expect(new Set(done.map((one) => one.done))).toEqual(new Set([true]));
  }

  /** How many other calls count within a day. */
  async function counted(call = 'nobody'): Promise<number> {
    const here = ledger();
    const step = { ...count(call), limits: [{ withinMs: day, max: 0 }] } as CountStep;
    const committed = await here.commit([], here.nowMs(), [], { counts: [step] });
    if (committed.done) throw new Error('It was counted.');
    return committed.fresh.counted![0]![0]!.calls;
  }

  /** How many rows of the calls that are counted one commit read. */
  async function rowsReadBy(step: CountStep): Promise<number> {
    const read = `(SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'outdial.counted_calls'::regclass)`;
    // The columns of a row are computed in their order.
    const text = `SELECT ${read} AS before, (SELECT count(done) FROM outdial.ledger_commit_all($1, 2::smallint, 0, 0, $2)), ${read} + 0 AS after`;
    const nowMs = clock.now();
    const commits = JSON.stringify([{ writes: [], computedAtMs: nowMs, counts: [step] }]);
    const [row] = await connection.query<{ before: string; after: string }>({ name: 'rows_read', text }, [
      commits,
      nowMs,
    ]);
    return Number(row!.after) - Number(row!.before);
  }

  test('cost as much however many there are', async () => {
    const calls = Array.from({ length: 2_000 }, (_none, index) => count(`call ${index}`));
    for (let at = 0; at < calls.length; at += 200) {
      await make(...calls.slice(at, at + 200));
      clock.advance(1_000);
    }
    expect(await counted()).toBe(2_000);
    const read = await rowsReadBy(count('another'));
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(20);
    // The first 200 were dialed a day ago.
    clock.advance(day - 10_000);
    expect(await counted()).toBe(1_801);
    expect(await counted('call 400')).toBe(1_800);
  });

  test('are as many as before where the clock went back', async () => {
    clock.advance(2 * day);
    await make(count('a'), count('b'));
    clock.advance(-60_000);
    await make(count('c'));
    clock.advance(-60_000);
    await make(count('d'), count('e'));
    expect(await counted()).toBe(5);
    await make({ id, call: keyed('d'), does: 'release' });
    expect(await counted()).toBe(4);
    clock.advance(day);
    // What was dialed at the earliest time stops to count first.
    expect(await counted()).toBe(3);
    clock.advance(60_000);
    expect(await counted()).toBe(2);
    clock.advance(60_000);
    expect(await counted()).toBe(0);
  });
});
