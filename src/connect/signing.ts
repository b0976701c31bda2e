import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { ConnectClientResolvedConfig } from '@aws-sdk/client-connect';
import { CredentialsProviderError } from '@smithy/core/config';
import { escapeUri } from '@smithy/core/protocols';

type Signer = Awaited<ReturnType<ConnectClientResolvedConfig['signer']>>;
type SignedRequest = Parameters<Signer['sign']>[0];

const algorithm = 'AWS4-HMAC-SHA256';
const service = 'connect';
/** Its name tells that nothing was sent. */
const incomplete = 'The credentials for AWS lack an access key or its secret; look at what provides them.';
/** Proxies may change it; AWS signs requests without it. */
const unsigned = 'user-agent';
/** What an earlier attempt was signed with is nothing to sign. */
const ofAnotherAttempt = ['authorization', 'x-amz-date', 'x-amz-security-token'];

/**
 * Signs requests to Amazon Connect by Signature Version 4. That of the SDK hands each of four hashes over by a promise, and makes the key of the day, which is kept, into a new
 * key object for each request: three times the CPU time. A test holds both to the same signatures.
 */
export class RequestSigner implements Signer {
  #key: { readonly of: string; readonly key: KeyObject } | undefined;

  /** The provider of `credentials` is asked for each request, and renews them. */
  constructor(private readonly config: Pick<ConnectClientResolvedConfig, 'credentials' | 'region'>) {}

  async sign(request: SignedRequest, { signingDate = new Date() } = {}): Promise<SignedRequest> {
    const { accessKeyId, secretAccessKey, sessionToken } = await this.config.credentials();
    if (!accessKeyId || !secretAccessKey) throw new CredentialsProviderError(incomplete, { tryNextLink: false });
    const region = await this.config.region();
    const time = new Date(signingDate).toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const payloadHash = hash('sha256', (request.body ?? '') as string | Uint8Array);

    const headers: Record<string, string> = { ...request.headers };
    for (const name of ofAnotherAttempt) Reflect.deleteProperty(headers, name);
    headers['x-amz-date'] = time;
    headers['x-amz-content-sha256'] = payloadHash;
    if (sessionToken) headers['x-amz-security-token'] = sessionToken;

    const names = Object.keys(headers)
      .filter((name) => name !== unsigned)
      .sort();
    const signedHeaders = names.join(';');
    const canonical = [
      request.method,
      canonicalPath(request.path),
      canonicalQuery(request.query ?? {}),
      ...names.map((name) => `${name}:${headers[name]!.trim().replace(/\s+/g, ' ')}`),
      '',
      signedHeaders,
      payloadHash,
    ].join('\n');
    const signature = createHmac('sha256', this.#keyOf(secretAccessKey, scope))
      .update(`${algorithm}\n${time}\n${scope}\n${hash('sha256', canonical)}`)
      .digest('hex');
    headers.authorization = `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return { ...request, headers };
  }

  /** That of the day, which lasts as long as the credentials and the day do. */
  #keyOf(secretAccessKey: string, scope: string): KeyObject {
    const of = `${scope}/${secretAccessKey}`;
    if (this.#key?.of === of) return this.#key.key;
    const bytes = scope
      .split('/')
      .reduce<string | Buffer>(
        (key, part) => createHmac('sha256', key).update(part).digest(),
        `AWS4${secretAccessKey}`,
      );
    const key = createSecretKey(bytes as Buffer);
    this.#key = { of, key };
    return key;
  }
}

/** Each part is escaped, though it was before: so Signature Version 4 has it for every service but S3. */
function canonicalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(escapeUri(part));
  }
  return `/${parts.join('/')}${parts.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: NonNullable<SignedRequest['query']>): string {
  return Object.entries(query)
    .map(([name, value]) => [escapeUri(name), [value ?? []].flat().map(escapeUri).sort()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${name}=${value}`))
    .join('&');
}
