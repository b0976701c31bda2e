import { expect, test } from '@jest/globals';
import { isAtLeast, isTzVersion } from '../../src/time-zones/tz-version.js';

// After 2026z comes 2026za, says tz-link.html of the tz database.
const ascending = [
  '1999z',
  '2025b',
  '2025c',
  '2026a',
  '2026f',
  '2026z',
  '2026aa',
  '2026za',
  '2026zb',
  '2026zza',
  '2027a',
];

test('releases are in the order in which they came', () => {
  const pairs = ascending.flatMap((one, index) =>
    ascending.map((other, otherIndex) => ({ one, other, index, otherIndex })),
  );
  expect(pairs.filter(({ one, other, index, otherIndex }) => isAtLeast(one, other) !== index >= otherIndex)).toEqual(
    [],
  );
});

test.each(['', '2026', '2026F', '26f', '2026f-3-gabc', 'unknown', '2026f\n'])(
  '%j is no release, and neither newer nor older',
  (text) => {
    expect(isTzVersion(text)).toBe(false);
    expect(isAtLeast(text, '1999a')).toBe(false);
    expect(isAtLeast('2099a', text)).toBe(false);
  },
);
