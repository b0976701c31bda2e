import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, spawnRedis } from '../support/redis-process.js';

const durability = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];

/** A redis-server that writes down everything before it answers, as docs/redis.md asks for. */
export interface RedisServer {
  readonly port: number;
  /** It dies at once. */
  kill(): Promise<void>;
  /** On the same port, with what it knew or, `isEmpty`, without. */
  start(isEmpty?: boolean): Promise<void>;
  /** Dies for good, and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts a redis-server of its own on a free port. */
export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  let directory = '';
  let server: ChildProcess | undefined;
  const kill = async () => {
    const killed = server;
    server = undefined;
    if (killed?.exitCode !== null) return;
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
    directory ||= mkdtempSync(join(tmpdir(), 'outdial-chaos-redis-'));
    server = await spawnRedis(['--port', String(port), '--dir', directory, ...durability]);
  };
  await start();
  return {
    port,
    kill,
    start,
    close: async () => {
      await kill();
      forget();
      process.off('exit', dieToo);
    },
  };
}
