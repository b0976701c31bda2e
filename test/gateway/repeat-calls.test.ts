import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import {
  CapacityDocument,
  PlaceCallDocument,
  type StartOutboundVoiceContactInput,
} from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';

const operation = 'StartOutboundVoiceContact';
const elsewhere = '+12065550131';

type Changes = Partial<StartOutboundVoiceContactInput>;

/** Two replicas on one clock; in memory both are the same. */
interface Pair {
  readonly here: RunningGateway;
  readonly there: RunningGateway;
}

describe('in memory', () => {
  repeats(async (changes) => {
    const here = await startTestGateway(changes);
    return { here, there: here };
  });
});

describeOnRedis('on two replicas with one Redis', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.close());
  repeats(async (changes) => {
    const state = { redis: redis.address, replicas: 2 };
    let nowMs = () => new TestClock().now();
    const storeNowMs = () => nowMs();
    const here = await startTestGateway({ ...changes, state, parts: { storeNowMs } });
    nowMs = () => here.clock.now();
    const there = await startTestGateway({
      ...changes,
      state,
      besides: here,
      parts: { storeNowMs, clock: here.clock },
    });
    return { here, there };
  });
});

function repeats(startPair: (changes: GatewayChanges) => Promise<Pair>): void {
  let here: RunningGateway;
  let there: RunningGateway;

  async function start(changes: GatewayChanges = {}): Promise<void> {
    ({ here, there } = await startPair(changes));
  }

  afterEach(async () => {
    here.clock.advance(120_000);
    if (there !== here) await here.clock.runUntil(there.stop());
    await here.stop();
  });

  const ask = (gateway: RunningGateway, changes: Changes = {}) =>
    gateway.ask(PlaceCallDocument, { input: callInput({ maxWaitInSeconds: 55, ...changes }) });

  /** Why a call is not placed; undefined where it is. */
  const refusal = async (gateway: RunningGateway, changes: Changes = {}) =>
    (await here.clock.runUntil(ask(gateway, changes))).errors?.[0]?.extensions;

  /** Who was called when, the oldest first. */
  const rung = () => here.simulator.calls().filter(({ destination }) => destination !== elsewhere);

  /** A permit in ten seconds, and the first one is taken. */
  async function startInLine(calls: GatewayChanges['calls'] = {}): Promise<void> {
    await start({ calls, connect: { quotas: new Map([[operation, { ratePerSecond: 0.1, burst: 1 }]]) } });
    expect((await ask(here, { destinationPhoneNumber: elsewhere })).errors).toBeUndefined();
  }

  async function untilWaiting(count: number): Promise<void> {
    const length = async () => (await here.ask(CapacityDocument)).data?.outboundCapacity?.queueLength;
    for (let tries = 0; tries < 1_000 && (await length()) !== count; tries += 1);
    expect(await length()).toBe(count);
  }

  /** Asks for a call, and can go away. */
  async function impatient(gateway: RunningGateway, changes: Changes = {}) {
    const leaving = new AbortController();
    const answer = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.token()}` },
      body: JSON.stringify({
        query: print(PlaceCallDocument),
        variables: { input: callInput({ maxWaitInSeconds: 55, ...changes }) },
      }),
      signal: leaving.signal,
    });
    answer.catch(() => undefined);
    return {
      leave: () => {
        leaving.abort();
      },
    };
  }

  test('where the first of two in line leaves, the number is still taken by the second', async () => {
    await startInLine();
    const first = await impatient(here);
    await untilWaiting(1);
    const repeat = ask(there, { allowRepeat: true });
    await untilWaiting(2);
    first.leave();
    await untilWaiting(1);
    expect(await refusal(here)).toMatchObject({ code: 'DUPLICATE_CALL' });
    expect((await here.clock.runUntil(repeat)).errors).toBeUndefined();
    here.clock.advance(2_000);
    expect(await refusal(here)).toMatchObject({ code: 'DUPLICATE_CALL', contactId: rung()[0]?.contactId });
    expect(rung()).toHaveLength(1);
  });

  test('where the rest of an earlier call is over, the number is still taken by a repeat that waits beside it', async () => {
    await startInLine();
    expect((await here.clock.runUntil(ask(here))).errors).toBeUndefined();
    here.clock.advance(rung()[0]!.atMs + 59_000 - here.clock.now());
    expect((await ask(here, { destinationPhoneNumber: elsewhere, allowRepeat: true })).errors).toBeUndefined();
    const repeat = ask(there, { allowRepeat: true });
    await untilWaiting(1);
    here.clock.advance(1_500);
    await untilWaiting(1);
    expect(await refusal(here)).toMatchObject({ code: 'DUPLICATE_CALL' });
    expect((await here.clock.runUntil(repeat)).errors).toBeUndefined();
    expect(rung()).toHaveLength(2);
  });

  test('a repeat does not shorten the rest of a number whose earlier call is in doubt', async () => {
    await start({ calls: { duplicateWindowMs: 5_000 } });
    here.simulator.inject({ operation, times: 100, status: 500 });
    const inDoubt = await here.clock.runUntil(ask(here, { maxWaitInSeconds: 30, clientToken: 'in doubt' }));
    expect(inDoubt.errors?.[0]?.extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    here.simulator.reset();
    const { errors } = await ask(here);
    const untilMs = here.clock.now() + Number(errors?.[0]?.extensions.retryAfterMs);
    expect((await ask(there, { allowRepeat: true })).errors).toBeUndefined();
    here.clock.advance(6_000);
    const refused = (await ask(here)).errors?.[0]?.extensions;
    expect(refused).toMatchObject({ code: 'DUPLICATE_CALL', retryAfterMs: untilMs - here.clock.now() });
    expect(rung()).toHaveLength(1);
  });

  test('a number is taken until what asks after a call in doubt is answered, also where its rest is over by then', async () => {
    await startInLine({ duplicateWindowMs: 5_000, unknownResendMs: 60_000 });
    here.simulator.inject({ operation, times: 100, status: 500 });
    const same = { clientToken: 'in doubt', maxWaitInSeconds: 12 };
    const enteredMs = here.clock.now();
    const inDoubt = await here.clock.runUntil(ask(here, same));
    expect(inDoubt.errors?.[0]?.extensions).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    // Long enough for the effort to end its lease by itself: a jump would make it look like a replica that died.
    await here.clock.runUntil(here.clock.wait(enteredMs + 45_000 - here.clock.now()));
    here.simulator.reset();
    // Sent ten seconds after it entered, it rests until 60 s and 7 s later.
    here.simulator.inject({ operation, delayMs: 9_500 });
    here.clock.advance(enteredMs + 69_500 - here.clock.now());
    const again = ask(there, same);
    await here.simulator.whenRequested(operation, 1);
    for (let second = 0; second < 8; second += 1) {
      here.clock.advance(1_000);
      // What was written by then has arrived.
      await there.ask(CapacityDocument);
    }
    expect(await refusal(here)).toMatchObject({ code: 'DUPLICATE_CALL' });
    expect((await here.clock.runUntil(again)).errors).toBeUndefined();
    expect(rung()).toHaveLength(1);
  });

  const messageOf = async (asked: ReturnType<typeof ask>) => (await asked).errors?.[0]?.message;

  test('a refusal says of the other call what is true of it', async () => {
    await start({ calls: { unknownResendMs: 20_000 } });
    here.simulator.inject({ operation, times: 1, delayMs: 1_000 });
    const placed = ask(here);
    await here.simulator.whenRequested(operation, 1);
    expect(await messageOf(ask(there))).toMatch(/^Another call to this number is on its way/);
    here.clock.advance(1_000);
    expect((await placed).errors).toBeUndefined();
    expect(await messageOf(ask(there))).toMatch(/^This number was called moments ago/);
    here.clock.advance(60_000);
    here.simulator.inject({ operation, times: 100, status: 500 });
    const inDoubt = await here.clock.runUntil(ask(here, { maxWaitInSeconds: 30 }));
    expect(inDoubt.errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
    expect(await messageOf(ask(there))).toMatch(/^This number may have been called moments ago/);
  });

  test.each([
    ['with the window', 60_000],
    ['with the window off', 0],
  ])('a number gets only so many repeats in a rolling hour, %s', async (_how, duplicateWindowMs) => {
    await start({ calls: { maxRepeatCallsPerHour: 2, duplicateWindowMs } });
    const unknownFlow = '00000000-0000-4000-8000-000000000000';
    const repeat = (gateway: RunningGateway, changes: Changes = {}) => ask(gateway, { allowRepeat: true, ...changes });
    const same = { clientToken: 'the first' };
    expect((await repeat(here, same)).errors).toBeUndefined();
    here.clock.advance(60_000);
    // Neither what is answered again nor what was provably not placed counts.
    for (let times = 0; times < 3; times += 1) {
      expect((await repeat(there, same)).errors).toBeUndefined();
      const refused = await repeat(there, { contactFlowId: unknownFlow });
      expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    }
    expect((await repeat(there)).errors).toBeUndefined();
    for (const gateway of [here, there]) {
      expect((await repeat(gateway)).errors?.[0]?.extensions).toMatchObject({
        code: 'LIMIT_EXCEEDED',
        retryable: true,
        retryAfterMs: 3_540_000,
        limit: 'repeatCallsPerNumberAndHour',
        allowed: 2,
      });
    }
    expect((await repeat(here, { destinationPhoneNumber: elsewhere })).errors).toBeUndefined();
    expect(rung()).toHaveLength(2);
    here.clock.advance(3_539_999);
    expect((await ask(here)).errors).toBeUndefined();
    expect((await repeat(here)).errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', retryAfterMs: 1 });
    here.clock.advance(1);
    expect((await repeat(here)).errors).toBeUndefined();
  });
}
