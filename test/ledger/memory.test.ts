import { expect, test } from '@jest/globals';
import { keptForMs, type LedgerStore } from '../../src/ledger/ledger.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { TestClock } from '../support/test-clock.js';
import { keyed, placedAs, placement, question } from './call-fixture.js';
import { callsOn } from './calls-on.js';
import { placementsOn, windowsOn } from './windows-on.js';

const recordsOn = (store: LedgerStore) => ({
  calls: callsOn(store),
  placements: placementsOn(store),
  windows: windowsOn(store),
});

test('memory forgets a call and its placement eight days after its last change', async () => {
  const clock = new TestClock();
  const { calls, placements } = recordsOn(new MemoryLedger({ clock }));
  await calls.recordPlaced(keyed('call'), placedAs('contact'));
  await placements.record('contact', placement);
  clock.advance(keptForMs);
  expect(await calls.look(keyed('call'), question)).toMatchObject({ is: 'placed' });
  expect(await placements.find(['contact'])).toMatchObject([{ contactFlowId: 'flow' }]);
  clock.advance(1);
  expect(await calls.look(keyed('call'), question)).toEqual({ is: 'free' });
  expect(await placements.find(['contact'])).toEqual([undefined]);
});

test('memory never forgets what it is counting just now, however much that is', async () => {
  const ledger = new MemoryLedger({ clock: new TestClock(), maxRecords: 3 });
  const limits = [{ withinMs: 60_000, max: 5 }];
  const count = async (call: string) => {
    const step = { id: keyed('count'), call: keyed(call), does: 'count', limits, keptForMs: 60_000 } as const;
    return (await ledger.commit([], ledger.nowMs(), [], { counts: [step] })).done;
  };
  const made: boolean[] = [];
  for (const call of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) made.push(await count(call));
  expect(made).toEqual([true, true, true, true, true, false, false]);
});

test('memory is bounded: the least recently used entry makes room', async () => {
  const { calls, placements, windows } = recordsOn(new MemoryLedger({ clock: new TestClock(), maxRecords: 6 }));
  const entry = { call: keyed('a'), owner: 'its effort', holdMs: 1_000, allowRepeat: false, maxRepeats: 5 };
  for (const name of ['first', 'second', 'third']) {
    await calls.recordPlaced(keyed(name), placedAs('contact'));
    await placements.record(name, placement);
    await windows.enter(keyed(name), entry);
  }
  expect(await calls.look(keyed('first'), question)).toEqual({ is: 'free' });
  expect(await calls.look(keyed('third'), question)).toMatchObject({ is: 'placed' });
  expect(await placements.find(['first', 'third'])).toMatchObject([undefined, { contactFlowId: 'flow' }]);
  expect(await windows.enter(keyed('first'), { ...entry, call: keyed('b') })).toEqual({ entered: true });
  expect(await windows.enter(keyed('third'), { ...entry, call: keyed('b') })).toMatchObject({ entered: false });
});
