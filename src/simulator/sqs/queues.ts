import type { Agenda } from '../agenda.js';
import type { SimulatorClock } from '../clock.js';
import type { Directory } from '../directory.js';
import { MessageQueue } from './message-queue.js';
import { sqsRefusal } from './sqs-errors.js';

/** How many messages there are: on the queue of contact events, and on its dead-letter queue. */
export interface QueueCounts {
  readonly waiting: number;
  readonly inFlight: number;
  readonly dead: number;
}

/** The account's two queues: the one that a rule fills with contact events, and the one for messages that nobody could handle. */
export class Queues {
  readonly events: MessageQueue;
  readonly deadLetters: MessageQueue;

  constructor(
    private readonly directory: Directory,
    agenda: Agenda,
    clock: SimulatorClock,
    maxReceiveCount: number,
  ) {
    this.deadLetters = new MessageQueue('contact-events-dead', agenda, clock);
    const redrive = { maxReceiveCount, deadLetters: this.deadLetters };
    this.events = new MessageQueue('contact-events', agenda, clock, redrive);
  }

  get counts(): QueueCounts {
    const { waiting, inFlight } = this.deadLetters.counts;
    return { ...this.events.counts, dead: waiting + inFlight };
  }

  /** The path of a queue's URL. */
  pathOf(queue: MessageQueue): string {
    return `/${this.directory.accountId}/${queue.name}`;
  }

  arnOf(queue: MessageQueue): string {
    return `arn:aws:sqs:${this.directory.region}:${this.directory.accountId}:${queue.name}`;
  }

  /** Whether requests are taken at this path: the service's own, and each queue's. */
  takesRequestsAt(path: string): boolean {
    return path === '/' || this.#byPath(path) !== undefined;
  }

  /** The queue with this URL, by whatever name the URL calls the host. Throws InvalidAddress or QueueDoesNotExist. */
  byUrl(url: string): MessageQueue {
    if (!URL.canParse(url)) throw sqsRefusal('InvalidAddress', 'The address is not valid for this endpoint.');
    const queue = this.#byPath(new URL(url).pathname);
    if (!queue) throw sqsRefusal('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  clear(): void {
    this.events.clear();
    this.deadLetters.clear();
  }

  #byPath(path: string): MessageQueue | undefined {
    return [this.events, this.deadLetters].find((queue) => this.pathOf(queue) === path);
  }
}
