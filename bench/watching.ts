import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { queuePath } from './event-queue.js';
import type { Measured, Round } from './measure.js';
import { MeasuredProcess, type Usage } from './measured-process.js';
import type { Rig } from './rig.js';
import type { StartedServer, WatchedServer } from './servers.js';
import type { EventsReport } from './watch-load.js';
import { askWatchers, contactIdOf } from './watchers.js';

export const watchingWorkload = 'one event to 1,000 watchers';

export interface WatchingPlan {
  readonly rig: Rig;
  /** The compiled watch-load.ts. */
  readonly loadEntry: string;
  readonly nodeOptions: readonly string[];
  readonly watchers: number;
  readonly rounds: number;
  readonly eventsOfRound: number;
  readonly untilMs: number;
  tell(text: string): void;
}

interface Watched {
  readonly server: WatchedServer;
  readonly started: StartedServer;
  readonly load: MeasuredProcess;
  readonly queueUrl: string;
  readonly rounds: Round[];
}

/** Fewer tell nothing of their spread. */
const fewestRounds = 3;
const contactId = contactIdOf(0);

/** All watchers of each server follow one contact, which is told of event after event; the servers have their turns there and back again. */
export async function measureWatching(
  servers: readonly WatchedServer[],
  plan: WatchingPlan,
): Promise<readonly Measured[]> {
  const watched: Watched[] = [];
  for (const server of servers) watched.push(await open(server, plan));
  for (let round = 0; round < plan.rounds && (round < fewestRounds || Date.now() < plan.untilMs); round += 1) {
    for (const one of round % 2 === 0 ? watched : watched.toReversed()) one.rounds.push(await oneRound(one, plan));
  }
  const measured: Measured[] = [];
  for (const { server, started, load, rounds } of watched) {
    const { rssBytes } = await started.process.ask<Usage>('usage');
    measured.push({ workload: watchingWorkload, server: server.name, rounds, rssBytes });
    await askWatchers(load, { do: 'close' });
    await load.stop();
    await started.stop();
  }
  return measured;
}

async function open(server: WatchedServer, plan: WatchingPlan): Promise<Watched> {
  const { rig, loadEntry, nodeOptions, watchers, eventsOfRound } = plan;
  const queueUrl = `${rig.upstreamUrl}${queuePath}${randomUUID()}`;
  const started = await server.start({ ...rig.environment, CONTACT_EVENTS_QUEUE_URL: queueUrl }, nodeOptions);
  const load = await MeasuredProcess.start(1, [loadEntry], {});
  const tokens = await Promise.all(Array.from({ length: watchers }, () => rig.tokenOf(randomUUID())));
  const { transport, hasFirstResult } = server;
  const { url } = started.process;
  await askWatchers(load, {
    do: 'open',
    queueUrl,
    url,
    transport,
    tokens,
    perConnection: 1,
    contactIds: [contactId],
    hasFirstResult,
  });
  const watching = { server, started, load, queueUrl, rounds: [] };
  const { cpuUs } = await oneRound(watching, { ...plan, eventsOfRound: 2 * eventsOfRound });
  plan.tell(`  ${server.name}: warm, ${cpuUs.toFixed(0)} us for a watcher`);
  return watching;
}

/** What an event costs for each who is told it. */
async function oneRound({ started, load, queueUrl }: Watched, { eventsOfRound }: WatchingPlan): Promise<Round> {
  const { cpuMs: cpuMsBefore } = await started.process.ask<Usage>('usage');
  const startedAtMs = performance.now();
  const contactIds = Array.from({ length: eventsOfRound }, () => contactId);
  const { tookMs, deliveries } = await askWatchers<EventsReport>(load, { do: 'send', queueUrl, contactIds });
  const elapsedMs = performance.now() - startedAtMs;
  const { cpuMs } = await started.process.ask<Usage>('usage');
  const sorted = tookMs.toSorted((one, other) => one - other);
  return {
    cpuUs: ((cpuMs - cpuMsBefore) * 1_000) / deliveries,
    p50Ms: sorted[sorted.length >> 1]!,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)]!,
    requestsPerSecond: (deliveries * 1_000) / elapsedMs,
    upstreamRequests: 0,
  };
}
