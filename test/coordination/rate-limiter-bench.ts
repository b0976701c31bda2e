import { randomUUID } from 'node:crypto';
import { createLog } from '../../src/log.js';
import { MemoryRateLimiter } from '../../src/coordination/memory/memory-rate-limiter.js';
import type { RedisAddress } from '../../src/redis/redis-address.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { RedisRateLimiter, type RateLimiterConnection } from '../../src/coordination/redis/redis-rate-limiter.js';
import { StoreUnavailable } from '../../src/store-health.js';
import type {
  QueuePosition,
  PermitRequest,
  PermitKind,
  Quota,
  RateLimiterRules,
  RateLimiter,
} from '../../src/coordination/rate-limiter.js';
import { TestClock } from '../support/test-clock.js';

const marker = 'marker';

export interface BenchRules {
  readonly quota?: Quota;
  readonly campaignShare?: number;
  readonly maxWaitingPerSubject?: number;
}

/** What one replica is told, and a short way to ask. */
export class Asker {
  readonly granted: string[] = [];
  /** Those for whom nobody waits any more. */
  readonly unwanted = new Set<string>();
  /** Whoever was granted a turn waits no more. */
  readonly #known = new Set<string>();
  #count = 0;

  constructor(
    readonly rateLimiter: RateLimiter,
    private readonly name = '',
  ) {
    rateLimiter.onGranted((waiterId) => {
      const isNews = waiterId.startsWith(this.name) && !this.#known.has(waiterId);
      if (!isNews || this.unwanted.has(waiterId)) return false;
      this.#known.add(waiterId);
      this.granted.push(waiterId);
      return true;
    });
  }

  take(kind: PermitKind = 'GENERAL', wish: Partial<PermitRequest> = {}): Promise<QueuePosition> {
    const waiterId = wish.waiterId ?? `${this.name}${(this.#count += 1)}`;
    return this.rateLimiter.enqueue({
      operation: 'Op',
      kind,
      tenant: 'acme',
      subject: 'alice',
      maxWaitMs: 60_000,
      ...wish,
      waiterId: waiterId,
    });
  }

  /** Places as many, one after another. */
  async takeMany(count: number, kind?: PermitKind, wish?: Partial<PermitRequest>): Promise<QueuePosition[]> {
    const places: QueuePosition[] = [];
    for (let one = 0; one < count; one += 1) places.push(await this.take(kind, wish));
    return places;
  }

  /** Lets `ms` pass in steps, with a check after each; who was granted meanwhile. */
  async pass(clock: TestClock, ms: number, stepMs = 100): Promise<string[]> {
    const before = this.granted.length;
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await this.rateLimiter.check('Op');
    }
    return this.granted.slice(before);
  }
}

/** Some replicas that share turns, in time that a test moves. */
export class Bench {
  readonly clock = new TestClock(1_000_000);
  /** What the users of the page may use. */
  readonly prefix = `outdial:test-${randomUUID()}:`;
  readonly rules: RateLimiterRules;
  /** As long as this is set, Redis keeps what it has and answers nobody. */
  isOut = false;
  /** As long as this is set, news gets lost. */
  isDeaf = false;
  readonly missed: string[] = [];
  readonly #connections: RedisConnection[] = [];
  #running = 0;
  #markersSeen = 0;
  readonly #memory: MemoryRateLimiter | undefined;

  constructor(
    private readonly address: RedisAddress | undefined,
    { quota = { ratePerSecond: 10, burst: 2 }, campaignShare = 0.1, maxWaitingPerSubject }: BenchRules = {},
  ) {
    this.rules = { quotaFor: () => quota, campaignShare, maxWaitingPerSubject: () => maxWaitingPerSubject };
    if (address === undefined) this.#memory = new MemoryRateLimiter(this.clock, this.rules);
  }

  /** A further replica; tickets begin with its name. */
  async replica(name = ''): Promise<Asker> {
    return new Asker(this.#memory ?? (await this.connection()).rateLimiter, name);
  }

  /** What a further replica asks Redis by. */
  async connection(): Promise<{ connection: RedisConnection; rateLimiter: RedisRateLimiter }> {
    const connection = new RedisConnection({
      address: this.address!,
      log: createLog('silent'),
      commandTimeoutMs: 60_000,
    });
    this.#connections.push(connection);
    const subscribed = new Promise<void>((resolve) => {
      connection.subscribe(`${this.prefix}${marker}`, () => (this.#markersSeen += 1), resolve);
    });
    const rateLimiter = new RedisRateLimiter(this.#throughOutages(connection), this.rules, {
      prefix: this.prefix,
      scope: 'test',
      secret: 'a secret of the tests',
      nowMs: () => this.clock.monotonic(),
    });
    await Promise.all([subscribed, new Promise<void>((resolve) => connection.onUp(resolve))]);
    return { connection, rateLimiter };
  }

  /** The connection of all replicas here, when it stands. */
  #throughOutages(connection: RedisConnection): RateLimiterConnection {
    return {
      runScript: async (...asked) => {
        if (this.isOut) throw new StoreUnavailable();
        this.#running += 1;
        return connection.runScript(...asked).finally(() => (this.#running -= 1));
      },
      subscribe: (channel, listener) => {
        connection.subscribe(channel, (message) => {
          if (this.isDeaf) this.missed.push(message);
          else listener(message);
        });
      },
    };
  }

  /** Resolves when all that was asked is answered, all news has come, and nothing follows from it. */
  async settled(): Promise<void> {
    const [connection] = this.#connections;
    do {
      await until(() => this.#running === 0);
      this.#markersSeen = 0;
      // News comes in order: what was told before the marker has come when the marker has.
      await connection?.send((redis) => redis.publish(`${this.prefix}${marker}`, ''));
      await until(() => this.#markersSeen === this.#connections.length);
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#running > 0);
  }

  /** As though the replica made last had been killed. */
  async kill(): Promise<void> {
    await this.#connections.pop()?.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

/** Resolves once it is so; for what comes from another process, whose time nobody can move. */
export async function until(isSo: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + 120_000;
  while (!isSo()) {
    if (performance.now() > giveUpAtMs) throw new Error('It never was so');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
