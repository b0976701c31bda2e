import { describe, expect, test } from '@jest/globals';
import { YearlyRule } from '../../src/time-zones/yearly-rule.js';

const hourMs = 3_600_000;

function ruleOf(text: string): YearlyRule {
  const rule = YearlyRule.parse(text);
  if (!rule) throw new Error(`${text} is no rule`);
  return rule;
}

/** When clocks change in a year, and to how many hours east of UTC. */
function changesIn(text: string, year: number): string[] {
  const rule = ruleOf(text);
  return rule
    .changesBetween(Date.UTC(year), Date.UTC(year + 1))
    .map((atMs) => `${new Date(atMs).toISOString().slice(0, 16)} ${rule.offsetMsAt(atMs)! / hourMs}`);
}

describe('clocks that change', () => {
  // Checked by hand against calendars; the first four are rules of tzdata 2026f.
  test.each([
    ['New York', 'EST5EDT,M3.2.0,M11.1.0', 2027, ['2027-03-14T07:00 -4', '2027-11-07T06:00 -5']],
    [
      'London, changes at 01:00 and 02:00',
      'GMT0BST,M3.5.0/1,M10.5.0',
      2026,
      ['2026-03-29T01:00 1', '2026-10-25T01:00 0'],
    ],
    [
      'Sydney, where summer spans the new year',
      'AEST-10AEDT,M10.1.0,M4.1.0/3',
      2026,
      ['2026-04-04T16:00 10', '2026-10-03T16:00 11'],
    ],
    ['Nuuk, at hours below 0', '<-02>2<-01>,M3.5.0/-1,M10.5.0/0', 2026, ['2026-03-29T01:00 -1', '2026-10-25T01:00 -2']],
    ['Gaza, at hours above 24', 'EET-2EEST,M3.4.4/50,M10.4.4/50', 2026, ['2026-03-28T00:00 3', '2026-10-23T23:00 2']],
    [
      'Lord Howe, half an hour',
      '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0',
      2026,
      ['2026-04-04T15:00 10.5', '2026-10-03T15:30 11'],
    ],
    ['days that never count 29 February', 'AAA0BBB,J59/0,J60/0', 2028, ['2028-02-28T00:00 1', '2028-02-29T23:00 0']],
    ['the same in a common year', 'AAA0BBB,J59/0,J60/0', 2027, ['2027-02-28T00:00 1', '2027-02-28T23:00 0']],
    ['days that count it', 'AAA0BBB,59/0,60/0', 2028, ['2028-02-29T00:00 1', '2028-02-29T23:00 0']],
    ['the same days in a common year', 'AAA0BBB,59/0,60/0', 2027, ['2027-03-01T00:00 1', '2027-03-01T23:00 0']],
    [
      'the fifth week of a month that has five',
      'AAA0BBB,M2.5.2/0,M3.5.2/0',
      2028,
      ['2028-02-29T00:00 1', '2028-03-27T23:00 0'],
    ],
    [
      'the fifth week of one that has four',
      'AAA0BBB,M2.5.2/0,M3.5.2/0',
      2027,
      ['2027-02-23T00:00 1', '2027-03-29T23:00 0'],
    ],
    [
      'seconds',
      'AAA0:00:30BBB-1:00:30,M3.2.0/1:00:30,M11.1.0/2',
      2027,
      ['2027-03-14T01:01 1.0083333333333333', '2027-11-07T00:59 -0.008333333333333333'],
    ],
  ])('%s', (_name, rule, year, changes) => {
    expect(changesIn(rule, year)).toEqual(changes);
  });
});

describe('clocks that do not', () => {
  test.each([
    ['EST5', -5],
    ['<+0545>-5:45', 5.75],
    // Summer time all year long, of RFC 9636, 3.3.1: it starts at the instant at which it ends.
    ['XXX3EDT4,0/0,J365/23', -4],
    ['EST5EDT,0/0,J365/25', -4],
  ])('%s', (text, hours) => {
    const rule = ruleOf(text);
    const instants = [
      Date.UTC(2027),
      Date.UTC(2027, 0, 1, 5),
      Date.UTC(2027, 6, 1),
      Date.UTC(2028, 11, 31, 23, 59, 59),
    ];
    expect(instants.map((atMs) => rule.offsetMsAt(atMs)! / hourMs)).toEqual(instants.map(() => hours));
  });

  test('a place without local time has none', () => {
    expect(ruleOf('<-00>0').offsetMsAt(0)).toBeUndefined();
  });
});

test.each([
  '',
  'EST',
  '5',
  'EST5EDT',
  'EST5EDT,M3.2.0',
  'EST5EDT,M3.6.0,M11.1.0',
  'EST5EDT,M3.2.7,M11.1.0',
  'ES5',
  'EST5\n',
  'Europe/Berlin',
  ':EST5',
  '<-05>',
])('%j is no rule', (text) => {
  expect(YearlyRule.parse(text)).toBeUndefined();
});
