import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { logWithheld, toClientError, wordedError } from '../operations/wording.js';
import { acceptedJson } from './accept.js';

/** What is not begun any more once a stop has. */
export const restarting = new GatewayError('UPSTREAM_UNAVAILABLE', 'This gateway is about to stop; ask again.', {
  retryAfterMs: 1_000,
});

/**
 * Answers outside GraphQL's execution, in GraphQL's shape, `{ errors: [...] }`, and as application/graphql-response+json where the client names
 * that, with `status` and the headers that belong to it.
 */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown, status: number): FastifyReply {
  const worded = wordedError(error);
  request.record.errors.push(worded);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 405) void reply.header('allow', 'POST');
  if (status === 503) void reply.header('retry-after', retryAfterOf(worded));
  return reply
    .code(status)
    .type(`${acceptedJson(request.headers.accept)}; charset=utf-8`)
    .send({ errors: [toClientError(error, request.id)] });
}

/** Answers a request for an upgrade, which no framework sees, in the same shape, and closes its connection. */
export function refuseUpgrade(
  socket: Duplex,
  error: GatewayError,
  status: number,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): void {
  const body = JSON.stringify({ errors: [toClientError(error, requestId)] });
  const all: Readonly<Record<string, string>> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    connection: 'close',
    ...(status === 503 ? { 'retry-after': retryAfterOf(error) } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

function retryAfterOf({ retryAfterMs = 1_000 }: GatewayError): string {
  return String(Math.ceil(retryAfterMs / 1_000));
}

/** Gives `app` answers for unknown routes and for bodies that it cannot read. */
export function addRefusals(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, new GatewayError('NOT_FOUND', 'There is nothing here. GraphQL is at POST /graphql.'), 404),
  );
  app.setErrorHandler<Error & { code?: string; statusCode?: number }>((error, request, reply) => {
    // What reads bodies throws no other.
    if (error instanceof GatewayError) {
      return refuse(request, reply, error, error.code === 'OPERATION_TOO_LARGE' ? 413 : 400);
    }
    const status = error.statusCode ?? 500;
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
      return refuse(request, reply, new GatewayError('BAD_REQUEST', 'Send the body as application/json.'), status);
    }
    if (status >= 400 && status < 500) {
      return refuse(request, reply, new GatewayError('BAD_REQUEST', 'The body is not a JSON object.'), status);
    }
    logWithheld(error, log.child({ requestId: request.id }));
    return refuse(request, reply, error, 500);
  });
}
