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
 * What is known of contacts, as last-write-wins maps: of two facts of one field the one said later stays, of two said at the same moment the one whose
 * value has the greater UTF-8 bytes. So order, repetition and the number of replicas make no difference. A contact is named
 * by its instance's id, a slash and its own; it is kept `timelineKeptForMs` from its last change.
 */
export interface Timelines {
  /**
   * Merges `facts` into what is known; answers whether that changed a value, and then notifies all replicas. More than `maxFactsPerRecord`
   * facts, or one that no back end could keep, are a bug of the caller's: a RangeError, and nothing is recorded. How many fields
   * there are is bounded here only for events; the caller's others are of a fixed set.
   */
  record(
    contact: string,
    facts: readonly ContactFact[],
  ): Promise<{ readonly changed: boolean; readonly version: number }>;
  /** In the order of the names; undefined where nothing is known. */
  find(contacts: readonly string[]): Promise<(KnownContact | undefined)[]>;
  /** Notifies of each change on whatever replica with its version; undefined where a notification may have been missed. Read again after subscribing. */
  changed(contact: string, listener: (version: number | undefined) => void): Unsubscribe;
  /** True for one replica alone in `holdMs`: that one polls the contact. */
  claimPolling(contact: string, holdMs: number): Promise<boolean>;
  /** Notifies all replicas, this one too, that what they cached of the contact is out of date, where no fact says so: its name was changed, say. */
  invalidate(contact: string): Promise<void>;
  /** Notifies of each contact that was invalidated on whatever replica; undefined where a notification may have been missed. */
  invalidated(listener: (contact: string | undefined) => void): Unsubscribe;
}
