import { expect, test } from '@jest/globals';
import { ConnectClient, DescribeContactCommand, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createConnectClients } from '../../src/connect/client.js';
import { mayHaveBeenCarriedOut } from '../../src/connect/errors.js';
import { RequestSigner } from '../../src/connect/signing.js';

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

test.each([{}, { accessKeyId: 'AKIDTEST' }, { secretAccessKey: 'a secret' }])(
  'with credentials that are no whole ones nothing is sent, and that is known: %j',
  async (incomplete) => {
    const { writes } = clientsWith({ credentials: () => Promise.resolve(incomplete) });
    let failure: unknown;
    const requests = await sentBy(writes, async (client) => {
      await client.send(call('one')).catch((error: unknown) => (failure = error));
    });
    expect(requests).toEqual([]);
    expect(failure).toMatchObject({ name: 'CredentialsProviderError' });
    expect(mayHaveBeenCarriedOut(failure)).toBe(false);
  },
);

test('the signature is that of the SDK for any path, query, headers and body', async () => {
  const text = fc.string({ unit: 'grapheme' });
  const escaped = text.map((part) => encodeURIComponent(part));
  // The SDK drops a parameter named `__proto__`, and no operation of Connect has one.
  const parameter = text.filter((name) => name !== '__proto__');
  const header = fc.string().map((value) => value.replace(/[^ -~\t]/g, ''));
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        path: fc.array(fc.oneof(escaped, fc.constantFrom('.', '..', ''))).map((parts) => `/${parts.join('/')}`),
        query: fc.dictionary(parameter, fc.oneof(text, fc.array(text))),
        headers: fc.dictionary(fc.stringMatching(/^x-[a-z-]{1,20}$/), header),
        body: fc.option(fc.oneof(text, fc.uint8Array()), { nil: undefined }),
        isOfSession: fc.boolean(),
        signingDate: fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }),
      }),
      async ({ isOfSession, signingDate, headers, ...rest }) => {
        const { sessionToken, ...lasting } = credentials;
        const given = isOfSession ? credentials : lasting;
        const config = new ConnectClient({ region: 'eu-central-1', credentials: given }).config;
        const request = new HttpRequest({
          ...rest,
          hostname: 'localhost',
          headers: { host: 'localhost', 'user-agent': 'a', ...headers },
        });
        const theirs = new SignatureV4({ ...config, service: 'connect' });
        const signed = await new RequestSigner(config).sign(request, { signingDate });
        expect(signed.headers).toEqual((await theirs.sign(request, { signingDate })).headers);
        // Of a further attempt.
        const again = new HttpRequest({ ...rest, hostname: 'localhost', headers: signed.headers });
        expect((await new RequestSigner(config).sign(again, { signingDate })).headers).toEqual(signed.headers);
        expect(sessionToken).toBe(credentials.sessionToken);
      },
    ),
  );
});
