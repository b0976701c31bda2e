import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { queuePath } from './event-queue.js';
import { MeasuredProcess, type Held, type Usage } from './measured-process.js';
import { startRig } from './rig.js';
import { gateways } from './servers.js';
import type { EventsReport, WatchRequest, WatchTransport } from './watch-load.js';

/** How watchers come. */
export interface WatchersKind {
  readonly name: string;
  readonly transport: WatchTransport;
  readonly perConnection: number;
}

export const watchersKinds: readonly WatchersKind[] = [
  { name: 'WebSocket, one subscription each', transport: 'websocket', perConnection: 1 },
  { name: 'WebSocket, 100 subscriptions each', transport: 'websocket', perConnection: 100 },
  { name: 'server-sent events', transport: 'sse', perConnection: 1 },
];

export interface WatchersPlan {
  readonly watchers: number;
  readonly idleMs: number;
  readonly events: number;
}

/** What a watcher takes. */
export interface WatchersCost {
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly rssBytes: number;
  /** In a minute in which nothing is told. */
  readonly idleCpuUs: number;
  /** For an event that one of them is told, all that the gateway does for it. */
  readonly eventCpuUs: number;
  readonly eventP50Ms: number;
  readonly eventP99Ms: number;
}

const here = dirname(fileURLToPath(import.meta.url));
export const contactIdOf = (number: number) => `11fe0000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/** Asks a load for something; throws what it failed with. */
export function askWatchers<Answer>(load: MeasuredProcess, asked: WatchRequest): Promise<Answer> {
  return load.askFor<Answer>(asked);
}

/**
 * So many watchers of one gateway with the limits and quotas of production, each of a contact of its own that events told of before, and what one of
 * them takes. A connection has a token of its own.
 */
export async function costOfWatchers(dist: string, kind: WatchersKind, plan: WatchersPlan): Promise<WatchersCost> {
  const rig = await startRig({ entry: resolve(here, 'upstream.js') });
  const load = await MeasuredProcess.start(1, [resolve(here, 'watch-load.js')], {});
  const queueUrl = `${rig.upstreamUrl}${queuePath}${randomUUID()}`;
  const probe = pathToFileURL(resolve('bench/probe.mjs')).href;
  const [memory] = gateways(dist);
  const server = await memory!.start({ ...rig.environment, CONNECT_QUOTAS: '', CONTACT_EVENTS_QUEUE_URL: queueUrl }, [
    '--import',
    probe,
  ]);
  const { url } = server.process;
  const contactsFrom = async (from: number, count: number) => {
    const contactIds = Array.from({ length: count }, (_, index) => contactIdOf(from + index));
    await askWatchers(load, { do: 'announce', queueUrl, contactIds });
    return contactIds;
  };
  const open = async (contactIds: readonly string[]) => {
    const subjects = Array.from({ length: contactIds.length / kind.perConnection }, () => randomUUID());
    const tokens = await Promise.all(subjects.map((subject) => rig.tokenOf(subject)));
    const { transport, perConnection } = kind;
    await askWatchers(load, {
      do: 'open',
      url,
      transport,
      tokens,
      perConnection,
      contactIds,
      queueUrl,
      hasFirstResult: true,
    });
  };
  const send = (contactIds: readonly string[]) => askWatchers<EventsReport>(load, { do: 'send', queueUrl, contactIds });

  const [warming, contactIds] = [await contactsFrom(1_000_000, 500), await contactsFrom(0, plan.watchers)];
  await open(warming);
  await send(warming.slice(0, 300));
  await askWatchers(load, { do: 'close' });
  await delay(1_000);
  const before = await server.process.ask<Held>('held');

  await open(contactIds);
  const held = await server.process.ask<Held>('held');
  const usage = () => server.process.ask<Usage>('usage');
  const idleBefore = await usage();
  await delay(plan.idleMs);
  const idleAfter = await usage();
  const { tookMs, deliveries } = await send(contactIds.slice(0, plan.events));
  const afterEvents = await usage();
  await askWatchers(load, { do: 'close' });
  await load.stop();
  await server.stop();
  await rig.stop();
  const each = (value: (held: Held) => number) => (value(held) - value(before)) / plan.watchers;
  const sorted = tookMs.toSorted((one, other) => one - other);
  return {
    heapBytes: each(({ heapBytes }) => heapBytes),
    externalBytes: each(({ externalBytes }) => externalBytes),
    rssBytes: each(({ rssBytes }) => rssBytes),
    idleCpuUs: ((idleAfter.cpuMs - idleBefore.cpuMs) * 1_000 * (60_000 / plan.idleMs)) / plan.watchers,
    eventCpuUs: ((afterEvents.cpuMs - idleAfter.cpuMs) * 1_000) / deliveries,
    eventP50Ms: sorted[sorted.length >> 1]!,
    eventP99Ms: sorted[Math.floor(sorted.length * 0.99)]!,
  };
}
