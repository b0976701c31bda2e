import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Compiles everything in src into a `dist` of its own, without checking types; returns that folder and how to remove it. */
export function buildGateway(): { readonly dist: string; remove(): void } {
  const app = mkdtempSync(join(tmpdir(), 'outdial-built-'));
  const dist = join(app, 'dist');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', dist]);
  for (const scripts of ['coordination/redis/scripts', 'ledger/redis/commit.lua', 'ledger/postgres/migrations']) {
    cpSync(join(root, 'src', scripts), join(dist, scripts), { recursive: true });
  }
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(app, name));
  return {
    dist,
    remove: () => {
      rmSync(app, { recursive: true });
    },
  };
}
