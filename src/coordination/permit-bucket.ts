import { Deadlines } from './deadlines.js';
import { FairQueue, type Queued } from './fair-queue.js';
import type { Requester } from './requester.js';
import {
  latenessMs,
  permitKinds,
  effectiveBurst,
  type Capacity,
  type QueuePosition,
  type PermitRequest,
  type PermitKind,
  type Quota,
} from './rate-limiter.js';

/** 429s that go on for a second lower the rate by this factor, and again each second, not below the floor; those of one moment count as one. */
const lowerBy = 0.8;
const lowestFactor = 0.25;
const repeatedWithinMs = 2_000;
const lowerEveryMs = 1_000;
/** What each second without a 429 gives back. */
const raisePerQuietSecond = 0.05;
const attemptGroupsKeptMs = 60_000;

/** Sums of fractions miss whole numbers by a hair. */
const tokenHair = 1e-6;
const msHair = 1e-6;

interface Waiting {
  readonly kind: PermitKind;
  readonly requester: Requester;
  readonly deadlineMs: number;
  readonly queued: Queued<string>;
}

/** How many deadlines of waiters that are gone are kept before they are cleared away. */
const staleDeadlines = 1_000;

/**
 * One token bucket and a fair queue for each kind of permit, in the memory of this process. The scripts in `scripts/permits-*.lua` follow the same rules;
 * tests hold both to one model. Every method is to be called with a `nowMs` of one clock, after `refresh`.
 */
export class PermitBucket {
  /** By waiter id. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #queues: Readonly<Record<PermitKind, FairQueue<string>>> = {
    RESEND: new FairQueue(),
    GENERAL: new FairQueue(),
    CAMPAIGN: new FairQueue(),
  };
  readonly #deadlines = new Deadlines();
  readonly #attemptGroups = new Map<string, number>();
  #tokens: number;
  #atMs: number;
  #factor = 1;
  #quietFromMs: number;
  #refusedAtMs = -Infinity;
  #steppedAtMs = -Infinity;
  /** How much of a permit CAMPAIGN has saved up while GENERAL waited too. */
  #owed = 0;

  constructor(
    private readonly quota: Quota,
    private readonly campaignShare: number,
    private readonly maxWaitingPerSubject: number,
    nowMs: number,
    startsEmpty: boolean,
  ) {
    this.#tokens = startsEmpty ? 0 : effectiveBurst(quota);
    this.#atMs = nowMs;
    this.#quietFromMs = nowMs;
  }

  get #ratePerMs(): number {
    return (this.quota.ratePerSecond * this.#factor) / 1_000;
  }

