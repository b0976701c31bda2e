import { setTimeout as sleep } from 'node:timers/promises';
import { redisClient } from '../support/redis-client.js';
import type { RedisNode } from '../support/redis-node.js';
import type { RedisGroup } from './redis-groups.js';

/** What happens to the primary; its servers see to the rest. */
export const groupFaults = ['killed', 'killed after its link stalled', 'frozen'] as const;
export type GroupFault = (typeof groupFaults)[number];

export interface GroupFaultTimes {
  /** How long the replication link carries nothing before the primary dies. */
  readonly stallMs: number;
  readonly freezeMs: number;
  /** From the promotion until the former primary starts again, and becomes a replica. */
  readonly replicaAfterMs: number;
  /** Where the frozen primary goes on in time, nobody is promoted: so long it is waited for. */
  readonly promotedWithinMs: number;
}

/** In milliseconds from the moment in which the primary died or froze. */
export interface GroupFailover {
  /** Undefined where nobody was promoted. */
  readonly promotedAtMs: number | undefined;
  /** Every primary has a replica again. */
  readonly wholeAtMs: number;
  /** When the healthy primaries of a Cluster first and last said CLUSTERDOWN; undefined where none did. */
  readonly clusterDown: { readonly fromMs: number; readonly toMs: number } | undefined;
}

const pollMs = 25;
/** No group takes so long. */
const wholeWithinMs = 120_000;

/** Resolves when all is as before the fault, with what was seen meanwhile. */
export async function failOverGroup(
  group: RedisGroup,
  fault: GroupFault,
  { stallMs, freezeMs, replicaAfterMs, promotedWithinMs }: GroupFaultTimes,
): Promise<GroupFailover> {
  const { victim } = group;
  if (fault === 'killed after its link stalled') {
    victim.stallReplication();
    await sleep(stallMs);
  }
  const fromMs = performance.now();
  const sinceMs = () => performance.now() - fromMs;
  const refusals = watchRefusals(group.healthy, sinceMs);
  try {
    let isDown = false;
    if (fault === 'frozen') {
      victim.server.freeze();
      void sleep(freezeMs).then(() => {
        victim.server.thaw();
      });
    } else {
      await victim.server.kill();
      // What was under way to the replica is lost.
      victim.cut();
      victim.resume();
      isDown = true;
    }
    let promotedAtMs: number | undefined;
    for (;;) {
      await sleep(pollMs);
      if (sinceMs() > wholeWithinMs) throw new Error(`After ${wholeWithinMs} ms the servers are not whole again.`);
      if (promotedAtMs === undefined && (await group.isPromoted())) promotedAtMs = sinceMs();
      if (isDown && promotedAtMs !== undefined && sinceMs() >= promotedAtMs + replicaAfterMs) {
        isDown = false;
        await victim.server.start();
      }
      const isDecided = promotedAtMs !== undefined || (fault === 'frozen' && sinceMs() >= promotedWithinMs);
      if (isDecided && !isDown && (await group.isWhole())) break;
    }
    return { promotedAtMs, wholeAtMs: sinceMs(), clusterDown: refusals.seen() };
  } finally {
    refusals.stop();
  }
}

/** Asks each node for a key again and again. */
function watchRefusals(nodes: readonly RedisNode[], sinceMs: () => number) {
  const refusedAtMs: number[] = [];
  const clients = nodes.map(({ server }) => redisClient(server.url));
  for (const client of clients) client.on('error', () => undefined);
  const timer = setInterval(() => {
    for (const client of clients) {
      client.get('any').catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith('CLUSTERDOWN')) refusedAtMs.push(sinceMs());
      });
    }
  }, pollMs);
  return {
    seen: () => {
      const [fromMs, toMs] = [refusedAtMs[0], refusedAtMs.at(-1)];
      return fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
    },
    stop: () => {
      clearInterval(timer);
      for (const client of clients) client.disconnect();
    },
  };
}
