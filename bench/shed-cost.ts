import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Pool } from 'undici';
import type { Compiled } from './burst.js';
import type { Row } from './crowd-row.js';
import { oneRound, profileOf, send, type Bench, type Contestant } from './measure.js';
import { MeasuredProcess } from './measured-process.js';
import { profileTable } from './report.js';
import { sharesOf } from './profile.js';
import { startRig, type Rig } from './rig.js';
import { gateways } from './servers.js';
import { mean, median } from './statistics.js';
import { shedWorkloads, workloads } from './workloads.js';

const probe = pathToFileURL(resolve('bench/probe.mjs')).href;

/** What is asked, by how many calls are held in flight meanwhile; the gateway refuses reads from 75 on, and everything from 100 on. */
const maxInFlight = 100;
const subjects = [
  { name: 'placed call', workload: 'mutation', inFlight: 0, most: 1 },
  { name: 'read of what is left of the quota', workload: 'capacity', inFlight: 0, most: 1 },
  { name: 'call without a token', workload: 'no token', inFlight: 0, most: 1 },
  { name: 'refused query, where calls are taken', workload: 'shed query', inFlight: 80, most: 0.2 },
  { name: 'refused query, where all is refused', workload: 'shed query', inFlight: 110, most: 0.1 },
  { name: 'refused call', workload: 'shed mutation', inFlight: 110, most: 0.1 },
] as const;

export interface ShedCostPlan {
  readonly rounds: number;
  /** Of the requests that each workload says. */
  readonly part: number;
  /** A folder for CPU profiles. */
  readonly profile?: string | undefined;
  tell(text: string): void;
}

/** The CPU time of one, in each round. */
export interface ShedCost {
  readonly name: string;
  readonly cpuUs: readonly number[];
  /** The most that it may cost of a placed call. */
  readonly most: number;
  /** For one request, of Connect. */
  readonly upstreamRequests: number;
}

/** What operations cost that a gateway refuses for overload, in rounds with and without overload of one process. */
export async function measureShedCost(
  { dist, bench: folder }: Compiled,
  plan: ShedCostPlan,
): Promise<readonly ShedCost[]> {
  const rig = await startRig({ entry: join(folder, 'upstream.js') });
  const load = await MeasuredProcess.start(1, [join(folder, 'load.js')], {});
  const [memory] = gateways(dist);
  const environment = {
    ...rig.environment,
    MAX_OPERATIONS_IN_FLIGHT: String(maxInFlight),
    CONNECT_REQUEST_TIMEOUT_MS: '60000',
  };
  const server = await memory!.start(environment, ['--import', probe]);
  const contestant: Contestant = { name: 'memory', process: server.process, nextNumber: 0 };
  const tell = (text: string) => {
    plan.tell(text);
  };
  const bench: Bench = { rig, load, tokens: rig.tokens, tell };
  const costs = subjects.map(({ name, most }) => ({ name, most, cpuUs: [] as number[], upstreamRequests: 0 }));
  const shares = new Map<string, ReadonlyMap<string, number>>();
  const phases = [...new Set(subjects.map(({ inFlight }) => inFlight))];
  // The first round only warms up, and in the last one the CPU is profiled.
  const last = plan.rounds + (plan.profile === undefined ? 0 : 1);
  for (let round = 0; round <= last; round += 1) {
    for (const inFlight of round % 2 === 0 ? phases : phases.toReversed()) {
      const letGo = await holdInFlight(inFlight, rig, contestant);
      for (const [index, subject] of subjects.entries()) {
        if (subject.inFlight !== inFlight) continue;
        const workload = [...workloads, ...shedWorkloads].find(({ name }) => name === subject.workload)!;
        if (round === 0) {
          await send(bench, workload, contestant, Math.ceil(workload.warmUpRequests * plan.part));
        } else if (round <= plan.rounds) {
          const { cpuUs, upstreamRequests } = await oneRound(bench, workload, contestant, plan.part);
          costs[index]!.cpuUs.push(cpuUs);
          costs[index]!.upstreamRequests += upstreamRequests / plan.rounds;
        } else {
          const profile = await profileOf(bench, workload, contestant, plan.part);
          writeFileSync(join(plan.profile!, `${subject.name}.cpuprofile`), JSON.stringify(profile));
          shares.set(subject.name, sharesOf(profile));
        }
      }
      await letGo();
    }
    tell(`  round ${round} of ${last}`);
  }
  await server.stop();
  await load.stop();
  await rig.stop();
  if (shares.size > 0) tell(profileTable('what is refused', shares));
  return costs;
}

/** Has so many calls wait for Connect, until the returned function is called. */
async function holdInFlight(count: number, rig: Rig, contestant: Contestant): Promise<() => Promise<void>> {
  if (count === 0) return () => Promise.resolve();
  const { origin, pathname } = new URL(contestant.process.url);
  const pool = new Pool(origin, { connections: count, allowH2: false, headersTimeout: 120_000 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${rig.tokens.good}` };
  const call = workloads.find(({ name }) => name === 'mutation')!;
  await rig.holdUpstream(true);
  const before = await rig.upstreamRequests();
  const calls = Array.from({ length: count }, async () => {
    const body = JSON.parse(call.bodyOf(contestant.nextNumber++)) as { variables: { input: object } };
    Object.assign(body.variables.input, { maxWaitInSeconds: 55 });
    const answer = await pool.request({ path: pathname, method: 'POST', headers, body: JSON.stringify(body) });
    return answer.body.text();
  });
  while ((await rig.upstreamRequests()) - before < Math.min(count, maxInFlight)) await delay(20);
  return async () => {
    await rig.holdUpstream(false);
    await Promise.all(calls);
    await pool.close();
  };
}

/** Each against the placed call, and the request without a token, of its round. */
export function shedCostRows(costs: readonly ShedCost[]): readonly Row[] {
  const find = (wanted: string) => costs.find(({ name }) => name === wanted)!.cpuUs;
  const [placed, noToken] = [find('placed call'), find('call without a token')];
  return costs.map(({ name, cpuUs, most, upstreamRequests }) => {
    const ratio = (base: readonly number[]) => {
      const ratios = cpuUs.map((cost, round) => cost / base[round]!);
      return {
        middle: median(ratios),
        told: `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`,
      };
    };
    const ofPlaced = ratio(placed);
    return {
      what: `CPU time of a ${name}`,
      is: `${mean(cpuUs).toFixed(0)} us; of a placed call ${ofPlaced.told}, of one without a token ${ratio(noToken).told}; ${upstreamRequests.toFixed(2)} requests to Connect`,
      bound: most === 1 ? '' : `${most} of a placed call, no request to Connect`,
      isKept: most === 1 || (ofPlaced.middle <= most && upstreamRequests === 0),
    };
  });
}
