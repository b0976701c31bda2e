import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Lexer, Source, TokenKind } from 'graphql';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measure, send, type Bench, type Contestant, type Measured, type Round } from '../../bench/measure.js';
import { MeasuredProcess } from '../../bench/measured-process.js';
import { startRig, type Rig } from '../../bench/rig.js';
import { gateways, peers, watchedServers, type Server, type StartedServer } from '../../bench/servers.js';
import { measureStarts, startUp } from '../../bench/start-up.js';
import { judge, targets } from '../../bench/targets.js';
import { measureWatching } from '../../bench/watching.js';
import { workloads, type Workload } from '../../bench/workloads.js';
import { startSimulator } from '../../src/simulator/server.js';
import { buildBench } from '../support/compiled-bench.js';

const root = resolve(import.meta.dirname, '../..');
const nodeOptions = ['--import', pathToFileURL(join(root, 'bench/probe.mjs')).href];
const named = (name: string) => workloads.find((one) => one.name === name)!;

let built: ReturnType<typeof buildBench>;
let load: MeasuredProcess;
const compiled = (file: string) => join(built.bench, file);
const servers = () => [...peers(compiled('peers')), ...gateways(built.dist)];

beforeAll(async () => {
  built = buildBench();
  load = await MeasuredProcess.start(1, [compiled('load.js')], {});
});
afterAll(async () => {
  await load.stop();
  built.remove();
});

async function during<T>(rig: Rig, server: Server, use: (its: StartedServer & Contestant) => Promise<T>): Promise<T> {
  const started = await server.start(rig.environment, nodeOptions);
  try {
    return await use({ name: server.name, ...started, nextNumber: 0 });
  } finally {
    await started.stop();
  }
}

test('every server places each call at the simulator, which checks its request and signature', async () => {
  const simulator = await startSimulator({
    settings: { rates: 'off', concurrentCalls: 10_000 },
    credentials: new Map([['AKIDTEST', 'secret']]),
  });
  const rig = await startRig({ url: simulator.url });
  try {
    for (const [index, server] of servers().entries()) {
      if (server.missing !== undefined && process.env.CI !== 'true') {
        process.stderr.write(`\nSKIPPED: ${server.name}: ${server.missing}.\n`);
        continue;
      }
      const before = simulator.calls().length;
      await during(rig, server, (its) => {
        // The simulator answers a token that it knows with the call that it has.
        its.nextNumber = index * 100;
        const workload = named(server.hasPolicy ? 'call, example policy' : 'mutation');
        return send({ load, tokens: rig.tokens }, workload, its, 5);
      });
      expect([server.name, simulator.calls().length - before]).toEqual([server.name, 5]);
    }
  } finally {
    await rig.stop();
    await simulator.stop();
  }
});

test('every workload is answered as it says, with as many requests to Connect by the textbook, and no more by the gateway', async () => {
  const rig = await startRig({ entry: compiled('upstream.js') });
  const bench: Bench = { rig, load, tokens: rig.tokens, tell: () => undefined };
  const measureAll = (name: string, asked: readonly Workload[]) =>
    during(
      rig,
      servers().find((server) => server.name === name)!,
      async (its) => {
        const measured: Measured[] = [];
        for (const workload of asked) {
          measured.push(...(await measure(bench, workload, [its], { rounds: 1, part: 0.002, untilMs: Infinity })));
        }
        return measured;
      },
    );
  try {
    const comparable = workloads.filter(({ isOfPolicy }) => !isOfPolicy);
    const ofPolicy = workloads.filter(({ isOfPolicy }) => isOfPolicy);
    const textbook = await measureAll('textbook', comparable);
    const memory = await measureAll('memory', workloads);
    const held = await measureAll('memory with a policy', ofPolicy);
    const requests = (measured: readonly Measured[]) =>
      measured.map(({ workload, rounds }) => [workload, rounds[0]!.upstreamRequests] as const);
    expect(requests(textbook)).toEqual(comparable.map(({ name, upstreamRequests }) => [name, upstreamRequests]));
    const all = [...textbook, ...memory, ...held];
    expect(requests(all).filter(([name, count]) => count > named(name).upstreamRequests)).toEqual([]);
    for (const { rounds, rssBytes } of all) {
      expect(rounds[0]!.cpuUs).toBeGreaterThan(0);
      expect(rssBytes).toBeGreaterThan(1_000_000);
    }
  } finally {
    await rig.stop();
  }
});

