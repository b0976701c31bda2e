import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { EventTally } from '../../src/events/event-counts.js';
import { createLog } from '../../src/log.js';
import { TestClock } from '../support/test-clock.js';

function tallyUnderTest() {
  const clock = new TestClock();
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  const warnings = () => lines.filter(({ level }) => level === 'warn');
  const told = () =>
    warnings().map(({ level, foreign, unreadable, because }) => ({ level, foreign, unreadable, because }));
  return { clock, tally: new EventTally(clock, createLog('debug', sink)), told, lines };
}

test('Messages of no use are logged at once, and then at most once a minute with their number', () => {
  const { clock, tally, told } = tallyUnderTest();
  tally.drop('foreign');
  const first = { level: 'warn', foreign: 1, unreadable: 0, because: undefined };
  expect(told()).toEqual([first]);

  tally.drop('foreign');
  tally.drop('unreadable', 'it has no eventType');
  tally.drop('foreign');
  clock.advance(59_999);
  expect(told()).toEqual([first]);
  clock.advance(1);
  const second = { level: 'warn', foreign: 2, unreadable: 1, because: 'it has no eventType' };
  expect(told()).toEqual([first, second]);

  clock.advance(600_000);
  expect(told()).toEqual([first, second]);
  tally.drop('unreadable', 'it is not a JSON object');
  expect(told()).toEqual([
    first,
    second,
    { level: 'warn', foreign: 0, unreadable: 1, because: 'it is not a JSON object' },
  ]);
});

test('What is not logged yet is logged at the end, and no timer stays', () => {
  const { clock, tally, told } = tallyUnderTest();
  tally.drop('foreign');
  tally.drop('foreign');
  tally.close();
  expect(told()).toHaveLength(2);
  clock.advance(600_000);
  expect(told()).toHaveLength(2);
});

test('What comes only after the end is logged at once, and arms no timer', () => {
  const { clock, tally, told } = tallyUnderTest();
  tally.drop('foreign');
  tally.close();
  tally.drop('foreign');
  tally.drop('foreign');
  expect(told()).toHaveLength(3);
  clock.advance(600_000);
  expect(told()).toHaveLength(3);
});

test('What is of use is counted, and logged in the end alone, once', () => {
  const { clock, tally, lines } = tallyUnderTest();
  tally.count('recorded');
  tally.count('recorded');
  tally.count('unchanged');
  tally.count('failed');
  clock.advance(600_000);
  expect(tally.counts()).toEqual({ recorded: 2, unchanged: 1, foreign: 0, unreadable: 0, failed: 1 });
  expect(lines).toEqual([]);
  tally.close();
  tally.close();
  expect(lines).toMatchObject([{ level: 'info', ...tally.counts() }]);
});

test('Where no message came, nothing is logged in the end', () => {
  const { tally, lines } = tallyUnderTest();
  tally.close();
  expect(lines).toEqual([]);
});
