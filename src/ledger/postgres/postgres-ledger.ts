import type { Clock } from '../../clock.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import type { PostgresConnection } from '../../postgres/postgres-connection.js';
import { StoreUnavailable, type StoreHealth } from '../../store-health.js';
import {
  recordFormat,
  staleAfterMs,
  type Committed,
  type LedgerStore,
  type RecordKey,
  type Snapshot,
  type Stored,
  type Write,
} from '../ledger.js';
import { StoreTime } from '../store-time.js';

export interface PostgresLedgerSettings {
  readonly clock: Clock;
  /** Instead of the database's own clock, for tests. */
  readonly nowMs?: (() => number) | undefined;
}

/** The functions are those of the migrations. */
const channel = 'outdial_ledger';
const read = { name: 'ledger_read', text: 'SELECT now_ms, records FROM outdial.ledger_read($1, $2)' };
const commit = {
  name: 'ledger_commit',
  text: 'SELECT done, now_ms, records FROM outdial.ledger_commit($1, $2, $3, $4, $5, $6)',
};

interface Found {
  readonly now_ms: number;
  readonly records: readonly (FoundRecord | null)[] | null;
}

interface FoundRecord extends Stored {
  readonly format: number;
}

/** The ledger of all replicas, in PostgreSQL: a row for each record. A commit is one statement, and so one transaction and one round trip. */
export class PostgresLedger implements LedgerStore {
  readonly health: StoreHealth;
  readonly #listeners = new Listeners();
  readonly #clock: Clock;
  readonly #time: StoreTime;

  constructor(
    private readonly connection: PostgresConnection,
    { clock, nowMs }: PostgresLedgerSettings,
  ) {
    this.#clock = clock;
    this.#time = new StoreTime(clock, nowMs);
    this.health = connection;
    connection.subscribe(
      channel,
      (id) => {
        this.#listeners.notify(id);
      },
      () => {
        this.#listeners.notifyAll();
      },
    );
  }

  nowMs(): number {
    return this.#time.nowMs();
  }

  async read(keys: readonly RecordKey[]): Promise<Snapshot> {
    const askedAtMs = this.#clock.monotonic();
    const rows = await this.connection.query<Found>(read, [JSON.stringify(keys.map(askedFor)), this.#givenNowMs()]);
    return this.#snapshotFrom(rows[0]!, askedAtMs);
  }

  async commit(writes: readonly Write[], nowMs: number, notifiedIds: readonly string[]): Promise<Committed> {
    const askedAtMs = this.#clock.monotonic();
    const rows = await this.connection.query<Found & { readonly done: boolean }>(commit, [
      JSON.stringify(writes),
      recordFormat,
      // Before the first answer of all this is -Infinity.
      Math.max(nowMs, 0),
      staleAfterMs,
      notifiedIds,
      this.#givenNowMs(),
    ]);
    const [answer] = rows;
    const fresh = this.#snapshotFrom(answer!, askedAtMs);
    return answer!.done ? { done: true } : { done: false, fresh };
  }

  changed(id: string, listener: () => void): Unsubscribe {
    return this.#listeners.add(id, listener);
  }

  #snapshotFrom({ now_ms, records }: Found, askedAtMs: number): Snapshot {
    const nowMs = this.#time.record(now_ms, askedAtMs);
    return { nowMs, records: (records ?? []).map(storedFrom) };
  }

  #givenNowMs(): number | null {
    return this.#time.givenMs?.() ?? null;
  }
}

/** A client may ask for any id: PostgreSQL, which holds no such text, would refuse the statement for all of them. */
function askedFor({ kind, id }: RecordKey): { readonly kind: string; readonly id: string | null } {
  return { kind, id: /[\0\p{Surrogate}]/u.test(id) ? null : id };
}

/** Throws StoreUnavailable where a later version of the gateway wrote the record: what it means is not known here. */
function storedFrom(record: FoundRecord | null): Stored | undefined {
  if (record === null) return undefined;
  const { format, version, changedAtMs, value } = record;
  if (format !== recordFormat) {
    throw new StoreUnavailable(new Error(`a record has the format ${format}; this version reads ${recordFormat}`));
  }
  return { version, changedAtMs, value };
}
