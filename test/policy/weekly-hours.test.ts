import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayNames, HoursProblem, WeeklyHours, weekOf } from '../../src/policy/weekly-hours.js';

/** A Tuesday. */
const at = (time: string, date = '2027-01-12') => Date.parse(`${date}T${time}Z`);

describe('open', () => {
  test.each([
    ['before it opens', { 'mon-sun': ['08:00-21:00'] }, '07:59:59.999', 0, false],
    ['when it opens', { 'mon-sun': ['08:00-21:00'] }, '08:00', 0, true],
    ['just before it closes', { 'mon-sun': ['08:00-21:00'] }, '20:59:59.999', 0, true],
    ['when it closes', { 'mon-sun': ['08:00-21:00'] }, '21:00', 0, false],
    ['with less left than the margin', { 'mon-sun': ['08:00-21:00'] }, '20:59:00', 60_000, false],
    ['with more left than the margin', { 'mon-sun': ['08:00-21:00'] }, '20:58:59.999', 60_000, true],
    ['between two parts of a day', { tue: ['10:00-13:00', '14:00-20:00'] }, '13:30', 0, false],
    ['in the second part', { tue: ['10:00-13:00', '14:00-20:00'] }, '14:00', 0, true],
    ['where two parts touch', { tue: ['10:00-13:00', '13:00-20:00'] }, '12:59:30', 60_000, true],
    ['on a day that is not named', { 'wed-mon': ['00:00-24:00'] }, '12:00', 0, false],
    ['on a day of a row over the end of the week', { 'sat-tue': ['08:00-21:00'] }, '12:00', 0, true],
    ['at midnight of two open days', { 'mon-tue': ['00:00-24:00'] }, '00:00', 60_000, true],
    ['on a day without hours', { tue: [] }, '12:00', 0, false],
  ])('%s', (_title, hours, time, marginMs, isOpen) => {
    expect(new WeeklyHours(hours).isOpen(at(time), marginMs)).toBe(isOpen);
  });

  test('goes on over the end of the week', () => {
    const hours = new WeeklyHours({ 'sat-sun': ['00:00-24:00'] });
    expect(hours.isOpen(at('23:59:30', '2027-01-16'), 60_000)).toBe(true);
    expect(hours.isOpen(at('23:59:30', '2027-01-17'), 60_000)).toBe(false);
    expect(hours.openings).toEqual([6 * 86_400_000]);
  });

  test('never closes where all days are open', () => {
    const hours = new WeeklyHours({ 'mon-sun': ['00:00-24:00'] });
    fc.assert(fc.property(fc.integer({ min: -1e14, max: 1e14 }), (ms) => hours.isOpen(ms, 900_000)));
    expect(hours.openings).toEqual([]);
  });
});

test('one minute after the other is open as the hours say', () => {
  const minutes = fc.integer({ min: 0, max: 1440 });
  const text = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const span = fc.tuple(minutes, minutes).filter(([from, to]) => from < to);
  const days = fc.dictionary(fc.constantFrom(...dayNames), fc.array(span, { maxLength: 3 }));
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 7 * 1440 - 1 }), (spans, minute) => {
      const hours = new WeeklyHours(
        Object.fromEntries(
          Object.entries(spans).map(([day, list]) => [day, list.map(([from, to]) => `${text(from)}-${text(to)}`)]),
        ),
      );
      const name = dayNames[Math.floor(minute / 1440)]!;
      const ofDay = minute % 1440;
      const isOpen = (spans[name] ?? []).some(([from, to]) => from <= ofDay && ofDay < to);
      // 3 January 2027 was a Sunday.
      expect(hours.isOpen(Date.parse('2027-01-03T00:00:00Z') + minute * 60_000, 0)).toBe(isOpen);
    }),
  );
});

test.each([
  [
    'a day is named twice',
    { 'mon-fri': ['08:00-21:00'], fri: ['08:00-20:00'] },
    'fri is named twice; name each day once',
  ],
  ['hours end before they begin', { fri: ['22:00-06:00'] }, '22:00-06:00 ends before it begins'],
  ['hours are empty', { fri: ['08:00-08:00'] }, '08:00-08:00 ends before it begins'],
])('refused: %s', (_title, hours, message) => {
  expect(() => new WeeklyHours(hours)).toThrow(HoursProblem);
  expect(() => new WeeklyHours(hours)).toThrow(message);
});

test('a week begins on Sunday at midnight', () => {
  expect(new Date(weekOf(at('12:00'))).toISOString()).toBe('2027-01-10T00:00:00.000Z');
  expect(new Date(weekOf(at('00:00', '2027-01-10'))).toISOString()).toBe('2027-01-10T00:00:00.000Z');
  expect(new Date(weekOf(Date.parse('1969-12-31T12:00:00Z'))).toISOString()).toBe('1969-12-28T00:00:00.000Z');
});
