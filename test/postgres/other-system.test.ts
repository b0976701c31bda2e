import { afterEach, expect, test } from '@jest/globals';
import { PostgresLedger } from '../../src/ledger/postgres/postgres-ledger.js';
import type { PostgresConnection } from '../../src/postgres/postgres-connection.js';
import { keyed, placedAs, question } from '../ledger/call-fixture.js';
import { callsOn } from '../ledger/calls-on.js';
import { describeOnPostgres, startPostgres, type TestPostgres } from '../support/start-postgres.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';
import { connectionTo, logTo, nextUp } from './connections.js';

describeOnPostgres('a connection to PostgreSQL', () => {
  const servers: TestPostgres[] = [];
  let connection: PostgresConnection;
  afterEach(async () => {
    await connection.close();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function start(): Promise<TestPostgres> {
    const server = await startPostgres();
    servers.push(server);
    return server;
  }

  test('does not go on with a host of another system, which has none of the records', async () => {
    const [first, second] = [await start(), await start()];
    const hosts = [first, second].map(({ url }) => new URL(url).host);
    const lines: string[] = [];
    connection = connectionTo(first.url.replace(hosts[0]!, hosts.join()), { log: logTo(lines) });
    await nextUp(connection);
    const calls = callsOn(new PostgresLedger(connection, { clock: new TestClock() }));
    await calls.recordPlaced(keyed('placed call'), placedAs('contact'));
    await first.stop();
    await until(() => !connection.isUp);
    await until(() => connection.isUp || connection.refusals.length > 0);
    const found = connection.isUp ? await calls.look(keyed('placed call'), question) : undefined;
    expect({ found, refusals: connection.refusals.length }).toEqual({ found: undefined, refusals: 1 });
  });

  test('takes an answer that came while this process stood still', async () => {
    const server = await start();
    const lines: string[] = [];
    connection = connectionTo(server.url, { timeoutMs: 2_000, log: logTo(lines) });
    await nextUp(connection);
    await connection.query({ text: 'SELECT 1' });
    const asked = connection.query({ text: 'SELECT 1 AS one' }).catch((error: unknown) => error);
    await new Promise(setImmediate);
    const untilMs = performance.now() + 2_500;
    while (performance.now() < untilMs);
    expect(await asked).toEqual([{ one: 1 }]);
    expect(lines.join('')).not.toContain('the database is gone');
  });
});
