import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** A small program where this one is. */
let app: string;
beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'outdial-build-'));
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(root, name), join(app, name));
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  for (const beside of ['coordination/redis/scripts', 'ledger/redis/commit.lua', 'ledger/postgres/migrations']) {
    cpSync(join(root, 'src', beside), join(app, 'src', beside), { recursive: true });
  }
  put('src/coordination/redis/one.ts', 'export const one = 1;');
  put('src/ledger/redis/one.ts', 'export const one = 1;');
  put('src/ledger/postgres/one.ts', 'export const one = 1;');
  put('dist/main.js', 'of the version before');
  put('dist/removed.js', 'of the version before');
});
afterEach(() => {
  rmSync(app, { recursive: true });
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), content);
}

/** The exit code of `npm run build`. */
function build(): number | null {
  const env = { PATH: process.env.PATH ?? '', HOME: app, npm_config_update_notifier: 'false' };
  return spawnSync('npm', ['run', '--silent', 'build'], { cwd: app, env }).status;
}

test('a build that fails leaves what was built before, from which a gateway may start again', () => {
  put('src/main.ts', "export const main: number = 'not a number';");
  expect(build()).not.toBe(0);
  expect(readdirSync(join(app, 'dist')).sort()).toEqual(['main.js', 'removed.js']);
});

test('a build takes the place of the one before, with the scripts and migrations, and nothing that is no more', () => {
  put('src/main.ts', 'export const main = 1;');
  expect(build()).toBe(0);
  expect(existsSync(join(app, 'dist/removed.js'))).toBe(false);
  expect(readdirSync(app)).not.toContain('dist.next');
  const built = readdirSync(join(app, 'dist'), { recursive: true, encoding: 'utf8' });
  const besides = readdirSync(join(app, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.endsWith('.ts'),
  );
  expect(built).toEqual(expect.arrayContaining(['main.js', ...besides]));
});
