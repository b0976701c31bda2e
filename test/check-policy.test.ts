import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleGateway } from './support/compiled-gateway.js';

const example = resolve(import.meta.dirname, '../deploy/policy.example.yaml');

let folder: string;
beforeAll(() => {
  folder = bundleGateway();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** As in the image, with the clocks of the package. */
function check(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'dist/check-policy.js'), ...args], {
    encoding: 'utf8',
    env: { TZDIR: '/nowhere' },
  });
  return { status, stdout, stderr };
}

const call = ['--to', '+12065550123', '--as', 'acme', '--from', '+12065550100', '--flow', 'flow-a'];
const service = ['--purpose', 'SERVICE', '--scope', 'calls:service'];

test('a policy is taken, and what it stands on is told', () => {
  const { status, stdout, stderr } = check(example);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^policy 2026-11-28\.3 \(sha256 [\da-f]{64}\)\n\d+ checks, of which 2 in shadow; its tests pass\ntime zones 20\d\d\w of moment-timezone; numbers by /,
  );
  expect(stderr).toMatch(/policy\.example\.yaml:\d+:\d+: rules\.5\.revocation cannot be evaluated by this version/);
});

test('what is wrong is told with file, line and column', () => {
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, readFileSync(example, 'utf8').replace('maxAge: 7d', 'maxAge: 1w'));
  const { status, stdout, stderr } = check(broken);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^${broken}:5:9: maxAge is written otherwise`));
});

test.each([
  ['allowed', '2027-01-12T17:00:00Z', 0, /\nallowed\n$/],
  [
    'refused for now',
    '2027-01-13T06:30:00Z',
    1,
    /DEFER {3}defaults\.hours {2}\(HOURS_CLOSED: .*\n\nrefused; allowed at 2027-01-13T16:00:00\.000Z\n$/s,
  ],
])('a call is explained: %s', (_title, at, status, told) => {
  const result = check(example, ...call, ...service, '--at', at);
  expect(result).toMatchObject({ status, stdout: expect.stringMatching(told) as unknown });
});

test('a call is explained with what is not known, what is in shadow and what a grant lifts', () => {
  const emergency = ['--purpose', 'EMERGENCY', '--scope', 'calls:emergency', '--at', '2027-01-13T06:30:00Z'];
  const { status, stdout } = check(example, ...call, ...emergency);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ALLOW {3}defaults\.hours {2}\(lifted by SEC-1234; HOURS_CLOSED: /m);
  expect(stdout).toMatch(/^- {7}rules\.es-400\.consent {2}\(in shadow\)$/m);
  expect(check(example, ...call, '--purpose', 'MARKETING').stdout).toMatch(
    /^- {7}rules\.us-fl\.hours {2}\(not known: residenceState\)$/m,
  );
});

test.each([
  ['nothing', []],
  ['two files', ['a.yaml', 'b.yaml']],
  ['a tenant and no number', [example, '--as', 'acme']],
  ['a time that is none', [example, ...call, '--at', 'tomorrow']],
  ['an option that is none', [example, '--number', '1']],
])('%s is answered with how to ask', (_title, args) => {
  const { status, stderr } = check(...args);
  expect(status).toBe(2);
  expect(stderr).toContain('npm run policy -- FILE --to +12065550123 --as TENANT');
});
