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

/** Warns, once the connection stands, where this PostgreSQL may forget a commit that it acknowledged: in a crash, or in a failover. */
export function warnOfLosing(connection: PostgresConnection, log: Log): void {
  const off = connection.onUp(() => {
    off();
    void lookAt(connection, log);
  });
}

async function lookAt(connection: PostgresConnection, log: Log): Promise<void> {
  let found: Settings | undefined;
  try {
    [found] = await connection.query<Settings>(settings);
  } catch (error) {
    log.debug({ err: error }, 'the database does not tell how it keeps what it is told');
  }
  if (!found) return;
  const { commit, standbys, fsync, managed } = found;
  if (commit === 'off' || fsync === 'off') {
    log.warn(
      { synchronous_commit: commit, fsync },
      'PostgreSQL may forget in a crash what it acknowledged, and a call be placed twice: set synchronous_commit and fsync to on',
    );
  } else if (!managed && (standbys === '' || commit === 'local')) {
    log.warn(
      { synchronous_commit: commit },
      'a standby of PostgreSQL may lack what was acknowledged, and after a failover a call be placed twice: set synchronous_standby_names, and synchronous_commit to on',
    );
  }
}
