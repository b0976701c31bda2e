import { HeaderMap, type ApolloServer } from '@apollo/server';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onRequestHookHandler,
} from 'fastify';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { createRequestContext } from '../request.js';
import type { Tracer } from '../tracer.js';
import { acceptedJson, acceptsJson } from './accept.js';
import { statusBeforeExecution, type HttpContext } from './apollo.js';
import type { Connections } from './connections.js';
import type { Admission, OperationKind } from '../operations/admission.js';
import { refuseOversizedDocument } from '../operations/document-size.js';
import { refuseOversizedBody, type Limits } from '../operations/limits.js';
import { givenName } from '../operations/operation-checks.js';
import type { OperationRecord } from '../operations/operation-record.js';
import { refuseAnonymous, type RequireCaller } from '../operations/anonymous-operation.js';
import { queryOf } from '../operations/document-id.js';
import type { TrustedDocuments } from '../operations/trusted-documents.js';
import { wordedError } from '../operations/wording.js';
import type { Subscriptions } from '../subscriptions/subscription.js';
import { refuse } from './refusals.js';
import { refuseNobody, sentOperation, type ResponseStreams } from './response-streams.js';
import type { RunningRequests } from './running-requests.js';
import { acceptedFormat, eventStream } from './stream-formats.js';

export interface GraphqlRouteParts {
  readonly apollo: ApolloServer<HttpContext>;
  readonly subscriptions: Subscriptions;
  readonly streams: ResponseStreams;
  /** Goes before the body is read. */
  readonly authenticate: onRequestAsyncHookHandler;
  readonly connections: Connections;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly schema: GraphQLSchema;
  readonly requireCaller: RequireCaller;
  readonly trustedDocuments: TrustedDocuments;
  readonly tracer: Tracer;
  readonly log: Log;
  readonly running: RunningRequests;
  readonly hasLandingPage: boolean;
}

/**
 * POST /graphql: authenticates, then leaves CSRF prevention, the shape of the body and the operation to Apollo; a subscription to the streams
 * where its client accepts one. POST /graphql/stream: subscriptions alone.
 * GET /graphql: the landing page for a browser where there is one, otherwise 405, because a query in a URL ends up in logs.
 */
export function addGraphqlRoutes(app: FastifyInstance, parts: GraphqlRouteParts): void {
  const { apollo, subscriptions, streams, authenticate, connections, admission, limits } = parts;
  const { trustedDocuments, tracer, log, running } = parts;
  const answerByApollo = async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
    const { headers, body, status } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: headersForApollo(request),
        search: '',
        body: request.body,
      },
      context: () => Promise.resolve(contextOf(request, reply, log)),
    });
    for (const [name, value] of headers) void reply.header(name, value);
    void reply.code(status ?? 200);
    if (body.kind !== 'complete') throw new TypeError('The schema has no directive for results in parts');
    return body.string;
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      // Before Apollo, which lets nobody refuse a document that is not parsed yet.
      refuseOversizedBody(request.body, limits);
      refuseOversizedDocument(queryIn(request.body), limits);
      resolveTrusted(request.body, trustedDocuments, request.record);
      if (!request.record.caller) refuseAnonymous(queryIn(request.body), nameIn(request.body), parts, request.record);
    } catch (error) {
      return refuse(request, reply, error, statusBeforeExecution[wordedError(error).code] ?? 400);
    }
    const format = acceptedFormat(request.headers.accept);
    const sent = format && sentOperation(request.body);
    // Many clients accept a stream whatever they ask for.
    if (sent && subscriptions.isSubscription(sent)) return streams.answer(request, reply, sent, format);
    // Without the keyword there is no mutation; whether one with it is to run, its document tells once it is parsed.
    const kind = queryIn(request.body).includes('mutation') ? 'mutation' : 'read';
    const overload = admission.refusal(kind, true);
    if (overload) return refuse(request, reply, overload, overloadStatus(request));
    forgetEmptyName(request.body);
    // Apollo would find an Accept header that it cannot serve only after the operation has run: after the phone rang.
    request.headers.accept = acceptedJson(request.headers.accept);
    const body = await answerByApollo(request, reply);
    return request.record.isWorded ? body : withRequestId(body, request);
  };
  // Before the token is verified and the body is read, which is most of what a refused operation would cost.
  const refuseOverload =
    (kind: OperationKind): onRequestHookHandler =>
    (request, reply, next) => {
      const overload = admission.refusal(kind);
      if (!overload) {
        next();
        return;
      }
      connections.isUndecided(request.raw.socket);
      void refuse(request, reply, overload, kind === 'read' ? 503 : overloadStatus(request));
    };
  // Whoever shows no token chooses neither the trace nor whether it is kept.
  const beginSpan: onRequestHookHandler = ({ id, record, headers: { traceparent } }, _reply, next) => {
    record.span = tracer.operation(id, record.caller ? { caller: { traceparent } } : {});
    next();
  };
  app.post('/graphql', { onRequest: [refuseOverload('mutation'), authenticate, beginSpan] }, (request, reply) =>
    running.track(() => request.record.span.run(() => answer(request, reply))),
  );

  app.get('/graphql', async (request, reply) => {
    if (!parts.hasLandingPage || !request.headers.accept?.includes('text/html')) return refuseGet(request, reply);
    request.headers.accept = 'text/html';
    // The page brings its own policy.
    void reply.removeHeader('content-security-policy');
    return answerByApollo(request, reply);
  });

  const refuseNobodyUnread = (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    if (request.record.caller) next();
    else void refuseNobody(request, reply);
  };
  app.post(
    '/graphql/stream',
    { onRequest: [refuseOverload('read'), authenticate, refuseNobodyUnread, beginSpan] },
    (request, reply) => {
      const sent = sentOperation(request.body);
      if (sent) return streams.answer(request, reply, sent, acceptedFormat(request.headers.accept) ?? eventStream);
      const message =
        'Send one JSON object with `query` or the id of a trusted document, and if need be `variables` and `operationName`.';
      return refuse(request, reply, new GatewayError('BAD_REQUEST', message), 400);
    },
  );
  app.get('/graphql/stream', refuseGet);
}

