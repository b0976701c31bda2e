import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { connections, measure, profileOf, type Bench, type Contestant, type Measured } from './measure.js';
import { MeasuredProcess } from './measured-process.js';
import { buildRef } from './built-ref.js';
import { startRig } from './rig.js';
import { gateways, noRedis, peers, watchedServers, type Server, type StartedServer } from './servers.js';
import { measureStarts, startUp } from './start-up.js';
import { sharesOf } from './profile.js';
import { measureRedisBytes, redisBytes } from './redis-bytes.js';
import { profileTable, redisBytesTable, targetTable, workloadTable } from './report.js';
import { judge, mostRedisBytes } from './targets.js';
import { measureWatching, watchingWorkload } from './watching.js';
import { workloads, type Workload } from './workloads.js';

const { values } = parseArgs({
  options: {
    /** Workloads by parts of their names, separated by commas. */
    only: { type: 'string', default: '' },
    /** Servers by parts of their names, separated by commas. */
    servers: { type: 'string', default: '' },
    /** Every workload on every server, however long that takes. */
    all: { type: 'boolean', default: false },
    /** A git ref whose gateway is measured beside this one. */
    against: { type: 'string' },
    /** A folder for CPU profiles of the servers. */
    profile: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    /** Which part of the requests that each workload says are sent, for a look at whether all of it runs. */
    part: { type: 'string', default: '1' },
    /** The folder with the gateway. */
    dist: { type: 'string', default: 'dist/bundle' },
  },
});
const rounds = Number(values.rounds);
const part = Number(values.part);
if (!Number.isInteger(rounds) || rounds < 1 || !(part > 0 && part <= 1)) {
  process.stderr.write('--rounds takes a whole number from 1, --part a number over 0 up to 1.\n');
  process.exit(2);
}
// Each process that is started ends with this one.
process.setMaxListeners(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.once('uncaughtException', (error) => {
  process.stderr.write(`Nothing can be said: ${String(error)}\n`);
  process.exit(2);
});

/** When the rounds of the mutation, and of all, are over; warming up is not interrupted. */
const budgetMs = { mutation: 4 * 60_000, all: 8 * 60_000, watching: 90_000 };
const startedAtMs = Date.now();
const say = (text: string) => process.stdout.write(`${text}\n`);
const tell = (text: string) => process.stderr.write(`${text}\n`);
const isNamed = (name: string, parts: string) =>
  parts.split(',').some((part) => name.toLowerCase().includes(part.trim().toLowerCase()));
/** Whether the server is measured with this workload: what costs most is compared with all, the rest with the textbook. */
const isAskedFor = (workload: Workload, { name, hasPolicy }: Server) => {
  if (workload.isOfPolicy) return hasPolicy !== undefined;
  if (hasPolicy || workload.isNotFor?.includes(name)) return false;
  return workload === workloads[0] || values.all || /^(textbook|memory)/.test(name) || values.servers !== '';
};

if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
const here = dirname(fileURLToPath(import.meta.url));
const built = values.against === undefined ? undefined : buildRef(values.against);
const suffix = built && ` at ${values.against}`;
const chosen = workloads.filter(({ name }) => isNamed(name, values.only));
const servers = [
  ...peers(resolve(here, 'peers')),
  ...gateways(resolve(values.dist)),
  ...(built ? gateways(built.dist, suffix) : []),
]
  // The first is what the others are compared with.
  .filter(({ name }) => name === 'textbook' || isNamed(name, values.servers));
for (const { name, missing } of servers) if (missing !== undefined) tell(`SKIPPED: ${name}: ${missing}.`);

const rig = await startRig({ entry: resolve(here, 'upstream.js') });
const load = await MeasuredProcess.start(1, [resolve(here, 'load.js')], {});
const probe = pathToFileURL(resolve('bench/probe.mjs')).href;
const running: (StartedServer & Contestant & Server)[] = [];
for (const server of servers) {
  if (server.missing !== undefined || !chosen.some((workload) => isAskedFor(workload, server))) continue;
  const started = await server.start(rig.environment, ['--import', probe]);
  running.push({ ...server, ...started, nextNumber: 0 });
}

say(
  `\`npm run bench\`: CPU time of a server's process for one request, ${connections} connections, on one machine with ${cpus().length} cores (${cpus()[0]?.model.trim() ?? ''}) and Node ${process.versions.node}.\n`,
);
const bench: Bench = { rig, load, tokens: rig.tokens, tell };
const measured: Measured[] = [];
for (const [index, workload] of chosen.entries()) {
  const contestants = running.filter((server) => isAskedFor(workload, server));
  const leftMs = startedAtMs + budgetMs.all - Date.now();
  const untilMs = values.all
    ? Infinity
    : workload === workloads[0]
      ? startedAtMs + budgetMs.mutation
      : Date.now() + leftMs / (chosen.length - index);
  tell(`${workload.name}: ${contestants.map(({ name }) => name).join(', ')}`);
  const results = await measure(bench, workload, contestants, {
    rounds,
    part,
    untilMs,
  });
  measured.push(...results);
  say(workloadTable(results, suffix));
  if (values.profile === undefined) continue;
  const shares = new Map<string, ReadonlyMap<string, number>>();
  for (const contestant of contestants) {
    const profile = await profileOf(bench, workload, contestant, part);
    writeFileSync(join(values.profile, `${contestant.name}, ${workload.name}.cpuprofile`), JSON.stringify(profile));
    shares.set(contestant.name, sharesOf(profile));
  }
  say(profileTable(workload.name, shares));
}
for (const server of running) await server.stop();
if (isNamed(startUp, values.only)) {
  const starting = servers.filter(
    ({ name, missing, hasPolicy }) => missing === undefined && !hasPolicy && /^(textbook|memory)/.test(name),
  );
  tell(`${startUp}: ${starting.map(({ name }) => name).join(', ')}`);
  const results = await measureStarts(bench, starting, ['--import', probe], Math.min(rounds, 7));
  measured.push(...results);
  say(workloadTable(results, suffix));
}
await load.stop();
if (isNamed(watchingWorkload, values.only)) {
  const watched = [
    ...watchedServers(resolve(here, 'peers'), resolve(values.dist)),
    ...(built ? watchedServers(resolve(here, 'peers'), built.dist, suffix) : []),
  ].filter(({ name }) => name === 'textbook' || isNamed(name, values.servers));
  tell(`${watchingWorkload}: ${watched.map(({ name }) => name).join(', ')}`);
  const results = await measureWatching(watched, {
    rig,
    loadEntry: resolve(here, 'watch-load.js'),
    nodeOptions: ['--import', probe],
    watchers: Math.ceil(1_000 * part),
    rounds,
    eventsOfRound: 20,
    untilMs: Date.now() + budgetMs.watching,
    tell,
  });
  measured.push(...results);
  say(workloadTable(results, suffix));
}
await rig.stop();
built?.remove();
let bytesInRedis: number | undefined;
if (isNamed(redisBytes, values.only)) {
  tell(noRedis.missing === undefined ? redisBytes : `SKIPPED: ${redisBytes}: ${noRedis.missing}.`);
  if (noRedis.missing === undefined) bytesInRedis = await measureRedisBytes(Math.ceil(20_000 * part));
}

const verdicts = judge(measured);
say(targetTable(verdicts));
if (bytesInRedis !== undefined) say(redisBytesTable(bytesInRedis));
tell(`It took ${Math.round((Date.now() - startedAtMs) / 1_000)} s.`);
const isMissed = verdicts.some((verdict) => verdict.isMissed) || (bytesInRedis ?? 0) > mostRedisBytes;
process.exit(isMissed ? 1 : 0);
