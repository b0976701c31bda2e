import type { Log } from '../log.js';
import { settingOf, type RedisAddress } from './redis-address.js';
import type { RedisInfo } from './redis-client.js';

/** Why a server is not used. */
export interface Refusal {
  /** What it is and what to do, after "leads to". */
  readonly what: string;
  /**
   * A wrong setting ends by nobody's doing but the operator's. A wrong role may also be a failover that the address does not follow. What passes is a failover
   * that is under way.
   */
  readonly is: 'a wrong setting' | 'a wrong role' | 'passing';
}

const wrong = (what: string): Refusal => ({ what, is: 'a wrong setting' });

const sentinel = wrong('a Sentinel: set REDIS_SENTINEL_URLS and REDIS_SENTINEL_MASTER in its place');

/**
 * Judges a server that `address` leads to by what INFO tells of it; undefined where shared state can be kept there, or where INFO tells no role, of which the log
 * warns once.
 */
export function roleCheck(log: Log, { kind }: RedisAddress): (info: RedisInfo) => Refusal | undefined {
  let isWarned = false;
  return (info) => {
    // Valkey has another name for it.
    const mode = info.redis_mode ?? info.server_mode;
    if (mode === 'sentinel') return sentinel;
    if (kind === 'cluster') return mode === undefined || mode === 'cluster' ? undefined : wrong(noCluster);
    if (mode === 'cluster') return wrong('a node of a Redis Cluster: set REDIS_CLUSTER_URLS in its place');
    if (info.role === 'slave') return kind === 'sentinels' ? formerPrimary : replica;
    if (info.role === undefined && !isWarned) {
      isWarned = true;
      log.warn('Redis does not tell by INFO what it is: make sure that it is a primary, and no node of a Cluster');
    }
    return undefined;
  };
}

const noCluster = `a server without cluster mode: set ${settingOf.server} in its place`;

const replica: Refusal = {
  what: 'a replica: give the address of the primary, or one that follows it',
  is: 'a wrong role',
};

const formerPrimary: Refusal = { what: 'a replica, which the Sentinels name as the primary', is: 'passing' };

/** Judges the Sentinels by what one of them answered when it was asked for the primary; undefined where that tells nothing. */
export function sentinelRefusal({ message }: Error): Refusal | undefined {
  if (/\bunknown command\b/i.test(message)) {
    return wrong(
      `a server that is no Sentinel: give the addresses of the Sentinels, or set ${settingOf.server} in its place`,
    );
  }
  if (message.endsWith('invalid reply: null')) {
    return wrong(
      'Sentinels that know no primary of the name in REDIS_SENTINEL_MASTER: give the name that they monitor',
    );
  }
  return undefined;
}

/** Of a failure of all nodes of a Cluster, that of the last. */
export function causeOf(error: unknown): unknown {
  return error instanceof Error && 'lastNodeError' in error ? (error.lastNodeError ?? error) : error;
}

/** Judges the nodes of a Cluster by why none of them told who serves which keys. */
export function clusterRefusal(error: unknown): Refusal | undefined {
  const cause = causeOf(error);
  return cause instanceof Error && /cluster support disabled|unknown command.*\bcluster\b/i.test(cause.message)
    ? wrong(noCluster)
    : undefined;
}
