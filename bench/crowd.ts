import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildRef } from './built-ref.js';
import type { Compiled } from './burst.js';
import { burstOf, burstPlans } from './burst-rows.js';
import { crowdOfCallers } from './callers.js';
import { ms, whole, type Row } from './crowd-row.js';
import { queueInMemory, queueInRedis } from './long-queue.js';
import type { Environment } from './measured-process.js';
import { measureShedCost, shedCostRows } from './shed-cost.js';
import { costOfWatchers, watchersKinds } from './watchers.js';

/** What happens when very many ask at once: whether anybody is refused for what is our own doing, whether a queue costs more the longer it is, and what a refusal costs. */
const { values } = parseArgs({
  options: {
    /** Parts by parts of their names, separated by commas. */
    only: { type: 'string', default: '' },
    /** A git ref whose gateway takes the crowds of callers and of watchers, and the bursts, and refuses. */
    against: { type: 'string' },
    /** A setting of the gateway that takes the bursts, as NAME=VALUE. */
    set: { type: 'string', multiple: true, default: [] },
    /** How often the cost of refusals is measured. */
    rounds: { type: 'string', default: '10' },
    /** A folder for CPU profiles of refusals. */
    profile: { type: 'string' },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const tell = (text: string) => process.stderr.write(`${text}\n`);

const watching = { watchers: 10_000, idleMs: 30_000, events: 500, mostHeapBytes: 13_000 } as const;

/** Very many who follow a contact each, and are told hardly anything. */
async function crowdOfWatchers(dist: string): Promise<readonly Row[]> {
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const rows: Row[] = [];
  for (const kind of watchersKinds) {
    const cost = await costOfWatchers(dist, kind, watching);
    const { idleCpuUs, eventCpuUs, eventP50Ms, eventP99Ms } = cost;
    const held = `${kb(cost.heapBytes)} of heap, ${kb(cost.externalBytes)} of buffers, ${kb(cost.rssBytes)} of RSS`;
    rows.push({
      what: `${whole(watching.watchers)} watchers by ${kind.name}`,
      is: `each ${held}; CPU ${idleCpuUs.toFixed(0)} us in an idle minute, ${(eventCpuUs / 1_000).toFixed(1)} ms for an event; told after ${ms(eventP50Ms)} (p50), ${ms(eventP99Ms)} (p99)`,
      bound: `${kb(watching.mostHeapBytes)} of heap`,
      isKept: cost.heapBytes <= watching.mostHeapBytes,
    });
  }
  return rows;
}

async function costOfRefusals(compiled: Compiled): Promise<readonly Row[]> {
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  return shedCostRows(
    await measureShedCost(compiled, {
      rounds: Number(values.rounds),
      part: 1,
      profile: values.profile,
      tell,
    }),
  );
}

const dist = () => (values.against === undefined ? resolve('dist') : buildRef(values.against).dist);
const compiled = (): Compiled => ({ dist: dist(), bench: dirname(fileURLToPath(import.meta.url)) });
const settings: Environment = Object.fromEntries(
  values.set.map((setting) => {
    const [name = '', ...value] = setting.split('=');
    return [name, value.join('=')] as const;
  }),
);

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  callers: () => crowdOfCallers(dist()),
  watchers: () => crowdOfWatchers(dist()),
  ...Object.fromEntries(
    Object.keys(burstPlans).map((part) => [part, () => burstOf(part, compiled(), settings)] as const),
  ),
  refusals: () => costOfRefusals(compiled()),
  'queue in memory': queueInMemory,
  'queue in Redis': queueInRedis,
};

let isMissed = false;
say('| | is | bound | |\n| --- | --- | --- | --- |');
for (const [name, run] of Object.entries(parts)) {
  if (!values.only.split(',').some((part) => name.includes(part.trim()))) continue;
  for (const { what, is, bound, isKept } of await run()) {
    isMissed ||= !isKept;
    say(`| ${what} | ${is} | ${bound} | ${isKept ? 'kept' : '**MISSED**'} |`);
  }
}
process.exit(isMissed ? 1 : 0);
