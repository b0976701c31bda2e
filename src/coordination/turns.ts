import type { Requester } from './requester.js';

/** What a turn is for, in the order in which they are served: a call that may already ring must not wait behind new ones. */
export const turnKinds = ['RESEND', 'GENERAL', 'CAMPAIGN'] as const;

export type TurnKind = (typeof turnKinds)[number];

/** How often an operation may be called by all replicas together: a token bucket. */
export interface TurnQuota {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** One of so many equal parts of a quota; never so small that nothing is left of the burst. */
export function partOf({ ratePerSecond, burst }: TurnQuota, parts: number): TurnQuota {
  return { ratePerSecond: ratePerSecond / parts, burst: Math.max(1, Math.floor(burst / parts)) };
}

/** Every replica must be started with the same rules; where they differ, the one who asks last is right. */
export interface TurnRules {
  quotaFor(operation: string): TurnQuota;
  /** Which part of the turns CAMPAIGN gets while GENERAL waits too: 0 to 1. */
  readonly campaignShare: number;
  /** How many turns of an operation one subject may wait for at once, those of kind RESEND aside; undefined for any number. */
  maxWaitingPerSubject(operation: string): number | undefined;
}

/** Turns of one kind are shared out fairly between tenants, and those of a tenant between its subjects. */
export interface PlaceRequest extends Requester {
  readonly operation: string;
  /** Of the caller's making and its own for ever; asking again with it never takes a second place. */
  readonly ticket: string;
  readonly kind: TurnKind;
  readonly maxWaitMs: number;
}

export interface NextTurn {
  /** When somebody should `check` again, so that the next turn is granted when it is due; undefined where nobody waits. */
  readonly nextTurnInMs: number | undefined;
}

export interface Place extends NextTurn {
  /** No place was taken: the turn would come more than `maxWaitMs` from now, or the subject waits for as many as it may. */
  readonly refused: boolean;
  /** Refused for the number of turns that the subject waits for. */
  readonly isOverLimit?: true;
  /** How long the turn would take to come if nobody came before; 0 where it came at once. Over the limit: the next one of the subject's. */
  readonly waitMs: number;
}

export interface Check extends NextTurn {
  /** Those of the tickets asked about that have no place any more and were not granted: forgotten, or taken for dead. */
  readonly lost: readonly string[];
}

export interface Capacity {
  /** What is granted at present: the quota's rate, or less after Amazon Connect refused too much. */
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Turns that would be granted at once. */
  readonly available: number;
  readonly waiting: number;
  /** How long a turn asked for now would take to come. */
  readonly generalWaitMs: number;
  readonly campaignWaitMs: number;
}

/**
 * Turns to call Amazon Connect, one token bucket per operation, shared by all replicas. A place is taken at once; its turn is granted when its
 * token is due, and until then order may change. Every method throws StoreUnavailable when shared state does not answer.
 */
export interface Turns {
  /** Whom to tell of each turn granted here, once, by ticket; false where nobody waits for it any more: then it goes back to the bucket. */
  onGranted(listener: (ticket: string) => boolean): void;
  /** Takes a place unless its turn would come too late. A turn due at once is granted before this resolves. */
  take(request: PlaceRequest): Promise<Place>;
  /** Grants what is due; of `tickets`, which must have been given a place, it says which are lost. */
  check(operation: string, tickets?: readonly string[]): Promise<Check>;
  /** Leaves the line; a turn granted meanwhile goes back to the bucket. */
  abandon(operation: string, ticket: string): Promise<NextTurn>;
  /**
   * Amazon Connect refused the flight for its rate: that costs one turn, once per flight. Refusals that repeat lower the rate, seconds without one raise it
   * again.
   */
  throttled(operation: string, flightId: string): Promise<void>;
  /** As the requester would meet it who asked now. */
  capacity(operation: string, requester: Requester): Promise<Capacity>;
}

/** A timer fires and an answer travels late: a place is kept, and a turn still taken, so long after the moment up to which its caller would wait. */
export const latenessMs = 100;

/** The bucket keeps one token in hand, because Connect may count a request later than we do; never so that none is left. */
export function usableAtOnce({ burst }: TurnQuota): number {
  return Math.max(1, burst - 1);
}
