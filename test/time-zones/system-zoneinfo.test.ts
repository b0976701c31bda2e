import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packagedClockOf, packagedVersion } from '../../src/time-zones/packaged-zones.js';
import { readZoneinfo, systemZoneinfo, type Zoneinfo } from '../../src/time-zones/zoneinfo-directory.js';

// TZDIR=/elsewhere npm test -- test/time-zones compares another directory.
const directory = process.env.TZDIR ?? systemZoneinfo;

function opened(): Zoneinfo | undefined {
  try {
    return readZoneinfo(directory);
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.warn(`SKIPPED: ${directory} is not read (Debian: apt-get install tzdata): ${String(error)}`);
    return undefined;
  }
}

const zoneinfo = opened();
const isEqual = zoneinfo?.version === packagedVersion;
if (zoneinfo && !isEqual) {
  console.warn(
    `SKIPPED: the package's ${packagedVersion} is compared with a ${directory} of that version, and this one is of ${zoneinfo.version}.`,
  );
}

(zoneinfo ? describe : describe.skip)('the zones of this machine', () => {
  test('are read, every one', () => {
    expect(zoneinfo!.clocks.size).toBeGreaterThan(300);
    const names = [
      'Europe/London',
      'Asia/Kolkata',
      'America/Argentina/Buenos_Aires',
      'Etc/GMT+12',
      'America/Port-au-Prince',
    ];
    expect(names.filter((name) => !zoneinfo!.clocks.has(name))).toEqual([]);
  });

  test('have the clocks that everybody knows', () => {
    const hours = (zone: string, at: string) => zoneinfo!.clocks.get(zone)!.offsetMsAt(Date.parse(at))! / 3_600_000;
    expect([
      hours('America/New_York', '2024-01-15T12:00:00Z'),
      hours('America/New_York', '2024-07-15T12:00:00Z'),
      hours('Europe/London', '1970-01-01T00:00:00Z'),
      hours('Asia/Kolkata', '2024-07-15T12:00:00Z'),
      hours('Australia/Sydney', '2024-01-15T12:00:00Z'),
    ]).toEqual([-5, -4, 1, 5.5, 11]);
  });
});

(isEqual ? describe : describe.skip)('the zones of this machine and those of the package, of one version', () => {
  // Names without a place, such as WET, have a history of Debian's own: it takes back what tz 2024b and 2026d made of them.
  const names = [...(zoneinfo?.clocks.keys() ?? [])].filter((name) => name.includes('/') && packagedClockOf(name));
  const packaged = new Map(names.map((name) => [name, packagedClockOf(name)!]));

  test('are the same at any instant since 1970, as far as the package goes', () => {
    expect(names.length).toBeGreaterThan(300);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2037) }), (atMs) => {
        const differing = names.filter(
          (name) => zoneinfo!.clocks.get(name)!.offsetMsAt(atMs) !== packaged.get(name)!.offsetMsAt(atMs),
        );
        expect(differing).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('change at the same instants', () => {
    const [fromMs, toMs] = [0, Date.UTC(2037)];
    const differing = names.filter((name) => {
      const transitions = (clock?: { transitionsBetween(fromMs: number, toMs: number): readonly number[] }) =>
        clock!.transitionsBetween(fromMs, toMs).join();
      return transitions(zoneinfo!.clocks.get(name)) !== transitions(packaged.get(name));
    });
    expect(differing).toEqual([]);
  });
});
