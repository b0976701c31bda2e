import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import type { Ask } from '../../postgres/postgres-connection.js';

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

const folder = new URL('./migrations/', import.meta.url);

/** In the order in which they are run. One that was released is never changed. */
export const migrations: readonly Migration[] = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => ({
    id: Number(file.slice(0, 4)),
    name: file.replace(/\.sql$/, ''),
    sql: readFileSync(new URL(file, folder), 'utf8'),
  }));

const newest = migrations.at(-1)!.id;

/** Held by one migrating process at a time; any number that nobody else uses. */
const lockId = 7_236_284_915;

const bookkeeping = `
  CREATE SCHEMA IF NOT EXISTS outdial;
  CREATE TABLE IF NOT EXISTS outdial.migrations (
    id integer PRIMARY KEY,
    name text NOT NULL,
    ran_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );`;

/** Runs all migrations that the database has not seen, in one transaction: all or none. The names of those it ran. */
export async function migrate(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockId]);
    await client.query(bookkeeping);
    const { rows } = await client.query<{ id: number }>('SELECT id FROM outdial.migrations');
    const missing = migrations.filter((migration) => !rows.some(({ id }) => id === migration.id));
    for (const { id, name, sql } of missing) {
      await client.query(sql);
      await client.query('INSERT INTO outdial.migrations (id, name) VALUES ($1, $2)', [id, name]);
    }
    await client.query('COMMIT');
    return missing.map(({ name }) => name);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface Lacking {
  /** Tables and functions that are not there. */
  readonly objects: string | null;
  /** What the role may not do. */
  readonly permissions: string | null;
}

/** Of what this version uses alone: a newer schema may have more, and other functions for these to call. */
const lacking = `
  SELECT string_agg(what, ', ') FILTER (WHERE is_absent) AS objects, string_agg(what, ', ') FILTER (WHERE NOT is_absent) AS permissions
  FROM (
    SELECT true AS is_absent, name AS what
    FROM unnest(ARRAY['outdial.ledger', 'outdial.counted_calls', 'outdial.decisions']) AS name
    WHERE to_regclass(name) IS NULL
    UNION ALL
    SELECT true, 'outdial.' || name
    FROM unnest(ARRAY['ledger_commit_all', 'ledger_delete_expired', 'ledger_now_ms', 'ledger_read']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'outdial'::regnamespace AND proname = name)
    UNION ALL
    SELECT false, privilege || ' on ' || name
    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege, unnest(ARRAY['outdial.ledger', 'outdial.counted_calls']) AS name
    WHERE NOT has_table_privilege(to_regclass(name), privilege)
    UNION ALL
    SELECT false, privilege || ' on outdial.decisions'
    FROM unnest(ARRAY['SELECT', 'INSERT', 'DELETE']) AS privilege
    WHERE NOT has_table_privilege(to_regclass('outdial.decisions'), privilege)
    UNION ALL
    SELECT false, 'UPDATE (' || name || ') on outdial.decisions'
    FROM unnest(ARRAY['subject', 'number_hash']) AS name
    WHERE NOT has_column_privilege(to_regclass('outdial.decisions'), name, 'UPDATE')
    UNION ALL
    SELECT false, 'EXECUTE on outdial.' || proname
    FROM pg_proc
    WHERE pronamespace = 'outdial'::regnamespace AND NOT has_function_privilege(oid, 'EXECUTE')
      AND proname IN (
        'ledger_append', 'ledger_commit_all', 'ledger_count', 'ledger_counted', 'ledger_delete_expired', 'ledger_lock', 'ledger_now_ms',
        'ledger_read', 'ledger_record', 'ledger_write'
      )
  ) AS lacking`;

/** Says of a database, where its schema is older than this version needs or the role may not use it, what to do; undefined where it will do. A newer one will. */
export async function schemaRefusal(ask: Ask): Promise<string | undefined> {
  const run = `run npm run migrate, or node dist/migrate.js in the image`;
  try {
    const [row] = await ask<{ id: number }>({ text: 'SELECT coalesce(max(id), 0) AS id FROM outdial.migrations' });
    const found = row?.id ?? 0;
    if (found >= newest) {
      const [{ objects, permissions } = { objects: null, permissions: null }] = await ask<Lacking>({ text: lacking });
      if (objects !== null) {
        return `a database without ${objects}, though its migrations have run: restore it, or look whether it is the one that is meant`;
      }
      if (permissions === null) return undefined;
      return `a database where this role lacks ${permissions}: give it what docs/postgres.md says, such as GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA outdial`;
    }
    return `a database whose schema is at migration ${found}, and this version needs ${newest}: ${run}`;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    // No such table; no such schema.
    if (error.code === '42P01' || error.code === '3F000') return `a database that has no schema of outdial: ${run}`;
    if (error.code === '42501') {
      return 'a database where this role may not read outdial.migrations: give it what docs/postgres.md says';
    }
    throw error;
  }
}
