import { CloseCode, handleProtocols, makeServer, type Server as ProtocolServer } from 'graphql-ws';
import { parse, type GraphQLSchema } from 'graphql';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { GatewayError } from '../errors.js';
import { refuseUpgrade, restarting } from './refusals.js';
import { requestIdFrom } from './request-id.js';
import { closeCodes, SocketSession, type SocketParts } from './socket-session.js';
import { takeUpgrades } from './upgrade.js';

export interface SocketsParts extends SocketParts {
  readonly schema: GraphQLSchema;
  /** Of those, the oldest gives way to a new one. */
  readonly socketsWithoutCaller: number;
  /** The largest message that is read. */
  readonly messageLimitBytes: number;
  /** Browsers of these origins, and of our own, may connect. */
  readonly corsOrigins: readonly string[];
}

const subscriberExists: number = CloseCode.SubscriberAlreadyExists;

/** Subscriptions over WebSocket at /graphql, in the protocol graphql-transport-ws. */
export class Sockets {
  readonly #sessions = new Set<SocketSession>();
  /** Those that have shown no token yet, the oldest first. */
  readonly #silent = new Set<SocketSession>();
  readonly #protocol: ProtocolServer<SocketSession>;
  readonly #handshakes: WebSocketServer;
  #isDraining = false;

  /** Takes the upgrades of `server`. */
  constructor(
    server: Server,
    private readonly parts: SocketsParts,
  ) {
    this.#protocol = protocolServer(parts.schema, (session) => this.#silent.delete(session));
    this.#handshakes = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: parts.messageLimitBytes,
      // A fragment of one byte takes a hundred to hold; hardly any client sends its messages in parts.
      maxFragments: 128,
      // Else a `subscribe`, a `complete` and a `subscribe` of the same id in one packet are read before the first has begun.
      allowSynchronousEvents: false,
      handleProtocols,
    });
    this.#handshakes.on('wsClientError', (_error, socket, request) => {
      const headers = { 'sec-websocket-version': '13' };
      this.#refuse(request, socket, 400, new GatewayError('BAD_REQUEST', 'This is no WebSocket handshake.'), headers);
    });
    takeUpgrades(server, (request, socket, head) => {
      this.#upgrade(request, socket, head);
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
      this.#open(accepted, requestIdFrom(request.headers['x-request-id']));
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
    this.parts.log.info({ requestId, status, codes: [error.code] }, 'an upgrade is refused');
    refuseUpgrade(socket, error, status, requestId, headers);
  }

  #open(socket: WebSocket, requestId: string): void {
    this.#makeRoom();
    const session = new SocketSession(socket, requestId, this.parts);
    this.#sessions.add(session);
    this.#silent.add(session);
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (message) => session.send(message),
        close: (code = CloseCode.InternalServerError, reason = '') => {
          // The protocol server repeats the id that the client chose, of any length.
          session.close(code, code === subscriberExists ? 'Subscriber already exists' : reason);
        },
        // In place of an answer that repeats the payload.
        onPing: () => session.pong(),
        onMessage: (receive) => {
          socket.on('message', (data: Buffer) => {
            if (!session.isOpen()) return;
            receive(session.takeIn(data.toString())).catch((error: unknown) => {
              closeFor(session, error);
            });
          });
        },
      },
      session,
    );
    // A frame that is none, or too large: ws closes the socket.
    socket.on('error', (err) => {
      this.parts.log.debug({ err, requestId }, 'a socket failed');
    });
    socket.once('close', (code, reason) => {
      this.#sessions.delete(session);
      this.#silent.delete(session);
      session.closed();
      void closed(code, reason.toString());
    });
  }

  /** A client that means it shows its token at once, so that of the silent sockets the oldest is the least worth keeping. */
  #makeRoom(): void {
    const [oldest] = this.#silent;
    if (!oldest || this.#silent.size < this.parts.socketsWithoutCaller) return;
    this.#silent.delete(oldest);
    oldest.close(closeCodes.tryAgainLater, 'Too many connections wait for their initialisation.');
  }
}

/** The state machine of the protocol; everything that it would do with documents and errors by itself is taken from it. */
function protocolServer(
  schema: GraphQLSchema,
  onCaller: (session: SocketSession) => void,
): ProtocolServer<SocketSession> {
  return makeServer<Record<string, unknown>, SocketSession>({
    // A session has a timer of its own, on our clock.
    connectionInitWaitTimeout: 0,
    onConnect: async ({ extra, connectionParams }) => {
      await extra.authenticate(connectionParams);
      onCaller(extra);
    },
    onSubscribe: ({ extra }) => ({ schema, document: anySubscription, contextValue: extra.subscribe() }),
    subscribe: ({ contextValue }) => contextValue as AsyncIterable<never>,
    onNext: (_context, _id, _payload, _args, result) => result,
    onError: (_context, _id, _payload, errors) => {
      // No error comes this way but a bug: those that a client may read are results.
      throw new Error('A subscription broke.', { cause: errors[0]?.originalError });
    },
  });
}

/** All that the protocol server asks of a document is that it is a subscription; what the client sent only its session knows. */
const anySubscription = parse('subscription { any }');

function closeFor(session: SocketSession, error: unknown): void {
  // What the protocol server throws for a message that only a server may send.
  if (error instanceof Error && error.message.startsWith('Unexpected message of type ')) {
    session.close(CloseCode.BadRequest, 'Invalid message received');
  } else {
    session.closeFor(error);
  }
}

/** Only browsers send an Origin, and a page cannot choose it. */
function isOriginAllowed({ origin, host }: IncomingMessage['headers'], corsOrigins: readonly string[]): boolean {
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
