import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { killPostgres, postgresUser, runPostgres, spawnPostgres } from './postgres-process.js';
import { freePort } from './redis-process.js';

export interface TestPostgres {
  readonly port: number;
  /** As the owner of everything. */
  readonly adminUrl: string;
  /** As the role that docs/postgres.md shows. */
  readonly url: string;
  /** Rows of one statement of the owner. */
  ask<Row extends object>(sql: string): Promise<Row[]>;
  /** The server dies; whoever connects is refused. */
  stop(): Promise<void>;
  /** The server and all its processes die at once, as when a machine loses its power. */
  kill(): Promise<void>;
  /** Again on the same port, with what it kept. */
  start(): Promise<void>;
  /** Until `thaw` connections stand and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Stops the server for good. */
  close(): Promise<void>;
}

const forgetful = { fsync: 'off', full_page_writes: 'off', shared_buffers: '16MB', max_connections: '200' };

/** Starts a real PostgreSQL of its own on a free port, whose database holds nothing; `settings` are those of postgresql.conf. */
export async function startEmptyPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const directory = newFolder();
  const data = join(directory, 'data');
  const passwords = join(directory, 'password');
  writeFileSync(passwords, 'owner-password\n', { mode: 0o644 });
  await runPostgres('initdb', [
    ...['-D', data, '-U', 'owner', '--pwfile', passwords, '--auth', 'scram-sha-256'],
    ...['--no-sync', '--locale', 'C', '--encoding', 'UTF8'],
  ]);
  return serve(directory, data, { ...forgetful, ...settings });
}

/** A hot standby that streams from `primary`, over whatever leads to it from `viaPort`. */
export async function startStandby(
  primary: TestPostgres,
  { viaPort = primary.port, settings = {} }: { viaPort?: number; settings?: Readonly<Record<string, string>> } = {},
): Promise<TestPostgres> {
  const directory = newFolder();
  const data = join(directory, 'data');
  const from = primary.adminUrl.replace(`:${primary.port}/`, `:${viaPort}/`);
  await runPostgres('pg_basebackup', ['-D', data, '-d', from, '-R', '-c', 'fast', '--no-sync', '-X', 'stream']);
  return serve(directory, data, { ...forgetful, ...settings });
}

function newFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'outdial-postgres-'));
  ownedByServer(directory);
  return directory;
}

/** A copy of a file that a server may read, and nobody else, alone in its folder. */
export function fileOfServer(path: string): string {
  const copy = join(newFolder(), 'copy');
  copyFileSync(path, copy);
  chmodSync(copy, 0o600);
  ownedByServer(copy);
  return copy;
}

function ownedByServer(path: string): void {
  const { uid, gid } = postgresUser;
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

async function serve(
  directory: string,
  data: string,
  settings: Readonly<Record<string, string>>,
): Promise<TestPostgres> {
  let port = 0;
  let server: ChildProcess | undefined;
  // Another process may take the port between finding it free and using it.
  for (let attempt = 1; !server; attempt += 1) {
    port = await freePort();
    try {
      server = await spawnPostgres(data, port, settings);
    } catch (error) {
      if (attempt < 5) continue;
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }
  const signal = (name: NodeJS.Signals) => {
    // Each connection is served by a process of its own.
    const pid = server?.pid;
    if (pid === undefined) return;
    for (const child of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(child, name);
      } catch {
        // It has ended since.
      }
    }
  };
  const stop = async () => {
    const stopped = server;
    server = undefined;
    if (stopped) await killPostgres(stopped);
  };
  const adminUrl = `postgres://owner:owner-password@127.0.0.1:${port}/postgres`;
  const dieToo = () => {
    signal('SIGCONT');
    server?.kill('SIGQUIT');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', dieToo);
  return {
    port,
    adminUrl,
    url: adminUrl.replace('owner:owner-password', 'outdial:password'),
    ask: async <Row extends object>(sql: string) => {
      const client = new pg.Client(adminUrl);
      await client.connect();
      try {
        return (await client.query<Row>(sql)).rows;
      } finally {
        await client.end();
      }
    },
    stop,
    kill: async () => {
      signal('SIGKILL');
      await stop();
    },
    start: async () => {
      server = await spawnPostgres(data, port, settings);
    },
    freeze: () => {
      signal('SIGSTOP');
    },
    thaw: () => {
      signal('SIGCONT');
    },
    close: async () => {
      process.off('exit', dieToo);
      signal('SIGCONT');
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
