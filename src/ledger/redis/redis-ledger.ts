import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../clock.js';
import type { KeyedHash } from '../../keyed-hash.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import type { RedisConnection } from '../../redis/redis-connection.js';
import { StoreUnavailable, type StoreHealth } from '../../store-health.js';
import {
  mostAheadMs,
  mostBehindMs,
  type CommitExtras,
  type Committed,
  type LedgerStore,
  type RecordKey,
  type Snapshot,
  type Write,
} from '../ledger.js';
import type { Counted, CountStep } from '../call-count.js';
import type { DecisionEntry, DecisionRow } from '../decision-entry.js';
import { nameOf } from '../ledger-view.js';
import { StoreTime } from '../store-time.js';
import { decisionFrom, decisionText, shortId, storedFrom, textOf } from './record-text.js';

/** Runs a script as RedisConnection does, and may hold back its answer until what it wrote is safe. */
export interface RedisWriter extends StoreHealth {
  runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

export interface RedisLedgerSettings {
  /** Begins every key and channel. */
  readonly prefix: string;
  readonly clock: Clock;
  /** Instead of Redis' own clock, for tests. */
  readonly nowMs?: (() => number) | undefined;
  /** Commits the records instead of the connection. */
  readonly writer?: RedisWriter | undefined;
}

/** No record has it. */
const noVersion = randomUUID();

const commitScript = readFileSync(new URL('./commit.lua', import.meta.url), 'utf8');

/** The ledger of all replicas, in Redis or Valkey. Where its keys lie in several slots of a Cluster, records are changed one after another. */
export class RedisLedger implements LedgerStore {
  readonly health: StoreHealth;
  readonly hasOwnClock = true;
  readonly #listeners = new Listeners();
  readonly #settings: RedisLedgerSettings;
  readonly #channel: string;
  readonly #time: StoreTime;
  readonly #writer: RedisWriter;
  #isDivided = false;

  constructor(
    private readonly connection: RedisConnection,
    settings: RedisLedgerSettings,
  ) {
    this.#settings = settings;
    this.#time = new StoreTime(settings.clock, settings.nowMs);
    this.#writer = settings.writer ?? connection;
    this.health = this.#writer;
    this.#channel = `${settings.prefix}ledger`;
    connection.subscribe(
      this.#channel,
      (id) => {
        this.#listeners.notify(id);
      },
      () => {
        this.#listeners.notifyAll();
      },
    );
  }

  nowMs(): number {
    return this.#time.nowMs();
  }

