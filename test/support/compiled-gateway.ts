import { execFileSync, spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/outdial-compiled');

/**
 * All of src, compiled as by `npm run build`, and bundled as by `npm run bundle`; types are checked by `npm run types` alone. That is done once for as long as no source
 * changes, for all test files and runs: whoever needs it copies it.
 */
function compiledSources(): string {
  const compiled = join(cache, hashOfSources());
  if (existsSync(compiled)) return compiled;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'making-'));
  execFileSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', making],
  ]);
  execFileSync(process.execPath, [join(root, 'assets.mjs'), making]);
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      ...['build', making, '--config', join(root, 'bundle.config.mjs'), '--outDir', 'bundle', '--logLevel', 'warn'],
    ],
    // Not that of Jest, which is `test`.
    { env: { ...process.env, NODE_ENV: 'production' } },
  );
  try {
    renameSync(making, compiled);
  } catch (error) {
    // Another process was faster.
    rmSync(making, { recursive: true });
    if (!existsSync(compiled)) throw error;
  }
  const aDayAgo = Date.now() - 86_400_000;
  for (const name of readdirSync(cache)) {
    const other = join(cache, name);
    if (statSync(other).mtimeMs < aDayAgo) rmSync(other, { recursive: true, force: true });
  }
  return compiled;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const settings = [
    ...['tsconfig.json', 'tsconfig.build.json', 'assets.mjs', 'bundle.config.mjs', 'package-lock.json'],
    ...['node_modules/typescript/package.json', 'node_modules/vite/package.json'],
  ];
  for (const file of [...sources.sort(), ...settings.map((name) => join(root, name))]) {
    const content = readFileSync(file);
    hash.update(`${file} ${content.length} `).update(content);
  }
  return hash.digest('hex');
}

/** The gateway as the image has it, in a folder of its own: bundled, without what only development needs, and without packages. */
export function bundleGateway(): string {
  const app = mkdtempSync(join(tmpdir(), 'outdial-'));
  cpSync(join(compiledSources(), 'bundle'), join(app, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(app, 'package.json'));
  return app;
}

/** Everything in src, compiled, in the folder `dist` of a folder of its own. */
export function buildGateway(): { readonly app: string; readonly dist: string; remove(): void } {
  const app = mkdtempSync(join(tmpdir(), 'outdial-'));
  const dist = join(app, 'dist');
  cpSync(compiledSources(), dist, { recursive: true });
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(app, name));
  return {
    app,
    dist,
    remove: () => {
      rmSync(app, { recursive: true });
    },
  };
}

export interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

/** Starts the gateway of `app` in a process of its own, with this environment alone. */
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

/** What a process prints, and how it ends. */
export function watched(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Running {
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
