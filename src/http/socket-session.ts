import { CloseCode, MessageType, parseMessage, type Message, type WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { isAuthorised, subscriptionExpired, whenUnauthorised } from '../access/authority.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
import type { Tracer } from '../tracer.js';
import type { CallerFrom } from './authentication.js';
import { authorizationOf, tokensInPayload } from './socket-tokens.js';
import { logWithheld, wordedError } from '../operations/wording.js';
import { handOver } from '../subscriptions/hand-over.js';
import type { OpenCounts } from '../subscriptions/open-counts.js';
import { startRecord, type SubscriptionEnd } from '../operations/operation-record.js';
import {
  closeTimeoutMs,
  connectionInitTimeoutMs,
  keepAliveMs,
  readTimeoutMs,
  subscriptionIdLength,
  unreadBytesLimit,
} from '../subscriptions/subscription-limits.js';
import { queryOf } from '../operations/document-id.js';
import type { SentOperation } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';
import { SocketSubscription, type SubscribedSocket } from './socket-subscription.js';
import { refusedSubprotocol } from './subprotocol.js';

/** The codes that we close a socket with besides the protocol's own. graphql-ws clients connect again after each of them. */
export const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  forbidden: CloseCode.Forbidden,
  /** Of our own: the client does not read what it is sent. */
  tooSlow: 4420,
} as const;

export interface SocketParts {
  readonly subscriptions: Subscriptions;
  readonly callerFrom: CallerFrom;
  readonly counts: OpenCounts;
  readonly tracer: Tracer;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a session knows of the request that became its socket. */
export interface SocketRequest {
  readonly requestId: string;
  /** That came with it, before any message. */
  readonly tokens: readonly string[];
  /** Names the trace in which it was opened. */
  readonly traceparent: string | undefined;
}

/**
 * One socket from its handshake to its end: whose it is, what it follows, and how it is closed. The protocol server reads its messages and
 * closes it, as any WebSocket.
 */
export class SocketSession implements ProtocolSocket, SubscribedSocket {
  readonly #subscriptions = new Set<SocketSubscription>();
  readonly #requestId: string;
  readonly #traceparent: string | undefined;
  /** Those that came with the upgrade and with connection_init; held until they are verified. */
  #tokens: readonly string[];
  #caller: Caller | undefined;
  /** Each cancels a timer. */
  readonly #timers = { init: noTimer, expiry: noTimer, ping: noTimer, close: noTimer };
  /** What the message holds that is being read, under the id that its client gave it. */
  #sent: { readonly id: string; readonly operation: SentOperation } | undefined;
  #isHeard = true;
  #opened = 0;
  #owedPongs = 0;
  #isExpiring = false;
  /** Among the open sockets of its caller. */
  #isCounted = false;

