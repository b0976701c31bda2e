import { expect, test } from '@jest/globals';
import { warnOfLosing } from '../../src/postgres/postgres-durability.js';
import { describeOnPostgres, startPostgres } from '../support/start-postgres.js';
import { connectionTo, logTo, nextUp } from './connections.js';

/** By the settings of a server, what is warned of. */
const servers: readonly [string, Readonly<Record<string, string>>, readonly RegExp[]][] = [
  ['acknowledges before it has written', { fsync: 'on', synchronous_commit: 'off' }, [/may forget in a crash/]],
  ['does not wait for its disk', { fsync: 'off', synchronous_standby_names: 'somebody' }, [/may forget in a crash/]],
  ['has no synchronous standby', { fsync: 'on' }, [/may lack what was acknowledged/]],
  [
    'does not wait for its standby',
    { fsync: 'on', synchronous_standby_names: 'somebody', synchronous_commit: 'local' },
    [/may lack what was acknowledged/],
  ],
  ['waits for its standby', { fsync: 'on', synchronous_standby_names: 'somebody' }, []],
  ['is of Amazon RDS', { fsync: 'on', 'rds.extensions': 'some' }, []],
];

/** What the log has once one connection to the server stands. */
async function warningsOf(url: string): Promise<string[]> {
  const lines: string[] = [];
  const log = logTo(lines);
  const connection = connectionTo(url, { log, poolMax: 1 });
  warnOfLosing(connection, log);
  await nextUp(connection);
  // On the one connection it is answered after all that was asked before.
  await connection.query({ text: 'SELECT 1' });
  await connection.close();
  return lines;
}

describeOnPostgres('at its start the gateway', () => {
  test.each(servers)(
    'warns of a PostgreSQL that may lose what it acknowledged: one that %s',
    async (_title, settings, warnings) => {
      // With a standby that is not there nothing could be set up.
      const { synchronous_standby_names: standbys, ...others } = settings;
      const postgres = await startPostgres(others);
      if (standbys !== undefined) {
        await postgres.ask(`ALTER SYSTEM SET synchronous_standby_names = '${standbys}'`);
        await postgres.ask('SELECT pg_reload_conf()');
      }
      const lines = await warningsOf(postgres.url);
      await postgres.close();
      expect(lines).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
    },
  );

  test('does not warn of Amazon Aurora, whose storage keeps what was acknowledged, unless it need not wait for that', async () => {
    const postgres = await startPostgres({ fsync: 'on' });
    // By this function Aurora is known.
    await postgres.ask("CREATE FUNCTION aurora_version() RETURNS text LANGUAGE sql RETURN '15.5'");
    const warningsWith = async (synchronousCommit: string) => {
      // Every session that begins from now on has it.
      await postgres.ask(`ALTER ROLE outdial SET synchronous_commit = '${synchronousCommit}'`);
      return warningsOf(postgres.url);
    };
    expect(await warningsWith('on')).toEqual([]);
    expect(await warningsWith('off')).toEqual([expect.stringMatching(/may forget in a crash/)]);
    await postgres.close();
  });

  test('looks at each server that it goes on with, and warns again only where that is new', async () => {
    const postgres = await startPostgres({ fsync: 'on' });
    const lines: string[] = [];
    const log = logTo(lines);
    const connection = connectionTo(postgres.url, { log, poolMax: 1 });
    warnOfLosing(connection, log);
    const warnings: number[] = [];
    const lookAgain = async (up: Promise<void>) => {
      await up;
      await connection.query({ text: 'SELECT 1' });
      warnings.push(lines.filter((line) => line.includes('may lack what was acknowledged')).length);
    };
    await lookAgain(nextUp(connection));
    for (const standbys of ['', 'somebody', '']) {
      await postgres.ask(`ALTER SYSTEM SET synchronous_standby_names = '${standbys}'`);
      const up = nextUp(connection);
      await postgres.stop();
      await postgres.start();
      await lookAgain(up);
    }
    expect(warnings).toEqual([1, 1, 1, 2]);
    await connection.close();
    await postgres.close();
  });
});
