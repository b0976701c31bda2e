import { ConnectClient } from '@aws-sdk/client-connect';
import type { ConnectClientConfig, StartOutboundVoiceContactCommandInput } from '@aws-sdk/client-connect';
import type { SimulatorClock } from '../../src/simulator/clock.js';
import { manualClock } from '../../src/simulator/clock.js';
import { magicNumbers, type Behaviour } from '../../src/simulator/magic-numbers.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator } from '../../src/simulator/server.js';
import type { RunningSimulator, SimulatorOptions } from '../../src/simulator/server.js';

/** A simulator on a stepped clock that starts at a fixed moment, with no rate limits unless asked for, and a real client of it. */
export interface SimulatorUnderTest extends RunningSimulator {
  readonly client: ConnectClient;
  readonly clock: SimulatorClock;
}

/** The moment at which stepped clocks start. */
export const startMs = Date.UTC(2026, 10, 21, 7);

/** Starts a simulator for one test file; `stop` it when done. */
export async function simulatorUnderTest(options: SimulatorOptions = {}): Promise<SimulatorUnderTest> {
  const clock = options.clock ?? manualClock(startMs);
  const simulator = await startSimulator({ ...options, clock, settings: { rates: 'off', ...options.settings } });
  return { ...simulator, clock, client: clientOf(simulator.url) };
}

/** A real SDK client that sends each request once. */
export function clientOf(url: string, config: ConnectClientConfig = {}): ConnectClient {
  return new ConnectClient({
    region: seed.region,
    endpoint: url,
    credentials: { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
    maxAttempts: 1,
    ...config,
  });
}

/** A valid request for a call, with changes. */
export function callTo(
  destination: string,
  changes: Partial<StartOutboundVoiceContactCommandInput> = {},
): StartOutboundVoiceContactCommandInput {
  return {
    InstanceId: seed.instanceId,
    ContactFlowId: seed.flows.salesOutbound,
    QueueId: seed.queues.sales,
    DestinationPhoneNumber: destination,
    ...changes,
  };
}

/** What makes a call one of a campaign, with machines listened for. */
export const campaign: Partial<StartOutboundVoiceContactCommandInput> = {
  TrafficType: 'CAMPAIGN',
  CampaignId: 'autumn',
  AnswerMachineDetectionConfig: { EnableAnswerMachineDetection: true },
};

/** The number that behaves like that when it is called. */
export function numberOf(behaviour: Behaviour): string {
  return magicNumbers.find(({ name }) => name === behaviour)!.number;
}
