import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keyedHash } from '../../keyed-hash.js';
import { longestCounted } from '../fair-queue.js';
import type { Requester } from '../requester.js';
import { StoreUnavailable } from '../../store-health.js';
import {
  latenessMs,
  permitKinds,
  effectiveBurst,
  type Capacity,
  type Check,
  type NextPermit,
  type QueuePosition,
  type PermitRequest,
  type RateLimiterRules,
  type RateLimiter,
} from '../rate-limiter.js';

/** What the rate limiter needs of a connection to Redis. It throws StoreUnavailable and nothing else. */
export interface RateLimiterConnection {
  /** The script's answer. Those called one after another run in that order. */
  runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** From now on, also after a broken connection, `listener` is told what is published; what it misses meanwhile is lost. */
  subscribe(channel: string, listener: (message: string) => void): void;
}

/** A replica that is silent for so long is dead, because replicas with waiters ask every second. At worst the permits granted to it meanwhile are lost. */
const goneAfterMs = 3_000;

/** A time at which no bucket was ever created. */
const never = '0';

const source = (name: string) => readFileSync(new URL(`./scripts/permits-${name}.lua`, import.meta.url), 'utf8');
const bucketSource = source('bucket');
const script = (name: string) => `${bucketSource}\n${source(name)}`;
const scripts = {
  enqueue: script('enqueue'),
  check: script('check'),
  abandon: script('abandon'),
  giveBack: script('give-back'),
  throttled: script('throttled'),
  capacity: script('capacity'),
};

/** In the order in which `permits-bucket.lua` names them. The names without `fair-` are shared with replicas of an earlier version. */
const keyParts = [
  'bucket',
  'flights',
  'fair-order',
  'fair-counts',
  'fair-tickets',
  'fair-deadlines',
  'fair-replicas',
  'fair-granted',
];

type Answer = readonly [nextPermitInMs: number, since: string, granted: readonly string[], own: unknown];

/** The rate limiter that all replicas share which use the same Redis, prefix and scope. */
export class RedisRateLimiter implements RateLimiter {
  /** Names this life of the process: after a restart nobody waits for what was granted before. */
  readonly #replica = randomUUID();
  readonly #listeners: ((waiterId: string) => boolean)[] = [];
  /** By operation: waiters that a message named as granted, and no answer yet, which will name them again. */
  readonly #early = new Map<string, Set<string>>();
  /** When each bucket was created that this replica has seen; another time means that shared state was lost. */
  readonly #since = new Map<string, string>();
  /** For buckets that it has not seen: after a first start it takes them as they are. */
  #sinceOfOthers: '' | typeof never = '';
  readonly #keys = new Map<string, readonly string[]>();
  readonly #channelPrefix: string;

  constructor(
    private readonly connection: RateLimiterConnection,
    private readonly rules: RateLimiterRules,
    private readonly options: {
      /** Begins every key and channel. */
      readonly prefix: string;
      /** Replicas that share an account and Region of Amazon Connect share this. */
      readonly scope: string;
      /** Keys the digests of tenants and subjects, which are all that is stored of them. */
      readonly secret: string;
      /** Instead of Redis' own clock, for tests. */
      readonly nowMs?: () => number;
    },
  ) {
    this.#channelPrefix = `${options.prefix}turns:`;
    connection.subscribe(this.#channelPrefix + this.#replica, (message) => {
      const [operation = '', waiterIds = ''] = message.split('\n');
      for (const waiterId of waiterIds.split(' ')) if (this.#isWanted(waiterId)) this.#earlyOf(operation).add(waiterId);
    });
  }

  onGranted(listener: (waiterId: string) => boolean): void {
    this.#listeners.push(listener);
  }

  async enqueue({ operation, waiterId, kind, tenant, subject, maxWaitMs }: PermitRequest): Promise<QueuePosition> {
    const maxWaiting = this.rules.maxWaitingPerSubject(operation) ?? -1;
    const who = this.#digestsOf({ tenant, subject });
    const args = [waiterId, permitKinds.indexOf(kind) + 1, ...who, maxWaitMs, maxWaiting];
    const { next, own } = await this.#run('enqueue', operation, args);
    const [refused, waitMs] = own as [number, number];
    return { refused: refused > 0, ...(refused === 2 ? { isOverLimit: true } : {}), waitMs, ...next };
  }

