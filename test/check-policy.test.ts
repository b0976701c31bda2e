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
const service = ['--purpose', 'SERVICE', '--scopes', 'calls:service'];

test('a policy is taken, and what it stands on is told', () => {
  const { status, stdout, stderr } = check(example);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^policy 2026-11-28\.3 \(sha256 [\da-f]{64}\)\n\d+ checks, of which 2 in shadow; its tests pass\ndo-not-call lists own-dnc: the gateway needs DO_NOT_CALL_KEYS\ntime zones 20\d\d\w of moment-timezone; numbers by /,
  );
  expect(stderr).toMatch(
    /policy\.example\.yaml:\d+:\d+: warning: rules\.5\.revocation cannot be evaluated by this version/,
  );
});

test('what is wrong is told with file, line and column', () => {
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, readFileSync(example, 'utf8').replace('maxAge: 7d', 'maxAge: 1w'));
  const { status, stdout, stderr } = check(broken);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^${broken}:5:9: maxAge must be written as described: How long`));
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
  const emergency = ['--purpose', 'EMERGENCY', '--scopes', 'calls:emergency', '--at', '2027-01-13T06:30:00Z'];
  const { status, stdout } = check(example, ...call, ...emergency);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ALLOW {3}defaults\.hours {2}\(lifted by SEC-1234; HOURS_CLOSED: /m);
  expect(stdout).toMatch(/^- {7}rules\.es-400\.consent {2}\(in shadow\)$/m);
  expect(check(example, ...call, '--purpose', 'MARKETING').stdout).toMatch(
    /^- {7}rules\.us-fl\.hours {2}\(not known: residenceState\)$/m,
  );
});

test('a tenant that the policy does not name may be misspelled', () => {
  expect(check(example, ...call.with(3, 'acmee'), ...service).stderr).toContain('acmee is not in tenants');
});

test.each<[string, readonly string[], string]>([
  ['nothing', [], 'Name one file.'],
  ['two files', ['a.yaml', 'b.yaml'], 'Name one file.'],
  ['a tenant and no number', [example, '--as', 'acme'], 'The call has no to, which is required'],
  [
    'a number without its plus',
    [example, ...call, '--to', '01511234567'],
    '--to must be written as described: A phone number in E.164 form',
  ],
  [
    'a number that no gateway takes',
    [example, ...call, '--from', '+4402079460000'],
    '--from has a prefix of national dialing after the country code',
  ],
  [
    'a time that is none',
    [example, ...call, '--at', 'tomorrow'],
    '--at must be written as described: When the call would be dialed, with an offset',
  ],
  ['a time without its offset', [example, ...call, '--at', '2027-01-12T16:30'], '--at must be written as described'],
  [
    'traffic that is none',
    [example, ...call, '--trafficType', 'campaign'],
    '--trafficType must be one of GENERAL, CAMPAIGN',
  ],
  ['an option that is none', [example, '--number', '1'], "Unknown option '--number'"],
])('%s is told, with how to ask', (_title, args, told) => {
  const { status, stderr, stdout } = check(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(told);
  expect(stderr).not.toMatch(/01511234567|79460000|\n +at /);
  expect(stderr).toContain('npm run policy -- FILE --to +12065550123 --as TENANT');
});

test('help is no mistake', () => {
  expect(check('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('npm run policy -- FILE') as unknown,
  });
});

test.each([
  ['a file that is not there', 'nothing.yaml', 'ENOENT'],
  ['a folder', '.', 'EISDIR'],
  ['a device', '/dev/null', 'it is no regular file'],
])('%s is a policy that is not taken', (_title, file, reason) => {
  expect(check(file)).toEqual({
    status: 1,
    stdout: '',
    stderr: `${file}:1:1: cannot be read (${reason}): look at the path\n`,
  });
});
