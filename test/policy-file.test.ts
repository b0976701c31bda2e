import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readPolicyFile, type OpenedData } from '../src/policy-file.js';
import { decide } from '../src/policy/decide.js';
import { hoursRule } from '../src/policy/rules/hours.rule.js';
import { problemText } from '../src/policy/problems.js';
import type { Check, Policy } from '../src/policy/policy.js';
import type { TakenPolicy } from '../src/policy/read-policy.js';
import { WeeklyHours } from '../src/policy/weekly-hours.js';
import { callFacts, emptyStore } from './policy/call-facts.js';

const deploy = resolve(import.meta.dirname, '../deploy');
/** No such directory: the clocks are of the package, on every machine. */
const zoneinfo = '/nowhere';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-policy-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function taken(path: string): TakenPolicy<OpenedData> {
  const read = readPolicyFile(path, { zoneinfo });
  if ('problems' in read) throw new Error(read.problems.map(problemText).join('\n'));
  return read;
}

function problemsOf(path: string): readonly string[] {
  const read = readPolicyFile(path, { zoneinfo });
  return 'problems' in read ? read.problems.map(problemText) : [];
}

/** A file in the folder, with the example's text after this change. */
function written(name: string, change: (text: string) => string): string {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(join(deploy, 'policy.example.yaml'), 'utf8')));
  return path;
}

const reasonsOf = ({ policy, data }: TakenPolicy<OpenedData>, time: string, to: string, more: object = {}) => {
  const facts = { atMs: Date.parse(time), destination: data.numberFacts(to), ...more };
  const { refusals } = decide({ policy, clocks: data.clocks, store: emptyStore }, callFacts(facts));
  return [...new Set(refusals.map(({ reason }) => reason))];
};

describe('the example', () => {
  const example = () => taken(join(deploy, 'policy.example.yaml'));

  test('is taken, with nothing beside it', () => {
    cpSync(join(deploy, 'policy.example.yaml'), join(folder, 'alone.yaml'));
    expect(taken(join(folder, 'alone.yaml')).policy.version).toBe('2026-11-28.3');
  });

  test('warns of what this version cannot evaluate, and of nothing that is enforced', () => {
    const { policy, warnings } = example();
    expect(warnings.map(({ message }) => message.split(' ')[0])).toEqual([
      'rules.5.when.dialing',
      'rules.5.revocation',
      'rules.8.holidays',
      'rules.8.afterRefusal',
      'rules.10.keepEvidence',
      'rules.11.consent.maxAge',
    ]);
    const inShadow = policy.checks.filter(({ isShadow }) => isShadow).map(({ id }) => id);
    expect(inShadow).toEqual(['rules.es-400.callerId.prefix', 'rules.es-400.consent']);
  });

  test.each([
    ['a call as it should be', '2027-01-12T17:00:00Z', '+12065550123', []],
    [
      'satellite phones, though their type is MOBILE',
      '2027-01-12T17:00:00Z',
      '+881612345678',
      ['CALLING_CODE_NOT_ALLOWED'],
    ],
    ['a premium number', '2027-01-12T17:00:00Z', '+19005550123', ['PREFIX_DENIED', 'LINE_TYPE_NOT_ALLOWED']],
    ['Winnipeg at half past nine', '2026-11-29T02:30:00Z', '+12045550100', ['REGION_NOT_ALLOWED', 'HOURS_CLOSED']],
    ['a number in one of two zones', '2027-01-13T02:30:00Z', '+14235550100', ['HOURS_CLOSED']],
    ['the same in the morning', '2027-01-12T13:10:00Z', '+18505550100', ['HOURS_CLOSED']],
    ['a toll-free number', '2027-01-12T17:00:00Z', '+18005550199', ['ZONE_UNKNOWN', 'LINE_TYPE_NOT_ALLOWED']],
    ['a personal number', '2027-01-12T17:00:00Z', '+15005550100', ['ZONE_UNKNOWN', 'LINE_TYPE_NOT_ALLOWED']],
    [
      'an area code that no library knows',
      '2026-11-30T17:00:00Z',
      '+14655550142',
      ['REGION_UNKNOWN', 'LINE_TYPE_NOT_ALLOWED', 'ZONE_UNKNOWN'],
    ],
  ])('%s', (_title, time, to, reasons) => {
    const service = { purpose: 'SERVICE', scopes: new Set(['calls:service']) };
    expect(reasonsOf(example(), time, to, service)).toEqual(expect.arrayContaining(reasons));
    if (reasons.length === 0) expect(reasonsOf(example(), time, to, service)).toEqual([]);
  });

  // In Miami it is 20:30, in Los Angeles 17:30.
  test.each([
    ['marketing keeps to the clock of the area code', 'CAMPAIGN', 'MARKETING', ['calls:campaign'], ['HOURS_CLOSED']],
    ['service to that of the callee', 'GENERAL', 'SERVICE', ['calls:service'], []],
  ])('a number that was taken along: %s', (_title, trafficType, purpose, scopes, reasons) => {
    const more = { trafficType, purpose, scopes: new Set(scopes), calleeTimeZone: 'America/Los_Angeles' };
    expect(reasonsOf(example(), '2027-01-13T01:30:00Z', '+13055550100', more)).toEqual(reasons);
  });

  test('a toll-free number with a verified zone is decided by it, and a caller who may not call there is not', () => {
    const more = { purpose: 'SERVICE', scopes: new Set(['calls:service']), calleeTimeZone: 'America/New_York' };
    expect(reasonsOf(example(), '2027-01-12T17:00:00Z', '+18005550199', more)).toEqual(['LINE_TYPE_NOT_ALLOWED']);
    expect(reasonsOf(example(), '2027-01-12T17:00:00Z', '+12065550123', { ...more, tenant: 'globex' })).toEqual([
      'CALLER_ID_NOT_ALLOWED',
      'FLOW_NOT_ALLOWED',
    ]);
  });
});

