import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Message, ReceiveMessageCommandInput, SQSClientConfig } from '@aws-sdk/client-sqs';
import { seed } from '../../src/simulator/seed.js';
import type { RunningSimulator } from '../../src/simulator/server.js';

/** A contact event as it lies on the queue. */
export interface ReceivedEvent {
  readonly id: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>> & { readonly eventType: string; readonly contactId: string };
  readonly [member: string]: unknown;
}

/** A real SDK client of SQS that finds the simulator by the URL of the queue alone, as production code does, and sends each request once. */
export function sqsClient(config: SQSClientConfig = {}): SQSClient {
  return new SQSClient({
    region: seed.region,
    credentials: { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
    maxAttempts: 1,
    // The SDK tells of every queue whose URL is not at AWS.
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    ...config,
  });
}

function ignore(): void {
  return;
}

/** What one receive from the queue of contact events gets. */
export async function receive(
  client: SQSClient,
  simulator: RunningSimulator,
  options: Partial<ReceiveMessageCommandInput> = {},
): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: simulator.eventsQueueUrl,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
    ...options,
  });
  return (await client.send(command)).Messages ?? [];
}

/** Takes everything off the queue: each event with the moment at which it arrived, in the order of arrival. */
export async function takeEvents(
  client: SQSClient,
  simulator: RunningSimulator,
): Promise<readonly { readonly event: ReceivedEvent; readonly arrivedAtMs: number }[]> {
  const taken: { event: ReceivedEvent; arrivedAtMs: number }[] = [];
  for (;;) {
    const messages = await receive(client, simulator);
    if (messages.length === 0) return taken;
    for (const { Body, Attributes } of messages) {
      taken.push({ event: JSON.parse(Body!) as ReceivedEvent, arrivedAtMs: Number(Attributes!.SentTimestamp) });
    }
    const entries = messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: simulator.eventsQueueUrl, Entries: entries }));
  }
}
