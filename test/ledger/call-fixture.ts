import type { KeyedHash } from '../../src/keyed-hash.js';
import type { CallClaim, Lease, PlacedCall, UnknownAttempt } from '../../src/ledger/call-record.js';

/** Stands for a hash, where a name is easier to read. */
export function keyed(name: string): KeyedHash {
  return name as KeyedHash;
}

export const question = { requestHash: keyed('request-hash'), resendWindowMs: 60_000 };

export const placement = { instanceId: 'instance', contactFlowId: 'flow', placedAtMs: 1_795_262_400_000 };

export function claimOf(owner: string, more: Partial<CallClaim> = {}): CallClaim {
  return { ...question, owner, leaseMs: 5_000, ...more };
}

/** That an attempt at the call may have been accepted so long ago. */
export function unknownFor(forMs: number): UnknownAttempt {
  return { requestHash: question.requestHash, forMs };
}

export function leaseOf(owner: string): Lease {
  return { owner, leaseMs: 5_000 };
}

export function placedAs(contactId: string): PlacedCall {
  return { requestHash: question.requestHash, contactId, ...placement };
}