/** All that Apollo looks at: what an answer may be, and what tells a request that a browser sends only after it has asked. */
const readByApollo = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'];

function headersForApollo({ headers }: FastifyRequest): HeaderMap {
  const read = new HeaderMap();
  for (const name of readByApollo) {
    const value = headers[name];
    if (value) read.set(name, String(value));
  }
  return read;
}

function contextOf({ id: requestId, record }: FastifyRequest, reply: FastifyReply, log: Log): HttpContext {
  const { caller, span } = record;
  const context = createRequestContext({ requestId, caller, log, span, signal: signalOf(reply) });
  return Object.assign(context, { record });
}

/** As other refusals before the execution, which a supergraph passes on; but a client that takes nothing but a stream reads no JSON. */
function overloadStatus({ headers }: FastifyRequest): number {
  return acceptsJson(headers.accept) ? statusBeforeExecution.THROTTLED! : 503;
}

/** What is in a URL ends up in logs: documents, and phone numbers in their variables. */
function refuseGet(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { query = {} } = request;
  // The words that clients of persisted queries know; Apollo's then send the document by POST.
  const isPersistedQuery = typeof query === 'object' && query !== null && 'extensions' in query && !('query' in query);
  const byPost =
    'Send operations by POST, subscriptions too. In urql that is `preferGetMethod: false`, and `preferGetForPersistedQueries: false` of its ' +
    "persistedExchange, elsewhere often `method: 'POST'`.";
  const error = isPersistedQuery
    ? new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
    : new GatewayError('BAD_REQUEST', byPost);
  return refuse(request, reply, error, 405);
}

/** Aborts when the connection closes before the answer was written. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // While the body was being read.
  if (raw.destroyed) gone.abort();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Empty where there is none, which is for Apollo to refuse. */
function queryIn(body: unknown): string {
  const { query } = (body ?? {}) as { readonly query?: unknown };
  return typeof query === 'string' ? query : '';
}

function nameIn(body: unknown): string | undefined {
  const { operationName } = (body ?? {}) as { readonly operationName?: unknown };
  return typeof operationName === 'string' ? operationName : undefined;
}

/** Puts the text of a trusted document in the place of its id: Apollo knows no `documentId`, and answers a `persistedQuery` as not supported. */
function resolveTrusted(body: unknown, trustedDocuments: TrustedDocuments, record: OperationRecord): void {
  const sent = (body ?? {}) as {
    query?: unknown;
    operationName?: unknown;
    documentId?: unknown;
    extensions?: { persistedQuery?: unknown } | null;
  };
  const { documentId, extensions } = sent;
  const query = queryOf(sent);
  // Whatever is no text is for Apollo to refuse.
  if (typeof query === 'string') {
    const operationName = typeof sent.operationName === 'string' ? sent.operationName : undefined;
    const trusted = trustedDocuments.resolve({ query, operationName, documentId, extensions }, record);
    if (trusted) sent.query = trusted.text;
  }
  if (typeof extensions === 'object') delete extensions?.persistedQuery;
}

/** Apollo would look for an operation of that name. */
function forgetEmptyName(body: unknown): void {
  const sent = (body ?? {}) as { operationName?: unknown };
  if (typeof sent.operationName === 'string') sent.operationName = givenName(sent.operationName) ?? null;
}

/** For errors that Apollo met before there was an operation. */
function withRequestId(body: string, { id: requestId, record }: FastifyRequest): string {
  const { errors } = JSON.parse(body) as { errors: GraphQLFormattedError[] };
  return JSON.stringify({
    errors: errors.map((error) => {
      const code = error.extensions?.code === 'BAD_REQUEST' ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
      record.errors.push(new GatewayError(code, error.message));
      return { ...error, extensions: { ...error.extensions, requestId } };
    }),
  });
}
