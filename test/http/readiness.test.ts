import { expect, test } from '@jest/globals';
import { Readiness } from '../../src/http/readiness.js';
import { createLog } from '../../src/log.js';
import { TestClock } from '../support/test-clock.js';

const silent = createLog('silent');

test('a gateway is ready once every step has succeeded, each tried again every second until then', async () => {
  const clock = new TestClock();
  const tries = { keys: 0, connect: 0 };
  const readiness = new Readiness(clock, silent, {
    'no keys': () => {
      tries.keys += 1;
      return Promise.resolve();
    },
    'no Connect': () => {
      tries.connect += 1;
      return tries.connect < 3 ? Promise.reject(new Error('unreachable')) : Promise.resolve();
    },
  });
  expect(readiness.state()).toEqual({ ready: false, reasons: ['no keys', 'no Connect'] });
  readiness.start();
  expect(await clock.runToNextTimer()).toBe(1_000);
  expect(readiness.state()).toEqual({ ready: false, reasons: ['no Connect'] });
  expect(await clock.runToNextTimer()).toBe(1_000);
  await clock.whenQuiet();
  expect(readiness.state()).toEqual({ ready: true, reasons: [] });
  expect(tries).toEqual({ keys: 1, connect: 3 });
});

test('a stop calls the next try off', async () => {
  const clock = new TestClock();
  let tries = 0;
  const readiness = new Readiness(clock, silent, {
    never: () => {
      tries += 1;
      return Promise.reject(new Error('unreachable'));
    },
  });
  readiness.start();
  await clock.whenQuiet();
  readiness.stop();
  clock.advance(10_000);
  await clock.whenQuiet();
  expect(tries).toBe(1);
});

test('an obstacle that comes later takes it back, for as long as it is there', async () => {
  const clock = new TestClock();
  let obstacles: readonly string[] = [];
  const readiness = new Readiness(clock, silent, { 'no keys': () => Promise.resolve() }, () => obstacles);
  obstacles = ['a replica'];
  expect(readiness.state()).toEqual({ ready: false, reasons: ['no keys', 'a replica'] });
  readiness.start();
  await clock.whenQuiet();
  expect(readiness.state()).toEqual({ ready: false, reasons: ['a replica'] });
  obstacles = [];
  expect(readiness.state()).toEqual({ ready: true, reasons: [] });
});
