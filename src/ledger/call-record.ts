import type { KeyedHash } from '../keyed-hash.js';
import { keptForMs, type RecordKey } from './ledger.js';
import type { Next, RecordSpec } from './ledger-view.js';

/** What is recorded when a call is placed because Connect never returns it. No personal data. */
export interface Placement {
  readonly instanceId: string;
  readonly contactFlowId: string;
  readonly placedAtMs: number;
}

/** What a call's record says of its contact; the rest is in the record of the contact's placement. */
export interface PlacedFacts {
  readonly contactId: string;
  readonly placedAtMs: number;
}

/** One intended call. `claimed`: nothing was sent. `sending` and `unknown`: an attempt may have been accepted, unless the owner knows better. */
export interface CallRecord {
  readonly state: 'claimed' | 'sending' | 'unknown' | 'placed';
  /** A keyed hash of the request: equal for equal calls. */
  readonly requestHash: KeyedHash;
  /** Who holds the lease; one effort, never a replica. */
  readonly owner?: string;
  readonly leaseUntilMs: number;
  readonly firstSentAtMs?: number;
  /** An attempt may have been accepted: only a contact id ends that. */
  readonly isOutcomeUnknown: boolean;
  /** Names the call where calls are counted, on each attempt; a later call under the same key, once this record is over, has another name. */
  readonly countedAs?: string;
  readonly facts?: PlacedFacts;
}

/** Who works on a call: valid while no one else took it over. */
export interface Lease {
  readonly owner: string;
  /** From each operation on, how long the lease lasts unless renewed. */
  readonly leaseMs: number;
}

export interface CallQuestion {
  readonly requestHash: KeyedHash;
  /** How long after the first attempt one with an unknown outcome may be sent again. */
  readonly resendWindowMs: number;
}

export interface CallClaim extends CallQuestion {
  /** Names this one effort: the same owner claims again at once, so that a claim whose answer was lost can be repeated. */
  readonly owner: string;
  readonly leaseMs: number;
  /**
   * Where this process itself sent an attempt under this key that may have been accepted. Brings the unknown outcome back into a record that was lost, whoever
   * holds it now, unless it is of another request by now.
   */
  readonly unknown?: UnknownAttempt | undefined;
  /** Names a call that begins with this claim where calls are counted; left out where none are. */
  readonly countedAs?: string | undefined;
}

/** An attempt that may have been accepted: what it asked for, and how long ago the first one began. */
export interface UnknownAttempt {
  readonly requestHash: KeyedHash;
  readonly forMs: number;
}

/** Another effort is, or was, placing this call. */
export type CallTaken =
  | { readonly is: 'leased'; readonly leaseLeftMs: number }
  | { readonly is: 'placed'; readonly facts: PlacedFacts }
  /** The key belongs to a call with another request. */
  | { readonly is: 'conflict' }
  /** The outcome is unknown and it is too late to ask again: nothing may be sent any more. */
  | { readonly is: 'expired' };

/**
 * `unknownForMs`: how long ago the first attempt began, where one may have been accepted. `hasLapsed`: the lease of the effort that sent it ran out, instead of
 * being ended, so that it may know the contact id and not have recorded it yet.
 */
export type CallClaimed =
  { readonly is: 'mine'; readonly unknownForMs: number | undefined; readonly hasLapsed?: true } | CallTaken;

/** `free`: a claim would start afresh. `open`: nobody works on it, and a claim would take it over with its unknown outcome. */
export type CallLook = { readonly is: 'free' } | { readonly is: 'open'; readonly unknownForMs: number } | CallTaken;

/** A placed call with the hash of its request. */
export interface PlacedCall extends PlacedFacts, Placement {
  readonly requestHash: KeyedHash;
}

export interface CallStep<Answer> extends Next<CallRecord> {
  readonly answer: Answer;
}

type Call = CallRecord | undefined;

/** The record of the call that `id` names: a keyed hash of tenant, instance and idempotency key. */
export function callSpec(id: KeyedHash): RecordSpec<CallRecord> {
  const key: RecordKey = { kind: 'call', id };
  return { key, keptForMs: () => keptForMs };
}

export function look(record: Call, { requestHash, resendWindowMs }: CallQuestion, nowMs: number): CallLook {
  if (!record) return { is: 'free' };
  const leaseLeftMs = record.leaseUntilMs - nowMs;
  // Nothing was sent: whoever comes next may even ask for another call.
  if (record.state === 'claimed' && leaseLeftMs <= 0) return { is: 'free' };
  if (record.requestHash !== requestHash) return { is: 'conflict' };
  if (record.facts) return { is: 'placed', facts: record.facts };
  if (leaseLeftMs > 0) return { is: 'leased', leaseLeftMs };
  const unknownForMs = nowMs - (record.firstSentAtMs ?? nowMs);
  return unknownForMs > resendWindowMs ? { is: 'expired' } : { is: 'open', unknownForMs };
}

