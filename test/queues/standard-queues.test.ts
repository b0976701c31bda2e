import { expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.js';
import { standardQueueIdFrom, type StandardQueueId } from '../../src/connect/ids.js';
import { StandardQueues } from '../../src/queues/standard-queues.js';
import { TestClock } from '../support/test-clock.js';

const alice = { tenant: 'acme', subject: 'alice' };
const bob = { tenant: 'globex', subject: 'bob' };
const idOf = (id: string) => standardQueueIdFrom(`arn:aws:connect:us-west-2:123456789012:instance/i/queue/${id}`)!;

function under(ids: readonly StandardQueueId[]) {
  const source = { ids, loads: 0, fails: false, throttled: '' };
  const clock = new TestClock();
  const queues = new StandardQueues((_instanceId, { subject }) => {
    source.loads += 1;
    if (subject === source.throttled) return Promise.reject(new GatewayError('THROTTLED', 'No permit.'));
    return source.fails ? Promise.reject(new Error('away')) : Promise.resolve(source.ids);
  }, clock);
  return {
    source,
    clock,
    find: (id: string, instanceId = 'i', requester = alice) => queues.find({ instanceId, id }, requester),
  };
}

test('one list answers for all ids of an instance for five minutes, whoever asks at once', async () => {
  const { source, clock, find } = under([idOf('a'), idOf('b')]);
  expect(await Promise.all(['a', 'b', 'ada', 'toString'].map((id) => find(id)))).toEqual(['a', 'b', null, null]);
  expect(source.loads).toBe(1);
  clock.advance(299_000);
  expect(await find('a')).toBe('a');
  expect(source.loads).toBe(1);
  expect(await find('a', 'other')).toBe('a');
  expect(source.loads).toBe(2);
});

test('a list for which one caller gets no permit is loaded in the name of the next', async () => {
  const { source, find } = under([idOf('a')]);
  source.throttled = 'alice';
  const [first, second] = await Promise.allSettled([find('a'), find('a', 'i', bob)]);
  expect([first.status, second]).toEqual(['rejected', { status: 'fulfilled', value: 'a' }]);
  expect(await find('a')).toBe('a');
  expect(source.loads).toBe(2);
});

test('ids that are not listed cost one list a minute, however many are guessed', async () => {
  const { source, clock, find } = under([idOf('a')]);
  for (let second = 0; second < 120; second += 1) {
    for (let guess = 0; guess < 10; guess += 1) expect(await find(`guess-${second}-${guess}`)).toBeNull();
    clock.advance(1_000);
  }
  expect(source.loads).toBe(2);
});

test('a queue made since is known within a minute', async () => {
  const { source, clock, find } = under([idOf('a')]);
  expect(await find('new')).toBeNull();
  source.ids = [idOf('a'), idOf('new')];
  expect(await find('new')).toBeNull();
  clock.advance(60_000);
  expect(await find('new')).toBe('new');
});

test('while lists fail, what was listed is known on, what was not is not, and they are asked for every ten seconds at most', async () => {
  const { source, clock, find } = under([idOf('a')]);
  await find('a');
  source.fails = true;
  clock.advance(301_000);
  for (let second = 0; second < 30; second += 1) {
    expect([await find('a'), await find('ada')]).toEqual(['a', null]);
    clock.advance(1_000);
  }
  expect(source.loads).toBeLessThanOrEqual(5);
});

test('where no list was ever loaded, nothing is answered', async () => {
  const { source, find } = under([idOf('a')]);
  source.fails = true;
  await expect(find('a')).rejects.toThrow('away');
  source.fails = false;
  expect(await find('a')).toBe('a');
});

test.each([
  ['a standard queue', 'arn:aws:connect:us-west-2:123456789012:instance/i/queue/q', 'q'],
  ["an agent's own", 'arn:aws:connect:us-west-2:123456789012:instance/i/queue/agent/q', undefined],
  ['an agent', 'arn:aws:connect:us-west-2:123456789012:instance/i/agent/q', undefined],
  ['a queue of no instance', 'arn:aws:connect:us-west-2:123456789012:queue/q', undefined],
  ['a queue named agent of another depth', 'arn:aws:connect:us-west-2:123456789012:instance/i/queue/agent', 'agent'],
  ['an id', 'q', undefined],
  ['nothing', undefined, undefined],
])('the ARN of %s', (_title, arn, id) => {
  expect(standardQueueIdFrom(arn)).toBe(id);
});
