import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { courseTable, latencyTable, memoryTable, verdictTable } from './report.js';
import { soak } from './soak.js';
import { judge } from './verdict.js';

const { values } = parseArgs({
  options: {
    /** How many contacts are watched at once. */
    watched: { type: 'string', default: '5000' },
    /** From the first call to the last event; the warm-up comes before, and some rest after. */
    minutes: { type: 'string', default: '3.5' },
    /** Share of events that are lost. */
    lost: { type: 'string', default: '0.01' },
    seed: { type: 'string', default: '1' },
    /** A folder for CPU profiles of the gateways. */
    profile: { type: 'string' },
    /** The folder with the compiled gateway and simulator. */
    dist: { type: 'string', default: 'dist' },
  },
});
const [watched, minutes, lost, seed] = [values.watched, values.minutes, values.lost, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
if (!(watched >= 1 && minutes >= 0.05 && lost >= 0 && lost < 1 && Number.isInteger(seed))) {
  process.stderr.write('--watched and --seed take whole numbers, --minutes 0.05 or more, --lost a share under 1.\n');
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const say = (text: string) => process.stdout.write(`${text}\n`);
say(
  `\`npm run soak -- --watched ${watched} --minutes ${minutes}\`: two gateways, one Redis, and the simulator of this`,
);
say(`repository in place of AWS, on one machine with ${cpus().length} cores and Node ${process.versions.node}.\n`);

const run = await soak({
  gatewayEntry: resolve(values.dist, 'main.js'),
  simulatorEntry: resolve(values.dist, 'simulator/main.js'),
  probe: pathToFileURL(resolve('test/soak/probe.mjs')).href,
  profileFolder: values.profile,
  watched,
  minutes,
  lost,
  seed,
  isThorough: true,
  // Not much faster than on a busy day, so that it shows no other behaviour.
  warmUpMs: Math.max(1_000, watched * 5),
});
say(courseTable(run));
say(latencyTable(run));
say(memoryTable(run));
say(verdictTable(run));
say(`This process read the time at most ${run.harnessDelayMs.toFixed(0)} ms late, at the 99th percentile.`);
say('Against our simulator, not AWS.');
const broken = judge(run).filter(({ isKept }) => !isKept);
for (const { promise, seen } of broken) process.stderr.write(`BROKEN: ${promise}: ${seen}\n`);
process.exit(broken.length > 0 ? 1 : 0);
