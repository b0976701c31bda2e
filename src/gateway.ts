import { InstanceAccess } from './access/instances.js';
import { OperationGuard } from './access/operation-guard.js';
import { TokenVerifier } from './access/token-verifier.js';
import { AgentResolver } from './agents/agent.resolver.js';
import { AgentService } from './agents/agent.service.js';
import { CallResolver } from './calls/call.resolver.js';
import { CallService } from './calls/call.service.js';
import { Fence } from './calls/fence.js';
import { Ledger } from './calls/ledger.js';
import { systemClock, type Clock } from './clock.js';
import type { Config } from './config.js';
import { createConnectClients } from './connect/client.js';
import { Connect } from './connect/connect.js';
import { Pacer } from './connect/pacer.js';
import { ContactResolver } from './contacts/contact.resolver.js';
import { ContactSearchService } from './contacts/contact-search.service.js';
import { ContactService } from './contacts/contact.service.js';
import { Placements } from './contacts/placements.js';
import { ContactFlowResolver } from './flows/contact-flow.resolver.js';
import { ContactFlowService } from './flows/contact-flow.service.js';
import { startHttp, type DevelopmentPages } from './http/app.js';
import { Readiness } from './http/readiness.js';
import { ConnectInstanceResolver } from './instances/connect-instance.resolver.js';
import { ConnectInstanceService } from './instances/connect-instance.service.js';
import { createLog, type Log } from './log.js';
import { PhoneNumberResolver } from './phone-numbers/phone-number.resolver.js';
import { PhoneNumberService } from './phone-numbers/phone-number.service.js';
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
  /** Development only. */
  readonly pages?: DevelopmentPages;
}

/** The schema on resolvers and services of its own. Nothing is asked of Connect before the first operation. */
export function createSchema(
  config: Config,
  clock: Clock,
  connect: Connect = createConnect(config, clock),
): GatewaySchema {
  const access = new InstanceAccess(config.instances);
  const placements = new Placements(clock);
  const queues = new QueueService(connect, clock);
  const agents = new AgentService(connect, clock);
  const flows = new ContactFlowService(connect, clock);
  const contacts = new ContactService(connect, placements, clock);
  const calls = new CallService({
    connect,
    access,
    ledger: new Ledger(clock),
    fence: new Fence(clock, config.calls.duplicateWindowMs),
    placements,
    clock,
    deadlineMs: config.calls.deadlineMs,
  });
  const resolvers = [
    new CallResolver(calls, contacts),
    new ContactResolver(contacts, new ContactSearchService(connect, contacts), { queues, agents, flows }, access),
    new QueueResolver(queues, access),
    new AgentResolver(agents, access),
    new ContactFlowResolver(flows, access),
    new PhoneNumberResolver(new PhoneNumberService(connect), access),
    new ConnectInstanceResolver(new ConnectInstanceService(connect, clock), access),
  ];
  return buildGatewaySchema({ resolvers, federationAuthDirectives: config.federationAuthDirectives });
}

function createConnect(config: Config, clock: Clock): Connect {
  return new Connect(createConnectClients(config.connect), new Pacer(clock, config.connect.quotas));
}

/** Starts a gateway of its own: nothing is shared with another one in the same process. Rejects where it cannot listen. */
export async function startGateway(config: Config, parts: GatewayParts = {}): Promise<Gateway> {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? createLog(config.logLevel);
  if (config.auth.tenantClaim !== undefined && !config.instances.byTenant) {
    log.warn('AUTH_TENANT_CLAIM is set without ACCESS_FILE: every tenant may use every instance, and read its contacts');
  }
  const connect = createConnect(config, clock);
  const tokens = new TokenVerifier({ ...config.auth, clock });
  const { schema, referenceScopes } = createSchema(config, clock, connect);
  const guard = new OperationGuard(schema, referenceScopes);
  const readiness = new Readiness(clock, log, {
    'the key set is not loaded': () => tokens.loadKeys(),
    'Amazon Connect is not reached': () => connect.warm(config.instances.defaultInstanceId),
  });
  const http = await startHttp(
    { host: config.host, port: config.port, corsOrigins: config.corsOrigins, development: parts.pages },
    {
      schema,
      callerFrom: (authorization) => tokens.callerFrom(authorization),
      authorizeOperation: (operation) => {
        guard.authorize(operation);
      },
      ready: () => readiness.state(),
      log,
      clock,
    },
  );
  readiness.start();
  return {
    url: `${http.url}/graphql`,
    stop: async () => {
      readiness.stop();
      await http.stop();
    },
  };
}
