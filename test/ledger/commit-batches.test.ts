import { expect, test } from '@jest/globals';
import { CommitBatches } from '../../src/ledger/postgres/commit-batches.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { TestClock } from '../support/test-clock.js';

interface Batch {
  readonly commits: readonly number[];
  answer(): void;
  fail(error: Error): void;
}

/** Batches whose server answers each commit with its tenfold, when it is told to. */
function batches() {
  const clock = new TestClock();
  const sent: Batch[] = [];
  const send = (commits: readonly number[]) =>
    new Promise<readonly (number | Error)[]>((resolve, fail) => {
      const answer = () => {
        resolve(commits.map((commit) => (commit < 0 ? new Error(`refused: ${commit}`) : commit * 10)));
      };
      sent.push({ commits, answer, fail });
    });
  return { clock, sent, queue: new CommitBatches<number, number>(send, { clock, waitMs: 2_000 }) };
}

/** One after another, so that they do not come in the same moment. */
async function commitEach(queue: CommitBatches<number, number>, commits: readonly number[]) {
  const answers: Promise<number>[] = [];
  for (const commit of commits) {
    answers.push(queue.commit(commit));
    await new Promise(setImmediate);
  }
  return answers;
}

const upTo = (count: number) => Array.from({ length: count }, (_none, index) => index + 1);

test('a commit is sent at once while few are under way, and together with others while many are', async () => {
  const { sent, queue } = batches();
  const answers = await commitEach(queue, upTo(30));
  expect(sent.map(({ commits }) => commits)).toEqual([[1], [2], [3], [4]]);
  sent[1]!.answer();
  await new Promise(setImmediate);
  expect(sent[4]!.commits).toEqual(upTo(30).slice(4, 24));
  for (const [index] of answers.entries()) {
    sent[index]?.answer();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(answers)).toEqual(upTo(30).map((commit) => commit * 10));
  expect(sent).toHaveLength(6);
});

test('commits of one moment go together', async () => {
  const { sent, queue } = batches();
  const answers = Promise.all(upTo(3).map((commit) => queue.commit(commit)));
  await new Promise(setImmediate);
  expect(sent.map(({ commits }) => commits)).toEqual([[1, 2, 3]]);
  sent[0]!.answer();
  expect(await answers).toEqual([10, 20, 30]);
});

test('what becomes of one commit, or of one batch, is nothing to the others', async () => {
  const { sent, queue } = batches();
  const both = Promise.allSettled([queue.commit(-1), queue.commit(2)]);
  await new Promise(setImmediate);
  sent[0]!.answer();
  expect(await both).toMatchObject([{ reason: { message: 'refused: -1' } }, { value: 20 }]);
  const [lost, next] = await commitEach(queue, [1, 2]);
  sent[1]!.fail(new StoreUnavailable());
  sent[2]!.answer();
  await expect(lost).rejects.toThrow(StoreUnavailable);
  expect(await next).toBe(20);
});

test('a commit that waited too long for its turn is not sent', async () => {
  const { clock, sent, queue } = batches();
  const [first] = await commitEach(queue, upTo(4));
  const [late] = await commitEach(queue, [5]);
  clock.advance(1_000);
  const [timely] = await commitEach(queue, [6]);
  clock.advance(1_001);
  sent[0]!.answer();
  expect(await first).toBe(10);
  await new Promise(setImmediate);
  expect(sent[4]!.commits).toEqual([6]);
  sent[4]!.answer();
  await expect(late).rejects.toThrow(StoreUnavailable);
  expect(await timely).toBe(60);
});

test('where all of a batch waited too long, nothing is sent, and the next commit is sent at once', async () => {
  const { clock, sent, queue } = batches();
  const early = await commitEach(queue, upTo(4));
  const [late] = await commitEach(queue, [5]);
  clock.advance(2_001);
  for (const batch of sent.slice()) batch.answer();
  await expect(late).rejects.toThrow(StoreUnavailable);
  const [next] = await commitEach(queue, [6]);
  expect(sent.map(({ commits }) => commits)).toEqual([[1], [2], [3], [4], [6]]);
  sent[4]!.answer();
  expect(await Promise.all([...early, next])).toEqual([10, 20, 30, 40, 60]);
});
