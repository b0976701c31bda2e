import { describe } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../src/ledger/postgres/migrations.js';
import { documentedRole } from './documented-role.js';
import { postgresBin } from './postgres-process.js';
import { startPostgresReplication, type PostgresReplication } from './postgres-replication.js';
import { startEmptyPostgres, type TestPostgres } from './postgres-server.js';

export { documentedRole } from './documented-role.js';
export { fileOfServer, startEmptyPostgres, startStandby, type TestPostgres } from './postgres-server.js';

if (postgresBin === undefined && process.env.CI === 'true') throw new Error('PostgreSQL is required where CI=true.');
if (postgresBin === undefined) {
  process.stderr.write(
    '\nSKIPPED: no postgres in /usr/lib/postgresql or on the PATH, so nothing is tested on PostgreSQL.\n',
  );
}

/** Skipped, with a notice, where there is no PostgreSQL. */
export const describeOnPostgres = postgresBin === undefined ? describe.skip : describe;

/** Starts a real PostgreSQL of its own on a free port, migrated; `settings` are those of postgresql.conf. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const postgres = await startEmptyPostgres(settings);
  await prepareDatabase(postgres.adminUrl);
  return postgres;
}

/** Starts a migrated primary and a standby that every commit waits for; both write to their disks as in production. */
export async function startSynchronousPair(): Promise<PostgresReplication> {
  const pair = await startPostgresReplication({ settings: { fsync: 'on', full_page_writes: 'on' } });
  await prepareDatabase(pair.primary.adminUrl);
  return pair;
}

/** Migrates it, and makes the role that docs/postgres.md shows. */
export async function prepareDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  await migrate(client);
  await client.query(documentedRole());
  await client.end();
}
