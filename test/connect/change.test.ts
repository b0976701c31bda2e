import {
  DescribeContactCommand,
  ListUsersCommand,
  StopContactCommand,
  SuspendContactRecordingCommand,
} from '@aws-sdk/client-connect';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { OutcomeUnknown } from '../../src/connect/errors.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import type { Quota } from '../../src/coordination/rate-limiter.js';
import { neverMs } from '../support/start-gateway.js';
import { TestClock } from '../support/test-clock.js';

const clock = new TestClock();
let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator({ clock, settings: { rates: 'off' } });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.reset();
});

/** The door to the simulator, with this quota for everything. */
function connectWith(quota: Quota): Connect {
  return connectAt(() => quota);
}

function connectAt(quotaFor: () => Quota): Connect {
  const state = new MemoryCoordination({
    clock,
    rateLimiter: { campaignShare: 0.1, maxWaitingPerSubject: () => undefined, quotaFor },
  });
  const clients = createConnectClients({
    region: seed.region,
    endpoint: simulator.url,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    connectionTimeoutMs: neverMs,
    requestTimeoutMs: neverMs,
  });
  return new Connect(clients, new PermitQueue(state.rateLimiter, clock), clock);
}

const plenty: Quota = { ratePerSecond: 100, burst: 100 };
const ids = { InstanceId: seed.instanceId, ContactId: '00000000-0000-4000-8000-000000000000' };
const stop = () => new StopContactCommand(ids);
const wish = { tenant: 'acme', subject: 'alice', signal: undefined, requireAuthority: () => undefined };

/** What the promise is rejected with. */
const failureOf = (changing: Promise<void>): Promise<unknown> =>
  changing.then(
    () => undefined,
    (error: unknown) => error,
  );

/** What the change fails with, once these waits are over. */
async function failureAfter(waitsMs: readonly number[], changing: Promise<void>): Promise<unknown> {
  const failure = failureOf(changing);
  for (const waitMs of waitsMs) {
    expect(await clock.runToNextTimer()).toBe(waitMs);
  }
  return failure;
}

test('takes a permit for every attempt', async () => {
  const connect = connectWith({ ratePerSecond: 0.001, burst: 10 });
  const before = await connect.capacity('StopContact', { tenant: 'acme', subject: 'alice' });
  simulator.inject({ operation: 'StopContact', status: 500, times: 3 });
  const error = await failureAfter([250, 500], connect.change(stop(), wish));
  expect(error).toBeInstanceOf(OutcomeUnknown);
  expect(simulator.requests()).toEqual({ StopContact: 3 });
  const after = await connect.capacity('StopContact', { tenant: 'acme', subject: 'alice' });
  expect(before.available - after.available).toBe(3);
});

test('is bounded in time: without a permit left for another attempt it says that the outcome is open', async () => {
  const connect = connectWith({ ratePerSecond: 0.1, burst: 1 });
  simulator.inject({ operation: 'StopContact', status: 500 });
  const error = await failureAfter([250], connect.change(stop(), wish));
  expect(error).toBeInstanceOf(OutcomeUnknown);
  expect(simulator.requests()).toEqual({ StopContact: 1 });
});

test('is bounded in time: an answer that came late is followed by no other attempt', async () => {
  const connect = connectWith({ ratePerSecond: 100, burst: 100 });
  simulator.inject({ operation: 'StopContact', status: 500, delayMs: 6_000 });
  const error = await failureAfter([6_000], connect.change(stop(), wish));
  expect(error).toBeInstanceOf(OutcomeUnknown);
  expect(simulator.requests()).toEqual({ StopContact: 1 });
});

test('of which nobody waits for the permit any more is not sent', async () => {
  const connect = connectWith({ ratePerSecond: 0.5, burst: 1 });
  await failureOf(connect.change(stop(), wish));
  const abandoned = new AbortController();
  const failure = failureOf(connect.change(stop(), { ...wish, signal: abandoned.signal }));
  abandoned.abort();
  expect(await failure).toBe(abandoned.signal.reason);
  clock.advance(60_000);
  expect(simulator.requests()).toEqual({ StopContact: 1 });
});

test('that a bug keeps from its permit fails with that bug, and is not sent', async () => {
  const bug = new TypeError('a bug');
  const connect = connectAt(() => {
    throw bug;
  });
  expect(await failureOf(connect.change(stop(), wish))).toBe(bug);
  expect(simulator.requests()).toEqual({});
});

test('that was sent is finished also where nobody waits any more', async () => {
  const connect = connectWith({ ratePerSecond: 100, burst: 100 });
  const abandoned = new AbortController();
  simulator.inject({
    operation: 'SuspendContactRecording',
    status: 404,
    type: 'ResourceNotFoundException',
    delayMs: 700,
  });
  const command = new SuspendContactRecordingCommand({ ...ids, InitialContactId: ids.ContactId });
  const failure = failureOf(connect.change(command, { ...wish, signal: abandoned.signal }));
  await clock.whenQuiet();
  abandoned.abort();
  expect(await clock.runToNextTimer()).toBe(700);
  expect(await failure).toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  ['a change is not sent as a read, which the SDK repeats', () => connectWith(plenty).send(stop(), wish)],
  ['a read is not sent as a change', () => connectWith(plenty).change(new DescribeContactCommand(ids), wish)],
  ['what is not in the table is not sent', () => connectWith(plenty).send(new ListUsersCommand(ids), wish)],
])('%s', async (_title, send) => {
  await expect(send()).rejects.toThrow(TypeError);
  expect(simulator.requests()).toEqual({});
});
