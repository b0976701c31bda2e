import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DescribeContactCommand,
  ResumeContactRecordingCommand,
  StartContactRecordingCommand,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
  StopContactRecordingCommand,
  SuspendContactRecordingCommand,
} from '@aws-sdk/client-connect';
import type { RecordingInfo, StartContactRecordingCommandInput } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { refusalOf } from './refusal-of.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const InstanceId = seed.instanceId;
let simulator: SimulatorUnderTest;
let placedAtMs: number;
let ContactId: string;

const at = (seconds: number): Date => new Date(placedAtMs + seconds * 1_000);

function advanceTo(seconds: number, on: SimulatorUnderTest = simulator): void {
  on.advance(placedAtMs + seconds * 1_000 - on.clock.now());
}

const operations = {
  start: (changes: Partial<StartContactRecordingCommandInput> = {}) =>
    simulator.client.send(
      new StartContactRecordingCommand({
        InstanceId,
        ContactId,
        InitialContactId: ContactId,
        VoiceRecordingConfiguration: { VoiceRecordingTrack: 'ALL' },
        ...changes,
      }),
    ),
  stop: () => simulator.client.send(new StopContactRecordingCommand(recording())),
  suspend: () => simulator.client.send(new SuspendContactRecordingCommand(recording())),
  resume: () => simulator.client.send(new ResumeContactRecordingCommand(recording())),
};

type Step = keyof typeof operations;

function recording() {
  return { InstanceId, ContactId, InitialContactId: ContactId };
}

async function recordings(): Promise<readonly RecordingInfo[] | undefined> {
  return (await simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId }))).Contact!.Recordings;
}

async function place(): Promise<void> {
  placedAtMs = simulator.clock.now();
  ({ ContactId } = (await simulator.client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100')))) as {
    ContactId: string;
  });
}

