import { expect, test } from '@jest/globals';
import { MemoryState } from '../../src/state/memory.js';
import { keptForMs } from '../../src/state/state.js';
import { TestClock } from '../support/test-clock.js';
import { placedAs, placement, question } from './call-fixture.js';
import { turns } from './replicas.js';

test('memory forgets a call and its placement eight days after its last change', async () => {
  const clock = new TestClock();
  const state = new MemoryState({ clock, turns });
  await state.calls.recordPlaced('call', placedAs('contact'));
  await state.placements.record('contact', placement);
  clock.advance(keptForMs);
  expect(await state.calls.look('call', question)).toMatchObject({ is: 'placed' });
  expect(await state.placements.find(['contact'])).toMatchObject([{ contactFlowId: 'flow' }]);
  clock.advance(1);
  expect(await state.calls.look('call', question)).toEqual({ is: 'free' });
  expect(await state.placements.find(['contact'])).toEqual([undefined]);
});

test('memory is bounded: the least recently used entry makes room', async () => {
  const state = new MemoryState({ clock: new TestClock(), turns, maxEntries: 2 });
  const entry = { connectToken: 'a', holdMs: 1_000, allowRepeat: false };
  for (const name of ['first', 'second', 'third']) {
    await state.calls.recordPlaced(name, placedAs('contact'));
    await state.placements.record(name, placement);
    await state.fences.enter(name, entry);
  }
  expect(await state.calls.look('first', question)).toEqual({ is: 'free' });
  expect(await state.calls.look('third', question)).toMatchObject({ is: 'placed' });
  expect(await state.placements.find(['first', 'third'])).toMatchObject([undefined, { contactFlowId: 'flow' }]);
  expect(await state.fences.enter('first', { ...entry, connectToken: 'b' })).toEqual({ entered: true });
  expect(await state.fences.enter('third', { ...entry, connectToken: 'b' })).toMatchObject({ entered: false });
});
