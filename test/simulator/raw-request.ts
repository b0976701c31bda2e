import { createHash, createHmac } from 'node:crypto';
import { request as openRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { seed } from '../../src/simulator/seed.js';

/** A request that is signed and sent by hand, byte for byte. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they are to stand on the wire. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number | undefined;
  readonly errorType: string | string[] | undefined;
  readonly body: unknown;
  /** The headers of the request, in the order in which they were sent. */
  readonly sent: readonly (readonly [string, string])[];
}

const signedHeaders = 'content-length;content-type;host;x-amz-date';

/** Sends a request without any SDK, with SigV4 over content-length, content-type, host and x-amz-date alone. */
export async function sendRaw(url: string, raw: RawRequest): Promise<RawAnswer> {
  const { host } = new URL(url);
  const amzDate = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const length = String(raw.body.length);
  const [path = '', query = ''] = raw.path.split('?', 2);
  const canonical = [
    raw.method,
    // A percent sign of the path is encoded once more.
    path.replaceAll('%', '%25'),
    query,
    `content-length:${length}`,
    `content-type:${raw.contentType}`,
    `host:${host}`,
    `x-amz-date:${amzDate}`,
    '',
    signedHeaders,
    createHash('sha256').update(raw.body).digest('hex'),
  ].join('\n');
  const scope = `${amzDate.slice(0, 8)}/${seed.region}/connect/aws4_request`;
  const key = scope.split('/').reduce<Buffer | string>((made, part) => hmac(made, part), `AWS4${raw.secretAccessKey}`);
  const digest = createHash('sha256').update(canonical).digest('hex');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${digest}`).toString('hex');
  const sent = [
    ['Host', host],
    ['User-Agent', 'paws/0.10.0 (R4.2.2; linux-gnu; x86_64)'],
    ['Accept', 'application/json, text/xml, application/xml, */*'],
    ['Content-Type', raw.contentType],
    ['Content-Length', length],
    ['X-Amz-Date', amzDate],
    [
      'Authorization',
      `AWS4-HMAC-SHA256 Credential=${raw.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    ],
  ] as const;
  return new Promise((resolve, reject) => {
    const headers = sent.flat();
    openRequest(url + raw.path, { method: raw.method, headers }, (response) => {
      text(response).then((body) => {
        resolve({
          status: response.statusCode,
          errorType: response.headers['x-amzn-errortype'],
          body: JSON.parse(body),
          sent,
        });
      }, reject);
    })
      .on('error', reject)
      .end(raw.body);
  });
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
