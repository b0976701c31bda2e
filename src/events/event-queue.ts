import { SQSClient, type Message } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { nameOfKey } from '../connect/ids.js';
import { factsFrom } from '../contacts/timeline/contact-report.js';
import { AwsRequestHandler } from '../aws-request-handler.js';
import type { ProxySettings } from '../https-agent.js';
import type { Log } from '../log.js';
import type { EventResult } from '../meters.js';
import type { StoreHealth } from '../store-health.js';
import { noTracer, type Span, type Tracer } from '../tracer.js';
import type { Timelines } from '../coordination/timelines.js';
import type { Unsubscribe } from '../listeners.js';
import { readContactEvent, type ContactEvent } from './contact-event.js';
import type { EventTally } from './event-counts.js';
import { QueueOutage } from './queue-outage.js';

export interface EventQueueParts {
  readonly queueUrl: string;
  readonly region: string;
  /** If they are left out, the SDK's own chain finds them. */
  readonly credentials?: Config['connect']['credentials'];
  readonly proxy?: ProxySettings | undefined;
  /** Whose events are recorded; with `region` and `instanceIds` all others are deleted. */
  readonly accountId: string;
  readonly instanceIds: readonly string[];
  /** How long a request may take, a long poll included. The default is 30 s. */
  readonly requestTimeoutMs?: number;
  readonly timelines: Timelines;
  readonly health: StoreHealth;
  readonly tally: EventTally;
  /** Left out, nothing is traced. */
  readonly tracer?: Tracer;
  readonly clock: Clock;
  readonly log: Log;
}

const longPollSeconds = 20;
const connectionTimeoutMs = 2_000;
export const stopWithinMs = 5_000;
/** The clocks of Connect and of this machine need not agree, but not by more. */
export const maxAheadMs = 15 * 60_000;

/**
 * Takes contact events off their SQS queue into the timelines. A message is deleted once it is recorded, or is of nothing
 * configured; one that cannot be read, or that shared state did not take, is left and comes again when its visibility time-out
 * ends, until the queue's redrive policy moves it to the dead-letter queue. While shared state is down nothing is received.
 */
export class EventQueue {
  readonly #parts: EventQueueParts;
  readonly #outage: QueueOutage;
  readonly #client: SQSClient;
  readonly #consumer: Consumer;
  readonly #stopping = new AbortController();
  #isReceiving = false;
  #round = Promise.resolve();
  #endRound: () => void = () => undefined;

