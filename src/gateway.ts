import type { GraphQLSchema } from 'graphql';
import { InstanceAccess } from './access/instances.js';
import { OperationGuard } from './access/operation-guard.js';
import { TokenVerifier } from './access/token-verifier.js';
import { AgentResolver } from './agents/agent.resolver.js';
import { AgentService } from './agents/agent.service.js';
import { CallResolver } from './calls/call.resolver.js';
import { CallLedger } from './calls/call-ledger.js';
import { CallService } from './calls/call.service.js';
import { PreflightService } from './calls/preflight.service.js';
import { systemClock, type Clock } from './clock.js';
import { ConfigError, problemsOfManifest, type Config } from './config.js';
import { createConnectClients } from './connect/client.js';
import { Connect } from './connect/connect.js';
import { observeRequests } from './connect/observed-requests.js';
import { PermitQueue } from './connect/permit-queue.js';
import { ContactActionsResolver } from './contacts/actions/contact-actions.resolver.js';
import { ContactActions } from './contacts/actions/contact-actions.service.js';
import { ContactChanges } from './contacts/actions/contact-changes.js';
import { ContactResolver } from './contacts/contact.resolver.js';
import { ContactSearchService } from './contacts/contact-search.service.js';
import { ContactService } from './contacts/contact.service.js';
import { DescribedContacts } from './contacts/described-contacts.js';
import { PlacedContacts } from './contacts/placed-contacts.js';
import { SharedContacts } from './contacts/shared-contacts.js';
import { ContactEventDetailsResolver } from './contacts/timeline/contact-event.resolver.js';
import { FollowedContacts } from './contacts/timeline/followed-contacts.js';
import { EventTally } from './events/event-counts.js';
import { EventQueue } from './events/event-queue.js';
import { ContactFlowResolver } from './flows/contact-flow.resolver.js';
import { ContactFlowService } from './flows/contact-flow.service.js';
import { DoNotCallResolver } from './do-not-call/do-not-call.resolver.js';
import { DoNotCallService } from './do-not-call/do-not-call.service.js';
import type { PolicyKeeper } from './guard/policy-keeper.js';
import { startHttp, type DevelopmentPages } from './http/app.js';
import { Readiness, type Dependency } from './http/readiness.js';
import { ConnectInstanceResolver } from './instances/connect-instance.resolver.js';
import { ConnectInstanceService } from './instances/connect-instance.service.js';
import { createLog, type Log } from './log.js';
import { noMeters, type Meters } from './meters.js';
import { defaultLimits } from './operations/limits.js';
import { LoopDelaySampler, type LoopDelay } from './operations/loop-delay.js';
import { TrustedDocuments, type DocumentRules } from './operations/trusted-documents.js';
import { PauseResolver } from './pauses/pause.resolver.js';
import { PauseService } from './pauses/pause.service.js';
import { PhoneNumberResolver } from './phone-numbers/phone-number.resolver.js';
import { PhoneNumberService } from './phone-numbers/phone-number.service.js';
import { settingOf } from './redis/redis-address.js';
import { QueueResolver } from './queues/queue.resolver.js';
import { QueueService } from './queues/queue.service.js';
import { buildGatewaySchema, type GatewaySchema } from './schema/gateway-schema.js';
import { openStores, type Stores, type StoresParts } from './stores.js';
import { noTracer, type Tracer } from './tracer.js';
import { loadMetrics, loadTraces, watchStores } from './watching.js';

export interface Gateway {
  /** Where GraphQL is served, such as http://127.0.0.1:4000/graphql. */
  readonly url: string;
  /** Where Prometheus finds the metrics; undefined where there are none. */
  readonly metricsUrl: string | undefined;
  /** Reads the policy and all that it stands on anew; nothing where there is none. */
  reloadPolicy(): void;
  /** Finishes what runs, then closes everything. */
  stop(): Promise<void>;
}

