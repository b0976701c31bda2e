import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLog } from '../../src/log.js';
import { noMeters } from '../../src/meters.js';
import {
  Admission,
  endShare,
  lateForMs,
  OverloadRefusal,
  quietAfterMs,
  readShare,
  type OperationKind,
} from '../../src/operations/admission.js';
import { ManualLoopDelay } from '../support/manual-loop-delay.js';
import { TestClock } from '../support/test-clock.js';

const limits = { maxOperationsInFlight: 20, maxLoopDelayMs: 1_000 };
/** Where reads are refused, and below which they no longer are; and the same of mutations. */
const marks = {
  read: { inFlight: 15, inFlightEnd: 13.5, delayMs: 500, delayEndMs: 250 },
  mutation: { inFlight: 20, inFlightEnd: 18, delayMs: 1_000, delayEndMs: 500 },
} as const;
const kinds: readonly OperationKind[] = ['read', 'mutation'];

function started(random = () => 0, meters = noMeters) {
  const lines: string[] = [];
  const clock = new TestClock();
  const loopDelay = new ManualLoopDelay();
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const admission = new Admission({ limits, loopDelay, random, clock, log, meters });
  admission.start();
  const leavers: (() => void)[] = [];
  return {
    admission,
    clock,
    loopDelay,
    /** Lets operations come or go until so many are in flight. */
    setInFlight: (count: number) => {
      while (admission.inFlight < count) leavers.push(admission.enter());
      while (admission.inFlight > count) leavers.pop()!();
    },
    refused: () => kinds.filter((kind) => admission.refusal(kind) !== undefined),
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

test('the marks of this test follow from the limits', () => {
  const { maxOperationsInFlight, maxLoopDelayMs } = limits;
  const shares = { read: readShare, mutation: { operationsInFlight: 1, loopDelay: 1 } };
  for (const kind of kinds) {
    const inFlight = maxOperationsInFlight * shares[kind].operationsInFlight;
    const delayMs = maxLoopDelayMs * shares[kind].loopDelay;
    expect(marks[kind]).toEqual({
      inFlight,
      inFlightEnd: inFlight * endShare.operationsInFlight,
      delayMs,
      delayEndMs: delayMs * endShare.loopDelay,
    });
  }
});

describe('operations in flight', () => {
  test('reads are refused from their mark, mutations from the limit, and neither below', () => {
    const { setInFlight, refused } = started();
    setInFlight(14);
    expect(refused()).toEqual([]);
    setInFlight(15);
    expect(refused()).toEqual(['read']);
    setInFlight(19);
    expect(refused()).toEqual(['read']);
    setInFlight(20);
    expect(refused()).toEqual(['read', 'mutation']);
  });

  test('what is refused is taken again once there are well fewer', () => {
    const { setInFlight, refused } = started();
    setInFlight(20);
    expect(refused()).toEqual(['read', 'mutation']);
    setInFlight(18);
    expect(refused()).toEqual(['read', 'mutation']);
    setInFlight(17);
    expect(refused()).toEqual(['read']);
    setInFlight(19);
    expect(refused()).toEqual(['read']);
    setInFlight(14);
    expect(refused()).toEqual(['read']);
    setInFlight(13);
    expect(refused()).toEqual([]);
    setInFlight(14);
    expect(refused()).toEqual([]);
  });

  test('that there were fewer counts also where nobody asked meanwhile', () => {
    const { setInFlight, refused } = started();
    setInFlight(20);
    expect(refused()).toEqual(['read', 'mutation']);
    setInFlight(0);
    setInFlight(14);
    expect(refused()).toEqual([]);
  });

  test('an operation that has entered is not refused for itself', () => {
    const { admission, setInFlight } = started();
    setInFlight(20);
    expect(admission.refusal('mutation', true)).toBeUndefined();
    setInFlight(21);
    expect(admission.refusal('mutation', true)).toBeInstanceOf(OverloadRefusal);
  });

  test('an operation leaves once', () => {
    const { admission } = started();
    const leave = admission.enter();
    admission.enter();
    leave();
    leave();
    expect(admission.inFlight).toBe(1);
  });
});

describe('the delay of the event loop', () => {
  test('one pause refuses nobody', () => {
    const { clock, loopDelay, refused } = started();
    loopDelay.sample(5_000);
    expect(refused()).toEqual([]);
    clock.advance(lateForMs - 1);
    expect(refused()).toEqual([]);
    loopDelay.sample(0);
    clock.advance(10_000);
    expect(refused()).toEqual([]);
    loopDelay.sample(5_000);
    expect(refused()).toEqual([]);
  });

  test.each([
    [499, []],
    [500, ['read']],
    [999, ['read']],
    [1_000, ['read', 'mutation']],
  ])('of %d ms refuses %j once it has been so long enough', (delayMs, expected) => {
    const { clock, loopDelay, refused } = started();
    loopDelay.sample(delayMs);
    expect(refused()).toEqual([]);
    clock.advance(lateForMs);
    loopDelay.sample(delayMs);
    expect(refused()).toEqual(expected);
  });

  test('refuses within a long turn, whoever asked first', () => {
    const { admission, clock, loopDelay, refused } = started();
    loopDelay.overdue = 1_000;
    expect(admission.refusal('mutation')).toBeUndefined();
    clock.advance(lateForMs);
    loopDelay.overdue = 1_000 + lateForMs;
    expect(refused()).toEqual(['read', 'mutation']);
  });

  test('refuses until it has fallen well below the mark', () => {
    const { clock, loopDelay, refused } = started();
    loopDelay.sample(1_000);
    clock.advance(lateForMs);
    expect(refused()).toEqual(['read', 'mutation']);
    loopDelay.sample(500);
    expect(refused()).toEqual(['read', 'mutation']);
    loopDelay.sample(499);
    expect(refused()).toEqual(['read']);
    loopDelay.sample(250);
    expect(refused()).toEqual(['read']);
    loopDelay.sample(249);
    expect(refused()).toEqual([]);
  });

  test('is watched until the stop', () => {
    const { admission, loopDelay } = started();
    expect(loopDelay.isWatched).toBe(true);
    admission.stop();
    expect(loopDelay.isWatched).toBe(false);
  });
});

test('a refusal says when to ask again, to each at another time', () => {
  const randoms = [0, 0.5, 1];
  const { admission, setInFlight } = started(() => randoms.shift()!);
  setInFlight(20);
  const refusals = [0, 1, 2].map(() => admission.refusal('read'));
  expect(refusals).toMatchObject([
    { code: 'THROTTLED', retryable: true, retryAfterMs: 1_000 },
    { code: 'THROTTLED', retryable: true, retryAfterMs: 1_500 },
    { code: 'THROTTLED', retryable: true, retryAfterMs: 2_000 },
  ]);
});

test('a refusal costs no new error', () => {
  const { admission, setInFlight } = started(() => 0.25);
  setInFlight(20);
  const refusal = admission.refusal('read');
  expect(refusal).toMatchObject({ code: 'THROTTLED', retryAfterMs: 1_250 });
  expect(admission.refusal('read')).toBe(refusal);
  expect(admission.refusal('mutation')).toBe(refusal);
});

describe('the log', () => {
  const begin = { level: 'warn', msg: 'overload: queries and subscriptions are refused' };
  const end = { level: 'info', msg: 'queries and subscriptions are taken again' };

  test('has a line when something is refused, and one with the count when nothing was for a while', () => {
    const { admission, clock, setInFlight, logged } = started();
    setInFlight(15);
    expect(logged()).toEqual([]);
    for (let refused = 0; refused < 1_000; refused += 1) admission.refusal('read');
    expect(logged()).toMatchObject([{ ...begin, inFlight: 15, reasons: ['operations in flight'] }]);
    // Taken again for a moment, and refused again: that is the same overload.
    clock.advance(quietAfterMs - 1);
    setInFlight(0);
    expect(admission.refusal('read')).toBeUndefined();
    setInFlight(15);
    expect(admission.refusal('read')).toBeDefined();
    setInFlight(0);
    clock.advance(quietAfterMs - 1);
    expect(logged()).toHaveLength(1);
    clock.advance(1);
    expect(logged()).toMatchObject([begin, { ...end, refused: 1_001, forMs: quietAfterMs - 1 }]);
    setInFlight(15);
    admission.refusal('read');
    expect(logged()).toMatchObject([begin, end, begin]);
  });

  test('tells of reads and of mutations by themselves, and why', () => {
    const { clock, loopDelay, refused, logged } = started();
    loopDelay.sample(1_000);
    clock.advance(lateForMs);
    refused();
    clock.advance(quietAfterMs);
    expect(logged()).toMatchObject([
      { ...begin, reasons: ['loop delay'] },
      { level: 'warn', msg: 'overload: all operations are refused', reasons: ['loop delay'] },
      { ...end, refused: 1, forMs: 0 },
      { level: 'info', msg: 'mutations are taken again', refused: 1, forMs: 0 },
    ]);
  });

  test('has the count at a stop, and no timer is left', () => {
    const { admission, clock, setInFlight, refused, logged } = started();
    setInFlight(15);
    refused();
    admission.stop();
    expect(logged()).toMatchObject([begin, { ...end, refused: 1 }]);
    clock.advance(10 * quietAfterMs);
    expect(logged()).toHaveLength(2);
  });
});

type Step =
  | { readonly inFlight: number }
  | { readonly sampleMs: number }
  | { readonly overdueMs: number }
  | { readonly advanceMs: number }
  | { readonly ask: OperationKind };

const steps = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 22 }).map((inFlight): Step => ({ inFlight })),
    fc.integer({ min: 0, max: 1_500 }).map((sampleMs): Step => ({ sampleMs })),
    fc.integer({ min: 0, max: 1_500 }).map((overdueMs): Step => ({ overdueMs })),
    fc.integer({ min: 1, max: 300 }).map((advanceMs): Step => ({ advanceMs })),
    fc.constantFrom<Step[]>({ ask: 'read' }, { ask: 'mutation' }),
  ),
  { maxLength: 60 },
);

