import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { refusal } from './errors.js';

/** The name by which a service is signed for. */
export type SigningName = 'connect' | 'sqs';

/** What of a request a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly rawUrl: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a full check needs to know. */
export interface Credentials {
  /** Secret access key by access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly region: string;
  readonly service: SigningName;
  /** The real present: clients sign with it, whatever the simulator's clock says. */
  readonly nowMs: number;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;
const maxSkewMs = 15 * 60 * 1_000;

/** Checks that a request carries a well-formed SigV4 Authorization header for a service. Throws the error AWS answers otherwise. */
export function checkAuthorization(headers: IncomingHttpHeaders, expected: SigningName): Authorization {
  if (headers.authorization === undefined) {
    throw refusal('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const match = form.exec(headers.authorization);
  if (!match) {
    throw refusal('IncompleteSignatureException', 'The Authorization header is not a complete SigV4 signature.');
  }
  const [accessKeyId, date, region, service, signedHeaders, signature] = match.slice(1) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (service !== expected) {
    throw refusal('InvalidSignatureException', `Credential should be scoped to correct service: '${expected}'.`);
  }
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/** Checks a request's signature in full: key, Region, date, body and every signed header. Throws the error AWS answers otherwise. */
export function checkSignature(request: SignedRequest, credentials: Credentials): void {
  const authorization = checkAuthorization(request.headers, credentials.service);
  const secret = credentials.secrets.get(authorization.accessKeyId);
  if (secret === undefined) {
    throw refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (authorization.region !== credentials.region) {
    throw refusal(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region: '${credentials.region}'.`,
    );
  }
  const amzDate = single(request.headers['x-amz-date']);
  if (!amzDate.startsWith(authorization.date) || Math.abs(readDate(amzDate) - credentials.nowMs) > maxSkewMs) {
    throw refusal('InvalidSignatureException', `Signature expired: ${amzDate} is too far from the present.`);
  }
  if (!authorization.signedHeaders.includes('host') || !authorization.signedHeaders.includes('x-amz-date')) {
    throw refusal('InvalidSignatureException', 'host and x-amz-date must be signed.');
  }
  const payloadHash = sha256(request.body);
  const claimedHash = request.headers['x-amz-content-sha256'];
  const expected = sign(authorization, amzDate, secret, canonicalRequest(request, authorization, payloadHash));
  const isSame = timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(authorization.signature, 'hex'));
  if (!isSame || (claimedHash !== undefined && claimedHash !== payloadHash)) {
    throw refusal(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
}

function canonicalRequest(request: SignedRequest, { signedHeaders }: Authorization, payloadHash: string): string {
  const [path, query] = split(request.rawUrl);
  return [
    request.method,
    // Segments are already encoded on the wire; every service but S3 encodes them once more for the signature.
    path.split('/').map(encode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${single(request.headers[name]).trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function split(rawUrl: string): readonly [string, string] {
  const mark = rawUrl.indexOf('?');
  return mark === -1 ? [rawUrl, ''] : [rawUrl.slice(0, mark), rawUrl.slice(mark + 1)];
}

// Sorted by encoded name, then by encoded value: a space sorts before anything that a name or value can contain.
function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)} ${encode(value)}`);
  return pairs
    .sort()
    .map((pair) => pair.replace(' ', '='))
    .join('&');
}

function sign({ date, region, service }: Authorization, amzDate: string, secret: string, canonical: string): string {
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${secret}`),
  );
  return hmac(key, ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n')).toString('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function single(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(',') : (header ?? '');
}

// 20261121T070421Z
function readDate(amzDate: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate)?.slice(1).map(Number);
  if (!parts) return NaN;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
