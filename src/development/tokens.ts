import { SignJWT } from 'jose';
import type { SigningKey } from './signing-key.js';

export const issuer = 'https://outdial.invalid/development';
export const audience = 'outdial-development';
export const tenantClaim = 'tenant';

export interface TokenClaims {
  readonly subject: string;
  readonly tenant: string;
  readonly scopes: readonly string[];
}

/** Long enough that a browser tab seldom outlives it. */
export const defaultTtlSeconds = 30 * 86_400;

/** A token that the development gateway accepts for `ttlSeconds` from `nowMs`. */
export function issueToken(
  key: SigningKey,
  { subject, tenant, scopes }: TokenClaims,
  nowMs: number,
  ttlSeconds = defaultTtlSeconds,
): Promise<string> {
  const nowSeconds = Math.floor(nowMs / 1_000);
  return new SignJWT({ scope: scopes.join(' '), [tenantClaim]: tenant })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ttlSeconds)
    .sign(key.privateKey);
}
