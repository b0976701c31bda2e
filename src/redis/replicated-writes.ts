import type { Clock } from '../clock.js';
import type { Unsubscribe } from '../listeners.js';
import type { Log } from '../log.js';
import { StoreUnavailable, type StoreHealth } from '../store-health.js';
import type { ClusterPrimaries } from './cluster-primaries.js';
import type { RedisAddress } from './redis-address.js';
import { createRedisClient, type RedisInfo } from './redis-client.js';
import { createClientOfNode } from './redis-cluster.js';
import type { RedisConnection } from './redis-connection.js';
import { askedAt, isFromReplica, movedTo } from './redis-errors.js';
import type { Refusal } from './redis-role.js';
import { ReplicaShortage } from './replica-shortage.js';
import { WriteLane, type BatchOutcome, type ScriptCall } from './write-lane.js';
import { WriteLanes } from './write-lanes.js';

export interface ReplicatedWritesSettings {
  readonly address: RedisAddress;
  readonly log: Log;
  readonly clock: Clock;
  /** How many replicas must have a write before it counts, 1 or more. */
  readonly replicas: number;
  /** How long they are waited for. */
  readonly replicasTimeoutMs: number;
  /** As in RedisConnection, which says in the log what is refused. */
  readonly refuse?: (info: RedisInfo) => Refusal | undefined;
  /** How long Redis itself may take besides. */
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

const lanesPerPrimary = 4;

/** Whoever redirects did nothing. One may name a node that redirects in its turn, as where a slot begins to be moved on. */
const mostRedirections = 3;

/** Names the primary that the address leads to, where that is no Cluster. */
const thePrimary = '';

/**
 * Runs scripts on connections of its own, beside a RedisConnection to the same primary or Cluster, and answers each only once enough replicas have everything that the primary had when the script last
 * wrote. A script that only reads must write all the same: WAIT counts the replicas that have what its own connection wrote last (before Redis 7.2: what the primary had at its last command). Too few, a broken connection or no answer in time is StoreUnavailable; the script may have run all the same.
 */
export class ReplicatedWrites implements StoreHealth {
  readonly #connection: RedisConnection;
  readonly #settings: ReplicatedWritesSettings;
  readonly #primaries: ClusterPrimaries | undefined;
  /** By the name of the primary. */
  readonly #lanes = new Map<string, WriteLanes>();
  readonly #upListeners = new Set<() => void>();
  readonly #unsubscribe: readonly Unsubscribe[];
  #isUpUntold = false;

  constructor(connection: RedisConnection, settings: ReplicatedWritesSettings) {
    this.#connection = connection;
    this.#settings = settings;
    this.#primaries = connection.primaries;
    const followed = this.#primaries?.onRefreshed(() => {
      this.#followPrimaries();
    });
    if (!this.#primaries) this.#lanesTo(thePrimary);
    this.#unsubscribe = [
      ...(followed ? [followed] : []),
      connection.onLeave(() => {
        for (const lanes of this.#lanes.values()) lanes.reconnect();
      }),
      connection.onUp(() => {
        this.#tellUp();
      }),
    ];
  }

  /** Of a Cluster, whether any primary can be asked. */
  get isUp(): boolean {
    return this.#connection.isUp && [...this.#lanes.values()].some(({ isUp }) => isUp);
  }

  onUp(listener: () => void): Unsubscribe {
    this.#upListeners.add(listener);
    return () => {
      this.#upListeners.delete(listener);
    };
  }

  /** The script's answer. Two that are called one after another may run in either order. Throws StoreUnavailable. */
  async runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    let lanes = this.#lanesOfPrimary(keys);
    let call: ScriptCall = { lua, keys, args };
    for (let redirections = 0; ; redirections += 1) {
      try {
        return await lanes.run(call);
      } catch (error) {
        const cause = error instanceof StoreUnavailable ? error.cause : undefined;
        const [moved, asked] = [movedTo(cause), askedAt(cause)];
        const named = moved ?? asked;
        if (named === undefined || !this.#primaries || redirections === mostRedirections) throw error;
        // Where a slot is being moved the nodes tell of no change, and will when it is over.
        if (moved !== undefined) this.#primaries.refreshSoon();
        lanes = this.#lanesTo(named);
        call = { lua, keys, args, isAsking: asked !== undefined };
      }
    }
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([...this.#lanes.values()].map((lanes) => lanes.close()));
  }

  /** The one place that knows where keys lie: a write and its WAIT must go to the same primary. */
  #lanesOfPrimary(keys: readonly string[]): WriteLanes {
    if (!this.#primaries) return this.#lanesTo(thePrimary);
    const name = this.#primaries.ofKey(keys[0] ?? '');
    if (name === undefined) throw new StoreUnavailable(new Error('no primary is known for the slot of a key'));
    return this.#lanesTo(name);
  }

  #lanesTo(primary: string): WriteLanes {
    const lanes = this.#lanes.get(primary) ?? this.#open(primary);
    this.#lanes.set(primary, lanes);
    return lanes;
  }

  /** Those of a new primary are open before anything is asked of it. */
  #followPrimaries(): void {
    const all = this.#primaries?.all ?? new Set();
    for (const name of all) this.#lanesTo(name);
    for (const [name, lanes] of this.#lanes) {
      if (all.has(name)) continue;
      this.#lanes.delete(name);
      void lanes.close();
    }
    this.#tellOnceOpened();
  }

  #open(primary: string): WriteLanes {
    const { address, log, clock, refuse, replicas, replicasTimeoutMs, ...timeouts } = this.#settings;
    const { commandTimeoutMs = 500, connectTimeoutMs = 2_000 } = timeouts;
    const settings = {
      address,
      commandTimeoutMs: commandTimeoutMs + replicasTimeoutMs,
      connectTimeoutMs,
      admits: (info: RedisInfo) => refuse?.(info) === undefined,
    };
    const newClient = () =>
      address.kind === 'cluster' ? createClientOfNode(address.urls, settings, primary) : createRedisClient(settings);
    const shortage = new ReplicaShortage(log, clock, replicas, primary === thePrimary ? undefined : primary);
    return new WriteLanes({
      open: (onChange) =>
        Array.from(
          { length: lanesPerPrimary },
          () => new WriteLane(newClient(), { replicas, timeoutMs: replicasTimeoutMs }, onChange),
        ),
      clock,
      replicas,
      queuedForMs: commandTimeoutMs,
      onOutcome: (outcome) => {
        this.#look(outcome, shortage);
      },
      onUp: () => {
        this.#tellUp();
      },
      onGone: () => {
        this.#primaries?.refreshSoon();
        this.#tellOnceOpened();
      },
    });
  }

  #look({ scripts, replicas }: BatchOutcome, shortage: ReplicaShortage): void {
    if (!(replicas instanceof Error)) shortage.record(replicas);
    const errors = [replicas, ...scripts.map((script) => 'error' in script && script.error)];
    if (!errors.some(isFromReplica)) return;
    // The address may lead to the new primary by now.
    if (this.#primaries) this.#primaries.refreshSoon();
    else this.#connection.leave();
  }

  #tellUp(): void {
    this.#isUpUntold = true;
    this.#tellOnceOpened();
  }

  /** Not while another primary may be up in a moment. */
  #tellOnceOpened(): void {
    if (!this.#isUpUntold || !this.isUp || [...this.#lanes.values()].some(({ isOpening }) => isOpening)) return;
    this.#isUpUntold = false;
    for (const listener of [...this.#upListeners]) listener();
  }
}
