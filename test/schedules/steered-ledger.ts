import type { KeyedHash } from '../../src/keyed-hash.js';
import { Listeners, type Unsubscribe } from '../../src/listeners.js';
import type { DecisionRow } from '../../src/ledger/decision-entry.js';
import type { CommitExtras, Committed, LedgerStore, RecordKey, Snapshot, Write } from '../../src/ledger/ledger.js';
import { StoreUnavailable, type StoreHealth } from '../../src/store-health.js';
import { TooFewCopies, type SharedStore } from './shared-store.js';
import { shortWayMs, type Surroundings } from './surroundings.js';
import type { Process } from './virtual-time.js';
import type { Wire } from './wire.js';

export const commandTimeoutMs = 500;

/** One replica's ledger: the shared store at the end of a wire. It tells the store's time as the one on Redis does. */
export class SteeredLedger implements LedgerStore {
  readonly health: StoreHealth;
  readonly hasOwnClock = true;
  readonly #up = new Set<() => void>();
  readonly #listeners = new Listeners();
  #listening = 0;
  #aheadMs = -Infinity;

  constructor(
    private readonly parts: {
      readonly store: SharedStore;
      readonly wire: Wire;
      readonly process: Process;
      readonly surroundings: Surroundings;
      /** As in a Cluster, records are changed one after another. */
      readonly isDivided: boolean;
      /** For the effort in whose name it happens. */
      readonly asked: (writes: readonly Write[]) => void;
    },
  ) {
    const { wire } = parts;
    this.health = {
      get isUp() {
        return !wire.isCut;
      },
      onUp: (listener) => {
        this.#up.add(listener);
        return () => {
          this.#up.delete(listener);
        };
      },
    };
    parts.store.replicas.add(this);
  }

  get listening(): number {
    return this.#listening;
  }

  nowMs(): number {
    return this.parts.process.clock.monotonic() + this.#aheadMs;
  }

  read(keys: readonly RecordKey[]): Promise<Snapshot> {
    return this.#send(async () => this.parts.store.read(keys));
  }

  async decisions(call: KeyedHash): Promise<readonly DecisionRow[]> {
    const { store } = this.parts;
    const { rows } = await this.#send(async () => ({ rows: await store.decisions(call), nowMs: store.nowMs() }));
    return rows;
  }

  async commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    extras?: CommitExtras,
  ): Promise<Committed> {
    const parts = this.parts.isDivided ? writes.map((write) => [write]) : [writes];
    for (const [index, part] of parts.entries()) {
      this.parts.asked(part);
      const news = index === parts.length - 1 ? notifiedIds : [];
      const committed = await this.#commitAtOnce(part, nowMs, news, extras);
      if (committed.done) continue;
      if (!this.parts.isDivided) return committed;
      // What is found may be answered without another commit.
      const none = writes.map(({ key, version }) => ({ key, version: `not ${version}` }));
      return await this.#commitAtOnce(none, this.nowMs(), []);
    }
    return { done: true };
  }

  async #commitAtOnce(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    extras?: CommitExtras,
  ): Promise<Committed> {
    const { committed, isCopied } = await this.#send(async () => {
      const { store } = this.parts;
      const committed = await store.commit(writes, nowMs, notifiedIds, extras);
      return { committed, isCopied: store.isCopied, nowMs: store.nowMs() };
    });
    // As WAIT, and the wait of a commit for a standby, tell: the change is made all the same.
    if (!isCopied) throw new StoreUnavailable(new TooFewCopies(committed));
    return committed;
  }

  changed(id: string, listener: () => void): Unsubscribe {
    const unsubscribe = this.#listeners.add(id, listener);
    this.#listening += 1;
    return () => {
      this.#listening -= 1;
      unsubscribe();
    };
  }

  hear(id: string): void {
    const { surroundings, process, wire } = this.parts;
    const { time, choices } = surroundings;
    if (process.isDead || wire.isCut) return;
    time.at(time.nowMs + shortWayMs(choices), process, () => {
      this.#listeners.notify(id);
    });
  }

  /** The connection stands again. */
  comeUp(): void {
    this.parts.wire.isCut = false;
    this.#listeners.notifyAll();
    for (const listener of this.#up) listener();
  }

  async #send<T extends { readonly nowMs: number }>(arrives: () => Promise<T>): Promise<T> {
    const { clock } = this.parts.process;
    const askedAtMs = clock.monotonic();
    const answer = await this.parts.wire.send({
      to: 'the ledger',
      arrives,
      timeoutMs: commandTimeoutMs,
      timedOut: () => new StoreUnavailable(),
    });
    const atLeastMs = answer.nowMs - clock.monotonic();
    const atMostMs = answer.nowMs - askedAtMs + 1;
    if (atLeastMs > this.#aheadMs || this.#aheadMs > atMostMs) this.#aheadMs = atLeastMs;
    return answer;
  }
}
