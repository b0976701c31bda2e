import { magicNumbers } from './magic-numbers.js';
import { seed } from './seed.js';
import { startSimulator } from './server.js';
import { defaultPort, defaultSettings, type SettingChanges, type simulatorVariables } from './settings.js';

const env: Readonly<Partial<Record<(typeof simulatorVariables)[number], string>>> = process.env;

function settingsFrom(json: string | undefined): SettingChanges {
  if (json === undefined || json === '') return {};
  const settings = JSON.parse(json) as SettingChanges;
  const unknown = Object.keys(settings).filter((name) => !(name in defaultSettings));
  if (unknown.length > 0) throw new Error(`SIMULATOR_SETTINGS: there is no setting ${unknown.join(', ')}`);
  return settings;
}

const simulator = await startSimulator({
  port: Number(env.PORT ?? defaultPort),
  settings: settingsFrom(env.SIMULATOR_SETTINGS),
});

process.stdout.write(`Amazon Connect simulator on ${simulator.url}

  instance      ${seed.instanceId}
  flow          ${seed.flows.salesOutbound}  (Sales outbound: queues to an agent)
  flow          ${seed.flows.deliveryNotice}  (Delivery notice: plays a message)
  queue         ${seed.queues.sales}  (Sales, caller ID ${seed.numbers.us.number})
  destinations  ${magicNumbers[0]!.number} to ${magicNumbers.at(-1)!.number}, each with its own fate; any other number is answered

Place a call:

  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=${seed.region} \\
  aws connect start-outbound-voice-contact --endpoint-url ${simulator.url} --no-cli-pager \\
    --instance-id ${seed.instanceId} \\
    --contact-flow-id ${seed.flows.salesOutbound} \\
    --queue-id ${seed.queues.sales} \\
    --destination-phone-number ${magicNumbers[0]!.number}

Contact events arrive on the SQS queue ${simulator.eventsQueueUrl}
Calls placed so far: curl ${simulator.url}/_simulator/calls
`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.stop());
