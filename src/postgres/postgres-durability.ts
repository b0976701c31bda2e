import type { Log } from '../log.js';
import type { PostgresConnection } from './postgres-connection.js';

interface Settings {
  readonly commit: string;
  readonly standbys: string;
  readonly fsync: string;
  /** Amazon Aurora, or Amazon RDS, which keep a commit in several places before they acknowledge it, as Multi-AZ does, or have no standby to fail over to. */
  readonly managed: boolean;
}

const settings = {
  text: `SELECT current_setting('synchronous_commit') AS commit, current_setting('synchronous_standby_names') AS standbys,
    current_setting('fsync') AS fsync,
    to_regproc('aurora_version') IS NOT NULL OR current_setting('rds.extensions', true) IS NOT NULL AS managed`,
};

interface Warning {
  readonly settings: Readonly<Record<string, string>>;
  readonly words: string;
}

/** Warns where the PostgreSQL that is used may forget a commit that it acknowledged, in a crash or in a failover: each time another one is used, where what is found has changed. */
export function warnOfLosing(connection: PostgresConnection, log: Log): void {
  let last: string | undefined;
  connection.onUp(() => {
    void lookAt(connection, log).then((found) => {
      if (!found) return;
      const warning = warningOf(found);
      if (warning && warning.words !== last) log.warn(warning.settings, warning.words);
      last = warning?.words;
    });
  });
}

async function lookAt(connection: PostgresConnection, log: Log): Promise<Settings | undefined> {
  try {
    const [found] = await connection.query<Settings>(settings);
    return found;
  } catch (error) {
    log.debug({ err: error }, 'the database does not tell how it keeps what it is told');
    return undefined;
  }
}

function warningOf({ commit, standbys, fsync, managed }: Settings): Warning | undefined {
  if (commit === 'off' || fsync === 'off') {
    return {
      settings: { synchronous_commit: commit, fsync },
      words:
        'PostgreSQL may forget in a crash what it acknowledged, and a call be placed twice: set synchronous_commit and fsync to on',
    };
  }
  if (managed || (standbys !== '' && commit !== 'local')) return undefined;
  return {
    settings: { synchronous_commit: commit, synchronous_standby_names: standbys },
    words: `a standby of PostgreSQL may lack what was acknowledged, and after a failover a call be placed twice: ${
      commit === 'local'
        ? 'set synchronous_commit to on'
        : 'name it in synchronous_standby_names once it runs; a server without a standby needs nothing, and with a name there every commit would wait for one'
    }`,
  };
}