describe('clocks, which no release of Node has right', () => {
  const { data } = taken(join(deploy, 'policy.example.yaml'));
  const evening: Check = {
    id: 'hours',
    isShadow: false,
    allowsUnknown: false,
    rule: hoursRule({ week: new WeeklyHours({ 'mon-sun': ['09:00-21:00'] }), marginMs: 0, leastClockVersion: '2026f' }),
  };
  const none = { lists: [], counts: [], tenants: new Set<string>(), grants: [] };
  const policy: Policy = { version: '1', hash: '', maxAgeMs: 1, checks: [evening], ...none };

  test.each([
    ['Winnipeg, 21:30', '+12045550100', '2026-11-29T02:30:00Z'],
    ['Vancouver, 21:30', '+16045550100', '2026-11-29T04:30:00Z'],
    ['Edmonton, 21:30', '+14035550100', '2026-11-29T03:30:00Z'],
  ])('%s is too late', (_title, to, time) => {
    expect(reasonsOf({ policy, data, warnings: [] }, time, to)).toEqual(['HOURS_CLOSED']);
  });
});

describe('overlays', () => {
  const withOverlay = (name: string) =>
    written(`with-${name}`, (text) =>
      text.replace('timeZones: { minimum: 2026f }', `$&\n  numbers: { overlay: ./${name} }`),
    );

  test('tell of an area code that no library knows', () => {
    cpSync(join(deploy, 'numbers.overlay.yaml'), join(folder, 'numbers.yaml'));
    const service = { purpose: 'SERVICE', scopes: new Set(['calls:service']) };
    expect(reasonsOf(taken(withOverlay('numbers.yaml')), '2026-11-30T17:00:00Z', '+14655550142', service)).toEqual([]);
  });

  test('that are wrong are told with their own file, line and column', () => {
    writeFileSync(
      join(folder, 'wrong.yaml'),
      "apiVersion: outdial/numbers-overlay/v1\nversion: '1'\nnumbers:\n  - { prefix: '1465', zones: [Mars/Olympus] }\n",
    );
    const problems = problemsOf(withOverlay('wrong.yaml'));
    expect(problems).toContainEqual(
      expect.stringMatching(new RegExp(`^${join(folder, 'wrong.yaml')}:4:\\d+: numbers\\.0\\.zones\\.0 `)),
    );
  });

  test('that are no YAML, or not there, are told', () => {
    writeFileSync(join(folder, 'no.yaml'), 'a: [');
    expect(problemsOf(withOverlay('no.yaml'))).toEqual([
      expect.stringContaining(`${join(folder, 'no.yaml')}:1:5: is no YAML`),
    ]);
    const missing = join(folder, 'missing.yaml');
    expect(problemsOf(withOverlay('missing.yaml'))).toEqual([
      `${missing}:1:1: cannot be read (ENOENT): look at the path`,
    ]);
    expect(problemsOf(missing)).toEqual([`${missing}:1:1: cannot be read (ENOENT): look at the path`]);
  });
});

test('a region that has no numbers, and a calling code that is none, are refused', () => {
  const path = written('regions.yaml', (text) =>
    text.replace('[US, CA, GB', '[US, CA, UK').replace("['1',", "['1', '999',"),
  );
  expect(problemsOf(path)).toEqual([
    expect.stringContaining('defaults.destination.regions.2 UK is no country'),
    expect.stringContaining('defaults.destination.callingCodes.1 +999 is no calling code'),
  ]);
});

test('a policy that is no text in UTF-8 is not read', () => {
  const path = join(folder, 'latin1.yaml');
  writeFileSync(path, Buffer.from('version: caf\u00e9', 'latin1'));
  expect(problemsOf(path)).toEqual([`${path}:1:1: cannot be read (it is no text in UTF-8): look at the path`]);
});
