import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IntlClock } from '../../src/time-zones/intl-clock.js';
import { localTimeAt } from '../../src/time-zones/local-time.js';
import { packagedClockOf } from '../../src/time-zones/packaged-zones.js';

const hourMs = 3_600_000;

// Zones whose past of ten years every release since 2025 tells alike.
const steady = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Sao_Paulo'];

test('a zone that Intl does not know has no clock', () => {
  expect(IntlClock.of('Mars/Olympus')).toBeUndefined();
});

test('the local time is what Intl shows, at any instant', () => {
  const zones = [
    'America/New_York',
    'America/St_Johns',
    'Africa/Casablanca',
    'Asia/Gaza',
    'Pacific/Apia',
    'Africa/Monrovia',
  ];
  const shown = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
    ]),
  );
  const clocks = new Map(zones.map((zone) => [zone, IntlClock.of(zone)!]));
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: Date.UTC(1965), max: Date.UTC(2045) }), (zone, atMs) => {
      const { date, minuteOfDay } = localTimeAt(atMs, clocks.get(zone)!.offsetMsAt(atMs)!);
      const [hour, minute] = [Math.floor(minuteOfDay / 60), minuteOfDay % 60].map((part) =>
        String(part).padStart(2, '0'),
      );
      expect(`${date} ${hour}:${minute}`).toBe(shown.get(zone)!.format(atMs));
    }),
    { numRuns: 300 },
  );
});

test('transitions are found to the second', () => {
  const newYork = IntlClock.of('America/New_York')!;
  expect(newYork.transitionsBetween(Date.UTC(2024), Date.UTC(2025))).toEqual([
    Date.UTC(2024, 2, 10, 7),
    Date.UTC(2024, 10, 3, 6),
  ]);
  // A day was left out on the way over the date line.
  expect(IntlClock.of('Pacific/Apia')!.transitionsBetween(Date.UTC(2011, 11, 1), Date.UTC(2012, 0, 31))).toEqual([
    Date.UTC(2011, 11, 30, 10),
  ]);
});

test('a transition at the first instant of what is read at once is not lost', () => {
  // A multiple of 32 days after 1970.
  const transitionMs = Date.UTC(2019, 2, 29);
  expect(transitionMs % (32 * 24 * hourMs)).toBe(0);
  const jerusalem = IntlClock.of('Asia/Jerusalem')!;
  expect(jerusalem.transitionsBetween(Date.UTC(2019), Date.UTC(2019, 5))).toEqual([transitionMs]);
  expect([transitionMs - 1, transitionMs].map((atMs) => jerusalem.offsetMsAt(atMs)! / hourMs)).toEqual([2, 3]);
});

test('the first instant belongs to a period and the last one does not, wherever they fall', () => {
  const newYork = IntlClock.of('America/New_York')!;
  const transitionMs = Date.UTC(2024, 2, 10, 7);
  expect(newYork.transitionsBetween(transitionMs, transitionMs + 1)).toEqual([transitionMs]);
  expect(newYork.transitionsBetween(transitionMs - hourMs, transitionMs)).toEqual([]);
});

describe('Intl and the package tell the same where nothing is in dispute', () => {
  test.each(steady)('%s from 2015 to 2024', (zone) => {
    const [intl, packaged] = [IntlClock.of(zone)!, packagedClockOf(zone)!];
    const [fromMs, toMs] = [Date.UTC(2015), Date.UTC(2025)];
    const transitions = packaged.transitionsBetween(fromMs, toMs);
    expect(intl.transitionsBetween(fromMs, toMs)).toEqual(transitions);
    const instants = [fromMs, ...transitions];
    expect(instants.map((atMs) => intl.offsetMsAt(atMs))).toEqual(instants.map((atMs) => packaged.offsetMsAt(atMs)));
  });
});
