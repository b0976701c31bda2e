import { createHash } from 'node:crypto';
import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { phoneKeyOf } from '../numbers/phone-key.js';
import { keyedHash } from '../state/keys.js';

/** Names one intended call in what replicas share: the caller's key counts within a tenant and an instance. */
export function callKeyFor(call: {
  readonly tenant: string;
  readonly instanceId: string;
  readonly clientToken: string;
}): string {
  return digest([call.tenant, call.instanceId, call.clientToken]);
}

/**
 * The ClientToken that Connect is sent: always the same for the same intent, on every attempt, replica and day, and another
 * one for another tenant's equal key.
 */
export function connectTokenFor(call: {
  readonly tenant: string;
  readonly instanceId: string;
  readonly clientToken: string;
  readonly destinationPhoneNumber: string;
}): string {
  return digest(['outdial-1', call.tenant, call.instanceId, call.clientToken, call.destinationPhoneNumber]);
}

/**
 * Names the phone of a tenant's number in the fence: all numbers that ring it have one key. Numbers are few enough to be guessed from a hash
 * without a secret.
 */
export function fenceKeyFor(
  secret: string,
  { tenant, destinationPhoneNumber }: { readonly tenant: string; readonly destinationPhoneNumber: string },
): string {
  return keyedHash(secret, [tenant, phoneKeyOf(destinationPhoneNumber)]);
}

/**
 * Equal for two requests that ask Connect for the same call, and keyed like the fence, as a number is part of it. The request is in
 * canonical order already; its token does not count.
 */
export function fingerprintOf(secret: string, request: StartOutboundVoiceContactCommandInput): string {
  return keyedHash(secret, { ...request, ClientToken: undefined });
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
