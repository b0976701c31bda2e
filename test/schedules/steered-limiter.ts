import type {
  Capacity,
  Check,
  NextPermit,
  PermitRequest,
  QueuePosition,
  Quota,
  RateLimiter,
} from '../../src/coordination/rate-limiter.js';
import { MemoryRateLimiter } from '../../src/coordination/memory/memory-rate-limiter.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { commandTimeoutMs } from './steered-ledger.js';
import { shortWayMs, type Surroundings } from './surroundings.js';
import type { Process } from './virtual-time.js';
import type { Wire } from './wire.js';

/** The buckets that all replicas share, and who waits where. */
export class SharedLimiter {
  #limiter: MemoryRateLimiter;
  readonly #homes = new Map<string, SteeredLimiter>();
  /** Permits on their way to a replica. */
  readonly travelling = new Set<string>();
  #asking: { readonly replica: SteeredLimiter; readonly granted: string[] } | undefined;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly rules: { readonly quota: Quota; readonly maxWaitingPerSubject: number | undefined },
    private readonly hooks: { readonly granted: () => void; readonly lost: () => void },
  ) {
    this.#limiter = this.#create();
  }

  /** What `replica` asks, and the permits that its waiters get by that; those of others are sent to them. */
  async ask<T>(
    replica: SteeredLimiter,
    question: (limiter: RateLimiter) => Promise<T>,
    waiterId?: string,
  ): Promise<{ readonly answer: T; readonly granted: readonly string[] }> {
    const { choices, forgets, tell } = this.surroundings;
    if (forgets.coordination > 0 && choices.rare([[true, forgets.coordination]])) {
      tell('coordination', () => 'is emptied');
      this.#limiter = this.#create();
      this.hooks.lost();
    }
    if (waiterId !== undefined) this.#homes.set(waiterId, replica);
    const granted: string[] = [];
    this.#asking = { replica, granted };
    // It grants before it returns.
    const answer = question(this.#limiter);
    this.#asking = undefined;
    return { answer: await answer, granted };
  }

  #create(): MemoryRateLimiter {
    const { time } = this.surroundings;
    const clock = { now: () => time.nowMs, monotonic: () => time.nowMs, after: () => () => undefined };
    const limiter = new MemoryRateLimiter(clock, {
      quotaFor: () => this.rules.quota,
      campaignShare: 0.2,
      maxWaitingPerSubject: () => this.rules.maxWaitingPerSubject,
    });
    limiter.onGranted((waiterId) => {
      this.hooks.granted();
      this.travelling.add(waiterId);
      const home = this.#homes.get(waiterId);
      if (home === this.#asking?.replica) this.#asking?.granted.push(waiterId);
      else home?.hear(waiterId);
      return true;
    });
    return limiter;
  }
}

/** One replica's rate limiter: the shared one at the end of a wire. */
export class SteeredLimiter implements RateLimiter {
  readonly #listeners: ((waiterId: string) => boolean)[] = [];

  constructor(
    private readonly parts: {
      readonly shared: SharedLimiter;
      readonly wire: Wire;
      readonly process: Process;
      readonly surroundings: Surroundings;
      /** One of its waiters has its permit. */
      readonly permitted: () => void;
    },
  ) {}

  onGranted(listener: (waiterId: string) => boolean): void {
    this.#listeners.push(listener);
  }

  enqueue(request: PermitRequest): Promise<QueuePosition> {
    return this.#send((limiter) => limiter.enqueue(request), request.waiterId);
  }

  async check(operation: string, waiterIds: readonly string[] = []): Promise<Check> {
    const { lost, ...next } = await this.#send((limiter) => limiter.check(operation, waiterIds));
    return { lost: lost.filter((waiterId) => !this.parts.shared.travelling.has(waiterId)), ...next };
  }

  abandon(operation: string, waiterId: string): Promise<NextPermit> {
    return this.#send((limiter) => limiter.abandon(operation, waiterId));
  }

  throttled(operation: string, attemptGroup: string): Promise<void> {
    return this.#send((limiter) => limiter.throttled(operation, attemptGroup));
  }

  capacity(operation: string, requester: { tenant: string; subject: string }): Promise<Capacity> {
    return this.#send((limiter) => limiter.capacity(operation, requester));
  }

  hear(waiterId: string): void {
    const { surroundings, process } = this.parts;
    const { time, choices } = surroundings;
    time.at(time.nowMs + shortWayMs(choices), process, () => {
      this.#grant(waiterId);
    });
  }

  /** A permit that nobody wants any more is lost here: it is not used, and so breaks no quota. */
  #grant(waiterId: string): void {
    this.parts.shared.travelling.delete(waiterId);
    if (this.#listeners.some((wants) => wants(waiterId))) this.parts.permitted();
  }

  async #send<T>(question: (limiter: RateLimiter) => Promise<T>, waiterId?: string): Promise<T> {
    const { shared, wire } = this.parts;
    const sent: string[] = [];
    try {
      const { answer, granted } = await wire.send({
        to: 'the rate limiter',
        arrives: async () => {
          const told = await shared.ask(this, question, waiterId);
          sent.push(...told.granted);
          return told;
        },
        timeoutMs: commandTimeoutMs,
        timedOut: () => new StoreUnavailable(),
      });
      for (const one of granted) this.#grant(one);
      return answer;
    } catch (error) {
      // What an answer named that did not come is lost.
      for (const one of sent) shared.travelling.delete(one);
      throw error;
    }
  }
}
