import { randomUUID } from 'node:crypto';
import { createLog } from '../../src/log.js';
import { MemoryTurns } from '../../src/coordination/memory/memory-turns.js';
import { RedisConnection } from '../../src/redis/redis-connection.js';
import { RedisTurns, type TurnsConnection } from '../../src/coordination/redis/redis-turns.js';
import { StoreUnavailable } from '../../src/store-health.js';
import type { Place, PlaceRequest, TurnKind, TurnQuota, TurnRules, Turns } from '../../src/coordination/turns.js';
import { TestClock } from '../support/test-clock.js';

const marker = 'marker';

export interface BenchRules {
  readonly quota?: TurnQuota;
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
    readonly turns: Turns,
    private readonly name = '',
  ) {
    turns.onGranted((ticket) => {
      const isNews = ticket.startsWith(this.name) && !this.#known.has(ticket);
      if (!isNews || this.unwanted.has(ticket)) return false;
      this.#known.add(ticket);
      this.granted.push(ticket);
      return true;
    });
  }

  take(kind: TurnKind = 'GENERAL', wish: Partial<PlaceRequest> = {}): Promise<Place> {
    const ticket = wish.ticket ?? `${this.name}${(this.#count += 1)}`;
    return this.turns.take({
      operation: 'Op',
      kind,
      tenant: 'acme',
      subject: 'alice',
      maxWaitMs: 60_000,
      ...wish,
      ticket,
    });
  }

  /** Places as many, one after another. */
  async takeMany(count: number, kind?: TurnKind, wish?: Partial<PlaceRequest>): Promise<Place[]> {
    const places: Place[] = [];
    for (let one = 0; one < count; one += 1) places.push(await this.take(kind, wish));
    return places;
  }

  /** Lets `ms` pass in steps, with a check after each; who was granted meanwhile. */
  async pass(clock: TestClock, ms: number, stepMs = 100): Promise<string[]> {
    const before = this.granted.length;
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await this.turns.check('Op');
    }
    return this.granted.slice(before);
  }
}

/** Some replicas that share turns, in time that a test moves. */
export class Bench {
  readonly clock = new TestClock(1_000_000);
  readonly prefix = `test-${randomUUID()}:`;
  readonly rules: TurnRules;
  /** As long as this is set, Redis keeps what it has and answers nobody. */
  isOut = false;
  /** As long as this is set, news gets lost. */
  isDeaf = false;
  readonly missed: string[] = [];
  readonly #connections: RedisConnection[] = [];
  #running = 0;
  #markersSeen = 0;
  readonly #memory: MemoryTurns | undefined;

  constructor(
    private readonly redisUrl: string | undefined,
    { quota = { ratePerSecond: 10, burst: 2 }, campaignShare = 0.1, maxWaitingPerSubject }: BenchRules = {},
  ) {
    this.rules = { quotaFor: () => quota, campaignShare, maxWaitingPerSubject: () => maxWaitingPerSubject };
    if (redisUrl === undefined) this.#memory = new MemoryTurns(this.clock, this.rules);
  }

  /** A further replica; tickets begin with its name. */
  async replica(name = ''): Promise<Asker> {
    return new Asker(this.#memory ?? (await this.connection()).turns, name);
  }

  /** What a further replica asks Redis by. */
  async connection(): Promise<{ connection: RedisConnection; turns: RedisTurns }> {
    const connection = new RedisConnection({ url: this.redisUrl!, log: createLog('silent'), commandTimeoutMs: 60_000 });
    this.#connections.push(connection);
    const subscribed = new Promise<void>((resolve) => {
      connection.subscribe(`${this.prefix}${marker}`, () => (this.#markersSeen += 1), resolve);
    });
    const turns = new RedisTurns(this.#throughOutages(connection), this.rules, {
      prefix: this.prefix,
      scope: 'test',
      secret: 'a secret of the tests',
      nowMs: () => this.clock.monotonic(),
    });
    await Promise.all([subscribed, new Promise<void>((resolve) => connection.onUp(resolve))]);
    return { connection, turns };
  }

  /** The connection of all replicas here, when it stands. */
  #throughOutages(connection: RedisConnection): TurnsConnection {
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
