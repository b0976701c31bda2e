import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import { queryOf } from '../operations/document-id.js';
import type { SentOperation } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';
import { refuse, restarting } from './refusals.js';
import { ResponseStream } from './response-stream.js';
import type { StreamFormat } from './stream-formats.js';

export interface ResponseStreamsParts {
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
}

/** Subscriptions whose results are the body of one HTTP answer. */
export class ResponseStreams {
  readonly #open = new Set<ResponseStream>();
  #isDraining = false;

  constructor(private readonly parts: ResponseStreamsParts) {}

  /** Takes no further subscription and breaks off what is open: a client that has not read the completion comes again, elsewhere. */
  drain(): void {
    this.#isDraining = true;
    for (const stream of this.#open) stream.end('draining');
  }

  /** Answers with what was sent, or refuses it where nobody sent it. */
  answer(request: FastifyRequest, reply: FastifyReply, sent: SentOperation, format: StreamFormat): FastifyReply {
    const { caller } = request.record;
    if (!caller) return refuseNobody(request, reply);
    if (this.#isDraining) return refuse(request, reply, restarting, 503);

    reply.hijack();
    // Its client left while the body was being read.
    if (reply.raw.destroyed) return reply;
    forgetRequest(request);
    const response = startStream(reply, format);
    const { id: requestId, record } = request;
    const stream = new ResponseStream({ response, format, caller, requestId, record }, this.parts, () => {
      this.#open.delete(stream);
      // Else the connection would stay for another request, which a stop would wait for.
      if (this.#isDraining) response.socket?.destroySoon();
    });
    this.#open.add(stream);
    stream.run(sent);
    return reply;
  }
}

/** Every subscription needs a scope, and nothing is kept open for nobody. */
export function refuseNobody(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = new GatewayError('UNAUTHENTICATED', 'Send a bearer token in the Authorization header.');
  return refuse(request, reply, error, 401);
}

/** What a body sends to be run; undefined where it is of another shape. */
export function sentOperation(body: unknown): SentOperation | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { variables, operationName, documentId, extensions } = body as Readonly<Record<string, unknown>>;
  const query = queryOf(body);
  if (typeof query !== 'string') return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
  const sent = { query, operationName, documentId, extensions };
  if (variables === undefined || variables === null) return sent;
  if (typeof variables !== 'object' || Array.isArray(variables)) return undefined;
  return { ...sent, variables: variables as Readonly<Record<string, unknown>> };
}

/** Node and the framework hold on to a request as long as its answer is open: its body may be large, and its head holds a token. */
function forgetRequest(request: FastifyRequest): void {
  request.body = undefined;
  request.raw.headers = {};
  request.raw.rawHeaders = [];
}

function startStream(reply: FastifyReply, { contentType, opening }: StreamFormat): ServerResponse {
  const response = reply.raw;
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': contentType,
    // A proxy that compresses waits for enough to compress.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  // By itself: Node holds on to the head, in fifty pieces unless it was written as it is.
  response.flushHeaders();
  response.write(opening);
  return response;
}
