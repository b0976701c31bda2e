import {
  createSourceEventStream,
  execute,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { isAuthorised, subscriptionExpired } from '../access/authority.js';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { createRequestContext, type Caller, type RequestContext } from '../request.js';
import {
  endSpan,
  type OperationRecord,
  type SubscriptionEnd,
  type SubscriptionTransport,
} from '../operations/operation-record.js';
import type { SentDocument } from '../operations/document-id.js';
import type { OperationSpan, Span } from '../tracer.js';
import type { HandedOver } from './hand-over.js';
import { firstResultTimeoutMs } from './subscription-limits.js';

/** What a client sent, of the right shape but not looked at otherwise. */
export interface SentOperation extends SentDocument {
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A subscription that may be executed. */
export interface CheckedSubscription {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Who subscribes, over what, and what takes the results. */
export interface Subscriber {
  readonly caller: Caller;
  readonly requestId: string;
  readonly record: OperationRecord;
  readonly transport: SubscriptionTransport;
  /** Takes one result; the next is asked for only once this one is handed over. Never rejects. */
  take(result: FormattedExecutionResult): Promise<HandedOver>;
  /** Called once, when it is over, with what is left to tell the client, if anything is. */
  over(ended: SubscriptionEnd, lastResult: FormattedExecutionResult | undefined): void;
}

/** What all subscriptions have in common: thousands are open at once, so that none has functions of its own for it. */
export interface SubscriptionStreamParts {
  readonly schema: GraphQLSchema;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts it as open, and as begun until the returned function is called. Throws where there is no room. */
  admit(subscriber: Subscriber): () => void;
  /** Counts one that was admitted no longer. */
  leave(subscriber: Subscriber): void;
  /** Asked once, when it is admitted. Throws where there is to be no subscription. */
  check(sent: SentOperation, subscriber: Subscriber): CheckedSubscription;
  worded(error: unknown, subscriber: Subscriber): GraphQLFormattedError[];
  tellEnd(subscriber: Subscriber, end: { readonly ended: SubscriptionEnd; readonly events: number }): void;
}

/**
 * One subscription, whose results its subscriber is given as its client may read them. The source is asked for an event only once the
 * last result was taken, and each event is executed with a RequestContext of its own. An end takes effect at once, whatever is being
 * waited for; one that the client should know of is told in a last result, of errors alone.
 */
export class SubscriptionStream {
  #ended: SubscriptionEnd | undefined;
  #source: AsyncIterator<unknown> | undefined;
  /** Aborts what is started or executed; each has its own, because what listens to one may never let go of it. */
  #work: AbortController | undefined;
  #events = 0;
  #isAdmitted = false;
  /** Undefined before it is begun, and once the first result is there. */
  #whenStarted: (() => void) | undefined;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly parts: SubscriptionStreamParts,
  ) {}

  /** Looks at what was sent, and gives the subscriber results from then on. Called once. */
  run(sent: SentOperation): void {
    this.subscriber.record.span.run(() => {
      const checked = this.#check(sent);
      // Not by this method, which would hold what was sent until it is over: a client may send far more than it asks for.
      if (checked) void this.#run(checked);
    });
  }

  /** Ends the source now; of several ends the first one counts. With an `error` the client is told of it before all is over. */
  end(ended: SubscriptionEnd, error?: unknown): void {
    if (this.#isOver()) return;
    this.#ended = ended;
    const { parts, subscriber } = this;
    const lastResult = error === undefined ? undefined : { errors: parts.worded(error, subscriber) };
    this.#work?.abort();
    void this.#closeSource();
    this.#isStarted();
    if (this.#isAdmitted) parts.leave(subscriber);
    parts.tellEnd(subscriber, { ended, events: this.#events });
    subscriber.over(ended, lastResult);
  }

  #isOver(): boolean {
    return this.#ended !== undefined;
  }

  #check(sent: SentOperation): CheckedSubscription | undefined {
    const { parts, subscriber } = this;
    if (!isAuthorised(subscriber.caller, parts.clock)) {
      this.end('expired', subscriptionExpired());
      return undefined;
    }
    try {
      this.#begin(parts.admit(subscriber));
      return parts.check(sent, subscriber);
    } catch (error) {
      this.end('refused', error);
      return undefined;
    }
  }

  /** From here to its first result it is an operation in flight, and no longer than `firstResultTimeoutMs`. */
  #begin(whenStarted: () => void): void {
    this.#isAdmitted = true;
    const cancel = this.parts.clock.after(firstResultTimeoutMs, () => {
      this.end('failed', firstResultLate());
    });
    this.#whenStarted = () => {
      cancel();
      whenStarted();
      endSpan(this.subscriber.record);
    };
  }

  #isStarted(): void {
    this.#whenStarted?.();
    this.#whenStarted = undefined;
  }

  async #run(checked: CheckedSubscription): Promise<void> {
    try {
      const source = await this.#start(checked);
      this.#source = source;
      // Whoever ended it meanwhile found no source to close.
      if (this.#isOver()) await this.#closeSource();
      else void this.#next(source, checked);
    } catch (error) {
      this.end('failed', error);
    }
  }

  async #start({ document, operation, variables }: CheckedSubscription): Promise<AsyncIterator<unknown>> {
    const stream = await createSourceEventStream({
      schema: this.parts.schema,
      document,
      operationName: operation.name?.value,
      variableValues: variables,
      contextValue: this.#context(this.subscriber.requestId, this.subscriber.record.span),
    });
    if (Symbol.asyncIterator in stream) return stream[Symbol.asyncIterator]();
    throw new AggregateError(stream.errors ?? []);
  }

  /** Gives the subscriber the next result, and then those after it. What it was is held no longer than that: the next may be hours away. */
  async #next(source: AsyncIterator<unknown>, checked: CheckedSubscription): Promise<void> {
    try {
      const event = await source.next();
      if (this.#isOver()) return;
      if (event.done) this.end('completed');
      else if (!isAuthorised(this.subscriber.caller, this.parts.clock)) this.end('expired', subscriptionExpired());
      else await this.#tell(await this.#update(checked, event.value));
    } catch (error) {
      this.end('failed', error);
    }
    if (!this.#isOver()) void this.#next(source, checked);
  }

  async #tell(result: FormattedExecutionResult): Promise<void> {
    if (this.#isOver()) return;
    this.#events += 1;
    this.#isStarted();
    const handed = await this.subscriber.take(result);
    if (handed !== 'taken') this.end(handed);
  }

  /** By itself: a function of `#next` would have it hold more until the next event. */
  #update(checked: CheckedSubscription, payload: unknown): Promise<FormattedExecutionResult> {
    return this.subscriber.record.span.later('update', (span) => this.#execute(checked, payload, span));
  }

  async #execute(checked: CheckedSubscription, payload: unknown, span: Span): Promise<FormattedExecutionResult> {
    const { document, operation, variables } = checked;
    const { parts, subscriber } = this;
    const { data, errors } = await execute({
      schema: parts.schema,
      document,
      rootValue: payload,
      operationName: operation.name?.value,
      variableValues: variables,
      contextValue: this.#context(`${subscriber.requestId}-${this.#events + 1}`, span),
    });
    this.#work = undefined;
    return {
      data: data ?? null,
      ...(errors ? { errors: parts.worded(new AggregateError(errors), subscriber) } : {}),
    };
  }

  /** For what is begun now; what was begun before is over. */
  #context(requestId: string, span: OperationSpan | Span): RequestContext {
    this.#work = new AbortController();
    const { log } = this.parts;
    return createRequestContext({ requestId, caller: this.subscriber.caller, log, span, signal: this.#work.signal });
  }

  async #closeSource(): Promise<void> {
    try {
      // An async generator answers only once it has stopped waiting: nobody waits for that.
      await this.#source?.return?.();
    } catch (err) {
      const { requestId, record } = this.subscriber;
      this.parts.log.warn({ err, ...record.span.ids, requestId }, 'the source of a subscription failed to end');
    }
  }
}

function firstResultLate(): GatewayError {
  const message = 'The first result of this subscription took too long. Subscribe again.';
  return new GatewayError('UPSTREAM_UNAVAILABLE', message, { retryAfterMs: 1_000 });
}
