import { UpdateContactAttributesCommand } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { ReadRelationsDocument, ReadTreeDocument } from '../support/generated/operations.js';
import { elsewhere, placeCall, placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started));

describe('what a contact relates to', () => {
  test('comes with it', async () => {
    const id = await placeCall(gateway, {
      attributes: [{ key: 'orderId', value: 'A-1001' }],
      references: [
        { name: 'order', type: 'URL', value: 'https://example.com/orders/1001' },
        { name: 'due', type: 'DATE', value: '2026-12-01T10:00:00+01:00' },
        { name: 'items', type: 'NUMBER', value: '3' },
        { name: 'note', type: 'STRING', value: 'ring twice' },
        { name: 'contact', type: 'EMAIL', value: 'ada@example.com' },
      ],
    });
    gateway.clock.advance(10_000);
    const { data, errors } = await gateway.ask(ReadRelationsDocument, { id });
    expect(errors).toBeUndefined();
    expect(data?.contact).toEqual({
      id,
      status: 'WITH_AGENT',
      queue: { id: seed.queues.sales, instanceId: seed.instanceId, name: 'Sales', description: 'New customers' },
      agent: {
        id: seed.users.ada,
        instanceId: seed.instanceId,
        username: 'ada.lovelace',
        firstName: 'Ada',
        lastName: 'Lovelace',
      },
      contactFlow: {
        id: seed.flows.salesOutbound,
        instanceId: seed.instanceId,
        name: 'Sales outbound',
        type: 'CONTACT_FLOW',
      },
      attributes: [{ key: 'orderId', value: 'A-1001' }],
      references: [
        { name: 'contact', type: 'EMAIL', value: 'ada@example.com' },
        { name: 'due', type: 'DATE', value: '2026-12-01T09:00:00.000Z' },
        { name: 'items', type: 'NUMBER', value: '3' },
        { name: 'note', type: 'STRING', value: 'ring twice' },
        { name: 'order', type: 'URL', value: 'https://example.com/orders/1001' },
      ],
      relatedContact: null,
      previousContact: null,
      initialContact: { id, status: 'WITH_AGENT' },
    });
  });

  test('is null where there is none yet', async () => {
    const id = await placeCall(gateway, { contactFlowId: seed.flows.deliveryNotice });
    gateway.clock.advance(10_000);
    const { data, errors } = await gateway.ask(ReadRelationsDocument, { id });
    expect(errors).toBeUndefined();
    expect(data?.contact).toMatchObject({
      status: 'IN_FLOW',
      queue: null,
      agent: null,
      attributes: [],
      references: [],
      relatedContact: null,
    });
  });

  test('is a flow for the calls placed here alone: Connect does not tell it of others', async () => {
    const id = await placeCallElsewhere(gateway);
    gateway.clock.advance(10_000);
    const { data, errors } = await gateway.ask(ReadRelationsDocument, { id });
    expect(errors).toBeUndefined();
    expect(data?.contact).toMatchObject({ id, status: 'WITH_AGENT', queue: { name: 'Sales' }, contactFlow: null });
  });

  test('are attributes, for which Connect is asked once more only where the contact shows none', async () => {
    const withSome = await placeCall(gateway, { attributes: [{ key: 'language', value: 'de' }] });
    const withNone = await placeCall(gateway);
    await gateway.ask(ReadRelationsDocument, { id: withSome });
    expect(gateway.simulator.requests()).not.toHaveProperty('GetContactAttributes');
    const { data } = await gateway.ask(ReadRelationsDocument, { id: withNone });
    expect(data?.contact?.attributes).toEqual([]);
    expect(gateway.simulator.requests()).toMatchObject({ GetContactAttributes: 1 });
  });

  test('are attributes as the flow or another system changed them', async () => {
    const id = await placeCall(gateway, { attributes: [{ key: 'language', value: 'de' }] });
    await elsewhere(gateway).send(
      new UpdateContactAttributesCommand({
        InstanceId: seed.instanceId,
        InitialContactId: id,
        Attributes: { language: 'en', satisfied: '' },
      }),
    );
    const { data } = await gateway.ask(ReadRelationsDocument, { id });
    expect(data?.contact?.attributes).toEqual([
      { key: 'language', value: 'en' },
      { key: 'satisfied', value: '' },
    ]);
  });

  test('is an earlier contact, whose attributes Connect copied', async () => {
    const earlier = await placeCall(gateway, { attributes: [{ key: 'orderId', value: 'A-1001' }] });
    const id = await placeCall(gateway, {
      relatedContactId: earlier,
      attributes: [{ key: 'attempt', value: '2' }],
    });
    const { data, errors } = await gateway.ask(ReadRelationsDocument, { id });
    expect(errors).toBeUndefined();
    expect(data?.contact?.relatedContact).toEqual({
      id: earlier,
      status: 'INITIATED',
      attributes: [{ key: 'orderId', value: 'A-1001' }],
    });
    expect(data?.contact?.attributes).toEqual(
      expect.arrayContaining([
        { key: 'orderId', value: 'A-1001' },
        { key: 'attempt', value: '2' },
      ]),
    );
  });

  test('is a tree of contacts, page by page', async () => {
    const root = await placeCall(gateway);
    const placed = [root];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      gateway.clock.advance(1_000);
      placed.push(await placeCall(gateway, { relatedContactId: placed.at(-1) ?? null }));
    }
    await placeCall(gateway);

    const pages: string[][] = [];
    let after: string | null = null;
    do {
      const { data, errors }: Awaited<ReturnType<typeof readPage>> = await readPage(after);
      expect(errors).toBeUndefined();
      const page = data?.contact?.associatedContacts;
      pages.push((page?.nodes ?? []).map((node) => node.id));
      expect(page?.nodes[0]).toMatchObject({ channel: 'VOICE', initiationMethod: 'API', disconnectTimestamp: null });
      expect(page?.pageInfo).toMatchObject({ hasPreviousPage: after !== null, startCursor: null });
      expect(page?.pageInfo.hasNextPage).toBe(page?.pageInfo.endCursor !== null);
      after = page?.pageInfo.endCursor ?? null;
    } while (after !== null);
    expect(pages).toEqual([placed.slice(0, 2), placed.slice(2, 4), placed.slice(4)]);
    const { data, errors } = await readPage('CANARY-cursor');
    expect(data?.contact?.associatedContacts).toBeNull();
    expect(errors?.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'BAD_USER_INPUT', fields: [{ path: 'after', rule: 'cursor' }] },
    ]);

    function readPage(cursor: string | null) {
      return gateway.ask(ReadTreeDocument, { id: placed[2] ?? '', first: 2, after: cursor });
    }
  });

  test('is a tree that costs one request beside the contact itself, however many are in it', async () => {
    const root = await placeCall(gateway);
    await placeCall(gateway, { relatedContactId: root });
    const { StartOutboundVoiceContact, ...before } = gateway.simulator.requests();
    expect({ StartOutboundVoiceContact, before }).toEqual({ StartOutboundVoiceContact: 2, before: {} });
    await gateway.ask(ReadTreeDocument, { id: root, first: 20 });
    expect(gateway.simulator.requests()).toEqual({
      StartOutboundVoiceContact: 2,
      DescribeContact: 1,
      ListAssociatedContacts: 1,
    });
  });
});

