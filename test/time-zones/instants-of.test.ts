import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { instantsOf } from '../../src/time-zones/instants-of.js';
import { openTimeZones } from '../../src/time-zones/time-zones.js';
import { ruled, zoneinfoFolder } from './zoneinfo-folder.js';

// Rules of our own in a newest release of our own; Intl does not know these zones, but for New York.
const folder = zoneinfoFolder({
  '+VERSION': '2099a',
  'America/New_York': ruled('EST5EDT,M3.2.0,M11.1.0'),
  'America/Chicago': ruled('CDT5'),
  'Test/Gaza': ruled('EET-2EEST,M3.4.4/50,M10.4.4/50'),
  'Test/Lord_Howe': ruled('<+1030>-10:30<+11>-11,M10.1.0,M4.1.0'),
  'Test/Leap': ruled('AAA0BBB,59/0,60/0'),
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const timeZones = openTimeZones(folder);

function shown(zone: string, date: string, time: string): readonly string[] {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return instantsOf(timeZones, zone, date, hours * 60 + minutes).map((atMs) =>
    new Date(atMs).toISOString().slice(0, 16),
  );
}

describe('when clocks show a time', () => {
  test.each([
    ['on a day like others', 'America/New_York', '2027-01-13', '8:00', ['2027-01-13T13:00']],
    ['in the morning after clocks were set forward', 'America/New_York', '2027-03-14', '8:00', ['2027-03-14T12:00']],
    ['in the morning after clocks were set back', 'America/New_York', '2027-11-07', '8:00', ['2027-11-07T13:00']],
    ['before clocks are set forward', 'America/New_York', '2027-03-14', '1:59', ['2027-03-14T06:59']],
    ['that is left out, from its beginning', 'America/New_York', '2027-03-14', '2:00', ['2027-03-14T07:00']],
    ['that is left out', 'America/New_York', '2027-03-14', '2:59', ['2027-03-14T07:00']],
    ['right after what is left out', 'America/New_York', '2027-03-14', '3:00', ['2027-03-14T07:00']],
    [
      'that comes twice, from its beginning',
      'America/New_York',
      '2027-11-07',
      '1:00',
      ['2027-11-07T05:00', '2027-11-07T06:00'],
    ],
    [
      'that comes twice, to its end',
      'America/New_York',
      '2027-11-07',
      '1:59',
      ['2027-11-07T05:59', '2027-11-07T06:59'],
    ],
    ['right after what comes twice', 'America/New_York', '2027-11-07', '2:00', ['2027-11-07T07:00']],
    ['at the end of a day', 'America/New_York', '2027-01-13', '24:00', ['2027-01-14T05:00']],
    ['midnight that is left out', 'Test/Gaza', '2026-03-28', '2:00', ['2026-03-28T00:00']],
    ['half an hour that comes twice', 'Test/Lord_Howe', '2026-04-05', '1:45', ['2026-04-04T14:45', '2026-04-04T15:15']],
    ['on 29 February', 'Test/Leap', '2028-02-29', '12:00', ['2028-02-29T11:00']],
    ['on two clocks that disagree', 'America/Chicago', '2027-01-13', '8:00', ['2027-01-13T13:00', '2027-01-13T14:00']],
    ['in a zone that is not known', 'Europe/London', '2027-01-13', '8:00', []],
  ])('%s: %s %s %s', (_name, zone, date, time, instants) => {
    expect(shown(zone, date, time)).toEqual(instants);
  });
});

test('an instant is among those of what its own clocks show', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('America/New_York', 'America/Chicago', 'Test/Gaza', 'Test/Lord_Howe', 'Test/Leap'),
      fc.integer({ min: Date.UTC(2020) / 60_000, max: Date.UTC(2040) / 60_000 }),
      (zone, minutes) => {
        const atMs = minutes * 60_000;
        for (const { date, minuteOfDay } of timeZones.clocksAt(zone, atMs)!) {
          expect(instantsOf(timeZones, zone, date, minuteOfDay)).toContain(atMs);
        }
      },
    ),
    { numRuns: 300 },
  );
});
