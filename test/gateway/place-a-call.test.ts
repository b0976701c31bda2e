import { expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import {
  FollowContactDocument,
  PlaceCallDocument,
  PlaceCallWithAllItKnowsDocument,
} from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import type { RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
// The fence would take the same destination for a repeat.
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const input = callInput();

test('a call is placed, and followed until it is with its agent and then over', async () => {
  const placed = await gateway.ask(PlaceCallDocument, { input });
  expect(placed.errors).toBeUndefined();
  const contact = placed.data?.startOutboundVoiceContact;
  expect(contact).toEqual({
    id: expect.any(String) as unknown,
    instanceId: seed.instanceId,
    status: 'INITIATED',
    contactFlow: { id: seed.flows.salesOutbound },
  });
  expect(gateway.simulator.calls()).toEqual([
    expect.objectContaining({ contactId: contact?.id, destination: '+12065550100', trafficType: 'GENERAL' }),
  ]);

  const id = contact?.id ?? '';
  gateway.clock.advance(10_000);
  const live = await gateway.ask(FollowContactDocument, { id });
  expect(live.data?.contact).toMatchObject({
    status: 'WITH_AGENT',
    outcome: 'ANSWERED',
    queue: { id: seed.queues.sales, name: 'Sales' },
    agent: { firstName: 'Ada' },
    contactFlow: { name: 'Sales outbound' },
  });

  gateway.clock.advance(120_000);
  const over = await gateway.ask(FollowContactDocument, { id });
  expect(over.data?.contact).toMatchObject({ status: 'ENDED', disconnectReason: 'CUSTOMER_DISCONNECT' });
});

test('every member of the input arrives at Connect', async () => {
  const { data, errors } = await gateway.ask(PlaceCallDocument, {
    input: {
      ...input,
      instanceId: `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}`,
      contactFlowId: `arn:aws:connect:us-west-2:123456789012:instance/${seed.instanceId}/contact-flow/${seed.flows.salesOutbound}`,
      queueId: seed.queues.support,
      clientToken: 'order A-1001',
      attributes: [
        { key: 'orderId', value: 'A-1001' },
        { key: 'language', value: 'de' },
      ],
      answerMachineDetectionConfig: { enableAnswerMachineDetection: true, awaitAnswerMachinePrompt: false },
      campaignId: 'spring',
      trafficType: 'CAMPAIGN',
      name: 'Order A-1001',
      description: 'Asked to be called back',
      references: [{ name: 'order', type: 'URL', value: 'https://example.com/orders/1001' }],
      ringTimeoutInSeconds: 30,
      maxWaitInSeconds: 5,
      allowRepeat: true,
    },
  });
  expect(errors).toBeUndefined();
  const described = await gateway.ask<{ contact: unknown }, { id: string }>(
    `query ($id: ID!) {
       contact(id: $id) {
         name description campaign { campaignId } customerEndpoint { address } systemEndpoint { address }
         attributes { key value } references { name type value }
       }
     }`,
    { id: data?.startOutboundVoiceContact?.id ?? '' },
  );
  expect(described.data?.contact).toMatchObject({
    name: 'Order A-1001',
    description: 'Asked to be called back',
    campaign: { campaignId: 'spring' },
    customerEndpoint: { address: '+12065550100' },
    references: [{ name: 'order', type: 'URL', value: 'https://example.com/orders/1001' }],
  });
  expect(gateway.simulator.calls()).toMatchObject([
    { trafficType: 'CAMPAIGN', attributeCount: 2, referenceCount: 1, contactFlowId: seed.flows.salesOutbound },
  ]);
});

test('what the mutation already knows costs one request to Connect in all', async () => {
  const { data, errors } = await gateway.ask(PlaceCallWithAllItKnowsDocument, {
    input: {
      ...input,
      name: 'Order A-1001',
      attributes: [{ key: 'orderId', value: 'A-1001' }],
      references: [{ name: 'due', type: 'DATE', value: '2026-12-01T09:00:00Z' }],
    },
  });
  expect(errors).toBeUndefined();
  expect(data?.startOutboundVoiceContact).toMatchObject({
    status: 'INITIATED',
    outcome: null,
    name: 'Order A-1001',
    customerEndpoint: { address: '+12065550100' },
    attributes: [{ key: 'orderId', value: 'A-1001' }],
    references: [{ name: 'due', type: 'DATE', value: '2026-12-01T09:00:00Z' }],
    contactFlow: { id: seed.flows.salesOutbound },
    relatedContact: null,
  });
  expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1 });
});

test('of two calls in one operation, a refused one leaves the placed one standing', async () => {
  const { data, errors } = await gateway.ask<Record<'placed' | 'refused', { id: string } | null>, { flow: string }>(
    `mutation ($flow: ID!) {
       placed: startOutboundVoiceContact(
         input: { destinationPhoneNumber: "+12065550100", contactFlowId: $flow, sourcePhoneNumber: "${seed.numbers.us.number}" }
       ) { id }
       refused: startOutboundVoiceContact(
         input: { destinationPhoneNumber: "+12065550107", contactFlowId: $flow, sourcePhoneNumber: "${seed.numbers.us.number}" }
       ) { id }
     }`,
    { flow: seed.flows.salesOutbound },
  );
  expect(data?.placed?.id).toBe(gateway.simulator.calls()[0]?.contactId);
  expect(data?.refused).toBeNull();
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['refused'],
      extensions: expect.objectContaining({ code: 'DESTINATION_NOT_ALLOWED', retryable: false }) as unknown,
    }),
  ]);
});

test('the broken rules of an input come all at once, without its values, and nothing is sent', async () => {
  const { status, body, errors } = await gateway.ask(PlaceCallDocument, {
    input: {
      destinationPhoneNumber: '555-CANARY',
      contactFlowId: '../CANARY',
      attributes: [{ key: 'bad key CANARY', value: 'x' }],
      ringTimeoutInSeconds: 61,
    },
  });
  expect(status).toBe(200);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  const fields = errors?.[0]?.extensions.fields as { path: string }[];
  expect(fields.map(({ path }) => path)).toEqual([
    'input.destinationPhoneNumber',
    'input.contactFlowId',
    'input.sourcePhoneNumber',
    'input.attributes.0.key',
    'input.ringTimeoutInSeconds',
  ]);
  expect(body).not.toContain('CANARY');
  expect(gateway.logged()).not.toContain('CANARY');
  expect(gateway.simulator.requests()).toEqual({});
});

test('a call that is placed only after its caller was answered is in the log all the same, and who placed it', async () => {
  const started = gateway.logged().length;
  const ask = (as: { subject: string }) =>
    gateway.ask(PlaceCallDocument, { input: callInput({ clientToken: 'late', allowRepeat: true }) }, as);
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', delayMs: 11_000 });
  const asking = ask({ subject: 'ann' });
  await gateway.simulator.whenRequested('StartOutboundVoiceContact', 1);
  const { errors } = await gateway.clock.runUntil(asking);
  expect(errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN' } }]);
  const replayed = await gateway.clock.runUntil(ask({ subject: 'ben' }));
  const lines = gateway.logged().slice(started).trim().split('\n');
  const placed = lines.map((line) => JSON.parse(line) as { readonly isReplay?: boolean });
  expect(placed.find(({ isReplay }) => isReplay === false)).toMatchObject({
    msg: 'call placed',
    contactId: replayed.data?.startOutboundVoiceContact?.id,
    subject: 'ann',
    tenant: 'acme',
  });
});
