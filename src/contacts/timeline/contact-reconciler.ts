import type { Clock } from '../../clock.js';
import type { Connect } from '../../connect/connect.js';
import { reconcilingTurns } from '../../connect/quotas.js';
import { gotNoTurn } from '../../connect/shared-fetches.js';
import { GatewayError } from '../../errors.js';
import type { Log } from '../../log.js';
import { FairQueue, type Queued } from '../../coordination/fair-queue.js';
import { isSameRequester, type Requester } from '../../coordination/requester.js';
import { StoreUnavailable } from '../../store-health.js';
import type { Timelines } from '../../coordination/timelines.js';
import type { WatchedContact } from './watched-contact.js';

export interface ContactReconcilerParts {
  readonly timelines: Timelines;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether contact events come in: without them Connect alone is asked, and more often. */
  readonly hasEvents: boolean;
  /** Asks Connect for the contact in the requester's name; what it tells is heard. */
  readonly ask: (watched: WatchedContact, requester: Requester) => Promise<unknown>;
  /** In how many milliseconds the contact is given up unless Connect shows it; Infinity for one that is not. */
  readonly lostInMs: (watched: WatchedContact) => number;
}

/** After how much silence Connect is asked; after each answer without news it is that much longer. */
const silences = {
  withEvents: { firstMs: 15_000, longestMs: 120_000 },
  withoutEvents: { firstMs: 2_000, longestMs: 15_000 },
} as const;
const growth = 1.6;
/** Of one that is over: it is not looked at for ever. */
const silenceAfterEndMs = 2_000;
const sweepEveryMs = 500;
/** Of one replica; the turns keep all of them to their half of the quota. */
const maxAtOnce = 4;
const maxTurnWaitMs = 10_000;
/** Connect shows a change a moment after it took it. */
const changeShowsAfterMs = 1_000;

interface Due {
  readonly watched: WatchedContact;
  readonly requester: Requester;
}

/**
 * Sees to it that Connect is asked for each followed contact of which nothing was heard for a while, by one of the replicas and inside
 * their half of the quota, until it is over. Its one timer runs while there are any.
 */
export class ContactReconciler {
  readonly #watched = new Set<WatchedContact>();
  /** What is due, once for each requester of it: one follower's thousands leave the others their turns, also for a contact that both follow. */
  readonly #due = new FairQueue<Due>();
  readonly #queued = new Map<WatchedContact, Map<Requester, Queued<Due>>>();
  readonly #silence: { readonly firstMs: number; readonly longestMs: number };
  #asking = 0;
  #callOffSweep: (() => void) | undefined;

  constructor(private readonly parts: ContactReconcilerParts) {
    this.#silence = parts.hasEvents ? silences.withEvents : silences.withoutEvents;
  }

