import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import pg from 'pg';
import { migrate, migrations, schemaRefusal } from '../../src/ledger/postgres/migrations.js';
import { createLog } from '../../src/log.js';
import { PostgresConnection, type Ask } from '../../src/postgres/postgres-connection.js';
import { runPostgres } from '../support/postgres-process.js';
import {
  describeOnPostgres,
  documentedRole,
  startEmptyPostgres,
  type TestPostgres,
} from '../support/start-postgres.js';

const schemaFile = resolve(import.meta.dirname, '../../src/ledger/postgres/schema.sql');

describeOnPostgres('the migrations of a database', () => {
  let postgres: TestPostgres;
  const clients: pg.Client[] = [];
  beforeAll(async () => {
    postgres = await startEmptyPostgres();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await postgres.close();
  });

  let databases = 0;

  /** The URL of a database that holds nothing yet. */
  async function newDatabase(): Promise<string> {
    databases += 1;
    await postgres.ask(`CREATE DATABASE migrated${databases}`);
    return postgres.adminUrl.replace(/postgres$/, `migrated${databases}`);
  }

  async function clientOf(url: string): Promise<pg.Client> {
    const client = new pg.Client(url);
    await client.connect();
    clients.push(client);
    return client;
  }

  const askerOf =
    (client: pg.Client): Ask =>
    async ({ text }) =>
      (await client.query(text)).rows as never;

  const all = migrations.map(({ name }) => name);

  test('are numbered without a gap', () => {
    expect(migrations.map(({ id }) => id)).toEqual(all.map((_name, index) => index + 1));
  });

  test('run once, also where two processes run them at once', async () => {
    const url = await newDatabase();
    const both = [await clientOf(url), await clientOf(url)];
    const ran = await Promise.all(both.map((client) => migrate(client)));
    expect(ran.toSorted((a, b) => a.length - b.length)).toEqual([[], all]);
    expect(await migrate(both[0]!)).toEqual([]);
  });

  test('leave nothing behind where one fails', async () => {
    const client = await clientOf(await newDatabase());
    await client.query('CREATE SCHEMA outdial; CREATE TABLE outdial.ledger ()');
    await expect(migrate(client)).rejects.toThrow('already exists');
    const { rows } = await client.query("SELECT to_regclass('outdial.migrations') AS found");
    expect(rows).toEqual([{ found: null }]);
  });

  test('make the schema that schema.sql shows', async () => {
    const url = await newDatabase();
    await migrate(await clientOf(url));
    const dump = await runPostgres('pg_dump', ['--schema-only', '--no-owner', '--schema', 'outdial', '-d', url]);
    // Other versions of pg_dump name themselves, and set other things at the beginning.
    const plain = dump
      .split('\n')
      .filter((line) => !/^(?:--|SET |SELECT pg_catalog\.set_config|\\(?:un)?restrict )/.test(line))
      .join('\n')
      .replace(/\n{2,}/g, '\n\n')
      .trim();
    const schema = `-- What the migrations make. UPDATE_SCHEMA=true npm test -- test/ledger/migrations.test.ts writes it.\n\n${plain}\n`;
    if (process.env.UPDATE_SCHEMA === 'true') writeFileSync(schemaFile, schema);
    expect(readFileSync(schemaFile, 'utf8')).toBe(schema);
  });

  test('are asked for where the schema is missing or older, or may not be read', async () => {
    const url = await newDatabase();
    const client = await clientOf(url);
    expect(await schemaRefusal(askerOf(client))).toMatch(
      'a database that has no schema of outdial: run npm run migrate',
    );
    await migrate(client);
    expect(await schemaRefusal(askerOf(client))).toBeUndefined();
    await client.query('INSERT INTO outdial.migrations (id, name) VALUES ($1, $2)', [
      all.length + 1,
      'of a later version',
    ]);
    expect(await schemaRefusal(askerOf(client))).toBeUndefined();
    await client.query('DELETE FROM outdial.migrations');
    expect(await schemaRefusal(askerOf(client))).toMatch(`is at migration 0, and this version needs ${all.length}`);
    await client.query("CREATE ROLE stranger LOGIN PASSWORD 'password'");
    const stranger = await clientOf(url.replace('owner:owner-password', 'stranger:password'));
    expect(await schemaRefusal(askerOf(stranger))).toMatch('may not read outdial.migrations');
  });

  test.each([
    ['EXECUTE', 'FUNCTION outdial.ledger_record', 'EXECUTE on outdial.ledger_record'],
    ['UPDATE, DELETE', 'TABLE outdial.ledger', 'UPDATE on outdial.ledger, DELETE on outdial.ledger'],
    ['INSERT', 'TABLE outdial.decisions', 'INSERT on outdial.decisions'],
    ['UPDATE (subject)', 'TABLE outdial.decisions', 'UPDATE (subject) on outdial.decisions'],
  ])('keep a role from using a database without %s ON %s, which would fail each call', async (what, on, missing) => {
    const client = await clientOf(await newDatabase());
    await migrate(client);
    await client.query(
      `DROP ROLE IF EXISTS narrow; CREATE ROLE narrow; ${documentedRole()
        .replace(/CREATE ROLE.*;/, '')
        .replaceAll('TO outdial', 'TO narrow')}`,
    );
    await client.query(`REVOKE ${what} ON ${on} FROM narrow`);
    await client.query('SET ROLE narrow');
    expect(await schemaRefusal(askerOf(client))).toMatch(`a database where this role lacks ${missing}: give it`);
    await client.query('RESET ROLE; DROP OWNED BY narrow; DROP ROLE narrow');
  });

  test('keep a gateway from using a database until they have run', async () => {
    const url = await newDatabase();
    const connection = new PostgresConnection({ url, log: createLog('silent'), refuse: schemaRefusal });
    const up = new Promise<void>((resolve) => connection.onUp(resolve));
    while (connection.refusals.length === 0) await new Promise(setImmediate);
    expect(connection.isUp).toBe(false);
    expect(connection.refusals).toEqual([
      expect.stringMatching(/^DATABASE_URL leads to a database that has no schema/),
    ]);
    await migrate(await clientOf(url));
    await up;
    expect(connection.refusals).toEqual([]);
    await connection.close();
  });

  test('give the role of the page all that it needs, and no more', async () => {
    const client = await clientOf(await newDatabase());
    await migrate(client);
    await client.query(documentedRole());
    const { rows } = await client.query<{ may: string }>(`
      SELECT table_name || ' ' || privilege_type AS may FROM information_schema.role_table_grants
      WHERE grantee = 'outdial' ORDER BY 1`);
    expect(rows.map(({ may }) => may)).toEqual([
      'counted_calls DELETE',
      'counted_calls INSERT',
      'counted_calls SELECT',
      'counted_calls UPDATE',
      'decisions DELETE',
      'decisions INSERT',
      'decisions SELECT',
      'ledger DELETE',
      'ledger INSERT',
      'ledger SELECT',
      'ledger UPDATE',
      'migrations SELECT',
    ]);
    await client.query('SET ROLE outdial');
    expect(await schemaRefusal(askerOf(client))).toBeUndefined();
    for (const refused of [
      'CREATE TABLE outdial.more ()',
      'TRUNCATE outdial.ledger',
      'DELETE FROM outdial.migrations',
      'UPDATE outdial.decisions SET is_allowed = true',
    ]) {
      await expect(client.query(refused)).rejects.toThrow('permission denied');
    }
  });

  test('leave gateways of the version before what they use', async () => {
    const client = await clientOf(await newDatabase());
    await migrate(client);
    const key = { kind: 'call', id: 'call' };
    const commit = async (write: object, counts?: object) => {
      const commits = JSON.stringify([{ writes: [{ key, ...write }], computedAtMs: 1, ...(counts ? { counts } : {}) }]);
      const { rows } = await client.query<{ done: boolean }>(
        'SELECT done, now_ms, records FROM outdial.ledger_commit_all($1, $2, $3, $4, $5)',
        [commits, 2, 2_000, 250, 1],
      );
      return rows.map(({ done }) => done);
    };
    const next = { version: 'v1', changedAtMs: 1, value: {} };
    expect(await commit({ next, keptForMs: 60_000 })).toEqual([true]);
    expect(await commit({ next, keptForMs: 60_000 })).toEqual([false]);
    const step = { id: 'count', call: 'call', does: 'hold', holdMs: 1_000, keptForMs: 60_000, limits: [] };
    expect(await commit({ version: 'v1', next: null }, [step])).toEqual([true]);
    const { rows } = await client.query('SELECT outdial.ledger_delete_expired(1000, 3600000)::int AS deleted');
    expect(rows).toEqual([{ deleted: 1 }]);
  });

  test('give what is new to the roles that have the ledger', async () => {
    const client = await clientOf(await newDatabase());
    await migrate(client);
    await client.query(`
      CREATE ROLE counting;
      GRANT USAGE ON SCHEMA outdial TO counting;
      GRANT SELECT ON outdial.migrations TO counting;
      GRANT SELECT, INSERT, UPDATE, DELETE ON outdial.ledger TO counting;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA outdial TO counting;
      DROP TABLE outdial.counted_calls, outdial.decisions;
      DROP FUNCTION outdial.ledger_counted, outdial.ledger_count, outdial.ledger_append;
      DELETE FROM outdial.migrations WHERE id >= 4`);
    expect(await schemaRefusal(askerOf(client))).toMatch('is at migration 3');
    expect(await migrate(client)).toEqual(all.slice(3));
    await client.query('SET ROLE counting');
    expect(await schemaRefusal(askerOf(client))).toBeUndefined();
    await client.query('RESET ROLE; DROP OWNED BY counting; DROP ROLE counting');
  });
});