describe('a relation that fails', () => {
  const denied = { status: 403, type: 'AccessDeniedException', message: 'arn:aws:sts::123456789012:role/CANARY' };
  // The SDK repeats what failed in the service itself; a refusal it takes for final.
  const broken = { status: 500, times: 3 };

  test.each<[string, { operation: string }, readonly (readonly (string | number)[])[], object]>([
    [
      'the queue',
      { operation: 'DescribeQueue', ...denied },
      [
        ['contact', 'queue', 'name'],
        ['contact', 'queue', 'description'],
      ],
      { queue: { id: seed.queues.sales, instanceId: seed.instanceId, name: null, description: null } },
    ],
    [
      'the agent',
      { operation: 'DescribeUser', ...broken },
      [
        ['contact', 'agent', 'username'],
        ['contact', 'agent', 'firstName'],
        ['contact', 'agent', 'lastName'],
      ],
      {
        agent: {
          id: seed.users.ada,
          instanceId: seed.instanceId,
          username: null,
          firstName: null,
          lastName: null,
        },
      },
    ],
    [
      'the flow',
      { operation: 'DescribeContactFlow', ...denied },
      [
        ['contact', 'contactFlow', 'name'],
        ['contact', 'contactFlow', 'type'],
      ],
      { contactFlow: { id: seed.flows.salesOutbound, instanceId: seed.instanceId, name: null, type: null } },
    ],
    [
      'the references',
      { operation: 'ListContactReferences', ...denied },
      [['contact', 'references']],
      { references: null },
    ],
    [
      'the attributes',
      { operation: 'GetContactAttributes', ...broken },
      [['contact', 'attributes']],
      { attributes: null },
    ],
  ])('leaves the rest standing: %s', async (_title, fault, paths, missing) => {
    // Of its own, as the nouns would otherwise be known from before.
    const fresh = await startTestGateway();
    try {
      const whole = await startTestGateway();
      const [id, sameId] = [await placeCall(fresh), await placeCall(whole)];
      fresh.clock.advance(10_000);
      whole.clock.advance(10_000);
      fresh.simulator.inject(fault);
      const { data, errors, body, status } = await fresh.ask(ReadRelationsDocument, { id });
      const expected = await whole.ask(ReadRelationsDocument, { id: sameId });
      await whole.stop();

      expect(status).toBe(200);
      expect(data?.contact).toEqual({
        ...expected.data?.contact,
        id,
        initialContact: { id, status: 'WITH_AGENT' },
        ...missing,
      });
      expect(errors?.map(({ path }) => path)).toEqual(expect.arrayContaining([...paths]));
      expect(errors).toHaveLength(paths.length);
      for (const { extensions } of errors ?? []) {
        expect(extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
      }
      expect(body).not.toContain('CANARY');
    } finally {
      await fresh.stop();
    }
  });
});
