import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { inOtherInstance, placeCall, placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { withGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { act, untilWithAgent, unknownId } from './acting-fixture.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const conflict = { code: 'CONTACT_STATE_CONFLICT', retryable: false };
const asks = (mutation: string, rest: Record<string, unknown> = {}) => ({ mutation, rest });

async function read(id: string, selection: string): Promise<unknown> {
  const document = `query ($id: ID!) { contact(id: $id) { ${selection} } }`;
  const { data }: GraphqlAnswer = await gateway.ask(document, { id });
  return data?.contact;
}

describe('stopContact', () => {
  const selection = 'id status disconnectReason';

  test('ends a call, and what was read before is no longer told', async () => {
    const id = await placeCall(gateway);
    expect(await read(id, selection)).toMatchObject({ status: 'INITIATED' });
    const { data, errors } = await act(gateway, asks('stopContact'), { contactId: id }, { selection });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ stopContact: { id, status: 'ENDED', disconnectReason: 'OTHER' } });
    expect(await read(id, selection)).toMatchObject({ status: 'ENDED' });
  });

  test('costs one request where no more than the id is asked for', async () => {
    const id = await placeCall(gateway);
    await act(gateway, asks('stopContact'), { contactId: id });
    expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1, StopContact: 1 });
  });

  test.each(['not-found', 'accepted'] as const)(
    'of a contact that has ended answers it as it is, where Connect answers %s',
    async (stopOfEnded) => {
      await withGateway({ simulator: { stopOfEnded } }, async (other) => {
        const id = await placeCall(other);
        for (let times = 0; times < 2; times += 1) {
          const { data, errors } = await act(other, asks('stopContact'), { contactId: id }, { selection });
          expect(errors).toBeUndefined();
          expect(data).toMatchObject({ stopContact: { status: 'ENDED' } });
        }
        const hungUp = await placeCall(other, { destinationPhoneNumber: '+12065550103' });
        other.clock.advance(600_000);
        const { data } = await act(other, asks('stopContact'), { contactId: hungUp }, { selection });
        expect(data).toEqual({ stopContact: { id: hungUp, status: 'ENDED', disconnectReason: 'TELECOM_BUSY' } });
      });
    },
  );

  test('asked for twice at once ends the call once, and both are told so', async () => {
    const id = await placeCall(gateway);
    const both = await Promise.all(
      [1, 2].map(() => act(gateway, asks('stopContact'), { contactId: id }, { selection })),
    );
    for (const { data } of both) expect(data).toMatchObject({ stopContact: { id, status: 'ENDED' } });
  });
});

describe('updateContactAttributes', () => {
  const selection = 'id attributes { key value }';
  const set = (value: string) => asks('updateContactAttributes', { attributes: [{ key: 'orderId', value }] });

  test('adds and replaces attributes, and leaves the others, also once the contact has ended', async () => {
    const attributes = [
      { key: 'orderId', value: 'A-1' },
      { key: 'tier', value: 'gold' },
    ];
    const id = await placeCall(gateway, { attributes });
    expect(await read(id, selection)).toMatchObject({ attributes });
    const { data } = await act(gateway, set('A-2'), { contactId: id }, { selection });
    expect(data).toEqual({
      updateContactAttributes: {
        id,
        attributes: [
          { key: 'orderId', value: 'A-2' },
          { key: 'tier', value: 'gold' },
        ],
      },
    });
    await act(gateway, asks('stopContact'), { contactId: id });
    gateway.clock.advance(600_000);
    await read(id, selection);
    await act(gateway, set(''), { contactId: id });
    expect(await read(id, selection)).toMatchObject({ attributes: [{ key: 'orderId', value: '' }, attributes[1]] });
  });

  test('that would give the contact too many bytes with those it has is BAD_USER_INPUT, and says so', async () => {
    const id = await placeCall(gateway, { attributes: [{ key: 'a', value: 'x'.repeat(30_000) }] });
    const { errors } = await act(gateway, set('y'.repeat(3_000)), { contactId: id });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', retryable: false } });
    expect(errors?.[0]?.message).toContain('32,768');
  });
});

describe('updateContact', () => {
  const selection = 'name description references { name type value }';

  test('changes what is said, and leaves what is not', async () => {
    const first = { name: 'Order', type: 'URL' as const, value: 'https://example.com/order/1' };
    const id = await placeCall(gateway, { name: 'Order 1', description: 'Wants a call', references: [first] });
    await read(id, selection);
    const due = { name: 'Due', type: 'DATE', value: '2030-01-31' };
    const change = asks('updateContact', { name: 'Order 2', references: [due] });
    const { data, errors } = await act(gateway, change, { contactId: id }, { selection });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      updateContact: {
        name: 'Order 2',
        description: 'Wants a call',
        references: [first, { ...due, value: '2030-01-31T00:00:00.000Z' }],
      },
    });
    await act(gateway, asks('updateContact', { description: '' }), { contactId: id });
    expect(await read(id, 'name description')).toEqual({ name: 'Order 2', description: '' });
  });
});

