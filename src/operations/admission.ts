import { OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { noMeters, type Meters, type ShedKind } from '../meters.js';
import type { LoopDelay } from './loop-delay.js';

/** Reads are queries and subscriptions. They are refused first: a mutation may be a call that somebody waits for. What is not known yet counts as a mutation. */
export type OperationKind = ShedKind;

export interface AdmissionLimits {
  /** How many operations may run at once, those that wait for a permit among them, before mutations are refused too. */
  readonly maxOperationsInFlight: number;
  /** How late the event loop may be, in milliseconds, before mutations are refused too. */
  readonly maxLoopDelayMs: number;
}

/** More operations than the 10,000 calls that may wait for their permits, and reads beside them. */
export const defaultAdmissionLimits: AdmissionLimits = { maxOperationsInFlight: 20_000, maxLoopDelayMs: 1_000 };

/** At which part of the limits reads are refused. docs/configuration.md names both and is held to them by a test. */
export const readShare = { operationsInFlight: 0.75, loopDelay: 0.5 } as const;
/** Down to which part of its mark a measure must fall before nothing is refused for it any more. */
export const endShare = { operationsInFlight: 0.9, loopDelay: 0.5 } as const;
/** For how long the loop must have been late: one pause, such as of the garbage collection, is no overload. */
export const lateForMs = 100;
/** After how long without a refusal the log says that it is over. */
export const quietAfterMs = 5_000;

/** When to ask again; up to twice as long, so that those who are refused together do not come back together. */
const retryAfterMs = 1_000;

/** The refusal of an operation of which nothing was done. No line of the log tells of it, but counts. */
export class OverloadRefusal extends GatewayError {
  constructor(retryAfterMs: number) {
    super('THROTTLED', 'This gateway has too much to do now, and did nothing for this request. Ask again.', {
      retryAfterMs,
    });
  }
}

/** Made once: where many are refused, an error with its stack would cost each of them as much as writing the answer. */
const refusals = Array.from(
  { length: 101 },
  (_, hundredths) => new OverloadRefusal(retryAfterMs * (1 + hundredths / 100)),
);

export interface AdmissionParts {
  readonly limits: AdmissionLimits;
  readonly loopDelay: LoopDelay;
  /** 0 to 1. */
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters?: Meters | undefined;
}

/**
 * Refuses operations while this process has too much to do: while too many are in flight, or the event loop is late. It only says so;
 * whoever takes an operation from a client asks before doing anything for it, and again once it is known whether it only reads.
 */
export class Admission {
  readonly #shedding: Readonly<Record<OperationKind, Shedding>>;
  #inFlight = 0;
  #unwatch: () => void = () => undefined;

  constructor(private readonly parts: AdmissionParts) {
    const { maxOperationsInFlight, maxLoopDelayMs } = parts.limits;
    this.#shedding = {
      read: new Shedding(
        'read',
        maxOperationsInFlight * readShare.operationsInFlight,
        maxLoopDelayMs * readShare.loopDelay,
        parts,
      ),
      mutation: new Shedding('mutation', maxOperationsInFlight, maxLoopDelayMs, parts),
    };
  }

  /** Begins to measure how late the loop is. */
  start(): void {
    this.#unwatch = this.parts.loopDelay.watch((delayMs) => {
      const nowMs = this.parts.clock.monotonic();
      this.#shedding.read.sampled(delayMs, nowMs);
      this.#shedding.mutation.sampled(delayMs, nowMs);
    });
  }

  /** The log is told what was refused and not told yet. */
  stop(): void {
    this.#unwatch();
    this.#shedding.read.stop();
    this.#shedding.mutation.stop();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts one more operation until the returned function is called. Nothing is refused by this. */
  enter(): () => void {
    this.#inFlight += 1;
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#inFlight -= 1;
      this.#shedding.read.left(this.#inFlight);
      this.#shedding.mutation.left(this.#inFlight);
    };
  }

  /** The refusal of an operation of this kind now; undefined where it may run. `isCounted` says that it has entered already. */
  refusal(kind: OperationKind, isCounted = false): GatewayError | undefined {
    const { loopDelay, clock, random } = this.parts;
    const nowMs = clock.monotonic();
    // In a long turn of the loop, before its end can be measured.
    const overdueMs = loopDelay.overdueMs();
    this.#shedding.read.isOverdue(overdueMs, nowMs);
    this.#shedding.mutation.isOverdue(overdueMs, nowMs);
    const others = isCounted ? this.#inFlight - 1 : this.#inFlight;
    if (!this.#shedding[kind].refuses(others, nowMs)) return undefined;
    return refusals[Math.round(random() * 100)];
  }
}

