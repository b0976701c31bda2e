import type { Clock } from '../clock.js';
import { secureUrl } from '../secure-url.js';
import type { DocumentFetch } from './document-fetch.js';

export interface DiscoveryOptions {
  readonly fetchDocument: DocumentFetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * Where the OpenID configuration of `issuer` says that its keys are, read now. Throws where it cannot be read, is of another issuer, or names a
 * key set that must not be asked. Redirects are not followed, so that nobody else answers.
 */
export async function discoverKeySet(
  issuer: string,
  { fetchDocument, clock, timeoutMs }: DiscoveryOptions,
): Promise<URL> {
  const abort = new AbortController();
  const cancel = clock.after(timeoutMs, () => {
    abort.abort(new Error(`The OpenID configuration did not come within ${timeoutMs} ms.`));
  });
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const headers = new Headers({ accept: 'application/json' });
    const response = await fetchDocument(url, { headers, signal: abort.signal });
    if (response.status !== 200) {
      throw new Error(`The OpenID configuration was answered with HTTP status ${response.status}.`);
    }
    return keySetIn(await response.json(), issuer);
  } finally {
    cancel();
  }
}

function keySetIn(configuration: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: text } = Object(configuration) as Record<string, unknown>;
  if (named !== issuer) throw new Error('The issuer in the OpenID configuration is not exactly AUTH_ISSUER.');
  const url = typeof text === 'string' ? secureUrl(text) : undefined;
  if (!url) throw new Error('The jwks_uri in the OpenID configuration is no https URL (http only on a loopback host).');
  return url;
}
