import { required, structure, text } from '../shapes.js';
import { carryOutBatch, entries } from './batch.js';
import type { MessageQueue } from './message-queue.js';
import { readReceiptHandle } from './receipt-handle.js';
import { sqsOperation } from './sqs-operation.js';

/** Deletes the message of a receipt. */
export const deleteMessage = sqsOperation({
  name: 'DeleteMessage',
  input: structure({ QueueUrl: required(text()), ReceiptHandle: required(text()) }),
  handle({ ReceiptHandle }, { queue }) {
    deleteReceived(queue, ReceiptHandle);
    return {};
  },
});

/** Deletes the messages of up to ten receipts, each by itself. */
export const deleteMessageBatch = sqsOperation({
  name: 'DeleteMessageBatch',
  input: structure({ QueueUrl: required(text()), Entries: entries({ ReceiptHandle: required(text()) }) }),
  handle: ({ Entries }, { queue }) =>
    carryOutBatch(Entries, ({ ReceiptHandle }) => {
      deleteReceived(queue, ReceiptHandle);
    }),
});

// Documented: with the handle of an earlier receive the request succeeds and the message stays.
function deleteReceived(queue: MessageQueue, handle: string): void {
  const { id, isLatest } = readReceiptHandle(queue, handle);
  if (isLatest) queue.delete(id);
}
