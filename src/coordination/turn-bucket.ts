import { Deadlines } from './deadlines.js';
import { FairQueue, type Queued } from './fair-queue.js';
import type { Requester } from './requester.js';
import {
  latenessMs,
  turnKinds,
  usableAtOnce,
  type Capacity,
  type Place,
  type PlaceRequest,
  type TurnKind,
  type TurnQuota,
} from './turns.js';

/** 429s that go on for a second lower the rate by this factor, and again each second, not below the floor; those of one moment are one mishap. */
const lowerBy = 0.8;
const lowestFactor = 0.25;
const repeatedWithinMs = 2_000;
const lowerEveryMs = 1_000;
/** What each second without a 429 gives back. */
const raisePerQuietSecond = 0.05;
const flightsKeptMs = 60_000;

/** Sums of fractions miss whole numbers by a hair. */
const tokenHair = 1e-6;
const msHair = 1e-6;

interface Waiting {
  readonly kind: TurnKind;
  readonly requester: Requester;
  readonly deadlineMs: number;
  readonly queued: Queued<string>;
}

/** How many deadlines of tickets that are gone are kept before they are cleared away. */
const staleDeadlines = 1_000;

/**
 * One token bucket and a fair queue for each kind of turn, in the memory of this process. The scripts in `scripts/turns-*.lua` follow the same rules; tests hold both to
 * one model. Every method is to be called with a `nowMs` of one clock, after `refresh`.
 */
export class TurnBucket {
  /** By ticket. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #queues: Readonly<Record<TurnKind, FairQueue<string>>> = {
    RESEND: new FairQueue(),
    GENERAL: new FairQueue(),
    CAMPAIGN: new FairQueue(),
  };
  readonly #deadlines = new Deadlines();
  readonly #flights = new Map<string, number>();
  #tokens: number;
  #atMs: number;
  #factor = 1;
  #quietFromMs: number;
  #refusedAtMs = -Infinity;
  #steppedAtMs = -Infinity;
  /** How much of a turn CAMPAIGN has saved up while GENERAL waited too. */
  #owed = 0;

  constructor(
    private readonly quota: TurnQuota,
    private readonly campaignShare: number,
    private readonly maxWaitingPerSubject: number,
    nowMs: number,
    startsEmpty: boolean,
  ) {
    this.#tokens = startsEmpty ? 0 : usableAtOnce(quota);
    this.#atMs = nowMs;
    this.#quietFromMs = nowMs;
  }

  get #ratePerMs(): number {
    return (this.quota.ratePerSecond * this.#factor) / 1_000;
  }

  /** Refills up to `nowMs` and drops those whose caller is long gone. */
  refresh(nowMs: number): void {
    const refilled = this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#ratePerMs;
    this.#tokens = Math.min(usableAtOnce(this.quota), refilled);
    this.#atMs = nowMs;
    const quietSeconds = Math.floor((nowMs - this.#quietFromMs) / 1_000);
    if (quietSeconds > 0) {
      this.#factor = Math.min(1, this.#factor + quietSeconds * raisePerQuietSecond);
      this.#quietFromMs += quietSeconds * 1_000;
    }
    for (let dead = this.#deadlines.takeBefore(nowMs); dead; dead = this.#deadlines.takeBefore(nowMs)) {
      // The same ticket may have taken a later place since.
      if (this.#waiting.get(dead.ticket)?.deadlineMs === dead.atMs) this.remove(dead.ticket);
    }
    if (this.#deadlines.size > 2 * this.#waiting.size + staleDeadlines) {
      this.#deadlines.keepOnly((ticket) => this.#waiting.has(ticket));
    }
  }

  /** The tickets whose turn it is, in order. */
  grant(): string[] {
    const granted: string[] = [];
    while (this.#tokens >= 1 - tokenHair) {
      const ticket = this.#nextQueue()?.take();
      if (ticket === undefined) break;
      this.#waiting.delete(ticket);
      this.#tokens -= 1;
      granted.push(ticket);
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

  /** Puts the ticket in its queue and says how long it will take, unless that is too long or its subject has too many there: then only says. */
  enqueue({ ticket, kind, tenant, subject, maxWaitMs }: PlaceRequest): Omit<Place, 'nextTurnInMs'> {
    const known = this.#waiting.get(ticket);
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
    this.#waiting.set(ticket, { kind, requester, deadlineMs, queued: queue.add(requester, ticket) });
    this.#deadlines.add(ticket, deadlineMs);
    return { refused: false, waitMs };
  }

  /** How many turns the subject waits for of which it may not wait for any number. */
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

  has(ticket: string): boolean {
    return this.#waiting.has(ticket);
  }

  remove(ticket: string): void {
    const waiting = this.#waiting.get(ticket);
    if (!waiting) return;
    this.#waiting.delete(ticket);
    this.#queues[waiting.kind].remove(waiting.queued);
  }

  giveBack(): void {
    this.#tokens = Math.min(usableAtOnce(this.quota), this.#tokens + 1);
  }

  throttled(flightId: string): void {
    const nowMs = this.#atMs;
    for (const [flight, atMs] of this.#flights) if (atMs < nowMs - flightsKeptMs) this.#flights.delete(flight);
    if (this.#flights.has(flightId)) return;
    this.#flights.set(flightId, nowMs);
    this.#tokens = Math.max(-usableAtOnce(this.quota), this.#tokens - 1);
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
    const waitMs = (kind: TurnKind) => this.#waitMsOf(kind, requester, this.#queues[kind].countOf(requester) + 1);
    return {
      ratePerSecond: this.quota.ratePerSecond * this.#factor,
      burst: this.quota.burst,
      available: Math.max(0, Math.floor(this.#tokens + tokenHair)),
      waiting: this.#waiting.size,
      generalWaitMs: waitMs('GENERAL'),
      campaignWaitMs: waitMs('CAMPAIGN'),
    };
  }

  nextTurnInMs(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#waitMs(1);
  }

  /** How long the requester's `nth` of the kind waits if nobody comes or goes. */
  #waitMsOf(kind: TurnKind, requester: Requester, nth: number): number {
    return this.#waitMs(this.#turnsUntil(kind, this.#queues[kind].turnsUntil(requester, nth)));
  }

  /** How many turns from now the one at `place` (from 1) of its queue comes, if nobody else comes. */
  #turnsUntil(kind: TurnKind, place: number): number {
    if (kind === 'RESEND') return place;
    const [resends, generals, campaigns] = turnKinds.map((one) => this.#queues[one].size) as [number, number, number];
    if (kind === 'CAMPAIGN') {
      const byShare =
        this.campaignShare > 0 ? Math.ceil((place - this.#owed - tokenHair) / this.campaignShare) : Infinity;
      return resends + Math.min(byShare, generals + place);
    }
    let turns = place;
    for (;;) {
      const taken = Math.min(campaigns, Math.floor(this.#owed + turns * this.campaignShare + tokenHair));
      if (place + taken === turns) return resends + turns;
      turns = place + taken;
    }
  }

  #waitMs(turns: number): number {
    return Math.max(0, Math.ceil((turns - this.#tokens) / this.#ratePerMs - msHair));
  }
}