export interface GatewayParts {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly random?: () => number;
  /** Instead of the event loop's of this process, for tests. */
  readonly loopDelay?: LoopDelay | undefined;
  /** Instead of the clocks of Redis and the database, for tests. */
  readonly storeNowMs?: () => number;
  /** Development only. */
  readonly pages?: DevelopmentPages;
}

interface Tools extends StoresParts {
  readonly meters: Meters;
  readonly tracer: Tracer;
  /** 0 to 1. */
  readonly random: () => number;
  /** Left out, there are no dialing rules. */
  readonly policies?: PolicyKeeper | undefined;
}

/** The one door to Connect, which keeps to the quota that all replicas have in common. */
function openConnect(config: Config, { rateLimiter }: Stores, tools: Tools): Connect {
  const { clock, meters, tracer } = tools;
  const clients = createConnectClients({ ...config.connect, proxy: config.proxy });
  observeRequests(clients, tools);
  return new Connect(clients, new PermitQueue(rateLimiter, clock, meters, tracer), clock);
}

/** The schema on resolvers and services of its own. Nothing is asked of anybody before the first operation. */
function createSchema(
  config: Config,
  tools: Tools,
  connect: Connect,
  { ledger, fallback, coordination }: Stores,
): GatewaySchema {
  const { clock, log, random, meters, tracer, policies } = tools;
  const { timelines, health } = coordination;
  const access = new InstanceAccess(config.instances);
  const queues = new QueueService(connect, clock, meters);
  const agents = new AgentService(connect, clock, meters);
  const flows = new ContactFlowService(connect, clock, meters);
  const placed = new PlacedContacts(ledger, clock);
  const described = new DescribedContacts(connect, placed, clock, meters);
  const shared = new SharedContacts({ described, placed, timelines, queues });
  const contacts = new ContactService(connect, shared, placed);
  const hasEvents = config.events !== undefined;
  const followedContacts = new FollowedContacts({
    shared,
    described,
    placed,
    timelines,
    health,
    connect,
    tracer,
    clock,
    log,
    hasEvents,
  });
  const rules = { ...config.calls, stateSecret: config.state.secret };
  const callLedger = new CallLedger({ store: ledger, fallback, clock, log, meters, tracer, rules });
  const guard = policies && {
    currentPolicy: () => policies.current(),
    clock,
    stateSecret: config.state.secret,
    doNotCallKeys: config.doNotCallKeys,
  };
  const calls = new CallService({ connect, access, ledger: callLedger, clock, random, meters, tracer, rules, guard });
  const resolvers = [
    new CallResolver(
      calls,
      contacts,
      connect,
      new PreflightService({ access, connect, ledger, stateSecret: config.state.secret, guard }),
    ),
    new ContactResolver(
      contacts,
      new ContactSearchService(connect, contacts, queues),
      { queues, agents, flows },
      access,
      followedContacts,
    ),
    new ContactEventDetailsResolver(queues),
    new ContactActionsResolver(
      new ContactActions(new ContactChanges(connect, contacts, placed, access, followedContacts, clock)),
      contacts,
    ),
    new PauseResolver(new PauseService({ store: ledger, clock, hasPolicy: policies !== undefined })),
    new DoNotCallResolver(
      new DoNotCallService({ store: ledger, clock, keys: config.doNotCallKeys, listNames: () => policies?.lists }),
    ),
    new QueueResolver(queues, access),
    new AgentResolver(agents, access),
    new ContactFlowResolver(flows, access),
    new PhoneNumberResolver(new PhoneNumberService(connect), access),
    new ConnectInstanceResolver(new ConnectInstanceService(connect, clock, meters), access),
  ];
  return buildGatewaySchema({
    resolvers,
    federationAuthDirectives: config.federationAuthDirectives,
    ruleContextOf: (caller) => ({ defaultInstanceId: (caller && access.forRead(caller)) ?? undefined }),
  });
}

