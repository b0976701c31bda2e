import type { Delivery } from '../operation.js';
import type { Members, Structure, Value } from '../shapes.js';
import type { MessageQueue } from './message-queue.js';
import type { Queues } from './queues.js';

/** What an operation of SQS works with, besides its input. */
export interface SqsContext {
  readonly queue: MessageQueue;
  readonly queues: Queues;
  readonly delivery: Delivery;
}

/** One operation of SQS on a queue; its input names the queue by `QueueUrl`. */
export interface SqsOperation<M extends Members = Members> {
  readonly name: string;
  readonly input: Structure<M>;
  /** Carries the operation out and returns its output. Throws `ServiceError`. */
  handle(input: Value<Structure<M>>, context: SqsContext): object | Promise<object>;
}

/** Declares an operation of SQS; its input's type follows from the declared form. */
export function sqsOperation<const M extends Members>(declared: SqsOperation<M>): SqsOperation<M> {
  return declared;
}
