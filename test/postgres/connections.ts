import { Writable } from 'node:stream';
import { createLog, type Log } from '../../src/log.js';
import { PostgresConnection, type PostgresConnectionSettings } from '../../src/postgres/postgres-connection.js';

/** A connection that nobody has to wait for: a busy machine is no outage. */
export function connectionTo(url: string, more: Partial<PostgresConnectionSettings> = {}): PostgresConnection {
  return new PostgresConnection({ url, log: createLog('silent'), timeoutMs: 60_000, ...more });
}

export function nextUp(connection: PostgresConnection): Promise<void> {
  return new Promise((resolve) => {
    const off = connection.onUp(() => {
      off();
      resolve();
    });
  });
}

export function logTo(lines: string[]): Log {
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return createLog('info', destination);
}
