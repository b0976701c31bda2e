import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { PolicyKeeper } from '../../src/guard/policy-keeper.js';
import { createLog } from '../../src/log.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { policyText } from '../support/policy-on-disk.js';
import { Scrape } from '../support/scrape.js';
import { TestClock } from '../support/test-clock.js';
import { ruled } from '../time-zones/zoneinfo-folder.js';

const deploy = resolve(import.meta.dirname, '../../deploy');
const example = readFileSync(join(deploy, 'policy.example.yaml'), 'utf8');
/** Of `10m`. */
const maxAgeMs = 600_000;
const lookMs = 2_000;

/** The example, as another version of it. */
const versioned = (version: string) => example.replace('2026-11-28.3', version);
const withMaxAge = (maxAge: string) => example.replace('maxAge: 7d', `maxAge: ${maxAge}`);
const broken = versioned('broken').replace('[US, CA, GB', '[US, CA, UK');

let folder: string;
let path: string;
let clock: TestClock;
let lines: string;
let metrics: Metrics;
let keeper: PolicyKeeper | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-keeper-'));
  path = join(folder, 'policy.yaml');
  clock = new TestClock();
  lines = '';
  metrics = new Metrics({ tenantLabel: false });
});
afterEach(() => {
  keeper?.stop();
  rmSync(folder, { recursive: true });
});

/** With the time zones of the package, on every machine, unless there are others. */
function open(text = example, zoneinfo = '/nowhere'): PolicyKeeper {
  writeFileSync(path, text);
  return openAt(path, zoneinfo);
}

function openAt(file: string, zoneinfo = '/nowhere', hasListKeys = true): PolicyKeeper {
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines += String(chunk);
      done();
    },
  });
  const log = createLog('info', sink);
  const opened = PolicyKeeper.open({ path: file, zoneinfo, hasListKeys, clock, log, meters: metrics });
  if (!(opened instanceof PolicyKeeper)) throw new Error(opened.problems.join('\n'));
  keeper = opened;
  return opened;
}

const versionOf = (one: PolicyKeeper) => one.current()?.policy.version;

interface Line extends Readonly<Record<string, unknown>> {
  readonly level: string;
  readonly msg: string;
}

/** What was logged since the last time. */
function logged(): readonly Line[] {
  const told = lines.trim().split('\n').filter(Boolean);
  lines = '';
  return told.map((line) => JSON.parse(line) as Line);
}

const scraped = async () => {
  const scrape = Scrape.parse(await metrics.text(), metrics.contentType);
  return {
    taken: scrape.sum('outdial_policy_reads_total', { result: 'taken' }),
    refused: scrape.sum('outdial_policy_reads_total', { result: 'refused' }),
    behindSeconds: scrape.sum('outdial_policy_behind_seconds'),
    expired: scrape.sum('outdial_policy_expired'),
  };
};

describe('without keys of do-not-call lists', () => {
  const missing = 'asks the do-not-call lists own-dnc, and DO_NOT_CALL_KEYS, which keys their entries, is missing';

  test('a policy with lists is refused at the start', () => {
    writeFileSync(path, example);
    expect(() => openAt(path, '/nowhere', false)).toThrow(`${path}:1:1: ${missing}`);
  });

  test('one that gains a list is not taken, for it would refuse every call: the one before it stays in use', () => {
    writeFileSync(path, policyText());
    const kept = openAt(path, '/nowhere', false);
    expect(versionOf(kept)).toBe('1');
    writeFileSync(path, example);
    logged();
    kept.reload();
    expect(versionOf(kept)).toBe('1');
    expect(kept.isAsFile).toBe(false);
    expect(JSON.stringify(logged())).toContain(missing);
  });
});

