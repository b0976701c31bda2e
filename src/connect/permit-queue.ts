import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { nameOfRequester, type Requester } from '../coordination/requester.js';
import { GatewayError, type ErrorCode } from '../errors.js';
import { noMeters, type Meters, type TurnRefusal } from '../meters.js';
import { noTracer, type Span, type Tracer } from '../tracer.js';
import { StoreUnavailable } from '../store-health.js';
import { latenessMs, type Capacity, type PermitKind, type RateLimiter } from '../coordination/rate-limiter.js';
import { throttled, tooMany, unavailable } from './permit-refusals.js';

/** How often waiters confirm that they are still queued, in case the notification of a grant, or the shared queue itself, was lost. */
const confirmEveryMs = 1_000;
/** How soon the rate limiter is asked again when it did not answer. */
const askAgainAfterMs = 250;
/** When a waiter that others overtook until its deadline is told to ask again. */
const overtakenRetryAfterMs = 1_000;
/** The ends of past waits are kept for so many requesters more than wait now. */
const pastWaitsKept = 1_000;

export interface PermitOptions extends Requester {
  /** A permit that would be granted later is refused. */
  readonly maxWaitMs: number;
  readonly kind: PermitKind;
  /** The waiter leaves the queue when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly waiterId: string;
  readonly kind: PermitKind;
  readonly requester: Requester;
  readonly deadlineMs: number;
  isQueued: boolean;
  /** Why the waiter could not be queued, the last time that was tried. */
  lastError: unknown;
  /** Ends the wait: with the error, or else with the permit. */
  readonly end: (error?: unknown) => void;
}

/** The waiters of this replica for one operation, first come first, and their one timer. */
interface OperationQueue {
  readonly operation: string;
  readonly waiters: Map<string, Waiter>;
  /** Waiters that are to be queued again. */
  readonly unqueued: Set<Waiter>;
  /** Why the rate limiter could not be asked for what is due, the last time that was tried. */
  lastError: unknown;
  timer: { readonly dueAtMs: number; readonly cancel: () => void } | undefined;
  confirmedAtMs: number;
  /** By requester: when the last of its permits is about due. Some that are past are kept. */
  readonly waitsUntilMs: Map<string, number>;
}

/** Waits for permits of the shared rate limiter, so that all replicas together stay inside Connect's quota, in a fair order. */
export class PermitQueue {
  readonly #queues = new Map<string, OperationQueue>();

  constructor(
    private readonly rateLimiter: RateLimiter,
    private readonly clock: Clock,
    private readonly meters: Meters = noMeters,
    private readonly tracer: Tracer = noTracer,
  ) {
    meters.watchEach('turnsWaiting', () =>
      [...this.#queues.values()].map(({ operation, waiters }) => [operation, waiters.size] as const),
    );
    rateLimiter.onGranted((waiterId) => {
      for (const { waiters } of this.#queues.values()) {
        const waiter = waiters.get(waiterId);
        waiter?.end();
        if (waiter) return true;
      }
      return false;
    });
  }

  /**
   * Resolves once this caller may send `operation`. Throws without taking a permit: THROTTLED, at once when the permit would come too late (after
   * `retryAfterMs` it would not) and at the deadline when others came first; LIMIT_EXCEEDED when the subject waits for as many as it may;
   * UPSTREAM_UNAVAILABLE when the rate limiter does not answer until the deadline; the reason of `signal`.
   */
  acquire(operation: string, options: PermitOptions): Promise<void> {
    return this.tracer.span('turn', (span) => this.#acquireIn(span, operation, options));
  }

  async #acquireIn(
    span: Span,
    operation: string,
    { maxWaitMs, tenant, subject, kind, signal }: PermitOptions,
  ): Promise<void> {
    span.note({ connectOperation: operation });
    signal?.throwIfAborted();
    const queue = this.#queueOf(operation);
    const waiterId = randomUUID();
    const askedAtMs = this.clock.monotonic();
    const deadlineMs = askedAtMs + maxWaitMs;
    let onDeadline: () => void = () => undefined;
    let onAbort: () => void = () => undefined;
    const granted = new Promise<void>((resolve, reject) => {
      const end = (error?: unknown) => {
        queue.waiters.delete(waiterId);
        queue.unqueued.delete(waiter);
        if (queue.waiters.size === 0) this.#cancelTimer(queue);
        if (error === undefined) resolve();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason may be anything
        else reject(error);
      };
      const requester = { tenant, subject };
      const waiter: Waiter = { waiterId, kind, requester, deadlineMs, isQueued: false, lastError: undefined, end };
      onDeadline = () => {
        const lastError = queue.lastError ?? waiter.lastError;
        this.#giveUp(
          queue,
          waiter,
          lastError === undefined ? throttled(overtakenRetryAfterMs) : unavailable(lastError),
        );
      };
      onAbort = () => {
        this.#giveUp(queue, waiter, signal?.reason);
      };
      if (queue.waiters.size === 0) queue.confirmedAtMs = this.clock.monotonic();
      queue.waiters.set(waiterId, waiter);
      void this.#enqueue(queue, waiter);
    });
    const cancelDeadline = this.clock.after(maxWaitMs + latenessMs, onDeadline);
    signal?.addEventListener('abort', onAbort);
    try {
      await granted;
      this.meters.turnGranted(operation, this.clock.monotonic() - askedAtMs);
    } catch (error) {
      const turnRefused = signal?.aborted ? 'abandoned' : refusalOf(error);
      this.meters.turnRefused(operation, turnRefused);
      span.note({ turnRefused });
      throw error;
    } finally {
      cancelDeadline();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** How long the last of the requester's waiters for `operation` on this replica will about wait; 0 where none waits. */
  waitMs(operation: string, requester: Requester): number {
    const waitsUntilMs = this.#queueOf(operation).waitsUntilMs.get(nameOfRequester(requester)) ?? -Infinity;
    return Math.max(0, Math.round(waitsUntilMs - this.clock.monotonic()));
  }

  /** Reports a 429 of Connect to the rate limiter. Several with one `attemptGroup` count once. Does not throw if the shared store is unavailable. */
  async throttled(operation: string, attemptGroup: string): Promise<void> {
    try {
      await this.rateLimiter.throttled(operation, attemptGroup);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  /** What is left of the quota, and how long a permit would take this requester. Throws UPSTREAM_UNAVAILABLE. */
  async capacity(operation: string, requester: Requester): Promise<Capacity> {
    try {
      return await this.rateLimiter.capacity(operation, requester);
    } catch (error) {
      throw error instanceof StoreUnavailable ? unavailable(error) : error;
    }
  }

  async #enqueue(queue: OperationQueue, waiter: Waiter): Promise<void> {
    const { waiterId, kind, requester, deadlineMs } = waiter;
    const maxWaitMs = Math.max(0, deadlineMs - this.clock.monotonic());
    waiter.isQueued = false;
    queue.unqueued.delete(waiter);
    try {
      const position = await this.rateLimiter.enqueue({
        operation: queue.operation,
        waiterId,
        kind,
        ...requester,
        maxWaitMs,
      });
      waiter.isQueued = true;
      waiter.lastError = undefined;
      queue.lastError = undefined;
      if (!position.refused) this.#noteWait(queue, requester, position.waitMs);
      else waiter.end(position.isOverLimit ? tooMany(position.waitMs) : throttled(position.waitMs - maxWaitMs));
      this.#checkIn(queue, position.nextPermitInMs);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) {
        waiter.end(error);
        return;
      }
      waiter.lastError = error;
      if (queue.waiters.has(waiterId)) queue.unqueued.add(waiter);
      this.#checkIn(queue, askAgainAfterMs);
    }
  }

  #noteWait({ waitsUntilMs, waiters }: OperationQueue, requester: Requester, waitMs: number): void {
    const nowMs = this.clock.monotonic();
    if (waitsUntilMs.size > 2 * waiters.size + pastWaitsKept) {
      for (const [name, atMs] of waitsUntilMs) if (atMs <= nowMs) waitsUntilMs.delete(name);
    }
    waitsUntilMs.set(nameOfRequester(requester), nowMs + waitMs);
  }

  #giveUp(queue: OperationQueue, waiter: Waiter, error: unknown): void {
    waiter.end(error);
    // If this fails, nothing is lost: the rate limiter drops the waiter at its deadline, and an unwanted permit goes back.
    this.rateLimiter.abandon(queue.operation, waiter.waiterId).catch(() => undefined);
  }

