import { describe } from '@jest/globals';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import type { Certificates } from './certificates.js';
import { freePort, spawnRedis } from './redis-process.js';

export interface TestRedis {
  readonly url: string;
  /** What leads to it. */
  readonly address: RedisAddress;
  /** The server dies; whoever connects is refused. */
  stop(): Promise<void>;
  /** Again on the same port, empty. */
  start(): Promise<void>;
  /** Until `thaw` connections stand and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Stops the server for good. */
  close(): Promise<void>;
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis && process.env.CI === 'true') throw new Error('redis-server is required where CI=true.');
if (!hasRedis) process.stderr.write('\nSKIPPED: no redis-server on the PATH, so nothing is tested on Redis.\n');

/** Skipped, with a notice, where there is no redis-server. */
export const describeOnRedis = hasRedis ? describe : describe.skip;

const keepsNothing = ['--save', '', '--appendonly', 'no'];

/** Starts a real redis-server of its own on a free port, keeping nothing on disk; `args` are its further options. */
export function startRedis(args: readonly string[] = [], certificates?: Certificates): Promise<TestRedis> {
  return startOnFreePort((port, directory) =>
    spawnRedis([
      ...['--port', String(port), '--dir', directory, ...keepsNothing, ...args],
      ...(certificates ? tlsOptions(port, certificates) : []),
    ]),
  );
}

/** Where a server that has certificates takes TLS, beside the port of its URL. */
export function tlsPortOf({ url }: Pick<TestRedis, 'url'>): number {
  return Number(new URL(url).port) + 1;
}

/** Servers speak TLS with each other as well. */
export function tlsOptions(port: number, { ca, certificate, key }: Certificates): readonly string[] {
  return [
    ...['--tls-port', String(port + 1), '--tls-cert-file', certificate, '--tls-key-file', key],
    ...['--tls-ca-cert-file', ca, '--tls-auth-clients', 'no', '--tls-replication', 'yes'],
  ];
}

/** Starts a Sentinel that watches nobody. */
export function startSentinel(): Promise<TestRedis> {
  return startOnFreePort((port, directory) => {
    const file = join(directory, 'sentinel.conf');
    writeFileSync(file, '');
    return spawnRedis(['--port', String(port), '--dir', directory, '--sentinel'], file);
  });
}

export async function startOnFreePort(
  spawnOn: (port: number, directory: string) => Promise<ChildProcess>,
): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'outdial-redis-'));
  // Another process may take the port between finding it free and using it.
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const run = () => spawnOn(port, directory);
    try {
      return redisOn(port, directory, run, await run());
    } catch (error) {
      if (attempt < 5) continue;
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }
}

function redisOn(
  port: number,
  directory: string,
  run: () => Promise<ChildProcess>,
  firstServer: ChildProcess,
): TestRedis {
  let server: ChildProcess | undefined = firstServer;
  const stop = async () => {
    const stopped = server;
    server = undefined;
    if (!stopped) return;
    const gone = once(stopped, 'exit');
    stopped.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    address: { kind: 'server', url: `redis://127.0.0.1:${port}` },
    stop,
    start: async () => {
      server = await run();
    },
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    close: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
