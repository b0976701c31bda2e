import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../chaos/report.js';
import { bodyShapes, documentShapes } from './document-shapes.js';
import { inputShapes } from './input-shapes.js';
import { measureAll, mostMutations } from './measure.js';
import { startRig } from './rig.js';

const { values } = parseArgs({
  options: {
    /** Only shapes whose names contain this. */
    only: { type: 'string', default: '' },
    /** How many rows of the table are printed. */
    rows: { type: 'string', default: '25' },
    /** The folder with the compiled gateway. */
    dist: { type: 'string', default: 'dist' },
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const say = (text: string) => process.stdout.write(`${text}\n`);
const rig = await startRig(resolve(values.dist, 'main.js'), pathToFileURL(resolve('test/refused/probe.mjs')).href);
const wanted = ({ name }: { readonly name: string }) => name.includes(values.only);
const run = await measureAll(rig, {
  shapes: [...bodyShapes(), ...documentShapes()].filter(wanted),
  inputs: inputShapes(resolve('schema.graphql')).filter(wanted),
  say: (text) => process.stderr.write(`${text}\n`),
});
await rig.stop();

const ms = (time: number) => `${time.toFixed(1)} ms`;
const multiple = (time: number) => (time / run.mutationMs).toFixed(1);
const costly = run.refused.toSorted((one, other) => other.totalMs - one.totalMs);
say(
  `\`npm run refused\`: one gateway on one machine with ${cpus().length} cores and Node ${process.versions.node}; CPU time of its event loop.\n`,
);
say(
  `An ordinary mutation takes ${ms(run.mutationMs)}. ${run.refused.length} operations were refused, ${run.served.length} were not.\n`,
);
say(
  table([
    ['refused operation', 'with', 'longest piece', 'in all', 'mutations'],
    ...costly
      .slice(0, Number(values.rows))
      .map((one) => [one.name, one.outcome, ms(one.longestPieceMs), ms(one.totalMs), multiple(one.totalMs)] as const),
  ]),
);
for (const name of run.served) say(`Not refused: ${name}`);
const broken = costly.filter(({ totalMs }) => totalMs > mostMutations * run.mutationMs);
for (const { name, totalMs } of broken) process.stderr.write(`BROKEN: ${name} takes ${multiple(totalMs)} mutations\n`);
process.exit(broken.length > 0 ? 1 : 0);
