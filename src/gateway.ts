import { InstanceAccess } from './access/instances.js';
import { OperationGuard } from './access/operation-guard.js';
import { TokenVerifier } from './access/token-verifier.js';
import { AgentResolver } from './agents/agent.resolver.js';
import { AgentService } from './agents/agent.service.js';
import { CallResolver } from './calls/call.resolver.js';
import { CallLedger } from './calls/call-ledger.js';
import { CallService } from './calls/call.service.js';
import { systemClock, type Clock } from './clock.js';
import { ConfigError, problemsOfManifest, type Config } from './config.js';
import { createConnectClients } from './connect/client.js';
import { Connect } from './connect/connect.js';
import { quotaFor } from './connect/quotas.js';
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
import { startHttp, type DevelopmentPages } from './http/app.js';
import { Readiness } from './http/readiness.js';
import { ConnectInstanceResolver } from './instances/connect-instance.resolver.js';
import { ConnectInstanceService } from './instances/connect-instance.service.js';
import type { Coordination } from './coordination/coordination.js';
import { MemoryCoordination } from './coordination/memory/memory-coordination.js';
import { RedisCoordination } from './coordination/redis/redis-coordination.js';
import type { LedgerStore } from './ledger/ledger.js';
import { MemoryLedger } from './ledger/memory/memory-ledger.js';
import { clockRefusal } from './ledger/postgres/clock-skew.js';
import { schemaRefusal } from './ledger/postgres/migrations.js';
import { PostgresLedger } from './ledger/postgres/postgres-ledger.js';
import { Retention } from './ledger/postgres/retention.js';
import { RedisLedger } from './ledger/redis/redis-ledger.js';
import { createLog, type Log } from './log.js';
import { defaultLimits } from './operations/limits.js';
import { TrustedDocuments, type DocumentRules } from './operations/trusted-documents.js';
import { PhoneNumberResolver } from './phone-numbers/phone-number.resolver.js';
import { PhoneNumberService } from './phone-numbers/phone-number.service.js';
import { PostgresConnection, type Ask } from './postgres/postgres-connection.js';
import { warnOfLosing } from './postgres/postgres-durability.js';
import { settingOf } from './redis/redis-address.js';
import { RedisConnection } from './redis/redis-connection.js';
import { warnOfForgetting } from './redis/redis-durability.js';
import { ReplicatedWrites } from './redis/replicated-writes.js';
import { roleCheck } from './redis/redis-role.js';
import { RateLimiterThroughOutage } from './coordination/redis/rate-limiter-through-outage.js';
import type { RateLimiter, RateLimiterRules } from './coordination/rate-limiter.js';
import { QueueResolver } from './queues/queue.resolver.js';
import { QueueService } from './queues/queue.service.js';
import { buildGatewaySchema, type GatewaySchema } from './schema/gateway-schema.js';

export interface Gateway {
  /** Where GraphQL is served, such as http://127.0.0.1:4000/graphql. */
  readonly url: string;
  /** Finishes what runs, then closes everything. */
  stop(): Promise<void>;
}

export interface GatewayParts {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly random?: () => number;
  /** Instead of the clocks of Redis and the database, for tests. */
  readonly storeNowMs?: () => number;
  /** Development only. */
  readonly pages?: DevelopmentPages;
}

interface Tools {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1. */
  readonly random: () => number;
  readonly storeNowMs?: (() => number) | undefined;
}

/** What replicas share, and the door to Connect that keeps to their common quota. */
interface Shared {
  readonly connect: Connect;
  readonly ledger: LedgerStore;
  /** What calls go on with while `ledger` is away, where they do. */
  readonly fallback?: LedgerStore;
  readonly coordination: Coordination;
  /** Why the store cannot be used, though it is there. */
  readonly refusals: () => readonly string[];
  /** What is wrong with a setting, by the first server that it leads to; undefined where nothing is, or where none was reached. */
  readonly wrongSetting: () => Promise<string | undefined>;
  close(): Promise<void>;
}

