import { setTimeout as sleep } from 'node:timers/promises';
import type { Rig, Seat } from './rig.js';

/** What becomes of the primary before its replica is promoted: it dies, or it goes on, and one gateway reaches it still while the other one reaches the promoted replica. */
export const failovers = ['killed', 'killed after its link stalled', 'split'] as const;
export type Failover = (typeof failovers)[number];

export interface FailoverTimes {
  /** How long the replication link carries nothing before the primary dies. */
  readonly stallMs: number;
  /** From the loss of the primary to the promotion. */
  readonly promotedAfterMs: number;
  /** From the promotion to the start of a new replica. */
  readonly replicaAfterMs: number;
  /** From the promotion until nobody reaches the former primary any more. */
  readonly splitMs: number;
}

/** What the two sides of a split did. */
export interface SplitSides {
  /** Starts that the gateway sent which reached the former primary alone, from a moment after the promotion on. */
  readonly sentOnFormer: number;
  readonly sentOnPromoted: number;
  /** Commits that waited in vain on the former primary at the end, where it can tell. */
  readonly waitingOnFormer: number | undefined;
}

/** For what was under way when the ledger was split. */
const splitGraceMs = 1_000;

/** Resolves when every gateway reaches the new primary, and it has a replica; with what the sides did, where there were two. */
export async function failOver(
  { ledger, seats }: Rig,
  failover: Failover,
  { stallMs, promotedAfterMs, replicaAfterMs, splitMs }: FailoverTimes,
): Promise<SplitSides | undefined> {
  const former = ledger.primary;
  const reachAll = (inPlaceOfFormer: number | undefined) => {
    for (const seat of seats) {
      seat.ledger.reach({ hosts: [inPlaceOfFormer, ledger.primary], leading: ledger.primary });
    }
  };
  if (failover === 'killed after its link stalled') {
    ledger.stall();
    await sleep(stallMs);
  }
  if (failover !== 'split') {
    await ledger.kill();
    await sleep(promotedAfterMs);
    await ledger.promote();
    reachAll(undefined);
    await sleep(replicaAfterMs);
    await ledger.addReplica();
    return undefined;
  }

  const [onFormer, onPromoted] = seats as readonly [Seat, Seat];
  onFormer.ledger.reach({ hosts: [former, undefined], leading: former });
  onPromoted.ledger.reach({ hosts: [undefined, ledger.replicas[0]], leading: ledger.replicas[0]! });
  await ledger.promote();
  const healing = sleep(splitMs);
  await sleep(splitGraceMs);
  const sent = () => [onFormer, onPromoted].map(({ upstream }) => upstream.counts().requests) as [number, number];
  const before = sent();
  await sleep(replicaAfterMs - splitGraceMs);
  await ledger.addReplica();
  await healing;
  const after = sent();
  const waitingOnFormer = await ledger.waitingOnFormer();
  reachAll(undefined);
  await ledger.rejoin();
  reachAll(ledger.replicas.at(-1));
  return { sentOnFormer: after[0] - before[0], sentOnPromoted: after[1] - before[1], waitingOnFormer };
}
