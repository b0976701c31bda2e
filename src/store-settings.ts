import { randomUUID } from 'node:crypto';
import { variables, type EnvironmentReader, type Variable } from './environment.js';
import { readPostgresUrl } from './postgres/postgres-url.js';
import { primaryUrlFrom, problemOfUrl, problemOfUrls, settingOf, type RedisAddress } from './redis/redis-address.js';

/** Where the ledger and coordination are, and what they need to know. */
export interface StoreSettings {
  /** Left out, state lives and dies with the process. */
  readonly redis?: RedisAddress;
  /** How many replicas of Redis must have what the ledger writes, and how long they are waited for. Left out, none. */
  readonly ledgerReplicas?: { readonly count: number; readonly timeoutMs: number };
  /** Left out, the ledger is where the rest is. */
  readonly database?: { readonly url: string; readonly timeoutMs: number; readonly poolMax: number };
  readonly prefix: string;
  readonly commandTimeoutMs: number;
  /** Keys the hashes of numbers and of calls. */
  readonly secret: string;
  readonly replicas: number;
  /** Names the AWS account whose quotas are shared. */
  readonly quotaScope: string;
  /** What happens to calls while shared state is away. */
  readonly outage: 'refuse' | 'dial';
}

/** Notes in `read.problems` what is missing or wrong. */
export function storeSettingsFrom(read: EnvironmentReader): StoreSettings {
  const redis = redisFrom(read);
  const databaseUrl = databaseUrlFrom(read);
  const database = {
    timeoutMs: read.wholeNumber('DATABASE_TIMEOUT_MS', 2_000, 100, 30_000),
    poolMax: read.wholeNumber('DATABASE_POOL_MAX', 10, 1, 1_000),
  };
  const secret = read.optional('STATE_SECRET');
  const replicas = read.wholeNumber('REPLICAS', 1, 1, 1_000);
  if ((redis !== undefined || databaseUrl !== undefined) && (secret ?? '').length < 16) {
    read.problems.push(`STATE_SECRET is missing or short. ${variables.STATE_SECRET}`);
  }
  const anyRedis = Object.values(settingOf).join(' or ');
  if (!redis && replicas > 1) {
    const beside = databaseUrl === undefined ? '' : ', also with DATABASE_URL, where only the ledger is shared';
    read.problems.push(`REPLICAS above 1 need ${anyRedis}${beside}.`);
  }
  const ledgerReplicas = {
    count: read.wholeNumber('LEDGER_REPLICAS', 0, 0, 100),
    timeoutMs: read.wholeNumber('LEDGER_REPLICAS_TIMEOUT_MS', 200, 10, 2_000),
  };
  if (ledgerReplicas.count > 0) {
    if (!redis && databaseUrl === undefined)
      read.problems.push(`LEDGER_REPLICAS needs ${anyRedis}: it counts replicas of Redis.`);
    if (databaseUrl !== undefined) {
      read.problems.push(
        'LEDGER_REPLICAS must not be set with DATABASE_URL: remove it. PostgreSQL keeps the ledger then, and has synchronous_standby_names for it.',
      );
    }
  }
  return {
    ...(redis ? { redis } : {}),
    ...(ledgerReplicas.count === 0 ? {} : { ledgerReplicas }),
    ...(databaseUrl === undefined ? {} : { database: { url: databaseUrl, ...database } }),
    prefix: read.optional('REDIS_PREFIX') ?? 'outdial:',
    commandTimeoutMs: read.wholeNumber('REDIS_COMMAND_TIMEOUT_MS', 500, 10, 10_000),
    // Keyed hashes that stay in this process need no lasting key.
    secret: secret ?? randomUUID(),
    replicas,
    quotaScope: read.optional('QUOTA_SCOPE') ?? 'default',
    outage: read.oneOf('LEDGER_OUTAGE', 'refuse', ['refuse', 'dial']),
  };
}

function redisFrom(read: EnvironmentReader): RedisAddress | undefined {
  const named = Object.values(settingOf).filter((setting) => read.optional(setting) !== undefined);
  if (named.length > 1) read.problems.push(`${named.join(' and ')} are set. Set one of them.`);
  const url = redisUrlFrom(read);
  const clusterUrls = redisUrlsFrom(read, 'REDIS_CLUSTER_URLS');
  const sentinelUrls = redisUrlsFrom(read, 'REDIS_SENTINEL_URLS');
  if (read.optional('REDIS_SENTINEL_MASTER') !== undefined && sentinelUrls.length === 0) {
    read.problems.push('REDIS_SENTINEL_MASTER needs REDIS_SENTINEL_URLS.');
  }
  if (url !== undefined) return { kind: 'server', url };
  if (clusterUrls.length > 0) return { kind: 'cluster', urls: clusterUrls };
  if (sentinelUrls.length === 0) return undefined;
  return { kind: 'sentinels', urls: sentinelUrls, primaryUrl: sentinelPrimaryFrom(read) };
}

function redisUrlFrom(read: EnvironmentReader): string | undefined {
  const text = read.optional('REDIS_URL');
  const problem = text === undefined ? undefined : problemOfUrl(text);
  if (problem !== undefined) read.problems.push(`REDIS_URL ${problem}`);
  return text;
}

function redisUrlsFrom(read: EnvironmentReader, name: Variable): readonly string[] {
  const urls = read.list(name);
  const problem = problemOfUrls(urls);
  if (problem !== undefined) read.problems.push(`${name} ${problem}`);
  return urls;
}

function sentinelPrimaryFrom(read: EnvironmentReader): string {
  const text = read.required('REDIS_SENTINEL_MASTER');
  const url = text === '' ? '' : primaryUrlFrom(text);
  if (url === undefined) {
    read.problems.push(
      'REDIS_SENTINEL_MASTER must be the name of a primary, of letters, digits, dots, hyphens and underscores, or a URL such as rediss://user:password@mymaster/0, with user and password percent-encoded.',
    );
  }
  return url ?? '';
}

/** Undefined where none is set. */
export function databaseUrlFrom(read: EnvironmentReader): string | undefined {
  const text = read.optional('DATABASE_URL');
  if (text !== undefined && !readPostgresUrl(text)) {
    read.problems.push(
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database, with user and password percent-encoded, and no query but ' +
        'sslmode=verify-full for TLS, or sslmode=disable. Several hosts are separated by commas; nothing else can be set.',
    );
  }
  return text;
}
