import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import { StateUnavailable } from '../state/state.js';
import { latenessMs, type Capacity, type TurnKind, type Turns } from '../state/turns.js';

/** How often those who wait make sure that they still stand in line, in case news of a grant, or the line itself, was lost. */
const makeSureEveryMs = 1_000;
/** How soon shared state is asked again when it did not answer. */
const askAgainAfterMs = 250;
/** When asking again may be worth it for one whom others overtook until its deadline. */
const overtakenRetryAfterMs = 1_000;

export interface TurnWish {
  /** A turn that would come later is refused. */
  readonly maxWaitMs: number;
  readonly tenant: string;
  readonly kind: TurnKind;
  /** Gives up the place when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly ticket: string;
  readonly kind: TurnKind;
  readonly tenant: string;
  readonly deadlineMs: number;
  place: 'none' | 'asked for' | 'taken';
  /** Why shared state could not be asked, the last time it was. */
  trouble: unknown;
  /** Ends the wait: with the error, or else with the turn. */
  readonly end: (error?: unknown) => void;
}

/** Those of this replica that wait for one operation, first come first, and their one timer. */
interface Line {
  readonly operation: string;
  readonly waiters: Map<string, Waiter>;
  timer: { readonly dueAtMs: number; readonly callOff: () => void } | undefined;
  madeSureAtMs: number;
  /** When the turn that was last asked for here is due. */
  quietAtMs: number;
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
   * `retryAfterMs` is over, it would not) and at the deadline when others came first; UPSTREAM_UNAVAILABLE when shared state does not answer until the
   * deadline; the reason of `signal`.
   */
  async turn(operation: string, { maxWaitMs, tenant, kind, signal }: TurnWish): Promise<void> {
    signal?.throwIfAborted();
    const line = this.#lineOf(operation);
    const ticket = randomUUID();
    const deadlineMs = this.clock.monotonic() + maxWaitMs;
    let onDeadline: () => void = () => undefined;
    let onAbort: () => void = () => undefined;
    const granted = new Promise<void>((resolve, reject) => {
      const end = (error?: unknown) => {
        line.waiters.delete(ticket);
        if (line.waiters.size === 0) this.#callOffTimer(line);
        if (error === undefined) resolve();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason may be anything
        else reject(error);
      };
      const waiter: Waiter = { ticket, kind, tenant, deadlineMs, place: 'none', trouble: undefined, end };
      onDeadline = () => {
        this.#giveUp(
          line,
          waiter,
          waiter.trouble === undefined ? throttled(overtakenRetryAfterMs) : unavailable(waiter.trouble),
        );
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

  /** How long the last of those of this replica who wait for `operation` will about wait; 0 where nobody does. */
  waitMs(operation: string): number {
    return Math.max(0, Math.round(this.#lineOf(operation).quietAtMs - this.clock.monotonic()));
  }

  /** Connect refused the flight, which had its turn, for its rate; the same flight counts once. Never throws for want of shared state. */
  async throttled(operation: string, flightId: string): Promise<void> {
    try {
      await this.turns.throttled(operation, flightId);
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
    }
  }

  /** What is left of the quota, and how long a turn would take this tenant. Throws UPSTREAM_UNAVAILABLE. */
  async capacity(operation: string, tenant: string): Promise<Capacity> {
    try {
      return await this.turns.capacity(operation, tenant);
    } catch (error) {
      throw error instanceof StateUnavailable ? unavailable(error) : error;
    }
  }

  async #place(line: Line, waiter: Waiter): Promise<void> {
    const { ticket, kind, tenant, deadlineMs } = waiter;
    const maxWaitMs = Math.max(0, deadlineMs - this.clock.monotonic());
    waiter.place = 'asked for';
    try {
      const place = await this.turns.take({ operation: line.operation, ticket, kind, tenant, maxWaitMs });
      waiter.place = 'taken';
      waiter.trouble = undefined;
      line.quietAtMs = this.clock.monotonic() + place.waitMs;
      if (place.refused) waiter.end(throttled(place.waitMs - maxWaitMs));
      this.#checkIn(line, place.nextTurnInMs);
    } catch (error) {
      waiter.place = 'none';
      waiter.trouble = error;
      if (error instanceof StateUnavailable) this.#checkIn(line, askAgainAfterMs);
      else waiter.end(error);
    }
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
    const asked = makesSure ? [...line.waiters.values()].filter(({ place }) => place === 'taken') : [];
    try {
      const tickets = asked.map(({ ticket }) => ticket);
      const { lost, nextTurnInMs } = await this.turns.check(line.operation, tickets);
      const isLost = new Set(lost);
      for (const waiter of line.waiters.values()) {
        waiter.trouble = undefined;
        if (waiter.place === 'none' || isLost.has(waiter.ticket)) void this.#place(line, waiter);
      }
      this.#checkIn(line, nextTurnInMs);
    } catch (error) {
      for (const waiter of line.waiters.values()) waiter.trouble = error;
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
      line = { operation, waiters: new Map(), timer: undefined, madeSureAtMs: 0, quietAtMs: 0 };
      this.#lines.set(operation, line);
    }
    return line;
  }
}

function throttled(retryAfterMs: number): GatewayError {
  return new GatewayError(
    'THROTTLED',
    'Amazon Connect allows no more requests of this kind for the moment; nothing was sent. Ask again after retryAfterMs.',
    { retryAfterMs },
  );
}

function unavailable(cause: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'The gateway could not find out whose turn it is; nothing was sent. Ask again in a moment.',
    { cause, retryAfterMs: 1_000 },
  );
}
