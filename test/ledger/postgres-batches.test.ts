import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { CountStep } from '../../src/ledger/call-count.js';
import type { DecisionEntry } from '../../src/ledger/decision-entry.js';
import type { Write } from '../../src/ledger/ledger.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import type { Statement } from '../../src/postgres/postgres-pool.js';
import { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { createLog } from '../../src/log.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { nextUp } from '../postgres/connections.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { keyed } from './call-fixture.js';

class CountingConnection extends PostgresConnection {
  asked = 0;

  override query<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    this.asked += 1;
    return super.query(statement, values);
  }
}

function writeOf(id: string, value: unknown = id): Write {
  const next = { version: 'v1', changedAtMs: 1, value };
  return { key: { kind: 'call', id: keyed(id) }, version: undefined, next, keptForMs: 60_000 };
}

const release = (id: string, call: string): CountStep => ({ id: keyed(id), call: keyed(call), does: 'release' });

describeOnPostgres('commits that PostgreSQL takes together', () => {
  let postgres: TestPostgres;
  const opened: CountingConnection[] = [];

  async function open() {
    const connection = new CountingConnection({
      url: postgres.url,
      log: createLog('silent'),
      timeoutMs: 60_000,
      poolMax: 5,
    });
    opened.push(connection);
    await nextUp(connection);
    const clock = new TestClock();
    return { connection, ledger: new PostgresLedger(connection, { clock, nowMs: () => clock.now() }) };
  }

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  beforeEach(() => postgres.ask('TRUNCATE outdial.ledger, outdial.counted_calls, outdial.decisions'));
  afterEach(() => Promise.all(opened.splice(0).map((connection) => connection.close())));
  afterAll(() => postgres.close());

  test('are all made in a fraction of as many statements', async () => {
    const { connection, ledger } = await open();
    const crowd = Array.from({ length: 500 }, (_none, index) =>
      ledger.commit([writeOf(`call ${index}`), writeOf(`number ${index}`)], ledger.nowMs(), []),
    );
    expect(new Set((await Promise.all(crowd)).map(({ done }) => done))).toEqual(new Set([true]));
    expect(connection.asked).toBe(500 / 20);
    expect(await postgres.ask('SELECT count(*)::int AS rows FROM outdial.ledger')).toEqual([{ rows: 1_000 }]);
  });

  test('are each made or not, in their order', async () => {
    const { connection, ledger } = await open();
    const [first, second, other] = await Promise.all([
      ledger.commit([writeOf('one', 'first')], ledger.nowMs(), []),
      ledger.commit([writeOf('another'), writeOf('one', 'second')], ledger.nowMs(), []),
      ledger.commit([writeOf('a third')], ledger.nowMs(), []),
    ]);
    expect(connection.asked).toBe(1);
    expect([first.done, other.done]).toEqual([true, true]);
    expect(second).toMatchObject({ done: false, fresh: { records: [undefined, { value: 'first' }] } });
    expect(await ledger.read([writeOf('another').key])).toMatchObject({ records: [undefined] });
  });

  test('are counted one after another, also in one statement', async () => {
    const { connection, ledger } = await open();
    const limits = [{ withinMs: 60_000, max: 3 }];
    const hold = (call: string): CountStep => {
      return { id: keyed('a count'), call: keyed(call), does: 'hold', holdMs: 30_000, keptForMs: 60_000, limits };
    };
    const calls = ['a', 'b', 'a', 'c', 'd', 'e', 'b'];
    const made = await Promise.all(
      calls.map((call, index) =>
        ledger.commit([writeOf(`record ${index}`)], ledger.nowMs(), [], { counts: [hold(call)] }),
      ),
    );
    expect(connection.asked).toBe(1);
    expect(made.map(({ done }) => done)).toEqual([true, true, true, true, false, false, true]);
    expect(made[4]).toMatchObject({ fresh: { records: [undefined], counted: [[{ calls: 3, fewerAfterMs: 30_000 }]] } });
  });

  test('are made but for the one that PostgreSQL refuses', async () => {
    const { ledger } = await open();
    const [before, refused, after] = await Promise.allSettled([
      ledger.commit([writeOf('before')], ledger.nowMs(), []),
      ledger.commit([writeOf('half\0')], ledger.nowMs(), []),
      ledger.commit([writeOf('after')], ledger.nowMs(), []),
    ]);
    expect([before, after]).toMatchObject([{ value: { done: true } }, { value: { done: true } }]);
    expect(refused).toMatchObject({ reason: expect.any(StoreUnavailable) });
  });

  test('are made but for the one with a decision that is too long for an index', async () => {
    const { ledger } = await open();
    const decision: DecisionEntry = {
      id: randomUUID(),
      call: keyed('a call'),
      tenant: randomBytes(6_000).toString('base64'),
      phase: 'OUTCOME',
      of: randomUUID(),
      outcome: 'UNKNOWN',
      detail: {},
      keptForMs: 60_000,
    };
    const [before, refused, after] = await Promise.allSettled([
      ledger.commit([writeOf('before')], ledger.nowMs(), []),
      ledger.commit([], ledger.nowMs(), [], { decisions: [decision] }),
      ledger.commit([writeOf('after')], ledger.nowMs(), []),
    ]);
    expect([before, after]).toMatchObject([{ value: { done: true } }, { value: { done: true } }]);
    expect(refused).toMatchObject({ reason: expect.any(StoreUnavailable) });
  });

  test('do not wait for others that check the same record, and whoever changes it waits for them', async () => {
    const { ledger } = await open();
    const { ledger: other } = await open();
    const pauses = { kind: 'pauses', id: 'all' } as const;
    const checker = new pg.Client(postgres.url);
    await checker.connect();
    await checker.query('BEGIN');
    await checker.query('SELECT outdial.ledger_lock($1)', [JSON.stringify([{ key: pauses }])]);
    const check = { key: pauses, version: undefined };
    expect(await ledger.commit([writeOf('a call'), check], ledger.nowMs(), [])).toEqual({ done: true });
    let isPaused = false;
    const paused = other.commit([{ ...writeOf('a pause'), key: pauses }], other.nowMs(), []).then((committed) => {
      isPaused = true;
      return committed;
    });
    while ((await postgres.ask(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length === 0);
    expect(isPaused).toBe(false);
    await checker.query('COMMIT');
    await checker.end();
    expect(await paused).toEqual({ done: true });
    expect(await ledger.commit([writeOf('a later call'), check], ledger.nowMs(), [])).toMatchObject({ done: false });
  });

  test('of several replicas at the same records wait for each other, and never in a circle', async () => {
    const replicas = [await open(), await open(), await open()];
    const ids = Array.from({ length: 12 }, (_none, index) => `shared ${index}`);
    const rounds = replicas.flatMap(({ ledger }, replica) =>
      Array.from({ length: 200 }, (_none, round) => {
        const from = (replica * 5 + round) % ids.length;
        const turned = [...ids.slice(from), ...ids.slice(0, from)];
        if (replica === 1) turned.reverse();
        const counts = turned.slice(2, 6).map((id) => release(id, `${replica} ${round}`));
        const changes = turned.slice(0, 5).map((id) => writeOf(id));
        const checks = turned.slice(5, 8).map((id) => ({ key: writeOf(id).key, version: undefined }));
        return ledger.commit([...changes, ...checks], ledger.nowMs(), [], { counts });
      }),
    );
    const made = (await Promise.all(rounds)).filter(({ done }) => done);
    expect(made.length).toBeGreaterThan(0);
    const [deadlocks] = await postgres.ask('SELECT sum(deadlocks)::int AS count FROM pg_stat_database');
    expect(deadlocks).toEqual({ count: 0 });
  });
});
