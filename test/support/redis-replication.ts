import { setTimeout as sleep } from 'node:timers/promises';
import { startRedisServer, type RedisServer } from './redis-server.js';
import { startTcpLink, type TcpLink } from './tcp-link.js';

/** A primary of Redis and replicas that stream from it, each over a link of its own that can stall and break. */
export interface RedisReplication {
  /** Another one after `promote`. */
  readonly primary: RedisServer;
  /** In the order in which they joined. */
  readonly replicas: readonly RedisServer[];
  /** All links stand, and carry nothing until `resume`. */
  stall(): void;
  resume(): void;
  /** Starts another replica; resolves once it has all that the primary has. */
  addReplica(): Promise<RedisServer>;
  /** A former primary, running or not, forgets what it has and becomes a replica; resolves like `addReplica`. */
  rejoin(former: RedisServer): Promise<void>;
  /**
   * Breaks the links, so that what was under way in them is lost, and makes the first replica the primary, which others then follow. The former primary is left as it is: dead, or
   * running without replicas.
   */
  promote(): Promise<RedisServer>;
  /** Ends every server that ever belonged to it. */
  close(): Promise<void>;
}

/** No replica waits for others who might want a copy too. */
const replicationSettings = ['--repl-diskless-sync-delay', '0'];

export async function startRedisReplication(replicaCount = 1): Promise<RedisReplication> {
  const servers: RedisServer[] = [];
  const links = new Map<RedisServer, TcpLink>();
  const startServer = async () => {
    const server = await startRedisServer(replicationSettings);
    servers.push(server);
    return server;
  };
  let primary = await startServer();

  async function follow(replica: RedisServer): Promise<void> {
    const link = await startTcpLink(primary.port);
    links.set(replica, link);
    await replica.ask('REPLICAOF', '127.0.0.1', String(link.port));
    while (!/^master_link_status:up/m.test(String(await replica.ask('INFO', 'replication')))) await sleep(20);
  }

  const replication: RedisReplication = {
    get primary() {
      return primary;
    },
    get replicas() {
      return [...links.keys()];
    },
    stall: () => {
      for (const link of links.values()) link.stall();
    },
    resume: () => {
      for (const link of links.values()) link.resume();
    },
    addReplica: async () => {
      const replica = await startServer();
      await follow(replica);
      return replica;
    },
    rejoin: async (former) => {
      await former.start(true);
      await follow(former);
    },
    promote: async () => {
      const [promoted, ...others] = replication.replicas;
      if (!promoted) throw new Error('There is no replica to promote.');
      await Promise.all([...links.values()].map((link) => link.stop()));
      links.clear();
      await promoted.ask('REPLICAOF', 'NO', 'ONE');
      primary = promoted;
      for (const other of others) await follow(other);
      return promoted;
    },
    close: async () => {
      await Promise.all([...links.values()].map((link) => link.stop()));
      await Promise.all(servers.map((server) => server.close()));
    },
  };
  while (links.size < replicaCount) await replication.addReplica();
  return replication;
}
