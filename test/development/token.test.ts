import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const before = { argv: process.argv, folder: process.env.OUTDIAL_FOLDER };
const written = { out: '', err: '' };

/** Runs the command, whose module runs once for each test. */
async function run(...args: readonly string[]): Promise<void> {
  Object.assign(written, { out: '', err: '' });
  process.argv = [...before.argv.slice(0, 2), ...args];
  jest.resetModules();
  await import('../../src/development/token.js');
}

beforeAll(() => {
  process.env.OUTDIAL_FOLDER = mkdtempSync(join(tmpdir(), 'outdial-token-'));
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => Boolean((written.out += String(chunk))));
  jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => Boolean((written.err += String(chunk))));
});
afterAll(() => {
  jest.restoreAllMocks();
  process.argv = before.argv;
  rmSync(process.env.OUTDIAL_FOLDER!, { recursive: true });
  if (before.folder === undefined) delete process.env.OUTDIAL_FOLDER;
  else process.env.OUTDIAL_FOLDER = before.folder;
});

test('without --scopes it prints a token that has none, and says so beside it', async () => {
  await run('--tenant', 'acme');
  expect(decodeJwt(written.out.trim())).toMatchObject({ scope: '', tenant: 'acme', sub: 'developer' });
  expect(written.out.trim()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(written.err).toMatch(/has no scopes.*--scopes/s);
  expect(written.err).toContain('calls:start');
});

test('a scope that only a policy may name is given, and told beside it', async () => {
  await run('--scopes', 'calls:start calls:service');
  expect(decodeJwt(written.out.trim())).toMatchObject({ scope: 'calls:start calls:service' });
  expect(written.err).toBe('Nothing in the schema needs calls:service; a purpose or a grant of a policy may.\n');
});
