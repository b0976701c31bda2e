import type { Log } from '../log.js';
import type { RedisConnection } from './redis-connection.js';

/** Warns, once the connection stands, where this Redis may forget what was placed: by evicting keys, or in a restart. One that does not tell is taken at its word. */
export function warnOfForgetting(connection: RedisConnection, log: Log): void {
  const off = connection.onUp(() => {
    off();
    void lookAt(connection, log);
  });
}

async function lookAt(connection: RedisConnection, log: Log): Promise<void> {
  let info: string;
  try {
    info = await connection.send((redis) => redis.info());
  } catch (error) {
    log.debug({ err: error }, 'shared state does not tell how it keeps what it is told');
    return;
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    log.warn(
      { policy },
      'Redis may evict what was placed, and a call be placed twice: set maxmemory-policy to noeviction',
    );
  }
  if (/^aof_enabled:0/m.test(info)) {
    log.warn(
      'Redis forgets what was placed last when it restarts, and a call may be placed twice: switch appendonly on',
    );
  }
}
