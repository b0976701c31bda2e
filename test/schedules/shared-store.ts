import type { KeyedHash } from '../../src/keyed-hash.js';
import type { DecisionRow } from '../../src/ledger/decision-entry.js';
import type { CommitExtras, Committed, RecordKey, Snapshot, Stored, Write } from '../../src/ledger/ledger.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import type { Surroundings } from './surroundings.js';

const mostLost = 6;
const stallsMs = [300, 1_500, 4_000, 12_000];

/** A record before a commit changed it. */
interface Before {
  readonly key: RecordKey;
  readonly record: Stored | undefined;
}

export interface StoreHooks {
  readonly committed: (writes: readonly Write[]) => void;
  /** Acknowledged changes are lost. */
  readonly lost: () => void;
  /** A change that nobody was told of as made is undone. */
  readonly undone: (before: Before) => void;
}

/** What is told was not copied to the replica that a failover would promote. */
export class TooFewCopies extends Error {
  override readonly name = 'TooFewCopies';

  constructor(readonly committed: Committed) {
    super('too few replicas have it');
  }
}

/**
 * The store that all replicas share. It may lose its last commits, as by a failover, or one record, as where it runs out of memory. Or it has a replica, which for a while
 * gets no copies; a failover to it loses what was not copied.
 */
export class SharedStore {
  readonly #memory: MemoryLedger;
  /** What the last commits changed. */
  #past: (readonly Before[])[] = [];
  /** How many of them, from the end, the replica has not. */
  #uncopied = 0;
  #stalledUntilMs = 0;
  readonly replicas = new Set<{ hear(id: string): void }>();

  constructor(
    private readonly surroundings: Surroundings,
    private readonly hooks: StoreHooks,
  ) {
    const { time } = surroundings;
    const clock = { now: () => time.nowMs, monotonic: () => time.nowMs, after: () => () => undefined };
    this.#memory = new MemoryLedger({ clock, maxRecords: 1_000 });
  }

  nowMs(): number {
    return this.#memory.nowMs();
  }

  read(keys: readonly RecordKey[]): Promise<Snapshot> {
    return this.#memory.read(keys);
  }

  decisions(call: KeyedHash): Promise<readonly DecisionRow[]> {
    return this.#memory.decisions(call);
  }

  /** Whether the replica has all that was committed. */
  get isCopied(): boolean {
    return this.#uncopied === 0;
  }

  /** What a failover loses are records: what was counted and decided stays. */
  async commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    extras?: CommitExtras,
  ): Promise<Committed> {
    await this.#mayFailOver();
    const { records } = await this.#memory.read(writes.map(({ key }) => key));
    const committed = await this.#memory.commit(writes, nowMs, notifiedIds, extras);
    const changed = writes.flatMap(({ key, next }, index) =>
      committed.done && next !== undefined ? [{ key, record: records[index] }] : [],
    );
    if (changed.length > 0) {
      this.#past.push(changed);
      this.#uncopied += 1;
      this.hooks.committed(writes);
    }
    this.#copy();
    if (!committed.done) return committed;
    for (const replica of this.replicas) for (const id of notifiedIds) replica.hear(id);
    await this.#mayForget(changed);
    return committed;
  }

  get #isStalled(): boolean {
    const { forgets, time } = this.surroundings;
    return forgets.copies > 0 && time.nowMs < this.#stalledUntilMs;
  }

  #copy(): void {
    const { choices, forgets, tell, time } = this.surroundings;
    if (forgets.copies > 0 && !this.#isStalled && choices.rare([[true, forgets.copies]])) {
      const forMs = choices.of(stallsMs);
      this.#stalledUntilMs = time.nowMs + forMs;
      tell('the store', () => `copies nothing to its replica for ${forMs} ms`);
    }
    if (!this.#isStalled) this.#uncopied = 0;
    this.#past = this.#past.slice(-Math.max(mostLost, this.#uncopied));
  }

  /** While it copies nothing. The promoted one has no replica for a while. */
  async #mayFailOver(): Promise<void> {
    const { choices, tell, time } = this.surroundings;
    if (!this.#isStalled || !choices.rare([[true, 100]])) return;
    const count = this.#uncopied;
    const forMs = choices.of(stallsMs);
    tell('the store', () => `fails over and loses ${count} commits that were not copied; no replica for ${forMs} ms`);
    for (; this.#uncopied > 0; this.#uncopied -= 1) {
      for (const before of this.#past.pop() ?? []) {
        await this.#undo(before);
        this.hooks.undone(before);
      }
    }
    this.#stalledUntilMs = time.nowMs + forMs;
  }

  async #mayForget(changed: readonly Before[]): Promise<void> {
    const { choices, forgets, tell } = this.surroundings;
    if (forgets.store === 0 || !choices.rare([[true, forgets.store]])) return;
    const [what, count] = choices.of([
      ['failover', 1],
      ['failover', 2],
      ['failover', mostLost],
      ['eviction', 1],
    ] as const);
    tell('the store', () =>
      what === 'failover' ? `fails over and loses its last ${count} commits` : 'evicts what was written just now',
    );
    if (what === 'failover') {
      for (let one = 0; one < count; one += 1) for (const before of this.#past.pop() ?? []) await this.#undo(before);
    } else {
      for (const { key } of changed.slice(0, 1)) await this.#undo({ key, record: undefined });
    }
    this.hooks.lost();
  }

  async #undo({ key, record }: Before): Promise<void> {
    const { records } = await this.#memory.read([key]);
    const write = { key, version: records[0]?.version, next: record ?? null, keptForMs: 86_400_000 };
    await this.#memory.commit([write], this.nowMs(), []);
  }
}
