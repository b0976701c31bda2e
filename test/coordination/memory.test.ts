import { expect, test } from '@jest/globals';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import { timelineKeptForMs } from '../../src/coordination/timelines.js';
import { TestClock } from '../support/test-clock.js';
import { factOf } from './fact-fixture.js';
import { rateLimiter } from '../redis/stores.js';

test('memory forgets a contact two days after its last change, not after it was last read or the same was said again', async () => {
  const clock = new TestClock();
  const { timelines } = new MemoryCoordination({ clock, rateLimiter: rateLimiter });
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
  const { timelines } = new MemoryCoordination({ clock, rateLimiter: rateLimiter });
  expect(await timelines.claimPolling('contact', 2_000)).toBe(true);
  clock.advance(1_999);
  expect(await timelines.claimPolling('contact', 2_000)).toBe(false);
  clock.advance(1);
  expect(await timelines.claimPolling('contact', 2_000)).toBe(true);
});

test('memory is bounded in its timelines: the contact of which nobody heard for longest makes room', async () => {
  const { timelines } = new MemoryCoordination({ clock: new TestClock(), rateLimiter: rateLimiter, maxTimelines: 2 });
  for (const contact of ['first', 'second']) {
    await timelines.record(contact, [factOf('isOver', 'true')]);
    await timelines.claimPolling(contact, 60_000);
  }
  await timelines.find(['first']);
  expect(await timelines.claimPolling('first', 60_000)).toBe(false);
  await timelines.record('third', [factOf('isOver', 'true')]);
  await timelines.claimPolling('third', 60_000);
  expect(await timelines.find(['first', 'second', 'third'])).toMatchObject([{ version: 1 }, undefined, { version: 1 }]);
  expect(await timelines.claimPolling('first', 60_000)).toBe(false);
  expect(await timelines.claimPolling('second', 60_000)).toBe(true);
});
