import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keyedHash } from '../../keyed-hash.js';
import type { Requester } from '../requester.js';
import { StoreUnavailable } from '../../store-health.js';
import {
  latenessMs,
  turnKinds,
  usableAtOnce,
  type Capacity,
  type Check,
  type NextTurn,
  type Place,
  type PlaceRequest,
  type TurnRules,
  type Turns,
} from '../turns.js';

/** What turns need of a connection to Redis. It throws StoreUnavailable and nothing else. */
export interface TurnsConnection {
  /** The script's answer. Those called one after another run in that order. */
  runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** From now on, also after a broken connection, `listener` is told what is published; what it misses meanwhile is lost. */
  subscribe(channel: string, listener: (message: string) => void): void;
}

/** A replica not heard of for so long is dead: those that wait are heard of every second. At worst so much of its turns is lost. */
const goneAfterMs = 3_000;

/** When no bucket was ever made. */
const never = '0';

const source = (name: string) => readFileSync(new URL(`./scripts/turns-${name}.lua`, import.meta.url), 'utf8');
const bucketSource = source('bucket');
const script = (name: string) => `${bucketSource}\n${source(name)}`;
const scripts = {
  take: script('take'),
  check: script('check'),
  abandon: script('abandon'),
  giveBack: script('give-back'),
  throttled: script('throttled'),
  capacity: script('capacity'),
};

/** In the order in which `turns-bucket.lua` names them. The names without `fair-` are shared with replicas of an earlier version. */
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

type Answer = readonly [nextTurnInMs: number, since: string, granted: readonly string[], own: unknown];

/** Turns shared by all replicas that use the same Redis, prefix and scope. */
export class RedisTurns implements Turns {
  /** Of this life of the process: after a restart nobody waits for what was granted before. */
  readonly #replica = randomUUID();
  readonly #listeners: ((ticket: string) => boolean)[] = [];
  /** By operation: tickets told of by a message, and not yet by an answer, which will tell of them again. */
  readonly #early = new Map<string, Set<string>>();
  /** When each bucket was made that this replica has seen; a different one means that shared state was lost. */
  readonly #since = new Map<string, string>();
  /** Of buckets not seen yet: a first start takes them as they are. */
  #sinceOfOthers: '' | typeof never = '';
  readonly #keys = new Map<string, readonly string[]>();
  readonly #channelPrefix: string;

  constructor(
    private readonly connection: TurnsConnection,
    private readonly rules: TurnRules,
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
      const [operation = '', tickets = ''] = message.split('\n');
      for (const ticket of tickets.split(' ')) if (this.#isWanted(ticket)) this.#earlyOf(operation).add(ticket);
    });
  }

  onGranted(listener: (ticket: string) => boolean): void {
    this.#listeners.push(listener);
  }

  async take({ operation, ticket, kind, tenant, subject, maxWaitMs }: PlaceRequest): Promise<Place> {
    const maxWaiting = this.rules.maxWaitingPerSubject(operation) ?? -1;
    const who = this.#digestsOf({ tenant, subject });
    const args = [ticket, turnKinds.indexOf(kind) + 1, ...who, maxWaitMs, maxWaiting];
    const { next, own } = await this.#run('take', operation, args);
    const [refused, waitMs] = own as [number, number];
    return { refused: refused > 0, ...(refused === 2 ? { isOverLimit: true } : {}), waitMs, ...next };
  }

  async check(operation: string, tickets: readonly string[] = []): Promise<Check> {
    const { next, own } = await this.#run('check', operation, tickets);
    return { lost: own as string[], ...next };
  }

  async abandon(operation: string, ticket: string): Promise<NextTurn> {
    return (await this.#run('abandon', operation, [ticket])).next;
  }

  async throttled(operation: string, flightId: string): Promise<void> {
    await this.#run('throttled', operation, [flightId]);
  }

  async capacity(operation: string, requester: Requester): Promise<Capacity> {
    const { own } = await this.#run('capacity', operation, this.#digestsOf(requester));
    const [rate, available, waiting, generalWaitMs, campaignWaitMs] = own as [string, number, number, number, number];
    const { burst } = this.rules.quotaFor(operation);
    return { ratePerSecond: Number(rate), burst, available, waiting, generalWaitMs, campaignWaitMs };
  }

  /** Requests were sent that the buckets do not know of: each is emptied before it grants anything more here. */
  distrust(): void {
    this.#since.clear();
    this.#sinceOfOthers = never;
  }

  async #run(
    name: keyof typeof scripts,
    operation: string,
    ownArgs: readonly (string | number)[],
  ): Promise<{ readonly next: NextTurn; readonly own: unknown }> {
    const quota = this.rules.quotaFor(operation);
    const args = [
      this.options.nowMs?.() ?? '',
      quota.ratePerSecond,
      usableAtOnce(quota),
      this.rules.campaignShare,
      this.#replica,
      this.#channelPrefix,
      operation,
      this.#since.get(operation) ?? this.#sinceOfOthers,
      goneAfterMs,
      latenessMs,
      ...ownArgs,
    ];
    const early = this.#earlyOf(operation);
    const toldBefore = [...early];
    const answer = await this.connection.runScript(scripts[name], this.#keysOf(operation), args);
    const [nextTurnInMs, since, granted, own] = answer as Answer;
    this.#since.set(operation, since);
    const unwanted = granted.filter((ticket) => !early.delete(ticket) && !this.#isWanted(ticket));
    // What was told of before the script ran is in its answer or in an earlier one, if in any.
    for (const ticket of toldBefore) early.delete(ticket);
    const next = { nextTurnInMs: nextTurnInMs < 0 ? undefined : nextTurnInMs };
    return { next: unwanted.length > 0 ? await this.#giveBack(operation, unwanted.length, next) : next, own };
  }

  /** A turn that does not get back is merely lost: the next one then comes when it would have come anyway. */
  async #giveBack(operation: string, count: number, otherwise: NextTurn): Promise<NextTurn> {
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

  #isWanted(ticket: string): boolean {
    return this.#listeners.some((wants) => wants(ticket));
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
