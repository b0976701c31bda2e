import type { Log } from '../log.js';
import type { RedisInfo } from './redis-client.js';

/**
 * Says of a server, by what INFO tells of it, what it is and what to do, where shared state cannot be kept there; undefined where it can, or where INFO tells no role, of which
 * the log warns once.
 */
export function roleCheck(log: Log): (info: RedisInfo) => string | undefined {
  let isWarned = false;
  return (info) => {
    // Valkey has another name for it.
    const mode = info.redis_mode ?? info.server_mode;
    if (mode === 'sentinel') return 'a Sentinel: give the address of the primary, or of a proxy that follows it';
    if (mode === 'cluster') {
      return 'a node of a Redis Cluster: give the address of a Redis with cluster mode disabled';
    }
    if (info.role === 'slave') {
      return 'a replica: give the address of the primary, or one that follows it';
    }
    if (info.role === undefined && !isWarned) {
      isWarned = true;
      log.warn('Redis does not tell by INFO what it is: make sure that it is a primary, and no node of a Cluster');
    }
    return undefined;
  };
}