function createShared(config: Config, tools: Tools): Shared {
  const { clock, log, storeNowMs: nowMs } = tools;
  const { outage, prefix } = config.state;
  const { redis: address } = config.state;
  const refuse = address && roleCheck(log, address);
  const redis = connectToRedis(config, log, refuse);
  const writer = createWriter(config, tools, redis, refuse);
  const database = connectToDatabase(config, tools);
  const { coordination, rateLimiter } = createCoordination(config, tools, redis);
  const clients = createConnectClients({ ...config.connect, proxy: config.proxy });
  const parts = {
    connect: new Connect(clients, new PermitQueue(rateLimiter, clock), clock),
    ...((redis ?? database) && outage === 'dial' ? { fallback: new MemoryLedger({ clock }) } : {}),
    coordination,
    wrongSetting: async () => redis?.wrongSetting(),
    refusals: () => [redis, database].flatMap((connection) => connection?.refusals ?? []),
  };
  if (database) {
    const retention = new Retention(database, { clock, log, nowMs });
    retention.start();
    return {
      ...parts,
      ledger: new PostgresLedger(database, { clock, nowMs }),
      close: async () => {
        retention.stop();
        await Promise.all([redis?.close(), database.close()]);
      },
    };
  }
  return {
    ...parts,
    ledger: redis ? new RedisLedger(redis, { prefix, clock, nowMs, writer }) : new MemoryLedger({ clock }),
    close: async () => {
      await Promise.all([writer?.close(), redis?.close()]);
    },
  };
}

function connectToRedis(
  { state: { redis: address, commandTimeoutMs, ledgerReplicas, database } }: Config,
  log: Log,
  refuse: ReturnType<typeof roleCheck> | undefined,
): RedisConnection | undefined {
  if (!address) return undefined;
  const connection = new RedisConnection({ address, log, commandTimeoutMs, ...(refuse ? { refuse } : {}) });
  // Where the ledger is elsewhere, nothing is lost here that could place a call twice.
  if (!database) warnOfForgetting(connection, log, ledgerReplicas?.count);
  return connection;
}

/** What writes the ledger to Redis where replicas of it must have what is written. */
function createWriter(
  { state }: Config,
  { clock, log }: Tools,
  redis: RedisConnection | undefined,
  refuse: ReturnType<typeof roleCheck> | undefined,
): ReplicatedWrites | undefined {
  const { redis: address, commandTimeoutMs, ledgerReplicas } = state;
  if (!address || !redis || !ledgerReplicas) return undefined;
  const { count: replicas, timeoutMs: replicasTimeoutMs } = ledgerReplicas;
  const settings = { address, commandTimeoutMs, replicas, replicasTimeoutMs, ...(refuse ? { refuse } : {}) };
  return new ReplicatedWrites(redis, { ...settings, clock, log });
}

function connectToDatabase({ state: { database } }: Config, tools: Tools): PostgresConnection | undefined {
  if (!database) return undefined;
  const { clock, log, storeNowMs } = tools;
  const refuse = async (ask: Ask) =>
    (await schemaRefusal(ask)) ?? (storeNowMs ? undefined : await clockRefusal(ask, () => clock.now()));
  const connection = new PostgresConnection({ ...database, log, refuse });
  warnOfLosing(connection, log);
  return connection;
}

function createCoordination(
  config: Config,
  { clock, storeNowMs }: Tools,
  redis: RedisConnection | undefined,
): { readonly coordination: Coordination; readonly rateLimiter: RateLimiter } {
  const { outage, database, replicas, prefix, secret, quotaScope } = config.state;
  const rules: RateLimiterRules = {
    campaignShare: config.calls.campaignShare,
    maxWaitingPerSubject: (operation) =>
      operation === 'StartOutboundVoiceContact' ? config.calls.maxWaitingPerSubject : undefined,
    quotaFor: (operation) => quotaFor(operation, config.connect.quotas),
  };
  if (!redis) {
    const coordination = new MemoryCoordination({ clock, rateLimiter: rules });
    return { coordination, rateLimiter: coordination.rateLimiter };
  }
  const coordination = new RedisCoordination(redis, {
    prefix,
    rateLimiter: rules,
    // Connect's quotas are of an account and a Region.
    quotaScope: `${quotaScope}:${config.connect.region}`,
    secret,
    nowMs: storeNowMs,
  });
  // A ledger of its own keeps calls from being placed twice without Redis, too.
  const callsGoOn = outage === 'dial' || database !== undefined;
  const goesOn = (operation: string) => callsGoOn || operation !== 'StartOutboundVoiceContact';
  const rateLimiter = new RateLimiterThroughOutage(coordination.rateLimiter, clock, rules, { goesOn, replicas });
  return { coordination, rateLimiter };
}

