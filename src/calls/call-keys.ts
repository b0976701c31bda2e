import { hash } from 'node:crypto';
import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { keyedHash, type KeyedHash } from '../keyed-hash.js';

/** Names the record of one intended call in the ledger: the caller's key counts within a tenant and an instance. */
export function callKeyFor(
  secret: string,
  call: { readonly tenant: string; readonly instanceId: string; readonly clientToken: string },
): KeyedHash {
  return keyedHash(secret, ['call', call.tenant, call.instanceId, call.clientToken]);
}

/**
 * The ClientToken that Connect is sent: always the same for the same intent, on every attempt, replica and day, whatever the secret, and another one
 * for another tenant's equal key. It is sent, and kept nowhere: where the rest can be guessed, the number can be found from it by trying.
 */
export function connectTokenFor(call: {
  readonly tenant: string;
  readonly instanceId: string;
  readonly clientToken: string;
  readonly destinationPhoneNumber: string;
}): string {
  const parts = ['outdial-1', call.tenant, call.instanceId, call.clientToken, call.destinationPhoneNumber];
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/**
 * Names the duplicate-call window of a tenant's number: all numbers that ring one phone (`phoneKey`) have one window. Numbers are few enough to be guessed from a hash
 * without a secret.
 */
export function windowKeyFor(
  secret: string,
  { tenant, phoneKey }: { readonly tenant: string; readonly phoneKey: string },
): KeyedHash {
  return keyedHash(secret, [tenant, phoneKey]);
}

/**
 * Names the owner of an entry in the window of a number: whatever Connect takes for one call. A call of which the record was lost enters again with
 * the token that Connect knows; the same clientToken for another number that rings the same phone is another call.
 */
export function windowEntryFor(secret: string, connectToken: string): KeyedHash {
  return keyedHash(secret, ['connect', connectToken]);
}

/** What a caller says of the call to the dialing rules alone: Connect is not told. */
export type SaidToGuard = Partial<
  Readonly<Record<'purpose' | 'calleeTimeZone' | 'calleeState' | 'consentReference', string>>
>;

/**
 * Equal for two requests that ask for the same call, and keyed, as a number is part of it. The request is in canonical order already; its token does
 * not count.
 */
export function requestHashOf(
  secret: string,
  request: StartOutboundVoiceContactCommandInput,
  said: SaidToGuard,
): KeyedHash {
  return keyedHash(secret, { ...request, ClientToken: undefined, ...(Object.keys(said).length > 0 ? { said } : {}) });
}
