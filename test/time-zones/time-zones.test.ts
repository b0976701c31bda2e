import { afterEach, describe, expect, test } from '@jest/globals';
import { chmodSync, cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packagedVersion } from '../../src/time-zones/packaged-zones.js';
import { openTimeZones, type TimeZones } from '../../src/time-zones/time-zones.js';
import { tzifBytes } from './tzif-bytes.js';
import { ruled, zoneinfoFolder } from './zoneinfo-folder.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = zoneinfoFolder(files);
  folders.push(folder);
  return folder;
}

const newYork = ruled('EST5EDT,M3.2.0,M11.1.0');
const newest = { '+VERSION': '2099a\n', 'America/New_York': newYork };

/** `2026-11-28 21:30 Sat -05:00` of each clock. */
function shownAt(timeZones: TimeZones, zone: string, at: string): readonly string[] | undefined {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return timeZones
    .clocksAt(zone, Date.parse(at))
    ?.map(
      ({ date, minuteOfDay, weekday, offsetMinutes }) =>
        `${date} ${clock(minuteOfDay)} ${days[weekday]!} ${offsetMinutes / 60}`,
    );
}

describe('the package, where the directory is of no use', () => {
  test.each<[string, () => string, RegExp]>([
    [
      'is not there',
      () => '/nonexistent/zoneinfo',
      /^The time zones in \/nonexistent\/zoneinfo cannot be used, ENOENT: /,
    ],
    ['is a file', () => join(folderOf({ file: '' }), 'file'), /ENOTDIR/],
    ['is empty', () => folderOf({}), /name no release \(none is there\)/],
    ['has no version', () => folderOf({ 'America/New_York': newYork }), /name no release \(none is there\)/],
    [
      'is between releases',
      () => folderOf({ ...newest, '+VERSION': '2099a-3-gabc' }),
      /name no release \(2099a-3-gabc\)/,
    ],
    ['has an empty version', () => folderOf({ ...newest, '+VERSION': '' }), /name no release \(nothing\)/],
    [
      'contradicts itself',
      () => folderOf({ ...newest, 'tzdata.zi': '# version 2099b\n' }),
      /name no release \(2099a, 2099b\)/,
    ],
    ['has no zone', () => folderOf({ '+VERSION': '2099a', 'zone.tab': '' }), /it has no zone/],
    [
      'has a file that is cut',
      () => folderOf({ ...newest, 'America/Lima': newYork.subarray(0, 99) }),
      /its file America\/Lima is broken: it ends early/,
    ],
    [
      'has an empty file',
      () => folderOf({ ...newest, 'America/Lima': '' }),
      /its file America\/Lima is broken: it ends early/,
    ],
    [
      'has another file among the zones',
      () => folderOf({ ...newest, 'America/Lima': 'x'.repeat(99) }),
      /its file America\/Lima is broken: it is not a TZif file/,
    ],
    [
      'counts leap seconds',
      () => folderOf({ ...newest, UTC: tzifBytes({ leapSeconds: 27 }) }),
      /its file UTC is broken: it counts leap seconds/,
    ],
    ['is older', () => folderOf({ ...newest, '+VERSION': '2025b' }), /are of 2025b, which is older: /],
  ])('%s', (_name, directory, problem) => {
    const timeZones = openTimeZones(directory());
    expect([timeZones.version, timeZones.source]).toEqual([packagedVersion, 'moment-timezone']);
    expect(timeZones.problems).toEqual([expect.stringMatching(problem)]);
    expect(timeZones.problems[0]).toMatch(
      new RegExp(`: the clocks are of the package moment-timezone, ${packagedVersion}\\.$`),
    );
    expect(timeZones.clocksAt('America/New_York', 0)).toHaveLength(1);
    expect(timeZones.failedCanaries).toEqual([]);
  });

  test('has a link to nothing', () => {
    const folder = folderOf(newest);
    symlinkSync('../nowhere', join(folder, 'America/Lima'));
    expect(openTimeZones(folder).problems).toEqual([expect.stringMatching(/its file America\/Lima is broken: ENOENT/)]);
  });

  // Root may read everything.
  (process.getuid?.() === 0 ? test.skip : test)('may not be read', () => {
    const folder = folderOf(newest);
    chmodSync(folder, 0);
    expect(openTimeZones(folder)).toMatchObject({
      source: 'moment-timezone',
      problems: [expect.stringMatching(/EACCES/)],
    });
    chmodSync(folder, 0o700);
  });
});

