import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { seed } from '../../src/simulator/seed.js';
import { startStandIn, type StandIn } from '../support/stand-in.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { act, changes } from './acting-fixture.js';

const id = '00000000-0000-4000-8000-000000000002';
const firstId = '00000000-0000-4000-8000-000000000001';

/** A Connect whose one contact came of a transfer, as no simulated one does; it takes every change. */
let connect: StandIn;
let asked: (readonly [request: string, body: unknown])[] = [];
/** The first contact keeps them. */
let attributes: Readonly<Record<string, string>> = {};
let gateway: RunningGateway;
beforeAll(async () => {
  connect = await startStandIn((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '' } = request;
      const input = body === '' ? undefined : (JSON.parse(body) as { readonly Attributes?: typeof attributes });
      asked.push([`${method} ${url}`, input]);
      attributes = { ...attributes, ...input?.Attributes };
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-amzn-requestid', String(asked.length));
      const isFirst = url.endsWith(firstId);
      const contact = {
        Id: isFirst ? firstId : id,
        InitialContactId: firstId,
        InitiationMethod: isFirst ? 'API' : 'TRANSFER',
        Channel: 'VOICE',
        ...(isFirst ? { Attributes: attributes } : {}),
      };
      response.end(JSON.stringify(method === 'GET' ? { Contact: contact } : {}));
    });
  });
  gateway = await startTestGateway({ connect: { endpoint: connect.url } });
});
afterAll(async () => {
  await gateway.stop();
  await connect.stop();
});
beforeEach(() => {
  gateway.clock.advance(61_000);
  asked = [];
});

const contact = { InstanceId: seed.instanceId, ContactId: id };
const chain = { ...contact, InitialContactId: firstId };

test.each<[string, string, unknown]>([
  ['stopContact', 'POST /contact/stop', contact],
  [
    'updateContactAttributes',
    'POST /contact/attributes',
    {
      InstanceId: seed.instanceId,
      InitialContactId: firstId,
      Attributes: { c4n4ryKey: 'c4n4ry +12065550177' },
    },
  ],
  [
    'updateContact',
    `POST /contacts/${seed.instanceId}/${id}`,
    {
      Name: 'c4n4ry',
      Description: 'c4n4ry',
      References: { c4n4ry: { Type: 'EMAIL', Value: 'c4n4ry@example.com' } },
    },
  ],
  ['tagContact', 'POST /contact/tags', { ...contact, Tags: { c4n4ry: 'c4n4ry' } }],
  ['untagContact', `DELETE /contact/tags/${seed.instanceId}/${id}?TagKeys=c4n4ry`, undefined],
  [
    'startContactRecording',
    'POST /contact/start-recording',
    { ...chain, VoiceRecordingConfiguration: { IvrRecordingTrack: 'ALL' } },
  ],
  ['stopContactRecording', 'POST /contact/stop-recording', { ...chain, ContactRecordingType: 'AGENT' }],
  ['suspendContactRecording', 'POST /contact/suspend-recording', chain],
  ['resumeContactRecording', 'POST /contact/resume-recording', chain],
])(
  '%s of a contact that was transferred says what Connect needs, and nothing more',
  async (mutation, request, body) => {
    const change = changes.find((one) => one.mutation === mutation)!;
    const { data, errors } = await act(gateway, change, { contactId: id });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ [mutation]: { id, instanceId: seed.instanceId } });
    const written = asked.filter(([line]) => !line.startsWith('GET '));
    expect(written).toEqual([[request, body]]);
  },
);

test('attributes that were read of the first contact are out of date once they are changed by way of a later one', async () => {
  attributes = { c4n4ryKey: 'as it was' };
  const query = 'query ($id: ID!) { contact(id: $id) { attributes { value } } }';
  const before = await gateway.ask(query, { id: firstId });
  expect(before.data).toEqual({ contact: { attributes: [{ value: 'as it was' }] } });
  const change = changes.find(({ mutation }) => mutation === 'updateContactAttributes')!;
  const selection = 'initialContact { attributes { value } }';
  const { data } = await act(gateway, change, { contactId: id }, { selection });
  const changed = { attributes: [{ value: 'c4n4ry +12065550177' }] };
  expect(data).toEqual({ updateContactAttributes: { initialContact: changed } });
  const after = await gateway.ask(query, { id: firstId });
  expect(after.data).toEqual({ contact: changed });
});
