import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeQueueCommand,
  ListContactReferencesCommand,
  ListInstancesCommand,
  StartOutboundVoiceContactCommand,
  UntagContactCommand,
} from '@aws-sdk/client-connect';
import type { ConnectClientConfig } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { callTo, clientOf, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;
const goodKey = { accessKeyId: 'AKIDGOOD', secretAccessKey: 'good/secret+1' };

let simulator: SimulatorUnderTest;
beforeAll(async () => {
  simulator = await simulatorUnderTest({ credentials: new Map([[goodKey.accessKeyId, goodKey.secretAccessKey]]) });
});
afterAll(() => simulator.stop());

function signedBy(config: ConnectClientConfig) {
  return clientOf(simulator.url, { credentials: goodKey, ...config });
}

describe('with credentials configured, a signature', () => {
  test('of the SDK is good for a body.', async () => {
    const { ContactId } = await signedBy({}).send(
      new StartOutboundVoiceContactCommand(callTo('+12065550100', { Name: 'Zoë * (1)' })),
    );
    expect(ContactId).toEqual(expect.any(String));
  });

  test('with a session token is good.', async () => {
    const client = signedBy({ credentials: { ...goodKey, sessionToken: 'a+b/c==' } });
    await expect(client.send(new ListInstancesCommand({}))).resolves.toBeDefined();
  });

  // Past the signature the id is not found, which is what says that the signature was good.
  test.each(['arn:aws:connect:us-west-2:1:instance/x', 'a b', '100%', 'ü', "it's (1)*", '$SAVED:~'])(
    'is good for the path label %s.',
    async (QueueId) => {
      const refusal = await refusalOf(signedBy({}).send(new DescribeQueueCommand({ InstanceId, QueueId })));
      expect(refusal).toMatchObject({ name: 'ResourceNotFoundException', message: 'The queue was not found.' });
    },
  );

  test('is good for repeated, encoded and unordered query parameters.', async () => {
    const untag = new UntagContactCommand({ InstanceId, ContactId: 'c', TagKeys: ['z:/1', 'a+b', 'a=b', 'A'] });
    await expect(refusalOf(signedBy({}).send(untag))).resolves.toMatchObject({ name: 'ResourceNotFoundException' });
    const list = new ListContactReferencesCommand({ InstanceId, ContactId: 'c', ReferenceTypes: ['URL', 'DATE'] });
    await expect(refusalOf(signedBy({}).send(list))).resolves.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each<readonly [string, ConnectClientConfig, string]>([
    ['with another secret', { credentials: { ...goodKey, secretAccessKey: 'bad' } }, 'InvalidSignatureException'],
    ['of an unknown key', { credentials: { ...goodKey, accessKeyId: 'AKIDBAD' } }, 'UnrecognizedClientException'],
    ['for another Region', { region: 'eu-west-2' }, 'InvalidSignatureException'],
    ['of an hour ago', { systemClockOffset: -3_600_000 }, 'InvalidSignatureException'],
    ['of the next hour', { systemClockOffset: 3_600_000 }, 'InvalidSignatureException'],
  ])('%s is refused.', async (_what, config, name) => {
    const refusal = refusalOf(signedBy(config).send(new ListInstancesCommand({})));
    await expect(refusal).resolves.toMatchObject({ name, status: 403 });
  });

  test.each([
    ['that does not cover the host', 0, 'x-amz-date', /host and x-amz-date must be signed/],
    ['that does not cover the date', 0, 'host', /host and x-amz-date must be signed/],
    ['whose key is of another day', 48, 'host;x-amz-date', /Signature expired/],
    ['that is made up', 0, 'host;x-amz-date', /does not match/],
  ])('%s is refused.', async (_what, keyAgeHours, signedHeaders, message) => {
    // Midnight may come between two looks at the clock.
    const nowMs = Date.now();
    const amzDate = (atMs: number): string => new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const keyDay = amzDate(nowMs - keyAgeHours * 3_600_000).slice(0, 8);
    const scope = `${goodKey.accessKeyId}/${keyDay}/${seed.region}/connect/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${'0'.repeat(64)}`;
    const headers = { authorization, 'x-amz-date': amzDate(nowMs) };
    const response = await fetch(`${simulator.url}/instance`, { headers });
    expect(response.headers.get('x-amzn-errortype')).toBe('InvalidSignatureException');
    expect(await response.json()).toEqual({ Message: expect.stringMatching(message) });
  });

  test('of one body is no good for another.', async () => {
    const client = signedBy({});
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: Uint8Array };
        const text = new TextDecoder().decode(request.body).replace('+12065550100', '+12065550199');
        request.body = Buffer.from(text);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const before = simulator.calls().length;
    const sent = client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100')));
    await expect(refusalOf(sent)).resolves.toMatchObject({ name: 'InvalidSignatureException' });
    expect(simulator.calls()).toHaveLength(before);
  });
});

describe('without credentials configured', () => {
  let open: SimulatorUnderTest;
  beforeAll(async () => {
    open = await simulatorUnderTest();
  });
  afterAll(() => open.stop());

  test('any key will do.', async () => {
    await expect(open.client.send(new ListInstancesCommand({}))).resolves.toBeDefined();
  });

  const scope = 'Credential=k/20261121/us-west-2/connect/aws4_request';
  const rest = `SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  test.each([
    ['no header', undefined, 'MissingAuthenticationTokenException'],
    ['a bearer token', 'Bearer x', 'IncompleteSignatureException'],
    ['half a header', `AWS4-HMAC-SHA256 ${scope}`, 'IncompleteSignatureException'],
    ['another algorithm', `AWS4-ECDSA-P256-SHA256 ${scope}, ${rest}`, 'IncompleteSignatureException'],
    [
      'a short signature',
      `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=00`,
      'IncompleteSignatureException',
    ],
    ['another service', `AWS4-HMAC-SHA256 ${scope.replace('connect', 's3')}, ${rest}`, 'InvalidSignatureException'],
  ])('%s is still refused.', async (_what, authorization, type) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${open.url}/instance`, { headers });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([403, type]);
  });
});
