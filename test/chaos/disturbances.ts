import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './random.js';
import type { LedgerMoment } from './ledger-access.js';
import type { Rig, Seat } from './rig.js';

type Moment = LedgerMoment | 'committed';

export type Disturbance = { readonly atMs: number } & (
  | { readonly kind: 'kill'; readonly moment: Moment; readonly seat: number }
  | { readonly kind: 'freeze'; readonly moment: LedgerMoment; readonly seat: number; readonly forMs: number }
  /** The primary of the ledger, or the Redis that keeps coordination, which is then empty. */
  | { readonly kind: 'restart'; readonly of: 'ledger' | 'coordination, emptied' }
);

const downMs = 1_000;
/** How long a moment that was waited for may fail to come. */
const momentWithinMs = 60_000;

export interface PlanOptions {
  readonly forMs: number;
  /** Longer than a lease, so that the other gateway takes over. */
  readonly freezeMs: number;
  readonly freezeAt: LedgerMoment;
  /** Whether the Redis that keeps coordination comes back empty, and with it a ledger that it keeps too; so it is where left out. */
  readonly empties?: boolean;
}

/** What happens to processes in the course of `forMs`: every kind at least once, at times and in an order that the chance decides. */
export function planDisturbances(
  chance: Chance,
  { forMs, freezeMs, freezeAt, empties = true }: PlanOptions,
): readonly Disturbance[] {
  const kinds = chance.shuffled([
    { kind: 'kill', moment: 'claimed' },
    { kind: 'kill', moment: 'marked' },
    { kind: 'kill', moment: 'committed' },
    { kind: 'kill', moment: 'committed' },
    { kind: 'restart', of: 'ledger' },
    ...(empties ? [{ kind: 'restart', of: 'coordination, emptied' } as const] : []),
  ] as const);
  const stepMs = forMs / (kinds.length + 1);
  const seat = () => chance.one([0, 1]);
  const frozen = {
    // Early, so that it is over when the faults are.
    atMs: chance.between(0.02, 0.1) * forMs,
    kind: 'freeze',
    moment: freezeAt,
    seat: seat(),
    forMs: freezeMs,
  } as const;
  return [
    frozen,
    ...kinds.map((kind, index) => ({ ...kind, atMs: (index + chance.between(0.5, 1.5)) * stepMs, seat: seat() })),
  ];
}

/** Does what is planned; resolves, when all is over and everything runs again, with what did not happen. */
export async function disturb(rig: Rig, plan: readonly Disturbance[]): Promise<readonly Disturbance[]> {
  const busy = new Set<Seat>();
  let storesFree = Promise.resolve();

  /** One trouble at a time for one process: the chosen one, or else the other one. */
  async function withSeat(index: number, trouble: (seat: Seat) => Promise<boolean>): Promise<boolean> {
    for (;;) {
      const seat = [rig.seats[index]!, ...rig.seats].find((one) => !busy.has(one));
      if (!seat) {
        await sleep(50);
        continue;
      }
      busy.add(seat);
      try {
        return await trouble(seat);
      } finally {
        busy.delete(seat);
      }
    }
  }

  async function restart(of: 'ledger' | 'coordination, emptied'): Promise<boolean> {
    const { ledger } = rig;
    if (of === 'ledger') {
      await ledger.kill();
      await sleep(downMs);
      await ledger.start();
    } else {
      await ledger.coordination.kill();
      await sleep(downMs);
      await ledger.coordination.start(true);
    }
    return true;
  }

  async function happen(one: Disturbance): Promise<boolean> {
    await sleep(one.atMs);
    switch (one.kind) {
      case 'restart': {
        const done = storesFree.then(() => restart(one.of));
        storesFree = done.then(() => undefined);
        return done;
      }
      case 'kill':
        return withSeat(one.seat, async (seat) => {
          const { replica } = seat;
          const happened = await at(seat, one.moment, () => {
            replica.kill();
          });
          if (!happened) return false;
          await sleep(downMs);
          await replica.start();
          return true;
        });
      case 'freeze':
        return withSeat(one.seat, async (seat) => {
          const { replica } = seat;
          const happened = await at(seat, one.moment, () => {
            replica.freeze();
          });
          if (!happened) return false;
          await sleep(one.forMs);
          replica.thaw();
          return true;
        });
    }
  }

  const happened = await Promise.all(plan.map(happen));
  return plan.filter((_one, index) => !happened[index]);
}

/** Acts when the moment comes; false where it does not. */
function at(seat: Seat, moment: Moment, act: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const callback = () => {
      clearTimeout(timer);
      act();
      resolve(true);
    };
    const cancel = moment === 'committed' ? seat.upstream.atCommitted(callback) : seat.ledger.at(moment, callback);
    const timer = setTimeout(() => {
      cancel();
      resolve(false);
    }, momentWithinMs);
  });
}
