import type { KeyedHash } from '../keyed-hash.js';

interface EntryBase {
  /** A UUID that the writer makes once: of several rows with one id the first is kept, so that a commit whose answer was lost can be repeated. */
  readonly id: string;
  /** The record of the call that the decision is about. */
  readonly call: KeyedHash;
  readonly tenant: string;
  /** JSON without personal data: what each check found, and the candidate zones with their local times. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Who asked for the call. Personal: kept apart from the rest, so that it can be erased. */
  readonly subject?: string | undefined;
  /** Stands for the destination. Personal: kept apart from the rest, so that it can be erased. */
  readonly numberHash?: KeyedHash | undefined;
}

/** A call may, or may not, be admitted or dialed, and by which data that was decided. */
export interface Verdict extends EntryBase {
  readonly phase: 'ADMIT' | 'MAY_DIAL';
  readonly isAllowed: boolean;
  /** Of refusals; empty where the call is allowed. */
  readonly reasons: readonly string[];
  readonly policyVersion: string;
  readonly policyHash: string;
  readonly timeZoneVersion: string;
  readonly numbersVersion: string;
  /** The two letters of the country, where it is known. */
  readonly region?: string | undefined;
  readonly lineType?: string | undefined;
}

/** What became of a call that might be dialed. */
export interface DecisionOutcome extends EntryBase {
  readonly phase: 'OUTCOME';
  /** The id of the verdict that it follows. */
  readonly of: string;
  readonly outcome: 'PLACED' | 'NOT_PLACED' | 'UNKNOWN';
  /** Of a call that was placed. */
  readonly contactId?: string | undefined;
}

/** One row of the record of decisions as its writer knows it; rows are appended, and no later one changes an earlier one. */
export type DecisionEntry = (Verdict | DecisionOutcome) & {
  /** How long the row is kept from its commit on. */
  readonly keptForMs: number;
};

/** A row as it is kept. */
export type DecisionRow = (Verdict | DecisionOutcome) & {
  /** When it was committed, in milliseconds since the epoch, on the clock of the store: a writer cannot choose it. */
  readonly atMs: number;
};
