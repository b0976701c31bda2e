import type { Committed, RecordKey, Stored, Write } from '../../src/ledger/ledger.js';
import { nameOf } from '../../src/ledger/ledger-view.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';

type Records = ReadonlyMap<string, Stored | undefined>;

const mostLost = 6;

/** A ledger that a failover may set back by its last few commits. */
export class FailoverLedger extends MemoryLedger {
  readonly #keys = new Map<string, RecordKey>();
  /** The records as they were before each of the last commits. */
  #past: Records[] = [];

  override async commit(writes: readonly Write[], nowMs: number, notifiedIds: readonly string[]): Promise<Committed> {
    const before = await this.#records();
    const committed = await super.commit(writes, nowMs, notifiedIds);
    if (committed.done) {
      for (const { key } of writes) this.#keys.set(nameOf(key), key);
      this.#past = [...this.#past, before].slice(-mostLost);
    }
    return committed;
  }

  /** Loses the last commits: one at least, and as many as `pick` says of those that can be lost. */
  async failover(pick: number): Promise<void> {
    const then = this.#past[pick % this.#past.length];
    if (!then) return;
    this.#past = [];
    const now = await this.#records();
    const writes = [...this.#keys].map(([name, key]) => ({
      key,
      version: now.get(name)?.version,
      next: then.get(name) ?? null,
      keptForMs: 86_400_000,
    }));
    await super.commit(writes, this.nowMs(), []);
  }

  async #records(): Promise<Records> {
    const { records } = await this.read([...this.#keys.values()]);
    return new Map([...this.#keys.keys()].map((name, index) => [name, records[index]]));
  }
}
