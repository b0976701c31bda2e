import cors from '@fastify/cors';
import type { ApolloServerPlugin } from '@apollo/server';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { noTracer, type Tracer } from '../tracer.js';
import { startApollo } from './apollo.js';
import { authentication, type CallerFrom } from './authentication.js';
import { Connections } from './connections.js';
import { addGraphqlRoutes } from './graphql-route.js';
import { Admission, defaultAdmissionLimits, type AdmissionLimits } from '../operations/admission.js';
import { defaultLimits, type Limits } from '../operations/limits.js';
import { noLoopDelay, type LoopDelay } from '../operations/loop-delay.js';
import { createNodeServer } from './node-server.js';
import { OpenCounts } from '../subscriptions/open-counts.js';
import type { RequireCaller } from '../operations/anonymous-operation.js';
import type { AuthorizeOperation } from '../operations/operation-checks.js';
import { logOperation, startRecord, type OperationRecord } from '../operations/operation-record.js';
import { TrustedDocuments } from '../operations/trusted-documents.js';
import { defaultBodyLimits, readJsonBodies, type BodyLimits } from './read-body.js';
import { addRefusals, refuse, restarting } from './refusals.js';
import type { ReadinessState } from './readiness.js';
import { RequestGate } from './request-gate.js';
import { requestIdFrom } from './request-id.js';
import { ResponseStreams } from './response-streams.js';
import { RunningRequests } from './running-requests.js';
import { Sockets } from './sockets.js';
import { defaultSubscriptionLimits, type SubscriptionLimits } from '../subscriptions/subscription-limits.js';
import { Subscriptions } from '../subscriptions/subscription.js';

export interface HttpOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Browsers of other origins get no CORS headers, and no WebSocket. */
  readonly corsOrigins: readonly string[];
  readonly subscriptionLimits?: Partial<SubscriptionLimits>;
  readonly bodyLimits?: BodyLimits;
  readonly limits?: Limits;
  readonly admissionLimits?: AdmissionLimits;
  /** The longest time `stop` may take. */
  readonly drainTimeoutMs?: number;
  /** Given in development only; it also opens introspection and graphql's suggestions. */
  readonly development?: DevelopmentPages | undefined;
}

/** What a developer's browser may open. */
export interface DevelopmentPages {
  /** Answers a browser's GET of /graphql. */
  readonly landingPage: ApolloServerPlugin;
  readonly addRoutes: (app: FastifyInstance) => Promise<void>;
}

export interface HttpParts {
  readonly schema: GraphQLSchema;
  readonly callerFrom: CallerFrom;
  readonly authorizeOperation: AuthorizeOperation;
  /** Left out, every document is validated. */
  readonly requireCaller?: RequireCaller;
  /** Left out, there are none. */
  readonly trustedDocuments?: TrustedDocuments;
  /** Left out, nothing is refused for it. */
  readonly loopDelay?: LoopDelay;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly ready: () => ReadinessState;
  readonly log: Log;
  readonly clock: Clock;
  /** Left out, nothing is counted. */
  readonly meters?: Meters;
  /** Left out, nothing is traced. */
  readonly tracer?: Tracer;
}

export interface HttpServer {
  /** Where it listens, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** /readyz says `draining` and new operations are refused, subscriptions are broken off, running ones finish, then everything closes. */
  stop(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    record: OperationRecord;
  }
}

/** How long a stop waits for running operations. docs/configuration.md names it and is held to it by a test. */
export const defaultDrainTimeoutMs = 25_000;

/**
 * Listens, and serves GraphQL at /graphql, its subscriptions there by WebSocket, server-sent events and multipart, at /graphql/stream by the
 * last two alone, and the probes at /livez and /readyz. Rejects where the address is taken.
 */