test('a start ends with the first call that is placed, and what it took is told of each server', async () => {
  const rig = await startRig({ entry: compiled('upstream.js') });
  const bench: Bench = { rig, load, tokens: rig.tokens, tell: () => undefined };
  try {
    const starting = servers().filter(({ name }) => ['textbook', 'memory'].includes(name));
    const measured = await measureStarts(bench, starting, nodeOptions, 1);
    expect(measured.map(({ workload, server }) => [workload, server])).toEqual([
      ['start', 'textbook'],
      ['start', 'memory'],
    ]);
    for (const { rounds, rssBytes } of measured) {
      expect(rounds).toHaveLength(1);
      expect(rounds[0]!.upstreamRequests).toBeGreaterThan(0);
      expect(rounds[0]!.cpuUs).toBeGreaterThan(0);
      expect(rssBytes).toBeGreaterThan(1_000_000);
    }
  } finally {
    await rig.stop();
  }
});

test('every server that is watched tells each watcher of each event', async () => {
  const rig = await startRig({ entry: compiled('upstream.js') });
  const watched = watchedServers(compiled('peers'), built.dist);
  try {
    const plan = { watchers: 12, rounds: 1, eventsOfRound: 2, untilMs: 0, tell: () => undefined };
    const measured = await measureWatching(watched, {
      ...plan,
      rig,
      loadEntry: compiled('watch-load.js'),
      nodeOptions,
    });
    expect(measured.map(({ server }) => server)).toEqual(watched.map(({ name }) => name));
    for (const { rounds } of measured) expect(rounds.every(({ cpuUs }) => cpuUs > 0)).toBe(true);
  } finally {
    await rig.stop();
  }
});

test('a wrong answer is an error', async () => {
  const rig = await startRig({ entry: compiled('upstream.js') });
  try {
    const textbook = servers()[0]!;
    const tokens = { ...rig.tokens, good: rig.tokens.forged };
    const asked = during(rig, textbook, (its) => send({ load, tokens }, named('mutation'), its, 2));
    await expect(asked).rejects.toThrow('textbook answered "mutation" wrongly: 401');
  } finally {
    await rig.stop();
  }
});

const round = (cpuUs: number): Round => ({
  cpuUs,
  p50Ms: 1,
  p99Ms: 1,
  requestsPerSecond: 1,
  upstreamRequests: 1,
});
const rounds = (server: string, ...cpuUs: readonly number[]): Measured => ({
  workload: 'mutation',
  server,
  rounds: cpuUs.map(round),
  rssBytes: 1,
});

test('a target is missed by the median of the rounds, each against the round beside it', () => {
  const textbook = rounds('textbook', 100, 200, 400);
  const missedWith = (...measured: readonly Measured[]) =>
    judge(measured)
      .filter(({ isMissed }) => isMissed)
      .map(({ target }) => `${target.of.server} to ${target.to.server}`);
  expect(missedWith(textbook, rounds('memory', 45, 90, 400))).toEqual([]);
  expect(missedWith(textbook, rounds('memory', 46, 92, 40))).toEqual(['memory to textbook']);
  expect(missedWith(rounds('memory', 500, 500, 500))).toEqual([]);
});

test('targets are of workloads and servers that there are', () => {
  const names = servers().map(({ name }) => name);
  for (const { of, to } of targets) {
    for (const { workload, server } of [of, to]) {
      expect(names).toContain(server);
      if (workload === startUp) continue;
      expect(workloads.map(({ name }) => name)).toContain(workload);
      expect(named(workload).isNotFor ?? []).not.toContain(server);
    }
  }
});

test('a new document has 950 tokens', () => {
  const documents = [0, 123_456].map((number) => {
    const { query } = JSON.parse(named('new document, no token').bodyOf(number)) as { query: string };
    return query;
  });
  expect(documents[0]).not.toBe(documents[1]);
  for (const document of documents) {
    const lexer = new Lexer(new Source(document));
    let tokens = 0;
    while (lexer.advance().kind !== TokenKind.EOF) tokens += 1;
    expect(tokens).toBe(950);
  }
});
