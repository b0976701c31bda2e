import { describe, expect, test } from '@jest/globals';
import { ConnectClient, DescribeContactCommand, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { createConnectClients } from '../../src/connect/client.js';
import { Sha256 } from '../../src/connect/signing.js';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a secret', sessionToken: 'a token of a session' };

function clientsWith(options: object = {}) {
  return createConnectClients({
    region: 'eu-central-1',
    connectionTimeoutMs: 1_000,
    requestTimeoutMs: 1_000,
    credentials,
    ...options,
  });
}

/** The requests that the client would have sent. */
async function sentBy(
  client: ConnectClient,
  send: (client: ConnectClient) => Promise<unknown>,
): Promise<HttpRequest[]> {
  const requests: HttpRequest[] = [];
  client.config.requestHandler.handle = (request: unknown) => {
    requests.push(request as HttpRequest);
    const body = Buffer.from('{}');
    return Promise.resolve({
      response: new HttpResponse({ statusCode: 200, headers: { 'content-type': 'application/json' }, body }),
    });
  };
  await send(client);
  return requests;
}

/** As the SDK computes it by itself, at the time that the request says. */
async function authorizationOf(request: HttpRequest, secretAccessKey = credentials.secretAccessKey): Promise<unknown> {
  const signer = new SignatureV4({
    credentials: { ...credentials, secretAccessKey },
    region: 'eu-central-1',
    service: 'connect',
    sha256: new ConnectClient({ region: 'eu-central-1' }).config.sha256,
  });
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== 'authorization'));
  const [, date, hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'] ?? '') ?? [];
  const day = date?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const signingDate = new Date(`${day}T${hours}:${minutes}:${seconds}Z`);
  const { method, protocol, hostname, path, query } = request;
  const body = request.body as unknown;
  const plain = new HttpRequest({ method, protocol, hostname, path, query, headers, body });
  const signed = await signer.sign(plain, { signingDate });
  return signed.headers.authorization;
}

const call = (clientToken: string) =>
  new StartOutboundVoiceContactCommand({
    InstanceId: 'instance',
    ContactFlowId: 'flow',
    DestinationPhoneNumber: '+12065550100',
    ClientToken: clientToken,
    Attributes: { name: 'Zoë ❤' },
  });

test('reads and calls carry the signature that the SDK would have made, also for ids that need escaping, however many share a signer', async () => {
  const { reads, writes } = clientsWith();
  const requests = [
    ...(await sentBy(writes, async (client) => {
      for (const token of ['one', 'two', 'three']) await client.send(call(token));
    })),
    ...(await sentBy(reads, (client) =>
      client.send(new DescribeContactCommand({ InstanceId: 'in stance', ContactId: 'a/b~c' })),
    )),
  ];
  expect(requests).toHaveLength(4);
  for (const request of requests) {
    expect(request.headers['x-amz-security-token']).toBe(credentials.sessionToken);
    expect(request.headers.authorization).toBe(await authorizationOf(request));
  }
  expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBe(4);
});

test('credentials that were renewed sign the next request', async () => {
  let secretAccessKey = 'the first';
  // The SDK asks for new ones five minutes before they expire.
  const provided = () =>
    Promise.resolve({ ...credentials, secretAccessKey, expiration: new Date(Date.now() + 60_000) });
  const { writes } = clientsWith({ credentials: provided });
  const requests = await sentBy(writes, async (client) => {
    await client.send(call('one'));
    secretAccessKey = 'the second';
    await client.send(call('two'));
  });
  const right = [await authorizationOf(requests[0]!, 'the first'), await authorizationOf(requests[1]!, 'the second')];
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(right);
});

describe('the hash', () => {
  test('is SHA-256, and with a secret its HMAC, whether that is text or bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string(), fc.uint8Array(), async (bytes, text, data) => {
        const ofOurs = async (hash: Sha256) => {
          hash.update(data);
          return Buffer.from(await hash.digest()).toString('hex');
        };
        expect(await ofOurs(new Sha256())).toBe(createHash('sha256').update(data).digest('hex'));
        for (const secret of [text, bytes]) {
          const right = createHmac('sha256', secret).update(data).digest('hex');
          expect(await ofOurs(new Sha256(secret))).toBe(right);
          expect(await ofOurs(new Sha256(secret))).toBe(right);
        }
      }),
    );
  });
});
