import { setTimeout as sleep } from 'node:timers/promises';
import { startEmptyPostgres, startStandby, type TestPostgres } from './postgres-server.js';
import { startTcpLink, type TcpLink } from './tcp-link.js';

/** A primary of PostgreSQL and standbys that stream from it, each over a link of its own that can stall and break. */
export interface PostgresReplication {
  /** Another one after `promote`. */
  readonly primary: TestPostgres;
  /** In the order in which they joined. */
  readonly standbys: readonly TestPostgres[];
  /** Names the primary and the standbys, in this order; as the role that docs/postgres.md shows. */
  readonly url: string;
  /** All links stand, and carry nothing until `resume`. */
  stall(): void;
  resume(): void;
  /** Makes another standby of a copy of the primary; resolves once it streams. */
  addStandby(): Promise<TestPostgres>;
  /**
   * Breaks the links, so that what was under way in them is lost, and makes the first standby the primary, which others then follow. The former primary is left as it is: dead, or
   * running without standbys.
   */
  promote(): Promise<TestPostgres>;
  /** Ends every server that ever belonged to it. */
  close(): Promise<void>;
}

export interface PostgresReplicationOptions {
  readonly standbyCount?: number;
  /** Whether a commit, on whatever server leads, waits for one standby. */
  readonly isSynchronous?: boolean;
  /** Of postgresql.conf, of each server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Of a server that starts as the primary nobody needs the name. Without names pg_basebackup would count as a standby, too. */
const standbyNames = Array.from({ length: 10 }, (_one, index) => `standby_${index}`);

/** The database holds nothing yet. */
export async function startPostgresReplication({
  standbyCount = 1,
  isSynchronous = true,
  settings = {},
}: PostgresReplicationOptions = {}): Promise<PostgresReplication> {
  const ofAll = {
    // A standby that lost its primary looks for it every 5 s otherwise.
    wal_retrieve_retry_interval: '200ms',
    ...settings,
    synchronous_standby_names: isSynchronous ? `ANY 1 (${standbyNames.join(', ')})` : '',
  };
  const servers: TestPostgres[] = [];
  const links = new Map<TestPostgres, TcpLink>();
  let primary = await startEmptyPostgres(ofAll);
  servers.push(primary);

  const replication: PostgresReplication = {
    get primary() {
      return primary;
    },
    get standbys() {
      return [...links.keys()];
    },
    get url() {
      const hosts = [primary, ...links.keys()].map(({ url }) => new URL(url).host);
      return primary.url.replace(new URL(primary.url).host, hosts.join());
    },
    stall: () => {
      for (const link of links.values()) link.stall();
    },
    resume: () => {
      for (const link of links.values()) link.resume();
    },
    addStandby: async () => {
      const name = standbyNames[servers.length];
      if (name === undefined) throw new Error(`There are no more than ${standbyNames.length} servers.`);
      const link = await startTcpLink(primary.port);
      const standby = await startStandby(primary, { viaPort: link.port, settings: { ...ofAll, cluster_name: name } });
      servers.push(standby);
      links.set(standby, link);
      const streaming = `SELECT FROM pg_stat_replication WHERE application_name = '${name}' AND state = 'streaming'`;
      while ((await primary.ask(streaming)).length === 0) await sleep(20);
      return standby;
    },
    promote: async () => {
      const [promoted, ...others] = replication.standbys;
      if (!promoted) throw new Error('There is no standby to promote.');
      await links.get(promoted)?.stop();
      links.delete(promoted);
      for (const other of others) links.get(other)?.leadTo(undefined);
      await promoted.ask('SELECT pg_promote()');
      primary = promoted;
      for (const other of others) links.get(other)?.leadTo(promoted.port);
      return promoted;
    },
    close: async () => {
      await Promise.all([...links.values()].map((link) => link.stop()));
      await Promise.all(servers.map((server) => server.close()));
    },
  };
  while (links.size < standbyCount) await replication.addStandby();
  return replication;
}
