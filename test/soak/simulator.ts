import { ConnectClient, StartOutboundVoiceContactCommand, StopContactCommand } from '@aws-sdk/client-connect';
import type { PlacedCall } from '../../src/simulator/control.js';
import type { Fault } from '../../src/simulator/faults.js';
import { seed } from '../../src/simulator/seed.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import type { QueueCounts } from '../../src/simulator/sqs/queues.js';
import { spawnSimulator } from '../simulator/built-simulator.js';

/** A simulator in a process of its own, and who places calls at it beside the gateways: following them is what is looked at. */
export interface Simulator {
  readonly url: string;
  readonly eventsQueueUrl: string;
  /** The contact id. */
  place(destination: string): Promise<string>;
  stopCall(contactId: string): Promise<void>;
  /** All calls so far, in the order in which they were placed. */
  calls(): Promise<readonly PlacedCall[]>;
  requests(): Promise<Readonly<Record<string, number>>>;
  messages(): Promise<QueueCounts>;
  inject(fault: Fault): Promise<void>;
  stop(): Promise<void>;
}

/** `entry` is the compiled main.js of the simulator. */
export async function startSimulatorProcess(entry: string, settings: SettingChanges): Promise<Simulator> {
  const simulator = await spawnSimulator(entry, { SIMULATOR_SETTINGS: JSON.stringify(settings) });
  const dieToo = () => simulator.child.kill('SIGKILL');
  process.once('exit', dieToo);
  const client = new ConnectClient({
    region: seed.region,
    endpoint: simulator.url,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: { httpAgent: { maxSockets: 50 }, socketAcquisitionWarningTimeout: 60_000 },
  });
  const told = async <T>(path: string, body?: object): Promise<T> => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await fetch(`${simulator.url}/_simulator/${path}`, init);
    if (!response.ok) throw new Error(`The simulator answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    url: simulator.url,
    eventsQueueUrl: /queue (http\S+)/.exec(simulator.printed)![1]!,
    place: async (destination) => {
      const { ContactId } = await client.send(
        new StartOutboundVoiceContactCommand({
          InstanceId: seed.instanceId,
          ContactFlowId: seed.flows.salesOutbound,
          SourcePhoneNumber: seed.numbers.us.number,
          DestinationPhoneNumber: destination,
        }),
      );
      return ContactId!;
    },
    stopCall: async (contactId) => {
      await client.send(new StopContactCommand({ InstanceId: seed.instanceId, ContactId: contactId }));
    },
    calls: async () => (await told<{ calls: PlacedCall[] }>('calls')).calls,
    requests: async () => (await told<{ requests: Record<string, number> }>('requests')).requests,
    messages: async () => (await told<{ messages: QueueCounts }>('messages')).messages,
    inject: async (fault) => {
      await told('faults', fault);
    },
    stop: async () => {
      client.destroy();
      await simulator.end('SIGTERM');
      process.off('exit', dieToo);
    },
  };
}
