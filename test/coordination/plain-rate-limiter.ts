import { StoreUnavailable } from '../../src/store-health.js';
import {
  latenessMs,
  effectiveBurst,
  type PermitKind,
  type RateLimiterRules,
  type RateLimiter,
} from '../../src/coordination/rate-limiter.js';
import type { TestClock } from '../support/test-clock.js';

interface Waiting {
  readonly waiterId: string;
  readonly kind: PermitKind;
  readonly tenant: string;
  readonly subject: string;
  readonly deadlineMs: number;
}

/** Who waits, and what is remembered of how they were served. */
interface Queue {
  waiting: Waiting[];
  /** By kind and tenant, and by kind, tenant and subject: at which step it last was served, or began to wait. */
  since: Map<string, number>;
  step: number;
  owed: number;
}

/**
 * The rules of turns in the plainest words there are, at whatever cost: whoever waits longest since it was served is next, and a wait is found out by serving a copy
 * of the queue. One operation, no 429s.
 */
export class PlainRateLimiter implements RateLimiter {
  #queue: Queue = { waiting: [], since: new Map(), step: 0, owed: 0 };
  #tokens: number;
  #atMs: number;
  readonly #listeners: ((waiterId: string) => boolean)[] = [];

  constructor(
    private readonly clock: TestClock,
    private readonly rules: RateLimiterRules,
  ) {
    this.#tokens = effectiveBurst(rules.quotaFor('Op'));
    this.#atMs = clock.monotonic();
  }

  onGranted: RateLimiter['onGranted'] = (listener) => {
    this.#listeners.push(listener);
  };

