import type { Message, MessageQueue } from './message-queue.js';
import { sqsRefusal } from './sqs-errors.js';

/** The handle of one receive of a message; the next receive of it has another. */
export function receiptHandleOf(queue: MessageQueue, { id, receiveCount }: Message): string {
  return Buffer.from(JSON.stringify([queue.name, id, receiveCount])).toString('base64');
}

/** The id of the message a handle is of, and whether the message is still there and was not received again since. Throws ReceiptHandleIsInvalid. */
export function readReceiptHandle(
  queue: MessageQueue,
  handle: string,
): { readonly id: string; readonly isLatest: boolean } {
  const [name, id, receiveCount] = decode(handle);
  if (name !== queue.name || typeof id !== 'string') {
    throw sqsRefusal('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  }
  return { id, isLatest: queue.find(id)?.receiveCount === receiveCount };
}

function decode(handle: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(handle, 'base64').toString());
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}
