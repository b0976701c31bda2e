import type { Clock } from '../../clock.js';
import { MemoryTurns } from '../memory/memory-turns.js';
import type { RedisTurns } from './redis-turns.js';
import type { Requester } from '../requester.js';
import { StoreUnavailable } from '../../store-health.js';
import { partOf } from '../turns.js';
import type { Capacity, Check, NextTurn, Place, PlaceRequest, TurnRules, Turns } from '../turns.js';

const tryAgainAfterMs = 1_000;

interface Outage {
  readonly local: MemoryTurns;
  tryAgainAtMs: number;
}

/** How a replica goes on alone. */
export interface OutageRules {
  /** Whether `operation` goes on at all; where not, StoreUnavailable is thrown. */
  readonly goesOn: (operation: string) => boolean;
  /** Among how many each quota is then divided. */
  readonly replicas: number;
}

/**
 * The shared turns; while shared state does not answer, this replica's own share of the quota for the operations that go on. Whoever waits when that
 * changes has lost its place, as `check` says.
 */
export class TurnsThroughOutage implements Turns {
  readonly #listeners: ((ticket: string) => boolean)[] = [];
  #outage: Outage | undefined;

  constructor(
    private readonly shared: RedisTurns,
    private readonly clock: Clock,
    private readonly rules: TurnRules,
    private readonly outageRules: OutageRules,
  ) {}

  onGranted(listener: (ticket: string) => boolean): void {
    this.#listeners.push(listener);
    this.shared.onGranted(listener);
  }

  take(request: PlaceRequest): Promise<Place> {
    return this.#ask(request.operation, (turns) => turns.take(request));
  }

  check(operation: string, tickets: readonly string[] = []): Promise<Check> {
    return this.#ask(operation, (turns) => turns.check(operation, tickets));
  }

  abandon(operation: string, ticket: string): Promise<NextTurn> {
    return this.#ask(operation, (turns) => turns.abandon(operation, ticket));
  }

  throttled(operation: string, flightId: string): Promise<void> {
    return this.#ask(operation, (turns) => turns.throttled(operation, flightId));
  }

  capacity(operation: string, requester: Requester): Promise<Capacity> {
    return this.#ask(operation, (turns) => turns.capacity(operation, requester));
  }

  async #ask<Answer>(operation: string, question: (turns: Turns) => Promise<Answer>): Promise<Answer> {
    const outage = this.#outage;
    if (!this.outageRules.goesOn(operation)) return question(this.shared);
    if (outage) {
      const nowMs = this.clock.monotonic();
      if (nowMs < outage.tryAgainAtMs) return question(outage.local);
      // One at a time finds out, at the price of a time-out, whether it is over.
      outage.tryAgainAtMs = nowMs + tryAgainAfterMs;
      // Of what was granted here, no shared bucket knows.
      this.shared.distrust();
    }
    try {
      const answer = await question(this.shared);
      // An answer to what was asked before the outage is no sign of its end.
      if (outage === this.#outage) this.#outage = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return question(this.#outaged().local);
    }
  }

  #outaged(): Outage {
    const tryAgainAtMs = this.clock.monotonic() + tryAgainAfterMs;
    if (this.#outage) {
      this.#outage.tryAgainAtMs = tryAgainAtMs;
    } else {
      const local = new MemoryTurns(this.clock, this.#localRules(), { startEmpty: true });
      for (const listener of this.#listeners) local.onGranted(listener);
      this.#outage = { local, tryAgainAtMs };
    }
    return this.#outage;
  }

  #localRules(): TurnRules {
    return {
      campaignShare: this.rules.campaignShare,
      maxWaitingPerSubject: (operation) => this.rules.maxWaitingPerSubject(operation),
      quotaFor: (operation) => partOf(this.rules.quotaFor(operation), this.outageRules.replicas),
    };
  }
}
