import { send, turnsOf, type Bench, type Contestant, type Measured, type Round } from './measure.js';
import type { Usage } from './measured-process.js';
import type { Server } from './servers.js';
import { workloads, type Workload } from './workloads.js';

export const startUp = 'start';

const firstRequest: Workload = workloads.find(({ name }) => name === 'mutation')!;

/** What a process needs from its spawn to the first call that it placed, in rounds in which each server starts anew. */
export async function measureStarts(
  bench: Bench,
  servers: readonly Server[],
  nodeOptions: readonly string[],
  rounds: number,
): Promise<readonly Measured[]> {
  const measured = servers.map(() => ({ rounds: [] as Round[], rssBytes: 0 }));
  for (let round = 0; round < rounds; round += 1) {
    for (const index of turnsOf(round, servers)) {
      const one = measured[index]!;
      const startedAtMs = performance.now();
      const server = servers[index]!;
      const started = await server.start(bench.rig.environment, nodeOptions);
      const upstreamBefore = await bench.rig.upstreamRequests();
      const contestant: Contestant = { name: server.name, process: started.process, nextNumber: 0 };
      await send(bench, firstRequest, contestant, 1);
      const ms = performance.now() - startedAtMs;
      const { cpuMs, rssBytes } = await started.process.ask<Usage>('usage');
      const upstreamRequests = (await bench.rig.upstreamRequests()) - upstreamBefore;
      one.rounds.push({ cpuUs: cpuMs * 1_000, p50Ms: ms, p99Ms: ms, requestsPerSecond: 1_000 / ms, upstreamRequests });
      one.rssBytes = rssBytes;
      await started.stop();
    }
  }
  return measured.map((one, index) => ({ workload: startUp, server: servers[index]!.name, ...one }));
}
