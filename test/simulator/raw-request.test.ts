import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { StartOutboundVoiceContactCommand, TagContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { sendRaw } from './raw-request.js';
import type { RawRequest } from './raw-request.js';
import { refusalOf } from './refusal-of.js';
import { callTo, clientOf, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const key = { accessKeyId: 'AKIDPAWS', secretAccessKey: 'paws-secret' };

let simulator: SimulatorUnderTest;
beforeAll(async () => {
  simulator = await simulatorUnderTest({ credentials: new Map([[key.accessKeyId, key.secretAccessKey]]) });
});
beforeEach(() => {
  simulator.reset();
});
afterAll(() => simulator.stop());

const call = JSON.stringify(callTo('+12065550100', { ClientToken: '6C1E1F0A-7A1B-4B7E-9C5D-0D2F6A1B3C4D' }));

/** A request to place a call as paws, the SDK of R, writes it. */
function pawsRequest(changes: Partial<RawRequest> = {}): RawRequest {
  return {
    method: 'PUT',
    path: '/contact/outbound-voice',
    contentType: 'application/x-amz-json-1.1',
    body: Buffer.from(call),
    ...key,
    ...changes,
  };
}

describe('a request in the form of paws', () => {
  test('places a call: the content type of another protocol, four signed headers, none of an SDK.', async () => {
    const { sent, ...answer } = await sendRaw(simulator.url, pawsRequest());
    expect(answer).toEqual({ status: 200, errorType: undefined, body: { ContactId: expect.any(String) } });
    expect(simulator.calls()).toMatchObject([{ destination: '+12065550100', clientToken: expect.any(String) }]);
    expect(Object.fromEntries(sent)).toMatchObject({
      'Content-Type': 'application/x-amz-json-1.1',
      Authorization: expect.stringContaining('SignedHeaders=content-length;content-type;host;x-amz-date, '),
    });
    expect(sent.filter(([name]) => /^(?:amz-sdk|x-amz-(?!date$))/i.test(name))).toEqual([]);
  });

  test.each<readonly [string, Partial<RawRequest>, string]>([
    ['of another secret', { secretAccessKey: 'another' }, 'InvalidSignatureException'],
    ['of an unknown key', { accessKeyId: 'AKIDOTHER' }, 'UnrecognizedClientException'],
  ])('is refused with a signature %s.', async (_what, changes, errorType) => {
    const answer = await sendRaw(simulator.url, pawsRequest(changes));
    expect(answer).toMatchObject({ status: 403, errorType });
    expect(simulator.calls()).toEqual([]);
  });
});

const half = '\ud83d';

describe('text without a form in UTF-8 is refused', () => {
  const halfEscaped = JSON.stringify(half);
  const body = (changed: string): Buffer => Buffer.from(`${call.slice(0, -1)},${changed}}`);
  const withBytes = (...bytes: number[]): Buffer => {
    const [before, after] = body('"Name":"x|"').toString().split('|') as [string, string];
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  };

  test.each<readonly [string, Buffer]>([
    ['half a pair in a string', body(`"Name":${halfEscaped}`)],
    ['the halves in the wrong order', body('"Description":"\\udc00\\ud800"')],
    ['half a pair in an enum', body(`"TrafficType":${halfEscaped}`)],
    ['half a pair in a name of a map', body(`"Attributes":{${halfEscaped}:"1"}`)],
    ['half a pair in a value of a map', body(`"Attributes":{"a":${halfEscaped}}`)],
    ['half a pair deep within', body(`"References":{"a":{"Type":"URL","Value":${halfEscaped}}}`)],
    ['half a pair where nobody looks', body(`"NoSuchMember":[${halfEscaped}]`)],
    ['a surrogate as three bytes', withBytes(0xed, 0xa0, 0x80)],
    ['a character cut short', withBytes(0xc3)],
    ['a byte of no character', withBytes(0xff)],
    ['more bytes than a character needs', withBytes(0xc0, 0xaf)],
  ])('%s.', async (_what, changed) => {
    const answer = await sendRaw(simulator.url, pawsRequest({ body: changed }));
    expect(answer).toMatchObject({ status: 400, errorType: 'SerializationException' });
    expect(simulator.calls()).toEqual([]);
  });

  test.each(['/queues/%ED%A0%80/q', '/queues/i/%FF', '/contact/references/i/c?referenceTypes=%C3'])(
    'in %s.',
    async (path) => {
      const answer = await sendRaw(simulator.url, pawsRequest({ method: 'GET', path, body: Buffer.alloc(0) }));
      expect(answer).toMatchObject({ status: 400, errorType: 'SerializationException' });
    },
  );

  test('also from the SDK, which escapes it.', async () => {
    const client = clientOf(simulator.url, { credentials: key });
    const sent = client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100', { Name: half })));
    await expect(refusalOf(sent)).resolves.toMatchObject({ name: 'SerializationException', status: 400 });
    const tag = new TagContactCommand({ InstanceId: seed.instanceId, ContactId: 'c', Tags: { a: half } });
    await expect(refusalOf(client.send(tag))).resolves.toMatchObject({ name: 'SerializationException', status: 400 });
    expect(simulator.calls()).toEqual([]);
  });

  test('while a whole pair arrives, escaped or not.', async () => {
    for (const name of ['"\\ud83d\\ude00"', '"😀"']) {
      const answer = await sendRaw(simulator.url, pawsRequest({ body: body(`"Name":${name}`) }));
      expect(answer).toMatchObject({ status: 200 });
    }
  });
});