describe('the directory, where it is as new or newer', () => {
  test.each([
    ['of macOS', { '+VERSION': '2099a\n' }],
    ['of tz itself and Debian', { 'tzdata.zi': '# version 2099a\n# redo posix_only\nZ Etc/UTC 0 - UTC\n' }],
    ['of others', { version: '2099a' }],
    ['that say the same', { '+VERSION': '2099a\n', 'tzdata.zi': '# version 2099a\n' }],
  ])('%s', (_name, files) => {
    const folder = folderOf({ 'America/New_York': newYork, ...files });
    expect(openTimeZones(folder)).toMatchObject({ version: '2099a', source: folder });
  });

  test('as new as the package', () => {
    const folder = folderOf({ ...newest, '+VERSION': packagedVersion });
    expect(openTimeZones(folder)).toMatchObject({ version: packagedVersion, source: folder });
  });

  test('is read once: what becomes of it later changes nothing', () => {
    const folder = folderOf(newest);
    const timeZones = openTimeZones(folder);
    rmSync(join(folder, 'America'), { recursive: true });
    expect(shownAt(timeZones, 'America/New_York', '2026-11-29T02:30:00Z')).toEqual(['2026-11-28 21:30 Sat -5']);
  });

  test('links count, and what is no zone does not', () => {
    const folder = folderOf({
      ...newest,
      'America/Lima': ruled('<-05>5'),
      SECURITY: 'how to report',
      'zone.tab': 'x',
      leapseconds: 'x',
    });
    cpSync(join(folder, 'America'), join(folder, 'right/America'), { recursive: true });
    symlinkSync('America/Lima', join(folder, 'Lima'));
    symlinkSync('/nonexistent', join(folder, 'localtime'));
    const timeZones = openTimeZones(folder);
    expect(timeZones.source).toBe(folder);
    expect(timeZones.offsetsAt('Lima', 0)).toEqual([-300]);
    expect(timeZones.offsetsAt('right/America/Lima', 0)).toBeUndefined();
  });

  test('zones that it lacks are unknown, although the package knows them, and it is said', () => {
    const timeZones = openTimeZones(folderOf(newest));
    expect(timeZones.clocksAt('Europe/London', 0)).toBeUndefined();
    expect(timeZones.problems).toEqual([
      expect.stringMatching(/ lack .+, .+, .+ and \d+ more, which count as unknown\.$/),
    ]);
  });
});

describe('two clocks that disagree', () => {
  // Intl of any release has -5 in winter.
  const timeZones = () =>
    openTimeZones(
      folderOf({ '+VERSION': '2099a', 'America/New_York': ruled('EDT4'), 'Mars/Olympus': ruled('<+01>-1') }),
    );

  test('are both given, the source first', () => {
    expect(shownAt(timeZones(), 'America/New_York', '2027-01-13T01:30:00Z')).toEqual([
      '2027-01-12 21:30 Tue -4',
      '2027-01-12 20:30 Tue -5',
    ]);
    expect(timeZones().offsetsAt('America/New_York', Date.parse('2027-01-13T01:30:00Z'))).toEqual([-240, -300]);
  });

  test('are one where they agree', () => {
    expect(shownAt(timeZones(), 'America/New_York', '2026-07-13T01:30:00Z')).toEqual(['2026-07-12 21:30 Sun -4']);
  });

  test('change when either of them does', () => {
    expect(timeZones().transitionsBetween('America/New_York', Date.UTC(2026), Date.UTC(2027))).toEqual([
      Date.UTC(2026, 2, 8, 7),
      Date.UTC(2026, 10, 1, 6),
    ]);
  });

  test('are the source’s alone where Intl does not know the zone', () => {
    expect(shownAt(timeZones(), 'Mars/Olympus', '2027-01-13T01:30:00Z')).toEqual(['2027-01-13 2:30 Wed 1']);
  });

  test('are unknown where the source does not know the zone', () => {
    expect(timeZones().clocksAt('Europe/London', 0)).toBeUndefined();
    expect(timeZones().offsetsAt('Europe/London', 0)).toBeUndefined();
    expect(timeZones().transitionsBetween('Europe/London', 0, Date.UTC(2027))).toEqual([]);
  });
});

