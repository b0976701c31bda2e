import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { documentedRole } from '../support/documented-role.js';
import { startPostgresReplication } from '../support/postgres-replication.js';
import { startRedisReplication } from '../support/redis-replication.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import type { TestPostgres } from '../support/postgres-server.js';

/** `redis-wait` is a Redis where each write waits for a replica. */
export const ledgers = ['redis', 'redis-wait', 'postgres'] as const;
export type LedgerName = (typeof ledgers)[number];

/** Settings of a gateway whose writes wait for a replica. */
export const waitsForReplica = { LEDGER_REPLICAS: '1', LEDGER_REPLICAS_TIMEOUT_MS: '200' } as const;

/** The servers that keep the ledger: a primary and, except for `redis` where nobody is to be promoted, a replica. */
export interface LedgerServers {
  /** Port of the primary, another one after `promote`. */
  readonly primary: number;
  readonly replicas: readonly number[];
  /** What is copied, for `coordination` too where one Redis keeps both. */
  readonly coordination: RedisServer;
  /** Settings of a gateway that reaches them at this address. */
  environment(address: string): Readonly<Record<string, string>>;
  /** The primary dies at once. */
  kill(): Promise<void>;
  /** It starts again, with what it kept. */
  start(): Promise<void>;
  /** The links to the replicas stand, and carry nothing any more. */
  stall(): void;
  promote(): Promise<void>;
  addReplica(): Promise<void>;
  /** The primary before the last promotion, which may run, becomes a replica: it, or another server in its place. */
  rejoin(): Promise<void>;
  /** How many commits wait on the primary before the last promotion, where that can be told. */
  waitingOnFormer(): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly ledger: LedgerName;
  /** Whether a server can be promoted; where the ledger writes to two servers, one always can be. */
  readonly hasReplica: boolean;
  /** The compiled main.js of the gateway. */
  readonly gatewayEntry: string;
}

export function startLedgerServers(options: LedgerOptions): Promise<LedgerServers> {
  return options.ledger === 'postgres' ? startPostgresServers(options) : startRedisServers(options);
}

async function startRedisServers({ ledger, hasReplica }: LedgerOptions): Promise<LedgerServers> {
  const waits = ledger === 'redis-wait';
  const replication = await startRedisReplication(waits || hasReplica ? 1 : 0);
  let former: RedisServer | undefined;
  return {
    get primary() {
      return replication.primary.port;
    },
    get replicas() {
      return replication.replicas.map(({ port }) => port);
    },
    get coordination() {
      return replication.primary;
    },
    environment: (address) => ({
      REDIS_URL: `redis://${address}`,
      ...(waits ? waitsForReplica : {}),
    }),
    kill: () => replication.primary.kill(),
    start: () => replication.primary.start(),
    stall: () => {
      replication.stall();
    },
    promote: async () => {
      former = replication.primary;
      await replication.promote();
    },
    addReplica: async () => {
      await replication.addReplica();
    },
    rejoin: async () => {
      await replication.rejoin(former!);
    },
    waitingOnFormer: () => Promise.resolve(undefined),
    close: () => replication.close(),
  };
}

async function startPostgresServers({ gatewayEntry }: LedgerOptions): Promise<LedgerServers> {
  const [coordination, replication] = await Promise.all([startRedisServer(), startPostgresReplication()]);
  let former: TestPostgres | undefined;
  const env = { DATABASE_URL: replication.primary.adminUrl };
  await promisify(execFile)(process.execPath, [join(dirname(gatewayEntry), 'migrate.js')], { env });
  await replication.primary.ask(documentedRole());
  return {
    get primary() {
      return replication.primary.port;
    },
    get replicas() {
      return replication.standbys.map(({ port }) => port);
    },
    coordination,
    environment: (address) => ({
      REDIS_URL: coordination.url,
      DATABASE_URL: `postgres://outdial:password@${address}/postgres`,
    }),
    kill: () => replication.primary.stop(),
    start: () => replication.primary.start(),
    stall: () => {
      replication.stall();
    },
    promote: async () => {
      former = replication.primary;
      await replication.promote();
    },
    addReplica: async () => {
      await replication.addStandby();
    },
    rejoin: async () => {
      await former!.close();
      await replication.addStandby();
    },
    waitingOnFormer: async () => {
      const waiting = `SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;
      return (await former!.ask(waiting)).length;
    },
    close: async () => {
      await Promise.all([replication.close(), coordination.close()]);
    },
  };
}
