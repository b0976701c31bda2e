import { describe, expect, test } from '@jest/globals';
import {
  DescribeContactCommand,
  GetContactAttributesCommand,
  ListAssociatedContactsCommand,
  ListContactReferencesCommand,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
  TagContactCommand,
  UntagContactCommand,
  UpdateContactAttributesCommand,
  UpdateContactCommand,
} from '@aws-sdk/client-connect';
import type {
  Contact,
  ReferenceType,
  StartOutboundVoiceContactCommandInput,
  UpdateContactCommandInput,
} from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { shareSimulator } from './share-simulator.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;

let simulator: SimulatorUnderTest;
shareSimulator((started) => (simulator = started), { settings: { concurrentCalls: 100 } });

async function place(changes: Partial<StartOutboundVoiceContactCommandInput> = {}): Promise<string> {
  const command = new StartOutboundVoiceContactCommand(callTo('+12065550100', changes));
  return (await simulator.client.send(command)).ContactId!;
}

async function describeContact(ContactId: string): Promise<Contact> {
  return (await simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId }))).Contact!;
}

async function attributesOf(InitialContactId: string): Promise<Record<string, string>> {
  const { Attributes } = await simulator.client.send(new GetContactAttributesCommand({ InstanceId, InitialContactId }));
  return Attributes!;
}

