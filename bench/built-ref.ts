import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: true }>>;
}

/** Compiles the gateway of a git ref in a worktree of its own; returns the folder with it, as in its image, and how to remove all that. */
export function buildRef(ref: string): { readonly dist: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));
  const git = (...args: readonly string[]) => execFileSync('git', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  };
  process.once('exit', remove);
  git('worktree', 'add', '--detach', folder, ref);
  const npm = (...args: readonly string[]) =>
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (hasSamePackages(folder)) symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  else npm('ci', '--no-audit', '--no-fund');
  const bundles =
    'bundle' in (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: object }).scripts;
  npm('run', '--silent', bundles ? 'bundle' : 'build');
  return {
    dist: join(folder, bundles ? 'dist/bundle' : 'dist'),
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** Whether it runs on what is installed here. */
function hasSamePackages(folder: string): boolean {
  const ofProduction = (path: string) => {
    const { packages } = JSON.parse(readFileSync(path, 'utf8')) as Lock;
    const needed = Object.entries(packages).filter(([name, { dev }]) => name !== '' && !dev);
    return JSON.stringify(needed.map(([name, { version }]) => [name, version]).sort());
  };
  return ofProduction(join(folder, 'package-lock.json')) === ofProduction('package-lock.json');
}
