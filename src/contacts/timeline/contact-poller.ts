import type { Clock } from '../../clock.js';
import type { Connect } from '../../connect/connect.js';
import { pollingPermits } from '../../connect/quotas.js';
import { nameOfKey } from '../../connect/ids.js';
import { gotNoPermit } from '../../connect/shared-fetches.js';
import { GatewayError } from '../../errors.js';
import type { Log } from '../../log.js';
import { noTracer, type Tracer } from '../../tracer.js';
import { FairQueue, type Queued } from '../../coordination/fair-queue.js';
import { isSameRequester, type Requester } from '../../coordination/requester.js';
import { StoreUnavailable } from '../../store-health.js';
import type { Timelines } from '../../coordination/timelines.js';
import { PollSchedule } from './poll-schedule.js';
import type { FollowedContact } from './followed-contact.js';

export interface ContactPollerParts {
  readonly timelines: Timelines;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Left out, nothing is traced. */
  readonly tracer?: Tracer;
  /** Whether contact events come in: without them Connect alone is asked, and more often. */
  readonly hasEvents: boolean;
}

/** A contact that is polled. */
export interface PollTarget {
  /** Asks Connect for the contact in the requester's name, and merges what it tells. */
  ask(requester: Requester): Promise<unknown>;
  /** In how many milliseconds the contact is given up unless Connect shows it; Infinity for one that is not. */
  lostInMs(): number;
}

const sweepEveryMs = 500;
/** One replica polls so many at once; the rate limiter keeps all replicas to their half of the quota. */
const maxAtOnce = 4;
const maxPermitWaitMs = 10_000;

/** One followed contact with what the poller keeps of it. */
interface Polled {
  readonly followed: FollowedContact;
  readonly target: PollTarget;
  readonly schedule: PollSchedule;
  /** Until when this replica is the one to ask. */
  claimedUntilMs: number;
  /** It was changed through this replica since Connect was asked. */
  isChanged: boolean;
  /** Its places in the queue, while it waits to be asked for. */
  queued: Map<Requester, Queued<Due>> | undefined;
}

interface Due {
  readonly one: Polled;
  readonly requester: Requester;
}

/**
 * Polls each followed contact that nothing was told of for a while, by one of the replicas and inside their half of DescribeContact's quota, until it is
 * over. Its one timer runs while there are any.
 */
export class ContactPoller {
  readonly #all = new Map<FollowedContact, Polled>();
  /** A contact that is due waits here once for each of its requesters: so one follower's thousands leave the others their permits, also for a contact that both follow. */
  readonly #due = new FairQueue<Due>();
  #asking = 0;
  #cancelSweep: (() => void) | undefined;

  constructor(private readonly parts: ContactPollerParts) {}

