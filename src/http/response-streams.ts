import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { subscriptionExpired, whenUnauthorised } from '../access/authority.js';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { SubscriptionEnd } from '../operations/operation-record.js';
import { queryOf } from '../operations/document-id.js';
import { logWithheld } from '../operations/wording.js';
import { handOver } from '../subscriptions/hand-over.js';
import { keepAliveMs, readTimeoutMs, unreadBytesLimit } from '../subscriptions/subscription-limits.js';
import type { SentOperation, SubscriptionStream } from '../subscriptions/subscription-stream.js';
import type { Subscriptions } from '../subscriptions/subscription.js';
import { refuse, restarting } from './refusals.js';
import type { StreamFormat } from './stream-formats.js';

export interface ResponseStreamsParts {
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
  readonly log: Log;
}

/** Subscriptions whose results are the body of one HTTP answer. */
export class ResponseStreams {
  readonly #streams = new Set<SubscriptionStream>();
  #isDraining = false;

  constructor(private readonly parts: ResponseStreamsParts) {}

  /** Takes no further subscription and breaks off what is open: a client that has not read the completion comes again, elsewhere. */
  drain(): void {
    this.#isDraining = true;
    for (const stream of this.#streams) stream.end('draining');
  }

  /** Answers with what was sent, or refuses it where nobody sent it. */
  answer(request: FastifyRequest, reply: FastifyReply, sent: SentOperation, format: StreamFormat): FastifyReply {
    const { subscriptions, clock } = this.parts;
    const { id: requestId, record } = request;
    const { caller } = record;
    if (!caller) return refuseNobody(request, reply);
    if (this.#isDraining) return refuse(request, reply, restarting, 503);

    reply.hijack();
    // Its client left while the body was being read.
    if (reply.raw.destroyed) return reply;
    // The framework holds on to the request as long as the stream is open.
    request.body = undefined;
    const response = startStream(reply, format);
    const stream = subscriptions.open(sent, {
      caller,
      requestId,
      record,
      transport: format.transport,
      onEnd: () => {
        this.#streams.delete(stream);
        cancelExpiry();
      },
    });
    this.#streams.add(stream);
    const cancelExpiry = whenUnauthorised(caller, clock, () => {
      stream.end('expired', subscriptionExpired());
    });
    void this.#send(stream, response, format);
    return reply;
  }

  async #send(stream: SubscriptionStream, response: ServerResponse, format: StreamFormat): Promise<void> {
    const { clock, log } = this.parts;
    response.once('close', () => {
      stream.end('disconnected');
    });
    const cancelKeepAlive = keepAlive(response, format, clock);
    try {
      for await (const result of stream) {
        const isFull = response.writableLength > unreadBytesLimit;
        const handed = isFull
          ? 'too slow'
          : await handOver((done) => response.write(format.result(result), done), clock, readTimeoutMs);
        if (handed === 'taken') continue;
        stream.end(handed);
        response.destroy();
        return;
      }
      if (!isBrokenOff(stream.ended)) response.write(format.completion);
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

/** Whether the client is to come again. */
function isBrokenOff(ended: SubscriptionEnd | undefined): boolean {
  return ended === 'draining' || ended === 'disconnected' || ended === 'too slow';
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
  response.write(opening);
  return response;
}

function keepAlive(response: ServerResponse, { heartbeat }: StreamFormat, clock: Clock): () => void {
  let cancel: () => void;
  const wait = () => {
    cancel = clock.after(keepAliveMs, () => {
      // What has not been read keeps the connection alive as well.
      if (response.writableLength === 0) response.write(heartbeat);
      wait();
    });
  };
  wait();
  return () => {
    cancel();
  };
}
