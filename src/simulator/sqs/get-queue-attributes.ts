import { list, required, structure, text } from '../shapes.js';
import type { MessageQueue } from './message-queue.js';
import type { Queues } from './queues.js';
import { defaultVisibilitySeconds } from './receive-message.js';
import { sqsRefusal } from './sqs-errors.js';
import { sqsOperation } from './sqs-operation.js';

/** What the service's model names besides, and these queues do not have. */
const notKept: ReadonlySet<string> = new Set([
  'Policy',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'FifoQueue',
  'ContentBasedDeduplication',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
]);

/** Counts and settings of a queue, as many of them as are asked for. */
export const getQueueAttributes = sqsOperation({
  name: 'GetQueueAttributes',
  input: structure({ QueueUrl: required(text()), AttributeNames: list(text()) }),
  handle({ AttributeNames: asked = [] }, { queue, queues }) {
    const attributes = attributesOf(queue, queues);
    if (asked.some((name) => name !== 'All' && !notKept.has(name) && !Object.hasOwn(attributes, name))) {
      throw sqsRefusal('InvalidAttributeName', 'Unknown Attribute.');
    }
    const shown = Object.entries(attributes).filter(
      ([name, value]) => value !== undefined && (asked.includes('All') || asked.includes(name)),
    );
    return shown.length > 0 ? { Attributes: Object.fromEntries(shown) } : {};
  },
});

function attributesOf(queue: MessageQueue, queues: Queues): Readonly<Record<string, string | undefined>> {
  const { waiting, inFlight } = queue.counts;
  return {
    QueueArn: queues.arnOf(queue),
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: '0',
    VisibilityTimeout: String(defaultVisibilitySeconds),
    ReceiveMessageWaitTimeSeconds: '0',
    DelaySeconds: '0',
    RedrivePolicy:
      queue.redrive &&
      JSON.stringify({
        deadLetterTargetArn: queues.arnOf(queue.redrive.deadLetters),
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
  };
}
