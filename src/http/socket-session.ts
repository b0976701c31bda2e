import { CloseCode, MessageType, parseMessage, type Message } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { isAuthorised, subscriptionExpired, whenUnauthorised } from '../access/authority.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';
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
import type { SentOperation, SubscriptionStream } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';

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
  readonly clock: Clock;
  readonly log: Log;
}

/** What a session knows of the request that became its socket. */
export interface SocketRequest {
  readonly requestId: string;
  /** That came with it, before any message. */
  readonly tokens: readonly string[];
}

/** One socket from its handshake to its end: whose it is, what it follows, and how it is closed. */
export class SocketSession {
  readonly #streams = new Set<SubscriptionStream>();
  readonly #log: Log;
  #caller: Caller | undefined;
  #releaseCount: () => void = () => undefined;
  /** Each cancels a timer. */
  readonly #timers = { init: noTimer, expiry: noTimer, ping: noTimer, close: noTimer };
  /** What the message holds that is being read, under the id that its client gave it. */
  #sent: { readonly id: string; readonly operation: SentOperation } | undefined;
  #isHeard = true;
  #opened = 0;
  #owedPongs = 0;
  #isExpiring = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly request: SocketRequest,
    private readonly parts: SocketParts,
    private readonly onCaller: () => void,
  ) {
    this.#log = parts.log.child({ requestId: request.requestId });
    this.#timers.init = parts.clock.after(connectionInitTimeoutMs, () => {
      this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    });
    const hear = () => (this.#isHeard = true);
    socket.on('message', hear).on('pong', hear);
    this.#keepAlive();
  }

  /**
   * What the protocol server is to know of a message: not what is subscribed to, which is left to `subscribe`, nor what the
   * protocol does not ask for. It holds on to what it knows as long as the subscription or the socket lasts, and a quarter of a
   * MiB of JSON may be five MiB of objects. Undefined where the socket is closed for it.
   */
  takeIn(text: string): string | undefined {
    const message = messageIn(text);
    if (message?.type === MessageType.ConnectionInit) {
      return JSON.stringify({ type: message.type, payload: { tokens: tokensInPayload(message.payload) } });
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
  async authenticate(tokensOfPayload: readonly string[]): Promise<void> {
    const { clock, callerFrom, counts } = this.parts;
    const caller = await callerFrom(authorizationOf([...tokensOfPayload, ...this.request.tokens]));
    if (!caller || !isAuthorised(caller, clock)) throw subscriptionExpired();
    if (!this.isOpen()) return;
    this.#releaseCount = counts.take(caller);
    this.#caller = caller;
    this.onCaller();
    this.#timers.init();
    this.#timers.expiry = whenUnauthorised(caller, clock, () => {
      this.#expire();
    });
  }

  /** What the caller of an authenticated socket follows by the message that was taken in, until it or the socket is over. */
  subscribe(): SubscriptionStream {
    const [caller, sent] = [this.#caller, this.#sent];
    this.#sent = undefined;
    if (!caller || !sent) throw new Error('The protocol lets nobody subscribe without a caller, or a message.');
    const record = { ...startRecord(this.parts.clock), caller };
    this.#opened += 1;
    const { id } = sent;
    const stream = this.parts.subscriptions.open(sent.operation, {
      caller,
      requestId: `${this.request.requestId}-${this.#opened}`,
      record,
      transport: 'websocket',
      onEnd: (ended, lastResult) => {
        this.#streams.delete(stream);
        if (ended !== 'expired') return;
        // Here and now: nothing is sent any more once the socket is closing.
        this.socket.send(JSON.stringify({ id, type: MessageType.Next, payload: lastResult }));
        // Before the timer, where the machine's clock was set.
        this.#expire();
      },
    });
    this.#streams.add(stream);
    return stream;
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
  async pong(): Promise<void> {
    this.#owedPongs += 1;
    if (this.#owedPongs > 1) return;
    for (; this.#owedPongs > 0 && this.isOpen(); this.#owedPongs -= 1) await this.send('{"type":"pong"}');
  }

  /** Closes for an error that is not one subscription's. */
  closeFor(error: unknown): void {
    const { code, message } = wordedError(error);
    logWithheld(error, this.#log);
    if (code === 'UNAUTHENTICATED') this.close(closeCodes.forbidden, message, 'expired');
    else if (code === 'INTERNAL_SERVER_ERROR') this.close(CloseCode.InternalServerError, 'Internal server error');
    else this.close(closeCodes.tryAgainLater, message);
  }

  /** Ends all that the socket follows, now, and the socket as soon as its client agrees, or a second later. */
  close(code: number, reason: string, ended: SubscriptionEnd = 'disconnected'): void {
    if (!this.isOpen()) return;
    const { tenant, subject } = this.#caller ?? {};
    this.#log.info({ code, reason, tenant, subject }, 'a socket is closed');
    // Before the streams end, so that nothing tells the client that they are complete.
    this.socket.close(code, reason.slice(0, reasonLength));
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
  #expire(): void {
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    for (const stream of this.#streams) stream.end('expired', subscriptionExpired());
    this.close(closeCodes.forbidden, subscriptionExpired().message, 'expired');
  }

  #end(ended: SubscriptionEnd): void {
    for (const stream of this.#streams) stream.end(ended);
    this.#releaseCount();
    this.#timers.init();
    this.#timers.expiry();
    this.#timers.ping();
  }

  #keepAlive(): void {
    this.#timers.ping = this.parts.clock.after(keepAliveMs, () => {
      if (!this.#isHeard) {
        this.#log.info('a socket is cut that does not answer');
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

/** All that fits into the frame that closes a socket. */
const reasonLength = 123;

function noTimer(): void {
  // Nothing to call off.
}