/** The schema by itself, which does not depend on where the gateway runs, as long as nothing is executed. */
export function schemaOf(config: Config): GatewaySchema {
  const nobody = { log: createLog('silent'), meters: noMeters, tracer: noTracer };
  const tools = { clock: systemClock, random: Math.random, ...nobody };
  const stores = openStores(config, tools);
  return createSchema(config, tools, openConnect(config, stores, tools), stores);
}

/** Throws ConfigError naming every document that may not be trusted. */
function trustedDocumentsOf({ trustedDocuments: manifest }: Config, rules: DocumentRules): TrustedDocuments {
  const trusted = new TrustedDocuments(rules, manifest?.documents, manifest?.mode);
  if (manifest && trusted.problems.length > 0)
    throw new ConfigError(problemsOfManifest(manifest.path, trusted.problems));
  return trusted;
}

/** Undefined where POLICY_FILE is not set: then none of it is loaded. Rejects with ConfigError where the file cannot be taken. */
async function openPolicies(
  { policy, doNotCallKeys }: Config,
  { clock, log, meters }: Tools,
): Promise<PolicyKeeper | undefined> {
  if (!policy) return undefined;
  const { PolicyKeeper } = await import('./guard/policy-keeper.js');
  const opened = PolicyKeeper.open({ ...policy, hasListKeys: doNotCallKeys !== undefined, clock, log, meters });
  if (opened instanceof PolicyKeeper) return opened;
  throw new ConfigError(opened.problems.map((problem) => `POLICY_FILE: ${problem}`));
}