export async function startHttp(options: HttpOptions, parts: HttpParts): Promise<HttpServer> {
  const { schema, callerFrom, authorizeOperation, requireCaller = () => undefined, ready, log, clock } = parts;
  const { meters = noMeters, tracer = noTracer, random = Math.random } = parts;
  const { bodyLimits = defaultBodyLimits, limits = defaultLimits, development } = options;
  const landingPage = development?.landingPage;
  const isDevelopment = development !== undefined;
  const { trustedDocuments = new TrustedDocuments({ schema, limits, allowsIntrospection: isDevelopment }) } = parts;
  const { admissionLimits = defaultAdmissionLimits } = options;
  const admission = new Admission({
    limits: admissionLimits,
    loopDelay: parts.loopDelay ?? noLoopDelay,
    random,
    clock,
    log,
    meters,
  });
  meters.watch('operationsInFlight', () => admission.inFlight);
  const rules = { schema, authorizeOperation, limits, admission, meters, tracer };
  const apollo = await startApollo({ ...rules, trustedDocuments, log, landingPage });
  const openLimits = { ...defaultSubscriptionLimits, ...options.subscriptionLimits };
  const counts = new OpenCounts('subscriptions', openLimits.subscriptionsPerCaller, openLimits.subscriptionsPerProcess);
  const subscriptions = new Subscriptions({ ...rules, trustedDocuments, counts, isDevelopment, clock, log });
  const running = new RunningRequests(admission);
  const gate = new RequestGate();
  const connections = new Connections({ ...openLimits, clock, log });
  let isDraining = false;

  const begin = (request: FastifyRequest, reply: FastifyReply) => {
    request.record = startRecord(clock);
    return reply.headers({ ...securityHeaders, 'x-request-id': request.id });
  };

  const app = fastify({
    serverFactory: (handle) => createNodeServer(handle, gate, connections),
    logger: false,
    genReqId: ({ headers }) => requestIdFrom(headers['x-request-id']),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Hooks do not run for these.
    frameworkErrors: (_error, request, reply) => {
      void refuse(request, begin(request, reply), new GatewayError('BAD_REQUEST', 'The URL cannot be read.'), 400);
    },
  });
  readJsonBodies(app, bodyLimits);
  app.decorateRequest('record');
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    done();
  });
  if (options.corsOrigins.length > 0) await app.register(cors, corsOptions(options.corsOrigins));
  addRefusals(app, log);

  app.get('/livez', () => ({ live: true }));
  app.get('/readyz', (_request, reply) => {
    const state = isDraining ? { ...ready(), ready: false, reasons: ['draining'] } : ready();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  const streams = new ResponseStreams({ subscriptions, clock });
  await app.register((operations, _options, done) => {
    const refuseWhileDraining = (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
      if (!isDraining) next();
      else void refuse(request, reply.header('connection', 'close'), restarting, 503);
    };
    // The stop may have begun while the body was being read.
    operations.addHook('onRequest', refuseWhileDraining).addHook('preHandler', refuseWhileDraining);
    const authenticate = authentication({ callerFrom, connections, log });
    operations.addHook('onSend', (request, reply, _payload, next) => {
      logOperation({ log, clock, meters }, request.id, request.record, reply.statusCode);
      next();
    });
    addGraphqlRoutes(operations, {
      schema,
      apollo,
      subscriptions,
      streams,
      authenticate,
      connections,
      admission,
      limits,
      requireCaller,
      trustedDocuments,
      tracer,
      log,
      running,
      hasLandingPage: landingPage !== undefined,
    });
    done();
  });
  if (development) await development.addRoutes(app);
  const sockets = new Sockets(app.server, {
    schema,
    admission,
    subscriptions,
    callerFrom,
    tracer,
    corsOrigins: options.corsOrigins,
    counts: new OpenCounts('sockets', openLimits.socketsPerCaller, openLimits.socketsPerProcess),
    gate,
    connections,
    messageLimits: bodyLimits,
    clock,
    log,
  });

  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    connections.stop();
    await app.close();
    await apollo.stop();
    throw error;
  }
  admission.start();

  const stop = async () => {
    isDraining = true;
    sockets.drain();
    streams.drain();
    let cancel = (): void => undefined;
    const deadline = new Promise<void>((resolve) => {
      cancel = clock.after(options.drainTimeoutMs ?? defaultDrainTimeoutMs, resolve);
    });
    await Promise.race([running.idle(), deadline]);
    const closed = app.close();
    // Nothing runs any more; what is still open has only to be written out, or never asked anything.
    let cancelClosing = (): void => undefined;
    const written = new Promise<void>((resolve) => (cancelClosing = clock.after(1_000, resolve)));
    await Promise.race([closed, written, deadline]);
    cancelClosing();
    cancel();
    sockets.terminate();
    app.server.closeAllConnections();
    await closed;
    connections.stop();
    admission.stop();
    await apollo.stop();
  };
  let stopped: Promise<void> | undefined;
  return { url: urlOf(app), stop: () => (stopped ??= stop()) };
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

function corsOptions(origins: readonly string[]) {
  return {
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-request-id', 'apollo-require-preflight'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  };
}

function urlOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
