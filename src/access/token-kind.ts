import type { JWTPayload, JWTHeaderParameters } from 'jose';

/** RFC 9068 wants `at+jwt`; most providers write `JWT`, or nothing. Every other kind of JWT with a type of its own, such as `logout+jwt`, has another one. */
const accessTypes: readonly unknown[] = [undefined, 'jwt', 'at+jwt'];
/** In `token_use`, which Cognito writes into its ID tokens too. */
const accessUses: readonly unknown[] = ['access', 'access_token'];
/** In the claim `typ` of Keycloak's access tokens. */
const bearerTypes: readonly unknown[] = ['bearer', 'dpop'];
/** In the claims `typ` and `token_type`, which have no registered meaning: whatever else stands there may be an access token. */
const otherTypes: readonly unknown[] = [
  'id',
  'id_token',
  'serialized-id',
  'refresh',
  'refresh_token',
  'offline',
  'logout',
  'logout_token',
];
/** OpenID Connect defines them for ID tokens alone: hashes of what was issued beside the token. */
const idTokenHashes = ['at_hash', 'c_hash', 's_hash'];

/**
 * Throws where header or claims show that the token is none for access, though its issuer signed it: an ID token, a refresh token, a logout
 * token. The page on identity providers says which are told apart.
 */
export function refuseOtherTokens(header: JWTHeaderParameters, claims: JWTPayload): void {
  const has = (name: string) => Object.hasOwn(claims, name);
  const headerType = mediaType(header.typ);
  if (!accessTypes.includes(headerType)) throw new Error('The header typ is not that of an access token.');
  if (has('token_use') && !accessUses.includes(lowerCase(claims.token_use))) throw noAccessToken('token_use');
  for (const name of ['typ', 'token_type']) {
    if (has(name) && otherTypes.includes(lowerCase(claims[name]))) throw noAccessToken(name);
  }
  // A security event, RFC 8417, of which a logout token is one.
  if (has('events') && isObject(claims.events)) throw noAccessToken('events');

  const saysAccess = headerType === 'at+jwt' || has('token_use') || bearerTypes.includes(lowerCase(claims.typ));
  if (saysAccess) return;
  const hash = idTokenHashes.find(has);
  if (hash !== undefined) throw noAccessToken(hash);
  // Some providers repeat the nonce in access tokens, which unlike ID tokens have scopes.
  if (has('nonce') && !has('scope') && !has('scp')) throw noAccessToken('nonce');
}

function noAccessToken(claim: string): Error {
  return new Error(`The claim ${claim} is not that of an access token.`);
}

/** RFC 7515 lets `application/` be left out. */
function mediaType(type: unknown): unknown {
  return typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : type;
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
