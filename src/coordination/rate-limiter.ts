import type { Requester } from './requester.js';

/** What a permit is for, in the order in which they are served: a call that may already ring must not wait behind new ones. */
export const permitKinds = ['RESEND', 'GENERAL', 'CAMPAIGN'] as const;

export type PermitKind = (typeof permitKinds)[number];

/** How often an operation may be called by all replicas together: a token bucket. */
export interface Quota {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** One of so many equal parts of a quota; never so small that nothing is left of the burst. */
export function partOf({ ratePerSecond, burst }: Quota, parts: number): Quota {
  return { ratePerSecond: ratePerSecond / parts, burst: Math.max(1, Math.floor(burst / parts)) };
}

/** Every replica must be started with the same rules; where they differ, the rules of whichever asks last apply. */
export interface RateLimiterRules {
  quotaFor(operation: string): Quota;
  /** Which part of the permits CAMPAIGN gets while GENERAL waits too: 0 to 1. */
  readonly campaignShare: number;
  /** How many permits of an operation one subject may wait for at once, those of kind RESEND aside; undefined for any number. */
  maxWaitingPerSubject(operation: string): number | undefined;
}

/** Permits of one kind are shared out fairly between tenants, and those of a tenant between its subjects. */
export interface PermitRequest extends Requester {
  readonly operation: string;
  /** The caller makes it and never uses it for another wait; asking again with it never takes a second place in the queue. */
  readonly waiterId: string;
  readonly kind: PermitKind;
  readonly maxWaitMs: number;
}

export interface NextPermit {
  /** When somebody should `check` again, so that the next permit is granted when it is due; undefined where nobody waits. */
  readonly nextPermitInMs: number | undefined;
}

export interface QueuePosition extends NextPermit {
  /** It was not queued: the permit would be granted more than `maxWaitMs` from now, or the subject waits for as many as it may. */
  readonly refused: boolean;
  /** It was refused for the number of permits that the subject waits for. */
  readonly isOverLimit?: true;
  /** How long it waits if nobody overtakes it; 0 where the permit is granted at once. Over the limit: how long the next of the subject's waits. */
  readonly waitMs: number;
}

export interface Check extends NextPermit {
  /** Those of the waiters asked about that are not queued any more and were not granted a permit: forgotten, or taken for dead. */
  readonly lost: readonly string[];
}

export interface Capacity {
  /** The present rate: the quota's, or less after Amazon Connect refused too much. */
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Permits that would be granted at once. */
  readonly available: number;
  readonly waiting: number;
  /** How long a permit asked for now would take. */
  readonly generalWaitMs: number;
  readonly campaignWaitMs: number;
}

/**
 * The distributed rate limiter for requests to Amazon Connect: one token bucket per operation, shared by all replicas. A waiter is queued at once and is
 * granted its permit when its token is due; until then the order may change. Every method throws StoreUnavailable when shared state does not answer.
 */
export interface RateLimiter {
  /** `listener` is called once with each waiter of this replica that is granted a permit. It answers false where nobody waits any more: then the permit goes back. */
  onGranted(listener: (waiterId: string) => boolean): void;
  /** Queues the waiter unless its permit would come too late. A permit that is due at once is granted before this resolves. */
  enqueue(request: PermitRequest): Promise<QueuePosition>;
  /** Grants what is due; says which of `waiterIds`, which must have been queued, are lost. */
  check(operation: string, waiterIds?: readonly string[]): Promise<Check>;
  /** Leaves the queue; a permit granted meanwhile goes back to the bucket. */
  abandon(operation: string, waiterId: string): Promise<NextPermit>;
  /**
   * Reports a 429 of Amazon Connect. It costs one permit; several with one `attemptGroup` count once. 429s that go on lower the rate, and seconds without
   * one raise it again.
   */
  throttled(operation: string, attemptGroup: string): Promise<void>;
  /** What this requester would meet if it asked now. */
  capacity(operation: string, requester: Requester): Promise<Capacity>;
}

/** Timers fire and answers travel late: a waiter is kept, and its permit still taken, for so long after its deadline. */
export const latenessMs = 100;

/** The bucket keeps one token in hand, because Connect may count a request later than we do; never so that none is left. */
export function effectiveBurst({ burst }: Quota): number {
  return Math.max(1, burst - 1);
}
