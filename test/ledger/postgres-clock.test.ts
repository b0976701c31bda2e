import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { clockRefusal } from '../../src/ledger/postgres/clock-skew.js';
import type { schemaRefusal } from '../../src/ledger/postgres/migrations.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import { createLog } from '../../src/log.js';
import { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import type { Statement } from '../../src/postgres/postgres-pool.js';
import { connectionTo, nextUp } from '../postgres/connections.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { claimOf, keyed, leaseOf, question, unknownFor } from './call-fixture.js';
import { callsOn } from './calls-on.js';

/** To a PostgreSQL whose clock is a test's, and counts what is asked. */
class ConnectionOfClock extends PostgresConnection {
  behindMs = 0;
  asked = 0;

  constructor(
    url: string,
    private readonly clock: TestClock,
  ) {
    super({ url, log: createLog('silent'), timeoutMs: 60_000 });
  }

  override query<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    this.asked += 1;
    return super.query(statement, values.with(-1, this.clock.now() - this.behindMs));
  }
}

describeOnPostgres('the clock of PostgreSQL', () => {
  let postgres: TestPostgres;
  let clock: TestClock;
  let connection: ConnectionOfClock;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());
  beforeEach(async () => {
    await postgres.ask('TRUNCATE outdial.ledger');
    clock = new TestClock();
    connection = new ConnectionOfClock(postgres.url, clock);
    await nextUp(connection);
  });
  afterEach(() => connection.close());

  test('may go back after a failover: a commit is computed again, and a lease lasts longer', async () => {
    const calls = callsOn(new PostgresLedger(connection, { clock }));
    await calls.claim(keyed('call'), claimOf('a'));
    connection.behindMs = 240_000;
    const before = connection.asked;
    expect(await calls.markSending(keyed('call'), leaseOf('a'))).toBe(true);
    // Stale, and then not the first at the record that the effort knew nothing of.
    expect(connection.asked - before).toBe(2);
    expect(await calls.claim(keyed('call'), claimOf('b'))).toEqual({ is: 'leased', leaseLeftMs: 5_000 });
    clock.advance(239_000);
    expect(await calls.claim(keyed('call'), claimOf('b'))).toMatchObject({ is: 'leased' });
    clock.advance(7_000);
    expect(await calls.claim(keyed('call'), claimOf('b'))).toMatchObject({ is: 'mine' });
  });

  test('may go back after a failover: a call with an unknown outcome may be sent again for longer by that much', async () => {
    const calls = callsOn(new PostgresLedger(connection, { clock }));
    await calls.claim(keyed('call'), claimOf('a', { unknown: unknownFor(0) }));
    await calls.endLease(keyed('call'), leaseOf('a'));
    connection.behindMs = 240_000;
    clock.advance(240_000 + question.resendWindowMs);
    expect(await calls.look(keyed('call'), question)).toMatchObject({ is: 'open' });
    clock.advance(1);
    expect(await calls.look(keyed('call'), question)).toEqual({ is: 'expired' });
  });

  test.each([
    [290_000, []],
    [
      310_000,
      [
        "DATABASE_URL leads to a database whose clock is 5 minutes ahead of this machine's: set both by one time service",
      ],
    ],
    [
      -310_000,
      ["DATABASE_URL leads to a database whose clock is 5 minutes behind this machine's: set both by one time service"],
    ],
  ])('keeps the gateway from using a server where it is ahead by %i ms', async (aheadMs, refusals) => {
    const refuse: typeof schemaRefusal = (ask) => clockRefusal(ask, () => Date.now() - aheadMs);
    const skewed = connectionTo(postgres.url, { refuse });
    await until(() => skewed.isUp || skewed.refusals.length > 0);
    expect(skewed.refusals).toEqual(refusals);
    await skewed.close();
  });
});
