import type { Committed, LedgerStore, RecordKey, Snapshot, Write } from '../../src/ledger/ledger.js';
import { alwaysUp, StoreUnavailable } from '../../src/store-health.js';

/** What is under way, and how it may end. */
export interface Step {
  readonly outcomes: readonly string[];
  readonly settle: (outcome: string) => void;
}

/** One replica's way to a store that others share: each commit waits in `steps` until somebody says what becomes of it. */
export class SteeredLedger implements LedgerStore {
  readonly health = alwaysUp;
  isCrashed = false;

  constructor(
    private readonly store: LedgerStore,
    private readonly steps: Step[],
    /** As in a Cluster, records are changed one after another. */
    private readonly isDivided: boolean,
  ) {}

  nowMs(): number {
    return this.store.nowMs();
  }

  read(keys: readonly RecordKey[]): Promise<Snapshot> {
    return this.store.read(keys);
  }

  async commit(writes: readonly Write[], nowMs: number, news: readonly string[]): Promise<Committed> {
    const parts = this.isDivided ? writes.map((write) => [write]) : [writes];
    for (const [index, part] of parts.entries()) {
      const committed = await this.#commit(part, nowMs, index === parts.length - 1 ? news : []);
      if (!committed.done) return { done: false, fresh: await this.store.read(writes.map(({ key }) => key)) };
    }
    return { done: true };
  }

  changed(id: string, listener: () => void): () => void {
    return this.store.changed(id, listener);
  }

  #commit(writes: readonly Write[], nowMs: number, news: readonly string[]): Promise<Committed> {
    if (this.isCrashed) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const apply = () => this.store.commit(writes, nowMs, news);
      const leave = () => this.steps.splice(this.steps.indexOf(step), 1);
      const step: Step = {
        // "late": the answer is given up, and the commit may be made after that.
        outcomes: ['done', 'done', 'done', 'done', 'lost answer', 'failed', 'late'],
        settle: (outcome) => {
          if (outcome !== 'late' || isAnswered) leave();
          if (outcome === 'done' && !isAnswered) {
            void apply().then(resolve);
            return;
          }
          if (outcome === 'done' || outcome === 'lost answer') void apply();
          isAnswered = true;
          reject(new StoreUnavailable());
        },
      };
      this.steps.push(step);
    });
  }
}
