import type { Clock } from '../../clock.js';
import type { Connect } from '../../connect/connect.js';
import { reconcilingTurns } from '../../connect/quotas.js';
import { nameOfKey } from '../../connect/ids.js';
import { gotNoTurn } from '../../connect/shared-fetches.js';
import { GatewayError } from '../../errors.js';
import type { Log } from '../../log.js';
import { FairQueue, type Queued } from '../../coordination/fair-queue.js';
import { isSameRequester, type Requester } from '../../coordination/requester.js';
import { StoreUnavailable } from '../../store-health.js';
import type { Timelines } from '../../coordination/timelines.js';
import { ReconcileSchedule } from './reconcile-schedule.js';
import type { WatchedContact } from './watched-contact.js';

export interface ContactReconcilerParts {
  readonly timelines: Timelines;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether contact events come in: without them Connect alone is asked, and more often. */
  readonly hasEvents: boolean;
}

/** How a contact is asked after. */
export interface Reconciling {
  /** Asks Connect for the contact in the requester's name; what it tells is heard. */
  ask(requester: Requester): Promise<unknown>;
  /** In how many milliseconds the contact is given up unless Connect shows it; Infinity for one that is not. */
  lostInMs(): number;
}

const sweepEveryMs = 500;
/** One replica asks for so many at once; the turns keep all replicas to their half of the quota. */
const maxAtOnce = 4;
const maxTurnWaitMs = 10_000;

/** One contact that is asked after. */
interface Reconciled {
  readonly watched: WatchedContact;
  readonly how: Reconciling;
  readonly schedule: ReconcileSchedule;
  /** Until when this replica is the one to ask. */
  claimedUntilMs: number;
  /** It was changed through this replica since Connect was asked. */
  isChanged: boolean;
  /** Its places in the queue, while it waits to be asked for. */
  queued: Map<Requester, Queued<Due>> | undefined;
}

interface Due {
  readonly one: Reconciled;
  readonly requester: Requester;
}

/**
 * Sees to it that Connect is asked for each followed contact of which nothing was heard for a while, by one of the replicas and inside
 * their half of the quota, until it is over. Its one timer runs while there are any.
 */
export class ContactReconciler {
  readonly #all = new Map<WatchedContact, Reconciled>();
  /** A contact that is due waits here once for each of its requesters: so one follower's thousands leave the others their turns, also for a contact that both follow. */
  readonly #due = new FairQueue<Due>();
  #asking = 0;
  #callOffSweep: (() => void) | undefined;

  constructor(private readonly parts: ContactReconcilerParts) {}

