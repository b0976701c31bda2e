import type { Unsubscribe } from '../listeners.js';

/** How long what is known of a contact is kept, from its last change on. */
export const timelineKeptForMs = 2 * 86_400_000;
/** What the field of a fact that is an event begins with; in scripts/timelines.lua, too. */
export const eventPrefix = 'event/';
/** Of one contact's facts that are events as many stay: those whose fields are the greatest. */
export const maxEventFacts = 64;

/** One thing that somebody told of a contact, nothing of it personal. */
export interface ContactFact {
  /** ASCII. */
  readonly field: string;
  readonly value: string;
  /** A whole number of milliseconds since the epoch, on the clock of whoever told it. */
  readonly saidAtMs: number;
}

/** What is known of one contact: by its field, the fact that was said last. */
export interface KnownContact {
  readonly facts: ReadonlyMap<string, ContactFact>;
  /** Goes up with every change of a value, and starts again where shared state forgot. */
  readonly version: number;
}

/**
 * What is known of contacts, joined: of two facts of one field the one said later stays, of two said at the same moment the one whose
 * value has the greater UTF-8 bytes. So order, repetition and the number of replicas make no difference. A contact is named
 * by its instance's id, a slash and its own; it is kept `timelineKeptForMs` from its last change.
 */
export interface Timelines {
  /**
   * Joins `facts` to what is known. Whether that changed a value, which all replicas are then told. More than `maxFactsPerRecord`
   * facts, or one that no back end could keep, are a bug of the caller's: a RangeError, and nothing is recorded. How many fields
   * there are is bounded here only for events; the caller's others are of a fixed set.
   */
  record(
    contact: string,
    facts: readonly ContactFact[],
  ): Promise<{ readonly changed: boolean; readonly version: number }>;
  /** In the order of the names; undefined where nothing is known. */
  find(contacts: readonly string[]): Promise<(KnownContact | undefined)[]>;
  /** Tells of each change on whatever replica its version; undefined where news may have been missed. Look after subscribing. */
  changed(contact: string, listener: (version: number | undefined) => void): Unsubscribe;
  /** True for one replica alone in `holdMs`: it is the one to ask Connect for the contact. */
  claimReconciling(contact: string, holdMs: number): Promise<boolean>;
  /** Tells all replicas, this one too, that what Connect told of the contact is out of date, where no fact says so: its name was changed, say. */
  outdate(contact: string): Promise<void>;
  /** Tells of each contact outdated on whatever replica its name; undefined where that may have been missed. */
  outdated(listener: (contact: string | undefined) => void): Unsubscribe;
}
