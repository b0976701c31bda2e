import { expect, test } from '@jest/globals';
import { MemoryState } from '../../src/state/memory.js';
import { keptForMs, timelineKeptForMs } from '../../src/state/state.js';
import { TestClock } from '../support/test-clock.js';
import { keyed, placedAs, placement, question } from './call-fixture.js';
import { factOf } from './fact-fixture.js';
import { turns } from './replicas.js';

test('memory forgets a call and its placement eight days after its last change', async () => {
  const clock = new TestClock();
  const state = new MemoryState({ clock, turns });
  await state.calls.recordPlaced(keyed('call'), placedAs('contact'));
  await state.placements.record('contact', placement);
  clock.advance(keptForMs);
  expect(await state.calls.look(keyed('call'), question)).toMatchObject({ is: 'placed' });
  expect(await state.placements.find(['contact'])).toMatchObject([{ contactFlowId: 'flow' }]);
  clock.advance(1);
  expect(await state.calls.look(keyed('call'), question)).toEqual({ is: 'free' });
  expect(await state.placements.find(['contact'])).toEqual([undefined]);
});

test('memory forgets a contact two days after its last change, not after it was last read or the same was said again', async () => {
  const clock = new TestClock();
  const { timelines } = new MemoryState({ clock, turns });
  await timelines.record('contact', [factOf('queueId', 'a', 1)]);
  clock.advance(timelineKeptForMs - 1);
  await timelines.record('contact', [factOf('queueId', 'b', 2)]);
  clock.advance(timelineKeptForMs);
  expect(await timelines.find(['contact'])).toMatchObject([{ version: 2 }]);
  expect(await timelines.record('contact', [factOf('queueId', 'b', 3)])).toEqual({ changed: false, version: 2 });
  clock.advance(1);
  expect(await timelines.find(['contact'])).toEqual([undefined]);
  expect(await timelines.record('contact', [factOf('queueId', 'a', 1)])).toEqual({ changed: true, version: 1 });
});

test('memory lets Connect be asked for a contact again when the claim has run out', async () => {
  const clock = new TestClock();
  const { timelines } = new MemoryState({ clock, turns });
  expect(await timelines.claimReconciling('contact', 2_000)).toBe(true);
  clock.advance(1_999);
  expect(await timelines.claimReconciling('contact', 2_000)).toBe(false);
  clock.advance(1);
  expect(await timelines.claimReconciling('contact', 2_000)).toBe(true);
});

test('memory is bounded: the least recently used entry makes room', async () => {
  const state = new MemoryState({ clock: new TestClock(), turns, maxEntries: 2 });
  const entry = { call: keyed('a'), owner: 'its effort', holdMs: 1_000, allowRepeat: false, maxRepeats: 5 };
  for (const name of ['first', 'second', 'third']) {
    await state.calls.recordPlaced(keyed(name), placedAs('contact'));
    await state.placements.record(name, placement);
    await state.fences.enter(keyed(name), entry);
  }
  expect(await state.calls.look(keyed('first'), question)).toEqual({ is: 'free' });
  expect(await state.calls.look(keyed('third'), question)).toMatchObject({ is: 'placed' });
  expect(await state.placements.find(['first', 'third'])).toMatchObject([undefined, { contactFlowId: 'flow' }]);
  expect(await state.fences.enter(keyed('first'), { ...entry, call: keyed('b') })).toEqual({ entered: true });
  expect(await state.fences.enter(keyed('third'), { ...entry, call: keyed('b') })).toMatchObject({ entered: false });
});

test('memory is bounded in its timelines: the contact of which nobody heard for longest makes room', async () => {
  const { timelines } = new MemoryState({ clock: new TestClock(), turns, maxEntries: 20 });
  for (const contact of ['first', 'second']) {
    await timelines.record(contact, [factOf('isOver', 'true')]);
    await timelines.claimReconciling(contact, 60_000);
  }
  await timelines.find(['first']);
  expect(await timelines.claimReconciling('first', 60_000)).toBe(false);
  await timelines.record('third', [factOf('isOver', 'true')]);
  await timelines.claimReconciling('third', 60_000);
  expect(await timelines.find(['first', 'second', 'third'])).toMatchObject([{ version: 1 }, undefined, { version: 1 }]);
  expect(await timelines.claimReconciling('first', 60_000)).toBe(false);
  expect(await timelines.claimReconciling('second', 60_000)).toBe(true);
});
