import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { schemaRefusal } from '../../src/ledger/postgres/migrations.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import type { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { claimOf, keyed } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { connectionTo, logTo, nextUp } from './connections.js';

describeOnPostgres('a database that is used', () => {
  let postgres: TestPostgres;
  let connection: PostgresConnection;
  let lines: string[];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(() => connection.close());
  afterAll(() => postgres.close());

  async function openUp() {
    lines = [];
    connection = connectionTo(postgres.url, { log: logTo(lines), refuse: schemaRefusal });
    await nextUp(connection);
    return callsOn(new PostgresLedger(connection, { clock: new TestClock() }));
  }

  const count = (text: string) => lines.filter((line) => line.includes(text)).length;

  test.each([
    [
      'INSERT is revoked',
      'REVOKE INSERT ON outdial.ledger FROM outdial',
      'GRANT INSERT ON outdial.ledger TO outdial',
      'a database where this role lacks INSERT on outdial.ledger: give it what docs/postgres.md says',
    ],
    [
      'a function may not be executed',
      'REVOKE EXECUTE ON FUNCTION outdial.ledger_write FROM outdial',
      'GRANT EXECUTE ON FUNCTION outdial.ledger_write TO outdial',
      'a database where this role lacks EXECUTE on outdial.ledger_write: give it what docs/postgres.md says',
    ],
    [
      'the schema may not be used',
      'REVOKE USAGE ON SCHEMA outdial FROM outdial',
      'GRANT USAGE ON SCHEMA outdial TO outdial',
      'a database where this role may not read outdial.migrations: give it what docs/postgres.md says',
    ],
    [
      'the table is gone',
      'ALTER TABLE outdial.ledger RENAME TO elsewhere',
      'ALTER TABLE outdial.elsewhere RENAME TO ledger',
      'a database without outdial.ledger, though its migrations have run: restore it',
    ],
    [
      'a function is gone',
      'ALTER FUNCTION outdial.ledger_commit_all RENAME TO elsewhere',
      'ALTER FUNCTION outdial.elsewhere RENAME TO ledger_commit_all',
      'a database without outdial.ledger_commit_all, though its migrations have run: restore it',
    ],
    [
      'the schema is gone',
      'ALTER SCHEMA outdial RENAME TO elsewhere',
      'ALTER SCHEMA elsewhere RENAME TO outdial',
      'a database that has no schema of outdial: run npm run migrate',
    ],
    [
      'the role may no longer log in',
      'ALTER ROLE outdial NOLOGIN',
      'ALTER ROLE outdial LOGIN',
      'a server that refuses the connection (28000): check the role',
    ],
    [
      'the role may no longer connect',
      'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC',
      'GRANT CONNECT ON DATABASE postgres TO PUBLIC',
      'a server that refuses the connection (42501): give the role CONNECT on the database',
    ],
  ])(
    'is an alarm that says what to do once %s, and is used again once it will do',
    async (_what, revoke, grant, is) => {
      const calls = await openUp();
      await postgres.ask(revoke);
      try {
        await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
        await until(() => connection.refusals.length > 0);
        expect(connection.refusals).toEqual([
          expect.stringMatching(`^DATABASE_URL leads to ${is.replace(/[()]/g, '.')}`),
        ]);
        expect(connection.isUp).toBe(false);
        await expect(calls.claim(keyed('call'), claimOf('a'))).rejects.toThrow(StoreUnavailable);
        expect(count(`ALARM: DATABASE_URL leads to ${is}`)).toBe(1);
      } finally {
        const up = nextUp(connection);
        await postgres.ask(grant);
        await up;
      }
      expect(connection.refusals).toEqual([]);
      expect(count('the database is back')).toBe(1);
      expect(await calls.claim(keyed(grant), claimOf('a'))).toMatchObject({ is: 'mine' });
    },
  );

  test('is an alarm, and used on, where it refuses a statement for a reason that nobody looks for', async () => {
    const calls = await openUp();
    await postgres.ask('ALTER TABLE outdial.ledger ENABLE ROW LEVEL SECURITY');
    try {
      for (const owner of ['a', 'b']) {
        await expect(calls.claim(keyed('call'), claimOf(owner))).rejects.toThrow(StoreUnavailable);
        await until(() => count('ALARM: DATABASE_URL leads to a database that refuses a statement') > 0);
      }
      expect(count('ALARM: DATABASE_URL leads to a database that refuses a statement of the ledger (42501)')).toBe(1);
      expect(count('row-level security')).toBe(1);
      expect(connection.isUp).toBe(true);
    } finally {
      await postgres.ask('ALTER TABLE outdial.ledger DISABLE ROW LEVEL SECURITY');
    }
    expect(await calls.claim(keyed('call'), claimOf('a'))).toMatchObject({ is: 'mine' });
  });
});