describe('a contact that is not there', () => {
  const unknown = { InstanceId, ContactId: 'nobody' };
  const initial = { InstanceId, InitialContactId: 'nobody' };
  const operations: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['DescribeContact', () => simulator.client.send(new DescribeContactCommand(unknown))],
    ['GetContactAttributes', () => simulator.client.send(new GetContactAttributesCommand(initial))],
    [
      'UpdateContactAttributes',
      () => simulator.client.send(new UpdateContactAttributesCommand({ ...initial, Attributes: {} })),
    ],
    ['UpdateContact', () => simulator.client.send(new UpdateContactCommand({ ...unknown, Name: 'x' }))],
    [
      'ListContactReferences',
      () => simulator.client.send(new ListContactReferencesCommand({ ...unknown, ReferenceTypes: ['URL'] })),
    ],
    ['ListAssociatedContacts', () => simulator.client.send(new ListAssociatedContactsCommand(unknown))],
    ['TagContact', () => simulator.client.send(new TagContactCommand({ ...unknown, Tags: { a: 'b' } }))],
    ['UntagContact', () => simulator.client.send(new UntagContactCommand({ ...unknown, TagKeys: ['a'] }))],
  ];

  test.each(operations)('is not found by %s.', async (_operation, send) => {
    await expect(refusalOf(send())).resolves.toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  test('is gone for StopContact.', async () => {
    const refusal = await refusalOf(simulator.client.send(new StopContactCommand(unknown)));
    expect(refusal).toMatchObject({ name: 'ContactNotFoundException', status: 410 });
  });

  test('is also one of another instance.', async () => {
    const ContactId = await place();
    const elsewhere = new DescribeContactCommand({ InstanceId: seed.otherInstanceId, ContactId });
    await expect(refusalOf(simulator.client.send(elsewhere))).resolves.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('attributes', () => {
  const update = (InitialContactId: string, Attributes: Record<string, string>): Promise<unknown> =>
    simulator.client.send(new UpdateContactAttributesCommand({ InstanceId, InitialContactId, Attributes }));

  test('are added and replaced, also after the call, and show in the contact.', async () => {
    const id = await place({ Attributes: { a: '1', b: '2' } });
    await update(id, { b: '3', c: '4' });
    simulator.advance(100_000);
    await update(id, { a: '' });
    expect(await attributesOf(id)).toEqual({ a: '', b: '3', c: '4' });
    const contact = await describeContact(id);
    expect(contact.Attributes).toEqual({ a: '', b: '3', c: '4' });
    expect(contact.LastUpdateTimestamp).toEqual(new Date(simulator.clock.now()));
  });

  test('of one contact stay apart from those of the contact it was copied from.', async () => {
    const first = await place({ Attributes: { a: '1' } });
    const second = await place({ RelatedContactId: first });
    await update(second, { a: '2' });
    expect([await attributesOf(first), await attributesOf(second)]).toEqual([{ a: '1' }, { a: '2' }]);
  });

  test('count together towards their limit, and a refused change changes nothing.', async () => {
    const id = await place({ Attributes: { a: 'v'.repeat(32_000) } });
    await expect(refusalOf(update(id, { b: 'v'.repeat(1_000) }))).resolves.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(refusalOf(update(id, { 'b c': 'v' }))).resolves.toMatchObject({ name: 'InvalidParameterException' });
    expect(Object.keys(await attributesOf(id))).toEqual(['a']);
  });
});

describe('UpdateContact', () => {
  const update = (ContactId: string, changes: Partial<UpdateContactCommandInput>): Promise<unknown> =>
    simulator.client.send(new UpdateContactCommand({ InstanceId, ContactId, ...changes }));

  test('changes what is given and leaves the rest, also after the call.', async () => {
    const id = await place({ Name: 'old', Description: 'kept' });
    simulator.advance(100_000);
    await update(id, { Name: 'new' });
    expect(await describeContact(id)).toMatchObject({ Name: 'new', Description: 'kept' });
  });

  test('can set the expiry of a contact.', async () => {
    const id = await place();
    const expiry = { ValueMap: { ExpiryDuration: { ValueInteger: 120 } } };
    await update(id, { SegmentAttributes: { 'connect:ContactExpiry': expiry } });
    const { SegmentAttributes } = await describeContact(id);
    expect(SegmentAttributes?.['connect:ContactExpiry']).toEqual(expiry);
  });

  test.each<readonly [string, Partial<UpdateContactCommandInput>, string]>([
    ['nothing to change', {}, 'InvalidRequestException'],
    ['a queue', { QueueInfo: { Id: seed.queues.sales } }, 'InvalidRequestException'],
    ['a user', { UserInfo: { UserId: seed.users.ada } }, 'InvalidRequestException'],
    ['a customer endpoint', { CustomerEndpoint: { Type: 'VOIP', Address: 'x' } }, 'InvalidRequestException'],
    ['a system endpoint', { SystemEndpoint: { Type: 'VOIP', Address: 'x' } }, 'InvalidRequestException'],
    ['a segment attribute of its own', { SegmentAttributes: { a: { ValueString: 'x' } } }, 'InvalidParameterException'],
    ['an attachment', { References: { a: { Type: 'ATTACHMENT', Value: 'x' } } }, 'InvalidParameterException'],
  ])('refuses %s.', async (_what, changes, name) => {
    const id = await place();
    await expect(refusalOf(update(id, changes))).resolves.toMatchObject({ name });
  });
});

describe('references', () => {
  const list = async (ContactId: string, ReferenceTypes: ReferenceType[], NextToken?: string): Promise<unknown> => {
    const command = new ListContactReferencesCommand({ InstanceId, ContactId, ReferenceTypes, NextToken });
    return (await simulator.client.send(command)).ReferenceSummaryList;
  };

  test('come back by type, each under its own member, with later changes in them.', async () => {
    const id = await place({
      References: {
        order: { Type: 'URL', Value: 'https://example.com/7' },
        count: { Type: 'NUMBER', Value: '7' },
        note: { Type: 'STRING', Value: 'n' },
        due: { Type: 'DATE', Value: '1763700000' },
        mail: { Type: 'EMAIL', Value: 'a@example.com' },
      },
    });
    await simulator.client.send(
      new UpdateContactCommand({
        InstanceId,
        ContactId: id,
        References: { note: { Type: 'STRING', Value: 'changed' } },
      }),
    );
    expect(await list(id, ['URL', 'NUMBER', 'STRING', 'DATE', 'EMAIL'])).toEqual([
      { Url: { Name: 'order', Value: 'https://example.com/7' } },
      { Number: { Name: 'count', Value: '7' } },
      { String: { Name: 'note', Value: 'changed' } },
      { Date: { Name: 'due', Value: '1763700000' } },
      { Email: { Name: 'mail', Value: 'a@example.com' } },
    ]);
    expect(await list(id, ['NUMBER'])).toEqual([{ Number: { Name: 'count', Value: '7' } }]);
    expect(await list(id, ['ATTACHMENT'])).toEqual([]);
  });

  test('can be asked for by at most six types, and in one page.', async () => {
    const id = await place();
    const seven: ReferenceType[] = ['URL', 'NUMBER', 'STRING', 'DATE', 'EMAIL', 'ATTACHMENT', 'EMAIL_MESSAGE'];
    await expect(refusalOf(list(id, seven))).resolves.toMatchObject({ name: 'InvalidParameterException' });
    await expect(refusalOf(list(id, []))).resolves.toMatchObject({ name: 'InvalidRequestException' });
    await expect(refusalOf(list(id, ['URL'], 'x'))).resolves.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('ListAssociatedContacts', () => {
  const list = (ContactId: string, page: { MaxResults?: number; NextToken?: string } = {}) =>
    simulator.client.send(new ListAssociatedContactsCommand({ InstanceId, ContactId, ...page }));

  test('lists the whole tree from any of its contacts, and nothing else.', async () => {
    const root = await place();
    await place();
    const child = await place({ RelatedContactId: root });
    const grandchild = await place({ RelatedContactId: child });
    for (const id of [root, child, grandchild]) {
      const { ContactSummaryList } = await list(id);
      expect(ContactSummaryList?.map(({ ContactId, RelatedContactId }) => [ContactId, RelatedContactId])).toEqual([
        [root, undefined],
        [child, root],
        [grandchild, child],
      ]);
    }
  });

  test('tells when each began and ended.', async () => {
    const placedAtMs = simulator.clock.now();
    const id = await place();
    simulator.advance(60_000);
    const { ContactSummaryList } = await list(id);
    expect(ContactSummaryList).toEqual([
      {
        ContactId: id,
        ContactArn: expect.stringMatching(`/contact/${id}$`),
        InitiationTimestamp: new Date(placedAtMs),
        DisconnectTimestamp: new Date(placedAtMs + 60_000),
        InitialContactId: id,
        InitiationMethod: 'API',
        Channel: 'VOICE',
      },
    ]);
  });

  test('comes in pages.', async () => {
    const root = await place();
    const child = await place({ RelatedContactId: root });
    const first = await list(root, { MaxResults: 1 });
    const second = await list(root, { MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map((page) => page.ContactSummaryList?.[0]?.ContactId)).toEqual([root, child]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('StopContact', () => {
  const stop = (ContactId: string, more: object = {}): Promise<unknown> =>
    simulator.client.send(new StopContactCommand({ InstanceId, ContactId, ...more }));

  test.each([
    [0.5, {}],
    [5, { ConnectedToSystemTimestamp: expect.any(Date) }],
    [6, { QueueInfo: { Id: seed.queues.sales, EnqueueTimestamp: expect.any(Date) } }],
    [7, { QueueInfo: { Id: seed.queues.sales, EnqueueTimestamp: expect.any(Date) } }],
  ])('ends a call after %f s for good, with the reason OTHER.', async (seconds, reached) => {
    const id = await place();
    simulator.advance(seconds * 1_000);
    const stoppedAt = new Date(simulator.clock.now());
    await stop(id);
    simulator.advance(100_000);
    const contact = await describeContact(id);
    expect(contact).toMatchObject({ ...reached, DisconnectReason: 'OTHER', DisconnectTimestamp: stoppedAt });
    expect(contact.AgentInfo).toBeUndefined();
    expect(contact.LastUpdateTimestamp).toEqual(stoppedAt);
  });

  test('leaves an agent their after-contact work.', async () => {
    const id = await place();
    simulator.advance(10_000);
    await stop(id);
    const during = await describeContact(id);
    expect(during.AgentInfo?.AfterContactWorkStartTimestamp).toEqual(during.DisconnectTimestamp);
    expect(during.AgentInfo?.AfterContactWorkEndTimestamp).toBeUndefined();
    simulator.advance(15_000);
    const { AgentInfo } = await describeContact(id);
    expect(AgentInfo?.AfterContactWorkEndTimestamp).toEqual(new Date(simulator.clock.now()));
  });

  test('does not find a contact that has ended, unless the switch lets it be.', async () => {
    const id = await place();
    await stop(id);
    await expect(refusalOf(stop(id))).resolves.toMatchObject({ name: 'ContactNotFoundException', status: 410 });

    const other = await simulatorUnderTest({ settings: { stopOfEnded: 'accepted' } });
    const { ContactId } = await other.client.send(new StartOutboundVoiceContactCommand(callTo('+12065550103')));
    other.advance(2_000);
    await other.client.send(new StopContactCommand({ InstanceId, ContactId }));
    const { Contact } = await other.client.send(new DescribeContactCommand({ InstanceId, ContactId }));
    expect(Contact?.DisconnectReason).toBe('TELECOM_BUSY');
    await other.stop();
  });

  test('takes no reason from an ordinary caller.', async () => {
    const id = await place();
    await expect(refusalOf(stop(id, { DisconnectReason: { Code: 'EXPIRED' } }))).resolves.toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});

describe('tags', () => {
  const tag = (ContactId: string, Tags: Record<string, string>): Promise<unknown> =>
    simulator.client.send(new TagContactCommand({ InstanceId, ContactId, Tags }));
  const untag = (ContactId: string, TagKeys: string[]): Promise<unknown> =>
    simulator.client.send(new UntagContactCommand({ InstanceId, ContactId, TagKeys }));
  const own = async (id: string): Promise<unknown> => {
    const tags = Object.entries((await describeContact(id)).Tags ?? {});
    return Object.fromEntries(tags.filter(([key]) => !key.startsWith('aws:')));
  };

  test('are put on and taken off beside the own ones of the service.', async () => {
    const id = await place();
    await tag(id, { 'cost:center/1': 'a', team: 'b' });
    await tag(id, { team: 'c' });
    expect(await own(id)).toEqual({ 'cost:center/1': 'a', team: 'c' });
    await untag(id, ['cost:center/1', 'never-there']);
    await untag(id, ['cost:center/1']);
    expect(await own(id)).toEqual({ team: 'c' });
    expect((await describeContact(id)).Tags).toMatchObject({ 'aws:connect:instanceId': InstanceId });
  });

  test('move the last update of the contact.', async () => {
    const id = await place();
    const updates: unknown[] = [];
    for (const change of [() => tag(id, { a: 'b' }), () => untag(id, ['a'])]) {
      simulator.advance(100);
      await change();
      updates.push((await describeContact(id)).LastUpdateTimestamp);
    }
    const now = simulator.clock.now();
    expect(updates).toEqual([new Date(now - 100), new Date(now)]);
  });

  test('are at most six on a contact.', async () => {
    const id = await place();
    await tag(id, { a: '', b: '', c: '', d: '', e: '', f: '' });
    await tag(id, { a: 'again' });
    await expect(refusalOf(tag(id, { g: '' }))).resolves.toMatchObject({ name: 'InvalidRequestException' });
  });

  test.each([
    ['of the service', 'aws:team'],
    ['with a space', 'my team'],
    ['of 129 characters', 'k'.repeat(129)],
  ])('with a key %s are refused.', async (_what, key) => {
    const id = await place();
    await expect(refusalOf(tag(id, { [key]: 'x' }))).resolves.toMatchObject({ name: 'InvalidParameterException' });
    await expect(refusalOf(untag(id, [key]))).resolves.toMatchObject({ name: 'InvalidParameterException' });
  });

  test.each([
    ['no tags', {}],
    ['a value of 257 characters', { a: 'v'.repeat(257) }],
  ])('cannot be %s.', async (_what, tags) => {
    const id = await place();
    await expect(refusalOf(tag(id, tags))).resolves.toMatchObject({ name: 'InvalidParameterException' });
  });
});
