import { required, structure, text, whole } from '../shapes.js';
import { carryOutBatch, entries } from './batch.js';
import type { MessageQueue } from './message-queue.js';
import { readReceiptHandle } from './receipt-handle.js';
import { sqsOperation } from './sqs-operation.js';
import { sqsRefusal } from './sqs-errors.js';

/** Seconds for which a received message is hidden from other receives. */
export const visibilityTimeout = whole({ min: 0, max: 43_200 });

/** Hides a message in flight for so long from now; 0 gives it back at once. */
export const changeMessageVisibility = sqsOperation({
  name: 'ChangeMessageVisibility',
  input: structure({
    QueueUrl: required(text()),
    ReceiptHandle: required(text()),
    VisibilityTimeout: required(visibilityTimeout),
  }),
  handle({ ReceiptHandle, VisibilityTimeout }, { queue }) {
    changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
    return {};
  },
});

/** The same for up to ten messages, each by itself. */
export const changeMessageVisibilityBatch = sqsOperation({
  name: 'ChangeMessageVisibilityBatch',
  input: structure({
    QueueUrl: required(text()),
    Entries: entries({ ReceiptHandle: required(text()), VisibilityTimeout: visibilityTimeout }),
  }),
  handle: ({ Entries }, { queue }) =>
    carryOutBatch(Entries, ({ ReceiptHandle, VisibilityTimeout = 0 }) => {
      changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
    }),
});

function changeVisibility(queue: MessageQueue, handle: string, seconds: number): void {
  const { id, isLatest } = readReceiptHandle(queue, handle);
  if (!isLatest) {
    throw sqsRefusal(
      'InvalidParameterValueException',
      'ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.',
    );
  }
  if (!queue.isInFlight(id)) throw sqsRefusal('MessageNotInflight', 'The message is not in flight.');
  queue.changeVisibility(id, seconds * 1_000);
}
