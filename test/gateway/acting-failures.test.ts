import { beforeEach, describe, expect, test } from '@jest/globals';
import { placeCall, placeCallElsewhere } from '../support/place-call.js';
import { shareGateway } from '../support/share-gateway.js';
import { withGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { act, changes, eachChange, unknownId, untilWithAgent, type Change } from './acting-fixture.js';

let gateway: RunningGateway;
let loggedBefore = 0;
shareGateway((started) => (gateway = started), { passMs: 61_000 });
beforeEach(() => {
  loggedBefore = gateway.logged().length;
});

const stop = changes[0]!;
const named = (mutation: string) => changes.find((one) => one.mutation === mutation)!;
const sent = ({ operation }: Change, by = gateway) => by.simulator.requests()[operation] ?? 0;
const message = 'arn:aws:connect:us-west-2:123456789012:instance/i is c4n4ry';
const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };
const unknown = { code: 'OUTCOME_UNKNOWN', retryable: true, retryAfterMs: 1_000 };

/** What becomes of a change that is sent again `repeats` times: after a quarter of a second, and after half of one. */
async function repeated(acting: Promise<GraphqlAnswer>, repeats: number, on = gateway): Promise<GraphqlAnswer> {
  const startMs = on.clock.monotonic();
  const answer = await on.clock.runUntil(acting);
  const waitedMs = on.clock.monotonic() - startMs;
  const waitsMs = [0, 250, 250 + 500][repeats]!;
  expect(waitedMs).toBeGreaterThanOrEqual(waitsMs);
  expect(waitedMs).toBeLessThan(waitsMs + 250);
  return answer;
}

/** A call that no replica placed, with its agent. */
async function liveContact(on = gateway): Promise<string> {
  const id = await placeCallElsewhere(on);
  untilWithAgent(on);
  return id;
}

describe.each(eachChange)('%s', (_mutation, change) => {
  test.each([
    ['InvalidRequestException', 400, { code: 'CONTACT_STATE_CONFLICT', retryable: false }],
    ['ValidationException', 400, { code: 'BAD_USER_INPUT', retryable: false }],
    ['ResourceNotFoundException', 404, { code: 'NOT_FOUND', retryable: false }],
    ['ContactNotFoundException', 410, { code: 'NOT_FOUND', retryable: false }],
    ['AccessDeniedException', 403, unavailable],
    ['InvalidActiveRegionException', 400, unavailable],
    ['SomethingNewException', 409, unavailable],
  ])('that Connect refuses with %s (%i) is refused once, in our own words', async (type, status, expected) => {
    const id = await liveContact();
    gateway.simulator.inject({ operation: change.operation, status, type, message });
    const { data, errors, body } = await act(gateway, change, { contactId: id });
    expect(data).toEqual({ [change.mutation]: null });
    expect(errors).toMatchObject([{ extensions: expected }]);
    expect(body).not.toMatch(/arn:|c4n4ry|Exception|\bflow, the queue|nothing was sent/);
    expect(sent(change)).toBe(1);
  });

  test('is sent again with another permit where Connect throttles it once', async () => {
    const id = await liveContact();
    gateway.simulator.inject({ operation: change.operation, status: 429, type: 'ThrottlingException' });
    const { errors } = await repeated(act(gateway, change, { contactId: id }), 1);
    expect(errors?.[0]?.extensions.code).not.toBe('THROTTLED');
    expect(sent(change)).toBe(2);
  });

  test('is THROTTLED where Connect does so three times', async () => {
    const id = await liveContact();
    gateway.simulator.inject({ operation: change.operation, status: 429, type: 'TooManyRequestsException', times: 3 });
    const { errors } = await repeated(act(gateway, change, { contactId: id }), 2);
    expect(errors).toMatchObject([{ extensions: { code: 'THROTTLED', retryable: true } }]);
    expect(errors?.[0]?.message).toMatch(/nothing was done/);
    expect(sent(change)).toBe(3);
  });

  test.each([
    ['a failure of the service', { status: 500 }],
    ['a broken connection', { destroySocket: 'before' }],
  ] as const)('whose outcome stays open is OUTCOME_UNKNOWN: %s', async (_title, fault) => {
    const id = await liveContact();
    gateway.simulator.inject({ operation: change.operation, ...fault, times: 3 });
    const { errors } = await repeated(act(gateway, change, { contactId: id }), change.isIdempotent ? 2 : 0);
    expect(errors).toMatchObject([{ extensions: unknown }]);
    expect(errors?.[0]?.message).not.toMatch(/nothing was/);
    // What would do harm, or be refused, the second time is left to the caller.
    expect(sent(change)).toBe(change.isIdempotent ? 3 : 1);
    const logged = gateway.logged().slice(loggedBefore);
    expect(logged).toContain('"msg":"contact perhaps changed"');
    expect(logged).not.toContain('"msg":"contact changed"');
  });
});

