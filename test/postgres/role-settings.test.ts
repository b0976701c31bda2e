import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import type { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { claimOf, keyed } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { connectionTo, logTo, nextUp } from './connections.js';

describeOnPostgres('whatever is set for the role, the database or the process, the ledger', () => {
  let postgres: TestPostgres;
  let connection: PostgresConnection;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(async () => {
    delete process.env.PGSSLNEGOTIATION;
    await connection.close();
    await postgres.ask('ALTER ROLE outdial RESET ALL');
  });
  afterAll(() => postgres.close());

  async function openUp(): Promise<PostgresConnection> {
    connection = connectionTo(postgres.url);
    await nextUp(connection);
    return connection;
  }

  test('is told where the wait of a commit for a synchronous standby was cancelled', async () => {
    await postgres.ask("ALTER ROLE outdial SET client_min_messages = 'error'");
    const calls = callsOn(new PostgresLedger(await openUp(), { clock: new TestClock() }));
    await postgres.ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    await postgres.ask('SELECT pg_reload_conf()');
    const waiting = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial' AND wait_event = 'SyncRep'";
    const claimed = calls.claim(keyed('call'), claimOf('a')).then(
      () => 'counts as made',
      (error: unknown) => error,
    );
    await until(async () => (await postgres.ask(waiting)).length > 0);
    await postgres.ask(`SELECT pg_cancel_backend(pid) FROM (${waiting}) AS waiting`);
    const outcome = await claimed;
    await postgres.ask("ALTER SYSTEM SET synchronous_standby_names = ''");
    await postgres.ask('SELECT pg_reload_conf()');
    expect(outcome).toMatchObject({ name: 'StoreUnavailable' });
  });

  test('keeps its sessions while they have nothing to do', async () => {
    await postgres.ask("ALTER ROLE outdial SET idle_session_timeout = '1h'");
    const open = await openUp();
    const [row] = await open.query({ text: "SELECT current_setting('idle_session_timeout') AS value" });
    expect(row).toEqual({ value: '0' });
  });

  test('reads no variable of the environment', async () => {
    process.env.PGSSLNEGOTIATION = 'direct';
    const lines: string[] = [];
    connection = connectionTo(postgres.url, { log: logTo(lines) });
    await until(() => connection.isUp || lines.length > 0);
    expect(lines).toEqual([]);
  });
});
