import { expect, test } from '@jest/globals';
import { plantedFaults } from './planted-faults.js';
import { search } from './search.js';

test.each(Object.entries(plantedFaults))('a planted fault is found: %s', async (_name, planted) => {
  const { failed } = await search({ from: 1, count: 5_000 }, { replicas: 3, callers: 4, planted });
  expect(failed).toHaveLength(1);
});
