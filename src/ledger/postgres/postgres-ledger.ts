import pg from 'pg';
import type { Clock } from '../../clock.js';
import type { KeyedHash } from '../../keyed-hash.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import type { PostgresConnection } from '../../postgres/postgres-connection.js';
import { StoreUnavailable, type StoreHealth } from '../../store-health.js';
import type { DecisionRow } from '../decision-entry.js';
import {
  recordFormat,
  mostAheadMs,
  mostBehindMs,
  type CommitExtras,
  type Committed,
  type Fresh,
  type LedgerStore,
  type RecordKey,
  type Snapshot,
  type Stored,
  type Write,
} from '../ledger.js';
import { StoreTime } from '../store-time.js';
import { CommitBatches } from './commit-batches.js';

export interface PostgresLedgerSettings {
  readonly clock: Clock;
  /** Instead of the database's own clock, for tests. */
  readonly nowMs?: (() => number) | undefined;
}

/** The functions are those of the migrations. */
const channel = 'outdial_ledger';
const read = { name: 'ledger_read', text: 'SELECT now_ms, records FROM outdial.ledger_read($1, $2)' };
const commit = {
  name: 'ledger_commit_all',
  text: 'SELECT done, now_ms, records FROM outdial.ledger_commit_all($1, $2, $3, $4, $5)',
};
const decisionsOf = {
  name: 'ledger_decisions',
  text: `SELECT id, (extract(epoch FROM at) * 1000)::double precision AS "atMs", phase, call, tenant, is_allowed AS "isAllowed", reasons,
      policy_version AS "policyVersion", policy_hash AS "policyHash", time_zone_version AS "timeZoneVersion", numbers_version AS "numbersVersion",
      region, line_type AS "lineType", of, outcome, contact_id AS "contactId", detail, subject, number_hash AS "numberHash"
    FROM outdial.decisions
    WHERE call = $1 AND expires_at > to_timestamp(outdial.ledger_now_ms($2) / 1000)
    ORDER BY position`,
};

/** Not part of the commit: a transaction that notifies holds a lock of the whole server until it is done, and in a commit that would include the wait for a standby. */
const notify = {
  name: 'ledger_notify',
  text: "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, one) FROM unnest($2::text[]) AS one",
};

interface Found {
  readonly now_ms: number;
  readonly records: readonly (FoundRecord | null)[] | null;
}

interface Commit extends CommitExtras {
  readonly writes: readonly Write[];
  readonly computedAtMs: number;
}

/** What one commit came to: where calls are counted with it, its records stand beside how the limits do. */
interface Done extends Omit<Found, 'records'> {
  readonly done: boolean;
  readonly records: Found['records'] | { readonly records: Found['records']; readonly counted: Fresh['counted'] };
}

interface FoundRecord extends Stored {
  readonly format: number;
}

/** The ledger of all replicas, in PostgreSQL: a row for each record. A commit is part of one statement, and so of one transaction, and takes one round trip. */
export class PostgresLedger implements LedgerStore {
  readonly health: StoreHealth;
  readonly hasOwnClock = true;
  readonly #listeners = new Listeners();
  readonly #clock: Clock;
  readonly #time: StoreTime;
  readonly #commits: CommitBatches<Commit, Committed>;
  readonly #unpublished = new Set<string>();
  #isPublishing = false;

  constructor(
    private readonly connection: PostgresConnection,
    { clock, nowMs }: PostgresLedgerSettings,
  ) {
    this.#clock = clock;
    this.#time = new StoreTime(clock, nowMs);
    this.health = connection;
    this.#commits = new CommitBatches((commits) => this.#commitAll(commits), {
      clock,
      waitMs: connection.timeoutMs / 2,
    });
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

  async commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    { counts = [], decisions = [] }: CommitExtras = {},
  ): Promise<Committed> {
    const committed = await this.#commits.commit({
      writes,
      // Before the first answer of all the time is -Infinity.
      computedAtMs: Math.max(nowMs, 0),
      ...(counts.length > 0 ? { counts } : {}),
      ...(decisions.length > 0 ? { decisions } : {}),
    });
    if (!committed.done) return committed;
    for (const id of notifiedIds) this.#unpublished.add(id);
    void this.#publish();
    return committed;
  }

  async decisions(call: KeyedHash): Promise<readonly DecisionRow[]> {
    const rows = await this.connection.query<Record<string, unknown>>(decisionsOf, [call, this.#givenNowMs()]);
    return rows.map(decisionFrom);
  }

  async #commitAll(commits: readonly Commit[]): Promise<readonly (Committed | Error)[]> {
    const askedAtMs = this.#clock.monotonic();
    try {
      const rows = await this.connection.query<Done>(commit, [
        JSON.stringify(commits),
        recordFormat,
        mostBehindMs,
        mostAheadMs,
        this.#givenNowMs(),
      ]);
      return rows.map(({ done, now_ms, records: found }) => {
        try {
          const { records, ...counts } = found !== null && 'counted' in found ? found : { records: found };
          const fresh = { ...this.#snapshotFrom({ now_ms, records }, askedAtMs), ...counts };
          return done ? { done } : { done, fresh };
        } catch (error) {
          return error as Error;
        }
      });
    } catch (error) {
      if (commits.length === 1 || !(error instanceof StoreUnavailable) || !isOfOneCommit(error.cause)) throw error;
      // Nothing of it was done.
      const answers = await Promise.allSettled(commits.map((one) => this.#commitAll([one])));
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : (answer.reason as Error)));
    }
  }

  /** What cannot be published is told here alone: elsewhere whoever waits looks again after the lease, and when it may have missed something. */
  async #publish(): Promise<void> {
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    while (this.#unpublished.size > 0) {
      const ids = [...this.#unpublished];
      this.#unpublished.clear();
      try {
        await this.connection.query(notify, [channel, ids]);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        for (const id of ids) this.#listeners.notify(id);
      }
    }
    this.#isPublishing = false;
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

/** The statement was refused for what one commit holds: data (22), constraints (23), more than a row or an index takes (54), a record that somebody changed without its lock. */
function isOfOneCommit(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(?:22|23|54|40001)/.test(error.code ?? '');
}

/** A client may ask for any id: PostgreSQL, which holds no such text, would refuse the statement for all of them. */
function askedFor({ kind, id }: RecordKey): { readonly kind: string; readonly id: string | null } {
  return { kind, id: /[\0\p{Surrogate}]/u.test(id) ? null : id };
}

/** A row without the columns that it has nothing in. */
function decisionFrom(row: Readonly<Record<string, unknown>>): DecisionRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as DecisionRow;
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