  /** Polls the contact from now on, as if something was told of it just now. */
  add(followed: FollowedContact, target: PollTarget): void {
    const { clock, hasEvents } = this.parts;
    const schedule = new PollSchedule({ clock, hasEvents, lostInMs: () => target.lostInMs() });
    const one = { followed, target, schedule, claimedUntilMs: -Infinity, isChanged: false, queued: undefined };
    this.#all.set(followed, one);
    this.recordActivity(followed);
    this.#cancelSweep ??= this.parts.clock.after(sweepEveryMs, () => {
      this.#sweep();
    });
  }

  remove(followed: FollowedContact): void {
    const one = this.#all.get(followed);
    if (one) this.#unqueue(one);
    this.#all.delete(followed);
    if (this.#all.size > 0) return;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }

  /** Something new was told of it; where it is over, Connect has been asked, or will be, for the whole of it. */
  recordActivity(followed: FollowedContact): void {
    const one = this.#all.get(followed);
    if (!one || followed.isOver) return;
    // One that waits for its permit would hold up those of the same requesters that are silent still.
    this.#unqueue(one);
    one.schedule.recordActivity();
  }

  /** It is over: Connect is asked for what may have been missed, once it shows the end. */
  ended(followed: FollowedContact): void {
    this.#all.get(followed)?.schedule.ended();
  }

  /** The newest fact that was told just now is `forMs` old already: brings the next poll forward by that much. */
  recordSilence(followed: FollowedContact, forMs: number): void {
    this.#all.get(followed)?.schedule.recordSilence(forMs);
  }

  /** Something was done to it through this replica: Connect is asked once that shows. */
  changed(followed: FollowedContact): void {
    const one = this.#all.get(followed);
    if (!one) return;
    one.isChanged = true;
    one.schedule.changed();
  }

  #sweep(): void {
    const nowMs = this.parts.clock.monotonic();
    this.#cancelSweep = this.parts.clock.after(sweepEveryMs, () => {
      this.#sweep();
    });
    const due = [...this.#all.values()].filter((one) => isOpen(one) && one.schedule.dueAtMs <= nowMs && !one.queued);
    due.sort((one, other) => one.schedule.dueAtMs - other.schedule.dueAtMs);
    const urgent = due.filter(({ followed }) => !followed.seemsComplete);
    // Where many end at once, those that events told completely leave the permits to the others, and to whoever reads.
    const isIdle = urgent.length === 0 && this.#due.size === 0;
    const unhurried = isIdle ? due.filter(({ followed }) => !this.#isWaitedFor(followed)) : [];
    for (const one of [...urgent, ...unhurried.slice(0, maxAtOnce - this.#asking)]) this.#enqueue(one);
    this.#pollNext();
  }

  /** Whether a read in the name of those who follow it would wait for its permit. */
  #isWaitedFor({ requesters }: FollowedContact): boolean {
    return requesters.some((requester) => this.parts.connect.waitMs('DescribeContact', requester) > 0);
  }

  #enqueue(one: Polled): void {
    const queued = one.followed.requesters.map(
      (requester) => [requester, this.#due.add(requester, { one, requester })] as const,
    );
    one.queued = new Map(queued);
  }

  #unqueue(one: Polled): void {
    for (const position of one.queued?.values() ?? []) this.#due.remove(position);
    one.queued = undefined;
  }

  #pollNext(): void {
    while (this.#asking < maxAtOnce) {
      const next = this.#due.take();
      if (!next) return;
      const { one, requester } = next;
      one.queued?.delete(requester);
      this.#unqueue(one);
      if (!isOpen(one)) continue;
      this.#asking += 1;
      one.schedule.beginPoll();
      const { tracer = noTracer } = this.parts;
      void tracer
        .apart('poll', () => this.#poll(one, requester))
        .finally(() => {
          this.#asking -= 1;
          one.schedule.endPoll();
          this.#pollNext();
        });
    }
  }

  /** Asks Connect for the contact, unless another replica did a moment ago. A failure counts as silence. */
  async #poll(one: Polled, first: Requester): Promise<void> {
    const { log } = this.parts;
    try {
      if (!(await this.#isMine(one))) return;
      const others = one.followed.requesters.filter((other) => !isSameRequester(other, first));
      await this.#askFor(one, [first, ...others]);
    } catch (err) {
      if (err instanceof GatewayError) log.debug({ err, code: err.code }, 'a followed contact was not polled');
      else log.error({ bug: err }, 'a followed contact was not polled');
    }
  }

  /** Asks in the name of the first of these who gets a permit. */
  async #askFor({ target }: Polled, requesters: readonly Requester[]): Promise<void> {
    for (const [index, { tenant, subject }] of requesters.entries()) {
      try {
        await this.parts.connect.acquirePermit(pollingPermits, {
          maxWaitMs: maxPermitWaitMs,
          tenant,
          subject,
          kind: 'GENERAL',
        });
        await target.ask({ tenant, subject });
        return;
      } catch (error) {
        if (index === requesters.length - 1 || !gotNoPermit(error)) throw error;
      }
    }
  }

  /** Whether it is for this replica to ask Connect now. */
  async #isMine(one: Polled): Promise<boolean> {
    // Whoever asked last did so before the change.
    if (one.isChanged) {
      one.isChanged = false;
      return true;
    }
    // Each replica finds out by itself that it is to be given up: no notification tells of that.
    if (one.target.lostInMs() <= 0) return true;
    const { timelines } = this.parts;
    const { key, isOver } = one.followed;
    const nowMs = this.parts.clock.monotonic();
    // After activity the interval is short again; the claim for the long one before it keeps the other replicas out, not this one.
    if (nowMs < one.claimedUntilMs && !isOver) return true;
    const holdMs = one.schedule.intervalMs / 2;
    try {
      // Whoever asked last did so before the end.
      if (isOver) return await timelines.claimPolling(`${nameOfKey(key)}/end`, holdMs);
      const isMine = await timelines.claimPolling(nameOfKey(key), holdMs);
      if (isMine) one.claimedUntilMs = nowMs + holdMs;
      return isMine;
    } catch (error) {
      if (error instanceof StoreUnavailable) return true;
      throw error;
    }
  }
}

/** Whether Connect can tell more of it. */
function isOpen({ followed }: Polled): boolean {
  return !followed.isCompleted && !followed.isKnownComplete;
}
