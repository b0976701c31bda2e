import { jwtVerify } from 'jose';
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

/**
 * Bearer token -> Caller, against a remote key set that is kept for ten minutes and fetched again for an unknown key at most
 * every thirty seconds, whether or not that succeeds. A refused token is UNAUTHENTICATED and its reason is only in the cause; a
 * key set that cannot be fetched is UPSTREAM_UNAVAILABLE, for that says nothing about the token.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #keySet: KeySet;
  readonly #unreadScopes: UnreadScopesLog;

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
      return await this.#verify(tokenIn(authorization));
    } catch (cause) {
      if (cause instanceof KeySetUnavailable) throw keysUnavailable(cause);
      throw new GatewayError('UNAUTHENTICATED', 'The bearer token is not accepted. Ask for a new one.', { cause });
    }
  }

  async #verify(token: string): Promise<Caller> {
    const { issuer, clock } = this.#options;
    const { payload, protectedHeader } = await jwtVerify(token, this.#keySet.keyFor, {
      algorithms,
      issuer,
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    refuseOtherTokens(protectedHeader, payload);
    const { caller, unreadScopes } = readClaims(payload, this.#options);
    if (unreadScopes) this.#unreadScopes.tell(unreadScopes, payload, this.#options);
    return caller;
  }
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