  enqueue: RateLimiter['enqueue'] = ({ waiterId: waiterId, kind, tenant, subject, maxWaitMs }) => {
    this.#settle();
    const queue = this.#queue;
    const known = queue.waiting.find((one) => one.waiterId === waiterId);
    if (known) return Promise.resolve({ refused: false, waitMs: this.#waitMsOf(queue, known), ...this.#next() });
    const mine = queue.waiting.filter(
      (one) => one.kind !== 'RESEND' && one.tenant === tenant && one.subject === subject,
    );
    if (kind !== 'RESEND' && mine.length >= (this.rules.maxWaitingPerSubject('Op') ?? Infinity)) {
      const waitMs = Math.min(...mine.map((one) => this.#waitMsOf(queue, one)));
      return Promise.resolve({ refused: true, isOverLimit: true, waitMs, ...this.#next() });
    }
    const waiting = { waiterId, kind, tenant, subject, deadlineMs: this.clock.monotonic() + maxWaitMs + latenessMs };
    const withIt = added(queue, waiting);
    const waitMs = this.#waitMsOf(withIt, waiting);
    if (waitMs > maxWaitMs) return Promise.resolve({ refused: true, waitMs, ...this.#next() });
    this.#queue = withIt;
    this.#settle();
    return Promise.resolve({ refused: false, waitMs, ...this.#next() });
  };

  check: RateLimiter['check'] = (_operation, waiterIds = []) => {
    this.#dropDead();
    const lost = waiterIds.filter((waiterId) => !this.#queue.waiting.some((one) => one.waiterId === waiterId));
    this.#settle();
    return Promise.resolve({ lost, ...this.#next() });
  };

  abandon: RateLimiter['abandon'] = (_operation, waiterId) => {
    this.#dropDead();
    this.#queue.waiting = this.#queue.waiting.filter((one) => one.waiterId !== waiterId);
    this.#settle();
    return Promise.resolve(this.#next());
  };

  throttled: RateLimiter['throttled'] = () => Promise.reject(new StoreUnavailable());

  capacity: RateLimiter['capacity'] = (_operation, { tenant, subject }) => {
    this.#settle();
    const { ratePerSecond, burst } = this.rules.quotaFor('Op');
    const waitMs = (kind: PermitKind) => {
      const asked = { waiterId: '', kind, tenant, subject, deadlineMs: 0 };
      return this.#waitMsOf(added(this.#queue, asked), asked);
    };
    return Promise.resolve({
      ratePerSecond,
      burst,
      available: Math.max(0, Math.floor(this.#tokens + 1e-6)),
      waiting: this.#queue.waiting.length,
      generalWaitMs: waitMs('GENERAL'),
      campaignWaitMs: waitMs('CAMPAIGN'),
    });
  };

  #dropDead(): void {
    const nowMs = this.clock.monotonic();
    const quota = this.rules.quotaFor('Op');
    this.#tokens = Math.min(effectiveBurst(quota), this.#tokens + ((nowMs - this.#atMs) * quota.ratePerSecond) / 1_000);
    this.#atMs = nowMs;
    this.#queue.waiting = this.#queue.waiting.filter(({ deadlineMs }) => deadlineMs >= nowMs);
  }

  #settle(): void {
    this.#dropDead();
    while (this.#tokens >= 1 - 1e-6 && this.#queue.waiting.length > 0) {
      const { waiterId } = serve(this.#queue, this.rules.campaignShare);
      if (this.#listeners.some((wants) => wants(waiterId))) this.#tokens -= 1;
    }
  }

  #next() {
    return { nextPermitInMs: this.#queue.waiting.length === 0 ? undefined : this.#waitMs(1) };
  }

  #waitMs(rateLimiter: number): number {
    const { ratePerSecond } = this.rules.quotaFor('Op');
    return Math.max(0, Math.ceil(((rateLimiter - this.#tokens) / ratePerSecond) * 1_000 - 1e-6));
  }

  #waitMsOf(queue: Queue, wanted: Waiting): number {
    const copy = { ...queue, waiting: [...queue.waiting], since: new Map(queue.since) };
    let rateLimiter = 1;
    while (serve(copy, this.rules.campaignShare) !== wanted) rateLimiter += 1;
    return this.#waitMs(rateLimiter);
  }
}

const ofTenant = ({ kind, tenant }: Waiting) => JSON.stringify([kind, tenant]);
const ofSubject = ({ kind, tenant, subject }: Waiting) => JSON.stringify([kind, tenant, subject]);

/** The queue with one more. */
function added(queue: Queue, waiting: Waiting): Queue {
  const since = new Map(queue.since);
  const step = queue.step + 1;
  for (const name of [ofTenant, ofSubject]) {
    if (!queue.waiting.some((one) => name(one) === name(waiting))) since.set(name(waiting), step);
  }
  return { ...queue, waiting: [...queue.waiting, waiting], since, step };
}

/** Takes out who is next. */
function serve(queue: Queue, campaignShare: number): Waiting {
  const kind = nextKind(queue, campaignShare);
  const longest = (candidates: readonly Waiting[], name: (one: Waiting) => string) => {
    const first = Math.min(...candidates.map((one) => queue.since.get(name(one))!));
    return candidates.filter((one) => queue.since.get(name(one)) === first);
  };
  const ofKind = queue.waiting.filter((one) => one.kind === kind);
  const next = longest(longest(ofKind, ofTenant), ofSubject)[0]!;
  queue.waiting = queue.waiting.filter((one) => one !== next);
  queue.step += 1;
  for (const name of [ofTenant, ofSubject]) queue.since.set(name(next), queue.step);
  return next;
}

function nextKind(queue: Queue, campaignShare: number): PermitKind {
  const waits = (kind: PermitKind) => queue.waiting.some((one) => one.kind === kind);
  if (waits('RESEND')) return 'RESEND';
  if (!waits('CAMPAIGN')) return 'GENERAL';
  if (!waits('GENERAL')) return 'CAMPAIGN';
  queue.owed += campaignShare;
  if (queue.owed < 1 - 1e-6) return 'GENERAL';
  queue.owed -= 1;
  return 'CAMPAIGN';
}
