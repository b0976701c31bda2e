import { createHash, randomUUID } from 'node:crypto';
import type { Agenda } from '../agenda.js';
import type { SimulatorClock } from '../clock.js';

/** A message on a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly bodyMd5: string;
  readonly sentAtMs: number;
  readonly receiveCount: number;
  readonly firstReceivedAtMs: number | undefined;
}

/** How many messages a queue holds. */
export interface MessageCounts {
  readonly waiting: number;
  readonly inFlight: number;
}

/** What a receive asks for. */
export interface ReceiveOptions {
  readonly max: number;
  readonly visibilityMs: number;
}

/** A receive that waits for messages. */
export interface Poll {
  /** Resolves with what it got, which is nothing if the wait ends first. */
  readonly messages: Promise<readonly Message[]>;
  /** Ends the wait with nothing; what comes later is for others. */
  cancel(): void;
}

interface KeptMessage extends Message {
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  state: 'waiting' | 'in-flight' | 'gone';
  cancelReturn: () => void;
}

interface WaitingPoll extends ReceiveOptions {
  settle(messages: readonly Message[]): void;
}

const maxMessages = 100_000;

/** A standard queue of SQS: at least once, mostly in order; a message that was received and not deleted comes back. */
export class MessageQueue {
  readonly #kept = new Map<string, KeptMessage>();
  /** Waiting messages, and some that are gone; the ones before `#head` were taken. */
  #line: KeptMessage[] = [];
  #head = 0;
  #inFlight = 0;
  #isServing = false;
  readonly #polls = new Set<WaitingPoll>();

  constructor(
    readonly name: string,
    private readonly agenda: Agenda,
    private readonly clock: SimulatorClock,
    /** Where a message goes instead of being received once more than `maxReceiveCount` times. */
    readonly redrive?: { readonly maxReceiveCount: number; readonly deadLetters: MessageQueue },
  ) {}

  get counts(): MessageCounts {
    return { waiting: this.#kept.size - this.#inFlight, inFlight: this.#inFlight };
  }

  /** Adds a message; the oldest waiting one is dropped when the queue is full. */
  put(body: string, sentAtMs: number, id: string = randomUUID()): void {
    const message: KeptMessage = {
      id,
      body,
      bodyMd5: createHash('md5').update(body).digest('hex'),
      sentAtMs,
      receiveCount: 0,
      firstReceivedAtMs: undefined,
      state: 'waiting',
      cancelReturn: () => undefined,
    };
    this.#kept.set(id, message);
    this.#enqueue(message);
    if (this.#kept.size > maxMessages) this.#forget(this.#next()!);
  }

  /** Takes messages that are waiting; each is in flight until it is deleted or its visibility time-out ends. */
  receive({ max, visibilityMs }: ReceiveOptions): readonly Message[] {
    const received: Message[] = [];
    while (received.length < max) {
      const message = this.#next();
      if (!message) break;
      if (this.redrive && message.receiveCount >= this.redrive.maxReceiveCount) {
        this.#forget(message);
        this.redrive.deadLetters.put(message.body, message.sentAtMs, message.id);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= this.clock.now();
      message.state = 'in-flight';
      this.#inFlight += 1;
      this.#hide(message, visibilityMs);
      received.push({ ...message });
    }
    return received;
  }

  /** Like `receive`, but where nothing is waiting it waits, at most so long. */
  poll(options: ReceiveOptions, waitMs: number): Poll {
    const received = this.receive(options);
    if (received.length > 0 || waitMs <= 0) return { messages: Promise.resolve(received), cancel: () => undefined };
    let settle: WaitingPoll['settle'] = () => undefined;
    const messages = new Promise<readonly Message[]>((resolve) => {
      settle = resolve;
    });
    const cancel = this.agenda.at(this.clock.now() + waitMs, () => {
      poll.settle([]);
    });
    const poll: WaitingPoll = {
      ...options,
      settle: (got) => {
        this.#polls.delete(poll);
        cancel();
        settle(got);
      },
    };
    this.#polls.add(poll);
    return {
      messages,
      cancel: () => {
        poll.settle([]);
      },
    };
  }

  /** The message with this id, unless it was deleted. */
  find(id: string): Message | undefined {
    return this.#kept.get(id);
  }

  isInFlight(id: string): boolean {
    return this.#kept.get(id)?.state === 'in-flight';
  }

  delete(id: string): void {
    const message = this.#kept.get(id);
    if (message) this.#forget(message);
  }

  /** Makes a message in flight visible again after so long from now. */
  changeVisibility(id: string, visibilityMs: number): void {
    const message = this.#kept.get(id);
    if (message?.state !== 'in-flight') return;
    message.cancelReturn();
    this.#hide(message, visibilityMs);
  }

  /** Drops every message and ends every wait with nothing. */
  clear(): void {
    for (const message of this.#kept.values()) this.#forget(message);
    for (const poll of this.#polls) poll.settle([]);
  }

  #hide(message: KeptMessage, visibilityMs: number): void {
    const show = (): void => {
      this.#inFlight -= 1;
      message.state = 'waiting';
      this.#enqueue(message);
    };
    message.cancelReturn = this.agenda.at(this.clock.now() + visibilityMs, show);
  }

  #forget(message: KeptMessage): void {
    message.cancelReturn();
    if (message.state === 'in-flight') this.#inFlight -= 1;
    message.state = 'gone';
    this.#kept.delete(message.id);
  }

  #enqueue(message: KeptMessage): void {
    this.#line.push(message);
    // Later, so that messages that come together are received together.
    if (this.#polls.size === 0 || this.#isServing) return;
    this.#isServing = true;
    queueMicrotask(() => {
      this.#isServing = false;
      this.#serve();
    });
  }

  #serve(): void {
    for (const poll of this.#polls) {
      const messages = this.receive(poll);
      if (messages.length === 0) return;
      poll.settle(messages);
    }
  }

  // Takes the first waiting message out of the line.
  #next(): KeptMessage | undefined {
    while (this.#head < this.#line.length) {
      const message = this.#line[this.#head]!;
      this.#head += 1;
      if (this.#head > 1_024 && this.#head * 2 > this.#line.length) {
        this.#line = this.#line.slice(this.#head);
        this.#head = 0;
      }
      if (message.state === 'waiting') return message;
    }
    return undefined;
  }
}
