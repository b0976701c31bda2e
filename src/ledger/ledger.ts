import type { KeyedHash } from '../keyed-hash.js';
import type { Unsubscribe } from '../listeners.js';
import type { StoreHealth } from '../store-health.js';
import type { Counted, CountStep } from './call-count.js';
import type { DecisionEntry, DecisionRow } from './decision-entry.js';

/** How long the record of a call is kept from its last change on: a day longer than Connect remembers a ClientToken. */
export const keptForMs = 8 * 86_400_000;

/** How long a record is kept that must not expire. */
export const keptForeverMs = 100 * 365 * 86_400_000;

/** The format of the records that this version writes; a record of another format is neither read nor overwritten. */
export const recordFormat = 2;

/**
 * How far the time that a transition was computed with may be behind the store's clock. A slow store must make what it was asked in time, or it would have ever more to do; what comes
 * later than anybody waits for its answer, and perhaps asked again, must not be made.
 */
export const mostBehindMs = 2_000;
/** How far it may be ahead: by more, it would end another's lease too soon. */
export const mostAheadMs = 250;

/**
 * Names a record. Of a call, a number and an entry of a do-not-call list the id is a keyed hash, of a placement the contact id: nothing personal can be read in it.
 * Of the pauses there is one record.
 */
export type RecordKey =
  | { readonly kind: 'call' | 'window' | 'doNotCall'; readonly id: KeyedHash }
  | { readonly kind: 'placement'; readonly id: string }
  | { readonly kind: 'pauses'; readonly id: 'all' };

/** A record as it is stored. */
export interface Stored {
  /** The writer makes it, once: whoever changes the record must name it. */
  readonly version: string;
  /** On the clock of the store; never goes back. */
  readonly changedAtMs: number;
  readonly value: unknown;
}

/** What a transition makes of one record. */
export interface Write {
  readonly key: RecordKey;
  /** The version that the transition was computed from; undefined where no record was there. */
  readonly version: string | undefined;
  /** What the record becomes, null where it goes; left out, it stays, and only its version is checked. */
  readonly next?: Stored | null;
  /** How long `next` is kept. */
  readonly keptForMs?: number;
}

/** What is done with a commit besides the change of records. */
export interface CommitExtras {
  /** No two steps have one id. */
  readonly counts?: readonly CountStep[] | undefined;
  /** Rows that are appended in this order. They have no version and collide with nothing; one whose id has a row already is left out. */
  readonly decisions?: readonly DecisionEntry[] | undefined;
}

/** The records in the order in which they were asked for, and the time of the store. */
export interface Snapshot {
  readonly nowMs: number;
  readonly records: readonly (Stored | undefined)[];
}

/** What is there where a commit was not made. */
export interface Fresh extends Snapshot {
  /** Of each step that counts calls, in their order: how each of its limits stands. Left out where there is no step. */
  readonly counted?: readonly (readonly Counted[])[];
}

/**
 * All or, where a version differs, a limit of calls is reached or the time is too far from the store's, nothing; then the transition is to be computed again
 * from `fresh`.
 */
export type Committed = { readonly done: true } | { readonly done: false; readonly fresh: Fresh };

/**
 * What must survive: the calls, the duplicate-call windows, the placements, the decisions, the pauses and the do-not-call lists of all replicas. The rules are pure transitions in this folder; a store only
 * keeps records, compares their versions and tells the time. Every method throws StoreUnavailable where the store does not answer; a commit may have
 * been made all the same.
 */
export interface LedgerStore {
  readonly health: StoreHealth;
  /** Whether its clock is another than that of this process. */
  readonly hasOwnClock: boolean;
  /** The store's clock as far as it is known here, never ahead of it by more than its drift; milliseconds since the epoch. */
  nowMs(): number;
  read(keys: readonly RecordKey[]): Promise<Snapshot>;
  /**
   * Makes all `writes` at once, with the `extras`, where every version is as it says, no limit is reached and `nowMs` is near enough to the store's clock, and publishes `notifiedIds` to
   * all replicas. A store that cannot change several records at once (a Redis Cluster) makes them one after another, in their order, and throws Error where there are extras.
   */
  commit(
    writes: readonly Write[],
    nowMs: number,
    notifiedIds: readonly string[],
    extras?: CommitExtras,
  ): Promise<Committed>;
  /** The decisions about one call that are still kept, in the order in which they were appended. */
  decisions(call: KeyedHash): Promise<readonly DecisionRow[]>;
  /** Notifies of changes of `id` on whatever replica, and whenever a notification may have been missed. Read again after subscribing. */
  changed(id: string, listener: () => void): Unsubscribe;
}
