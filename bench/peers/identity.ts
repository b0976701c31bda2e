import { createRemoteJWKSet, jwtVerify } from 'jose';

const { AUTH_ISSUER: issuer = '', AUTH_AUDIENCE: audience = '', AUTH_JWKS_URL: jwksUrl = '' } = process.env;
const keys = createRemoteJWKSet(new URL(jwksUrl));

/** The scopes of a bearer token, none where there is no token; throws where the token is not to be trusted. */
export async function scopesOf(authorization: string | undefined): Promise<readonly string[]> {
  if (authorization === undefined) return [];
  const { payload } = await jwtVerify(authorization.replace(/^Bearer /, ''), keys, { issuer, audience });
  return typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
}
