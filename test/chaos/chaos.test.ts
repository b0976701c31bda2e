import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { endureFaults } from './endure-faults.js';
import { bounds } from './verdict.js';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis && process.env.CI === 'true') throw new Error('redis-server is required where CI=true.');
if (!hasRedis) process.stderr.write('\nSKIPPED: no redis-server on the PATH, so no chaos.\n');

const root = resolve(import.meta.dirname, '../..');

(hasRedis ? describe : describe.skip)('two gateway processes on one Redis, where everything goes wrong at once', () => {
  const app = mkdtempSync(join(tmpdir(), 'outdial-chaos-'));
  beforeAll(() => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const project = join(root, 'tsconfig.build.json');
    // Types are checked elsewhere.
    execFileSync(process.execPath, [tsc, '-p', project, '--noCheck', '--outDir', join(app, 'dist')]);
    cpSync(join(root, 'src/state/scripts'), join(app, 'dist/state/scripts'), { recursive: true });
    for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(app, name));
  }, 60_000);
  afterAll(() => {
    rmSync(app, { recursive: true });
  });

  test('no call is placed twice, lost, denied or mistaken for another, and every caller finds out', async () => {
    const { verdict, missed, placed, replays } = await endureFaults({
      gatewayEntry: join(app, 'dist/main.js'),
      quota: { perSecond: 30, burst: 40 },
      tokenAfterEnd: 'redial',
      seed: 1,
      callsPerSecond: 20,
      forMs: 7_000,
      freezeMs: 6_000,
      freezeAt: 'claimed',
      faultEveryMs: 250,
    });
    expect(verdict).toEqual(Object.fromEntries(bounds.map((bound) => [bound, 0])));
    // Otherwise nothing was shown.
    expect(missed).toEqual([]);
    expect(placed).toBeGreaterThan(100);
    expect(replays).toBeGreaterThan(0);
  }, 120_000);
});
