import type { Clock } from '../../clock.js';
import type { Requester } from '../requester.js';
import { TurnBucket } from '../turn-bucket.js';
import type { Capacity, Check, NextTurn, Place, PlaceRequest, TurnRules, Turns } from '../turns.js';

/** Turns shared within this process: a restart forgets who waits, and starts with full buckets. */
export class MemoryTurns implements Turns {
  readonly #buckets = new Map<string, TurnBucket>();
  readonly #listeners: ((ticket: string) => boolean)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly rules: TurnRules,
    /** For where others may have used up the quota just now: no bucket then starts with anything in it. */
    private readonly options: { readonly startEmpty?: boolean } = {},
  ) {}

  onGranted(listener: (ticket: string) => boolean): void {
    this.#listeners.push(listener);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async take(request: PlaceRequest): Promise<Place> {
    const bucket = this.#refreshed(request.operation);
    this.#grant(bucket);
    const place = bucket.enqueue(request);
    return { ...place, ...this.#grant(bucket) };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async check(operation: string, tickets: readonly string[] = []): Promise<Check> {
    const bucket = this.#refreshed(operation);
    const lost = tickets.filter((ticket) => !bucket.has(ticket));
    return { lost, ...this.#grant(bucket) };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async abandon(operation: string, ticket: string): Promise<NextTurn> {
    const bucket = this.#refreshed(operation);
    bucket.remove(ticket);
    return this.#grant(bucket);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async throttled(operation: string, flightId: string): Promise<void> {
    const bucket = this.#refreshed(operation);
    bucket.throttled(flightId);
    this.#grant(bucket);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async capacity(operation: string, requester: Requester): Promise<Capacity> {
    const bucket = this.#refreshed(operation);
    this.#grant(bucket);
    return bucket.capacity(requester);
  }

  #refreshed(operation: string): TurnBucket {
    const nowMs = this.clock.monotonic();
    let bucket = this.#buckets.get(operation);
    if (!bucket) {
      bucket = new TurnBucket(
        this.rules.quotaFor(operation),
        this.rules.campaignShare,
        this.rules.maxWaitingPerSubject(operation) ?? Infinity,
        nowMs,
        this.options.startEmpty ?? false,
      );
      this.#buckets.set(operation, bucket);
    }
    bucket.refresh(nowMs);
    return bucket;
  }

  #grant(bucket: TurnBucket): NextTurn {
    for (let tickets = bucket.grant(); tickets.length > 0; tickets = bucket.grant()) {
      for (const ticket of tickets) if (!this.#listeners.some((wants) => wants(ticket))) bucket.giveBack();
    }
    return { nextTurnInMs: bucket.nextTurnInMs() };
  }
}
