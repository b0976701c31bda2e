import type { Log } from '../log.js';
import type { RedisConnection, ServerInfo } from './redis-connection.js';

interface Shortcoming {
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/**
 * Warns, each time the connection stands, where this Redis may forget what was placed: by evicting keys, or in a restart; and where it has fewer replicas than `replicas`, that no call is placed. Of a
 * Cluster each primary is asked, also when the primaries change, and named. What was said of it the last time is not repeated. One that does not tell is taken at its word.
 */
export function warnOfForgetting(connection: RedisConnection, log: Log, replicas = 0): void {
  /** By the name of the primary. */
  const known = new Map<string | undefined, ReadonlySet<string>>();

  async function look(): Promise<void> {
    let infos: readonly ServerInfo[];
    try {
      infos = await connection.infos();
    } catch (error) {
      log.debug({ err: error }, 'shared state does not tell how it keeps what it is told');
      return;
    }
    for (const { node, info } of infos) {
      const found = shortcomingsOf(info, replicas).map((one) => ({ ...one, text: JSON.stringify(one) }));
      const before = known.get(node);
      for (const { message, facts, text } of found) {
        if (!before?.has(text)) log.warn({ ...facts, ...(node === undefined ? {} : { node }) }, message);
      }
      known.set(node, new Set(found.map(({ text }) => text)));
    }
  }

  connection.onUp(() => void look());
  // One that was connected already, as the replica that it was, comes up without another word.
  let primaries = '';
  connection.primaries?.onRefreshed(() => {
    const all = connection.primaries?.all ?? new Set();
    for (const node of known.keys()) if (!all.has(node ?? '')) known.delete(node);
    const names = [...all].sort().join();
    if (names !== primaries && connection.isUp) void look();
    primaries = names;
  });
}

function shortcomingsOf(info: string, replicas: number): readonly Shortcoming[] {
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