/** Takes the call if it is free or open. */
export function claim(record: Call, asked: CallClaim, nowMs: number): CallStep<CallClaimed> {
  // What starts afresh was provably not placed, and goes on to count under the name that it has.
  const countedAs = record?.countedAs ?? asked.countedAs;
  const fresh: CallRecord = {
    state: 'claimed',
    requestHash: asked.requestHash,
    leaseUntilMs: 0,
    isOutcomeUnknown: false,
    ...(countedAs === undefined ? {} : { countedAs }),
  };
  let known = record;
  if (record?.owner === asked.owner) {
    // The answer to an earlier claim of this owner was lost, or its lease ran out. What it marked and left at that it did not send.
    known = record.isOutcomeUnknown ? { ...record, leaseUntilMs: 0 } : fresh;
  }
  let found = look(known, asked, nowMs);
  if (asked.unknown && found.is !== 'placed' && found.is !== 'conflict') {
    const { requestHash, forMs } = asked.unknown;
    const restored = found.is === 'free' || !known ? { ...fresh, requestHash } : known;
    if (restored.requestHash === requestHash) known = withUnknownOutcome(restored, nowMs - forMs);
    found = look(known, asked, nowMs);
  }
  if (found.is !== 'free' && found.is !== 'open') return { record: known, answer: found };
  const taken: CallRecord =
    found.is === 'free' || !known ? fresh : { ...known, state: 'unknown', isOutcomeUnknown: true };
  return {
    record: { ...taken, owner: asked.owner, leaseUntilMs: nowMs + asked.leaseMs },
    answer: {
      is: 'mine',
      unknownForMs: found.is === 'open' ? found.unknownForMs : undefined,
      ...(found.is === 'open' && taken.leaseUntilMs > 0 ? { hasLapsed: true } : {}),
    },
  };
}

/** False when the lease is no longer the owner's: someone took over, or the record is gone. */
export function renew(record: Call, lease: Lease, nowMs: number): CallStep<boolean> {
  if (!isLeased(record, lease, nowMs)) return { record, answer: false };
  return { record: { ...record, leaseUntilMs: nowMs + lease.leaseMs }, answer: true };
}

/** To be true before each attempt: from the first on, an abandoned call counts as perhaps placed. Renews the lease. */
export function markSending(record: Call, lease: Lease, nowMs: number): CallStep<boolean> {
  if (!isLeased(record, lease, nowMs)) return { record, answer: false };
  const firstSentAtMs = record.firstSentAtMs ?? nowMs;
  return {
    record: { ...record, state: 'sending', firstSentAtMs, leaseUntilMs: nowMs + lease.leaseMs },
    answer: true,
  };
}

/** An attempt may have been accepted: from here on only a contact id settles the outcome. Does not renew the lease. */
export function markUnknown(record: Call, lease: Lease, nowMs: number): CallStep<boolean> {
  return isOwned(record, lease)
    ? { record: withUnknownOutcome(record, nowMs), answer: true }
    : { record, answer: false };
}

/** Ends the lease with the outcome open; a call of which nothing was sent starts afresh. */
export function endLease(record: Call, lease: Lease): CallStep<boolean> {
  if (!isOwned(record, lease)) return { record, answer: false };
  const wasSent = record.firstSentAtMs !== undefined;
  const open = wasSent ? ({ ...record, state: 'unknown', isOutcomeUnknown: true } as const) : record;
  return { record: { ...open, leaseUntilMs: 0 }, answer: true, notifies: true };
}

/**
 * Deletes the record of a call that was provably not placed; also true where an earlier try deleted it. False, with nothing deleted, where the outcome is
 * unknown or the lease is not the owner's.
 */
export function release(record: Call, lease: Lease): CallStep<boolean> {
  if (!record) return { record, answer: true, notifies: true };
  if (!isOwned(record, lease) || record.isOutcomeUnknown) return { record, answer: false };
  return { record: undefined, answer: true, notifies: true };
}

/**
 * Accepted from anyone, with or without a lease or a record. Answers the contact id that the call has, the first one: where it is not the given one, two calls
 * were placed. Where the key is another request's by now, as it may be after a record was lost, the call has its own id and no record.
 */
export function recordPlaced(record: Call, placed: PlacedCall): CallStep<string> {
  if (record?.facts && record.requestHash !== placed.requestHash) return { record, answer: placed.contactId };
  // Where this repeats an own try, nobody may have been told of it.
  if (record?.facts)
    return { record, answer: record.facts.contactId, notifies: record.facts.contactId === placed.contactId };
  const { requestHash, contactId, placedAtMs } = placed;
  const facts = { contactId, placedAtMs };
  // The request is the placed call's: where the record was lost, another call may have claimed the key since.
  return {
    record: { state: 'placed', requestHash, leaseUntilMs: 0, isOutcomeUnknown: false, facts },
    answer: contactId,
    notifies: true,
  };
}

/** All steps that a call's record may take. */
export const callTransitions = { claim, renew, markSending, markUnknown, endLease, release, recordPlaced } as const;

export type CallTransitions = typeof callTransitions;

/** Nobody took the call over, though the lease may have run out. */
function isOwned(record: Call, { owner }: Lease): record is CallRecord {
  return record?.owner === owner;
}

function isLeased(record: Call, lease: Lease, nowMs: number): record is CallRecord {
  return isOwned(record, lease) && record.leaseUntilMs > nowMs;
}

function withUnknownOutcome(record: CallRecord, sinceMs: number): CallRecord {
  return {
    ...record,
    state: record.state === 'claimed' ? 'sending' : record.state,
    isOutcomeUnknown: true,
    firstSentAtMs: Math.min(record.firstSentAtMs ?? sinceMs, sinceMs),
  };
}