describe('at the start', () => {
  test('a policy is in use, and the log says which, and what it stands on', () => {
    const { policy } = open().current()!;
    expect(policy.version).toBe('2026-11-28.3');
    expect(logged()).toMatchObject([
      {
        level: 'info',
        msg: 'a policy is in use',
        path,
        policyVersion: '2026-11-28.3',
        policyHash: policy.hash,
        checks: policy.checks.length,
        checksInShadow: ['rules.es-400.callerId.prefix', 'rules.es-400.consent'],
        timeZonesOf: 'moment-timezone',
        timeZones: expect.stringMatching(/^\d{4}[a-z]+$/) as unknown,
        warnings: expect.arrayContaining([
          expect.stringMatching(/policy\.yaml:\d+:\d+: rules\.5\.revocation /),
        ]) as unknown,
      },
      { level: 'warn', problem: expect.stringContaining('/nowhere') as unknown },
    ]);
  });

  test.each([
    [
      'that is broken',
      () => {
        writeFileSync(path, broken);
      },
      /policy\.yaml:\d+:\d+: defaults\.destination\.regions\.2 UK is no country/,
    ],
    ['that is not there', () => undefined, /policy\.yaml:1:1: cannot be read \(ENOENT\)/],
    [
      'that is a device',
      () => {
        symlinkSync('/dev/zero', path);
      },
      /policy\.yaml:1:1: cannot be read \(it is no regular file\)/,
    ],
  ])('a file %s gives its problems, and nothing is left behind', (_title, make, problem) => {
    make();
    expect(() => openAt(path)).toThrow(problem);
    expect(logged()).toEqual([]);
    // No timer is set.
    clock.advance(lookMs);
    expect(logged()).toEqual([]);
  });
});