describe.each([['by-flow'], ['on-request']] as const)('where calls are recorded %s, a recording', (setting) => {
  beforeAll(async () => {
    simulator = await simulatorUnderTest({ settings: { recordings: setting } });
  });
  beforeEach(async () => {
    simulator.reset();
    await place();
  });
  afterAll(() => simulator.stop());

  test('that nobody asks for is there afterwards only if the flow makes it.', async () => {
    advanceTo(80);
    const byFlow = [{ StartTimestamp: at(9), StopTimestamp: at(60), ParticipantType: 'ALL', Status: 'AVAILABLE' }];
    const found = await recordings();
    if (setting === 'by-flow') expect(found).toMatchObject(byFlow);
    else expect(found).toBeUndefined();
  });

  test('asked for before an agent joins begins when the agent does.', async () => {
    advanceTo(5);
    await operations.start();
    advanceTo(30);
    expect(await recordings()).toBeUndefined();
    advanceTo(80);
    expect(await recordings()).toMatchObject([{ StartTimestamp: at(9), StopTimestamp: at(60) }]);
  });

  test('asked for while an agent talks begins then, unless it is on already.', async () => {
    advanceTo(20);
    await operations.start({ VoiceRecordingConfiguration: { VoiceRecordingTrack: 'FROM_AGENT' } });
    advanceTo(80);
    expect(await recordings()).toMatchObject([
      { StartTimestamp: at(setting === 'by-flow' ? 9 : 20), ParticipantType: 'AGENT' },
    ]);
  });

  test('of the part before the agent is another recording.', async () => {
    await operations.start({ VoiceRecordingConfiguration: { IvrRecordingTrack: 'ALL' } });
    await operations.start();
    advanceTo(80);
    const [talk, before] = (await recordings())!;
    expect(talk).toMatchObject({ StartTimestamp: at(9), StopTimestamp: at(60) });
    expect(before).toMatchObject({ StartTimestamp: at(4), StopTimestamp: at(9) });
    expect(before!.Location).not.toBe(talk!.Location);
  });

  test('of the part before the agent that is asked for when that is over never begins.', async () => {
    advanceTo(20);
    await operations.start({ VoiceRecordingConfiguration: { IvrRecordingTrack: 'ALL' } });
    advanceTo(80);
    const found = (await recordings()) ?? [];
    expect(found.filter(({ Location }) => Location?.includes('/ivr/'))).toEqual([]);
  });

  test('whose type is left out is the one that is on.', async () => {
    await operations.start({ VoiceRecordingConfiguration: { IvrRecordingTrack: 'ALL' } });
    await operations.start();
    advanceTo(5);
    for (const step of ['suspend', 'resume', 'stop'] as const) await operations[step]();
    expect(await recordings()).toMatchObject([{ StartTimestamp: at(4), StopTimestamp: at(5) }]);
    advanceTo(20);
    await operations.stop();
    expect(await recordings()).toMatchObject([{ StopTimestamp: at(20) }, { StopTimestamp: at(5) }]);
  });

  test('ends with a stop, and is there from then on.', async () => {
    await operations.start();
    advanceTo(30);
    await operations.stop();
    expect(await recordings()).toMatchObject([{ StartTimestamp: at(9), StopTimestamp: at(30) }]);
    advanceTo(80);
    expect(await recordings()).toMatchObject([{ StopTimestamp: at(30) }]);
  });

  test('can be suspended and resumed, again and again, and stopped while it is suspended.', async () => {
    await operations.start();
    advanceTo(30);
    for (const step of ['suspend', 'resume', 'suspend', 'stop'] as const) {
      await expect(operations[step]()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    }
  });

  test.each<readonly [string, number, readonly Step[], Step]>([
    ['start it twice', 20, ['start'], 'start'],
    ['start it after a stop', 20, ['start', 'stop'], 'start'],
    ['stop it twice', 20, ['start', 'stop'], 'stop'],
    ['stop it before an agent joins', 5, ['start'], 'stop'],
    ['suspend it before an agent joins', 5, ['start'], 'suspend'],
    ['suspend it twice', 20, ['start', 'suspend'], 'suspend'],
    ['suspend it after a stop', 20, ['start', 'stop'], 'suspend'],
    ['resume it while it runs', 20, ['start'], 'resume'],
    ['resume it after a stop', 20, ['start', 'suspend', 'stop'], 'resume'],
    ['start it after the call', 61, [], 'start'],
    ['stop it after the call', 61, [], 'stop'],
    ['suspend it after the call', 61, [], 'suspend'],
    ['resume it after the call', 61, [], 'resume'],
  ])('refuses to %s.', async (_what, seconds, before, refused) => {
    advanceTo(seconds);
    for (const step of before) await operations[step]();
    expect(await refusalOf(operations[refused]())).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });

  test('that is not on can be neither suspended nor stopped, unless the flow made it.', async () => {
    advanceTo(20);
    for (const step of ['suspend', 'stop'] as const) {
      if (setting === 'by-flow') await operations[step]();
      else expect(await refusalOf(operations[step]())).toMatchObject({ name: 'InvalidRequestException' });
    }
  });

  test.each([
    ['both tracks', { VoiceRecordingTrack: 'ALL', IvrRecordingTrack: 'ALL' }, 'InvalidRequestException'],
    ['no track', {}, 'InvalidRequestException'],
    ['an unknown track', { VoiceRecordingTrack: 'BOTH' as 'ALL' }, 'InvalidParameterException'],
  ] as const)('is refused for %s.', async (_what, VoiceRecordingConfiguration, name) => {
    expect(await refusalOf(operations.start({ VoiceRecordingConfiguration }))).toMatchObject({ name });
  });
});

describe('the operations on recordings', () => {
  beforeAll(async () => {
    simulator = await simulatorUnderTest();
  });
  beforeEach(async () => {
    simulator.reset();
    await place();
    advanceTo(20);
  });
  afterAll(() => simulator.stop());

  test.each([
    ['contact', { ContactId: 'none' }],
    ['instance', { InstanceId: seed.otherInstanceId }],
    ['first contact', { InitialContactId: 'none' }],
  ])('find no other %s.', async (_what, changes) => {
    expect(await refusalOf(operations.start(changes))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });

  test('that lack InvalidParameterException say InvalidRequestException instead.', async () => {
    const command = new StopContactRecordingCommand({ ...recording(), ContactRecordingType: 'FILM' as 'AGENT' });
    expect(await refusalOf(simulator.client.send(command))).toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('ContactRecordingType'),
    });
  });

  test.each(['SCREEN', 'IVR'] as const)(
    'refuse a recording of type %s that is not on.',
    async (ContactRecordingType) => {
      const command = new SuspendContactRecordingCommand({ ...recording(), ContactRecordingType });
      expect(await refusalOf(simulator.client.send(command))).toMatchObject({ name: 'InvalidRequestException' });
    },
  );

  test('move the last update of the contact.', async () => {
    await operations.suspend();
    const { Contact } = await simulator.client.send(new DescribeContactCommand({ InstanceId, ContactId }));
    expect(Contact!.LastUpdateTimestamp).toEqual(at(20));
  });

  test('leave a call to be stopped, whose recording ends with it.', async () => {
    await simulator.client.send(new StopContactCommand({ InstanceId, ContactId }));
    expect(await recordings()).toMatchObject([{ StartTimestamp: at(9), StopTimestamp: at(20) }]);
  });

  test('are limited like all that no document names.', async () => {
    const limited = await simulatorUnderTest({ settings: { rates: {} } });
    const send = () => limited.client.send(new StopContactRecordingCommand(recording()));
    const names: string[] = [];
    for (let count = 0; count < 6; count += 1) names.push((await refusalOf(send())).name);
    await limited.stop();
    expect(names).toEqual([...Array<string>(5).fill('ResourceNotFoundException'), 'TooManyRequestsException']);
  });
});