export function kindOf({ operation }: OperationDefinitionNode): OperationKind {
  return operation === OperationTypeNode.MUTATION ? 'mutation' : 'read';
}

/** Whether one kind of operation is refused, from where either measure reaches its mark until it has fallen well below. */
class Shedding {
  readonly #fewerThan: number;
  readonly #endDelayMs: number;
  /** More are in flight than may be. */
  #isFull = false;
  /** The loop has been late for long enough. */
  #isLate = false;
  /** Since when each measured delay was at the mark or above; undefined where the last one was not. */
  #lateSinceMs: number | undefined;
  #episode: { readonly startedAtMs: number; refused: number; lastAtMs: number; cancel: () => void } | undefined;

  constructor(
    private readonly kind: OperationKind,
    private readonly mostInFlight: number,
    private readonly mostDelayMs: number,
    private readonly parts: AdmissionParts,
  ) {
    this.#fewerThan = mostInFlight * endShare.operationsInFlight;
    this.#endDelayMs = mostDelayMs * endShare.loopDelay;
  }

  /** An operation has ended, and so many are left. */
  left(inFlight: number): void {
    if (inFlight < this.#fewerThan) this.#isFull = false;
  }

  sampled(delayMs: number, nowMs: number): void {
    if (delayMs < this.mostDelayMs) this.#lateSinceMs = undefined;
    else this.#lateSinceMs ??= nowMs;
    if (delayMs < this.#endDelayMs) this.#isLate = false;
  }

  /** The next sample will be so much at least. */
  isOverdue(overdueMs: number, nowMs: number): void {
    if (overdueMs >= this.mostDelayMs) this.#lateSinceMs ??= nowMs;
  }

  /** Whether an operation beside `others` is refused; counts it if so. */
  refuses(others: number, nowMs: number): boolean {
    if (this.#lateSinceMs !== undefined && nowMs - this.#lateSinceMs >= lateForMs) this.#isLate = true;
    if (others >= this.mostInFlight) this.#isFull = true;
    if (!this.#isFull && !this.#isLate) return false;
    this.#count(nowMs, others);
    return true;
  }

  stop(): void {
    this.#endEpisode();
  }

  #count(nowMs: number, inFlight: number): void {
    if (!this.#episode) {
      this.parts.log.warn({ inFlight, reasons: this.#reasons() }, begins[this.kind]);
      this.#episode = { startedAtMs: nowMs, refused: 0, lastAtMs: nowMs, cancel: () => undefined };
      this.#endWhenQuiet(quietAfterMs);
    }
    this.#episode.refused += 1;
    const { meters = noMeters } = this.parts;
    meters.operationShed(this.kind);
    this.#episode.lastAtMs = nowMs;
  }

  #reasons(): string[] {
    return [...(this.#isFull ? ['operations in flight'] : []), ...(this.#isLate ? ['loop delay'] : [])];
  }

  /** No earlier: while the gateway is at its limit, it refuses some and takes some, many times a second. */
  #endWhenQuiet(afterMs: number): void {
    const episode = this.#episode;
    if (!episode) return;
    episode.cancel = this.parts.clock.after(afterMs, () => {
      const leftMs = episode.lastAtMs + quietAfterMs - this.parts.clock.monotonic();
      if (leftMs > 0) this.#endWhenQuiet(leftMs);
      else this.#endEpisode();
    });
  }

  #endEpisode(): void {
    if (!this.#episode) return;
    const { refused, startedAtMs, lastAtMs, cancel } = this.#episode;
    this.#episode = undefined;
    cancel();
    this.parts.log.info({ refused, forMs: Math.round(lastAtMs - startedAtMs) }, ends[this.kind]);
  }
}

const begins: Readonly<Record<OperationKind, string>> = {
  read: 'overload: queries and subscriptions are refused',
  mutation: 'overload: all operations are refused',
};
const ends: Readonly<Record<OperationKind, string>> = {
  read: 'queries and subscriptions are taken again',
  mutation: 'mutations are taken again',
};
