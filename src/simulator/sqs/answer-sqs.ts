import type { Signers, WireRequest } from '../answer.js';
import type { Reply } from '../reply.js';
import { authorize, readJson } from '../answer.js';
import type { Control } from '../control.js';
import { ServiceError, refusal } from '../errors.js';
import type { Delivery } from '../operation.js';
import { readRequest } from '../shapes.js';
import { changeMessageVisibility, changeMessageVisibilityBatch } from './change-message-visibility.js';
import { deleteMessage, deleteMessageBatch } from './delete-message.js';
import { getQueueAttributes } from './get-queue-attributes.js';
import { receiveMessage } from './receive-message.js';
import { asSqsError, queryCodeOf } from './sqs-errors.js';
import type { SqsOperation } from './sqs-operation.js';

const prefix = 'AmazonSQS.';

/** Every operation of SQS that the simulator knows, by the target that names it. */
const operations: ReadonlyMap<string, SqsOperation> = new Map(
  [
    receiveMessage,
    deleteMessage,
    deleteMessageBatch,
    changeMessageVisibility,
    changeMessageVisibilityBatch,
    getQueueAttributes,
  ].map((operation) => [prefix + operation.name, operation as SqsOperation]),
);

/** Whether a request is for SQS, which shares the port: its JSON protocol names the operation in a header. */
export function isForSqs({ headers }: Pick<WireRequest, 'headers'>): boolean {
  return targetOf(headers).startsWith(prefix);
}

/** Answers one request to SQS: authorization, operation, JSON, form of the input, queue, operation. Every failure becomes an AWS error. */
export async function answerSqs(
  request: WireRequest,
  control: Control,
  signers: Signers,
  delivery: Delivery,
): Promise<Reply> {
  const operation = operations.get(targetOf(request.headers));
  try {
    if (operation) control.count(operation.name);
    const { body, method, rawUrl } = request;
    if (body === undefined) throw refusal('RequestEntityTooLargeException', 'The request is too large.');
    authorize({ ...request, body }, signers, 'sqs');
    const { queues } = control.world;
    const isAtHome = method === 'POST' && queues.takesRequestsAt(rawUrl.split('?', 1)[0]!);
    if (!operation || !isAtHome) throw refusal('UnknownOperationException', 'The operation is not known.');
    const output = await control.carryOut(operation.name, delivery, () => {
      const input = readRequest(operation.input, readJson(body));
      const queue = queues.byUrl(input.QueueUrl as string);
      return operation.handle(input, { queue, queues, delivery });
    });
    return { status: 200, output, headers };
  } catch (error) {
    return errorReply(error);
  }
}

const headers = { 'content-type': 'application/x-amz-json-1.0' };

function targetOf(given: WireRequest['headers']): string {
  return String(given['x-amz-target'] ?? '');
}

function errorReply(error: unknown): Reply {
  const { type, status, message } =
    error instanceof ServiceError ? asSqsError(error) : refusal('InternalServiceException', String(error));
  return {
    status,
    output: { __type: `com.amazonaws.sqs#${type}`, message },
    headers: { ...headers, 'x-amzn-query-error': `${queryCodeOf(type)};${status < 500 ? 'Sender' : 'Receiver'}` },
  };
}
