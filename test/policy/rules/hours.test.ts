import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hoursRule } from '../../../src/policy/rules/hours.rule.js';
import type { ZoneClocks } from '../../../src/policy/facts.js';
import type { Outcome } from '../../../src/policy/outcome.js';
import { WeeklyHours, type HoursByDay } from '../../../src/policy/weekly-hours.js';
import { aNumber, asked, zoneClocks } from '../call-facts.js';

const allDay = { 'mon-sun': ['08:00-21:00'] };
const ruleOf = (hours: HoursByDay = allDay, marginMs = 0, leastClockVersion?: string) =>
  hoursRule({ week: new WeeklyHours(hours), marginMs, leastClockVersion });

const openAt = (outcome: Outcome) =>
  outcome.is === 'DEFER' && outcome.nextAllowedAtMs !== undefined
    ? new Date(outcome.nextAllowedAtMs).toISOString()
    : undefined;

const at = (time: string, zones: readonly string[] | undefined, more: object = {}) =>
  asked({ atMs: Date.parse(time), destination: aNumber({ candidateZones: zones }), ...more });

describe('opens', () => {
  // Where clocks are set, eight hours after midnight is another time than eight.
  test.each([
    ['today', '2027-01-12T12:00:00Z', ['America/New_York'], '2027-01-12T13:00:00.000Z'],
    ['tomorrow', '2027-01-13T02:30:00Z', ['America/New_York'], '2027-01-13T13:00:00.000Z'],
    ['on the day on which clocks go forward', '2027-03-14T06:00:00Z', ['America/New_York'], '2027-03-14T12:00:00.000Z'],
    ['on the day on which they go back', '2027-11-07T12:30:00Z', ['America/New_York'], '2027-11-07T13:00:00.000Z'],
    [
      'where the last of two zones does',
      '2027-01-12T12:00:00Z',
      ['America/New_York', 'America/Chicago'],
      '2027-01-12T14:00:00.000Z',
    ],
    ['where clocks are half an hour off', '2027-01-12T01:00:00Z', ['Asia/Kolkata'], '2027-01-12T02:30:00.000Z'],
  ])('%s', (_title, time, zones, opens) => {
    const outcome = ruleOf()(at(time, zones));
    expect(outcome).toMatchObject({ is: 'DEFER', reason: 'HOURS_CLOSED' });
    expect(openAt(outcome)).toBe(opens);
  });

  test('after the days on which it is closed', () => {
    const outcome = ruleOf({ 'mon-fri': ['10:00-13:00', '14:00-20:00'] })(at('2027-01-15T19:30:00Z', ['Europe/Paris']));
    expect(openAt(outcome)).toBe('2027-01-18T09:00:00.000Z');
  });

  test('never, where two zones have no common hour, or no day is open', () => {
    const zones = ['Asia/Kolkata', 'America/Los_Angeles'];
    expect(ruleOf({ 'mon-sun': ['10:00-12:00'] })(at('2027-01-12T12:00:00Z', zones))).toMatchObject({
      is: 'DEFER',
      nextAllowedAtMs: undefined,
    });
    expect(openAt(ruleOf({})(at('2027-01-12T12:00:00Z', zones)))).toBeUndefined();
  });
});

test.each([undefined, '2026f'])('clocks that show a known instant wrongly tell no hours, needed %s', (needed) => {
  const clocks = { ...zoneClocks(), isAtLeast: () => false };
  expect(ruleOf(allDay, 0, needed)(asked({}, { clocks }))).toMatchObject({
    is: 'UNKNOWN',
    reason: 'GUARD_UNAVAILABLE',
  });
});

test('the hours of no zone are not known', () => {
  const outcome = ruleOf()(asked({ destination: aNumber({ candidateZones: [] }) }));
  expect(outcome).toMatchObject({ is: 'UNKNOWN', reason: 'ZONE_UNKNOWN' });
});

test.each<[string, Partial<ZoneClocks>]>([
  ['is not there', { offsetsAt: () => undefined }],
  ['shows nothing', { offsetsAt: () => [] }],
])('that a candidate zone %s is the fault of the gateway', (_title, lacking) => {
  const outcome = ruleOf()(asked({}, { clocks: { ...zoneClocks(), ...lacking } }));
  expect(outcome).toMatchObject({ is: 'UNKNOWN', reason: 'GUARD_UNAVAILABLE' });
});

test.each([
  ['open', '2027-01-12T18:00:00Z', ['America/New_York'], 'ALLOW'],
  [
    'open in the one zone and closed in the other, in the evening',
    '2027-01-13T02:30:00Z',
    ['America/New_York', 'America/Chicago'],
    'DEFER',
  ],
  ['in the morning', '2027-01-12T13:10:00Z', ['America/Chicago', 'America/New_York'], 'DEFER'],
  ['no zone is known', '2027-01-12T18:00:00Z', undefined, 'ZONE_UNKNOWN'],
  ['a zone without a clock', '2027-01-12T18:00:00Z', ['America/New_York', 'Mars/Olympus'], 'GUARD_UNAVAILABLE'],
  ['beside such a zone it is closed', '2027-01-13T02:30:00Z', ['America/New_York', 'Mars/Olympus'], 'DEFER'],
])('%s', (_title, time, zones, found) => {
  const isUnknown = found === 'ZONE_UNKNOWN' || found === 'GUARD_UNAVAILABLE';
  expect(ruleOf()(at(time, zones))).toMatchObject(isUnknown ? { is: 'UNKNOWN', reason: found } : { is: found });
});

