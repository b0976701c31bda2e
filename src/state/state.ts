import type { Fences } from './fences.js';
import type { KeyedHash } from './keys.js';
import type { Turns } from './turns.js';

/** What all replicas of the gateway share. Every operation is one atomic step, and throws only StateUnavailable. */
export interface SharedState {
  readonly calls: CallRecords;
  readonly fences: Fences;
  readonly placements: Placements;
  readonly timelines: Timelines;
  readonly turns: Turns;
  readonly health: StateHealth;
  /** Lets go of connections; nothing may be asked afterwards. */
  close(): Promise<void>;
}

/** Whether the shared state can be asked at all; in memory it always can. */
export interface StateHealth {
  readonly isUp: boolean;
  /** Tells each time the state comes up, the first time and after an outage, from which it may have come back empty. */
  onUp(listener: () => void): Unsubscribe;
}

export type Unsubscribe = () => void;

/** How long what happened to a call is kept, from its last change on: a day longer than Connect remembers a ClientToken. */
export const keptForMs = 8 * 86_400_000;

/** Shared state did not do what it was asked. */
export class StateUnavailable extends Error {
  override readonly name = 'StateUnavailable';

  constructor(
    /** False only where it is certain that nothing was written; a write that timed out or broke off may have been. */
    readonly maybeApplied: boolean,
    cause?: unknown,
  ) {
    super(maybeApplied ? 'shared state did not answer' : 'shared state is not there', { cause });
  }
}

/** What only the placing of a call knew, Connect tells none of it later: ids and a time, nothing of the person called. */
export interface Placement {
  readonly instanceId: string;
  readonly contactFlowId: string;
  readonly placedAtMs: number;
}

export interface PlacedFacts extends Placement {
  readonly contactId: string;
}

/** Who works on a call: valid while no one else took it over, which the epoch tells. */
export interface Lease {
  readonly owner: string;
  readonly epoch: number;
  /** From each operation on, how long the lease lasts unless renewed. */
  readonly leaseMs: number;
}

export interface CallQuestion {
  /** Equal for equal calls. */
  readonly fingerprint: KeyedHash;
  /** How long after the first attempt one with an unknown outcome may be sent again. */
  readonly resendWindowMs: number;
}

export interface CallClaim extends CallQuestion {
  /**
   * Names this one effort, never a replica: the same owner claims again at once, so that a claim whose answer was lost can
   * be repeated.
   */
  readonly owner: string;
  readonly leaseMs: number;
  /**
   * Where this process itself sent an attempt that may have been accepted: how long ago the first one began. Brings the doubt
   * back into a record that was lost, whoever holds it now.
   */
  readonly uncertainForMs?: number;
}

/** Somebody may be, or was, placing this call. */
export type CallTaken =
  | { readonly is: 'held'; readonly leaseLeftMs: number }
  | { readonly is: 'placed'; readonly facts: PlacedFacts }
  /** The key belongs to a call with another fingerprint. */
  | { readonly is: 'conflict' }
  /** The outcome is unknown and it is too late to ask again: nothing may be sent any more. */
  | { readonly is: 'lost' };

/** `uncertainForMs`: how long ago the first attempt began, where one may have been accepted. */
export type CallClaimed =
  { readonly is: 'mine'; readonly epoch: number; readonly uncertainForMs: number | undefined } | CallTaken;

/** `free`: a claim would start afresh. `open`: nobody works on it, and a claim would take it over with its doubt. */
export type CallLook = { readonly is: 'free' } | { readonly is: 'open'; readonly uncertainForMs: number } | CallTaken;

/** One record for each intended call, which lives `keptForMs` from its last change. */
export interface CallRecords {
  look(key: KeyedHash, question: CallQuestion): Promise<CallLook>;
  /** Takes the call if it is free or open. */
  claim(key: KeyedHash, claim: CallClaim): Promise<CallClaimed>;
  /** False when the lease is no longer the owner's: someone took over, or the record is gone. */
  renew(key: KeyedHash, lease: Lease): Promise<boolean>;
  /** To be true before each attempt: from the first on, an abandoned call counts as perhaps placed. Renews the lease. */
  markSending(key: KeyedHash, lease: Lease): Promise<boolean>;
  /** An attempt may have been accepted: from here on only a contact id ends the doubt. Does not renew the lease. */
  markUncertain(key: KeyedHash, lease: Lease): Promise<boolean>;
  /** Ends the lease with the outcome open; a call of which nothing was sent starts afresh. */
  letGo(key: KeyedHash, lease: Lease): Promise<boolean>;
  /** Forgets a call that was provably not placed. False, and nothing forgotten, when there is doubt or the lease is not the owner's. */
  release(key: KeyedHash, lease: Lease): Promise<boolean>;
  /**
   * Accepted from anyone, with or without a lease or a record. Answers the contact id that stays, the first one: where it is
   * not the given one, two calls were placed.
   */
  recordPlaced(key: KeyedHash, placed: PlacedCall): Promise<{ readonly contactId: string; readonly isFirst: boolean }>;
  /**
   * Tells when the call was let go, released or placed, on whatever replica, and whenever such news may have been missed.
   * Look after subscribing; a lease that merely runs out is not told.
   */
  changed(key: KeyedHash, listener: () => void): Unsubscribe;
}

/** A placed call with what identifies it. */
export interface PlacedCall extends PlacedFacts {
  readonly fingerprint: KeyedHash;
}

/** Placements by contact id, for `keptForMs`. */
export interface Placements {
  record(contactId: string, placement: Placement): Promise<void>;
  /** In the order of the ids. */
  find(contactIds: readonly string[]): Promise<(Placement | undefined)[]>;
}

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
