import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisClient } from './redis-client.js';
import { freePort, spawnRedis } from './redis-process.js';

const durability = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

/** A redis-server that writes down everything before it answers, as docs/redis.md asks for. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** What it answers to one command of an administrator. */
  ask(command: string, ...args: readonly string[]): Promise<unknown>;
  /** It dies at once. */
  kill(): Promise<void>;
  /** Until `thaw` connections stand and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** On the same port, with what it knew or, `isEmpty`, without. */
  start(isEmpty?: boolean): Promise<void>;
  /** Dies for good, and leaves nothing behind. */
  close(): Promise<void>;
}

export interface FurtherServerOptions {
  /** Lines of a configuration file that the server may change. */
  readonly configuration?: readonly string[];
}

/** Starts a redis-server of its own on a free port; `args` are its further options. */
export async function startRedisServer(
  args: readonly string[] = [],
  { configuration }: FurtherServerOptions = {},
): Promise<RedisServer> {
  // Another process may take the port, or that of the bus of a Cluster, between finding it free and using it.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(await freePort(), args, configuration);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

async function startOn(
  port: number,
  args: readonly string[],
  configuration: readonly string[] | undefined,
): Promise<RedisServer> {
  const url = `redis://127.0.0.1:${port}`;
  let directory = '';
  let server: ChildProcess | undefined;
  const kill = async () => {
    const killed = server;
    server = undefined;
    if (killed?.exitCode !== null || killed.signalCode !== null) return;
    const gone = once(killed, 'exit');
    killed.kill('SIGKILL');
    await gone;
  };
  const forget = () => {
    if (directory) rmSync(directory, { recursive: true, force: true });
    directory = '';
  };
  const dieToo = () => {
    server?.kill('SIGKILL');
    forget();
  };
  process.once('exit', dieToo);
  const start = async (isEmpty = false) => {
    await kill();
    if (isEmpty) forget();
    const isNew = directory === '';
    directory ||= mkdtempSync(join(tmpdir(), 'outdial-redis-server-'));
    const file = configuration && join(directory, 'redis.conf');
    if (configuration && file !== undefined && isNew) writeFileSync(file, configuration.join('\n'));
    server = await spawnRedis(['--port', String(port), '--dir', directory, ...durability, ...args], file);
  };
  try {
    await start();
  } catch (error) {
    forget();
    process.off('exit', dieToo);
    throw error;
  }
  return {
    port,
    url,
    ask: async (command, ...more) => {
      const client = redisClient(url);
      // What goes wrong is thrown by the command.
      client.on('error', () => undefined);
      try {
        return await client.call(command, ...more);
      } finally {
        client.disconnect();
      }
    },
    kill,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    start,
    close: async () => {
      await kill();
      forget();
      process.off('exit', dieToo);
    },
  };
}
