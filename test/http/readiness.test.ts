import { expect, test } from '@jest/globals';
import type { Clock } from '../../src/clock.js';
import { Readiness, type ReadinessParts } from '../../src/http/readiness.js';
import { createLog } from '../../src/log.js';
import { TestClock } from '../support/test-clock.js';

const succeeds = (reason: string) => ({ reason, run: () => Promise.resolve() });

function readinessWith(changes: Partial<ReadinessParts>) {
  const clock = new TestClock();
  const log = createLog('silent');
  return { clock, readiness: new Readiness({ clock, log, steps: { keySet: succeeds('no keys') }, ...changes }) };
}

test('a gateway is ready once every step has succeeded, each tried again every second until then', async () => {
  const tries = { keys: 0, connect: 0 };
  const { clock, readiness } = readinessWith({
    steps: {
      keySet: {
        reason: 'no keys',
        run: () => {
          tries.keys += 1;
          return Promise.resolve();
        },
      },
      connect: {
        reason: 'no Connect',
        run: () => {
          tries.connect += 1;
          return tries.connect < 3 ? Promise.reject(new Error('unreachable')) : Promise.resolve();
        },
      },
    },
  });
  const since = new Date(clock.now()).toISOString();
  expect(readiness.state()).toEqual({
    ready: false,
    reasons: ['no keys', 'no Connect'],
    dependencies: {
      keySet: { up: false, required: true, since },
      connect: { up: false, required: true, since },
    },
  });
  readiness.start();
  expect(await clock.runToNextTimer()).toBe(1_000);
  expect(readiness.state()).toMatchObject({
    ready: false,
    reasons: ['no Connect'],
    dependencies: { keySet: { up: true }, connect: { up: false, since } },
  });
  expect(await clock.runToNextTimer()).toBe(1_000);
  await clock.whenQuiet();
  const up = { up: true, required: true };
  expect(readiness.state()).toEqual({ ready: true, reasons: [], dependencies: { keySet: up, connect: up } });
  expect(tries).toEqual({ keys: 1, connect: 3 });
});

test('a stop calls the next try off, and the next look', async () => {
  let tries = 0;
  let looks = 0;
  const isUp = () => (looks += 1) > 0;
  const { clock, readiness } = readinessWith({
    steps: {
      never: {
        reason: 'never',
        run: () => {
          tries += 1;
          return Promise.reject(new Error('unreachable'));
        },
      },
    },
    dependencies: { ledger: { isUp } },
  });
  readiness.start();
  await clock.whenQuiet();
  readiness.stop();
  const before = looks;
  clock.advance(10_000);
  await clock.whenQuiet();
  expect({ tries, looks }).toEqual({ tries: 1, looks: before });
});

test('an obstacle that comes later takes it back, for as long as it is there', async () => {
  let obstacles: readonly string[] = [];
  const { clock, readiness } = readinessWith({ obstacles: () => obstacles });
  obstacles = ['a replica'];
  expect(readiness.state()).toMatchObject({ ready: false, reasons: ['no keys', 'a replica'] });
  readiness.start();
  await clock.whenQuiet();
  expect(readiness.state()).toMatchObject({ ready: false, reasons: ['a replica'] });
  obstacles = [];
  expect(readiness.state()).toMatchObject({ ready: true, reasons: [] });
});

test('what is required takes it back while it is away, and says since when, also where nobody asked at that time', async () => {
  const isUp = { ledger: true, coordination: true };
  const { clock, readiness } = readinessWith({
    dependencies: {
      ledger: { isUp: () => isUp.ledger, reason: 'the ledger is away' },
      coordination: { isUp: () => isUp.coordination },
    },
  });
  readiness.start();
  await clock.whenQuiet();
  expect(readiness.state()).toMatchObject({ ready: true, reasons: [] });

  isUp.ledger = isUp.coordination = false;
  clock.advance(1_000);
  const since = new Date(clock.now()).toISOString();
  clock.advance(3_600_000);
  expect(readiness.state()).toMatchObject({
    ready: false,
    reasons: [`the ledger is away since ${since}`],
    dependencies: {
      ledger: { up: false, required: true, since },
      coordination: { up: false, required: false, since },
    },
  });

  isUp.ledger = true;
  expect(readiness.state()).toMatchObject({
    ready: true,
    reasons: [],
    dependencies: { ledger: { up: true, required: true }, coordination: { up: false, since } },
  });
  isUp.ledger = false;
  expect(readiness.state().reasons).toEqual([`the ledger is away since ${new Date(clock.now()).toISOString()}`]);
  readiness.stop();
});

test('a step of the wall clock during an outage moves since when it is: the outage is as long as it was', () => {
  const clock = new TestClock();
  let steppedMs = 0;
  const stepping: Clock = {
    now: () => clock.now() + steppedMs,
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
  const { readiness } = readinessWith({
    clock: stepping,
    steps: { keySet: succeeds('no keys') },
    dependencies: { ledger: { isUp: () => false, reason: 'the ledger is away' } },
  });
  const awaySinceMs = clock.now();
  clock.advance(10_000);
  steppedMs = -3_600_000;
  const since = new Date(awaySinceMs - 3_600_000).toISOString();
  expect(readiness.state()).toEqual({
    ready: false,
    reasons: ['no keys', `the ledger is away since ${since}`],
    dependencies: {
      keySet: { up: false, required: true, since },
      ledger: { up: false, required: true, since },
    },
  });
});

test('where an obstacle says why the ledger is away, that is the reason', () => {
  const { readiness } = readinessWith({
    steps: {},
    dependencies: { ledger: { isUp: () => false, reason: 'the ledger is away' } },
    obstacles: () => ['a replica'],
  });
  expect(readiness.state()).toMatchObject({
    ready: false,
    reasons: ['a replica'],
    dependencies: { ledger: { up: false, required: true } },
  });
});