  /** From now on, as if something was heard of it just now. */
  add(watched: WatchedContact): void {
    this.#watched.add(watched);
    this.heard(watched);
    this.#callOffSweep ??= this.parts.clock.after(sweepEveryMs, () => {
      this.#sweep();
    });
  }

  remove(watched: WatchedContact): void {
    this.#watched.delete(watched);
    this.#unqueue(watched);
    if (this.#watched.size > 0) return;
    this.#callOffSweep?.();
    this.#callOffSweep = undefined;
  }

  /** Something new was told of it; where it is over, Connect has been asked, or will be, for the whole of it. */
  heard(watched: WatchedContact): void {
    if (watched.isOver) return;
    // One that waits for its turn would hold up those of the same requesters that are silent still.
    this.#unqueue(watched);
    watched.silenceMs = this.#silence.firstMs;
    this.#schedule(watched);
  }

  /** It is over: Connect is asked for what may have been missed, once it shows the end. */
  ended(watched: WatchedContact): void {
    watched.silenceMs = silenceAfterEndMs;
    watched.dueAtMs = Math.min(watched.dueAtMs, this.parts.clock.monotonic() + changeShowsAfterMs);
  }

  /** Connect is asked after silence, and at the moment at which the contact would be given up. */
  #schedule(watched: WatchedContact): void {
    const lostInMs = this.parts.lostInMs(watched);
    const dueInMs = lostInMs > 0 ? Math.min(watched.silenceMs, lostInMs) : watched.silenceMs;
    watched.dueAtMs = this.parts.clock.monotonic() + dueInMs;
  }

  /** What was heard of it just now had been told so long ago. */
  wasQuiet(watched: WatchedContact, forMs: number): void {
    watched.dueAtMs -= Math.min(forMs, watched.silenceMs);
  }

  /** Something was done to it through this replica: Connect is asked once that shows. */
  changed(watched: WatchedContact): void {
    watched.isChanged = true;
    watched.silenceMs = this.#silence.firstMs;
    watched.dueAtMs = Math.min(watched.dueAtMs, this.parts.clock.monotonic() + changeShowsAfterMs);
  }

  #sweep(): void {
    const nowMs = this.parts.clock.monotonic();
    this.#callOffSweep = this.parts.clock.after(sweepEveryMs, () => {
      this.#sweep();
    });
    const due = [...this.#watched].filter(
      (watched) => isOpen(watched) && watched.dueAtMs <= nowMs && !this.#queued.has(watched),
    );
    due.sort((one, other) => one.dueAtMs - other.dueAtMs);
    const urgent = due.filter(({ soundsWhole }) => !soundsWhole);
    // Where many end at once, those of which events told the whole leave the turns to the others, and to whoever reads.
    const isIdle = urgent.length === 0 && this.#queued.size === 0;
    const unhurried = isIdle ? due.filter((watched) => !this.#isWaitedFor(watched)) : [];
    for (const watched of [...urgent, ...unhurried.slice(0, maxAtOnce - this.#asking)]) {
      const queued = watched.requesters.map(
        (requester) => [requester, this.#due.add(requester, { watched, requester })] as const,
      );
      this.#queued.set(watched, new Map(queued));
    }
    this.#reconcileNext();
  }

  /** Whether a read in the name of those who follow it would wait for its turn. */
  #isWaitedFor({ requesters }: WatchedContact): boolean {
    return requesters.some((requester) => this.parts.connect.waitMs('DescribeContact', requester) > 0);
  }

  #reconcileNext(): void {
    while (this.#asking < maxAtOnce) {
      const next = this.#due.take();
      if (!next) return;
      const { watched, requester } = next;
      this.#queued.get(watched)?.delete(requester);
      this.#unqueue(watched);
      if (!isOpen(watched)) continue;
      this.#asking += 1;
      watched.dueAtMs = Infinity;
      void this.#reconcile(watched, requester).finally(() => {
        this.#asking -= 1;
        if (watched.dueAtMs === Infinity) {
          watched.silenceMs = Math.min(watched.silenceMs * growth, this.#silence.longestMs);
          this.#schedule(watched);
        }
        this.#reconcileNext();
      });
    }
  }

  #unqueue(watched: WatchedContact): void {
    for (const queued of this.#queued.get(watched)?.values() ?? []) this.#due.remove(queued);
    this.#queued.delete(watched);
  }

  /** Asks Connect where the contact is, unless another replica did a moment ago. Failing is silence, too. */
  async #reconcile(watched: WatchedContact, first: Requester): Promise<void> {
    const { log } = this.parts;
    try {
      if (!(await this.#isMine(watched))) return;
      const others = watched.requesters.filter((other) => !isSameRequester(other, first));
      await this.#askFor(watched, [first, ...others]);
    } catch (err) {
      if (err instanceof GatewayError) log.debug({ err, code: err.code }, 'a followed contact was not reconciled');
      else log.error({ bug: err }, 'a followed contact was not reconciled');
    }
  }

  /** In the name of the first of these who gets a turn. */
  async #askFor(watched: WatchedContact, requesters: readonly Requester[]): Promise<void> {
    const { connect, ask } = this.parts;
    for (const [index, { tenant, subject }] of requesters.entries()) {
      try {
        await connect.turn(reconcilingTurns, { maxWaitMs: maxTurnWaitMs, tenant, subject, kind: 'GENERAL' });
        await ask(watched, { tenant, subject });
        return;
      } catch (error) {
        if (index === requesters.length - 1 || !gotNoTurn(error)) throw error;
      }
    }
  }

  async #isMine(watched: WatchedContact): Promise<boolean> {
    // Whoever asked last did so before the change.
    if (watched.isChanged) {
      watched.isChanged = false;
      return true;
    }
    // Each replica finds out by itself that it is to be given up: no news tells of that.
    if (this.parts.lostInMs(watched) <= 0) return true;
    const { timelines } = this.parts;
    const nowMs = this.parts.clock.monotonic();
    // After news the silence is short again, and the claim for the long one before it keeps the other replicas out, not this one.
    if (nowMs < watched.claimedUntilMs && !watched.isOver) return true;
    const holdMs = watched.silenceMs / 2;
    try {
      // Whoever asked last did so before the end.
      if (watched.isOver) return await timelines.claimReconciling(`${watched.name}/end`, holdMs);
      const isMine = await timelines.claimReconciling(watched.name, holdMs);
      if (isMine) watched.claimedUntilMs = nowMs + holdMs;
      return isMine;
    } catch (error) {
      if (error instanceof StoreUnavailable) return true;
      throw error;
    }
  }
}

/** Whether Connect can tell more of it. */
function isOpen({ isSettled, isKnownWhole }: WatchedContact): boolean {
  return !isSettled && !isKnownWhole;
}
