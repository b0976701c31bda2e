import { createHash, randomUUID } from 'node:crypto';
import { seed } from '../src/simulator/seed.js';

/** The path of the URL of each queue begins with it. */
export const queuePath = `/${seed.accountId}/`;

const longPollMs = 20_000;
/** When the contacts of events began: the same in every event, so that two of them differ in their reason alone. */
const initiatedAt = new Date(Date.now() - 900_000);

/** The body of a message, without a line break: an event as EventBridge carries it. `reason` tells it from others of its contact. */
export function eventBody(contactId: string, reason?: string): string {
  const arn = `arn:aws:connect:${seed.region}:${seed.accountId}:instance/${seed.instanceId}`;
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Amazon Connect Contact Event',
    source: 'aws.connect',
    account: seed.accountId,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region: seed.region,
    resources: [`${arn}/contact/${contactId}`, arn],
    detail: {
      eventType: 'INITIATED',
      contactId,
      initialContactId: contactId,
      channel: 'VOICE',
      instanceArn: arn,
      initiationMethod: 'API',
      initiationTimestamp: initiatedAt.toISOString(),
      disconnectReason: reason,
    },
  });
}

/** Stands in for SQS: gives each message of a queue once, to whoever asks for it, as soon as it is there. A queue is named by the path of its URL. */
export class EventQueues {
  readonly #queues = new Map<string, Queue>();

  /** Resolves once all of these were received. */
  add(path: string, bodies: readonly string[]): Promise<void> {
    const queue = this.#queue(path);
    queue.bodies.push(...bodies);
    queue.receive();
    return new Promise((resolve) => {
      queue.whenEmpty = resolve;
      if (queue.bodies.length === 0) resolve();
    });
  }

  /** Answers one request of SQS by its target and its body. */
  async answer(target: string, body: string): Promise<object> {
    if (target !== 'AmazonSQS.ReceiveMessage') return { Successful: [], Failed: [] };
    const { QueueUrl: url, MaxNumberOfMessages: most } = JSON.parse(body) as Receive;
    const queue = this.#queue(new URL(url).pathname);
    if (queue.bodies.length === 0) await nextMessage(queue);
    const bodies = queue.bodies.splice(0, most);
    if (queue.bodies.length === 0) queue.whenEmpty();
    return {
      Messages: bodies.map((Body) => {
        const MD5OfBody = createHash('md5').update(Body).digest('hex');
        return { MessageId: randomUUID(), ReceiptHandle: randomUUID(), MD5OfBody, Body };
      }),
    };
  }

  #queue(path: string): Queue {
    const known = this.#queues.get(path);
    if (known) return known;
    const queue = { bodies: [], receive: () => undefined, whenEmpty: () => undefined };
    this.#queues.set(path, queue);
    return queue;
  }
}

interface Receive {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages: number;
}

interface Queue {
  readonly bodies: string[];
  /** Ends the long poll that waits. */
  receive: () => void;
  whenEmpty: () => void;
}

/** Resolves with the next message, or where none comes within a long poll. */
function nextMessage(queue: Queue): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longPollMs);
    queue.receive = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