  /** Asks after the contact from now on, as if something was heard of it just now. */
  add(watched: WatchedContact, how: Reconciling): void {
    const { clock, hasEvents } = this.parts;
    const schedule = new ReconcileSchedule({ clock, hasEvents, lostInMs: () => how.lostInMs() });
    const one = { watched, how, schedule, claimedUntilMs: -Infinity, isChanged: false, queued: undefined };
    this.#all.set(watched, one);
    this.heard(watched);
    this.#callOffSweep ??= this.parts.clock.after(sweepEveryMs, () => {
      this.#sweep();
    });
  }

  remove(watched: WatchedContact): void {
    const one = this.#all.get(watched);
    if (one) this.#unqueue(one);
    this.#all.delete(watched);
    if (this.#all.size > 0) return;
    this.#callOffSweep?.();
    this.#callOffSweep = undefined;
  }

  /** Something new was told of it; where it is over, Connect has been asked, or will be, for the whole of it. */
  heard(watched: WatchedContact): void {
    const one = this.#all.get(watched);
    if (!one || watched.isOver) return;
    // One that waits for its turn would hold up those of the same requesters that are silent still.
    this.#unqueue(one);
    one.schedule.heard();
  }

  /** It is over: Connect is asked for what may have been missed, once it shows the end. */
  ended(watched: WatchedContact): void {
    this.#all.get(watched)?.schedule.ended();
  }

  /** The newest fact that was heard of just now is `forMs` old: Connect is asked that much sooner. */
  wasQuiet(watched: WatchedContact, forMs: number): void {
    this.#all.get(watched)?.schedule.wasQuiet(forMs);
  }

  /** Something was done to it through this replica: Connect is asked once that shows. */
  changed(watched: WatchedContact): void {
    const one = this.#all.get(watched);
    if (!one) return;
    one.isChanged = true;
    one.schedule.changed();
  }

  #sweep(): void {
    const nowMs = this.parts.clock.monotonic();
    this.#callOffSweep = this.parts.clock.after(sweepEveryMs, () => {
      this.#sweep();
    });
    const due = [...this.#all.values()].filter((one) => isOpen(one) && one.schedule.dueAtMs <= nowMs && !one.queued);
    due.sort((one, other) => one.schedule.dueAtMs - other.schedule.dueAtMs);
    const urgent = due.filter(({ watched }) => !watched.soundsWhole);
    // Where many end at once, those of which events told the whole leave the turns to the others, and to whoever reads.
    const isIdle = urgent.length === 0 && this.#due.size === 0;
    const unhurried = isIdle ? due.filter(({ watched }) => !this.#isWaitedFor(watched)) : [];
    for (const one of [...urgent, ...unhurried.slice(0, maxAtOnce - this.#asking)]) this.#enqueue(one);
    this.#reconcileNext();
  }

  /** Whether a read in the name of those who follow it would wait for its turn. */
  #isWaitedFor({ requesters }: WatchedContact): boolean {
    return requesters.some((requester) => this.parts.connect.waitMs('DescribeContact', requester) > 0);
  }

  #enqueue(one: Reconciled): void {
    const places = one.watched.requesters.map(
      (requester) => [requester, this.#due.add(requester, { one, requester })] as const,
    );
    one.queued = new Map(places);
  }

  #unqueue(one: Reconciled): void {
    for (const place of one.queued?.values() ?? []) this.#due.remove(place);
    one.queued = undefined;
  }

  #reconcileNext(): void {
    while (this.#asking < maxAtOnce) {
      const next = this.#due.take();
      if (!next) return;
      const { one, requester } = next;
      one.queued?.delete(requester);
      this.#unqueue(one);
      if (!isOpen(one)) continue;
      this.#asking += 1;
      one.schedule.beginAsking();
      void this.#reconcile(one, requester).finally(() => {
        this.#asking -= 1;
        one.schedule.endAsking();
        this.#reconcileNext();
      });
    }
  }

  /** Asks Connect where the contact is, unless another replica did a moment ago. Failing is silence, too. */
  async #reconcile(one: Reconciled, first: Requester): Promise<void> {
    const { log } = this.parts;
    try {
      if (!(await this.#isMine(one))) return;
      const others = one.watched.requesters.filter((other) => !isSameRequester(other, first));
      await this.#askFor(one, [first, ...others]);
    } catch (err) {
      if (err instanceof GatewayError) log.debug({ err, code: err.code }, 'a followed contact was not reconciled');
      else log.error({ bug: err }, 'a followed contact was not reconciled');
    }
  }

  /** Asks in the name of the first of these who gets a turn. */
  async #askFor({ how }: Reconciled, requesters: readonly Requester[]): Promise<void> {
    for (const [index, { tenant, subject }] of requesters.entries()) {
      try {
        await this.parts.connect.turn(reconcilingTurns, {
          maxWaitMs: maxTurnWaitMs,
          tenant,
          subject,
          kind: 'GENERAL',
        });
        await how.ask({ tenant, subject });
        return;
      } catch (error) {
        if (index === requesters.length - 1 || !gotNoTurn(error)) throw error;
      }
    }
  }

  /** Whether it is for this replica to ask Connect now. */
  async #isMine(one: Reconciled): Promise<boolean> {
    // Whoever asked last did so before the change.
    if (one.isChanged) {
      one.isChanged = false;
      return true;
    }
    // Each replica finds out by itself that it is to be given up: no news tells of that.
    if (one.how.lostInMs() <= 0) return true;
    const { timelines } = this.parts;
    const { key, isOver } = one.watched;
    const nowMs = this.parts.clock.monotonic();
    // After news the silence is short again, and the claim for the long one before it keeps the other replicas out, not this one.
    if (nowMs < one.claimedUntilMs && !isOver) return true;
    const holdMs = one.schedule.silenceMs / 2;
    try {
      // Whoever asked last did so before the end.
      if (isOver) return await timelines.claimReconciling(`${nameOfKey(key)}/end`, holdMs);
      const isMine = await timelines.claimReconciling(nameOfKey(key), holdMs);
      if (isMine) one.claimedUntilMs = nowMs + holdMs;
      return isMine;
    } catch (error) {
      if (error instanceof StoreUnavailable) return true;
      throw error;
    }
  }
}

/** Whether Connect can tell more of it. */
function isOpen({ watched }: Reconciled): boolean {
  return !watched.isSettled && !watched.isKnownWhole;
}
