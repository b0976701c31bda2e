import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { seed } from '../../src/simulator/seed.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, withGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), { passMs: 61_000 });

const input = callInput();

const unknownId = '00000000-0000-4000-8000-000000000000';

test.each([
  ['an unknown flow', { contactFlowId: unknownId }, 'NOT_FOUND', false],
  ['an unknown queue', { queueId: unknownId }, 'NOT_FOUND', false],
  ['a flow that is not published', { contactFlowId: seed.flows.draft }, undefined, false],
  ['a flow that no call can run', { contactFlowId: seed.flows.holdMusic }, 'BAD_USER_INPUT', false],
  ['a caller id the instance does not have', { sourcePhoneNumber: '+12065550199' }, 'BAD_USER_INPUT', false],
  ['a country Connect does not call', { destinationPhoneNumber: '+6421555123' }, 'DESTINATION_NOT_ALLOWED', false],
  ['a refused destination', { destinationPhoneNumber: '+12065550107' }, 'DESTINATION_NOT_ALLOWED', false],
  ['a contact that is not permitted', { destinationPhoneNumber: '+12065550108' }, 'OUTBOUND_NOT_PERMITTED', false],
] as const)('%s is refused with its code, and the token is free again', async (_what, change, code, retryable) => {
  const clientToken = randomUUID();
  const { status, data, errors } = await gateway.ask(PlaceCallDocument, {
    input: { ...input, ...change, clientToken },
  });
  expect(status).toBe(200);
  expect(data).toEqual({ startOutboundVoiceContact: null });
  if (code) expect(errors?.[0]?.extensions).toMatchObject({ code, retryable });
  expect(errors?.[0]?.extensions.requestId).toEqual(expect.any(String));
  expect(gateway.simulator.calls()).toEqual([]);

  const mended = await gateway.ask(PlaceCallDocument, { input: { ...input, clientToken } });
  expect(mended.data?.startOutboundVoiceContact?.id).toBe(gateway.simulator.calls()[0]?.contactId);
});

const canary = 'User: arn:aws:sts::123456789012:assumed-role/outdial/canary is not authorized';

test.each([
  ['InvalidParameterException', 400, 'BAD_USER_INPUT', false],
  ['InvalidRequestException', 400, 'BAD_USER_INPUT', false],
  ['ResourceNotFoundException', 404, 'NOT_FOUND', false],
  ['DestinationNotAllowedException', 403, 'DESTINATION_NOT_ALLOWED', false],
  ['OutboundContactNotPermittedException', 403, 'OUTBOUND_NOT_PERMITTED', false],
  ['LimitExceededException', 429, 'LIMIT_EXCEEDED', true],
  ['ServiceQuotaExceededException', 402, 'LIMIT_EXCEEDED', true],
  ['AccessDeniedException', 403, 'UPSTREAM_UNAVAILABLE', true],
  ['ExpiredTokenException', 403, 'UPSTREAM_UNAVAILABLE', true],
  ['UnrecognizedClientException', 403, 'UPSTREAM_UNAVAILABLE', true],
  ['InvalidSignatureException', 403, 'UPSTREAM_UNAVAILABLE', true],
  ['InvalidActiveRegionException', 400, 'UPSTREAM_UNAVAILABLE', true],
  ['SomethingNewException', 409, 'UPSTREAM_UNAVAILABLE', true],
])('Connect answering %s (%i) is %s, and its text stays inside', async (type, status, code, retryable) => {
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', status, type, message: canary });
  const { body, errors } = await gateway.ask(PlaceCallDocument, { input });
  expect(errors?.[0]?.extensions).toMatchObject({ code, retryable });
  if (code === 'LIMIT_EXCEEDED') expect(errors?.[0]?.extensions.retryAfterMs).toBe(30_000);
  expect(body).not.toMatch(/arn:aws|canary|Exception|stack/);
  expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1 });
});

test('a clientToken that Connect alone knows, of another call, is a conflict that names it', async () => {
  const type = 'IdempotencyException';
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', status: 409, type, message: canary });
  const { errors } = await gateway.ask(PlaceCallDocument, { input });
  expect(errors).toMatchObject([
    {
      message: 'This clientToken was used for another call. Use a new clientToken for a new call.',
      extensions: { code: 'IDEMPOTENCY_CONFLICT', retryable: false },
    },
  ]);
});