/** Starts a gateway of its own: nothing is shared with another one in the same process. Rejects where it cannot listen, and with ConfigError where a setting is wrong. */
export async function startGateway(config: Config, parts: GatewayParts = {}): Promise<Gateway> {
  const { clock = systemClock, log = createLog(config.logLevel), random = Math.random } = parts;
  warnOf(config, log, parts.pages !== undefined);
  const metrics = await loadMetrics(config);
  const traces = await loadTraces(config, clock, log);
  const meters = metrics?.counts ?? noMeters;
  const tracer = traces?.tracer ?? noTracer;
  const tools = { clock, log, random, meters, tracer, storeNowMs: parts.storeNowMs };
  const stores = openStores(config, tools);
  let metricsServer: Serving | undefined;
  let policies: PolicyKeeper | undefined;
  const closeAll = async () => {
    policies?.stop();
    await Promise.all([stores.close(), traces?.stop()]);
    await metricsServer?.stop();
  };
  try {
    metricsServer = await metrics?.serve(log);
    policies = await openPolicies(config, tools);
    const started = await startOn(stores, config, { ...tools, policies }, parts);
    return {
      url: started.url,
      metricsUrl: metricsServer?.url,
      reloadPolicy: () => policies?.reload(),
      stop: async () => {
        await started.stop();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What answers at an address, and what ends it; the stores stay open. */
interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

async function startOn(stores: Stores, config: Config, tools: Tools, parts: GatewayParts): Promise<Serving> {
  const { clock, log, random, meters, tracer } = tools;
  // Of the machine's own time: what is late is this process.
  const { pages, loopDelay = new LoopDelaySampler(systemClock) } = parts;
  watchStores(config, stores, meters);
  const connect = openConnect(config, stores, tools);
  const tokens = new TokenVerifier({ ...config.auth, proxy: config.proxy, clock, log });
  const { schema, referenceScopes } = createSchema(config, tools, connect, stores);
  meters.countFields(namesOfRootFields(schema));
  await stores.holdToSetting();
  const allowsIntrospection = pages !== undefined;
  const trustedDocuments = trustedDocumentsOf(config, { schema, limits: defaultLimits, allowsIntrospection });
  const guard = new OperationGuard(schema, referenceScopes);
  const events = createEventQueue(config, stores, tools);
  const readiness = new Readiness({
    clock,
    log,
    steps: {
      keySet: { reason: 'the key set is not loaded', run: () => tokens.loadKeys() },
      connect: {
        reason: 'Amazon Connect is not reached',
        run: () => connect.warmUp(config.instances.defaultInstanceId),
      },
    },
    dependencies: dependenciesOf(config, stores, events, tools.policies),
    obstacles: stores.refusals,
  });
  const http = await startHttp(
    {
      host: config.host,
      port: config.port,
      corsOrigins: config.corsOrigins,
      subscriptionLimits: {
        subscriptionsPerProcess: config.subscriptions.max,
        subscriptionsPerCaller: config.subscriptions.maxPerCaller,
        // There may be a socket for each.
        socketsPerProcess: config.subscriptions.max,
        socketsPerCaller: config.subscriptions.maxPerCaller,
        connectionsWithoutCaller: config.maxAnonymousConnections,
      },
      admissionLimits: config.admission,
      development: pages,
    },
    {
      schema,
      callerFrom: (authorization) => tokens.callerFrom(authorization),
      authorizeOperation: (operation) => {
        guard.authorize(operation);
      },
      requireCaller: (document, operationName) => {
        guard.requireCaller(document, operationName);
      },
      trustedDocuments,
      loopDelay,
      random,
      ready: () => readiness.state(),
      log,
      clock,
      meters,
      tracer,
    },
  );
  readiness.start();
  events?.start();
  return {
    url: `${http.url}/graphql`,
    stop: async () => {
      readiness.stop();
      // From now on other replicas are to take the events.
      await Promise.all([http.stop(), events?.stop()]);
    },
  };
}

/** What is outside of the process: without the ledger no call is placed, unless the operator has it otherwise. */
function dependenciesOf(
  { state }: Config,
  { ledger, coordination }: Stores,
  events: EventQueue | undefined,
  policies: PolicyKeeper | undefined,
): Readonly<Record<string, Dependency>> {
  const isLedgerOutside = state.redis !== undefined || state.database !== undefined;
  const whenAway = state.outage === 'refuse' ? { reason: 'the ledger is away, and no call is placed without it,' } : {};
  return {
    ...(isLedgerOutside ? { ledger: { isUp: () => ledger.health.isUp, ...whenAway } } : {}),
    ...(state.redis ? { coordination: { isUp: () => coordination.health.isUp } } : {}),
    ...(events ? { contactEvents: { isUp: () => events.isWorking } } : {}),
    // Not required, also where no call is placed without it: all replicas have the same file, and none would be left for reads.
    ...(policies ? { policy: { isUp: () => policies.isAsFile } } : {}),
  };
}

/** Whoever receives an event records it for all replicas. */
function createEventQueue(
  config: Config,
  { coordination }: Stores,
  { clock, log, meters, tracer }: Tools,
): EventQueue | undefined {
  if (!config.events) return undefined;
  return new EventQueue({
    ...config.events,
    region: config.connect.region,
    credentials: config.connect.credentials,
    proxy: config.proxy,
    instanceIds: config.instances.instanceIds,
    timelines: coordination.timelines,
    health: coordination.health,
    tally: new EventTally(clock, log, meters),
    tracer,
    clock,
    log,
  });
}

function namesOfRootFields(schema: GraphQLSchema): string[] {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return types.flatMap((type) => Object.keys(type?.getFields() ?? {}));
}

/** What an operator should know of, though it is no mistake by itself. */
function warnOf(config: Config, log: Log, isDevelopment: boolean): void {
  if (config.auth.tenantClaim !== undefined && !config.instances.byTenant) {
    log.warn(
      'AUTH_TENANT_CLAIM is set without ACCESS_FILE: every tenant may use every instance, and read its contacts',
    );
  }
  if (!config.state.redis && !isDevelopment) {
    const forgets = config.state.database ? 'what is left of the quota' : 'which calls were placed';
    log.warn(
      `REDIS_URL is not set, nor ${settingOf.cluster} or ${settingOf.sentinels}: run one replica only; a restart forgets ${forgets}`,
    );
  }
}
