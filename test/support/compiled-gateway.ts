import { execFileSync, spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const root = resolve(import.meta.dirname, '../..');

/** Compiles the gateway as the container has it, without what only development needs, into a folder of its own. */
export function compileGateway(): string {
  const app = mkdtempSync(join(tmpdir(), 'outdial-'));
  execFileSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['-p', join(root, 'tsconfig.build.json'), '--outDir', join(app, 'dist')],
  ]);
  for (const scripts of ['coordination/redis/scripts', 'ledger/redis/commit.lua', 'ledger/postgres/migrations']) {
    cpSync(join(root, 'src', scripts), join(app, 'dist', scripts), { recursive: true });
  }
  for (const room of ['development', 'simulator']) rmSync(join(app, 'dist', room), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  symlinkSync(join(root, 'package.json'), join(app, 'package.json'));
  return app;
}

export interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

/** Starts the compiled gateway of `app` in a process of its own, with this environment alone. */
export function startCompiled(app: string, env: Record<string, string>, ...nodeArguments: string[]): Running {
  return watched(spawn(process.execPath, [...nodeArguments, 'dist/main.js'], { cwd: app, env }));
}

/** The migrations as the image runs them. */
export function startMigrating(app: string, env: Record<string, string>): Running {
  return watched(spawn(process.execPath, ['dist/migrate.js'], { cwd: app, env }));
}

/** The gateway by `npm start`, as the leader of a process group. */
export function startByNpm(app: string, env: Record<string, string>): Running {
  const ofNpm = { PATH: process.env.PATH ?? '', HOME: app, npm_config_update_notifier: 'false' };
  return watched(spawn('npm', ['start'], { cwd: app, env: { ...ofNpm, ...env }, detached: true }));
}

function watched(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Running {
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  // Later than its exit: all that it wrote has come.
  const exited = new Promise<number | null>((done) => child.once('close', done));
  return { child, output: () => output, errors: () => errors, exited };
}

/** What the pattern finds in its output, once it is there. */
export function said({ child, output, errors }: Running, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const [, found] = pattern.exec(output()) ?? [];
      if (found !== undefined) resolve(found);
    };
    look();
    child.stdout?.on('data', look);
    child.once('close', () => {
      reject(new Error(`It ended without saying ${String(pattern)}: ${errors()}`));
    });
  });
}

/** Where it listens, once it says so. */
export const urlOf = (running: Running) => said(running, /"url":"([^"]+)"/);