test('a call that Connect throttles once is placed with the next permit', async () => {
  const { data } = await gateway.clock.runUntil(
    gateway.ask(PlaceCallDocument, { input: { ...input, destinationPhoneNumber: '+12065550109' } }),
  );
  expect(data?.startOutboundVoiceContact?.id).toBe(gateway.simulator.calls()[0]?.contactId);
  expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 2 });
});

test('a call that Connect throttles until the deadline is THROTTLED: nothing was placed, and it can be asked again', async () => {
  const { errors } = await gateway.clock.runUntil(
    gateway.ask(PlaceCallDocument, {
      input: { ...input, destinationPhoneNumber: '+12065550110', maxWaitInSeconds: 3 },
    }),
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'THROTTLED', retryable: true, retryAfterMs: 1_000 });
  expect(errors?.[0]?.message).toMatch(/nothing was done/);
  expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 3 });
  expect(gateway.simulator.calls()).toEqual([]);
});

describe('of a call that was sent, and refused by Connect, it is never said that nothing was sent', () => {
  const throttled = { ...input, destinationPhoneNumber: '+12065550110' };

  test('where no permit is left for another attempt', async () => {
    const quotas = new Map([['StartOutboundVoiceContact', { ratePerSecond: 0.1, burst: 1 }]]);
    await withGateway({ connect: { quotas } }, async (paced) => {
      const { errors } = await paced.clock.runUntil(
        paced.ask(PlaceCallDocument, { input: { ...throttled, maxWaitInSeconds: 5 } }),
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'THROTTLED', retryable: true });
      expect(errors?.[0]?.message).toMatch(/nothing was done/);
      expect(paced.simulator.requests()).toMatchObject({ StartOutboundVoiceContact: 1 });
    });
  });

  test('where its caller may wait no longer', async () => {
    const asked = gateway.ask(PlaceCallDocument, { input: { ...throttled, maxWaitInSeconds: 3 } });
    await gateway.clock.whenQuiet();
    // Over while it waits to ask again.
    gateway.clock.advance(3_000);
    const { errors } = await asked;
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'THROTTLED', retryable: true });
    expect(errors?.[0]?.message).toMatch(/nothing was placed/);
    expect(gateway.simulator.requests()).toEqual({ StartOutboundVoiceContact: 1 });
  });
});

test('an error below a call is of the field that its path names: the call was placed', async () => {
  gateway.simulator.inject({ operation: 'DescribeContactFlow', status: 403, type: 'AccessDeniedException' });
  const { data, errors } = await gateway.ask<{ startOutboundVoiceContact: unknown }, { input: typeof input }>(
    'mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id contactFlow { name } } }',
    { input },
  );
  const [call] = gateway.simulator.calls();
  expect(data?.startOutboundVoiceContact).toEqual({ id: call?.contactId, contactFlow: { name: null } });
  expect(errors).toMatchObject([
    { path: ['startOutboundVoiceContact', 'contactFlow', 'name'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
  ]);
});

test('with the quota of concurrent calls full, a call is LIMIT_EXCEEDED', async () => {
  const full = await startTestGateway({ simulator: { concurrentCalls: 1 } });
  await full.ask(PlaceCallDocument, { input });
  const { errors } = await full.ask(PlaceCallDocument, { input: { ...input, destinationPhoneNumber: '+12065550115' } });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', retryable: true });
  await full.stop();
});

test('Connect out of reach is UPSTREAM_UNAVAILABLE: nothing was sent', async () => {
  const lonely = await startTestGateway({ connect: { endpoint: 'http://127.0.0.1:9' } });
  const { errors, body } = await lonely.ask(PlaceCallDocument, { input });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
  await lonely.stop();
});

test('a call that would wait longer for its permit than its caller is THROTTLED at once, and not sent', async () => {
  const paced = await startTestGateway({
    connect: { quotas: new Map([['StartOutboundVoiceContact', { ratePerSecond: 0.2, burst: 1 }]]) },
  });
  await paced.ask(PlaceCallDocument, { input: { ...input, maxWaitInSeconds: 4 } });
  const { errors } = await paced.ask(PlaceCallDocument, {
    input: { ...input, destinationPhoneNumber: '+12065550115', maxWaitInSeconds: 4 },
  });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'THROTTLED', retryable: true, retryAfterMs: 3_000 });
  expect(paced.simulator.requests().StartOutboundVoiceContact).toBe(1);
  await paced.stop();
});
