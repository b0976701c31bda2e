import type { JWTPayload } from 'jose';
import type { Caller } from '../request.js';
import { isText, scopesIn, type ScopeSettings, type UnreadScopes } from './scope-claims.js';
import { tenantIn } from './tenant-claim.js';

/** By how much the clocks of whoever issues tokens and of this machine may differ: a token counts, everywhere, until so long after its `exp`. */
export const clockToleranceSeconds = 5;

/** The tenant of everybody where no claim names it. */
const defaultTenant = 'default';

export interface ClaimSettings extends ScopeSettings {
  /** Whom tokens must be for. */
  readonly audience: string;
  /** What says it of a token without an `aud`: the first of these that it has. */
  readonly otherAudienceClaims: readonly string[];
  /** What leads to the tenant, a name or a path; left out, everybody is of one tenant. */
  readonly tenantClaim?: string | undefined;
}

export interface ReadClaims {
  readonly caller: Caller;
  readonly unreadScopes?: UnreadScopes | undefined;
}

/**
 * The Caller that verified claims describe. Throws where the token is not for `audience`, where a tenant is asked for and none is there, and where
 * no `exp` says when the token ends.
 */
export function readClaims(claims: JWTPayload, settings: ClaimSettings): ReadClaims {
  refuseOtherAudiences(claims, settings);
  const { scopes, unread } = scopesIn(claims, settings);
  return {
    caller: {
      subject: [claims.sub, claims.client_id, claims.azp].find(isText) ?? 'unknown',
      tenant: settings.tenantClaim === undefined ? defaultTenant : tenantIn(claims, settings.tenantClaim),
      scopes,
      expiresAtMs: expiryIn(claims),
    },
    unreadScopes: unread,
  };
}

/** An `aud` always decides: no other claim makes up for a wrong one. */
function refuseOtherAudiences(claims: JWTPayload, { audience, otherAudienceClaims }: ClaimSettings): void {
  const deciding = ['aud', ...otherAudienceClaims].find((name) => Object.hasOwn(claims, name));
  if (deciding === undefined) throw new Error('No claim says whom the token is for.');
  const named = claims[deciding];
  if (named === audience || (Array.isArray(named) && named.includes(audience))) return;
  throw new Error(`The claim ${deciding} does not name AUTH_AUDIENCE.`);
}

function expiryIn({ exp }: JWTPayload): number {
  if (exp === undefined) throw new Error('The claim exp is missing.');
  // As `jose` counts, to which only whole seconds pass.
  return (Math.ceil(exp) + clockToleranceSeconds) * 1_000;
}