describe('a verified zone', () => {
  // In Miami it is 20:30, in Los Angeles 17:30.
  const miami = aNumber({ areaCodeStates: ['FL'], candidateZones: ['America/New_York'] });
  const facts = { atMs: Date.parse('2027-01-13T01:30:00Z'), destination: miami, calleeTimeZone: 'America/Los_Angeles' };
  const evening = ruleOf({ 'mon-sun': ['08:00-20:00'] });

  test('decides', () => {
    expect(evening(asked(facts))).toEqual({ is: 'ALLOW' });
    expect(evening(asked({ ...facts, calleeTimeZone: undefined }))).toMatchObject({ reason: 'HOURS_CLOSED' });
  });

  test('lifts no rule that follows the area code', () => {
    expect(evening(asked(facts, { isByAreaCode: true }))).toMatchObject({ reason: 'HOURS_CLOSED' });
  });

  test('counts beside the area code, and not only in its place', () => {
    const early = { ...facts, atMs: Date.parse('2027-01-12T14:00:00Z') };
    expect(evening(asked(early, { isByAreaCode: true }))).toMatchObject({ reason: 'HOURS_CLOSED' });
  });

  test('that is none is told', () => {
    expect(evening(asked({ ...facts, calleeTimeZone: 'Europe/Berln' }))).toMatchObject({
      is: 'REFUSE',
      reason: 'ZONE_UNKNOWN',
      message: expect.stringContaining('calleeTimeZone is no time zone that is known here') as unknown,
    });
  });

  test('decides where the number tells nothing', () => {
    const tollFree = aNumber({ candidateZones: undefined });
    expect(evening(asked({ ...facts, destination: tollFree }))).toEqual({ is: 'ALLOW' });
  });
});

describe('clocks', () => {
  const facts = {
    atMs: Date.parse('2027-01-13T01:30:00Z'),
    destination: aNumber({ candidateZones: ['America/New_York'] }),
  };

  test('of two that disagree both must be open', () => {
    expect(ruleOf()(asked(facts))).toEqual({ is: 'ALLOW' });
    const clocks = zoneClocks({ alsoAhead: { 'America/New_York': -4 } });
    expect(ruleOf()(asked(facts, { clocks }))).toMatchObject({ reason: 'HOURS_CLOSED' });
  });

  test('of too old a database tell nothing', () => {
    const clocks = zoneClocks({ version: '2026c' });
    expect(ruleOf(allDay, 0, '2026f')(asked(facts, { clocks }))).toMatchObject({
      is: 'UNKNOWN',
      reason: 'GUARD_UNAVAILABLE',
    });
    expect(ruleOf(allDay, 0, '2026c')(asked(facts, { clocks }))).toEqual({ is: 'ALLOW' });
  });
});

test('the next opening is open, and the moment before it is not', () => {
  const zones = ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'Europe/Paris', 'Asia/Kolkata'];
  const hours = fc.constantFrom<HoursByDay>(
    allDay,
    { 'mon-fri': ['10:00-13:00', '14:00-20:00'] },
    { 'mon-sat': ['09:00-21:00'], sun: ['12:00-21:00'] },
    { sun: ['02:30-03:30'] },
    { 'mon-sun': ['00:00-02:15', '22:45-24:00'] },
  );
  const from = Date.parse('2026-11-10T00:00:00Z');
  const to = Date.parse('2027-11-20T00:00:00Z');
  fc.assert(
    fc.property(
      hours,
      fc.uniqueArray(fc.constantFrom(...zones), { minLength: 1, maxLength: 2 }),
      fc.integer({ min: from, max: to }),
      fc.constantFrom(0, 60_000, 120_000),
      (open, candidateZones, atMs, marginMs) => {
        const rule = ruleOf(open, marginMs);
        const destination = aNumber({ candidateZones });
        const outcome = rule(asked({ atMs, destination }));
        if (outcome.is !== 'DEFER' || outcome.nextAllowedAtMs === undefined) return;
        const opensAtMs = outcome.nextAllowedAtMs;
        expect(rule(asked({ atMs: opensAtMs, destination })).is).toBe('ALLOW');
        expect(rule(asked({ atMs: opensAtMs - 1, destination })).is).toBe('DEFER');
        // Nothing opens and closes in between: hours begin at whole quarters.
        for (let ms = Math.ceil(atMs / 900_000) * 900_000; ms < opensAtMs; ms += 900_000) {
          expect(rule(asked({ atMs: ms, destination })).is).toBe('DEFER');
        }
      },
    ),
    { numRuns: 300 },
  );
});
