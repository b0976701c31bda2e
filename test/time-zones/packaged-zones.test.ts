import { describe, expect, test } from '@jest/globals';
import moment from 'moment-timezone';
import { isAtLeast, isTzVersion } from '../../src/time-zones/tz-version.js';
import { packagedClockOf, packagedVersion, packagedZoneNames } from '../../src/time-zones/packaged-zones.js';

test('the package has the tz database of a release, in which everything known of 2026 is', () => {
  expect(isTzVersion(packagedVersion)).toBe(true);
  expect(isAtLeast(packagedVersion, '2026f')).toBe(true);
});

test('each zone and each of its transitions is what the package itself makes of its data', () => {
  const names = packagedZoneNames();
  expect(names).toEqual(expect.arrayContaining(['America/New_York', 'US/Pacific', 'Asia/Calcutta', 'Europe/Kyiv']));
  expect([...names].sort()).toEqual(moment.tz.names().sort());
  const differences = names.flatMap((name) => {
    const { untils, offsets, abbrs } = moment.tz.zone(name)!;
    const clock = packagedClockOf(name)!;
    const lastMs = untils.at(-2) ?? -Infinity;
    return untils.flatMap((untilMs, index) => {
      const atMs = index === 0 ? Math.min(untilMs, 0) - 1 : untils[index - 1]!;
      const goesOn = lastMs >= Date.UTC(2037) && atMs >= lastMs;
      const minutes = abbrs[index] === '-00' || goesOn ? undefined : 0 - offsets[index]!;
      const found = clock.offsetMsAt(atMs);
      // The package rounds to thousandths of a second.
      const differs =
        minutes === undefined ? found !== undefined : Math.abs(found! - minutes * 60_000) >= 1 || found === undefined;
      return differs ? [{ name, at: new Date(atMs).toISOString(), minutes, found }] : [];
    });
  });
  expect(differences).toEqual([]);
});

test('a zone that the package does not know has no clock', () => {
  expect(packagedClockOf('Mars/Olympus')).toBeUndefined();
  expect(packagedClockOf('america/new_york')).toBeUndefined();
  expect(packagedClockOf('constructor')).toBeUndefined();
});

describe('where its list of transitions ends', () => {
  const atEndOfTime = Date.UTC(2600, 6, 1);

  test('the clocks of a zone that goes on changing them are unknown, and not those of one half of the year', () => {
    expect(packagedClockOf('America/New_York')?.offsetMsAt(Date.UTC(2037, 5, 1))).toBe(-4 * 3_600_000);
    expect(packagedClockOf('America/New_York')?.offsetMsAt(atEndOfTime)).toBeUndefined();
    expect(moment.tz.zone('America/New_York')?.utcOffset(atEndOfTime)).toBe(300);
  });

  test('those of one that does not stay as they are', () => {
    expect(packagedClockOf('Asia/Tokyo')?.offsetMsAt(atEndOfTime)).toBe(9 * 3_600_000);
    expect(packagedClockOf('Etc/UTC')?.offsetMsAt(atEndOfTime)).toBe(0);
  });
});
