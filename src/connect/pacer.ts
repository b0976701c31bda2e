import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { nameOfRequester, type Requester } from '../coordination/requester.js';
import { StoreUnavailable } from '../store-health.js';
import { latenessMs, type Capacity, type TurnKind, type Turns } from '../coordination/turns.js';
import { throttled, tooMany, unavailable } from './turn-refusals.js';

/** How often those who wait make sure that they still stand in line, in case news of a grant, or the line itself, was lost. */
const makeSureEveryMs = 1_000;
/** How soon shared state is asked again when it did not answer. */
const askAgainAfterMs = 250;
/** When asking again may be worth it for one whom others overtook until its deadline. */
const overtakenRetryAfterMs = 1_000;
/** Of so many requesters more than wait it is kept until when they waited. */
const quietKept = 1_000;

export interface TurnWish extends Requester {
  /** A turn that would come later is refused. */
  readonly maxWaitMs: number;
  readonly kind: TurnKind;
  /** Gives up the place when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly ticket: string;
  readonly kind: TurnKind;
  readonly requester: Requester;
  readonly deadlineMs: number;
  hasPlace: boolean;
  /** Why shared state could not be asked for a place, the last time it was. */
  trouble: unknown;
  /** Ends the wait: with the error, or else with the turn. */
  readonly end: (error?: unknown) => void;
}

/** Those of this replica that wait for one operation, first come first, and their one timer. */
interface Line {
  readonly operation: string;
  readonly waiters: Map<string, Waiter>;
  /** Those for whom a place is to be asked again. */
  readonly without: Set<Waiter>;
  /** Why shared state could not be asked for what is due, the last time it was. */
  trouble: unknown;
  timer: { readonly dueAtMs: number; readonly callOff: () => void } | undefined;
  madeSureAtMs: number;
  /** By requester, when the last of its turns is about due; of those whose is past, some. */
  readonly quietAtMs: Map<string, number>;
}

/** Hands out turns to call Connect so that all replicas together stay inside its quota, in a fair order. */
export class Pacer {
  readonly #lines = new Map<string, Line>();

  constructor(
    private readonly turns: Turns,
    private readonly clock: Clock,
  ) {
    turns.onGranted((ticket) => {
      for (const { waiters } of this.#lines.values()) {
        const waiter = waiters.get(ticket);
        waiter?.end();
        if (waiter) return true;
      }
      return false;
    });
  }

