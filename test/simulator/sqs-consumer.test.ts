import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { Consumer } from 'sqs-consumer';
import { sqsClient } from './events-queue.js';
import { callTo, simulatorUnderTest } from './start-simulator.js';
import type { SimulatorUnderTest } from './start-simulator.js';

let simulator: SimulatorUnderTest;
beforeAll(async () => {
  simulator = await simulatorUnderTest();
});
afterAll(() => simulator.stop());

test.each([
  ['one by one', false],
  ['in batches', true],
])(
  'sqs-consumer takes the events of a call off the queue %s, and leaves a poison message for the dead-letter queue.',
  async (_how, inBatches) => {
    simulator.reset();
    const seen: string[] = [];
    let resume: () => void = () => undefined;
    const whenSeen = (count: number): Promise<void> =>
      new Promise((resolve) => {
        resume = () => {
          if (seen.length >= count) resolve();
        };
        resume();
      });
    const see = (body: string): boolean => {
      seen.push(body === 'poison' ? body : (JSON.parse(body) as { detail: { eventType: string } }).detail.eventType);
      return body !== 'poison';
    };
    const consumer = Consumer.create({
      queueUrl: simulator.eventsQueueUrl,
      sqs: sqsClient(),
      batchSize: 10,
      visibilityTimeout: 10,
      ...(inBatches
        ? { handleMessageBatch: (messages) => Promise.resolve(messages.filter(({ Body }) => see(Body!))) }
        : { handleMessage: (message) => Promise.resolve(see(message.Body!) ? message : undefined) }),
    });
    const errors: unknown[] = [];
    consumer.on('error', (error) => errors.push(error));
    consumer.on('response_processed', () => {
      resume();
    });
    consumer.start();

    await simulator.client.send(new StartOutboundVoiceContactCommand(callTo('+12065550100')));
    simulator.advance(100_000);
    await whenSeen(6);
    expect(seen).toEqual([
      'INITIATED',
      'CONNECTED_TO_SYSTEM',
      'QUEUED',
      'CONNECTED_TO_AGENT',
      'DISCONNECTED',
      'COMPLETED',
    ]);
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });

    simulator.putMessage('poison');
    for (const count of [7, 8, 9]) {
      await whenSeen(count);
      await simulator.whenRequested('ReceiveMessage', simulator.requests().ReceiveMessage! + 1);
      simulator.advance(10_000);
    }
    await Promise.resolve();
    expect(simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
    consumer.stop({ abort: true });
    expect(seen.slice(6)).toEqual(['poison', 'poison', 'poison']);
    expect(errors.filter((error) => !String(error).includes('abort'))).toEqual([]);
  },
);
