import { createHash } from 'node:crypto';
import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';

/** What makes one intended call: the caller's key counts within a tenant and an instance. */
export interface CallIntent {
  readonly tenant: string;
  readonly instanceId: string;
  readonly clientToken: string;
  readonly destinationPhoneNumber: string;
}

/**
 * The ClientToken that Connect is sent: always the same for the same intent, on every attempt, replica and day, and another
 * one for another tenant's equal key.
 */
export function connectTokenFor({ tenant, instanceId, clientToken, destinationPhoneNumber }: CallIntent): string {
  return digest(['outdial-1', tenant, instanceId, clientToken, destinationPhoneNumber]);
}

/** Equal for two requests that ask Connect for the same call. The request is in canonical order already; its token does not count. */
export function fingerprintOf(request: StartOutboundVoiceContactCommandInput): string {
  return digest({ ...request, ClientToken: undefined });
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