test('a change that no permit is left for is THROTTLED at once, and not sent', async () => {
  const once = { ratePerSecond: 0.1, burst: 1 };
  const quotas = new Map(gateway.config.connect.quotas);
  for (const { operation } of changes) quotas.set(operation, once);
  await withGateway({ connect: { quotas } }, async (paced) => {
    const id = await liveContact(paced);
    for (const change of changes) {
      await act(paced, change, { contactId: id });
      const { errors } = await act(paced, change, { contactId: id });
      expect(errors).toMatchObject([{ extensions: { code: 'THROTTLED', retryable: true } }]);
      expect(errors?.[0]?.extensions.retryAfterMs).toBeGreaterThan(1_000);
      expect(sent(change, paced)).toBe(1);
    }
  });
});

describe('a change whose first answer is lost', () => {
  test.each(changes.filter(({ isIdempotent }) => isIdempotent).map((one) => [one.mutation, one] as const))(
    'is made once more, and so surely: %s',
    async (_mutation, change) => {
      const id = await liveContact();
      gateway.simulator.inject({ operation: change.operation, destroySocket: 'after' });
      const { data, errors } = await repeated(act(gateway, change, { contactId: id }), 1);
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({ [change.mutation]: { id } });
      expect(sent(change)).toBe(2);
    },
  );

  test('is no longer hidden by what was read before', async () => {
    const id = await placeCall(gateway);
    const query = 'query ($id: ID!) { contact(id: $id) { name } }';
    await gateway.ask(query, { id });
    gateway.simulator.inject({ operation: 'UpdateContact', status: 500, carriedOut: true, times: 3 });
    const rename = { mutation: 'updateContact', rest: { name: 'Order 2' } };
    const { errors } = await repeated(act(gateway, rename, { contactId: id }), 2);
    expect(errors).toMatchObject([{ extensions: unknown }]);
    expect((await gateway.ask(query, { id })).data).toEqual({ contact: { name: 'Order 2' } });
  });

  test('is not called refused where only the second attempt was', async () => {
    const id = await liveContact();
    gateway.simulator.inject({ operation: 'UpdateContact', destroySocket: 'after' });
    gateway.simulator.inject({ operation: 'UpdateContact', status: 403, type: 'AccessDeniedException' });
    const { errors } = await repeated(act(gateway, named('updateContact'), { contactId: id }), 1);
    expect(errors).toMatchObject([{ extensions: unknown }]);
  });
});