  async read(keys: readonly RecordKey[]): Promise<Snapshot> {
    // Written one after another without waiting, these are one round trip; one MGET could not span the slots of a Cluster.
    const askedAtMs = this.#settings.clock.monotonic();
    const [time, ...texts] = await Promise.all([
      this.connection.send((redis) => redis.time()),
      ...keys.map((key) => this.connection.send((redis) => redis.get(this.#nameOf(key)))),
    ]);
    const [seconds, microseconds] = time as readonly unknown[];
    const nowMs = this.#time.record(Number(seconds) * 1_000 + Number(microseconds) / 1_000, askedAtMs);
    return { nowMs, records: texts.map((text, index) => storedFrom(keys[index]!.kind, text)) };
  }

  /** Throws Error where calls are to be counted or decisions appended in a Cluster: the one commit that this needs is not possible there. */
  async commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    extras: CommitExtras = {},
  ): Promise<Committed> {
    if (!this.#isDivided) {
      try {
        return await this.#commitAtOnce(writes, nowMs, notifiedIds, extras);
      } catch (error) {
        if (!isOfSeveralSlots(error)) throw error;
        this.#isDivided = true;
      }
    }
    const { counts = [], decisions = [] } = extras;
    if (counts.length + decisions.length > 0) throw new Error('a Redis Cluster counts no calls and keeps no decisions');
    for (const [index, write] of writes.entries()) {
      const isLast = index === writes.length - 1;
      const committed = await this.#commitAtOnce([write], nowMs, isLast ? notifiedIds : []);
      if (!committed.done) return { done: false, fresh: await this.#readToCommit(writes) };
    }
    return { done: true };
  }

  /** What is found here may be answered without another commit, and so must be as safe as what was committed. */
  async #readToCommit(writes: readonly Write[]): Promise<Snapshot> {
    const answers = await Promise.all(
      writes.map(({ key }) => this.#commitAtOnce([{ key, version: noVersion }], this.nowMs(), [])),
    );
    const snapshots = answers.flatMap((answer) => (answer.done ? [] : [answer.fresh]));
    return {
      nowMs: Math.max(...snapshots.map(({ nowMs }) => nowMs)),
      records: snapshots.flatMap(({ records }) => records),
    };
  }

  async decisions(call: KeyedHash): Promise<readonly DecisionRow[]> {
    const names = await this.connection.send((redis) => redis.zrangebyscore(this.#decidedOf(call), '-inf', '+inf'));
    const rows = await Promise.all(
      names.map((name) => this.connection.send((redis) => redis.hgetall(this.#decisionOf(name)))),
    );
    return rows.flatMap((row) => decisionFrom(row) ?? []);
  }

  changed(id: string, listener: () => void): Unsubscribe {
    return this.#listeners.add(id, listener);
  }

  async #commitAtOnce(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    { counts = [], decisions = [] }: CommitExtras = {},
  ): Promise<Committed> {
    const args = writes.flatMap(({ key, version = '', next, keptForMs = 1 }) => {
      if (next === undefined) return [version, '=', 0];
      return next ? [version, textOf(key.kind, next), Math.max(1, Math.ceil(keptForMs))] : [version, '-', 0];
    });
    const names = writes.map(({ key }) => this.#nameOf(key));
    // Of each count two: the calls that are held, and those that were dialed.
    const namesOfCounts = counts.flatMap(({ id }) =>
      [`held:{${id}}`, `dialed:{${id}}`].map((name) => this.#named(name)),
    );
    // Before the first answer of all the time is -Infinity, which no script can read.
    const computedAtMs = Math.max(nowMs, 0);
    // By when a commit was computed, so that all keys are named here: it is made later by `mostBehindMs` at most, or sooner by `mostAheadMs`.
    const ofHour = this.#named(`decisions:${Math.floor(computedAtMs / 3_600_000)}`);
    const namesOfDecisions = decisions.flatMap(({ id, call }) => [
      this.#decisionOf(shortId(id)),
      this.#decidedOf(call),
      ofHour,
    ]);
    const askedAtMs = this.#settings.clock.monotonic();
    const [isDone, time, counted, ...texts] = (await this.#writer.runScript(
      commitScript,
      [...names, ...namesOfCounts, ...namesOfDecisions],
      [
        computedAtMs,
        mostBehindMs,
        mostAheadMs,
        this.#settings.nowMs?.() ?? '',
        this.#channel,
        JSON.stringify(notifiedIds),
        this.#settings.writer ? '1' : '',
        JSON.stringify(counts.map(countText)),
        decisions.length,
        ...args,
        ...decisions.flatMap(decisionArgs),
      ],
    )) as [number, string, string, ...string[]];
    const storeNowMs = this.#time.record(Number(time), askedAtMs);
    if (isDone !== 0) return { done: true };
    const records = texts.map((text, index) => storedFrom(writes[index]!.key.kind, text));
    const fresh = { nowMs: storeNowMs, records };
    return { done: false, fresh: counts.length > 0 ? { ...fresh, counted: countedFrom(counted) } : fresh };
  }

  /** Holds one decision. */
  #decisionOf(shortId: string): string {
    return this.#named(`decision:{${shortId}}`);
  }

  /** Names the decisions about one call in their order. */
  #decidedOf(call: KeyedHash): string {
    return this.#named(`decided:{${call}}`);
  }

  #nameOf(key: RecordKey): string {
    return this.#named(nameOf(key.kind === 'placement' ? { ...key, id: shortId(key.id) } : key));
  }

  #named(name: string): string {
    return `${this.#settings.prefix}ledger:${name}`;
  }
}

/** As the script reads a step. */
function countText(step: CountStep): readonly unknown[] {
  const { call, does } = step;
  if (does === 'release') return [does, call];
  const holdMs = does === 'hold' ? Math.ceil(step.holdMs) : 0;
  return [does, call, holdMs, Math.ceil(step.keptForMs), step.limits.map(({ withinMs, max }) => [withinMs, max])];
}

/** As the script reads a decision. */
function decisionArgs(entry: DecisionEntry): readonly (string | number)[] {
  const { id, keptForMs, subject = '', numberHash = '' } = entry;
  return [shortId(id), Math.max(1, Math.ceil(keptForMs)), decisionText(entry), subject, numberHash];
}

/** As the script tells how limits stand: the number of calls, and when they are fewer, below 0 where that is not asked. */
function countedFrom(text: string): readonly (readonly Counted[])[] {
  const steps = JSON.parse(text) as readonly (readonly (readonly [number, number])[])[] | Record<string, never>;
  // An empty table of Lua is an object.
  return asList(steps).map((limits) =>
    asList(limits).map(([calls, fewerAfterMs]) => (fewerAfterMs < 0 ? { calls } : { calls, fewerAfterMs })),
  );
}

function asList<T>(list: readonly T[] | Record<string, never>): readonly T[] {
  return Array.isArray(list) ? (list as readonly T[]) : [];
}

function isOfSeveralSlots(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.cause instanceof Error && /^CROSSSLOT\b/.test(error.cause.message);
}
