import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const before = { argv: process.argv, folder: process.env.OUTDIAL_FOLDER };
const written = { out: '', err: '' };
beforeAll(() => {
  process.env.OUTDIAL_FOLDER = mkdtempSync(join(tmpdir(), 'outdial-token-'));
  process.argv = [...process.argv.slice(0, 2), '--tenant', 'acme'];
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
  await import('../../src/development/token.js');
  expect(decodeJwt(written.out.trim())).toMatchObject({ scope: '', tenant: 'acme', sub: 'developer' });
  expect(written.out.trim()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(written.err).toMatch(/has no scopes.*--scopes/s);
  expect(written.err).toContain('calls:start');
});
