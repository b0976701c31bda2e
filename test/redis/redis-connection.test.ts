import { expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createLog } from '../../src/log.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { StoreUnavailable } from '../../src/store-health.js';

/** How each version words that the server is a replica, to a script that writes. */
const wordings = [
  [
    'Redis 5 and 6',
    "ERR Error running script (call to f_0123456789abcdef0123456789abcdef01234567): @user_script:19: @user_script: 19: -READONLY You can't write against a read only replica.",
  ],
  [
    'Redis 7 and Valkey, found while the script ran',
    "READONLY You can't write against a read only replica. script: 0123456789abcdef0123456789abcdef01234567, on @user_script:19.",
  ],
  ['every version, to a plain command', "READONLY You can't write against a read only replica."],
  ['a replica without its primary', "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."],
] as const;

interface StandIn {
  readonly url: string;
  /** Resolves at the second connection of a client that had one. */
  readonly connectedAgain: Promise<void>;
  close(): void;
}

/** Speaks enough of the protocol of Redis to answer every script with `error`. */
async function startStandIn(error: string): Promise<StandIn> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let onAgain: () => void = () => undefined;
  const connectedAgain = new Promise<void>((resolve) => (onAgain = resolve));
  const server = createServer((socket) => {
    sockets.add(socket);
    connections += 1;
    // One for commands and one for news.
    if (connections > 2) onAgain();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const text = chunk.toString().toLowerCase();
      const commands = text.match(/\*\d+\r\n\$\d+\r\n[a-z]+/g) ?? [];
      for (const command of commands) {
        const name = command.split('\r\n')[2] ?? '';
        // As a proxy may that knows no RESP3.
        if (name === 'hello') socket.write("-ERR unsupported command 'hello'\r\n");
        else if (name === 'info') socket.write('$18\r\nredis_version:7.0\n\r\n');
        else if (name.startsWith('eval')) socket.write(`-${error}\r\n`);
        else if (name === 'subscribe') socket.write('*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n');
        else socket.write('+OK\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connectedAgain,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test.each(wordings)('connects again where it met a replica, as worded by %s', async (_version, wording) => {
  const standIn = await startStandIn(wording);
  const connection = new RedisConnection({
    address: { kind: 'server', url: standIn.url },
    log: createLog('silent'),
    commandTimeoutMs: 60_000,
  });
  await new Promise<void>((resolve) => connection.onUp(resolve));
  await expect(connection.runScript('return 1', ['key'], [])).rejects.toThrow(StoreUnavailable);
  await standIn.connectedAgain;
  await connection.close();
  standIn.close();
});