  /** Refills up to `nowMs` and drops those whose caller is long gone. */
  refresh(nowMs: number): void {
    const refilled = this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#ratePerMs;
    this.#tokens = Math.min(effectiveBurst(this.quota), refilled);
    this.#atMs = nowMs;
    const quietSeconds = Math.floor((nowMs - this.#quietFromMs) / 1_000);
    if (quietSeconds > 0) {
      this.#factor = Math.min(1, this.#factor + quietSeconds * raisePerQuietSecond);
      this.#quietFromMs += quietSeconds * 1_000;
    }
    for (let dead = this.#deadlines.takeBefore(nowMs); dead; dead = this.#deadlines.takeBefore(nowMs)) {
      // The same waiter may have been queued again since.
      if (this.#waiting.get(dead.waiterId)?.deadlineMs === dead.atMs) this.remove(dead.waiterId);
    }
    if (this.#deadlines.size > 2 * this.#waiting.size + staleDeadlines) {
      this.#deadlines.keepOnly((waiterId) => this.#waiting.has(waiterId));
    }
  }

  /** The waiters that are granted a permit now, in order. */
  grant(): string[] {
    const granted: string[] = [];
    while (this.#tokens >= 1 - tokenHair) {
      const waiterId = this.#nextQueue()?.take();
      if (waiterId === undefined) break;
      this.#waiting.delete(waiterId);
      this.#tokens -= 1;
      granted.push(waiterId);
    }
    return granted;
  }

  #nextQueue(): FairQueue<string> | undefined {
    const { RESEND, GENERAL, CAMPAIGN } = this.#queues;
    if (RESEND.size > 0) return RESEND;
    if (CAMPAIGN.size === 0) return GENERAL;
    if (GENERAL.size === 0) return CAMPAIGN;
    this.#owed += this.campaignShare;
    if (this.#owed < 1 - tokenHair) return GENERAL;
    this.#owed -= 1;
    return CAMPAIGN;
  }

  /** Queues the waiter and says how long it waits. Where that is too long, or its subject has too many there, it only says so. */
  enqueue({ waiterId, kind, tenant, subject, maxWaitMs }: PermitRequest): Omit<QueuePosition, 'nextPermitInMs'> {
    const known = this.#waiting.get(waiterId);
    if (known) {
      const nth = this.#queues[known.kind].nthOf(known.queued);
      return { refused: false, waitMs: this.#waitMsOf(known.kind, known.requester, nth) };
    }
    const requester = { tenant, subject };
    if (kind !== 'RESEND' && this.#bounded(requester) >= this.maxWaitingPerSubject) {
      return { refused: true, isOverLimit: true, waitMs: this.#firstWaitMs(requester) };
    }
    const queue = this.#queues[kind];
    const waitMs = this.#waitMsOf(kind, requester, queue.countOf(requester) + 1);
    if (waitMs > maxWaitMs) return { refused: true, waitMs };
    const deadlineMs = this.#atMs + maxWaitMs + latenessMs;
    this.#waiting.set(waiterId, { kind, requester, deadlineMs, queued: queue.add(requester, waiterId) });
    this.#deadlines.add(waiterId, deadlineMs);
    return { refused: false, waitMs };
  }

  /** How many permits the subject waits for that count towards its limit. */
  #bounded(requester: Requester): number {
    return this.#queues.GENERAL.countOf(requester) + this.#queues.CAMPAIGN.countOf(requester);
  }

  /** When one of these is granted. */
  #firstWaitMs(requester: Requester): number {
    const waits = (['GENERAL', 'CAMPAIGN'] as const)
      .filter((kind) => this.#queues[kind].countOf(requester) > 0)
      .map((kind) => this.#waitMsOf(kind, requester, 1));
    return Math.min(...waits);
  }

  has(waiterId: string): boolean {
    return this.#waiting.has(waiterId);
  }

  remove(waiterId: string): void {
    const waiting = this.#waiting.get(waiterId);
    if (!waiting) return;
    this.#waiting.delete(waiterId);
    this.#queues[waiting.kind].remove(waiting.queued);
  }

  giveBack(): void {
    this.#tokens = Math.min(effectiveBurst(this.quota), this.#tokens + 1);
  }

  throttled(attemptGroup: string): void {
    const nowMs = this.#atMs;
    for (const [group, atMs] of this.#attemptGroups)
      if (atMs < nowMs - attemptGroupsKeptMs) this.#attemptGroups.delete(group);
    if (this.#attemptGroups.has(attemptGroup)) return;
    this.#attemptGroups.set(attemptGroup, nowMs);
    this.#tokens = Math.max(-effectiveBurst(this.quota), this.#tokens - 1);
    if (nowMs - this.#refusedAtMs >= repeatedWithinMs) {
      this.#steppedAtMs = nowMs;
    } else if (nowMs - this.#steppedAtMs >= lowerEveryMs) {
      this.#factor = Math.max(lowestFactor, this.#factor * lowerBy);
      this.#steppedAtMs = nowMs;
    }
    this.#refusedAtMs = nowMs;
    this.#quietFromMs = nowMs;
  }

  capacity(requester: Requester): Capacity {
    const waitMs = (kind: PermitKind) => this.#waitMsOf(kind, requester, this.#queues[kind].countOf(requester) + 1);
    return {
      ratePerSecond: this.quota.ratePerSecond * this.#factor,
      burst: this.quota.burst,
      available: Math.max(0, Math.floor(this.#tokens + tokenHair)),
      waiting: this.#waiting.size,
      generalWaitMs: waitMs('GENERAL'),
      campaignWaitMs: waitMs('CAMPAIGN'),
    };
  }

  nextPermitInMs(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#waitMs(1);
  }

  /** How long the requester's `nth` of the kind waits if nobody comes or goes. */
  #waitMsOf(kind: PermitKind, requester: Requester, nth: number): number {
    return this.#waitMs(this.#permitsUntil(kind, this.#queues[kind].turnsUntil(requester, nth)));
  }

  /** How many permits are granted up to that of the waiter at `position` (from 1) of its queue, if nobody else comes. */
  #permitsUntil(kind: PermitKind, position: number): number {
    if (kind === 'RESEND') return position;
    const [resends, generals, campaigns] = permitKinds.map((one) => this.#queues[one].size) as [number, number, number];
    if (kind === 'CAMPAIGN') {
      const byShare =
        this.campaignShare > 0 ? Math.ceil((position - this.#owed - tokenHair) / this.campaignShare) : Infinity;
      return resends + Math.min(byShare, generals + position);
    }
    let permits = position;
    for (;;) {
      const taken = Math.min(campaigns, Math.floor(this.#owed + permits * this.campaignShare + tokenHair));
      if (position + taken === permits) return resends + permits;
      permits = position + taken;
    }
  }

  #waitMs(permits: number): number {
    return Math.max(0, Math.ceil((permits - this.#tokens) / this.#ratePerMs - msHair));
  }
}
