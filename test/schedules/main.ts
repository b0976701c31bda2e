import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Choices } from './choices.js';
import { runSchedule } from './schedule.js';
import { sum, type Range, type Tally } from './search.js';
import { kindOf, simplest, storyOf } from './story.js';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '100000' },
    /** The seed of the first schedule. */
    from: { type: 'string', default: '1' },
    /** Runs the schedule of this seed alone. */
    seed: { type: 'string' },
    replicas: { type: 'string', default: '3' },
    callers: { type: 'string', default: '4' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});
const [count, from, replicas, callers, workers] = [
  values.schedules,
  values.seed ?? values.from,
  values.replicas,
  values.callers,
  values.workers,
].map(Number) as [number, number, number, number, number];
const isWhole = [count, from, replicas, callers, workers].every((one) => Number.isSafeInteger(one) && one >= 1);
if (!isWhole || replicas > 5 || workers > 64) {
  process.stderr.write(
    '--schedules, --from, --seed, --callers take a whole number from 1 on, --replicas 1 to 5, --workers 1 to 64.\n',
  );
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const settings = { replicas, callers };
const say = (text: string) => process.stdout.write(`${text}\n`);
/** Of so many failed schedules the story is told, and no more are looked for by one worker. */
const mostStories = 5;

async function tellStory(seed: number): Promise<boolean> {
  const { faults, choices, asks, rings } = await runSchedule(Choices.ofSeed(seed), settings);
  if (faults.length === 0) {
    say(`The schedule of seed ${seed} holds: ${asks} asks, ${rings} phones rang.`);
    return true;
  }
  say(`\nThe schedule of seed ${seed} fails: ${faults[0]}. Made as simple as it gets:\n`);
  say(await storyOf(await simplest(choices, settings), settings));
  say(
    `\nAgain: npm run schedules -- --seed ${seed}${replicas === 3 ? '' : ` --replicas ${replicas}`}${callers === 4 ? '' : ` --callers ${callers}`}`,
  );
  return false;
}

function searched(range: Range): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: { range, settings } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (values.seed !== undefined) process.exit((await tellStory(from)) ? 0 : 1);

const startedAtMs = performance.now();
const tallies = await Promise.all(
  Array.from({ length: workers }, (_one, index) =>
    searched({ from: from + index, count: count - index, stride: workers, mostFailed: mostStories }),
  ),
);
const { schedules, asks, rings, steps, forgetful, failed } = sum(tallies);
const seconds = (performance.now() - startedAtMs) / 1_000;
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
say(
  `${schedules} schedules of ${replicas} replicas and ${callers} callers, seeds from ${from}, in ${seconds.toFixed(0)} s on ${workers} cores (${cpuSeconds.toFixed(0)} s of CPU):`,
);
say(
  `${asks} asks, ${rings} phones rang, ${steps} steps; the store lost something in ${forgetful}. ${failed.length} failed.`,
);
if (failed.length > 0) say(`Failed: ${failed.map(({ seed }) => seed).join(', ')}.`);
const kinds = new Set<string>();
for (const { seed, fault } of failed) {
  const kind = kindOf([fault]);
  if (!kinds.has(kind) && kinds.size < mostStories) await tellStory(seed);
  kinds.add(kind);
}
process.exit(failed.length > 0 ? 1 : 0);
