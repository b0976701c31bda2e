import type { Profiler } from 'node:inspector';
import type { LoadReport, LoadRequest } from './load.js';
import type { MeasuredProcess, Usage } from './measured-process.js';
import type { Rig } from './rig.js';
import type { Tokens, Workload } from './workloads.js';

export const connections = 32;

/** A server that runs, and how far its numbers are used up. */
export interface Contestant {
  readonly name: string;
  readonly process: MeasuredProcess;
  nextNumber: number;
}

/** One round of a server. */
export interface Round {
  /** CPU time of the server's process for one request. */
  readonly cpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requestsPerSecond: number;
  /** For one request, of Connect. */
  readonly upstreamRequests: number;
}

/** All rounds of a server for one workload. */
export interface Measured {
  readonly workload: string;
  readonly server: string;
  /** The rounds with the same index were next to each other. */
  readonly rounds: readonly Round[];
  readonly rssBytes: number;
}

export interface Bench {
  readonly rig: Rig;
  /** The process that sends the load. */
  readonly load: MeasuredProcess;
  readonly tokens: Tokens;
  /** Takes a line about how far it is. */
  tell(text: string): void;
}

/** Fewer tell nothing of their spread. */
const fewestRounds = 3;

/** Warms each server up, then measures them in turns, in `rounds` rounds or as many as are over by `untilMs`; with a `part` of the requests. */
export async function measure(
  bench: Bench,
  workload: Workload,
  contestants: readonly Contestant[],
  { rounds, part, untilMs }: { readonly rounds: number; readonly part: number; readonly untilMs: number },
): Promise<readonly Measured[]> {
  const warmUpRequests = Math.ceil(workload.warmUpRequests * part);
  for (const contestant of contestants) {
    const { requestsPerSecond } = await send(bench, workload, contestant, warmUpRequests);
    bench.tell(
      `  ${contestant.name}: warm after ${warmUpRequests} requests, ${Math.round(requestsPerSecond)} a second`,
    );
  }
  const measured = contestants.map(() => [] as Round[]);
  for (let round = 0; round < rounds && (round < fewestRounds || Date.now() < untilMs); round += 1) {
    for (const index of turnsOf(round, contestants))
      measured[index]!.push(await oneRound(bench, workload, contestants[index]!, part));
  }
  return Promise.all(
    contestants.map(async ({ name, process }, index) => ({
      workload: workload.name,
      server: name,
      rounds: measured[index]!,
      rssBytes: (await process.ask<Usage>('usage')).rssBytes,
    })),
  );
}

/** The order of a round: there and back again, so that what changes on the machine meets them all. */
export function turnsOf(round: number, contestants: readonly unknown[]): readonly number[] {
  const order = [...contestants.keys()];
  return round % 2 === 1 ? order.reverse() : order;
}

/** One round of a warm server, with a `part` of the requests. */
export async function oneRound(bench: Bench, workload: Workload, contestant: Contestant, part: number): Promise<Round> {
  const count = Math.ceil(workload.requestsOfRound * part);
  const { process } = contestant;
  const upstreamBefore = await bench.rig.upstreamRequests();
  const { cpuMs: cpuMsBefore } = await process.ask<Usage>('usage');
  const { p50Ms, p99Ms, requestsPerSecond } = await send(bench, workload, contestant, count);
  const { cpuMs } = await process.ask<Usage>('usage');
  const upstreamRequests = (await bench.rig.upstreamRequests()) - upstreamBefore;
  return {
    cpuUs: ((cpuMs - cpuMsBefore) * 1_000) / count,
    p50Ms,
    p99Ms,
    requestsPerSecond,
    upstreamRequests: upstreamRequests / count,
  };
}

/** What the CPU of a warm server does for a workload. */
export async function profileOf(
  bench: Bench,
  workload: Workload,
  contestant: Contestant,
  part: number,
): Promise<Profiler.Profile> {
  await contestant.process.ask('profile');
  await send(bench, workload, contestant, Math.ceil(3 * workload.requestsOfRound * part));
  return contestant.process.ask<Profiler.Profile>('profiled');
}

/** Throws where an answer is not the right one. */
export async function send(
  { load, tokens }: Pick<Bench, 'load' | 'tokens'>,
  workload: Workload,
  contestant: Contestant,
  count: number,
): Promise<LoadReport> {
  const request: LoadRequest = {
    url: contestant.process.url,
    workload: workload.name,
    tokens,
    from: contestant.nextNumber,
    count,
    connections: Math.min(connections, count),
  };
  contestant.nextNumber += count;
  const report = await load.ask<LoadReport>(request);
  if (report.wrong !== undefined) {
    throw new Error(`${contestant.name} answered "${workload.name}" wrongly: ${report.wrong.slice(0, 1_000)}`);
  }
  return report;
}