  async #check(queue: OperationQueue): Promise<void> {
    const nowMs = this.clock.monotonic();
    const confirms = nowMs - queue.confirmedAtMs >= confirmEveryMs;
    if (confirms) queue.confirmedAtMs = nowMs;
    const asked = confirms ? [...queue.waiters.values()].filter(({ isQueued }) => isQueued) : [];
    try {
      const waiterIds = asked.map(({ waiterId }) => waiterId);
      const { lost, nextPermitInMs } = await this.rateLimiter.check(queue.operation, waiterIds);
      queue.lastError = undefined;
      const isLost = new Set(lost);
      // In the order in which they came.
      const placeless = asked.filter(({ waiterId }) => isLost.has(waiterId) && queue.waiters.has(waiterId));
      for (const waiter of [...placeless, ...queue.unqueued]) {
        waiter.lastError = undefined;
        void this.#enqueue(queue, waiter);
      }
      this.#checkIn(queue, nextPermitInMs);
    } catch (error) {
      queue.lastError = error;
      this.#checkIn(queue, askAgainAfterMs);
    }
  }

  /** Schedules the check that is due when the next permit is, or when the waiters confirm that they are queued. */
  #checkIn(queue: OperationQueue, nextPermitInMs = confirmEveryMs): void {
    const delayMs = Math.min(nextPermitInMs, confirmEveryMs);
    const dueAtMs = this.clock.monotonic() + delayMs;
    if (queue.waiters.size === 0 || (queue.timer && queue.timer.dueAtMs <= dueAtMs)) return;
    this.#cancelTimer(queue);
    const cancel = this.clock.after(delayMs, () => {
      queue.timer = undefined;
      void this.#check(queue);
    });
    queue.timer = { dueAtMs, cancel };
  }

  #cancelTimer(queue: OperationQueue): void {
    queue.timer?.cancel();
    queue.timer = undefined;
  }

  #queueOf(operation: string): OperationQueue {
    let queue = this.#queues.get(operation);
    if (!queue) {
      queue = {
        operation,
        waiters: new Map(),
        unqueued: new Set(),
        lastError: undefined,
        timer: undefined,
        confirmedAtMs: 0,
        waitsUntilMs: new Map(),
      };
      this.#queues.set(operation, queue);
    }
    return queue;
  }
}

/** Why a wait ended without a permit that nobody broke off. */
function refusalOf(error: unknown): TurnRefusal {
  return (error instanceof GatewayError ? refusals[error.code] : undefined) ?? 'unavailable';
}

const refusals: Readonly<Partial<Record<ErrorCode, TurnRefusal>>> = {
  THROTTLED: 'too_late',
  LIMIT_EXCEEDED: 'too_many',
};
