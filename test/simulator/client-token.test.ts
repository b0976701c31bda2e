import { afterEach, expect, test } from '@jest/globals';
import { StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import type { StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const day = 24 * 60 * 60 * 1_000;
const person = '+12065550100';

let simulator: SimulatorUnderTest;
afterEach(() => simulator.stop());

async function start(settings: SettingChanges = {}): Promise<void> {
  simulator = await simulatorUnderTest({ settings: { ...settings } });
}

async function place(
  ClientToken: string | undefined,
  changes: Partial<StartOutboundVoiceContactCommandInput> = {},
): Promise<string> {
  const command = new StartOutboundVoiceContactCommand({ ...callTo(person), ClientToken, ...changes });
  return (await simulator.client.send(command)).ContactId!;
}

test('a repeated token answers the contact it placed, and the phone rings once.', async () => {
  await start();
  const first = await place('a');
  simulator.advance(30_000);
  expect(await place('a')).toBe(first);
  expect(simulator.calls()).toMatchObject([{ contactId: first, rings: 1, replays: 1 }]);
});

test('tokens that differ in case, and requests without one, place calls of their own.', async () => {
  await start();
  const ids = [await place('a'), await place('A'), await place(''), await place(''), await place(undefined)];
  expect(new Set(ids).size).toBe(5);
});

test('a token belongs to its instance.', async () => {
  await start();
  const there = {
    InstanceId: seed.otherInstanceId,
    ContactFlowId: seed.other.flows.reminder,
    QueueId: seed.other.queues.frontDesk,
  };
  expect(await place('a', there)).not.toBe(await place('a'));
});

test('a token is forgotten after 7 days.', async () => {
  await start({ tokenAfterEnd: 'replay' });
  const first = await place('a');
  simulator.advance(7 * day - 1);
  expect(await place('a')).toBe(first);
  simulator.advance(1);
  expect(await place('a')).not.toBe(first);
});

test('a token is forgotten sooner where the setting says so, whether its contact has ended or not, however often it was repeated.', async () => {
  await start({ tokenAfterEnd: 'replay', tokenValidMs: 20_000, timings: { endsAtMs: 10_000 } });
  const first = await place('a');
  simulator.advance(19_999);
  expect(await place('a')).toBe(first);
  simulator.advance(1);
  const second = await place('a');
  expect(second).not.toBe(first);
  simulator.advance(5_000);
  expect(await place('a')).toBe(second);
});

test('a token whose contact has ended places a new call, which then is the one it stands for.', async () => {
  await start();
  const first = await place('a');
  simulator.advance(60_000);
  const second = await place('a');
  expect(second).not.toBe(first);
  expect(await place('a')).toBe(second);
});

test('a token whose contact has ended replays it where the switch says so.', async () => {
  await start({ tokenAfterEnd: 'replay' });
  const first = await place('a');
  simulator.advance(60_000);
  expect(await place('a')).toBe(first);
});

test('a token with other input answers the first contact.', async () => {
  await start();
  expect(await place('a')).toBe(await place('a', { Name: 'other', DestinationPhoneNumber: '+12125550142' }));
  expect(simulator.calls()).toHaveLength(1);
});

test('a token with other input is an error where the switch says so; the order of maps is not other input.', async () => {
  await start({ tokenOtherInput: 'error' });
  const first = await place('a', { Attributes: { x: '1', y: '2' } });
  expect(await place('a', { Attributes: { y: '2', x: '1' } })).toBe(first);
  const refusal = await refusalOf(place('a', { Attributes: { x: '1', y: '3' } }));
  expect(refusal).toMatchObject({ name: 'IdempotencyException', status: 409 });
});

test.each([
  ['one', 1],
  ['race', 2],
] as const)('a token repeated before its answer came, set to "%s", places %i.', async (sameTokenInFlight, calls) => {
  await start({ sameTokenInFlight });
  simulator.inject({ operation: 'StartOutboundVoiceContact', delayMs: 1_000 });
  const pending = place('a');
  await simulator.whenRequested('StartOutboundVoiceContact', 1);
  const second = await place('a');
  simulator.advance(1_000);
  const first = await pending;
  expect(simulator.calls()).toHaveLength(calls);
  expect(first === second).toBe(calls === 1);
  expect(await place('a')).toBe(second);
});
