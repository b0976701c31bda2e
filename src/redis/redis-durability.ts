import type { Log } from '../log.js';
import type { RedisConnection } from './redis-connection.js';

interface Shortcoming {
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * Warns, each time the connection stands, where this Redis may forget what was placed: by evicting keys, or in a restart; and where it has fewer replicas than `replicas`, that no call is placed. What it
 * said the last time is not repeated. One that does not tell is taken at its word.
 */
export function warnOfForgetting(connection: RedisConnection, log: Log, replicas = 0): void {
  let known: ReadonlySet<string> = new Set();
  connection.onUp(() => {
    void shortcomingsOf(connection, log, replicas).then((found) => {
      if (!found) return;
      for (const { message, facts } of found.filter((one) => !known.has(JSON.stringify(one))))
        log.warn({ ...facts }, message);
      known = new Set(found.map((one) => JSON.stringify(one)));
    });
  });
}

/** Undefined where Redis does not tell. */
async function shortcomingsOf(
  connection: RedisConnection,
  log: Log,
  replicas: number,
): Promise<readonly Shortcoming[] | undefined> {
  let info: string;
  try {
    info = await connection.send((redis) => redis.info());
  } catch (error) {
    log.debug({ err: error }, 'shared state does not tell how it keeps what it is told');
    return undefined;
  }
  const found: Shortcoming[] = [];
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    found.push({
      message: 'Redis may evict what was placed, and a call be placed twice: set maxmemory-policy to noeviction',
      facts: { policy },
    });
  }
  if (/^aof_enabled:0/m.test(info)) {
    found.push({
      message:
        'Redis forgets what was placed last when it restarts, and a call may be placed twice: switch appendonly on',
    });
  }
  const connected = [...info.matchAll(/^slave\d+:.*\bstate=online\b/gm)].length;
  if (/^connected_slaves:/m.test(info) && connected < replicas) {
    found.push({
      message: 'Redis has fewer replicas than LEDGER_REPLICAS: no call is placed until enough of them have joined',
      facts: { connected, required: replicas },
    });
  }
  return found;
}
