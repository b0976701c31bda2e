import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');

/** Builds the console into a folder of its own, which the caller removes. In a process of its own: Vite's bundler does not run within Jest's. */
export async function buildConsole(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-console-'));
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  // Without the variable of Jest, which would make it a build for tests.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build', 'console', '--outDir', folder, '--logLevel', 'warn'], {
    cwd: root,
    env,
  });
  return folder;
}
