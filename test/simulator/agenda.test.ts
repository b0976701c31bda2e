import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Agenda } from '../../src/simulator/agenda.js';
import { manualClock, runningClock } from '../../src/simulator/clock.js';

test('what comes due in one jump runs in the order of its moments, without what was called off, and with what it brings about.', () => {
  const entries = fc.array(fc.record({ dueAtMs: fc.nat(50), isOff: fc.boolean(), bringsMs: fc.option(fc.nat(20)) }));
  fc.assert(
    fc.property(entries, fc.array(fc.nat(30), { maxLength: 5 }), (planned, jumps) => {
      const clock = manualClock(0);
      const agenda = new Agenda(clock);
      const ran: { atMs: number; order: number }[] = [];
      const cancels = planned.map(({ dueAtMs, bringsMs }, order) =>
        agenda.at(dueAtMs, (atMs) => {
          ran.push({ atMs, order });
          if (bringsMs !== null)
            agenda.at(atMs + bringsMs, (laterMs) => ran.push({ atMs: laterMs, order: 1_000 + order }));
        }),
      );
      for (const [index, { isOff }] of planned.entries()) if (isOff) cancels[index]!();
      for (const ms of jumps) {
        clock.advance(ms);
        agenda.catchUp();
        const nowMs = clock.now();
        const due = planned.filter(({ dueAtMs, isOff }) => !isOff && dueAtMs <= nowMs);
        const brought = due.filter(({ dueAtMs, bringsMs }) => bringsMs !== null && dueAtMs + bringsMs <= nowMs);
        expect(ran).toHaveLength(due.length + brought.length);
      }
      expect(ran.map(({ atMs }) => atMs)).toEqual(ran.map(({ atMs }) => atMs).sort((a, b) => a - b));
    }),
  );
});

test.each([
  ['manual', () => manualClock(0)],
  ['running', () => runningClock(1)],
] as const)('a %s clock that is advanced sets it going by itself.', async (_kind, make) => {
  const clock = make();
  const agenda = new Agenda(clock);
  const startMs = clock.now();
  const ran: string[] = [];
  const both = new Promise<void>((resolve) => {
    agenda.at(startMs + 7_200_000, () => {
      ran.push('late');
      resolve();
    });
    agenda.at(startMs + 3_600_000, () => ran.push('early'));
  });
  clock.advance(7_200_000);
  await both;
  expect(ran).toEqual(['early', 'late']);
});

test('a moment in the past comes at once, though not before the call returned.', async () => {
  const agenda = new Agenda(manualClock(1_000));
  const ran: number[] = [];
  const done = new Promise<void>((resolve) => {
    agenda.at(5, (atMs) => {
      ran.push(atMs);
      resolve();
    });
  });
  expect(ran).toEqual([]);
  await done;
  expect(ran).toEqual([5]);
});

test('what is cleared does not happen, and what comes afterwards does.', async () => {
  const clock = manualClock(0);
  const agenda = new Agenda(clock);
  const ran: string[] = [];
  const cancel = agenda.at(10, () => ran.push('before'));
  agenda.clear();
  cancel();
  agenda.at(20, () => ran.push('after'));
  clock.advance(20);
  agenda.catchUp();
  await Promise.resolve();
  expect(ran).toEqual(['after']);
});
