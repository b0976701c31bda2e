import { CloseCode, makeServer, type Server as ProtocolServer } from 'graphql-ws';
import { parse, type GraphQLSchema } from 'graphql';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { GatewayError } from '../errors.js';
import { OverloadRefusal, type Admission } from '../operations/admission.js';
import type { Connections } from './connections.js';
import type { BodyLimits } from './read-body.js';
import { refuseUpgrade, restarting } from './refusals.js';
import type { RequestGate } from './request-gate.js';
import { requestIdFrom } from './request-id.js';
import { tokensOfUpgrade } from './socket-tokens.js';
import { closeCodes, SocketSession, type SocketParts, type SocketRequest } from './socket-session.js';
import { answeredSubprotocol } from './subprotocol.js';

export interface SocketsParts extends SocketParts {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  readonly gate: RequestGate;
  readonly connections: Connections;
  /** A message may be as large as a body; without an accepted token all of them together. */
  readonly messageLimits: BodyLimits;
  /** Browsers of these origins, and of our own, may connect. */
  readonly corsOrigins: readonly string[];
}

/** In how many packets a client may send its token. */
const partsUntilCaller = 64;

/** Subscriptions over WebSocket at /graphql, in the protocol graphql-transport-ws. */
export class Sockets {
  readonly #sessions = new Set<SocketSession>();
  readonly #protocol: ProtocolServer<SocketSession>;
  readonly #handshakes: WebSocketServer;
  #isDraining = false;

  /** Takes the upgrades of `server`. */
  constructor(
    server: Server,
    private readonly parts: SocketsParts,
  ) {
    this.#protocol = protocolServer(parts.schema);
    this.#handshakes = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: parts.messageLimits.bodyBytes,
      // A fragment of one byte takes a hundred to hold; hardly any client sends its messages in parts.
      maxFragments: 128,
      // Else a `subscribe`, a `complete` and a `subscribe` of the same id in one packet are read before the first has begun.
      allowSynchronousEvents: false,
      handleProtocols: answeredSubprotocol,
    });
    this.#handshakes.on('wsClientError', (_error, socket, request) => {
      const headers = { 'sec-websocket-version': '13' };
      this.#refuse(request, socket, 400, new GatewayError('BAD_REQUEST', 'This is no WebSocket handshake.'), headers);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // The answer to an earlier request would end up in the WebSocket.
      if (parts.gate.isBusy(socket)) socket.destroy();
      else this.#upgrade(request, socket, head);
    });
  }

  /** Takes no further socket, and closes all there are so that their clients connect again, elsewhere. */
  drain(): void {
    this.#isDraining = true;
    for (const session of this.#sessions) session.close(closeCodes.goingAway, 'Going away', 'draining');
  }

  /** Cuts what is left. */
  terminate(): void {
    for (const session of this.#sessions) session.terminate();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until the handshake nobody else listens.
    const destroy = () => socket.destroy();
    socket.on('error', destroy);
    const refused = this.#refusalOf(request);
    if (refused) {
      this.#refuse(request, socket, ...refused);
      return;
    }
    this.#handshakes.handleUpgrade(request, socket, head, (accepted) => {
      socket.off('error', destroy);
      const { headers } = request;
      this.#open(accepted, socket, {
        requestId: requestIdFrom(headers['x-request-id']),
        tokens: tokensOfUpgrade(headers),
        traceparent: traceparentOf(headers),
      });
    });
  }

  #refusalOf({ url, headers }: IncomingMessage): [status: number, error: GatewayError] | undefined {
    if (url?.split('?')[0] !== '/graphql') {
      return [404, new GatewayError('NOT_FOUND', 'There is nothing here. Subscriptions are at /graphql.')];
    }
    if (!isOriginAllowed(headers, this.parts.corsOrigins)) {
      return [403, new GatewayError('FORBIDDEN', 'Pages of this origin may not connect; see CORS_ORIGINS.')];
    }
    if (this.#isDraining) return [503, restarting];
    // A socket carries nothing but subscriptions.
    const overload = this.parts.admission.refusal('read');
    if (overload) return [503, overload];
    // Those that have shown no token do not count: they would lock out those that can.
    const { full } = this.parts.counts;
    return full && [503, full];
  }

  #refuse(
    request: IncomingMessage,
    socket: Duplex,
    status: number,
    error: GatewayError,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    const level = error instanceof OverloadRefusal ? 'debug' : 'info';
    this.parts.log[level]({ requestId, status, codes: [error.code] }, 'an upgrade is refused');
    refuseUpgrade(socket, error, status, requestId, headers);
  }

  #open(socket: WebSocket, connection: Duplex, request: SocketRequest): void {
    const { connections } = this.parts;
    const session = new SocketSession(socket, request, this.parts, () => {
      connections.hasCaller(connection);
    });
    this.#sessions.add(session);
    // A client that means it shows its token at once, so that of the silent ones the oldest is the least worth keeping.
    connections.hasNoCaller(connection, () => {
      session.close(closeCodes.tryAgainLater, 'Too many connections wait for their initialisation.');
    });
    this.#limitUntilCaller(socket, connection, session);
    const closed = this.#protocol.opened(session, session);
    // A frame that is none, or too large: ws closes the socket.
    socket.on('error', (err) => {
      this.parts.log.debug({ err, requestId: request.requestId }, 'a socket failed');
    });
    socket.once('close', (code, reason) => {
      this.#sessions.delete(session);
      session.closed();
      void closed(code, reason.toString());
    });
  }

  /** For all that a client sends before its token is accepted: a message that is not finished is held, in as many parts as it came. */
  #limitUntilCaller(socket: WebSocket, connection: Duplex, session: SocketSession): void {
    const allowed = this.parts.messageLimits.bodyBytesWithoutToken;
    let bytes = 0;
    let parts = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      parts += 1;
      if (session.hasCaller()) {
        connection.off('data', count);
      } else if (bytes > allowed || parts > partsUntilCaller) {
        connection.off('data', count);
        session.close(
          CloseCode.BadRequest,
          `Send connection_init with a token first, and no more than ${allowed} bytes.`,
        );
        socket.pause();
      }
    };
    connection.on('data', count);
  }
}

/** The state machine of the protocol; everything that it would do with documents and errors by itself is taken from it. */
function protocolServer(schema: GraphQLSchema): ProtocolServer<SocketSession> {
  return makeServer<Record<string, unknown>, SocketSession>({
    // A session has a timer of its own, on our clock.
    connectionInitWaitTimeout: 0,
    onConnect: ({ extra }) => extra.authenticate(),
    onSubscribe: ({ extra }) => ({ schema, document: anySubscription, contextValue: extra.subscribe() }),
    subscribe: ({ contextValue }) => contextValue as AsyncIterable<never>,
    onError: (_context, _id, _payload, errors) => {
      // No error comes this way but a bug: those that a client may read are results, which subscriptions send by themselves.
      throw new Error('A subscription broke.', { cause: errors[0]?.originalError });
    },
  });
}

/** All that the protocol server asks of a document is that it is a subscription; what the client sent only its session knows. */
const anySubscription = parse('subscription { any }');

/** Held as long as the socket is open: what is longer than the form of a trace is none, and not held. */
function traceparentOf({ traceparent }: IncomingMessage['headers']): string | undefined {
  return typeof traceparent === 'string' && traceparent.length <= traceparentLength ? traceparent : undefined;
}

const traceparentLength = 55;

/** Only browsers send an Origin, and a page cannot choose it. */
function isOriginAllowed({ origin, host }: IncomingMessage['headers'], corsOrigins: readonly string[]): boolean {
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
