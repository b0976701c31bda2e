import type { Clock } from './clock.js';
import { ConfigError, type Config } from './config.js';
import { quotaFor } from './connect/quotas.js';
import type { Coordination } from './coordination/coordination.js';
import { MemoryCoordination } from './coordination/memory/memory-coordination.js';
import type { RateLimiter, RateLimiterRules } from './coordination/rate-limiter.js';
import { RateLimiterThroughOutage } from './coordination/redis/rate-limiter-through-outage.js';
import { RedisCoordination } from './coordination/redis/redis-coordination.js';
import type { LedgerStore } from './ledger/ledger.js';
import { MemoryLedger } from './ledger/memory/memory-ledger.js';
import { clockRefusal } from './ledger/postgres/clock-skew.js';
import { schemaRefusal } from './ledger/postgres/migrations.js';
import { PostgresLedger } from './ledger/postgres/postgres-ledger.js';
import { Retention } from './ledger/postgres/retention.js';
import { RedisLedger } from './ledger/redis/redis-ledger.js';
import type { Log } from './log.js';
import type { Meters } from './meters.js';
import { PostgresConnection, type Ask } from './postgres/postgres-connection.js';
import { warnOfLosing } from './postgres/postgres-durability.js';
import { RedisConnection } from './redis/redis-connection.js';
import { warnOfForgetting } from './redis/redis-durability.js';
import { roleCheck } from './redis/redis-role.js';
import { ReplicatedWrites } from './redis/replicated-writes.js';

/** Where a process keeps what its calls need: the ledger and coordination, shared with the other replicas or in its memory. */
export interface Stores {
  readonly ledger: LedgerStore;
  /** What calls go on with while `ledger` is away, where they do. */
  readonly fallback?: LedgerStore;
  readonly coordination: Coordination;
  /** That of `coordination`, which also grants permits while Redis is away. */
  readonly rateLimiter: RateLimiter;
  /** Why a store cannot be used, though it is there. */
  readonly refusals: () => readonly string[];
  /** Throws ConfigError where Redis is not what its setting says. */
  holdToSetting(): Promise<void>;
  close(): Promise<void>;
}

export interface StoresParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Meters;
  /** Instead of the clocks of Redis and the database, for tests. */
  readonly storeNowMs?: (() => number) | undefined;
}

/**
 * Opens the stores that the configuration chooses, and waits for no server. Coordination is in Redis, or else in memory; the ledger is in PostgreSQL where a database is set,
 * and otherwise where coordination is.
 */
export function openStores(config: Config, parts: StoresParts): Stores {
  const redis = openRedis(config, parts);
  const database = openDatabase(config, parts);
  const ledger = openLedger(config, parts, redis, database);
  const isShared = redis !== undefined || database !== undefined;
  return {
    ledger: ledger.store,
    ...(isShared && config.state.outage === 'dial' ? { fallback: new MemoryLedger({ clock: parts.clock }) } : {}),
    ...openCoordination(config, parts, redis?.connection),
    refusals: () => [redis?.connection, database].flatMap((connection) => connection?.refusals ?? []),
    holdToSetting: async () => {
      const problem = redis && (await firstAnswer(redis.connection.wrongSetting(), parts.clock));
      if (problem !== undefined) throw new ConfigError([`${problem}.`]);
    },
    close: async () => {
      await Promise.all([ledger.close(), redis?.connection.close()]);
    },
  };
}

interface OpenRedis {
  readonly connection: RedisConnection;
  /** What writes the ledger where replicas of Redis must have what is written. */
  readonly writer?: ReplicatedWrites;
}

function openRedis({ state }: Config, { clock, log, meters }: StoresParts): OpenRedis | undefined {
  const { redis: address, commandTimeoutMs, ledgerReplicas, database } = state;
  if (!address) return undefined;
  const settings = { address, log, meters, commandTimeoutMs, refuse: roleCheck(log, address) };
  const connection = new RedisConnection(settings);
  // Where the ledger is elsewhere, nothing is lost here that could place a call twice.
  if (!database) warnOfForgetting(connection, log, ledgerReplicas?.count);
  if (!ledgerReplicas) return { connection };
  const { count: replicas, timeoutMs: replicasTimeoutMs } = ledgerReplicas;
  return { connection, writer: new ReplicatedWrites(connection, { ...settings, replicas, replicasTimeoutMs, clock }) };
}

function openDatabase(
  { state: { database } }: Config,
  { clock, log, meters, storeNowMs }: StoresParts,
): PostgresConnection | undefined {
  if (!database) return undefined;
  const refuse = async (ask: Ask) =>
    (await schemaRefusal(ask)) ?? (storeNowMs ? undefined : await clockRefusal(ask, () => clock.now()));
  const connection = new PostgresConnection({ ...database, log, meters, refuse });
  warnOfLosing(connection, log);
  return connection;
}

function openLedger(
  { state: { prefix } }: Config,
  { clock, log, storeNowMs: nowMs }: StoresParts,
  redis: OpenRedis | undefined,
  database: PostgresConnection | undefined,
): { readonly store: LedgerStore; close(): Promise<void> } {
  if (database) {
    const retention = new Retention(database, { clock, log, nowMs });
    retention.start();
    return {
      store: new PostgresLedger(database, { clock, nowMs }),
      close: async () => {
        retention.stop();
        await database.close();
      },
    };
  }
  if (!redis) return { store: new MemoryLedger({ clock }), close: () => Promise.resolve() };
  const { connection, writer } = redis;
  return {
    store: new RedisLedger(connection, { prefix, clock, nowMs, writer }),
    close: async () => {
      await writer?.close();
    },
  };
}

function openCoordination(
  config: Config,
  { clock, storeNowMs: nowMs }: StoresParts,
  redis: RedisConnection | undefined,
): Pick<Stores, 'coordination' | 'rateLimiter'> {
  const { outage, database, replicas, prefix, secret, quotaScope } = config.state;
  const rules: RateLimiterRules = {
    campaignShare: config.calls.campaignShare,
    maxWaitingPerSubject: (operation) =>
      operation === 'StartOutboundVoiceContact' ? config.calls.maxWaitingPerSubject : undefined,
    quotaFor: (operation) => quotaFor(operation, config.connect.quotas),
  };
  if (!redis) {
    const coordination = new MemoryCoordination({ clock, rateLimiter: rules });
    return { coordination, rateLimiter: coordination.rateLimiter };
  }
  const coordination = new RedisCoordination(redis, {
    prefix,
    rateLimiter: rules,
    // Connect's quotas are of an account and a Region.
    quotaScope: `${quotaScope}:${config.connect.region}`,
    secret,
    nowMs,
  });
  // A ledger of its own keeps calls from being placed twice without Redis, too.
  const callsGoOn = outage === 'dial' || database !== undefined;
  const goesOn = (operation: string) => callsGoOn || operation !== 'StartOutboundVoiceContact';
  const rateLimiter = new RateLimiterThroughOutage(coordination.rateLimiter, clock, rules, { goesOn, replicas });
  return { coordination, rateLimiter };
}

/** How long a start waits for the first server. */
const firstServerMs = 1_000;

/** Undefined where nothing is answered in that time. */
async function firstAnswer<T>(answer: Promise<T>, clock: Clock): Promise<T | undefined> {
  let cancel: () => void = () => undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(firstServerMs, () => {
      resolve(undefined);
    });
  });
  return Promise.race([answer, late]).finally(() => {
    cancel();
  });
}
