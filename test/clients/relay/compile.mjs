// Compiles the operations of Relay with the relay-compiler of the relay-runtime that package.json names. Its binaries are too large to be installed
// with everything else. Without `--write` it fails where the artifacts beside this file are not what it makes.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8'));
const version = manifest.devDependencies['relay-runtime'];
const isToWrite = process.argv.includes('--write');
const folder = mkdtempSync(join(tmpdir(), 'outdial-relay-'));
try {
  const flags = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error'];
  execFileSync('npm', ['install', ...flags, `relay-compiler@${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const compiler = join(folder, 'node_modules/relay-compiler/cli.js');
  const args = [compiler, ...(isToWrite ? [] : ['--validate']), 'relay.config.json'];
  const { status } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, stdio: 'inherit' });
  process.exitCode = status ?? 1;
  if (status === 0)
    console.log(`relay-compiler ${version}: the artifacts are ${isToWrite ? 'written' : 'what it makes'}.`);
} finally {
  rmSync(folder, { recursive: true });
}
