import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import {
  CapacityDocument,
  PlaceCallDocument,
  type StartOutboundVoiceContactInput,
} from '../support/generated/operations.js';
import { callInput, placeCall } from '../support/place-call.js';
import {
  startTestGateway,
  unpacedQuotas,
  type GatewayChanges,
  type GraphqlAnswer,
  type RunningGateway,
} from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';

const operation = 'StartOutboundVoiceContact';
const elsewhere = '+12065550131';
/** The tokens of the tests are good for so long, and counted for five seconds more. */
const goodForMs = 300_000;
const toleranceMs = 5_000;

describe('in memory', () => {
  expired((changes) => startTestGateway(changes));
});

describeOnRedis('on Redis', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.close());
  expired(async (changes) => {
    let nowMs = () => new TestClock().now();
    const parts = { storeNowMs: () => nowMs() };
    const gateway = await startTestGateway({ ...changes, parts, state: { redis: redis.address } });
    nowMs = () => gateway.clock.now();
    return gateway;
  });
});

function expired(start: (changes: GatewayChanges) => Promise<RunningGateway>): void {
  let gateway: RunningGateway;
  let token: string;
  let expiresAtMs: number;

  /** With a token that `leftMs` are left of, its tolerance included. */
  async function startWith(leftMs: number, changes: GatewayChanges = {}): Promise<void> {
    gateway = await start(changes);
    token = await gateway.token();
    expiresAtMs = gateway.clock.now() + goodForMs + toleranceMs;
    gateway.clock.advance(goodForMs + toleranceMs - leftMs);
  }

  afterEach(async () => {
    gateway.clock.advance(120_000);
    await gateway.stop();
  });

  async function ask(query: string, variables: object): Promise<GraphqlAnswer> {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const body = await response.text();
    return { status: response.status, headers: response.headers, body, ...(JSON.parse(body) as object) };
  }

  const call = (changes: Partial<StartOutboundVoiceContactInput> = {}) =>
    ask(print(PlaceCallDocument), { input: callInput({ maxWaitInSeconds: 55, ...changes }) });

  const ofOthers = (changes: Partial<StartOutboundVoiceContactInput> = {}) =>
    gateway.ask(PlaceCallDocument, { input: callInput({ maxWaitInSeconds: 55, allowRepeat: true, ...changes }) });

  const rung = () => gateway.simulator.calls().filter(({ destination }) => destination !== elsewhere);

  async function untilWaiting(count: number): Promise<void> {
    const length = async () => (await gateway.ask(CapacityDocument)).data?.outboundCapacity?.queueLength;
    for (let tries = 0; tries < 1_000 && (await length()) !== count; tries += 1);
    expect(await length()).toBe(count);
  }

  test('a call in line leaves it when its token ends, unsent, and its key and number are free again', async () => {
    await startWith(10_000, { connect: { quotas: new Map([[operation, { ratePerSecond: 0.1, burst: 1 }]]) } });
    await ofOthers({ destinationPhoneNumber: elsewhere });
    const waiting = [1, 2, 3].map(() => ofOthers({ destinationPhoneNumber: elsewhere }));
    await untilWaiting(3);
    const refused = call({ clientToken: 'mine' });
    await untilWaiting(4);
    const { errors } = await gateway.clock.runUntil(refused);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(errors?.[0]?.message).toMatch(/nothing was done/);
    expect(gateway.clock.now()).toBeGreaterThanOrEqual(expiresAtMs);
    // Long before its permit, which would have been the fourth.
    expect(gateway.clock.now()).toBeLessThan(expiresAtMs + 10_000);
    const again = { clientToken: 'mine', name: 'other input', allowRepeat: false };
    const [placed] = await gateway.clock.runUntil(Promise.all([ofOthers(again), ...waiting]));
    expect(placed.errors).toBeUndefined();
    expect(rung()).toHaveLength(1);
  });

  test('another request for the same call, whose token is still good, goes on in the stead of one whose token ends', async () => {
    await startWith(10_000, { connect: { quotas: new Map([[operation, { ratePerSecond: 0.1, burst: 1 }]]) } });
    await ofOthers({ destinationPhoneNumber: elsewhere });
    const waiting = ofOthers({ destinationPhoneNumber: elsewhere });
    await untilWaiting(1);
    const same = { clientToken: 'mine', allowRepeat: false };
    const ending = call(same);
    await untilWaiting(2);
    const good = ofOthers(same);
    const [ended, placed] = await gateway.clock.runUntil(Promise.all([ending, good, waiting]));
    expect(ended.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(placed.errors).toBeUndefined();
    expect(rung()).toHaveLength(1);
  });

  test('a call that Connect throttled is not sent again once its token has ended', async () => {
    await startWith(100);
    gateway.simulator.inject({ operation, times: 1, status: 429, type: 'TooManyRequestsException' });
    const refused = call({ clientToken: 'mine' });
    await gateway.simulator.whenRequested(operation, 1);
    const { errors } = await gateway.clock.runUntil(refused);
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
      message: expect.stringMatching(/nothing was done/),
    });
    expect(gateway.simulator.requests()[operation]).toBe(1);
    expect((await ofOthers({ allowRepeat: false })).errors).toBeUndefined();
  });

  test('a call in doubt is asked after again also when its token has ended, and its contact is the answer', async () => {
    await startWith(100);
    gateway.simulator.inject({ operation, times: 1, destroySocket: 'after' });
    const asked = call();
    await gateway.simulator.whenRequested(operation, 1);
    const { data } = await gateway.clock.runUntil(asked);
    expect(data?.startOutboundVoiceContact).toMatchObject({ id: rung()[0]?.contactId });
    expect(gateway.simulator.requests()[operation]).toBe(2);
    expect(rung()).toHaveLength(1);
  });

  const stop = (contactId: string) =>
    ask('mutation ($input: StopContactInput!) { stopContact(input: $input) { id } }', { input: { contactId } });

  test('a change that waits for its permit is not made once the token has ended', async () => {
    const quotas = new Map([...unpacedQuotas, ['StopContact', { ratePerSecond: 0.25, burst: 1 }] as const]);
    await startWith(2_000, { connect: { quotas } });
    const [first, second] = [await placeCall(gateway), await placeCall(gateway)];
    expect((await stop(first)).errors).toBeUndefined();
    const refused = await gateway.clock.runUntil(stop(second));
    expect(refused.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(gateway.simulator.requests().StopContact).toBe(1);
  });

  test.each([
    ['is not made again', { status: 429, type: 'TooManyRequestsException' }, 'UNAUTHENTICATED'],
    ['is not made again, and may have been made', { status: 500 }, 'OUTCOME_UNKNOWN'],
  ])('a change that failed at first %s once the token has ended', async (_how, fault, code) => {
    await startWith(100);
    const contactId = await placeCall(gateway);
    gateway.simulator.inject({ operation: 'StopContact', times: 1, ...fault });
    const refused = stop(contactId);
    await gateway.simulator.whenRequested('StopContact', 1);
    const { errors } = await gateway.clock.runUntil(refused);
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect(gateway.simulator.requests().StopContact).toBe(1);
  });

  test('a token counts for the whole request until five seconds after its end, and not a moment longer', async () => {
    await startWith(1);
    expect((await call()).errors).toBeUndefined();
    gateway.clock.advance(1);
    expect((await call()).status).toBe(401);
    expect(rung()).toHaveLength(1);
  });
}
