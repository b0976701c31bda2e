import { expect, test } from '@jest/globals';
import { Choices } from './choices.js';
import { plantedFaults } from './planted-faults.js';
import { runSchedule } from './schedule.js';
import { search } from './search.js';
import { simplest, storyOf } from './story.js';

const settings = { replicas: 3, callers: 4 };

test('no schedule of three replicas and four callers breaks a promise', async () => {
  const { failed, rings, forgetful } = await search({ from: 1, count: 2_000 }, settings);
  expect(failed).toEqual([]);
  // Otherwise nothing was shown.
  expect(rings).toBeGreaterThan(4_000);
  expect(forgetful).toBeGreaterThan(100);
});

test('a seed gives one schedule', async () => {
  const once = await runSchedule(Choices.ofSeed(7), settings);
  expect(await runSchedule(Choices.ofSeed(7), settings)).toEqual(once);
  expect(await runSchedule(Choices.given(once.choices), settings)).toEqual(once);
});

test('a failing schedule becomes a short story that still fails', async () => {
  const bad = { ...settings, planted: plantedFaults['a claim takes what another effort holds']! };
  const { seed } = (await search({ from: 1, count: 5_000 }, bad)).failed[0]!;
  const { choices } = await runSchedule(Choices.ofSeed(seed), bad);
  const simple = await simplest(choices, bad);
  expect(simple.filter((choice) => choice > 0).length).toBeLessThan(choices.filter((choice) => choice > 0).length / 3);
  const story = await storyOf(simple, bad);
  expect(story).toContain('!!!');
  expect(story.split('\n').length).toBeLessThan(60);
  // Nothing in it is drawn anew.
  expect(await storyOf(simple, bad)).toBe(story);
});
