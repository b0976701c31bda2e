import type { Clock } from '../clock.js';
import type { Unsubscribe } from '../listeners.js';
import type { Log } from '../log.js';
import type { StoreHealth } from '../store-health.js';
import type { RedisAddress } from './redis-address.js';
import { createRedisClient, type RedisInfo } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { isFromReplica } from './redis-errors.js';
import type { Refusal } from './redis-role.js';
import { ReplicaShortage } from './replica-shortage.js';
import { WriteLane, type BatchOutcome } from './write-lane.js';
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

/**
 * Runs scripts on connections of its own, beside a RedisConnection to the same primary, and answers each only once enough replicas have what it wrote, and also what it read: WAIT counts the
 * replicas that have everything the primary had when the script had run. Too few, a broken connection or no answer in time is StoreUnavailable; the script may have run all the same.
 */
export class ReplicatedWrites implements StoreHealth {
  readonly #connection: RedisConnection;
  readonly #lanes: WriteLanes;
  readonly #upListeners = new Set<() => void>();
  readonly #shortage: ReplicaShortage;
  readonly #unsubscribe: readonly Unsubscribe[];

  constructor(connection: RedisConnection, settings: ReplicatedWritesSettings) {
    this.#connection = connection;
    this.#shortage = new ReplicaShortage(settings.log, settings.clock, settings.replicas);
    this.#lanes = this.#open(settings);
    this.#unsubscribe = [
      connection.onLeave(() => {
        this.#lanes.reconnect();
      }),
      connection.onUp(() => {
        this.#tellUp();
      }),
    ];
  }

  get isUp(): boolean {
    return this.#connection.isUp && this.#lanes.isUp;
  }

  onUp(listener: () => void): Unsubscribe {
    this.#upListeners.add(listener);
    return () => {
      this.#upListeners.delete(listener);
    };
  }

  /** The script's answer. Two that are called one after another may run in either order. Throws StoreUnavailable. */
  runScript(lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#lanesOfPrimary().run({ lua, keys, args });
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#lanes.close();
  }

  /** The one place that knows where keys lie: a write and its WAIT must go to the same primary. */
  #lanesOfPrimary(): WriteLanes {
    return this.#lanes;
  }

  #open({ address, clock, refuse, replicas, replicasTimeoutMs, ...timeouts }: ReplicatedWritesSettings): WriteLanes {
    const { commandTimeoutMs = 500, connectTimeoutMs = 2_000 } = timeouts;
    const newClient = () =>
      createRedisClient({
        address,
        commandTimeoutMs: commandTimeoutMs + replicasTimeoutMs,
        connectTimeoutMs,
        admits: (info) => refuse?.(info) === undefined,
      });
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
        this.#look(outcome);
      },
      onUp: () => {
        this.#tellUp();
      },
    });
  }

  #look({ scripts, replicas }: BatchOutcome): void {
    if (!(replicas instanceof Error)) this.#shortage.record(replicas);
    const errors = [replicas, ...scripts.map((script) => 'error' in script && script.error)];
    // The address may lead to the new primary by now.
    if (errors.some(isFromReplica)) this.#connection.leave();
  }

  #tellUp(): void {
    if (this.isUp) for (const listener of [...this.#upListeners]) listener();
  }
}
