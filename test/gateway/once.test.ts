import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { seed } from '../../src/simulator/seed.js';
import {
  PlaceCallDocument,
  PlaceCallOnceDocument,
  type StartOutboundVoiceContactInput,
} from '../support/generated/operations.js';
import { callInput, outcomeOf, placeCall } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { startTestGateway, withGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
shareGateway((started) => (gateway = started), {
  passMs: 61_000,
  instances: { byTenant: new Map(['acme', 'globex'].map((tenant) => [tenant, [seed.instanceId]])) },
});

const unknownFlow = '00000000-0000-4000-8000-000000000000';

const call = (changes: Partial<StartOutboundVoiceContactInput> = {}) => ({ input: callInput(changes) });

test('the same clientToken and input give the same contact, and one phone rings', async () => {
  const same = call({
    clientToken: randomUUID(),
    attributes: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  });
  const first = await gateway.ask(PlaceCallDocument, same);
  const again = await gateway.ask(PlaceCallDocument, {
    input: {
      ...same.input,
      attributes: [
        { key: 'b', value: '2' },
        { key: 'a', value: '1' },
      ],
      allowRepeat: true,
      maxWaitInSeconds: 3,
    },
  });
  expect(again.data?.startOutboundVoiceContact?.id).toBe(first.data?.startOutboundVoiceContact?.id);
  expect(gateway.simulator.requests().StartOutboundVoiceContact).toBe(1);
});

test('an answer says whether an earlier request had placed the call', async () => {
  const same = call({ clientToken: randomUUID() });
  const first = await gateway.ask(PlaceCallOnceDocument, same);
  const again = await gateway.ask(PlaceCallOnceDocument, same);
  expect([first, again].map(({ data }) => data?.startOutboundVoiceContact?.isReplay)).toEqual([false, true]);
});

test('fifty requests at once with one clientToken ring one phone and get one contact id', async () => {
  const same = call({ clientToken: randomUUID() });
  const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.ask(PlaceCallDocument, same)));
  const ids = new Set(answers.map(({ data }) => data?.startOutboundVoiceContact?.id));
  expect([...ids]).toEqual([gateway.simulator.calls()[0]?.contactId]);
  expect(gateway.simulator.requests().StartOutboundVoiceContact).toBe(1);
});

