import type { JWTPayload } from 'jose';
import type { Caller } from '../request.js';

/** By how much the clocks of whoever issues tokens and of this machine may differ: a token counts, everywhere, until so long after its `exp`. */
export const clockToleranceSeconds = 5;

/** The tenant of everybody where no claim names it. */
const defaultTenant = 'default';

/**
 * The Caller that verified claims describe. Scopes are the union of `scope` (separated by spaces) and `scp` (a list, or
 * separated by spaces), as they are written. Throws where the tenant claim is asked for and not a non-empty string, and where no
 * `exp` says when the token ends.
 */
export function callerFromClaims(claims: JWTPayload, tenantClaim: string | undefined): Caller {
  return {
    subject: [claims.sub, claims.client_id, claims.azp].find(isText) ?? 'unknown',
    tenant: tenantClaim === undefined ? defaultTenant : tenantFrom(claims, tenantClaim),
    scopes: new Set([
      ...wordsOf(claims.scope),
      ...(Array.isArray(claims.scp) ? claims.scp.filter(isText) : wordsOf(claims.scp)),
    ]),
    expiresAtMs: expiryIn(claims),
  };
}

function expiryIn({ exp }: JWTPayload): number {
  if (exp === undefined) throw new Error('The claim exp is missing.');
  // As `jose` counts, to which only whole seconds pass.
  return (Math.ceil(exp) + clockToleranceSeconds) * 1_000;
}

function tenantFrom(claims: JWTPayload, tenantClaim: string): string {
  const tenant = claims[tenantClaim];
  if (!isText(tenant)) throw new Error(`The claim ${tenantClaim} is not a non-empty string.`);
  return tenant;
}

function wordsOf(claim: unknown): string[] {
  return typeof claim === 'string' ? claim.split(' ').filter(isText) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
