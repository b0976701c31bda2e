import type { Clock } from '../clock.js';
import { secureUrl } from '../secure-url.js';
import { boundedFetch } from './bounded-fetch.js';

export interface DiscoveryOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * Where the OpenID configuration of `issuer` says that its keys are, read now. Throws where it cannot be read, is of another issuer, or names a
 * key set that must not be asked. Redirects are not followed, so that nobody else answers.
 */
export async function discoverKeySet(issuer: string, { clock, timeoutMs }: DiscoveryOptions): Promise<URL> {
  const abort = new AbortController();
  const cancel = clock.after(timeoutMs, () => {
    abort.abort(new Error(`The OpenID configuration did not come within ${timeoutMs} ms.`));
  });
  try {
    return keySetIn(await fetchConfiguration(issuer, abort.signal), issuer);
  } finally {
    cancel();
  }
}

async function fetchConfiguration(issuer: string, signal: AbortSignal): Promise<unknown> {
  const response = await boundedFetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal,
    redirect: 'manual',
    headers: { accept: 'application/json' },
  });
  if (response.status === 200) return response.json();
  await response.body?.cancel();
  throw new Error(`The OpenID configuration was answered with HTTP status ${response.status}.`);
}

function keySetIn(configuration: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: text } = Object(configuration) as Record<string, unknown>;
  if (named !== issuer) throw new Error('The issuer in the OpenID configuration is not exactly AUTH_ISSUER.');
  const url = typeof text === 'string' ? secureUrl(text) : undefined;
  if (!url) throw new Error('The jwks_uri in the OpenID configuration is no https URL (http only on a loopback host).');
  return url;
}