test('a clientToken never dials again, also after its call has ended', async () => {
  const same = call({ clientToken: randomUUID() });
  const first = await gateway.ask(PlaceCallDocument, same);
  gateway.clock.advance(3_600_000);
  const later = await gateway.ask(PlaceCallDocument, same);
  expect(later.data?.startOutboundVoiceContact?.id).toBe(first.data?.startOutboundVoiceContact?.id);
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('the same clientToken with other input is refused, and nothing is dialed', async () => {
  const clientToken = randomUUID();
  await gateway.ask(PlaceCallDocument, call({ clientToken }));
  const other = await gateway.ask(PlaceCallDocument, call({ clientToken, destinationPhoneNumber: '+12065550115' }));
  expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', retryable: false });
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test("another tenant's equal clientToken and number are another call, and tell nothing of the first", async () => {
  const same = call({ clientToken: randomUUID() });
  const first = await gateway.ask(PlaceCallDocument, same);
  const other = await gateway.ask(PlaceCallDocument, same, { tenant: 'globex' });
  expect(other.errors).toBeUndefined();
  expect(other.data?.startOutboundVoiceContact?.id).not.toBe(first.data?.startOutboundVoiceContact?.id);
  expect(new Set(gateway.simulator.calls().map(({ clientToken }) => clientToken)).size).toBe(2);
});

test('the same number moments later is DUPLICATE_CALL with the first contact, unless allowRepeat; and free after a minute', async () => {
  const first = await gateway.ask(PlaceCallDocument, call());
  // A clock that only goes forward tells parts of milliseconds; an answer does not.
  gateway.clock.advance(19_999.6);
  const second = await gateway.ask(PlaceCallDocument, call());
  gateway.clock.advance(0.4);
  expect(second.errors?.[0]?.extensions).toMatchObject({
    code: 'DUPLICATE_CALL',
    retryable: false,
    retryAfterMs: 40_001,
    contactId: first.data?.startOutboundVoiceContact?.id,
  });
  expect(gateway.simulator.calls()).toHaveLength(1);
  expect((await gateway.ask(PlaceCallDocument, call({ allowRepeat: true }))).errors).toBeUndefined();
  expect((await gateway.ask(PlaceCallDocument, call())).errors?.[0]?.extensions.code).toBe('DUPLICATE_CALL');
  gateway.clock.advance(60_000);
  expect((await gateway.ask(PlaceCallDocument, call())).errors).toBeUndefined();
  expect(gateway.simulator.calls()).toHaveLength(3);
});

test('two calls to one number at the same moment: one rings', async () => {
  const answers = await Promise.all([gateway.ask(PlaceCallDocument, call()), gateway.ask(PlaceCallDocument, call())]);
  expect(answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? [])).toEqual([
    'DUPLICATE_CALL',
  ]);
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test.each([
  ['the answer was lost after the call was placed', '+12065550113'],
  ['Connect failed once', '+12065550111'],
])(
  'where %s, it is asked again with the same token: one call, and its contact',
  async (_what, destinationPhoneNumber) => {
    const { data } = await gateway.clock.runUntil(gateway.ask(PlaceCallDocument, call({ destinationPhoneNumber })));
    expect(gateway.simulator.requests()).toMatchObject({ StartOutboundVoiceContact: 2 });
    expect(data?.startOutboundVoiceContact?.id).toBe(gateway.simulator.calls()[0]?.contactId);
    expect(gateway.simulator.calls()).toHaveLength(1);
  },
);

test('what may have rung is never called a failure: OUTCOME_UNKNOWN while it can be resolved, and for good afterwards', async () => {
  const same = call({ clientToken: 'unknown-1', destinationPhoneNumber: '+12065550112' });
  const asked = gateway.ask(PlaceCallDocument, same);
  // Between its attempts it waits ever longer, up to four seconds.
  let askedAtMs = gateway.clock.monotonic();
  for (const [before, backoffMs] of [0, 250, 500, 1_000, 2_000, 4_000].entries()) {
    await gateway.clock.runUntil(gateway.simulator.whenRequested('StartOutboundVoiceContact', before + 1));
    const waitedMs = gateway.clock.monotonic() - askedAtMs;
    expect(waitedMs).toBeGreaterThanOrEqual(backoffMs);
    expect(waitedMs).toBeLessThan(backoffMs + 250);
    askedAtMs = gateway.clock.monotonic();
  }
  const unknown = await gateway.clock.runUntil(asked);
  expect(unknown.errors?.[0]?.extensions).toMatchObject({
    code: 'OUTCOME_UNKNOWN',
    retryable: true,
    clientToken: 'unknown-1',
  });
  gateway.clock.advance(61_000);
  const lost = await gateway.ask(PlaceCallDocument, same);
  expect(lost.errors?.[0]?.extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: false });
});

test('asking again with the token from OUTCOME_UNKNOWN finds the call that was placed', async () => {
  const impatient = await startTestGateway();
  impatient.simulator.inject({
    operation: 'StartOutboundVoiceContact',
    times: 1,
    delayMs: 5_000,
    destroySocket: 'after',
  });
  const asked = await impatient.clock.runUntil(impatient.ask(PlaceCallDocument, call({ maxWaitInSeconds: 3 })));
  const { extensions } = asked.errors?.[0] ?? {};
  expect(extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });

  const again = await impatient.clock.runUntil(
    impatient.ask(PlaceCallDocument, call({ clientToken: extensions?.clientToken as string })),
  );
  expect(again.data?.startOutboundVoiceContact?.id).toBe(impatient.simulator.calls()[0]?.contactId);
  expect(impatient.simulator.calls()).toHaveLength(1);
  await impatient.stop();
});

test('once a call may have rung, a later refusal is not taken for an answer', async () => {
  const destination = { destinationPhoneNumber: '+12065550102' };
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', times: 1, destroySocket: 'after' });
  gateway.simulator.inject({
    operation: 'StartOutboundVoiceContact',
    times: 1,
    status: 403,
    type: 'OutboundContactNotPermittedException',
  });
  const { data } = await gateway.clock.runUntil(gateway.ask(PlaceCallDocument, call(destination)));
  expect(gateway.simulator.requests()).toMatchObject({ StartOutboundVoiceContact: 3 });
  expect(data?.startOutboundVoiceContact?.id).toBe(gateway.simulator.calls()[0]?.contactId);
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('a number rests as long as a call to it may be sent again, also where it would rest for less', async () => {
  const operation = 'StartOutboundVoiceContact';
  await withGateway({ calls: { duplicateWindowMs: 5_000 } }, async (hasty) => {
    hasty.simulator.inject({ operation, times: 100, status: 500 });
    // For so long that the gateway has stopped asking by itself.
    const inDoubt = call({ clientToken: 'in doubt', maxWaitInSeconds: 30 });
    const unknown = await hasty.clock.runUntil(hasty.ask(PlaceCallDocument, inDoubt));
    expect(unknown.errors?.[0]?.extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    hasty.simulator.reset();
    hasty.clock.advance(10_000);
    const { extensions } = (await hasty.ask(PlaceCallDocument, call())).errors?.[0] ?? {};
    expect(extensions?.code).toBe('DUPLICATE_CALL');
    // What is told is the rest itself, which is no shorter than the minute in which the call may be sent again.
    expect(extensions?.retryAfterMs).toBeGreaterThan(60_000 - 30_000 - 10_000);
    expect((await hasty.ask(PlaceCallDocument, inDoubt)).errors).toBeUndefined();
    expect(hasty.simulator.calls()).toHaveLength(1);
  });
});

test.each([
  ['empty', ''],
  ['of 501 characters', 'a'.repeat(501)],
  ['with a line break', 'a\n'],
  ['with a letter that has two forms', 'é'],
  ['with a zero byte', 'a\u0000'],
])('a clientToken that is %s is refused', async (_what, clientToken) => {
  expect(await outcomeOf(placeCall(gateway, { clientToken }))).toBe('BAD_USER_INPUT');
});

test('one clientToken for two numbers at the same moment: one phone rings, the other is a conflict', async () => {
  const outcomes = await Promise.all(
    ['+12065550100', '+12065550115'].map((destinationPhoneNumber) =>
      outcomeOf(placeCall(gateway, { clientToken: 'one', destinationPhoneNumber })),
    ),
  );
  expect(outcomes.sort()).toEqual(['IDEMPOTENCY_CONFLICT', 'placed']);
  expect(gateway.simulator.calls()).toHaveLength(1);
});

test('a clientToken whose call was refused can be used for other input, and then counts', async () => {
  expect(await outcomeOf(placeCall(gateway, { clientToken: 'again', contactFlowId: unknownFlow }))).toBe('NOT_FOUND');
  const id = await placeCall(gateway, { clientToken: 'again' });
  expect(await placeCall(gateway, { clientToken: 'again' })).toBe(id);
  expect(await outcomeOf(placeCall(gateway, { clientToken: 'again', contactFlowId: unknownFlow }))).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
});
