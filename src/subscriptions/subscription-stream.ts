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
import type { Log } from '../log.js';
import { createRequestContext, type Caller, type RequestContext } from '../request.js';
import type { SubscriptionEnd } from '../operations/operation-record.js';
import type { SentDocument } from '../operations/document-id.js';

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

export interface SubscriptionStreamParts {
  /** Asked once, when the first result is. Throws where there is to be no subscription. */
  readonly check: (sent: SentOperation) => CheckedSubscription;
  readonly schema: GraphQLSchema;
  readonly caller: Caller;
  readonly requestId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the first result is there. */
  readonly whenStarted: () => void;
  readonly worded: (error: unknown) => GraphQLFormattedError[];
  /** With what is left to tell the client, if anything is. */
  readonly whenOver: (ended: SubscriptionEnd, events: number, lastResult: FormattedExecutionResult | undefined) => void;
}

type Result = IteratorResult<FormattedExecutionResult, undefined>;

/**
 * The results of one subscription, as a client may read them. Nothing happens before the first one is asked for; the source is
 * asked for an event only when a result is asked for, and each event is executed with a RequestContext of its own. An end takes
 * effect at once, whatever is being waited for; one that the client should know of is told in a last result, of errors alone.
 * `next` never throws.
 */
export class SubscriptionStream implements AsyncIterableIterator<FormattedExecutionResult, undefined> {
  /** Let go of once it is checked: a client may send far more than it asks for. */
  #sent: SentOperation | undefined;
  readonly #over = new AbortController();
  #ended: SubscriptionEnd | undefined;
  #checked: CheckedSubscription | undefined;
  #source: AsyncIterator<unknown> | undefined;
  /** Aborts what is executed; each event has its own, because what listens to one may never let go of it. */
  #execution = new AbortController();
  #events = 0;
  #lastResult: FormattedExecutionResult | undefined;
  #settle: () => void = () => undefined;

  constructor(
    sent: SentOperation,
    private readonly parts: SubscriptionStreamParts,
  ) {
    this.#sent = sent;
  }

  /** Undefined until it is over. */
  get ended(): SubscriptionEnd | undefined {
    return this.#ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Asked for again only once the last answer is there. */
  next(): Promise<Result> {
    return new Promise((resolve) => {
      this.#settle = () => {
        this.#settle = () => undefined;
        const value = this.#lastResult;
        this.#lastResult = undefined;
        resolve(value ? { done: false, value } : { done: true, value: undefined });
      };
      if (this.#isOver()) {
        this.#settle();
        return;
      }
      this.#pull().then(
        (value) => {
          if (this.#isOver() || value === undefined) return;
          this.#settle = () => undefined;
          this.#events += 1;
          if (this.#events === 1) this.parts.whenStarted();
          resolve({ done: false, value });
        },
        (error: unknown) => {
          this.end('failed', error);
        },
      );
    });
  }

  /** For the client that wants no more. */
  return(): Promise<Result> {
    this.end('unsubscribed');
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends the source now; of several ends the first one counts. With an `error` the client is told of it before all is over. */
  end(ended: SubscriptionEnd, error?: unknown): void {
    if (this.#isOver()) return;
    this.#ended = ended;
    if (error !== undefined) this.#lastResult = { errors: this.parts.worded(error) };
    this.#over.abort();
    this.#execution.abort();
    void this.#closeSource();
    this.parts.whenOver(ended, this.#events, this.#lastResult);
    this.#settle();
  }

  #isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** The next result; undefined where there is none any more. */
  async #pull(): Promise<FormattedExecutionResult | undefined> {
    const checked = (this.#checked ??= this.#check());
    if (!checked) return undefined;
    this.#source ??= await this.#start(checked);
    if (this.#isOver()) {
      await this.#closeSource();
      return undefined;
    }
    const event = await this.#source.next();
    if (this.#isOver()) return undefined;
    if (event.done) this.end('completed');
    else if (!isAuthorised(this.parts.caller, this.parts.clock)) this.end('expired', subscriptionExpired());
    else return this.#execute(checked, event.value);
    return undefined;
  }

  #check(): CheckedSubscription | undefined {
    const { caller, clock, check } = this.parts;
    const sent = this.#sent;
    this.#sent = undefined;
    if (!isAuthorised(caller, clock)) {
      this.end('expired', subscriptionExpired());
      return undefined;
    }
    try {
      return sent && check(sent);
    } catch (error) {
      this.end('refused', error);
      return undefined;
    }
  }

  async #start({ document, operation, variables }: CheckedSubscription): Promise<AsyncIterator<unknown>> {
    const { schema, requestId } = this.parts;
    const stream = await createSourceEventStream({
      schema,
      document,
      operationName: operation.name?.value,
      variableValues: variables,
      contextValue: this.#context(requestId, this.#over.signal),
    });
    if (Symbol.asyncIterator in stream) return stream[Symbol.asyncIterator]();
    throw new AggregateError(stream.errors ?? []);
  }

  async #execute(checked: CheckedSubscription, payload: unknown): Promise<FormattedExecutionResult> {
    const { document, operation, variables } = checked;
    const { schema, requestId, worded } = this.parts;
    this.#execution = new AbortController();
    const { data, errors } = await execute({
      schema,
      document,
      rootValue: payload,
      operationName: operation.name?.value,
      variableValues: variables,
      contextValue: this.#context(`${requestId}-${this.#events + 1}`, this.#execution.signal),
    });
    return { data: data ?? null, ...(errors ? { errors: worded(new AggregateError(errors)) } : {}) };
  }

  #context(requestId: string, signal: AbortSignal): RequestContext {
    const { caller, log } = this.parts;
    return createRequestContext({ requestId, caller, log: log.child({ requestId }), signal });
  }

  async #closeSource(): Promise<void> {
    try {
      // An async generator answers only once it has stopped waiting: nobody waits for that.
      await this.#source?.return?.();
    } catch (err) {
      this.parts.log.warn({ err }, 'the source of a subscription failed to end');
    }
  }
}
