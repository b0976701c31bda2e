import { list, required, structure, text, whole } from '../shapes.js';
import type { Message } from './message-queue.js';
import { visibilityTimeout } from './change-message-visibility.js';
import { receiptHandleOf } from './receipt-handle.js';
import { sqsOperation } from './sqs-operation.js';

/** Visibility time-out of the queues where a receive names none. */
export const defaultVisibilitySeconds = 30;

const attributesOf = ({ sentAtMs, receiveCount, firstReceivedAtMs }: Message): Record<string, string> => ({
  ApproximateReceiveCount: String(receiveCount),
  ApproximateFirstReceiveTimestamp: String(firstReceivedAtMs),
  SentTimestamp: String(sentAtMs),
  SenderId: 'events.amazonaws.com',
});

/** Up to ten messages; with a wait time and none there, as soon as there is one, or none when the wait is over. */
export const receiveMessage = sqsOperation({
  name: 'ReceiveMessage',
  input: structure({
    QueueUrl: required(text()),
    AttributeNames: list(text()),
    MessageSystemAttributeNames: list(text()),
    MessageAttributeNames: list(text()),
    MaxNumberOfMessages: whole({ min: 1, max: 10 }),
    VisibilityTimeout: visibilityTimeout,
    WaitTimeSeconds: whole({ min: 0, max: 20 }),
    ReceiveRequestAttemptId: text(),
  }),
  async handle(input, { queue, delivery }) {
    const { MaxNumberOfMessages: max = 1, WaitTimeSeconds = 0, VisibilityTimeout = defaultVisibilitySeconds } = input;
    const asked = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    const poll = queue.poll({ max, visibilityMs: VisibilityTimeout * 1_000 }, WaitTimeSeconds * 1_000);
    // A client that has gone away must not be given what others wait for.
    delivery.whenDone = () => {
      poll.cancel();
    };
    const messages = await poll.messages;
    if (messages.length === 0) return {};
    return {
      Messages: messages.map((message) => ({
        MessageId: message.id,
        ReceiptHandle: receiptHandleOf(queue, message),
        MD5OfBody: message.bodyMd5,
        Body: message.body,
        Attributes: askedFor(attributesOf(message), asked),
      })),
    };
  },
});

function askedFor(
  attributes: Record<string, string>,
  asked: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (asked.includes('All')) return attributes;
  const shown = Object.entries(attributes).filter(([name]) => asked.includes(name));
  return shown.length > 0 ? Object.fromEntries(shown) : undefined;
}