describe('a changed file', () => {
  test('that is the same in two looks is in use, and a decision in progress keeps what it had', async () => {
    const one = open();
    const before = one.current()!;
    logged();
    writeFileSync(path, versioned('two'));
    clock.advance(lookMs);
    expect(versionOf(one)).toBe('2026-11-28.3');
    clock.advance(lookMs);
    expect(versionOf(one)).toBe('two');
    expect(before.policy.version).toBe('2026-11-28.3');
    expect(logged()).toMatchObject([
      { level: 'info', msg: 'a policy is in use', policyVersion: 'two' },
      { level: 'warn' },
    ]);
    expect(await scraped()).toEqual({ taken: 1, refused: 0, behindSeconds: 0, expired: 0 });
    expect(one.isAsFile).toBe(true);
  });

  test('that is as it was is not read again', async () => {
    const one = open();
    const before = one.current();
    for (const again of [1, 2, 3, 4]) {
      // Only its time is another.
      writeFileSync(path, example);
      clock.advance(again * lookMs);
    }
    expect(one.current()).toBe(before);
    expect(await scraped()).toEqual({ taken: 0, refused: 0, behindSeconds: 0, expired: 0 });
  });

  test('takes effect where an editor renames it into place', () => {
    const one = open();
    writeFileSync(join(folder, '.policy.yaml.swp'), versioned('renamed'));
    renameSync(join(folder, '.policy.yaml.swp'), path);
    clock.advance(2 * lookMs);
    expect(versionOf(one)).toBe('renamed');
  });

  test('takes effect with its overlays where Kubernetes swaps the folder that a ConfigMap is in', () => {
    const place = (name: string, prefix: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(
        join(folder, name, 'policy.yaml'),
        versioned(name).replace('timeZones: {', 'numbers: { overlay: ./numbers.yaml }\n  timeZones: {'),
      );
      const overlay = readFileSync(join(deploy, 'numbers.overlay.yaml'), 'utf8');
      writeFileSync(join(folder, name, 'numbers.yaml'), overlay.replaceAll("'+1465'", `'${prefix}'`));
    };
    place('..2026_11_30', '+1465');
    place('..2026_12_01', '+1466');
    symlinkSync('..2026_11_30', join(folder, '..data'));
    for (const file of ['policy.yaml', 'numbers.yaml']) symlinkSync(join('..data', file), join(folder, file));
    const one = openAt(path);
    const regionOf = (e164: string) => one.current()?.data.numberFacts(e164).region?.value;
    expect([versionOf(one), regionOf('+14655550142'), regionOf('+14665550142')]).toEqual([
      '..2026_11_30',
      'US',
      undefined,
    ]);
    symlinkSync('..2026_12_01', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    rmSync(join(folder, '..2026_11_30'), { recursive: true });
    clock.advance(2 * lookMs);
    expect([versionOf(one), regionOf('+14655550142'), regionOf('+14665550142')]).toEqual([
      '..2026_12_01',
      undefined,
      'US',
    ]);
  });

  test('is not taken half-written, also where its beginning is a policy by itself', () => {
    const one = open();
    const [upToTenants = ''] = versioned('three').split('tenants:');
    const tests = "tests:\n  - { at: 2026-11-29T02:30:00Z, to: '+12045550100', as: acme, expect: [HOURS_CLOSED] }\n";
    writeFileSync(path, upToTenants + tests);
    clock.advance(lookMs);
    expect(versionOf(one)).toBe('2026-11-28.3');
    writeFileSync(path, versioned('three'));
    clock.advance(lookMs);
    expect(versionOf(one)).toBe('2026-11-28.3');
    clock.advance(lookMs);
    expect(versionOf(one)).toBe('three');
    expect(one.current()?.policy.tenants.size).toBe(1);
    expect(logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('is read at once by reload', () => {
    const one = open();
    writeFileSync(path, versioned('asked for'));
    one.reload();
    expect(versionOf(one)).toBe('asked for');
  });
});

describe('an overlay', () => {
  const withOverlay = example.replace('timeZones: {', 'numbers: { overlay: ./numbers.yaml }\n  timeZones: {');

  test('that alone changes takes effect', () => {
    const overlay = readFileSync(join(deploy, 'numbers.overlay.yaml'), 'utf8');
    writeFileSync(join(folder, 'numbers.yaml'), overlay);
    const one = open(withOverlay);
    const { policy, data } = one.current()!;
    expect(data.numberFacts('+14665550142').region).toBeUndefined();
    writeFileSync(join(folder, 'numbers.yaml'), overlay.replaceAll("'+1465'", "'+1466'"));
    clock.advance(2 * lookMs);
    expect(one.current()?.policy.hash).toBe(policy.hash);
    expect(one.current()?.data.numberFacts('+14665550142').region?.value).toBe('US');
  });

  test('that is no more keeps the policy from being taken, until it is back', () => {
    const overlay = readFileSync(join(deploy, 'numbers.overlay.yaml'), 'utf8');
    const file = join(folder, 'numbers.yaml');
    writeFileSync(file, overlay);
    const one = open(withOverlay);
    logged();
    unlinkSync(file);
    clock.advance(2 * lookMs);
    expect(one.isAsFile).toBe(false);
    expect(logged()).toMatchObject([
      { level: 'error', problems: [`${file}:1:1: cannot be read (ENOENT): look at the path`] },
    ]);
    writeFileSync(file, overlay);
    clock.advance(2 * lookMs);
    expect(one.isAsFile).toBe(true);
  });
});

describe('a file that cannot be taken', () => {
  test('leaves the policy in use, and is told at once and each minute, with every problem', async () => {
    const one = open();
    logged();
    writeFileSync(path, broken.replace("['1',", "['1', '999',"));
    clock.advance(2 * lookMs);
    expect(versionOf(one)).toBe('2026-11-28.3');
    const line = {
      level: 'error',
      msg: 'the policy file cannot be taken; the policy before it stays in use',
      problems: [
        expect.stringMatching(/^\/.+\/policy\.yaml:\d+:\d+: defaults\.destination\.regions\.2 UK is no country/),
        expect.stringMatching(/: defaults\.destination\.callingCodes\.1 /),
      ],
      inUse: { policyVersion: '2026-11-28.3', behindMs: 4_000, maxAgeMs: 7 * 86_400_000 },
    };
    expect(logged()).toMatchObject([line]);
    clock.advance(59_000);
    expect(logged()).toEqual([]);
    clock.advance(1_000);
    expect(logged()).toMatchObject([{ ...line, inUse: { behindMs: 64_000 } }]);
    expect(await scraped()).toEqual({ taken: 0, refused: 1, behindSeconds: 64, expired: 0 });
  });

  test.each([
    [
      'broken',
      () => {
        writeFileSync(path, broken);
      },
    ],
    [
      'deleted',
      () => {
        unlinkSync(path);
      },
    ],
  ])('%s: after maxAge no policy counts, until there is one that can be taken', async (_title, spoil) => {
    const one = open(withMaxAge('10m'));
    // Fresh for as long as the file is.
    clock.advance(2 * maxAgeMs);
    spoil();
    clock.advance(maxAgeMs);
    expect(versionOf(one)).toBe('2026-11-28.3');
    expect(await scraped()).toMatchObject({ behindSeconds: 600, expired: 0 });
    clock.advance(1);
    expect(one.current()).toBeUndefined();
    expect(await scraped()).toMatchObject({ expired: 1 });
    logged();
    clock.advance(60_000);
    expect(logged()).toMatchObject([
      {
        level: 'error',
        msg: 'the policy file cannot be taken, and the policy before it is too old: no call is placed',
      },
    ]);
    writeFileSync(path, versioned('repaired'));
    clock.advance(2 * lookMs);
    expect(versionOf(one)).toBe('repaired');
    expect(await scraped()).toMatchObject({ behindSeconds: 0, expired: 0 });
    expect(logged()).toMatchObject([{ level: 'info', policyVersion: 'repaired' }, { level: 'warn' }]);
  });

  test('and then is as it was before is in use again', () => {
    const one = open(withMaxAge('10m'));
    writeFileSync(path, broken);
    clock.advance(2 * lookMs);
    expect(one.isAsFile).toBe(false);
    writeFileSync(path, withMaxAge('10m'));
    clock.advance(2 * lookMs);
    expect(one.isAsFile).toBe(true);
    clock.advance(2 * maxAgeMs);
    expect(versionOf(one)).toBe('2026-11-28.3');
  });

  test('because it never stays the same is told as well, and ages', () => {
    const one = open(withMaxAge('2m'));
    logged();
    for (let look = 0; look < 32; look += 1) {
      writeFileSync(path, versioned(`${look}`));
      clock.advance(lookMs);
    }
    expect(logged()).toMatchObject([{ level: 'error', problems: [`${path} changes between any two looks at it`] }]);
    for (let look = 0; look < 30; look += 1) {
      writeFileSync(path, look % 2 === 0 ? 'a' : 'b');
      clock.advance(lookMs);
    }
    expect(one.current()).toBeUndefined();
  });
});

test('time zones of another release take effect, and are read again only then', () => {
  const zoneinfo = join(folder, 'zoneinfo');
  const place = (release: string) => {
    mkdirSync(join(folder, release, 'America'), { recursive: true });
    writeFileSync(join(folder, release, 'version'), `${release}\n`);
    writeFileSync(join(folder, release, 'America/New_York'), ruled('EST5EDT,M3.2.0,M11.1.0'));
  };
  place('2030a');
  place('2030b');
  symlinkSync('2030a', zoneinfo);
  const withoutHours = `apiVersion: outdial/policy/v1
version: '1'
maxAge: 1h
defaults: { destination: { regions: [US] } }
tests: [{ at: 2027-01-12T17:00:00Z, to: '+12065550123', as: acme, expect: ALLOW }]
`;
  const one = open(withoutHours, zoneinfo);
  const { clocks } = one.current()!.data;
  expect(clocks.version).toBe('2030a');
  writeFileSync(path, withoutHours.replace("'1'", "'2'"));
  clock.advance(2 * lookMs);
  expect([versionOf(one), one.current()?.data.clocks === clocks]).toEqual(['2', true]);
  symlinkSync('2030b', join(folder, 'next'));
  renameSync(join(folder, 'next'), zoneinfo);
  clock.advance(2 * lookMs);
  expect(one.current()?.data.clocks.version).toBe('2030b');
  const before = one.current()?.data.clocks;
  one.reload();
  expect(one.current()?.data.clocks).not.toBe(before);
});

test('after stop nothing is looked at', () => {
  const one = open();
  one.stop();
  writeFileSync(path, versioned('too late'));
  clock.advance(maxAgeMs);
  expect(versionOf(one)).toBe('2026-11-28.3');
});
