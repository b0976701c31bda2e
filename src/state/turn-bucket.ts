import {
  latenessMs,
  turnKinds,
  usableAtOnce,
  type Capacity,
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
  readonly ticket: string;
  readonly tenant: string;
  readonly score: number;
  readonly deadlineMs: number;
}

/** Those who wait for one kind of turn, by score; of the same score, whoever came first. */
interface Line {
  readonly waiting: Waiting[];
  /** The score granted last: nobody new comes before it. */
  virtualTime: number;
  readonly tenants: Map<string, { last: number; count: number }>;
}

const newLine = (): Line => ({ waiting: [], virtualTime: 0, tenants: new Map() });

/**
 * One token bucket and its three lines, in the memory of this process. The scripts in `scripts/turns-*.lua` are the same word for word; the contract
 * test holds them together. Every method is to be called with a `nowMs` of one clock, after `refresh`.
 */
export class TurnBucket {
  readonly #lines: Readonly<Record<TurnKind, Line>> = { RESEND: newLine(), GENERAL: newLine(), CAMPAIGN: newLine() };
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
    for (const kind of turnKinds) {
      const dead = this.#lines[kind].waiting.filter(({ deadlineMs }) => deadlineMs < nowMs);
      for (const { ticket } of dead) this.remove(ticket);
    }
  }

  /** The tickets whose turn it is, in order. */
  grant(): string[] {
    const granted: string[] = [];
    while (this.#tokens >= 1 - tokenHair) {
      const line = this.#nextLine();
      const next = line?.waiting.shift();
      if (!line || !next) break;
      line.virtualTime = next.score;
      leave(line, next);
      this.#tokens -= 1;
      granted.push(next.ticket);
    }
    return granted;
  }

  #nextLine(): Line | undefined {
    const { RESEND, GENERAL, CAMPAIGN } = this.#lines;
    if (RESEND.waiting.length > 0) return RESEND;
    if (CAMPAIGN.waiting.length === 0) return GENERAL;
    if (GENERAL.waiting.length === 0) return CAMPAIGN;
    this.#owed += this.campaignShare;
    if (this.#owed < 1 - tokenHair) return GENERAL;
    this.#owed -= 1;
    return CAMPAIGN;
  }

  /** Puts the ticket in its line and says how long it will take, unless that is too long: then only says. */
  enqueue({ ticket, kind, tenant, maxWaitMs }: PlaceRequest): { readonly refused: boolean; readonly waitMs: number } {
    const line = this.#lines[kind];
    const place = line.waiting.findIndex((other) => other.ticket === ticket);
    if (place >= 0) return { refused: false, waitMs: this.#waitMs(this.#turnsUntil(kind, place + 1)) };
    const score = nextScore(line, tenant);
    const ahead = countUpTo(line.waiting, score);
    const waitMs = this.#waitMs(this.#turnsUntil(kind, ahead + 1));
    if (waitMs > maxWaitMs) return { refused: true, waitMs };
    line.waiting.splice(ahead, 0, { ticket, tenant, score, deadlineMs: this.#atMs + maxWaitMs + latenessMs });
    line.tenants.set(tenant, { last: score, count: (line.tenants.get(tenant)?.count ?? 0) + 1 });
    return { refused: false, waitMs };
  }

  has(ticket: string): boolean {
    return turnKinds.some((kind) => this.#lines[kind].waiting.some((one) => one.ticket === ticket));
  }

  remove(ticket: string): void {
    for (const kind of turnKinds) {
      const line = this.#lines[kind];
      const place = line.waiting.findIndex((one) => one.ticket === ticket);
      const [gone] = place < 0 ? [] : line.waiting.splice(place, 1);
      if (gone) leave(line, gone);
    }
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

  capacity(tenant: string): Capacity {
    const waitMs = (kind: TurnKind) => {
      const line = this.#lines[kind];
      return this.#waitMs(this.#turnsUntil(kind, countUpTo(line.waiting, nextScore(line, tenant)) + 1));
    };
    return {
      ratePerSecond: this.quota.ratePerSecond * this.#factor,
      burst: this.quota.burst,
      available: Math.max(0, Math.floor(this.#tokens + tokenHair)),
      waiting: this.#waiting,
      generalWaitMs: waitMs('GENERAL'),
      campaignWaitMs: waitMs('CAMPAIGN'),
    };
  }

  nextTurnInMs(): number | undefined {
    return this.#waiting === 0 ? undefined : this.#waitMs(1);
  }

  get #waiting(): number {
    return turnKinds.reduce((sum, kind) => sum + this.#lines[kind].waiting.length, 0);
  }

  /** How many turns from now the one at `place` (from 1) of its line comes, if nobody else comes. */
  #turnsUntil(kind: TurnKind, place: number): number {
    if (kind === 'RESEND') return place;
    const [resends, generals, campaigns] = turnKinds.map((one) => this.#lines[one].waiting.length) as [
      number,
      number,
      number,
    ];
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

function nextScore({ tenants, virtualTime }: Line, tenant: string): number {
  return Math.max(virtualTime, tenants.get(tenant)?.last ?? 0) + 1;
}

/** A tenant's turns that were never taken do not count against it: its last score goes back with them. */
function leave({ tenants }: Line, { tenant, score }: Waiting): void {
  const of = tenants.get(tenant);
  if (!of) return;
  of.count -= 1;
  if (of.last === score) of.last -= 1;
  if (of.count === 0) tenants.delete(tenant);
}

/** How many have at most `score`; the array is in order of scores. */
function countUpTo(waiting: readonly Waiting[], score: number): number {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (waiting[middle]!.score <= score) low = middle + 1;
    else high = middle;
  }
  return low;
}