  constructor(
    private readonly socket: WebSocket,
    request: SocketRequest,
    private readonly parts: SocketParts,
    private onCaller: (() => void) | undefined,
  ) {
    this.#requestId = request.requestId;
    this.#traceparent = request.traceparent;
    this.#tokens = request.tokens;
    this.#timers.init = parts.clock.after(connectionInitTimeoutMs, () => {
      this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    });
    socket.on('pong', () => (this.#isHeard = true));
    this.#keepAlive();
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  /** Calls back with each message as the protocol server is to read it. */
  onMessage(receive: (message: string) => Promise<void>): void {
    this.socket.on('message', (data: Buffer) => {
      this.#isHeard = true;
      const message = this.isOpen() ? this.#takeIn(data.toString()) : undefined;
      if (message === undefined) return;
      receive(message).catch((error: unknown) => {
        this.#closeFor(error);
      });
    });
  }

  /**
   * What the protocol server is to know of a message: not what is subscribed to, which is left to `subscribe`, nor what the
   * protocol does not ask for. It holds on to what it knows as long as the subscription or the socket lasts, and a quarter of a
   * MiB of JSON may be five MiB of objects. Undefined where the socket is closed for it.
   */
  #takeIn(text: string): string | undefined {
    const message = messageIn(text);
    if (message?.type === MessageType.ConnectionInit) {
      this.#tokens = [...tokensInPayload(message.payload), ...this.#tokens];
      return JSON.stringify({ type: message.type });
    }
    if (message?.type === MessageType.Subscribe) {
      if (message.id.length > subscriptionIdLength) {
        this.close(CloseCode.BadRequest, `The id of a subscription has at most ${subscriptionIdLength} characters.`);
        return undefined;
      }
      this.#sent = { id: message.id, operation: message.payload };
      return JSON.stringify({ type: message.type, id: message.id, payload: { query: '' } });
    }
    return text;
  }

  /** Makes the socket that of the caller whose token came with it or in the payload. Throws a GatewayError where there is none. */
  async authenticate(): Promise<void> {
    const { clock, callerFrom, counts } = this.parts;
    const tokens = this.#tokens;
    this.#tokens = [];
    const caller = await callerFrom(authorizationOf(tokens));
    if (!caller || !isAuthorised(caller, clock)) throw subscriptionExpired();
    if (!this.isOpen()) return;
    counts.take(caller);
    this.#isCounted = true;
    this.#caller = caller;
    this.onCaller?.();
    this.onCaller = undefined;
    this.#timers.init();
    this.#timers.init = noTimer;
    this.#timers.expiry = whenUnauthorised(caller, clock, () => {
      this.expire();
    });
  }

  /** What the caller of an authenticated socket follows by the message that was taken in, until it or the socket is over. */
  subscribe(): SocketSubscription {
    const [caller, sent] = [this.#caller, this.#sent];
    this.#sent = undefined;
    if (!caller || !sent) throw new Error('The protocol lets nobody subscribe without a caller, or a message.');
    this.#opened += 1;
    const requestId = `${this.#requestId}-${this.#opened}`;
    // The trace in which the socket was opened has long ended, and it may carry the subscriptions of many.
    const span = this.parts.tracer.operation(requestId, { linked: { traceparent: this.#traceparent } });
    const parts = {
      socket: this,
      id: sent.id,
      caller,
      requestId,
      record: { ...startRecord(this.parts.clock), caller, span },
    };
    const subscription = new SocketSubscription(sent.operation, parts, this.parts.subscriptions);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  forget(subscription: SocketSubscription): void {
    this.#subscriptions.delete(subscription);
  }

  hasCaller(): boolean {
    return this.#caller !== undefined;
  }

  isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Resolves once the message is on its way, or the socket is not open any more. A client that does not read is dropped. */
  async send(message: string): Promise<void> {
    if (!this.isOpen()) return;
    if (this.socket.bufferedAmount <= unreadBytesLimit) {
      const write = (done: (error?: Error | null) => void) => {
        this.socket.send(message, done);
      };
      if ((await handOver(write, this.parts.clock, readTimeoutMs)) !== 'too slow') return;
    }
    this.close(closeCodes.tooSlow, 'Too slow: read what you are sent, or follow less.', 'too slow');
  }

  /** Answers a ping; one answer is on its way at a time, for a client that asks and does not read would pile them up. */
  async onPing(): Promise<void> {
    this.#owedPongs += 1;
    if (this.#owedPongs > 1) return;
    for (; this.#owedPongs > 0 && this.isOpen(); this.#owedPongs -= 1) await this.send('{"type":"pong"}');
  }

  /** Closes for an error that is not one subscription's. */
  #closeFor(error: unknown): void {
    // What the protocol server throws for a message that only a server may send.
    if (error instanceof Error && error.message.startsWith('Unexpected message of type ')) {
      this.close(CloseCode.BadRequest, 'Invalid message received');
      return;
    }
    const { code, message } = wordedError(error);
    logWithheld(error, this.parts.log.child({ requestId: this.#requestId }));
    if (code === 'UNAUTHENTICATED') this.close(closeCodes.forbidden, message, 'expired');
    else if (code === 'INTERNAL_SERVER_ERROR') this.close(CloseCode.InternalServerError, 'Internal server error');
    else this.close(closeCodes.tryAgainLater, message);
  }

  /** Ends all that the socket follows, now, and the socket as soon as its client agrees, or a second later. */
  close(code: number = CloseCode.InternalServerError, reason = '', ended: SubscriptionEnd = 'disconnected'): void {
    if (!this.isOpen()) return;
    const told = ownReasons(this.protocol)[code] ?? reason;
    const { tenant, subject } = this.#caller ?? {};
    const requestId = this.#requestId;
    this.parts.log.info({ requestId, code, reason: told, tenant, subject }, 'a socket is closed');
    // Before the subscriptions end, so that nothing tells the client that they are complete.
    this.socket.close(code, told.slice(0, reasonLength));
    this.#timers.close = this.parts.clock.after(closeTimeoutMs, () => {
      this.socket.terminate();
    });
    this.#end(ended);
  }

  /** For a socket that is closed. */
  closed(): void {
    this.#end('disconnected');
    this.#timers.close();
  }

  terminate(): void {
    this.socket.terminate();
  }

  /**
   * Closes the socket of a token that is over. Each of its subscriptions is told by a result before, for a router may hide why a socket was
   * closed; none is told that it is complete, for its client is to come again.
   */
  expire(lastMessage?: string): void {
    // Here and now: nothing is sent any more once the socket is closing.
    if (lastMessage !== undefined && this.isOpen()) this.socket.send(lastMessage);
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    for (const subscription of this.#subscriptions) subscription.end('expired', subscriptionExpired());
    this.close(closeCodes.forbidden, subscriptionExpired().message, 'expired');
  }

  #end(ended: SubscriptionEnd): void {
    for (const subscription of this.#subscriptions) subscription.end(ended);
    if (this.#isCounted && this.#caller) this.parts.counts.release(this.#caller);
    this.#isCounted = false;
    this.#timers.init();
    this.#timers.expiry();
    this.#timers.ping();
  }

  #keepAlive(): void {
    this.#timers.ping = this.parts.clock.after(keepAliveMs, () => {
      if (!this.#isHeard) {
        this.parts.log.info({ requestId: this.#requestId }, 'a socket is cut that does not answer');
        this.terminate();
        return;
      }
      this.#isHeard = false;
      this.socket.ping();
      this.#keepAlive();
    });
  }
}

/** Undefined for what is no message of the protocol: the protocol server closes the socket for it. */
function messageIn(text: string): Message | undefined {
  try {
    const message = JSON.parse(text) as { readonly payload?: { query?: unknown } } | null;
    const payload = message?.payload;
    // The protocol wants a `query` of every `subscribe`; some clients leave it out where they send the id of a document.
    if (typeof payload === 'object' && queryOf(payload) === '') payload.query = '';
    return parseMessage(message);
  } catch {
    return undefined;
  }
}

/** In place of what the protocol server says, which does not tell what to do or repeats the id that the client chose, of any length. */
function ownReasons(subprotocol: string): Readonly<Record<number, string>> {
  return {
    [CloseCode.SubscriberAlreadyExists]: 'Subscriber already exists',
    [CloseCode.SubprotocolNotAcceptable]: refusedSubprotocol(subprotocol),
  };
}

/** All that fits into the frame that closes a socket. */
const reasonLength = 123;

function noTimer(): void {
  // Nothing to call off.
}