describe('a change that Connect does not answer', () => {
  test('is OUTCOME_UNKNOWN when the request has taken too long, and made once more where that does no harm', async () => {
    await withGateway({ connect: { requestTimeoutMs: 300 } }, async (hasty) => {
      const id = await liveContact(hasty);
      hasty.simulator.inject({ operation: 'SuspendContactRecording', hang: 'before' });
      const { errors } = await act(hasty, named('suspendContactRecording'), { contactId: id });
      expect(errors).toMatchObject([{ extensions: unknown }]);
      hasty.simulator.inject({ operation: 'StopContact', hang: 'after' });
      const stopping = act(hasty, stop, { contactId: id }, { selection: 'status' });
      await hasty.simulator.whenRequested('StopContact', 1);
      // The time-out is one of the machine's clock, and only then the gateway waits for its own.
      await hasty.clock.whenQuiet();
      await hasty.clock.whenTimerSet();
      const { data } = await hasty.clock.runUntil(stopping);
      expect(data).toEqual({ stopContact: { status: 'AFTER_CONTACT_WORK' } });
    });
  });

  test('waits for no read that hangs: it has connections of its own', async () => {
    const id = await placeCall(gateway);
    const query = 'query ($id: ID!) { contact(id: $id) { name } }';
    gateway.simulator.inject({ operation: 'DescribeContact', delayMs: 1_000, times: 60 });
    // As many as the SDK opens connections at once, and some.
    const ids = Array.from({ length: 60 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
    const reads = ids.map((one) => gateway.ask(query, { id: one }));
    await gateway.simulator.whenRequested('DescribeContact', 50);
    const { data } = await act(gateway, stop, { contactId: id }, { selection: 'id' });
    expect(data).toEqual({ stopContact: { id } });
    await gateway.clock.runUntil(Promise.all(reads));
  });
});

describe('a change that cannot be sent', () => {
  test('is UPSTREAM_UNAVAILABLE: nothing was done', async () => {
    await withGateway({ connect: { endpoint: 'http://127.0.0.1:9' } }, async (lonely) => {
      const { errors, body } = await repeated(act(lonely, stop, { contactId: unknownId }), 2, lonely);
      expect(errors).toMatchObject([{ extensions: unavailable }]);
      expect(errors?.[0]?.message).toContain('nothing was done');
      expect(body).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    });
  });
});

describe('a change that meets another', () => {
  const conflict = { operation: 'UpdateContact', status: 409, type: 'ConflictException', message } as const;

  test('is sent again', async () => {
    const id = await liveContact();
    gateway.simulator.inject(conflict);
    const { errors } = await repeated(act(gateway, named('updateContact'), { contactId: id }), 1);
    expect(errors).toBeUndefined();
    expect(sent(named('updateContact'))).toBe(2);
  });

  test('three times is a conflict that may be asked again', async () => {
    const id = await liveContact();
    gateway.simulator.inject({ ...conflict, times: 3 });
    const { errors } = await repeated(act(gateway, named('updateContact'), { contactId: id }), 2);
    expect(errors).toMatchObject([{ extensions: { code: 'CONTACT_STATE_CONFLICT', retryable: true } }]);
  });
});

describe('a contact that Connect does not find', () => {
  const missing = { status: 404, type: 'ResourceNotFoundException', message };

  test.each(eachChange)('may be asked for again where it was placed moments ago: %s', async (_mutation, change) => {
    const id = await placeCall(gateway);
    gateway.simulator.inject({ ...missing, operation: change.operation });
    const { errors } = await act(gateway, change, { contactId: id });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', retryable: true, retryAfterMs: 1_000 } }]);
  });

  test('was placed long enough ago after 90 s', async () => {
    const id = await placeCall(gateway);
    gateway.clock.advance(90_000);
    gateway.simulator.inject({ ...missing, operation: 'TagContact' });
    const { errors } = await act(gateway, named('tagContact'), { contactId: id });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', retryable: false } }]);
  });
});

test('a contact that Connect does not stop is told from one that has ended, and how to end it', async () => {
  const id = await liveContact();
  gateway.simulator.inject({ operation: 'StopContact', status: 400, type: 'InvalidRequestException' });
  const { errors } = await act(gateway, stop, { contactId: id });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONTACT_STATE_CONFLICT', retryable: false });
  expect(errors?.[0]?.message).toMatch(/transfer.*agent must end/);
});
