import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DescribeContactCommand, StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { seed } from '../../src/simulator/seed.js';
import { buildSimulator, spawnSimulator } from './built-simulator.js';
import { callTo, clientOf } from './start-simulator.js';

let built: ReturnType<typeof buildSimulator>;
beforeAll(() => {
  built = buildSimulator();
});
afterAll(() => {
  built.remove();
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the stand-alone simulator serves until %s and exits with 0.',
  async (signal) => {
    const simulator = await spawnSimulator(built.entry, { SIMULATOR_SETTINGS: '{"speed":1000}' });
    const client = clientOf(simulator.url);
    const { ContactId } = await client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100')));
    const describeCall = new DescribeContactCommand({ InstanceId: seed.instanceId, ContactId });
    await expect(client.send(describeCall)).resolves.toMatchObject({ Contact: { Id: ContactId } });
    expect(await simulator.end(signal)).toEqual([0, null]);
  },
);

test('it prints what one needs to place a call.', async () => {
  const simulator = await spawnSimulator(built.entry, {});
  for (const told of [seed.instanceId, seed.flows.salesOutbound, seed.queues.sales, seed.numbers.us.number]) {
    expect(simulator.printed).toContain(told);
  }
  expect(simulator.printed).toContain(`aws connect start-outbound-voice-contact --endpoint-url ${simulator.url}`);
  expect(simulator.printed).toContain(`${simulator.url}/${seed.accountId}/contact-events`);
  await simulator.end('SIGTERM');
});

test('it says in one line all that is wrong with its variables, and exits with 1.', async () => {
  const SIMULATOR_SETTINGS = '{"speedy":2,"DescribeContact":"off","eventsLost":1e999,"timings":{"ringsAtMs":"1000"}}';
  const started = spawnSimulator(built.entry, { PORT: 'http', SIMULATOR_SETTINGS });
  await expect(started).rejects.toThrow(
    new Error(
      'It ended with 1: The simulator cannot start: PORT must be a whole number from 0 to 65535; ' +
        'SIMULATOR_SETTINGS: there is no setting speedy; there is no setting DescribeContact; ' +
        'eventsLost must be a number; timings.ringsAtMs must be a number\n',
    ),
  );
});

test.each([
  ['{speed:1}', 'SIMULATOR_SETTINGS: they are not valid JSON'],
  ['[]', 'SIMULATOR_SETTINGS: the settings must be an object'],
])('it does not start with the settings %s.', async (SIMULATOR_SETTINGS, problem) => {
  await expect(spawnSimulator(built.entry, { SIMULATOR_SETTINGS })).rejects.toThrow(
    new Error(`It ended with 1: The simulator cannot start: ${problem}\n`),
  );
});
