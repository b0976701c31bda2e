import type { FormattedExecutionResult } from 'graphql';
import type { ServerResponse } from 'node:http';
import { subscriptionExpired, whenUnauthorised } from '../access/authority.js';
import type { Clock } from '../clock.js';
import type { Caller } from '../request.js';
import type { OperationRecord, SubscriptionEnd, SubscriptionTransport } from '../operations/operation-record.js';
import { handOver, type HandedOver } from '../subscriptions/hand-over.js';
import { keepAliveMs, readTimeoutMs, unreadBytesLimit } from '../subscriptions/subscription-limits.js';
import type { SentOperation, Subscriber, SubscriptionStream } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';
import type { StreamFormat } from './stream-formats.js';

export interface ResponseStreamParts {
  /** Whose head and opening are written. */
  readonly response: ServerResponse;
  readonly format: StreamFormat;
  readonly caller: Caller;
  readonly requestId: string;
  readonly record: OperationRecord;
}

/** One subscription whose results are the body of an HTTP answer. */
export class ResponseStream implements Subscriber {
  readonly caller: Caller;
  readonly requestId: string;
  readonly record: OperationRecord;
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #clock: Clock;
  readonly #stream: SubscriptionStream;
  readonly #cancelExpiry: () => void;
  #cancelKeepAlive: () => void = () => undefined;
  /** Ends the wait for what is being written. */
  #giveUpWriting: (() => void) | undefined;

  constructor(
    { response, format, caller, requestId, record }: ResponseStreamParts,
    { subscriptions, clock }: { readonly subscriptions: Subscriptions; readonly clock: Clock },
    private readonly onOver: () => void,
  ) {
    this.caller = caller;
    this.requestId = requestId;
    this.record = record;
    this.#response = response;
    this.#format = format;
    this.#clock = clock;
    this.#stream = subscriptions.open(this);
    this.#cancelExpiry = whenUnauthorised(caller, clock, () => {
      this.end('expired', subscriptionExpired());
    });
    response.once('close', () => {
      this.end('disconnected');
    });
    this.#keepAlive();
  }

  get transport(): SubscriptionTransport {
    return this.#format.transport;
  }

  run(sent: SentOperation): void {
    this.#stream.run(sent);
  }

  end(ended: SubscriptionEnd, error?: unknown): void {
    this.#stream.end(ended, error);
  }

  take(result: FormattedExecutionResult): Promise<HandedOver> {
    const response = this.#response;
    if (response.writableLength > unreadBytesLimit) return Promise.resolve('too slow');
    const text = this.#format.result(result);
    const write = (done: (error?: Error | null) => void) => {
      // Of what is written once the connection is gone Node never tells.
      this.#giveUpWriting = () => {
        done(new Error('The stream is over.'));
      };
      response.write(text, (error) => {
        this.#giveUpWriting = undefined;
        done(error);
      });
    };
    return handOver(write, this.#clock, readTimeoutMs);
  }

  over(ended: SubscriptionEnd, lastResult: FormattedExecutionResult | undefined): void {
    this.#cancelExpiry();
    this.#cancelKeepAlive();
    this.#giveUpWriting?.();
    const response = this.#response;
    if (ended === 'too slow' || ended === 'disconnected') {
      response.destroy();
    } else {
      if (lastResult) response.write(this.#format.result(lastResult));
      // Without the completion its client comes again.
      if (ended !== 'draining') response.write(this.#format.completion);
      response.end();
    }
    this.onOver();
  }

  #keepAlive(): void {
    this.#cancelKeepAlive = this.#clock.after(keepAliveMs, () => {
      // What has not been read keeps the connection alive as well.
      if (this.#response.writableLength === 0) this.#response.write(this.#format.heartbeat);
      this.#keepAlive();
    });
  }
}
