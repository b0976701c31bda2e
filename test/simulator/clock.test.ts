import { expect, jest, test } from '@jest/globals';
import { manualClock, runningClock } from '../../src/simulator/clock.js';
import type { SimulatorClock } from '../../src/simulator/clock.js';

const clocks: readonly (readonly [string, () => SimulatorClock])[] = [
  ['a manual clock', () => manualClock(1_000)],
  ['a running clock', () => runningClock(1)],
];

test.each(clocks)('%s can be advanced, and waits for the past are over at once.', async (_name, make) => {
  const clock = make();
  const before = clock.now();
  clock.advance(3_600_000);
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  await expect(clock.wait(0)).resolves.toBeUndefined();
});

test.each(clocks)('waits on %s end in the order of their moments when it passes them.', async (_name, make) => {
  const clock = make();
  const ended: string[] = [];
  const waits = [
    clock.wait(7_200_000).then(() => ended.push('late')),
    clock.wait(3_600_000).then(() => ended.push('early')),
  ];
  clock.advance(3_600_000);
  await waits[1];
  expect(ended).toEqual(['early']);
  clock.advance(3_600_000);
  await Promise.all(waits);
  expect(ended).toEqual(['early', 'late']);
});

test('a manual clock stands still, and a wait that is not due stays.', async () => {
  const clock = manualClock(1_000);
  let isOver = false;
  const wait = clock.wait(10).then(() => (isOver = true));
  clock.advance(9);
  await Promise.resolve();
  expect([clock.now(), isOver]).toEqual([1_009, false]);
  clock.advance(1);
  await wait;
});

test('a running clock goes so many times faster than real time, and no wait on it ends early.', async () => {
  const clock = runningClock(3_600_000);
  for (let round = 0; round < 500; round++) {
    const before = clock.now();
    await clock.wait(3_600_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  }
});

test('a wait on a running clock may be longer than a timer of Node can be.', () => {
  const timers = jest.spyOn(globalThis, 'setTimeout');
  try {
    void runningClock(1).wait(2 ** 32);
    expect(timers.mock.calls.map(([, delayMs]) => delayMs)).toEqual([2 ** 31 - 1]);
  } finally {
    timers.mockRestore();
  }
});
