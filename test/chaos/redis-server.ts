import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A redis-server that writes down everything before it answers, as the README asks for. */
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
    server = await spawnRedis(port, directory);
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

async function spawnRedis(port: number, directory: string): Promise<ChildProcess> {
  const durability = [
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--maxmemory-policy',
    'noeviction',
  ];
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, ...durability],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      if (output.includes('Ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`redis-server did not start:\n${output}`));
    });
  });
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
