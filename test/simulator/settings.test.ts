import { expect, test } from '@jest/globals';
import { startSimulator } from '../../src/simulator/server.js';
import { settingProblems } from '../../src/simulator/setting-problems.js';
import { defaultSettings, settingsWith } from '../../src/simulator/settings.js';

test('the defaults are good settings, and so are none.', () => {
  expect(settingProblems(defaultSettings)).toEqual([]);
  expect(settingProblems({})).toEqual([]);
  expect(settingsWith({})).toEqual(defaultSettings);
});

test('a change leaves all other settings and timings as they are.', () => {
  const rates = { DescribeContact: { perSecond: 0.5, burst: 0 } };
  const changed = settingsWith({ rates, speed: 10, timings: { endsAtMs: 30_000 } });
  const { timings } = defaultSettings;
  expect(changed).toEqual({ ...defaultSettings, rates, speed: 10, timings: { ...timings, endsAtMs: 30_000 } });
});

// A value of each other type, and numbers that no setting takes.
const never = [null, true, [], [1], { a: 1 }, 'off-by-one', NaN, Infinity, -Infinity, -1];

test.each(Object.entries(defaultSettings))('%s takes no value of another type or range.', (name, given) => {
  const other = typeof given === 'number' ? String(given) : 1;
  const unnamed = [...never, other].filter((value) => {
    const problems = settingProblems({ [name]: value });
    const isNamed = new RegExp(`^(?:there is no setting )?${name}\\b`);
    return problems.length === 0 || !problems.every((problem) => isNamed.test(problem));
  });
  expect(unnamed).toEqual([]);
});

test.each(Object.keys(defaultSettings.timings))('timings.%s takes no value of another type or range.', (name) => {
  for (const value of [...never, '1000']) {
    const problems = settingProblems({ timings: { [name]: value } });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^timings\\.${name} must be `))]);
  }
});

test.each<readonly [unknown, string]>([
  [{ DescribeContact: 'off' }, 'there is no setting DescribeContact'],
  [{ toString: 1 }, 'there is no setting toString'],
  [JSON.parse('{"__proto__":{"speed":2}}'), 'there is no setting __proto__'],
  [{ timings: { ringAtMs: 1 } }, 'there is no setting timings.ringAtMs'],
  [{ speed: 0 }, 'speed must be between 0.001 and 1000000'],
  [{ eventsLost: 1.1 }, 'eventsLost must be between 0 and 1'],
  [{ concurrentCalls: 1.5 }, 'concurrentCalls must be an integer'],
  [{ slowAnswerMs: 1e300 }, 'slowAnswerMs must be between 0 and 31536000000'],
  [{ maxReceiveCount: 0 }, 'maxReceiveCount must be at least 1'],
  [{ tokenAfterEnd: 'redail' }, 'tokenAfterEnd must be one of redial, replay'],
  [{ rates: 'on' }, 'rates must be one of off'],
  [{ rates: { DescribeContact: 'off' } }, 'rates.DescribeContact must be an object'],
  [{ rates: { DescribeContcat: { perSecond: 1, burst: 1 } } }, 'there is no setting rates.DescribeContcat'],
  [{ rates: { StopContact: { perSecond: 1 } } }, 'rates.StopContact.burst is required'],
  [{ rates: { StopContact: { perSecond: -1, burst: 1 } } }, 'rates.StopContact.perSecond must be at least 0'],
  [{ rates: { StopContact: { perSecond: 1, burst: '1' } } }, 'rates.StopContact.burst must be a number'],
  [{ rates: { StopContact: { perSecond: 1, burst: 1, brust: 2 } } }, 'there is no setting rates.StopContact.brust'],
  [{ timings: { endsAtMs: 5_000 } }, 'timings.endsAtMs (5000) must not be less than timings.withAgentAtMs (9000)'],
  [null, 'the settings must be an object'],
  ['{}', 'the settings must be an object'],
])('%j: %s.', (changes, problem) => {
  expect(settingProblems(changes)).toEqual([problem]);
});

test('all problems are told at once, also to who starts a simulator in its own process.', async () => {
  const settings = { speed: NaN, timings: { ringsAtMs: -1, answeredAtMs: -1 } };
  await expect(startSimulator({ settings })).rejects.toThrow(
    /speed must be a number; timings\.ringsAtMs must be .*; timings\.answeredAtMs must be /,
  );
});
