import { MessageType } from 'graphql-ws';
import type { FormattedExecutionResult } from 'graphql';
import type { Caller } from '../request.js';
import type { OperationRecord, SubscriptionEnd } from '../operations/operation-record.js';
import type { HandedOver } from '../subscriptions/hand-over.js';
import type { SentOperation, Subscriber, SubscriptionStream } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';

/** What a subscription needs of its socket. */
export interface SubscribedSocket {
  /** Resolves once the message is on its way, or the socket is not open any more. */
  send(message: string): Promise<void>;
  /** It follows this no longer. */
  forget(subscription: SocketSubscription): void;
  /** Closes the socket of a token that is over, once `lastMessage` is sent. */
  expire(lastMessage: string | undefined): void;
}

export interface SocketSubscriptionParts {
  readonly socket: SubscribedSocket;
  /** That its client gave it. */
  readonly id: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly record: OperationRecord;
}

type End = IteratorResult<never, undefined>;

/**
 * One subscription of a socket, which sends its results. To the protocol server it is an iterator without any: that would look at each result again, and hold on to
 * the last one until there is another.
 */
export class SocketSubscription implements Subscriber, AsyncIterableIterator<never, undefined> {
  readonly transport = 'websocket';
  readonly caller: Caller;
  readonly requestId: string;
  readonly record: OperationRecord;
  readonly #socket: SubscribedSocket;
  readonly #id: string;
  readonly #stream: SubscriptionStream;
  /** Let go of once it runs: a client may send far more than it asks for. */
  #sent: SentOperation | undefined;
  #whenOver: ((end: End) => void) | undefined;
  #isOver = false;

  constructor(
    sent: SentOperation,
    { socket, id, caller, requestId, record }: SocketSubscriptionParts,
    to: Subscriptions,
  ) {
    this.caller = caller;
    this.requestId = requestId;
    this.record = record;
    this.#socket = socket;
    this.#id = id;
    this.#sent = sent;
    this.#stream = to.open(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Runs it; resolves once it is over. Asked once. */
  next(): Promise<End> {
    const sent = this.#sent;
    this.#sent = undefined;
    if (this.#isOver || !sent) return Promise.resolve(over);
    return new Promise((resolve) => {
      this.#whenOver = resolve;
      this.#stream.run(sent);
    });
  }

  /** For the client that wants no more. */
  return(): Promise<End> {
    this.end('unsubscribed');
    return Promise.resolve(over);
  }

  end(ended: SubscriptionEnd, error?: unknown): void {
    this.#stream.end(ended, error);
  }

  async take(result: FormattedExecutionResult): Promise<HandedOver> {
    // A socket that is not open, or whose client is too slow, ends all that it follows by itself.
    await this.#socket.send(this.#messageOf(result));
    return 'taken';
  }

  over(ended: SubscriptionEnd, lastResult: FormattedExecutionResult | undefined): void {
    this.#isOver = true;
    this.#socket.forget(this);
    const lastMessage = lastResult && this.#messageOf(lastResult);
    if (ended === 'expired') this.#socket.expire(lastMessage);
    else if (lastMessage !== undefined) void this.#socket.send(lastMessage);
    this.#whenOver?.(over);
  }

  #messageOf(payload: FormattedExecutionResult): string {
    return JSON.stringify({ id: this.#id, type: MessageType.Next, payload });
  }
}

const over: End = { done: true, value: undefined };
