import { expect, test } from '@jest/globals';
import { durationMs, durationPattern } from '../../src/policy/duration.js';
import { earliestEndMs, earliestMs, instantPattern, latestMs, timePattern } from '../../src/policy/instants.js';

test.each([
  ['0s', 0],
  ['90s', 90_000],
  ['10m', 600_000],
  ['24h', 86_400_000],
  ['30d', 2_592_000_000],
  ['2y', 63_072_000_000],
])('%s is %i ms', (text, ms) => {
  expect(text).toMatch(new RegExp(durationPattern));
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '10', 's', '1.5h', '-1s', '1w', '01s', '0m', ' 1s', '1s\n', 'P1D'])('%j is no duration', (text) => {
  expect(text).not.toMatch(new RegExp(durationPattern));
});

const iso = (ms: number) => new Date(ms).toISOString();

test('a day begins and ends where the clocks on earth say so first, or last', () => {
  expect(iso(earliestMs('2027-01-31'))).toBe('2027-01-30T10:00:00.000Z');
  expect(iso(latestMs('2027-01-31'))).toBe('2027-02-01T12:00:00.000Z');
  expect(iso(earliestEndMs('2027-01-31'))).toBe('2027-01-31T10:00:00.000Z');
});

test('a time is what it is', () => {
  for (const read of [earliestMs, latestMs, earliestEndMs]) {
    expect(iso(read('2027-01-31T08:00:00+01:00'))).toBe('2027-01-31T07:00:00.000Z');
  }
});

test.each(['2027-02-30', '2027-13-01', '2027-01-31T25:00:00Z'])('%s does not exist', (text) => {
  expect(text).toMatch(new RegExp(instantPattern));
  for (const read of [earliestMs, latestMs, earliestEndMs]) expect(read(text)).toBeNaN();
});

test.each(['2027-1-31', '31.01.2027', '2027-01-31T08:00', '2027-01-31 08:00:00Z'])('%s is no instant', (text) => {
  expect(text).not.toMatch(new RegExp(instantPattern));
});

test('a day is no time', () => {
  expect('2027-01-31').toMatch(new RegExp(instantPattern));
  expect('2027-01-31').not.toMatch(new RegExp(timePattern));
  for (const text of ['2027-01-31T08:00Z', '2027-01-31T08:00:00.123-05:00'])
    expect(text).toMatch(new RegExp(timePattern));
});
