import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Connections } from './connections.js';
import type { RequestGate } from './request-gate.js';

/** How long a client may take to send a request. docs/errors.md names it and is held to it by a test. */
export const requestTimeoutMs = 30_000;
/** Longer than the 60 s of a load balancer, which else sends a request into a connection that closes. */
const keepAliveTimeoutMs = 72_000;

/** The HTTP server below the framework: all that a client may do before, and however, a route is asked. */
export function createNodeServer(handle: RequestListener, gate: RequestGate, connections: Connections): Server {
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // Else Node looks only every 30 s.
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: keepAliveTimeoutMs,
    shouldUpgradeCallback: offersWebSocket,
  });
  connections.watch(server);
  server.on('request', (request, response) => {
    gate.pass(request, response, () => {
      connections.hasNoCaller(request.socket, () => request.socket.destroy());
      handle(request, response);
    });
  });
  // Answered as Node would, in its turn.
  server.on('checkExpectation', (request: IncomingMessage, response) => {
    gate.pass(request, response, () => response.writeHead(417).end());
  });
  return server;
}

/** Every other offer is ignored, as HTTP lets a server. Java's HttpClient offers `h2c` with its first request. */
function offersWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}
