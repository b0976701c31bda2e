import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readZoneinfo, systemZoneinfo } from '../../src/time-zones/zoneinfo-directory.js';

// The compiler and the reader of zones that come with the C library; of Debian's libc-bin.
const run = (command: string, args: readonly string[], TZDIR = systemZoneinfo) =>
  spawnSync(command, args, {
    encoding: 'utf8',
    env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin`, TZDIR },
    maxBuffer: 2 ** 28,
  });
const hasTools = ['zic', 'zdump'].every((command) => run(command, ['--version']).status === 0);
const hasZones = existsSync(join(systemZoneinfo, 'tzdata.zi'));
if (!(hasTools && hasZones) && process.env.CI === 'true')
  throw new Error('zic, zdump and tzdata are required where CI=true.');
if (!hasTools) console.warn('SKIPPED: compiled zones are compared with zic and zdump (Debian: libc-bin).');
if (!hasZones)
  console.warn('SKIPPED: the zones of the machine are compared with zdump (Debian: apt-get install tzdata).');

const folder = mkdtempSync(join(tmpdir(), 'outdial-zic-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A directory of zones that zic makes of a source, in its fat form, which lists transitions to 2037, or its slim one, which leaves them to the rule. */
function compiled(name: string, source: string, ...options: readonly string[]): string {
  const [input, output] = [join(folder, `${name}.zi`), join(folder, name)];
  writeFileSync(input, source);
  expect(run('zic', [...options, '-d', output, input])).toMatchObject({ status: 0 });
  writeFileSync(join(output, '+VERSION'), '2099a\n');
  return output;
}

/** Where our reader and the C library differ, at each second before and at which zdump says that something changes. */
function differences(directory: string, zones: readonly string[], years: string): readonly string[] {
  const { clocks } = readZoneinfo(directory);
  const { stdout } = run('zdump', ['-v', '-c', years, ...zones], directory);
  const line = /^(\S+) +\w{3} (\w{3} +\d+ [\d:]+ \d+) UTC? = .* (\S+) isdst=\d gmtoff=(-?\d+)$/gm;
  const told = [...stdout.matchAll(line)];
  expect(told.length).toBeGreaterThan(zones.length);
  return told.flatMap(([text, zone = '', at, abbreviation, seconds]) => {
    const expected = abbreviation === '-00' ? undefined : Number(seconds) * 1000;
    return clocks.get(zone)?.offsetMsAt(Date.parse(`${at!} UTC`)) === expected ? [] : [text];
  });
}

// Two rules that overlap a change of the standard time, one that ends, hours beyond midnight on both sides, summer time below the standard time, one that hangs on leap years, and none.
const source = `
Rule X 1967 max - Mar Sun>=8 2:00 1:00 D
Rule X 1967 max - Nov Sun>=1 2:00 0 S
Rule Y 1990 1999 - Mar lastSun 1:00u 1:00 S
Rule Y 1990 1999 - Oct lastSun 1:00u 0 -
Rule Z 2004 max - Mar Sat<=30 50:00 1:00 S
Rule Z 2004 max - Oct Sat<=30 50:00 0 -
Rule N 1990 max - Mar lastSun 1:00u 0 -
Rule N 1990 max - Oct lastSun 1:00u -1:00 -
Rule L 1988 max - Feb lastThu 0:00 1:00 S
Rule L 1988 max - Nov 1 0:00 0 -
Zone America/Yearly -4:56:02 - LMT 1883 Nov 18 12:03:58
  -5:00 X E%sT
Zone Europe/Ended 1:00 Y CE%sT
Zone Asia/Beyond 2:00 Z EE%sT
Zone Europe/Below 1:00 N CET
Zone America/Leaping -3:00 L -03/-02
Zone Asia/Moved -10:00 - -10 2011 Dec 29 24:00
  14:00 - +14
Zone Antarctica/Opened 0 - -00 1957
  8:00 - +08
Zone Asia/Fixed 5:45 - +0545
Link Asia/Fixed Asia/Linked
`;
const names = [
  'America/Yearly',
  'Europe/Ended',
  'Asia/Beyond',
  'Europe/Below',
  'America/Leaping',
  'Asia/Moved',
  'Antarctica/Opened',
  'Asia/Linked',
];

(hasTools ? describe : describe.skip)('zones that zic writes', () => {
  test.each(['fat', 'slim'])('%s ones are read as the C library reads them', (form) => {
    const directory = compiled(form, source, '-b', form);
    expect(readFileSync(join(directory, 'America/Yearly'), 'latin1')).toContain('\nEST5EDT,M3.2.0,M11.1.0\n');
    expect(differences(directory, names, '1880,2120')).toEqual([]);
  });
});

(hasTools && hasZones ? describe : describe.skip)('the zones of this machine', () => {
  // zdump takes its time for each: a quarter of them will do. Factory is no place.
  const names = hasZones ? [...readZoneinfo(systemZoneinfo).clocks.keys()].filter((name) => name !== 'Factory') : [];
  const zones = names.sort().filter((_, index) => index % 4 === 0);

  test('are read as the C library reads them', () => {
    expect(zones.length).toBeGreaterThan(75);
    expect(differences(systemZoneinfo, zones, '2024,2040')).toEqual([]);
  });

  test('are so in the slim form, too, where nearly all instants of today are left to the rule', () => {
    const text = readFileSync(join(systemZoneinfo, 'tzdata.zi'), 'utf8');
    expect(differences(compiled('slim-system', text, '-b', 'slim'), zones, '2024,2030')).toEqual([]);
  });
});
