import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

const key = { id: 'AKIDCLI', secret: 'cli-secret' };
const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  AWS_ACCESS_KEY_ID: key.id,
  AWS_SECRET_ACCESS_KEY: key.secret,
  AWS_REGION: seed.region,
  AWS_MAX_ATTEMPTS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const command = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws';
const version = spawnSync(command, ['--version'], { env, encoding: 'utf8' });
const isThere = version.error === undefined && version.stdout.startsWith('aws-cli/2.');
if (!isThere)
  console.warn('SKIPPED: the tests with the AWS CLI need aws-cli version 2 (Debian: apt-get install awscli).');

interface Ran {
  readonly code: number;
  readonly output: unknown;
  readonly errors: string;
}

let simulator: SimulatorUnderTest;
beforeAll(async () => {
  simulator = await simulatorUnderTest({ credentials: new Map([[key.id, key.secret]]) });
});
afterAll(() => simulator.stop());

function connect(operation: string, ...options: string[]): Promise<Ran> {
  const args = [
    'connect',
    operation,
    '--endpoint-url',
    simulator.url,
    '--no-cli-pager',
    '--output',
    'json',
    ...options,
  ];
  return new Promise((resolve) => {
    execFile(command, args, { env }, (error, stdout, errors) => {
      const output: unknown = stdout.trim() === '' ? undefined : JSON.parse(stdout);
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors });
    });
  });
}

const instance = ['--instance-id', seed.instanceId];
const call = [...instance, '--contact-flow-id', seed.flows.salesOutbound, '--queue-id', seed.queues.sales];

test('the AWS CLI is there where it must be.', () => {
  expect(isThere || process.env.CI !== 'true').toBe(true);
});

(isThere ? describe : describe.skip)('the AWS CLI', () => {
  test('places a call once for a client token, and describes its contact.', async () => {
    const options = [
      ...call,
      ...['--destination-phone-number', '+12065550100', '--client-token', 'cli'],
      ...['--attributes', 'customerId=42,language=en'],
    ];
    const first = await connect('start-outbound-voice-contact', ...options);
    const again = await connect('start-outbound-voice-contact', ...options);
    expect(first).toEqual({ code: 0, output: { ContactId: expect.any(String) }, errors: '' });
    expect(again.output).toEqual(first.output);
    expect(simulator.calls()).toMatchObject([{ clientToken: 'cli', attributeCount: 2, replays: 1 }]);

    simulator.advance(10_000);
    const { ContactId } = first.output as { ContactId: string };
    const described = await connect('describe-contact', ...instance, '--contact-id', ContactId);
    expect(described.output).toMatchObject({
      Contact: {
        Id: ContactId,
        InitiationMethod: 'API',
        QueueInfo: { Id: seed.queues.sales },
        AgentInfo: { Id: seed.users.ada },
      },
    });
  });

  test('starts and stops the recording of a call, once.', async () => {
    const placed = await connect('start-outbound-voice-contact', ...call, '--destination-phone-number', '+12065550100');
    const { ContactId } = placed.output as { ContactId: string };
    simulator.advance(10_000);
    const contact = [...instance, '--contact-id', ContactId, '--initial-contact-id', ContactId];
    const start = [
      'start-contact-recording',
      ...contact,
      '--voice-recording-configuration',
      'VoiceRecordingTrack=ALL',
    ] as const;
    expect(await connect(...start)).toEqual({ code: 0, output: undefined, errors: '' });
    expect(await connect('stop-contact-recording', ...contact)).toEqual({ code: 0, output: undefined, errors: '' });
    expect((await connect(...start)).errors).toContain('(InvalidRequestException)');
  });

  test('is told what Connect would tell it.', async () => {
    const refused = await connect(
      'start-outbound-voice-contact',
      ...call,
      ...['--destination-phone-number', '+12065550107'],
    );
    expect(refused.code).toBe(254);
    expect(refused.errors).toMatch(
      /\(DestinationNotAllowedException\) when calling the StartOutboundVoiceContact operation.*: Outbound calls to/,
    );
  });

  test('is told the same where the body has the name of the error too.', async () => {
    const other = await simulatorUnderTest({ settings: { errorTypeIn: 'header-and-body' } });
    const options = [...call, '--destination-phone-number', '+12065550107'];
    const refused = await connect('start-outbound-voice-contact', ...options, '--endpoint-url', other.url);
    await other.stop();
    expect(refused).toEqual(await connect('start-outbound-voice-contact', ...options));
    expect(other.requests()).toEqual({ StartOutboundVoiceContact: 1 });
  });

  test('reads a list page by page.', async () => {
    const before = simulator.requests().ListQueues ?? 0;
    const { output } = await connect(
      'list-queues',
      ...instance,
      '--page-size',
      '2',
      '--queue-types',
      'STANDARD',
      'AGENT',
    );
    const { QueueSummaryList } = output as { QueueSummaryList: { Name: string }[] };
    expect(QueueSummaryList.slice(0, 3).map(({ Name }) => Name)).toEqual(['Sales', 'Support', 'Billing']);
    expect(QueueSummaryList).toHaveLength(5);
    expect((simulator.requests().ListQueues ?? 0) - before).toBe(3);
  });
});