describe('tagContact and untagContact', () => {
  const selection = 'tags { key value }';
  const own = (contact: unknown) =>
    (contact as { tags: { key: string; value: string }[] }).tags.filter(({ key }) => !key.startsWith('aws:'));

  test('put tags on, replace their values and take them off', async () => {
    const id = await placeCall(gateway);
    const tags = [
      { key: 'team', value: 'sales' },
      { key: 'cost:center', value: '' },
    ];
    const tagged = await act(gateway, asks('tagContact', { tags }), { contactId: id }, { selection });
    expect(own(tagged.data?.tagContact)).toEqual(tags);
    const change = asks('tagContact', { tags: [{ key: 'team', value: 'support' }] });
    const changed = await act(gateway, change, { contactId: id }, { selection });
    expect(own(changed.data?.tagContact)).toEqual([{ key: 'team', value: 'support' }, tags[1]]);
    const off = asks('untagContact', { tagKeys: ['team', 'never-there'] });
    for (let times = 0; times < 2; times += 1) {
      const untagged = await act(gateway, off, { contactId: id }, { selection });
      expect(own(untagged.data?.untagContact)).toEqual([tags[1]]);
    }
  });

  test('refuse a seventh tag with what to do about it', async () => {
    const id = await placeCall(gateway);
    const tags = (...keys: string[]) => asks('tagContact', { tags: keys.map((key) => ({ key, value: key })) });
    await act(gateway, tags('a', 'b', 'c', 'd', 'e', 'f'), { contactId: id });
    const { errors } = await act(gateway, tags('g'), { contactId: id });
    expect(errors?.[0]?.extensions).toMatchObject(conflict);
    expect(errors?.[0]?.message).toMatch(/6 tags.*untagContact/);
  });
});

describe('a recording', () => {
  const start = asks('startContactRecording', { voiceRecordingConfiguration: { voiceRecordingTrack: 'ALL' } });
  const of = (mutation: string) => asks(mutation, { contactRecordingType: 'AGENT' });

  test('starts once, is suspended, resumed and stopped, and each step that does not fit is refused', async () => {
    const id = await placeCall(gateway);
    const codes: unknown[] = [];
    const step = async (one: { mutation: string; rest: Record<string, unknown> }) => {
      const { data, errors } = await act(gateway, one, { contactId: id });
      codes.push([one.mutation, errors?.[0]?.extensions.code ?? (data?.[one.mutation] as { id: string }).id]);
    };
    await step(start);
    untilWithAgent(gateway);
    for (const one of [start, of('resumeContactRecording'), of('suspendContactRecording')]) await step(one);
    for (const one of [of('suspendContactRecording'), of('resumeContactRecording')]) await step(one);
    for (const one of [of('stopContactRecording'), of('stopContactRecording'), start]) await step(one);
    expect(codes).toEqual([
      ['startContactRecording', id],
      ['startContactRecording', conflict.code],
      ['resumeContactRecording', conflict.code],
      ['suspendContactRecording', id],
      ['suspendContactRecording', conflict.code],
      ['resumeContactRecording', id],
      ['stopContactRecording', id],
      ['stopContactRecording', conflict.code],
      ['startContactRecording', conflict.code],
    ]);
  });

  test('of a contact that is over does not start', async () => {
    const id = await placeCall(gateway);
    await act(gateway, asks('stopContact'), { contactId: id });
    const { errors } = await act(gateway, start, { contactId: id });
    expect(errors?.[0]?.extensions).toMatchObject(conflict);
  });

  test('started on two replicas at once starts once, and the other is told so', async () => {
    await withGateway({ besides: gateway }, async (besides) => {
      const id = await placeCallElsewhere(gateway);
      const both = await Promise.all([gateway, besides].map((replica) => act(replica, start, { contactId: id })));
      expect(both.map(({ errors }) => errors?.[0]?.extensions.code).toSorted()).toEqual([conflict.code, undefined]);
    });
  });
});

test('of several changes in one operation, one that is refused leaves the others made', async () => {
  const id = await placeCall(gateway);
  const { data, errors }: GraphqlAnswer = await gateway.ask(
    `mutation ($own: ID!, $none: ID!) {
       tagContact(input: { contactId: $own, tags: [{ key: "team", value: "sales" }] }) { id }
       none: stopContact(input: { contactId: $none }) { id }
       stopContact(input: { contactId: $own }) { id status tags { key } }
     }`,
    { own: id, none: unknownId },
  );
  expect(data).toMatchObject({ tagContact: { id }, none: null, stopContact: { id, status: 'ENDED' } });
  expect(data?.stopContact).toMatchObject({ tags: expect.arrayContaining([{ key: 'team' }]) });
  expect(errors).toMatchObject([{ path: ['none'], extensions: { code: 'NOT_FOUND' } }]);
});

test('of two changes in one operation, the second answers nothing that was read for the first', async () => {
  const id = await placeCall(gateway);
  const { data }: GraphqlAnswer = await gateway.ask(
    `mutation ($id: ID!) {
       tagContact(input: { contactId: $id, tags: [{ key: "team", value: "sales" }] }) { ...read }
       stopContact(input: { contactId: $id }) { ...read }
     }
     fragment read on Contact { disconnectTimestamp associatedContacts { nodes { disconnectTimestamp } } }`,
    { id },
  );
  const at = (moment: unknown) => ({
    disconnectTimestamp: moment,
    associatedContacts: { nodes: [{ disconnectTimestamp: moment }] },
  });
  expect(data).toEqual({ tagContact: at(null), stopContact: at(expect.any(String)) });
});

test('a contact of the second instance is changed where its call was placed', async () => {
  const globex = { tenant: 'globex' };
  const id = await placeCall(gateway, inOtherInstance, globex);
  const { data } = await act(
    gateway,
    asks('stopContact'),
    { contactId: id },
    { as: globex, selection: 'instanceId status' },
  );
  expect(data).toEqual({ stopContact: { instanceId: seed.otherInstanceId, status: 'ENDED' } });
});
