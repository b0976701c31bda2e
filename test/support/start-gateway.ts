import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { Writable } from 'node:stream';
import type { Config } from '../../src/config.js';
import { operations } from '../../src/connect/operations.js';
import { startGateway, type GatewayParts } from '../../src/gateway.js';
import { createLog } from '../../src/log.js';
import { noLoopDelay } from '../../src/operations/loop-delay.js';
import type { Seed } from '../../src/simulator/directory.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { plainClaims, startIssuer, type Issuer, type TokenClaims } from './issuer.js';
import { TestClock } from './test-clock.js';

export const allScopes = [
  'calls:start',
  'calls:campaign',
  'calls:repeat',
  'calls:pause',
  'calls:pause-all',
  'dnc:manage',
  'contacts:read',
  'contacts:pii',
  'contacts:manage',
  'directory:read',
];

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string; readonly retryable: boolean };
}

export interface GraphqlAnswer<D = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly data?: D | null;
  readonly errors?: readonly GraphqlError[];
}

export interface RunningGateway {
  readonly url: string;
  /** Undefined where `config.metrics` is not given. */
  readonly metricsUrl: string | undefined;
  readonly clock: TestClock;
  readonly simulator: RunningSimulator;
  readonly issuer: Issuer;
  readonly config: Config;
  /** Reads the policy anew, at once. */
  reloadPolicy(): void;
  /** Everything logged so far. */
  logged(): string;
  token(claims?: Partial<TokenClaims>): Promise<string>;
  /** Runs an operation as a caller with all scopes unless `as` says otherwise; `as: null` is anonymous. */
  ask<D, V extends Record<string, unknown>>(
    document: TypedDocumentNode<D, V> | string,
    variables?: V,
    as?: Partial<TokenClaims> | null,
  ): Promise<GraphqlAnswer<D>>;
  stop(): Promise<void>;
}

export interface GatewayChanges {
  readonly simulator?: SettingChanges;
  /** What the simulator holds, where it is not the default seed. */
  readonly seed?: Seed;
  readonly config?: Partial<Config>;
  readonly connect?: Partial<Config['connect']>;
  readonly instances?: Partial<Config['instances']>;
  readonly calls?: Partial<Config['calls']>;
  readonly subscriptions?: Partial<Config['subscriptions']>;
  /** Whether the gateway takes the simulator's contact events; left out it does not. */
  readonly takesEvents?: boolean;
  readonly state?: Partial<Config['state']>;
  readonly parts?: GatewayParts;
  /** Another replica: with its simulator and its issuer, on a clock of its own. */
  readonly besides?: RunningGateway;
}

/**
 * For time-outs of connections, which run on the machine's own clock: a machine that stood still for a while must not look like an Amazon
 * Connect, or a Redis, that did.
 */
export const neverMs = 600_000;

const unpaced = { ratePerSecond: 10_000, burst: 10_000 };
/** Quotas nobody reaches: for tests that are not about pacing. */
export const unpacedQuotas: Config['connect']['quotas'] = new Map(
  Object.keys(operations).map((operation) => [operation, unpaced]),
);

/** The real gateway against the real simulator, each on a port of its own and on one clock that stands still. */
export async function startTestGateway(changes: GatewayChanges = {}): Promise<RunningGateway> {
  const clock = new TestClock();
  const issuer = changes.besides?.issuer ?? (await startIssuer());
  const simulator =
    changes.besides?.simulator ??
    (await startSimulator({
      clock,
      settings: { rates: 'off', concurrentCalls: 10_000, concurrentCampaignCalls: 100, ...changes.simulator },
      credentials: new Map([['AKIDTEST', 'secret']]),
      ...(changes.seed ? { seed: changes.seed } : {}),
    }));
  let logged = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged += String(chunk);
      done();
    },
  });
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'debug',
    corsOrigins: [],
    federationAuthDirectives: false,
    auth: {
      issuer: issuer.issuer,
      audience: issuer.audience,
      jwksUrl: issuer.jwksUrl,
      ...plainClaims,
      tenantClaim: 'tenant',
    },
    instances: {
      defaultInstanceId: seed.instanceId,
      instanceIds: [seed.instanceId, seed.otherInstanceId],
      byTenant: new Map([
        ['acme', [seed.instanceId]],
        ['globex', [seed.otherInstanceId]],
      ]),
      ...changes.instances,
    },
    connect: {
      region: seed.region,
      endpoint: simulator.url,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      connectionTimeoutMs: neverMs,
      requestTimeoutMs: neverMs,
      quotas: unpacedQuotas,
      ...changes.connect,
    },
    calls: {
      deadlineMs: 10_000,
      deadlineMaxMs: 55_000,
      duplicateWindowMs: 60_000,
      // As many as nobody counts, for tests that are not about it.
      maxRepeatCallsPerHour: 100,
      unknownResendMs: 60_000,
      campaignShare: 0.1,
      maxWaitingPerSubject: 100_000,
      ...changes.calls,
    },
    ...(changes.takesEvents ? { events: { queueUrl: simulator.eventsQueueUrl, accountId: seed.accountId } } : {}),
    maxAnonymousConnections: 600,
    admission: { maxOperationsInFlight: 100_000, maxLoopDelayMs: 1_000 },
    subscriptions: { max: 1_000, maxPerCaller: 100, ...changes.subscriptions },
    state: {
      prefix: 'outdial:',
      commandTimeoutMs: neverMs,
      secret: 'a secret of the tests',
      replicas: 1,
      quotaScope: 'default',
      outage: 'refuse',
      ...changes.state,
    },
    ...changes.config,
  };
  const log = createLog('debug', sink);
  const greeted = simulator.requests().DescribeInstance ?? 0;
  const stopOthers = async () => {
    if (changes.besides) return;
    await simulator.stop();
    await issuer.stop();
  };
  // A machine that stands still is no overload.
  const starting = startGateway(config, { clock, log, random: () => 1, loopDelay: noLoopDelay, ...changes.parts });
  const gateway = await starting.catch(async (error: unknown) => {
    await stopOthers();
    throw error;
  });
  // Its one request of its own, so that tests count only theirs.
  if (!changes.connect?.endpoint) await simulator.whenRequested('DescribeInstance', greeted + 1);
  const token = (claims: Partial<TokenClaims> = {}) => issuer.token({ scopes: allScopes, ...claims }, clock.now());
  return {
    url: gateway.url,
    metricsUrl: gateway.metricsUrl,
    clock,
    simulator,
    issuer,
    config,
    reloadPolicy: () => {
      gateway.reloadPolicy();
    },
    logged: () => logged,
    token,
    ask: async (document, variables, as = {}) => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(as === null ? {} : { authorization: `Bearer ${await token(as)}` }),
        },
        body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
      });
      const body = await response.text();
      return { status: response.status, headers: response.headers, body, ...(JSON.parse(body) as object) };
    },
    stop: async () => {
      // A connection that never said anything is closed by a timer.
      await clock.runUntil(gateway.stop());
      await stopOthers();
    },
  };
}

/** `use` of a gateway of its own, which is stopped whatever becomes of it. */
export async function withGateway(
  changes: GatewayChanges,
  use: (gateway: RunningGateway) => Promise<void>,
): Promise<void> {
  const gateway = await startTestGateway(changes);
  try {
    await use(gateway);
  } finally {
    await gateway.stop();
  }
}
