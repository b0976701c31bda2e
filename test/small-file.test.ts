import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSmallFile } from '../src/small-file.js';
import { openTimeZones } from '../src/time-zones/time-zones.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-small-file-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Nobody writes to it: whoever reads it waits. */
function pipe(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

function fileOf(name: string, bytes: number): string {
  const path = join(folder, name);
  writeFileSync(path, 'a');
  truncateSync(path, bytes);
  return path;
}

test('a file is read, by a link as well', () => {
  symlinkSync(fileOf('small', 4 * 2 ** 20), join(folder, 'link'));
  expect(readSmallFile(join(folder, 'link')).subarray(0, 2).toString('latin1')).toBe('a\0');
});

test.each([
  ['a pipe', () => pipe('pipe'), /^it is no regular file$/],
  ['a device', () => '/dev/null', /^it is no regular file$/],
  ['a folder', () => folder, /EISDIR/],
  ['what is not there', () => join(folder, 'nothing'), /ENOENT/],
  ['what is much larger', () => fileOf('large', 4 * 2 ** 20 + 1), /^it is larger than 4 MiB$/],
])('%s is not', (_title, pathOf, message) => {
  expect(() => readSmallFile(pathOf())).toThrow(message);
});

test('a directory of time zones whose version never ends is not waited for', () => {
  pipe('+VERSION');
  expect(openTimeZones(folder)).toMatchObject({
    source: 'moment-timezone',
    problems: [expect.stringContaining('it is no regular file')],
  });
});
