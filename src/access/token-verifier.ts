import { errors, jwtVerify, type JWTHeaderParameters, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import { HttpsAgent, type ProxySettings } from '../https-agent.js';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
import { clockToleranceSeconds, readClaims, type ClaimSettings } from './claims.js';
import { documentFetch } from './document-fetch.js';
import { KeySet, KeySetUnavailable } from './key-set.js';
import { discoverKeySet } from './openid-configuration.js';
import { refuseOtherTokens } from './token-kind.js';
import { UnreadScopesLog } from './unread-scopes-log.js';

export interface TokenVerifierOptions extends ClaimSettings {
  readonly issuer: string;
  /** Where the key set is; left out, the OpenID configuration of the issuer says it. */
  readonly jwksUrl?: URL | undefined;
  readonly proxy?: ProxySettings | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** How long one fetch, of the key set or of the OpenID configuration, may take. Default 5000. */
  readonly fetchTimeoutMs?: number;
}

/** Only signatures that the holder of the published keys cannot make: a public key must never work as a shared secret. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const maxHeaderLength = 8_192;
/** Of how many tokens the signature is remembered as good; each takes some hundred bytes. */
const maxVerifiedTokens = 10_000;

/** Of how many tokens the signature is remembered as bad: of a client that keeps asking with the same one. Apart, so that no token is forgotten for them. */
const maxForgedTokens = 1_000;

/** A token, and what its signature was held to. A key set that is fetched again has other objects for the same keys. */
interface CheckedToken {
  readonly header: KeyName;
  readonly key: unknown;
}

/** By what a key set looks for a key. Whatever else stands in a header is not held: anybody may write there what takes twenty times its length. */
type KeyName = Pick<JWTHeaderParameters, 'alg' | 'kid'>;

/** A token whose signature and claims were good. */
interface VerifiedToken extends CheckedToken {
  readonly caller: Caller;
}

/**
 * Bearer token -> Caller, against a remote key set that is kept for ten minutes and fetched again for an unknown key at most
 * every thirty seconds, whether or not that succeeds. A token is verified once with each set that was fetched, and its key is looked up every
 * time, so that a key which was withdrawn is good for as long as without that. A refused token is UNAUTHENTICATED and its reason is only in the cause; a
 * key set that cannot be fetched is UPSTREAM_UNAVAILABLE, for that says nothing about the token.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #keySet: KeySet;
  readonly #unreadScopes: UnreadScopesLog;
  /** By the digest of the token. */
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: maxVerifiedTokens });
  readonly #forged = new LRUCache<string, CheckedToken>({ max: maxForgedTokens });

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
    const { issuer, jwksUrl, proxy, clock, log, fetchTimeoutMs = 5_000 } = options;
    const fetchDocument = documentFetch(new HttpsAgent(proxy, fetchTimeoutMs));
    const locate = jwksUrl
      ? () => Promise.resolve(jwksUrl)
      : () => discoverKeySet(issuer, { fetchDocument, clock, timeoutMs: fetchTimeoutMs });
    this.#keySet = new KeySet({ locate, fetchDocument, clock, fetchTimeoutMs });
    this.#unreadScopes = new UnreadScopesLog(log, clock);
  }

  /** Fetches the keys now. Throws UPSTREAM_UNAVAILABLE where they cannot be had. */
  async loadKeys(): Promise<void> {
    try {
      await this.#keySet.load();
    } catch (cause) {
      throw keysUnavailable(cause);
    }
  }

  /** The caller that the Authorization header proves; undefined without one. Throws UNAUTHENTICATED or UPSTREAM_UNAVAILABLE. */
  async callerFrom(authorization: string | undefined): Promise<Caller | undefined> {
    if (authorization === undefined) return undefined;
    try {
      const token = tokenIn(authorization);
      const digest = hash('sha256', token, 'base64');
      return (await this.#knownCaller(digest)) ?? (await this.#verify(token, digest));
    } catch (cause) {
      if (cause instanceof KeySetUnavailable) throw keysUnavailable(cause);
      throw new GatewayError('UNAUTHENTICATED', 'The bearer token is not accepted. Ask for a new one.', { cause });
    }
  }

  /** The caller of a token that was verified with the key which the set has for it now, and has not ended since. */
  async #knownCaller(digest: string): Promise<Caller | undefined> {
    const verified = this.#verified.get(digest);
    if (!verified || verified.caller.expiresAtMs <= this.#options.clock.now()) return undefined;
    return (await this.#isOfSameKey(verified)) ? verified.caller : undefined;
  }

  async #isOfSameKey({ header, key }: CheckedToken): Promise<boolean> {
    return (await this.#keySet.keyFor(header, { payload: '', signature: '' })) === key;
  }

  async #verify(token: string, digest: string): Promise<Caller> {
    const { issuer, clock } = this.#options;
    const forged = this.#forged.get(digest);
    if (forged && (await this.#isOfSameKey(forged))) throw new errors.JWSSignatureVerificationFailed();
    let checked: CheckedToken | undefined;
    const keyFor: JWTVerifyGetKey = async (header, jws) => {
      const key = await this.#keySet.keyFor(header, jws);
      checked = { header: keyNameIn(header), key };
      return key;
    };
    const verifying = jwtVerify(token, keyFor, {
      algorithms,
      issuer,
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    const { payload, protectedHeader, key } = await verifying.catch((error: unknown) => {
      if (isVerdict(error) && checked) this.#forged.set(digest, checked);
      throw error;
    });
    refuseOtherTokens(protectedHeader, payload);
    const { caller, unreadScopes } = readClaims(payload, this.#options);
    // That is to be told of each request that brings the token.
    if (unreadScopes) this.#unreadScopes.tell(unreadScopes, payload, this.#options);
    else this.#verified.set(digest, { header: keyNameIn(protectedHeader), key, caller });
    return caller;
  }
}

function keyNameIn({ alg, kid }: JWTHeaderParameters): KeyName {
  return kid === undefined ? { alg } : { alg, kid };
}

/** Whether a signature was held to its key and is bad. A check that failed by itself has a cause, and says nothing about the token. */
function isVerdict(error: unknown): boolean {
  return error instanceof errors.JWSSignatureVerificationFailed && error.cause === undefined;
}

function tokenIn(authorization: string): string {
  const token =
    authorization.length > maxHeaderLength ? undefined : /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new Error('The Authorization header is not `Bearer <token>`.');
  return token;
}

function keysUnavailable(cause: unknown): GatewayError {
  const retryAfterMs = cause instanceof KeySetUnavailable ? cause.retryAfterMs : undefined;
  const message = 'Tokens cannot be verified at the moment. Ask again.';
  return new GatewayError('UPSTREAM_UNAVAILABLE', message, { cause, ...(retryAfterMs && { retryAfterMs }) });
}
