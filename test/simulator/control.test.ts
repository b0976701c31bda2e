import { describe, expect, test } from '@jest/globals';
import {
  DescribeContactCommand,
  DescribeInstanceCommand,
  ListInstancesCommand,
  StartOutboundVoiceContactCommand,
} from '@aws-sdk/client-connect';
import type { ConnectClient } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { shareSimulator } from './share-simulator.js';
import { callTo, clientOf, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;

let simulator: SimulatorUnderTest;
shareSimulator((started) => (simulator = started));

async function place(client: ConnectClient = simulator.client, ClientToken = 'a'): Promise<string> {
  return (await client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100', { ClientToken })))).ContactId!;
}

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${simulator.url}/_simulator/${path}`, { method, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

describe('over HTTP', () => {
  test('the ledger and the counts are what the methods say.', async () => {
    await place();
    simulator.advance(1_000);
    const ledger = JSON.parse(JSON.stringify({ calls: simulator.calls() })) as unknown;
    expect(await control('GET', 'calls')).toEqual({ status: 200, body: ledger });
    expect(simulator.calls()).toMatchObject([{ clientToken: 'a', rings: 1 }]);
    const counts = { requests: { StartOutboundVoiceContact: 1 } };
    expect(await control('GET', 'requests')).toEqual({ status: 200, body: counts });
  });

  test('the clock can be stepped.', async () => {
    const before = simulator.clock.now();
    const answer = await control('POST', 'clock', { advanceMs: 1_500 });
    expect(answer).toEqual({ status: 200, body: { nowMs: before + 1_500 } });
  });

  test('a fault can be injected.', async () => {
    await control('POST', 'faults', { operation: 'ListInstances', status: 503, type: 'ServiceUnavailable' });
    const refusal = await refusalOf(simulator.client.send(new ListInstancesCommand({})));
    expect(refusal).toMatchObject({ name: 'ServiceUnavailable', status: 503 });
  });

  test('a contact can be hidden, and shown again.', async () => {
    const contactId = await place();
    const read = () => simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId: contactId }));
    expect(await control('POST', 'distortions', { contactId, isHidden: true })).toEqual({ status: 200, body: {} });
    expect(await refusalOf(read())).toMatchObject({ name: 'ResourceNotFoundException' });
    simulator.distort({ contactId });
    expect((await read()).Contact?.Id).toBe(contactId);
    expect((await control('POST', 'distortions', { contactId: 'nobody' })).status).toBe(400);
    expect((await control('POST', 'distortions', { contactId, lostEvents: ['RINGING'] })).status).toBe(400);
  });

  test('a reset forgets the calls, their tokens, the counts and the faults.', async () => {
    const first = await place();
    simulator.inject({ operation: 'ListInstances', status: 500 });
    expect((await control('POST', 'reset')).status).toBe(200);
    expect([simulator.calls(), simulator.requests()]).toEqual([[], {}]);
    expect(await place()).not.toBe(first);
    await expect(simulator.client.send(new ListInstancesCommand({}))).resolves.toBeDefined();
  });

  test.each([
    ['a step backwards', 'POST', 'clock', { advanceMs: -1 }, 400],
    ['a fault of nothing', 'POST', 'faults', { times: 1 }, 400],
    ['nonsense', 'POST', 'faults', undefined, 400],
    ['an unknown path', 'GET', 'contacts', undefined, 404],
  ])('%s is refused.', async (_what, method, path, body, status) => {
    expect((await control(method, path, body)).status).toBe(status);
  });
});

describe('a fault', () => {
  test('hits so many requests of its operation, and no other operation.', async () => {
    simulator.inject({
      operation: 'DescribeInstance',
      times: 2,
      status: 429,
      type: 'ThrottlingException',
      message: 'slow',
    });
    const describeInstance = () => simulator.client.send(new DescribeInstanceCommand({ InstanceId }));
    await simulator.client.send(new ListInstancesCommand({}));
    const refusals = [await refusalOf(describeInstance()), await refusalOf(describeInstance())];
    expect(refusals).toMatchObject([
      { status: 429, message: 'slow' },
      { status: 429, message: 'slow' },
    ]);
    await expect(describeInstance()).resolves.toBeDefined();
  });

  test('that answers an error places nothing, unless it is carried out first.', async () => {
    simulator.inject({ operation: 'StartOutboundVoiceContact', status: 500 });
    await expect(refusalOf(place())).resolves.toMatchObject({ name: 'InternalServiceException', status: 500 });
    expect(simulator.calls()).toEqual([]);

    simulator.inject({ operation: 'StartOutboundVoiceContact', status: 500, carriedOut: true });
    await expect(refusalOf(place())).resolves.toMatchObject({ status: 500 });
    expect(simulator.calls()).toHaveLength(1);
    expect(await place()).toBe(simulator.calls()[0]!.contactId);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that breaks the connection %s placing has placed %i calls.', async (destroySocket, calls) => {
    simulator.inject({ operation: 'StartOutboundVoiceContact', destroySocket });
    await expect(place()).rejects.toThrow('socket hang up');
    expect(simulator.calls()).toHaveLength(calls);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that never answers, %s placing, has placed %i calls.', async (hang, calls) => {
    simulator.inject({ operation: 'StartOutboundVoiceContact', hang });
    const abort = new AbortController();
    const command = new StartOutboundVoiceContactCommand(callTo('+12065550100'));
    const sent = simulator.client.send(command, { abortSignal: abort.signal });
    await simulator.whenRequested('StartOutboundVoiceContact', 1);
    expect(simulator.calls()).toHaveLength(calls);
    abort.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('of delay holds the answer until the clock has moved on.', async () => {
    simulator.inject({ operation: 'StartOutboundVoiceContact', delayMs: 3_000 });
    let id: string | undefined;
    const pending = place().then((placed) => (id = placed));
    await simulator.whenRequested('StartOutboundVoiceContact', 1);
    simulator.advance(2_999);
    await simulator.client.send(new ListInstancesCommand({}));
    expect(id).toBeUndefined();
    simulator.advance(1);
    expect(await pending).toBe(simulator.calls()[0]!.contactId);
  });

  test('is ridden out by the retries of the SDK, which places one call.', async () => {
    const operation = 'StartOutboundVoiceContact';
    simulator.inject({ operation, destroySocket: 'after' });
    simulator.inject({ operation, status: 500, carriedOut: true });
    const id = await place(clientOf(simulator.url, { maxAttempts: 3 }));
    expect(simulator.calls().map(({ contactId }) => contactId)).toEqual([id]);
    expect(simulator.requests()).toEqual({ [operation]: 3 });
  });
});

test('requests are counted whether or not they are served.', async () => {
  await refusalOf(simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId: 'none' })));
  await simulator.client.send(new ListInstancesCommand({}));
  expect(simulator.requests()).toEqual({ DescribeContact: 1, ListInstances: 1 });
});

test('a request larger than a megabyte is refused, not read.', async () => {
  const huge = callTo('+12065550100', { Description: 'd'.repeat(1_100_000) });
  const refusal = await refusalOf(simulator.client.send(new StartOutboundVoiceContactCommand(huge)));
  expect(refusal).toMatchObject({ name: 'RequestEntityTooLargeException', status: 413 });
});

test('two simulators share nothing.', async () => {
  const other = await simulatorUnderTest();
  const ContactId = await place();
  const describeThere = other.client.send(new DescribeContactCommand({ InstanceId, ContactId }));
  await expect(refusalOf(describeThere)).resolves.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(other.calls()).toEqual([]);
  await other.stop();
});

test('a stop ends at once, even with an answer outstanding.', async () => {
  const other = await simulatorUnderTest();
  other.inject({ operation: 'ListInstances', hang: 'before' });
  const sent = other.client.send(new ListInstancesCommand({}));
  const failed = expect(sent).rejects.toThrow();
  await other.whenRequested('ListInstances', 1);
  await other.stop();
  await failed;
});
