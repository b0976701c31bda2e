import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where a distribution keeps the programs of the newest PostgreSQL that is installed; undefined where there is none. */
export const postgresBin = findBin();

function findBin(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

/** PostgreSQL does not run as root: where the tests do, its processes are of another user, who owns their folder. */
export const postgresUser = process.getuid?.() === 0 ? userOf('postgres', 'nobody') : {};

function userOf(...names: readonly string[]): { readonly uid?: number; readonly gid?: number } {
  for (const name of names) {
    const id = (flag: string) => spawnSync('id', [flag, name], { encoding: 'utf8' });
    const [uid, gid] = [id('-u'), id('-g')];
    if (uid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return {};
}

/** What the program prints; throws with what it complains of. */
export async function runPostgres(program: string, args: readonly string[]): Promise<string> {
  const options = { ...postgresUser, cwd: '/', maxBuffer: 10_000_000 };
  const { stdout } = await promisify(execFile)(join(postgresBin ?? '', program), args, options);
  return stdout;
}

/** A server on 127.0.0.1, over the files of `directory`; resolves once it takes connections, and throws with its output where it does not start. */
export async function spawnPostgres(
  directory: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: '', lc_messages: 'C', ...settings };
  const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(postgresBin ?? '', 'postgres'), ['-D', directory, '-p', String(port), ...args], {
    ...postgresUser,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      if (/database system is ready to accept (?:read-only )?connections/.test(output)) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`postgres did not start:\n${output}`));
    });
  });
  return server;
}

/** Ends it at once, with all its processes and nothing written any more. */
export async function killPostgres(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  // Of the children of a postmaster that is killed, those that sleep would live on for a while.
  server.kill('SIGQUIT');
  await gone;
}
