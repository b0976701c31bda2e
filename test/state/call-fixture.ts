import type { CallClaim, Lease, PlacedCall } from '../../src/state/state.js';

export const question = { fingerprint: 'fingerprint', resendWindowMs: 60_000 };

export const placement = { instanceId: 'instance', contactFlowId: 'flow', placedAtMs: 1_795_262_400_000 };

export function claimOf(owner: string, more: Partial<CallClaim> = {}): CallClaim {
  return { ...question, connectToken: 'connect-token', owner, leaseMs: 5_000, ...more };
}

export function leaseOf(owner: string, epoch = 1): Lease {
  return { owner, epoch, leaseMs: 5_000 };
}

export function placedAs(contactId: string): PlacedCall {
  return { fingerprint: 'fingerprint', connectToken: 'connect-token', contactId, ...placement };
}
