import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RetryUntilAvailable } from '../../src/calls/retry-until-available.js';
import { systemClock } from '../../src/clock.js';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import type { PostgresConnection, PostgresConnectionSettings } from '../../src/postgres/postgres-connection.js';
import { claimOf, keyed } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { connectionTo, nextUp } from './connections.js';

const ofRole = "SELECT pid FROM pg_stat_activity WHERE usename = 'outdial'";
const sessions = `${ofRole} ORDER BY pid`;
const waiting = `${ofRole} AND wait_event = 'SyncRep'`;

describeOnPostgres('while no synchronous standby is there', () => {
  let postgres: TestPostgres;
  const opened: PostgresConnection[] = [];

  beforeEach(async () => {
    postgres = await startPostgres();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
    await postgres.close();
  });

  async function nameStandbys(names: string) {
    await postgres.ask(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
    await postgres.ask('SELECT pg_reload_conf()');
  }

  async function open(more: Partial<PostgresConnectionSettings>) {
    const connection = connectionTo(postgres.url, more);
    opened.push(connection);
    await nextUp(connection);
    const nowMs = () => Date.UTC(2026, 10, 21);
    return { connection, calls: callsOn(new PostgresLedger(connection, { clock: new TestClock(), nowMs })) };
  }

  test('200 callers are answered, and the server never has more sessions of a replica than it has connections', async () => {
    const { connection, calls } = await open({ timeoutMs: 3_000, poolMax: 5 });
    const retry = new RetryUntilAvailable(connection, systemClock);
    await nameStandbys('nobody');
    const untilMs = systemClock.monotonic() + 4_000;
    let answered = 0;
    const callers = Array.from({ length: 200 }, async (_none, index) => {
      const claimed = retry.run(untilMs, () => calls.claim(keyed(`call ${index}`), claimOf('a')));
      await expect(claimed).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      answered += 1;
    });
    let most = 0;
    await until(async () => {
      most = Math.max(most, (await postgres.ask(sessions)).length);
      return answered === callers.length;
    });
    await Promise.all(callers);
    expect(most).toBe(5 + 1);
    expect(connection.isUp).toBe(true);
    // The same connections go on.
    const before = await postgres.ask(sessions);
    await nameStandbys('');
    await until(async () => (await postgres.ask(waiting)).length === 0);
    const claimed = retry.run(Infinity, () => calls.claim(keyed('another call'), claimOf('a')));
    expect(await claimed).toMatchObject({ is: 'mine' });
    expect(await postgres.ask(sessions)).toEqual(before);
  });
});
