import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { startPostgresReplication, type PostgresReplication } from '../support/postgres-replication.js';
import { describeOnPostgres, type TestPostgres } from '../support/start-postgres.js';

describeOnPostgres('a primary and a synchronous standby', () => {
  let pair: PostgresReplication;
  const clients: pg.Client[] = [];
  beforeEach(async () => {
    pair = await startPostgresReplication();
    await pair.primary.ask('CREATE TABLE written (value text)');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.connection.stream.destroy();
    await pair.close();
  });

  /** Commits a row, and tells whether that is acknowledged within that time. */
  async function write(server: TestPostgres, value: string, withinMs = 60_000): Promise<boolean> {
    const client = new pg.Client({ connectionString: server.adminUrl, query_timeout: withinMs });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client.query('INSERT INTO written VALUES ($1)', [value]).then(
      () => true,
      () => false,
    );
  }

  const written = async (server: TestPostgres) =>
    (await server.ask<{ value: string }>('SELECT value FROM written')).map(({ value }) => value);

  test('nothing is acknowledged while the link carries nothing; what was before is there after the promotion', async () => {
    expect(await write(pair.primary, 'copied')).toBe(true);
    pair.stall();
    expect(await write(pair.primary, 'held back', 300)).toBe(false);
    await pair.primary.stop();
    const promoted = await pair.promote();
    expect(await written(promoted)).toEqual(['copied']);
    expect(await write(promoted, 'without a standby', 300)).toBe(false);
    await pair.addStandby();
    expect(await write(promoted, 'with a new one')).toBe(true);
  });

  test('what waits for no standby is acknowledged while the link carries nothing, and is missing after the promotion', async () => {
    expect(await write(pair.primary, 'copied')).toBe(true);
    // Every session that begins from now on has it.
    await pair.primary.ask('ALTER ROLE CURRENT_USER SET synchronous_commit = local');
    pair.stall();
    expect(await write(pair.primary, 'acknowledged')).toBe(true);
    await pair.primary.stop();
    expect(await written(await pair.promote())).toEqual(['copied']);
  });

  test('a former primary that still runs acknowledges nothing any more, and shows nobody what it was asked to keep', async () => {
    const former = pair.primary;
    expect(await write(former, 'copied')).toBe(true);
    await pair.promote();
    await pair.addStandby();
    expect(await write(former, 'of the split', 300)).toBe(false);
    expect(await written(former)).toEqual(['copied']);
    expect(await write(pair.primary, 'of the new primary')).toBe(true);
  });
});
