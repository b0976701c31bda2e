import { expect, test } from '@jest/globals';
import { RetryQueue, type RetryQueueParts } from '../../src/calls/retry-queue.js';
import { Listeners } from '../../src/listeners.js';
import { TestClock } from '../support/test-clock.js';

interface Item {
  readonly name: string;
  readonly untilMs?: number;
}

/** A queue whose attempts are answered by the test, each by `answer`, or at once as `outcome` says. */
function queueUnderTest(options: Partial<RetryQueueParts<Item>> = {}) {
  const clock = new TestClock();
  const up = new Listeners();
  const state = { isUp: true, outcome: undefined as 'success' | 'failure' | undefined };
  const attempted: string[] = [];
  const failures: unknown[] = [];
  const running = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const queue = new RetryQueue<Item>({
    health: {
      get isUp() {
        return state.isUp;
      },
      onUp: (listener) => up.add('', listener),
    },
    clock,
    attempt: ({ name }) => {
      attempted.push(name);
      if (state.outcome === 'success') return Promise.resolve();
      if (state.outcome === 'failure') return Promise.reject(new Error(name));
      return new Promise<void>((resolve, reject) => running.set(name, { resolve, reject }));
    },
    onFailure: (error, { name }) => failures.push({ error, name }),
    ...options,
  });
  return {
    clock,
    queue,
    state,
    failures,
    comeUp: () => {
      state.isUp = true;
      up.notifyAll();
    },
    /** What was attempted since the last look. */
    attempted: () => attempted.splice(0),
    answer: async (name: string, outcome: 'success' | 'failure') => {
      const { resolve, reject } = running.get(name)!;
      if (outcome === 'success') resolve();
      else reject(new Error(name));
      await turn();
    },
  };
}

/** Lets all that can go on without time or an answer do so. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an item to be tried now is attempted at once, and not again after its success', async () => {
  const { clock, queue, state, attempted } = queueUnderTest();
  state.outcome = 'success';
  queue.tryNow('a', { name: 'a' });
  expect(attempted()).toEqual(['a']);
  await turn();
  clock.advance(10_000);
  expect(attempted()).toEqual([]);
});

test.each(['tryNow', 'tryLater'] as const)(
  'an item of %s is attempted once a second until it succeeds',
  async (way) => {
    const { clock, queue, state, attempted, failures } = queueUnderTest();
    state.outcome = 'failure';
    queue[way]('a', { name: 'a' });
    await turn();
    expect(attempted()).toEqual(way === 'tryNow' ? ['a'] : []);
    failures.splice(0);
    for (let second = 1; second <= 3; second += 1) {
      clock.advance(999);
      expect(attempted()).toEqual([]);
      if (second === 3) state.outcome = 'success';
      clock.advance(1);
      expect(attempted()).toEqual(['a']);
      await turn();
    }
    const failure = { error: new Error('a'), name: 'a' };
    expect(failures).toEqual([failure, failure]);
    clock.advance(10_000);
    expect(attempted()).toEqual([]);
  },
);

test('what is added while a round is planned waits for that one, and plans no other', async () => {
  const { clock, queue, state, attempted } = queueUnderTest({ concurrency: 2 });
  state.outcome = 'failure';
  queue.tryLater('a', { name: 'a' });
  clock.advance(500);
  queue.tryLater('b', { name: 'b' });
  clock.advance(500);
  await turn();
  expect(attempted()).toEqual(['a', 'b']);
  clock.advance(999);
  expect(attempted()).toEqual([]);
});

test('a round starts when the store comes up', () => {
  const { queue, comeUp, attempted } = queueUnderTest();
  queue.tryLater('a', { name: 'a' });
  expect(attempted()).toEqual([]);
  comeUp();
  expect(attempted()).toEqual(['a']);
});

test('one round runs at a time, and takes what is added meanwhile', async () => {
  const { clock, queue, comeUp, attempted, answer } = queueUnderTest();
  queue.tryNow('a', { name: 'a' });
  queue.tryNow('b', { name: 'b' });
  queue.tryLater('c', { name: 'c' });
  comeUp();
  clock.advance(5_000);
  await turn();
  expect(attempted()).toEqual(['a']);
  await answer('a', 'success');
  expect(attempted()).toEqual(['b']);
  await answer('b', 'success');
  expect(attempted()).toEqual(['c']);
});

test('an item that fails keeps nothing back while the store is up; the last failure of a round is told', async () => {
  const { clock, queue, attempted, answer, failures } = queueUnderTest();
  for (const name of ['a', 'b', 'c']) queue.tryLater(name, { name });
  clock.advance(1_000);
  await answer('a', 'failure');
  await answer('b', 'failure');
  await answer('c', 'success');
  expect(attempted()).toEqual(['a', 'b', 'c']);
  expect(failures).toEqual([{ error: new Error('b'), name: 'b' }]);
  clock.advance(1_000);
  expect(attempted()).toEqual(['a']);
});

test('a round ends with the first failure while the store is down', async () => {
  const { clock, queue, state, attempted } = queueUnderTest();
  state.isUp = false;
  state.outcome = 'failure';
  for (const name of ['a', 'b']) queue.tryLater(name, { name });
  clock.advance(1_000);
  await turn();
  expect(attempted()).toEqual(['a']);
});

test('so many are attempted at once, and a round goes on while one of them succeeds', async () => {
  const { clock, queue, state, attempted, answer } = queueUnderTest({ concurrency: 2 });
  state.isUp = false;
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) queue.tryLater(name, { name });
  clock.advance(1_000);
  expect(attempted()).toEqual(['a', 'b']);
  await answer('a', 'failure');
  expect(attempted()).toEqual([]);
  await answer('b', 'success');
  expect(attempted()).toEqual(['c', 'd']);
  await answer('c', 'failure');
  await answer('d', 'failure');
  expect(attempted()).toEqual([]);
});

test('beyond the most that may wait, the item that waits longest is dropped', () => {
  const { queue, clock, attempted } = queueUnderTest({ concurrency: 9, maxItems: 2 });
  for (const name of ['a', 'b', 'c']) queue.tryLater(name, { name });
  clock.advance(1_000);
  expect(attempted()).toEqual(['b', 'c']);
});

test('what has expired is dropped when a round is planned', async () => {
  const untilMs = 2_500;
  const startMs = Date.UTC(2026, 10, 21, 12);
  const { queue, clock, state, attempted } = queueUnderTest({
    isExpired: (item) => startMs + item.untilMs! < clock.monotonic(),
  });
  state.outcome = 'failure';
  queue.tryLater('a', { name: 'a', untilMs });
  for (let second = 1; second <= 5; second += 1) {
    clock.advance(1_000);
    await turn();
  }
  expect(attempted()).toEqual(['a', 'a', 'a']);
});

test('an item that takes the place of another during its attempt is attempted as well', async () => {
  const { clock, queue, attempted, answer } = queueUnderTest();
  queue.tryNow('one id', { name: 'former' });
  queue.tryLater('one id', { name: 'latter' });
  await answer('former', 'success');
  clock.advance(1_000);
  expect(attempted()).toEqual(['former', 'latter']);
});

test('an item that is dropped during its attempt is held no more, and not attempted again', async () => {
  const { clock, queue, attempted, answer } = queueUnderTest();
  const item = { name: 'a' };
  queue.tryNow('a', item);
  expect(queue.holds('a', item)).toBe(true);
  queue.drop('a');
  expect(queue.holds('a', item)).toBe(false);
  await answer('a', 'failure');
  clock.advance(10_000);
  expect(attempted()).toEqual(['a']);
});