  async check(operation: string, waiterIds: readonly string[] = []): Promise<Check> {
    const { next, own } = await this.#run('check', operation, waiterIds);
    return { lost: own as string[], ...next };
  }

  async abandon(operation: string, waiterId: string): Promise<NextPermit> {
    return (await this.#run('abandon', operation, [waiterId])).next;
  }

  async throttled(operation: string, attemptGroup: string): Promise<void> {
    await this.#run('throttled', operation, [attemptGroup]);
  }

  async capacity(operation: string, requester: Requester): Promise<Capacity> {
    const { own } = await this.#run('capacity', operation, this.#digestsOf(requester));
    const [rate, available, waiting, generalWaitMs, campaignWaitMs] = own as [string, number, number, number, number];
    const { burst } = this.rules.quotaFor(operation);
    return { ratePerSecond: Number(rate), burst, available, waiting, generalWaitMs, campaignWaitMs };
  }

  /** Requests were sent that the buckets do not count: each is emptied before it grants anything more here. */
  assumeEmpty(): void {
    this.#since.clear();
    this.#sinceOfOthers = never;
  }

  async #run(
    name: keyof typeof scripts,
    operation: string,
    ownArgs: readonly (string | number)[],
  ): Promise<{ readonly next: NextPermit; readonly own: unknown }> {
    const quota = this.rules.quotaFor(operation);
    const args = [
      this.options.nowMs?.() ?? '',
      quota.ratePerSecond,
      effectiveBurst(quota),
      this.rules.campaignShare,
      this.#replica,
      this.#channelPrefix,
      operation,
      this.#since.get(operation) ?? this.#sinceOfOthers,
      goneAfterMs,
      latenessMs,
      longestCounted,
      ...ownArgs,
    ];
    const early = this.#earlyOf(operation);
    const toldBefore = [...early];
    const answer = await this.connection.runScript(scripts[name], this.#keysOf(operation), args);
    const [nextPermitInMs, since, granted, own] = answer as Answer;
    this.#since.set(operation, since);
    const unwanted = granted.filter((waiterId) => !early.delete(waiterId) && !this.#isWanted(waiterId));
    // What was told of before the script ran is in its answer or in an earlier one, if in any.
    for (const waiterId of toldBefore) early.delete(waiterId);
    const next = { nextPermitInMs: nextPermitInMs < 0 ? undefined : nextPermitInMs };
    return { next: unwanted.length > 0 ? await this.#giveBack(operation, unwanted.length, next) : next, own };
  }

  /** A permit that does not get back is merely lost: the next one is granted when it would have been granted anyway. */
  async #giveBack(operation: string, count: number, otherwise: NextPermit): Promise<NextPermit> {
    try {
      return (await this.#run('giveBack', operation, [count])).next;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return otherwise;
    }
  }

  #digestsOf({ tenant, subject }: Requester): readonly [string, string] {
    const { secret } = this.options;
    return [keyedHash(secret, tenant), keyedHash(secret, [tenant, subject])];
  }

  #earlyOf(operation: string): Set<string> {
    let early = this.#early.get(operation);
    if (!early) this.#early.set(operation, (early = new Set()));
    return early;
  }

  #isWanted(waiterId: string): boolean {
    return this.#listeners.some((wants) => wants(waiterId));
  }

  #keysOf(operation: string): readonly string[] {
    let keys = this.#keys.get(operation);
    if (!keys) {
      // One hash tag, so that all of a bucket lies in one slot of a Redis Cluster.
      const tag = `${this.options.prefix}turns:{${this.options.scope}:${operation}}:`;
      keys = keyParts.map((part) => tag + part);
      this.#keys.set(operation, keys);
    }
    return keys;
  }
}
