import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTzif } from '../../src/time-zones/tzif.js';
import { ListedClock } from '../../src/time-zones/zone-clock.js';
import { tzifBytes, type TzifContent } from './tzif-bytes.js';

const hourMs = 3_600_000;

function hoursAt(content: TzifContent, at: string): number | undefined {
  const offsetMs = new ListedClock(parseTzif(tzifBytes(content))).offsetMsAt(Date.parse(at));
  return offsetMs === undefined ? undefined : offsetMs / hourMs;
}

const seconds = (at: string) => Date.parse(at) / 1000;
const newYork: TzifContent = {
  transitions: [
    [seconds('1883-11-18T17:00:00Z'), 1],
    [seconds('2007-03-11T07:00:00Z'), 2],
    [seconds('2007-11-04T06:00:00Z'), 1],
  ],
  types: [
    [-17762, 'LMT'],
    [-18000, 'EST'],
    [-14400, 'EDT'],
  ],
  footer: 'EST5EDT,M3.2.0,M11.1.0',
};

describe('a file with transitions and a rule', () => {
  test.each([
    ['before the first transition', '1883-11-18T16:59:59.999Z', -17762 / 3600],
    ['at a transition', '1883-11-18T17:00:00Z', -5],
    ['between two', '2007-07-01T00:00:00Z', -4],
    ['at the last one', '2007-11-04T06:00:00Z', -5],
    ['before the first change by the rule', '2008-03-09T06:59:59.999Z', -5],
    ['at the first change by the rule', '2008-03-09T07:00:00Z', -4],
    ['in a leap year', '2028-02-29T12:00:00Z', -5],
    ['far away', '2999-07-01T00:00:00Z', -4],
  ])('%s: %s is %d hours from UTC', (_name, at, hours) => {
    expect(hoursAt(newYork, at)).toBe(hours);
  });

  test('lists transitions of both, each once, from an instant up to another without it', () => {
    const clock = new ListedClock(parseTzif(tzifBytes(newYork)));
    const between = (from: string, to: string) =>
      clock.transitionsBetween(Date.parse(from), Date.parse(to)).map((atMs) => new Date(atMs).toISOString());
    expect(between('2007-03-11T07:00:00Z', '2008-03-09T07:00:00Z')).toEqual([
      '2007-03-11T07:00:00.000Z',
      '2007-11-04T06:00:00.000Z',
    ]);
    expect(between('2007-03-11T07:00:00.001Z', '2008-03-09T07:00:00.001Z')).toEqual([
      '2007-11-04T06:00:00.000Z',
      '2008-03-09T07:00:00.000Z',
    ]);
    expect(between('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z')).toEqual([]);
  });
});

describe('other files', () => {
  test.each<[string, TzifContent, string, number | undefined]>([
    ['neither transitions nor rule', { types: [[32400, 'JST']] }, '2026-11-30T00:00:00Z', 9],
    ['a rule alone', { types: [[32400, 'JST']], footer: 'JST-9' }, '2026-11-30T00:00:00Z', 9],
    [
      'a rule alone, with summer time',
      { types: [[0, 'GMT']], footer: 'GMT0BST,M3.5.0/1,M10.5.0' },
      '2026-07-01T00:00:00Z',
      1,
    ],
    ['version 3', { ...newYork, version: '3' }, '2026-07-01T00:00:00Z', -4],
    ['version 4', { ...newYork, version: '4' }, '2026-07-01T00:00:00Z', -4],
    ['transitions without a rule, before the last', { ...newYork, footer: '' }, '2007-07-01T00:00:00Z', -4],
    [
      'transitions without a rule, from the last on: unspecified',
      { ...newYork, footer: '' },
      '2007-11-04T06:00:00Z',
      undefined,
    ],
    ['a place without local time', { types: [[0, '-00']], footer: '<-00>0' }, '2026-11-30T00:00:00Z', undefined],
    [
      'a file that is cut at its beginning',
      { ...newYork, types: [[0, '-00'], ...newYork.types!.slice(1)] },
      '1883-11-18T16:59:59Z',
      undefined,
    ],
    ['version 1 without transitions', { version: '\0', types: [[32400, 'JST']] }, '2100-01-01T00:00:00Z', 9],
    [
      'version 1',
      { version: '\0', types: newYork.types!, transitions: newYork.transitions!.slice(1) },
      '2007-07-01T00:00:00Z',
      -4,
    ],
    [
      'version 1, to the end of its time',
      { version: '\0', types: newYork.types!, transitions: newYork.transitions!.slice(1) },
      '2038-01-19T03:14:07Z',
      -5,
    ],
    [
      'version 1, after it',
      { version: '\0', types: newYork.types!, transitions: newYork.transitions!.slice(1) },
      '2038-01-19T03:14:08Z',
      undefined,
    ],
  ])('%s', (_name, content, at, hours) => {
    expect(hoursAt(content, at)).toBe(hours);
  });
});

describe('what is refused', () => {
  const bytes = tzifBytes(newYork);
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = value;
    return copy;
  };
  const secondHeader = bytes.indexOf('TZif', 4);

  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'it ends early'],
    ['another file', Buffer.from('# version 2026f\n'.repeat(9)), 'it is not a TZif file'],
    ['a version that is none', changed(4, 0x41), 'its version is unknown'],
    ['a second block that is none', changed(secondHeader, 0), 'it is not a TZif file'],
    ['leap seconds', tzifBytes({ ...newYork, leapSeconds: 27 }), 'it counts leap seconds'],
    ['leap seconds in version 1', tzifBytes({ version: '\0', leapSeconds: 1 }), 'it counts leap seconds'],
    ['no local time', tzifBytes({ types: [] }), 'it has no local time'],
    [
      'a local time that is not there',
      tzifBytes({ ...newYork, transitions: [[0, 3]] }),
      'it names a local time that it does not have',
    ],
    ['an offset of 27 hours', tzifBytes({ types: [[97200, 'FAR']] }), 'it has an offset that no place has'],
    [
      'transitions out of order',
      tzifBytes({ ...newYork, transitions: [...newYork.transitions!].reverse() }),
      'its transitions are out of order',
    ],
    ['a rule that is none', tzifBytes({ ...newYork, footer: 'EST5EDT' }), 'its last line is not a rule that is known'],
    ['counts beyond its end', changed(secondHeader + 34, 1), 'it ends early'],
  ])('%s', (_name, broken, message) => {
    expect(() => parseTzif(broken)).toThrow(message);
  });

  test('a file that ends early, wherever it does', () => {
    const read = Array.from({ length: bytes.length }, (_, length) => {
      try {
        return parseTzif(bytes.subarray(0, length));
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect([...new Set(read)].sort()).toEqual(['it ends early', 'its last line is missing']);
  });

  test('whatever is changed in it, with a message, or it is read', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        try {
          const list = parseTzif(changed(at, value));
          expect(list.offsetsMs).toHaveLength(list.startsMs.length + 1);
        } catch (error) {
          expect((error as Error).message).toMatch(/^it(?:s)? /);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
