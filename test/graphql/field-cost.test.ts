import { expect, test } from '@jest/globals';
import { costLimit, costOfOnly } from '../../src/graphql/field-cost.js';

test.each([0, 1, 512, 40_000, 10_000_000, 1e12])(
  'of a value of %d bytes that anybody may ask for, one fits',
  (bytes) => {
    const cost = costOfOnly(bytes);
    expect(cost + 10).toBeLessThanOrEqual(costLimit);
    expect(2 * cost).toBeGreaterThan(costLimit);
  },
);