  constructor(parts: EventQueueParts) {
    const { queueUrl, region, credentials, proxy, requestTimeoutMs = (longPollSeconds + 10) * 1_000 } = parts;
    this.#parts = parts;
    this.#outage = new QueueOutage(parts.log);
    this.#client = new SQSClient({
      region,
      // The same as the SDK takes from the queue's URL by itself, but then it complains on the console where that is another host.
      endpoint: new URL(queueUrl).origin,
      // That host says which it is; with one given, the SDK refuses what the environment may ask for.
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      ...(credentials ? { credentials } : {}),
      requestHandler: new AwsRequestHandler({ proxy, connectionTimeoutMs, requestTimeoutMs }),
    });
    this.#consumer = Consumer.create({
      sqs: this.#client,
      queueUrl,
      batchSize: 10,
      waitTimeSeconds: longPollSeconds,
      // The library waits after some errors and asks again at once after all others: the pauses are ours, before each request.
      authenticationErrorTimeout: 0,
      preReceiveMessageCallback: () => this.#untilMayReceive(),
      postReceiveMessageCallback: () => {
        this.#isReceiving = false;
        this.#outage.works('receiving');
        return Promise.resolve();
      },
      handleMessageBatch: (messages) => this.#handle(messages),
      strictReturn: true,
      suppressFifoWarning: true,
    });
    this.#consumer.on('error', (error, messages) => {
      this.#isReceiving = false;
      if (!this.#stopping.signal.aborted) this.#outage.fails(messages ? 'deleting' : 'receiving', error.cause ?? error);
      // With messages, the round goes on to its end.
      if (!messages) this.#endRound();
    });
    this.#consumer.on('message_processed', () => {
      this.#outage.works('deleting');
    });
    for (const end of ['empty', 'response_processed'] as const) {
      this.#consumer.on(end, () => {
        this.#endRound();
      });
    }
  }

  start(): void {
    this.#consumer.start();
  }

  /** Whether events come through, as far as was seen. */
  get isWorking(): boolean {
    return this.#outage.isOver;
  }

  /** Ends a long poll at once; a batch in hand is recorded and deleted, for which it waits some seconds at most. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const inTime = new AbortController();
    const late = until(inTime.signal, (done) => this.#parts.clock.after(stopWithinMs, done));
    const ended = Promise.race([this.#round, late]);
    // What the library ends is every request, a deletion too.
    if (!this.#isReceiving) await ended;
    this.#consumer.stop({ abort: true });
    await ended;
    inTime.abort();
    this.#client.destroy();
    this.#parts.tally.close();
  }

  /** Begins a round: pauses after one that failed, and while shared state is down. */
  async #untilMayReceive(): Promise<void> {
    const { clock, health } = this.#parts;
    const { signal } = this.#stopping;
    this.#round = new Promise((resolve) => {
      this.#endRound = resolve;
    });
    const pauseMs = this.#outage.pauseMs;
    if (pauseMs > 0) await until(signal, (done) => clock.after(pauseMs, done));
    while (!health.isUp && !signal.aborted) await until(signal, (done) => health.onUp(done));
    signal.throwIfAborted();
    this.#outage.beginRound();
    this.#isReceiving = true;
  }

  /** Answers the messages that may be deleted. */
  async #handle(messages: readonly Message[]): Promise<Message[]> {
    const { tracer = noTracer } = this.#parts;
    const areDone = await Promise.all(
      messages.map((message) => tracer.apart('event', (span) => this.#isDone(message, span))),
    );
    return messages.filter((_message, index) => areDone[index]);
  }

  async #isDone(message: Message, span: Span): Promise<boolean> {
    const event = await this.#take(message);
    span.note({ event });
    return event !== 'unreadable' && event !== 'failed';
  }

  async #take({ Body: body = '' }: Message): Promise<EventResult> {
    const read = readContactEvent(body);
    if (read.is === 'unreadable') {
      this.#parts.tally.drop('unreadable', read.because);
      return 'unreadable';
    }
    if (read.is === 'foreign' || !this.#isOurs(read.event)) {
      this.#parts.tally.drop('foreign');
      return 'foreign';
    }
    const { contact, report } = read.event;
    const facts = factsFrom(report);
    // What was said later stays: a time far ahead would keep out all that ever comes.
    if (facts.some(({ saidAtMs }) => saidAtMs > this.#parts.clock.now() + maxAheadMs)) {
      this.#parts.tally.drop('unreadable', 'it tells of a time to come');
      return 'unreadable';
    }
    try {
      const { changed } = await this.#parts.timelines.record(nameOfKey(contact), facts);
      const result = changed ? 'recorded' : 'unchanged';
      this.#parts.tally.count(result);
      if (changed) this.#parts.tally.recordLag(report.saidAt);
      this.#outage.works('recording');
      return result;
    } catch (error) {
      this.#parts.tally.count('failed');
      this.#outage.fails('recording', error);
      return 'failed';
    }
  }

  #isOurs({ accountId, region, contact }: ContactEvent): boolean {
    const parts = this.#parts;
    return accountId === parts.accountId && region === parts.region && parts.instanceIds.includes(contact.instanceId);
  }
}

/** Resolves once what `arm` waits for calls back, or on the signal; then nothing waits any more. */
function until(signal: AbortSignal, arm: (done: () => void) => Unsubscribe): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      off();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const off = arm(finish);
    signal.addEventListener('abort', finish);
  });
}
