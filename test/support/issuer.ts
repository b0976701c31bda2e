import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startStandIn } from './stand-in.js';

export interface TokenClaims {
  readonly scopes: readonly string[];
  readonly tenant?: string;
  readonly subject?: string;
}

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: URL;
  /** A token that is good for five minutes of `nowMs`. */
  token(claims: TokenClaims, nowMs?: number): Promise<string>;
  stop(): Promise<void>;
}

/** Where its tokens have scopes and audience: as the gateway looks for them unless it is told otherwise. */
export const plainClaims = { otherAudienceClaims: [], scopeClaims: ['scope', 'scp'] } as const;

/** An identity provider: one ES256 key, its key set served over HTTP on a free port. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] });
  const keys = await startStandIn((_request, response) => {
    response.setHeader('content-type', 'application/json').end(keySet);
  });
  const issuer = 'https://issuer.test';
  const audience = 'outdial';
  return {
    issuer,
    audience,
    jwksUrl: new URL('/jwks.json', keys.url),
    token: ({ scopes, tenant = 'acme', subject = 'alice' }, nowMs = Date.now()) => {
      const nowSeconds = Math.floor(nowMs / 1_000);
      return new SignJWT({ scope: scopes.join(' '), tenant })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + 300)
        .sign(privateKey);
    },
    stop: () => keys.stop(),
  };
}
