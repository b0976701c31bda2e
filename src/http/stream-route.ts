import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { ServerResponse } from 'node:http';
import { subscriptionExpired, whenUnauthorised } from '../access/authority.js';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { logWithheld } from '../operations/wording.js';
import { handOver } from '../subscriptions/hand-over.js';
import type { SubscriptionEnd } from '../operations/operation-record.js';
import { refuse, restarting } from './refusals.js';
import { keepAliveMs, readTimeoutMs, unreadBytesLimit } from '../subscriptions/subscription-limits.js';
import type { SentOperation, SubscriptionStream } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';

export interface StreamRouteParts {
  readonly subscriptions: Subscriptions;
  /** Goes before the body is read. */
  readonly authenticate: onRequestAsyncHookHandler;
  readonly clock: Clock;
  readonly log: Log;
}

/** Subscriptions over server-sent events at POST /graphql/stream, in the protocol GraphQL over SSE, distinct connections mode. */
export class StreamRoute {
  readonly #streams = new Set<SubscriptionStream>();
  #isDraining = false;

  constructor(
    app: FastifyInstance,
    private readonly parts: StreamRouteParts,
  ) {
    const onRequest = [parts.authenticate, refuseNobody];
    app.post('/graphql/stream', { onRequest }, (request, reply) => this.#answer(request, reply));
    app.get('/graphql/stream', (request, reply) =>
      refuse(request, reply, new GatewayError('BAD_REQUEST', 'Send subscriptions by POST.'), 405),
    );
  }

  /** Takes no further subscription and breaks off what is open: a client that has not read `complete` comes again, elsewhere. */
  drain(): void {
    this.#isDraining = true;
    for (const stream of this.#streams) stream.end('draining');
  }

  #answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { subscriptions, clock } = this.parts;
    const { id: requestId, record } = request;
    const { caller } = record;
    if (!caller) throw new Error('Nobody comes here without a caller.');
    const sent = sentOperation(request.body);
    if (!sent) {
      const message = 'Send one JSON object with `query`, and if need be `variables` and `operationName`.';
      return refuse(request, reply, new GatewayError('BAD_REQUEST', message), 400);
    }
    if (this.#isDraining) return refuse(request, reply, restarting, 503);

    reply.hijack();
    // Its client left while the body was being read.
    if (reply.raw.destroyed) return reply;
    // The framework holds on to the request as long as the stream is open.
    request.body = undefined;
    const response = startEvents(reply);
    const stream = subscriptions.open(sent, {
      caller,
      requestId,
      record,
      transport: 'sse',
      onEnd: () => {
        this.#streams.delete(stream);
        cancelExpiry();
      },
    });
    this.#streams.add(stream);
    const cancelExpiry = whenUnauthorised(caller, clock, () => {
      stream.end('expired', subscriptionExpired());
    });
    void this.#send(stream, response);
    return reply;
  }

  async #send(stream: SubscriptionStream, response: ServerResponse): Promise<void> {
    const { clock, log } = this.parts;
    response.once('close', () => {
      stream.end('disconnected');
    });
    const cancelKeepAlive = keepAlive(response, clock);
    try {
      for await (const result of stream) {
        const isFull = response.writableLength > unreadBytesLimit;
        const handed = isFull
          ? 'too slow'
          : await handOver((done) => response.write(eventOf('next', result), done), clock, readTimeoutMs);
        if (handed === 'taken') continue;
        stream.end(handed);
        response.destroy();
        return;
      }
      if (!isBrokenOff(stream.ended)) response.write(eventOf('complete'));
      response.end();
    } catch (error) {
      logWithheld(error, log);
      stream.end('failed');
      response.destroy();
    } finally {
      cancelKeepAlive();
      // Else the connection would stay for another request, which a stop would wait for.
      if (this.#isDraining) response.socket?.destroySoon();
    }
  }
}

/** Every subscription needs a scope, and nothing is kept open for nobody. */
function refuseNobody(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
  if (request.record.caller) {
    next();
    return;
  }
  const error = new GatewayError('UNAUTHENTICATED', 'Send a bearer token in the Authorization header.');
  void refuse(request, reply, error, 401);
}

/** Whether the client is to come again. */
function isBrokenOff(ended: SubscriptionEnd | undefined): boolean {
  return ended === 'draining' || ended === 'disconnected' || ended === 'too slow';
}

function startEvents(reply: FastifyReply): ServerResponse {
  const response = reply.raw;
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy that compresses waits for enough to compress.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  // Some browsers tell of the answer only once something of its body is there.
  response.write(':\n\n');
  return response;
}

function keepAlive(response: ServerResponse, clock: Clock): () => void {
  let cancel: () => void;
  const wait = () => {
    cancel = clock.after(keepAliveMs, () => {
      // What has not been read keeps the connection alive as well.
      if (response.writableLength === 0) response.write(':\n\n');
      wait();
    });
  };
  wait();
  return () => {
    cancel();
  };
}

function eventOf(event: 'next' | 'complete', data?: unknown): string {
  return `event: ${event}\ndata:${data === undefined ? '' : ` ${JSON.stringify(data)}`}\n\n`;
}

function sentOperation(body: unknown): SentOperation | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { query, variables, operationName } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string') return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
  if (variables === undefined || variables === null) return { query, operationName };
  if (typeof variables !== 'object' || Array.isArray(variables)) return undefined;
  return { query, operationName, variables: variables as Readonly<Record<string, unknown>> };
}
