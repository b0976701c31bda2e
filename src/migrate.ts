import { migrate } from './ledger/postgres/migrations.js';
import { connectToPrimary } from './postgres/postgres-connection.js';
import { readPostgresUrl } from './postgres/postgres-url.js';

/** Brings the database of DATABASE_URL, as the role that is to own what is in it, to the schema that this version needs. */
async function run(): Promise<void> {
  const url = process.env.DATABASE_URL?.trim() ?? '';
  if (!readPostgresUrl(url)) {
    throw new Error(
      'DATABASE_URL must be postgres://user:password@host:port/database, of a role that may create a schema.',
    );
  }
  const client = await connectToPrimary(url);
  try {
    const names = await migrate(client);
    process.stdout.write(names.length > 0 ? `ran ${names.join(', ')}\n` : 'nothing to run: the schema is up to date\n');
  } finally {
    await client.end();
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`outdial cannot migrate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