test('nothing is refused unless a measure reached its mark and has not fallen well below it since, and never a mutation where a read is not', () => {
  let refusals = 0;
  fc.assert(
    fc.property(steps, (story) => {
      const { admission, clock, loopDelay, setInFlight } = started();
      const reached = { read: { inFlight: false, delay: false }, mutation: { inFlight: false, delay: false } };
      const note = (inFlight: number, delayMs: number) => {
        for (const kind of kinds) {
          if (inFlight >= marks[kind].inFlight) reached[kind].inFlight = true;
          if (delayMs >= marks[kind].delayMs) reached[kind].delay = true;
        }
      };
      for (const step of story) {
        if ('inFlight' in step) {
          setInFlight(step.inFlight);
          for (const kind of kinds) if (step.inFlight < marks[kind].inFlightEnd) reached[kind].inFlight = false;
          note(step.inFlight, 0);
        } else if ('sampleMs' in step) {
          loopDelay.overdue = 0;
          loopDelay.sample(step.sampleMs);
          for (const kind of kinds) if (step.sampleMs < marks[kind].delayEndMs) reached[kind].delay = false;
          note(0, step.sampleMs);
        } else if ('overdueMs' in step) {
          loopDelay.overdue = Math.max(loopDelay.overdue, step.overdueMs);
          note(0, loopDelay.overdue);
        } else if ('advanceMs' in step) {
          clock.advance(step.advanceMs);
        } else if (admission.refusal(step.ask)) {
          refusals += 1;
          expect(reached[step.ask].inFlight || reached[step.ask].delay).toBe(true);
          if (step.ask === 'mutation') expect(admission.refusal('read')).toBeDefined();
        }
      }
    }),
    { numRuns: 2_000 },
  );
  expect(refusals).toBeGreaterThan(100);
});

test('what is refused is counted by its kind', () => {
  const shed: string[] = [];
  const { setInFlight, refused } = started(undefined, { ...noMeters, operationShed: (kind) => void shed.push(kind) });
  setInFlight(14);
  refused();
  expect(shed).toEqual([]);
  setInFlight(15);
  refused();
  expect(shed).toEqual(['read']);
  setInFlight(20);
  refused();
  expect(shed).toEqual(['read', 'read', 'mutation']);
});
