import { buildQueryString, HttpResponse, type HttpHandler, type HttpRequest } from '@smithy/core/protocols';
import { connect } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { afterTurning, systemClock } from './clock.js';
import { HttpsAgent, whenOpen, type OnConnection, type Peer, type ProxySettings } from './https-agent.js';

export interface RequestHandlerOptions {
  readonly proxy?: ProxySettings | undefined;
  /** Until TLS stands, through a proxy or not. */
  readonly connectionTimeoutMs: number;
  /** From the first byte of the request to the last of the answer. */
  readonly requestTimeoutMs: number;
}

/** More than any answer of Amazon Connect, of which a page of contacts with all their attributes is the longest: some 3 MB. */
export const maxAnswerBytes = 8 * 1_024 * 1_024;

/** How long a connection stays open that nobody uses. A server that says `Keep-Alive: timeout` is obeyed, some seconds early. */
const keepAliveMs = 15_000;

/** Nothing of the request left: there was no connection for it, or it was given up before it had one. */
export class NeverSent extends Error {
  override readonly name = 'NeverSent';
}

/** The request had a connection only when it was too late for it to leave. */
export class TooLateToLeave extends NeverSent {
  constructor() {
    super('The request could not leave in time');
  }
}

/** What the sender of a request may say beside it; the SDK hands it on. */
export type SendOptions = NonNullable<Parameters<HttpHandler['handle']>[1]> & {
  /** Asked when the request has a connection, right before any of it is written: false keeps it from leaving. */
  readonly mayLeave?: () => boolean;
};

/** The request was sent, or a part of it, and no whole answer came. `code` is one of those after which the SDK repeats a read. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';

  constructor(
    message: string,
    readonly code: 'ETIMEDOUT' | 'ECONNRESET',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Sends the requests of the AWS SDK, each exactly once. Throws NeverSent, BrokenOff, or an AbortError when the signal aborts. A request never waits for the
 * connection of another: how many there are follows from the quotas and from how long an answer takes.
 */
export class AwsRequestHandler implements HttpHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #requestTimeoutMs: number;
  readonly #dispatcher: Agent;

  constructor({ proxy, connectionTimeoutMs, requestTimeoutMs }: RequestHandlerOptions) {
    this.#requestTimeoutMs = requestTimeoutMs;
    const https = new HttpsAgent(proxy, connectionTimeoutMs);
    this.#dispatcher = new Agent({
      connect: ({ protocol, hostname, port }, callback) => {
        const peer = { hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
        const onConnection = callback as OnConnection;
        if (protocol === 'https:') https.open(peer, onConnection);
        else openPlain(peer, connectionTimeoutMs, onConnection);
      },
      // Over HTTP/2 undici sends a request again that the server has read.
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      // Each request has one time-out for all of its answer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  handle(request: HttpRequest, { abortSignal, mayLeave }: SendOptions = {}): Promise<{ response: HttpResponse }> {
    const signal = abortSignal as AbortSignal | undefined;
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(this.#requestTimeoutMs, signal, mayLeave, resolve, reject);
      const { protocol, hostname, port, path, query, method, headers } = request;
      const queryString = buildQueryString(query);
      this.#dispatcher.dispatch(
        {
          origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
          path: queryString === '' ? path : `${path}?${queryString}`,
          method: method,
          headers,
          body: (request.body ?? null) as string | Uint8Array | null,
        },
        exchange,
      );
    });
  }

  /** Breaks off what runs. */
  destroy(): void {
    void this.#dispatcher.destroy();
  }

  updateHttpClientConfig(): void {
    // There is nothing that a client of the SDK may change.
  }

  httpHandlerConfigs(): object {
    return {};
  }
}

/** Connections by http are to this machine alone, and through no proxy. */
function openPlain({ hostname, port }: Peer, timeoutMs: number, onConnection: OnConnection): void {
  whenOpen(connect({ host: hostname, port, noDelay: true }), 'connect', timeoutMs, onConnection);
}

/** One request and its answer, of which undici tells. */
class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #stopWaiting = (): void => undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  /** The answer so far is in its first `#bytes`; one buffer, or an answer in chunks of a byte would take a hundred times its length. */
  #body: Buffer = Buffer.alloc(0);
  #bytes = 0;
  readonly #onAbort = () => {
    this.#fail(Object.assign(new Error('The request was given up'), { name: 'AbortError' }));
  };

  constructor(
    private readonly timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
    private readonly mayLeave: (() => boolean) | undefined,
    private readonly resolve: (result: { response: HttpResponse }) => void,
    private readonly reject: (error: Error) => void,
  ) {
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  /** Called when the request has a connection and before any of it is written; a controller that is aborted here keeps it from being written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.mayLeave?.() === false) {
      const late = new TooLateToLeave();
      this.#fail(late);
      controller.abort(late);
      return;
    }
    this.#controller = controller;
    if (this.signal?.aborted) {
      controller.abort(new NeverSent('The request was given up'));
      return;
    }
    this.#stopWaiting = afterTurning(systemClock, this.timeoutMs, () => {
      this.#fail(new BrokenOff(`No whole answer came within ${this.timeoutMs} ms`, 'ETIMEDOUT'));
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // An informational answer comes before the one that counts.
    if (status < 200) return;
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const bytes = this.#bytes + chunk.byteLength;
    if (bytes > maxAnswerBytes) {
      this.#fail(new BrokenOff(`The answer has more than ${maxAnswerBytes} bytes`, 'ECONNRESET'));
      return;
    }
    if (this.#bytes === 0) {
      this.#body = chunk;
    } else {
      if (bytes > this.#body.byteLength) {
        const longer = Buffer.allocUnsafe(2 * bytes);
        this.#body.copy(longer, 0, 0, this.#bytes);
        this.#body = longer;
      }
      chunk.copy(this.#body, this.#bytes);
    }
    this.#bytes = bytes;
  }

  onResponseEnd(): void {
    this.#end();
    const body = this.#body.subarray(0, this.#bytes);
    this.resolve({ response: new HttpResponse({ statusCode: this.#status, headers: this.#headers, body }) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.#end();
    this.reject(
      this.#controller
        ? new BrokenOff('The connection broke before the whole answer had come', 'ECONNRESET', { cause })
        : new NeverSent('The connection could not be opened', { cause }),
    );
  }

  #fail(error: Error): void {
    this.#end();
    this.reject(error);
    this.#controller?.abort(error);
  }

  #end(): void {
    this.#stopWaiting();
    this.signal?.removeEventListener('abort', this.#onAbort);
  }
}
