import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import { alwaysUp } from '../../store-health.js';
import { afterStep, countedFor, isFull, stillCounting, type CountRecord, type CountStep } from '../call-count.js';
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
  readonly #counts: LRUCache<string, CountRecord>;
  readonly #listeners = new Listeners();

  constructor({ clock, maxRecords = 400_000 }: MemoryLedgerSettings) {
    this.#clock = clock;
    const perf = { now: () => clock.monotonic() };
    // Not by `max`, for which the cache would allocate all that it may need when the process starts.
    const size = { maxSize: maxRecords, ttl: 1, ttlResolution: 0, perf };
    this.#records = new LRUCache({ ...size, sizeCalculation: () => 1 });
    this.#counts = new LRUCache({ ...size, sizeCalculation: (record) => Math.max(1, record.size) });
  }

  nowMs(): number {
    return this.#clock.monotonic();
  }

  read(keys: readonly RecordKey[]): Promise<Snapshot> {
    return Promise.resolve(this.#snapshot(keys));
  }

  commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    counts: readonly CountStep[] = [],
  ): Promise<Committed> {
    const fresh = this.#snapshot(writes.map(({ key }) => key));
    const behindMs = fresh.nowMs - nowMs;
    const isTimely = behindMs <= mostBehindMs && behindMs >= -mostAheadMs;
    const isAsSeen = writes.every(({ version }, index) => fresh.records[index]?.version === version);
    const counted = counts.map((step) => countedFor(this.#countsOf(step), step, fresh.nowMs));
    if (!isTimely || !isAsSeen || counts.some((step, index) => isFull(step, counted[index]!))) {
      return Promise.resolve({ done: false, fresh: counts.length > 0 ? { ...fresh, counted } : fresh });
    }
    for (const step of counts) this.#count(step, fresh.nowMs);
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

  #countsOf({ id }: CountStep): CountRecord {
    return this.#counts.get(id) ?? new Map();
  }

  #count(step: CountStep, nowMs: number): void {
    const next = afterStep(this.#countsOf(step), step, nowMs);
    if (step.does === 'release') {
      const ttl = this.#counts.getRemainingTTL(step.id);
      if (next.size > 0 && ttl > 0) this.#counts.set(step.id, next, { ttl });
      else this.#counts.delete(step.id);
      return;
    }
    const { keptForMs } = step;
    const holdMs = step.does === 'hold' ? step.holdMs : 0;
    this.#counts.set(step.id, stillCounting(next, keptForMs, nowMs), { ttl: Math.max(1, keptForMs, holdMs) });
  }

  #snapshot(keys: readonly RecordKey[]): Snapshot {
    return { nowMs: this.nowMs(), records: keys.map((key) => this.#records.get(nameOf(key))) };
  }
}