describe('what is known of clocks', () => {
  const packaged = openTimeZones('/nonexistent/zoneinfo');

  // Each with the source's clock first; Intl's may follow, as its release has it.
  test.each([
    ['America/Winnipeg', '2026-11-29T02:30:00Z', '2026-11-28 21:30 Sat -5'],
    ['Canada/Central', '2026-11-29T02:30:00Z', '2026-11-28 21:30 Sat -5'],
    ['America/Winnipeg', '2026-11-01T06:59:59Z', '2026-11-01 1:59 Sun -5'],
    ['America/Winnipeg', '2026-11-01T07:00:00Z', '2026-11-01 2:00 Sun -5'],
    ['America/Inuvik', '2026-11-29T02:30:00Z', '2026-11-28 20:30 Sat -6'],
    ['America/Havana', '2026-11-01T05:00:00Z', '2026-11-01 1:00 Sun -4'],
    ['America/Havana', '2027-03-14T04:59:59Z', '2027-03-14 0:59 Sun -4'],
    ['America/Vancouver', '2026-11-29T04:30:00Z', '2026-11-28 21:30 Sat -7'],
    ['America/Edmonton', '2026-11-29T03:30:00Z', '2026-11-28 21:30 Sat -6'],
    ['America/Cambridge_Bay', '2026-11-29T02:30:00Z', '2026-11-28 19:30 Sat -7'],
    ['America/Rankin_Inlet', '2026-11-29T02:30:00Z', '2026-11-28 20:30 Sat -6'],
    ['Africa/Casablanca', '2026-09-20T01:00:00Z', '2026-09-20 1:00 Sun 0'],
    ['Africa/El_Aaiun', '2026-11-29T08:30:00Z', '2026-11-29 8:30 Sun 0'],
    ['Europe/Chisinau', '2027-03-28T00:30:00Z', '2027-03-28 2:30 Sun 2'],
    ['America/New_York', '2027-01-13T02:30:00Z', '2027-01-12 21:30 Tue -5'],
    ['America/Chicago', '2027-01-13T02:30:00Z', '2027-01-12 20:30 Tue -6'],
    ['America/Chicago', '2027-01-13T13:10:00Z', '2027-01-13 7:10 Wed -6'],
    ['America/Los_Angeles', '2027-01-13T01:30:00Z', '2027-01-12 17:30 Tue -8'],
    ['America/New_York', '2027-11-07T12:30:00Z', '2027-11-07 7:30 Sun -5'],
    ['Asia/Kolkata', '2026-11-30T18:30:00Z', '2026-12-01 0:00 Tue 5.5'],
    ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29 23:59 Thu -10'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31 0:00 Sat 14'],
    ['Africa/Monrovia', '1970-01-01T00:00:00Z', '1969-12-31 23:15 Wed -0.7416666666666667'],
  ])('%s at %s: %s', (zone, at, shown) => {
    expect(shownAt(packaged, zone, at)?.[0]).toBe(shown);
  });

  test('is shown at the start', () => {
    expect(packaged.failedCanaries).toEqual([]);
    expect(packaged.isAtLeast(packagedVersion)).toBe(true);
    expect(packaged.isAtLeast('2026f')).toBe(true);
    expect(packaged.isAtLeast('2099a')).toBe(false);
    expect(packaged.isAtLeast('newest')).toBe(false);
  });

  test('is told where a source that claims to be new does not show it, and then it is not as new as anything', () => {
    const timeZones = openTimeZones(
      folderOf({ ...newest, 'America/Winnipeg': ruled('CST6CDT,M3.2.0,M11.1.0'), 'America/Vancouver': ruled('MST7') }),
    );
    expect(timeZones.failedCanaries).toContainEqual({
      zone: 'America/Winnipeg',
      at: '2026-11-29T02:30:00Z',
      offsetMinutes: -300,
      foundOffsetMinutes: -360,
      source: 'NEWS 2026e: Manitoba moves to permanent -05 on 2026-10-31',
    });
    const failed = timeZones.failedCanaries.map(({ zone, foundOffsetMinutes }) => [zone, foundOffsetMinutes]);
    expect(failed).toContainEqual(['America/Inuvik', undefined]);
    expect(failed.map(([zone]) => zone)).not.toContain('America/Vancouver');
    expect(timeZones.isAtLeast('2026f')).toBe(false);
  });
});