/** The schema on resolvers and services of its own. Nothing is asked of anybody before the first operation. */
function createSchema(
  config: Config,
  tools: Tools,
  { connect, ledger, fallback, coordination }: Shared,
): GatewaySchema {
  const { clock, log, random } = tools;
  const { timelines, health } = coordination;
  const access = new InstanceAccess(config.instances);
  const queues = new QueueService(connect, clock);
  const agents = new AgentService(connect, clock);
  const flows = new ContactFlowService(connect, clock);
  const placed = new PlacedContacts(ledger, clock);
  const described = new DescribedContacts(connect, placed, clock);
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
    clock,
    log,
    hasEvents,
  });
  const rules = { ...config.calls, stateSecret: config.state.secret };
  const callLedger = new CallLedger({ store: ledger, fallback, clock, log, rules });
  const calls = new CallService({ connect, access, ledger: callLedger, clock, random, rules });
  const resolvers = [
    new CallResolver(calls, contacts, connect),
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
    new QueueResolver(queues, access),
    new AgentResolver(agents, access),
    new ContactFlowResolver(flows, access),
    new PhoneNumberResolver(new PhoneNumberService(connect), access),
    new ConnectInstanceResolver(new ConnectInstanceService(connect, clock), access),
  ];
  return buildGatewaySchema({
    resolvers,
    federationAuthDirectives: config.federationAuthDirectives,
    ruleContextOf: (caller) => ({ defaultInstanceId: (caller && access.forRead(caller)) ?? undefined }),
  });
}

/** The schema by itself, which does not depend on where the gateway runs, as long as nothing is executed. */
export function schemaOf(config: Config): GatewaySchema {
  const tools = { clock: systemClock, log: createLog('silent'), random: Math.random };
  return createSchema(config, tools, createShared(config, tools));
}

/** Throws ConfigError naming every document that may not be trusted. */
function trustedDocumentsOf({ trustedDocuments: manifest }: Config, rules: DocumentRules): TrustedDocuments {
  const trusted = new TrustedDocuments(rules, manifest?.documents, manifest?.mode);
  if (manifest && trusted.problems.length > 0)
    throw new ConfigError(problemsOfManifest(manifest.path, trusted.problems));
  return trusted;
}

/** How long a start waits for the first server. */
const firstServerMs = 1_000;

/** Throws ConfigError where Redis is not what its setting says. */
async function holdToSetting(shared: Shared, clock: Clock): Promise<void> {
  let cancel: () => void = () => undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(firstServerMs, () => {
      resolve(undefined);
    });
  });
  const problem = await Promise.race([shared.wrongSetting(), late]);
  cancel();
  if (problem === undefined) return;
  await shared.close();
  throw new ConfigError([`${problem}.`]);
}

/** Starts a gateway of its own: nothing is shared with another one in the same process. Rejects where it cannot listen, and with ConfigError where a setting is wrong. */
export async function startGateway(config: Config, parts: GatewayParts = {}): Promise<Gateway> {
  const { clock = systemClock, log = createLog(config.logLevel), random = Math.random } = parts;
  warnOf(config, log, parts.pages !== undefined);
  const tools = { clock, log, random, storeNowMs: parts.storeNowMs };
  const shared = createShared(config, tools);
  const { connect } = shared;
  const tokens = new TokenVerifier({ ...config.auth, proxy: config.proxy, clock, log });
  const { schema, referenceScopes } = createSchema(config, tools, shared);
  await holdToSetting(shared, clock);
  const allowsIntrospection = parts.pages !== undefined;
  const trustedDocuments = trustedDocumentsOf(config, { schema, limits: defaultLimits, allowsIntrospection });
  const guard = new OperationGuard(schema, referenceScopes);
  const steps = {
    'the key set is not loaded': () => tokens.loadKeys(),
    'Amazon Connect is not reached': () => connect.warmUp(config.instances.defaultInstanceId),
  };
  const readiness = new Readiness(clock, log, steps, shared.refusals);
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
      development: parts.pages,
    },
    {
      schema,
      callerFrom: (authorization) => tokens.callerFrom(authorization),
      authorizeOperation: (operation) => {
        guard.authorize(operation);
      },
      trustedDocuments,
      ready: () => readiness.state(),
      log,
      clock,
    },
  );
  readiness.start();
  const events = createEventQueue(config, shared, tools);
  events?.start();
  return {
    url: `${http.url}/graphql`,
    stop: async () => {
      readiness.stop();
      // From now on other replicas are to take the events.
      await Promise.all([http.stop(), events?.stop()]);
      await shared.close();
    },
  };
}

/** Whoever receives an event records it for all replicas. */
function createEventQueue(config: Config, { coordination }: Shared, { clock, log }: Tools): EventQueue | undefined {
  if (!config.events) return undefined;
  return new EventQueue({
    ...config.events,
    region: config.connect.region,
    credentials: config.connect.credentials,
    proxy: config.proxy,
    instanceIds: config.instances.instanceIds,
    timelines: coordination.timelines,
    health: coordination.health,
    tally: new EventTally(clock, log),
    clock,
    log,
  });
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