  /**
   * Resolves when it is this caller's turn to send `operation`. Throws without taking a turn: THROTTLED, at once when the turn would come too late (when
   * `retryAfterMs` is over, it would not) and at the deadline when others came first; LIMIT_EXCEEDED when the subject waits for as many as it may;
   * UPSTREAM_UNAVAILABLE when shared state does not answer until the deadline; the reason of `signal`.
   */
  async turn(operation: string, { maxWaitMs, tenant, subject, kind, signal }: TurnWish): Promise<void> {
    signal?.throwIfAborted();
    const line = this.#lineOf(operation);
    const ticket = randomUUID();
    const deadlineMs = this.clock.monotonic() + maxWaitMs;
    let onDeadline: () => void = () => undefined;
    let onAbort: () => void = () => undefined;
    const granted = new Promise<void>((resolve, reject) => {
      const end = (error?: unknown) => {
        line.waiters.delete(ticket);
        line.without.delete(waiter);
        if (line.waiters.size === 0) this.#callOffTimer(line);
        if (error === undefined) resolve();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason may be anything
        else reject(error);
      };
      const requester = { tenant, subject };
      const waiter: Waiter = { ticket, kind, requester, deadlineMs, hasPlace: false, trouble: undefined, end };
      onDeadline = () => {
        const trouble = line.trouble ?? waiter.trouble;
        this.#giveUp(line, waiter, trouble === undefined ? throttled(overtakenRetryAfterMs) : unavailable(trouble));
      };
      onAbort = () => {
        this.#giveUp(line, waiter, signal?.reason);
      };
      if (line.waiters.size === 0) line.madeSureAtMs = this.clock.monotonic();
      line.waiters.set(ticket, waiter);
      void this.#place(line, waiter);
    });
    const callOffDeadline = this.clock.after(maxWaitMs + latenessMs, onDeadline);
    signal?.addEventListener('abort', onAbort);
    try {
      await granted;
    } finally {
      callOffDeadline();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** How long the last of the requester's that wait for `operation` on this replica will about wait; 0 where none does. */
  waitMs(operation: string, requester: Requester): number {
    const quietAtMs = this.#lineOf(operation).quietAtMs.get(nameOfRequester(requester)) ?? -Infinity;
    return Math.max(0, Math.round(quietAtMs - this.clock.monotonic()));
  }

  /** Connect refused the flight, which had its turn, for its rate; the same flight counts once. Never throws for want of shared state. */
  async throttled(operation: string, flightId: string): Promise<void> {
    try {
      await this.turns.throttled(operation, flightId);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  /** What is left of the quota, and how long a turn would take this requester. Throws UPSTREAM_UNAVAILABLE. */
  async capacity(operation: string, requester: Requester): Promise<Capacity> {
    try {
      return await this.turns.capacity(operation, requester);
    } catch (error) {
      throw error instanceof StoreUnavailable ? unavailable(error) : error;
    }
  }

  async #place(line: Line, waiter: Waiter): Promise<void> {
    const { ticket, kind, requester, deadlineMs } = waiter;
    const maxWaitMs = Math.max(0, deadlineMs - this.clock.monotonic());
    waiter.hasPlace = false;
    line.without.delete(waiter);
    try {
      const place = await this.turns.take({ operation: line.operation, ticket, kind, ...requester, maxWaitMs });
      waiter.hasPlace = true;
      waiter.trouble = undefined;
      line.trouble = undefined;
      if (!place.refused) this.#noteWait(line, requester, place.waitMs);
      else waiter.end(place.isOverLimit ? tooMany(place.waitMs) : throttled(place.waitMs - maxWaitMs));
      this.#checkIn(line, place.nextTurnInMs);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) {
        waiter.end(error);
        return;
      }
      waiter.trouble = error;
      if (line.waiters.has(ticket)) line.without.add(waiter);
      this.#checkIn(line, askAgainAfterMs);
    }
  }

  #noteWait({ quietAtMs, waiters }: Line, requester: Requester, waitMs: number): void {
    const nowMs = this.clock.monotonic();
    if (quietAtMs.size > 2 * waiters.size + quietKept) {
      for (const [name, atMs] of quietAtMs) if (atMs <= nowMs) quietAtMs.delete(name);
    }
    quietAtMs.set(nameOfRequester(requester), nowMs + waitMs);
  }

  #giveUp(line: Line, waiter: Waiter, error: unknown): void {
    waiter.end(error);
    // What this cannot tell shared state, that finds out by itself: the place dies with its deadline, an unwanted grant goes back.
    this.turns.abandon(line.operation, waiter.ticket).catch(() => undefined);
  }

  async #check(line: Line): Promise<void> {
    const nowMs = this.clock.monotonic();
    const makesSure = nowMs - line.madeSureAtMs >= makeSureEveryMs;
    if (makesSure) line.madeSureAtMs = nowMs;
    const asked = makesSure ? [...line.waiters.values()].filter(({ hasPlace }) => hasPlace) : [];
    try {
      const tickets = asked.map(({ ticket }) => ticket);
      const { lost, nextTurnInMs } = await this.turns.check(line.operation, tickets);
      line.trouble = undefined;
      const isLost = new Set(lost);
      // In the order in which they came.
      const placeless = asked.filter(({ ticket }) => isLost.has(ticket) && line.waiters.has(ticket));
      for (const waiter of [...placeless, ...line.without]) {
        waiter.trouble = undefined;
        void this.#place(line, waiter);
      }
      this.#checkIn(line, nextTurnInMs);
    } catch (error) {
      line.trouble = error;
      this.#checkIn(line, askAgainAfterMs);
    }
  }

  /** Sees to it that the line is checked when its next turn is due, and now and then to make sure. */
  #checkIn(line: Line, nextTurnInMs = makeSureEveryMs): void {
    const delayMs = Math.min(nextTurnInMs, makeSureEveryMs);
    const dueAtMs = this.clock.monotonic() + delayMs;
    if (line.waiters.size === 0 || (line.timer && line.timer.dueAtMs <= dueAtMs)) return;
    this.#callOffTimer(line);
    const callOff = this.clock.after(delayMs, () => {
      line.timer = undefined;
      void this.#check(line);
    });
    line.timer = { dueAtMs, callOff };
  }

  #callOffTimer(line: Line): void {
    line.timer?.callOff();
    line.timer = undefined;
  }

  #lineOf(operation: string): Line {
    let line = this.#lines.get(operation);
    if (!line) {
      line = {
        operation,
        waiters: new Map(),
        without: new Set(),
        trouble: undefined,
        timer: undefined,
        madeSureAtMs: 0,
        quietAtMs: new Map(),
      };
      this.#lines.set(operation, line);
    }
    return line;
  }
}
