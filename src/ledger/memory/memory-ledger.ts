import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import { alwaysUp } from '../../store-health.js';
import {
  mostAheadMs,
  mostBehindMs,
  type Committed,
  type LedgerStore,
  type RecordKey,
  type Snapshot,
  type Stored,
  type Write,
} from '../ledger.js';
import { nameOf } from '../ledger-view.js';

export interface MemoryLedgerSettings {
  readonly clock: Clock;
  /** Beyond it the least recently used is forgotten. */
  readonly maxRecords?: number;
}

/** The ledger of one process: always up, forgotten with the process. */
export class MemoryLedger implements LedgerStore {
  readonly health = alwaysUp;
  readonly #clock: Clock;
  readonly #records: LRUCache<string, Stored>;
  readonly #listeners = new Listeners();

  constructor({ clock, maxRecords = 400_000 }: MemoryLedgerSettings) {
    this.#clock = clock;
    const perf = { now: () => clock.monotonic() };
    // Not by `max`, for which the cache would allocate all that it may need when the process starts.
    this.#records = new LRUCache({ maxSize: maxRecords, sizeCalculation: () => 1, ttl: 1, ttlResolution: 0, perf });
  }

  nowMs(): number {
    return this.#clock.monotonic();
  }

  read(keys: readonly RecordKey[]): Promise<Snapshot> {
    return Promise.resolve(this.#snapshot(keys));
  }

  commit(writes: readonly Write[], nowMs: number, notifiedIds: readonly string[]): Promise<Committed> {
    const fresh = this.#snapshot(writes.map(({ key }) => key));
    const behindMs = fresh.nowMs - nowMs;
    const isTimely = behindMs <= mostBehindMs && behindMs >= -mostAheadMs;
    if (!isTimely || writes.some(({ version }, index) => fresh.records[index]?.version !== version)) {
      return Promise.resolve({ done: false, fresh });
    }
    for (const { key, next, keptForMs = 1 } of writes) {
      if (next) this.#records.set(nameOf(key), next, { ttl: Math.max(1, keptForMs) });
      else if (next === null) this.#records.delete(nameOf(key));
    }
    for (const id of notifiedIds) this.#listeners.notify(id);
    return Promise.resolve({ done: true });
  }

  changed(id: string, listener: () => void): Unsubscribe {
    return this.#listeners.add(id, listener);
  }

  #snapshot(keys: readonly RecordKey[]): Snapshot {
    return { nowMs: this.nowMs(), records: keys.map((key) => this.#records.get(nameOf(key))) };
  }
}
