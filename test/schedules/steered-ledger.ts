import { Listeners, type Unsubscribe } from '../../src/listeners.js';
import type { Committed, LedgerStore, RecordKey, Snapshot, Stored, Write } from '../../src/ledger/ledger.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { StoreUnavailable, type StoreHealth } from '../../src/store-health.js';
import { shortWayMs, type Surroundings } from './surroundings.js';
import type { Process } from './virtual-time.js';
import type { Wire } from './wire.js';

const mostLost = 6;
export const commandTimeoutMs = 500;

/** The store that all replicas share. It may lose its last commits, as by a failover, or one record, as where it runs out of memory. */
export class SharedStore {
  readonly #memory: MemoryLedger;
  /** What the last commits changed, as it was before. */
  #past: (readonly { readonly key: RecordKey; readonly before: Stored | undefined }[])[] = [];
  readonly replicas = new Set<SteeredLedger>();

  constructor(
    private readonly surroundings: Surroundings,
    private readonly hooks: { readonly committed: (writes: readonly Write[]) => void; readonly lost: () => void },
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

  async commit(writes: readonly Write[], nowMs: number, notifiedIds: readonly string[]): Promise<Committed> {
    const { choices, forgets, tell } = this.surroundings;
    const { records } = await this.#memory.read(writes.map(({ key }) => key));
    const committed = await this.#memory.commit(writes, nowMs, notifiedIds);
    if (!committed.done) return committed;
    const changed = writes.flatMap(({ key, next }, index) =>
      next === undefined ? [] : [{ key, before: records[index] }],
    );
    if (changed.length > 0) {
      this.#past = [...this.#past, changed].slice(-mostLost);
      this.hooks.committed(writes);
    }
    for (const replica of this.replicas) for (const id of notifiedIds) replica.hear(id);
    if (forgets.store > 0 && choices.rare([[true, forgets.store]])) {
      const [what, count] = choices.of([
        ['failover', 1],
        ['failover', 2],
        ['failover', mostLost],
        ['eviction', 1],
      ] as const);
      tell('the store', () =>
        what === 'failover' ? `fails over and loses its last ${count} commits` : 'evicts what was written just now',
      );
      if (what === 'failover') for (let one = 0; one < count; one += 1) await this.#undo(this.#past.pop() ?? []);
      else await this.#undo(changed.slice(0, 1).map(({ key }) => ({ key, before: undefined })));
      this.hooks.lost();
    }
    return committed;
  }

  async #undo(changed: readonly { readonly key: RecordKey; readonly before: Stored | undefined }[]): Promise<void> {
    for (const { key, before } of changed) {
      const { records } = await this.#memory.read([key]);
      const write = { key, version: records[0]?.version, next: before ?? null, keptForMs: 86_400_000 };
      await this.#memory.commit([write], this.nowMs(), []);
    }
  }
}

/** One replica's ledger: the shared store at the end of a wire. It tells the store's time as the one on Redis does. */
export class SteeredLedger implements LedgerStore {
  readonly health: StoreHealth;
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

  async commit(writes: readonly Write[], nowMs: number, notifiedIds: readonly string[]): Promise<Committed> {
    const parts = this.parts.isDivided ? writes.map((write) => [write]) : [writes];
    for (const [index, part] of parts.entries()) {
      this.parts.asked(part);
      const news = index === parts.length - 1 ? notifiedIds : [];
      const { committed } = await this.#send(async () => {
        const committed = await this.parts.store.commit(part, nowMs, news);
        return { committed, nowMs: this.parts.store.nowMs() };
      });
      if (committed.done) continue;
      return this.parts.isDivided ? { done: false, fresh: await this.read(writes.map(({ key }) => key)) } : committed;
    }
    return { done: true };
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
