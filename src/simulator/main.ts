import { magicNumbers } from './magic-numbers.js';
import { seed } from './seed.js';
import { startSimulator } from './server.js';
import { settingProblems } from './setting-problems.js';
import { defaultPort, type SettingChanges, type simulatorVariables } from './settings.js';

const env: Readonly<Partial<Record<(typeof simulatorVariables)[number], string>>> = process.env;

function changesFrom(json = ''): unknown {
  try {
    return json === '' ? {} : (JSON.parse(json) as unknown);
  } catch {
    return undefined;
  }
}

const port = Number(env.PORT ?? defaultPort);
const changes = changesFrom(env.SIMULATOR_SETTINGS);
const wrongSettings = changes === undefined ? 'they are not valid JSON' : settingProblems(changes).join('; ');
const problems = [
  ...(Number.isInteger(port) && port >= 0 && port <= 65_535 ? [] : ['PORT must be a whole number from 0 to 65535']),
  ...(wrongSettings === '' ? [] : [`SIMULATOR_SETTINGS: ${wrongSettings}`]),
];
if (problems.length > 0) {
  process.stderr.write(`The simulator cannot start: ${problems.join('; ')}\n`);
  process.exit(1);
}

const simulator = await startSimulator({ port, settings: changes as SettingChanges });

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
