import { EnvironmentReader } from './environment.js';
import { migrate } from './ledger/postgres/migrations.js';
import { messageWithoutValues } from './log.js';
import { connectToPrimary } from './postgres/postgres-hosts.js';
import { databaseUrlFrom } from './store-settings.js';

/** Brings the database of DATABASE_URL, as the role that is to own what is in it, to the schema that this version needs. */
async function run(): Promise<void> {
  const read = new EnvironmentReader(process.env);
  const url = read.required('DATABASE_URL');
  databaseUrlFrom(read);
  if (read.problems.length > 0) throw new Error(read.problems.join(' '));
  const client = await connectToPrimary(url);
  try {
    const names = await migrate(client);
    process.stdout.write(names.length > 0 ? `ran ${names.join(', ')}\n` : 'nothing to run: the schema is up to date\n');
  } finally {
    await client.end();
  }
}

run().catch((error: unknown) => {
  process.stderr.write(
    `outdial cannot migrate: ${error instanceof Error ? messageWithoutValues(error) : String(error)}\n`,
  );
  process.exit(1);
});
