import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import type { KeyedHash } from '../../keyed-hash.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import { alwaysUp } from '../../store-health.js';
import { isFull, type CountStep } from '../call-count.js';
import type { DecisionEntry, DecisionRow } from '../decision-entry.js';
import {
  mostAheadMs,
  mostBehindMs,
  type CommitExtras,
  type Committed,
  type LedgerStore,
  type RecordKey,
  type Snapshot,
  type Stored,
  type Write,
} from '../ledger.js';
import { nameOf } from '../ledger-view.js';
import { CallTally } from './call-tally.js';

export interface MemoryLedgerSettings {
  readonly clock: Clock;
  /** Beyond it the least recently used is forgotten; pauses and entries of do-not-call lists are kept beside them. */
  readonly maxRecords?: number;
  /** Beyond it the oldest decision is forgotten. */
  readonly maxDecisions?: number;
}

interface KeptDecision {
  readonly row: DecisionRow;
  readonly keptForMs: number;
}

/** The calls of a count, and for how long those that were dialed are kept. */
interface KeptCount {
  readonly tally: CallTally;
  readonly keptForMs: number;
}

/** A record, and until when it is kept on the clock of the store. */
interface PinnedRecord {
  readonly stored: Stored;
  readonly untilMs: number;
}

/** Calls must not crowd these out: each forbids calls for as long as somebody asked for. They are as many as operators have put there. */
const pinnedKinds: ReadonlySet<RecordKey['kind']> = new Set(['pauses', 'doNotCall']);

/** The ledger of one process: always up, forgotten with the process. */
export class MemoryLedger implements LedgerStore {
  readonly health = alwaysUp;
  readonly hasOwnClock = false;
  readonly #clock: Clock;
  /** When the monotonic clock was 0, as the machine's clock told when the ledger was made. */
  readonly #epochMs: number;
  readonly #records: LRUCache<string, Stored>;
  readonly #pinned = new Map<string, PinnedRecord>();
  readonly #counts: LRUCache<string, KeptCount>;
  /** By their ids, in the order in which they were appended. */
  readonly #decisions = new Map<string, KeptDecision>();
  readonly #maxDecisions: number;
  readonly #listeners = new Listeners();

  constructor({ clock, maxRecords = 400_000, maxDecisions = 100_000 }: MemoryLedgerSettings) {
    this.#clock = clock;
    this.#maxDecisions = maxDecisions;
    this.#epochMs = clock.now() - clock.monotonic();
    const perf = { now: () => clock.monotonic() };
    // Not by `max`, for which the cache would allocate all that it may need when the process starts.
    const size = { maxSize: maxRecords, ttl: 1, ttlResolution: 0, perf };
    this.#records = new LRUCache({ ...size, sizeCalculation: () => 1 });
    // What is larger than the cache would be forgotten at once, and then no call of it would count.
    const sizeOf = ({ tally }: KeptCount) => Math.min(maxRecords, Math.max(1, tally.size));
    this.#counts = new LRUCache({ ...size, sizeCalculation: sizeOf });
  }

  nowMs(): number {
    return this.#epochMs + this.#clock.monotonic();
  }

  read(keys: readonly RecordKey[]): Promise<Snapshot> {
    return Promise.resolve(this.#snapshot(keys));
  }

  commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    { counts = [], decisions = [] }: CommitExtras = {},
  ): Promise<Committed> {
    const fresh = this.#snapshot(writes.map(({ key }) => key));
    const behindMs = fresh.nowMs - nowMs;
    const isTimely = behindMs <= mostBehindMs && behindMs >= -mostAheadMs;
    const isAsSeen = writes.every(({ version }, index) => fresh.records[index]?.version === version);
    const counted = counts.map((step) => this.#tallyOf(step).standings(step, fresh.nowMs));
    if (!isTimely || !isAsSeen || counts.some((step, index) => isFull(step, counted[index]!))) {
      return Promise.resolve({ done: false, fresh: counts.length > 0 ? { ...fresh, counted } : fresh });
    }
    for (const step of counts) this.#count(step, fresh.nowMs);
    for (const entry of decisions) this.#append(entry);
    for (const { key, next, keptForMs = 1 } of writes) {
      if (next) this.#keep(key, next, Math.max(1, keptForMs), fresh.nowMs);
      else if (next === null) this.#of(key).delete(nameOf(key));
    }
    for (const id of notifiedIds) this.#listeners.notify(id);
    return Promise.resolve({ done: true });
  }

  decisions(call: KeyedHash): Promise<readonly DecisionRow[]> {
    const nowMs = this.#clock.now();
    const kept = [...this.#decisions.values()].filter(
      ({ row, keptForMs }) => row.call === call && row.atMs + keptForMs > nowMs,
    );
    return Promise.resolve(kept.map(({ row }) => row));
  }

  changed(id: string, listener: () => void): Unsubscribe {
    return this.#listeners.add(id, listener);
  }

  #append({ keptForMs, ...entry }: DecisionEntry): void {
    if (this.#decisions.has(entry.id)) return;
    this.#decisions.set(entry.id, { row: { ...entry, atMs: this.#clock.now() }, keptForMs });
    const [oldest] = this.#decisions.keys();
    if (oldest !== undefined && this.#decisions.size > this.#maxDecisions) this.#decisions.delete(oldest);
  }

  #tallyOf({ id }: CountStep): CallTally {
    return this.#counts.get(id)?.tally ?? new CallTally();
  }

  #count(step: CountStep, nowMs: number): void {
    const known = this.#counts.get(step.id);
    const leftMs = known ? this.#counts.getRemainingTTL(step.id) : 0;
    const keptForMs = Math.max(step.does === 'release' ? 0 : step.keptForMs, known?.keptForMs ?? 0);
    const tally = this.#tallyOf(step);
    tally.take(step, keptForMs, nowMs);
    if (step.does === 'release') {
      if (known && tally.size > 0 && leftMs > 0) this.#counts.set(step.id, { ...known }, { ttl: leftMs });
      else this.#counts.delete(step.id);
      return;
    }
    const holdMs = step.does === 'hold' ? step.holdMs : 0;
    this.#counts.set(step.id, { tally, keptForMs }, { ttl: Math.max(1, keptForMs, holdMs, leftMs) });
  }

  #snapshot(keys: readonly RecordKey[]): Snapshot {
    const nowMs = this.nowMs();
    return { nowMs, records: keys.map((key) => this.#find(key, nowMs)) };
  }

  #of({ kind }: RecordKey): Pick<Map<string, unknown>, 'delete'> {
    return pinnedKinds.has(kind) ? this.#pinned : this.#records;
  }

  #keep(key: RecordKey, stored: Stored, keptForMs: number, nowMs: number): void {
    if (pinnedKinds.has(key.kind)) this.#pinned.set(nameOf(key), { stored, untilMs: nowMs + keptForMs });
    else this.#records.set(nameOf(key), stored, { ttl: keptForMs });
  }

  #find(key: RecordKey, nowMs: number): Stored | undefined {
    if (!pinnedKinds.has(key.kind)) return this.#records.get(nameOf(key));
    const pinned = this.#pinned.get(nameOf(key));
    if (pinned && pinned.untilMs <= nowMs) this.#pinned.delete(nameOf(key));
    return pinned && pinned.untilMs > nowMs ? pinned.stored : undefined;
  }
}
