import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readConfig } from '../../src/config.js';
import { startGateway, type Gateway } from '../../src/gateway.js';
import { createLog } from '../../src/log.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator } from '../../src/simulator/server.js';
import { gatewayEnvironment } from './gateway-environment.js';
import { startIssuer } from './issuer.js';

const operation = 'StartOutboundVoiceContact';
const callers = 24;
/** So many calls are placed before the fault, and by each caller after it. */
const [placedBefore, placedAfter] = [40, 1];

interface Call {
  readonly clientToken: string;
  readonly destinationPhoneNumber: string;
}

interface Answer {
  readonly data?: { readonly startOutboundVoiceContact: { readonly id: string } | null } | null;
  readonly errors?: readonly { readonly extensions?: object }[];
}

/** What clients were told, and what Connect did. */
export interface LoadReport {
  /** The contact of each call that was acknowledged. */
  readonly acknowledged: ReadonlyMap<Call, string>;
  /** How many phones rang. */
  readonly rung: number;
}

/** Two gateways on one store and one Connect, and callers with a number and a token of their own for each call. */
export interface CallsUnderLoad {
  /** The callers ask one gateway and the other until each call is placed, before, during and after `fault`; whatever else they are told must let them ask again. */
  placeThroughout(fault: () => Promise<void>): Promise<LoadReport>;
  /** The contacts in the same order, each from another gateway, and how many requests reached Connect for it. */
  askAgain(report: LoadReport): Promise<{ readonly ids: readonly (string | undefined)[]; readonly requests: number }>;
  stop(): Promise<void>;
}

/** `store` has the settings that say where the ledger is. */
export async function startCallsUnderLoad(store: Record<string, string>): Promise<CallsUnderLoad> {
  const issuer = await startIssuer();
  const simulator = await startSimulator({
    settings: { concurrentCalls: 10_000, rates: { [operation]: { perSecond: 10_000, burst: 10_000 } } },
  });
  const gateways: Gateway[] = [];
  for (let replica = 0; replica < 2; replica += 1) {
    const env = gatewayEnvironment(issuer, simulator.url);
    // The SDK reads its credentials from there.
    Object.assign(process.env, env);
    const config = readConfig({
      ...env,
      ...store,
      STATE_SECRET: 'a secret of the tests',
      CONNECT_QUOTAS: `${operation}=10000/10000`,
      MAX_WAITING_CALLS_PER_SUBJECT: '1000',
    });
    gateways.push(await startGateway(config, { log: createLog('silent') }));
  }
  const authorization = `Bearer ${await issuer.token({ scopes: ['calls:start'] })}`;

  async function ask(asker: number, call: Call): Promise<Answer> {
    const query = `mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }`;
    const ends = { contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales };
    const response = await fetch(gateways[asker % 2]!.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query, variables: { input: { ...call, ...ends, maxWaitInSeconds: 10 } } }),
    });
    return (await response.json()) as Answer;
  }

  const idOf = ({ data }: Answer) => data?.startOutboundVoiceContact?.id;

  return {
    placeThroughout: async (fault) => {
      const acknowledged = new Map<Call, string>();
      let isOver = false;
      let enough: () => void = () => undefined;
      const isEnough = new Promise<void>((resolve) => {
        enough = resolve;
      });
      const caller = async (index: number) => {
        for (let call = 0, after = 0; after < placedAfter; call += 1) {
          const isAfter = isOver;
          const asked = {
            clientToken: randomUUID(),
            destinationPhoneNumber: `+1206${2_000_000 + index * 10_000 + call}`,
          };
          for (let attempt = index; !acknowledged.has(asked); attempt += 1) {
            const answer = await ask(attempt, asked);
            const id = idOf(answer);
            if (id !== undefined) acknowledged.set(asked, id);
            else {
              expect(answer.errors?.[0]?.extensions).toMatchObject({
                code: expect.stringMatching(/^(UPSTREAM_UNAVAILABLE|OUTCOME_UNKNOWN)$/) as unknown,
                retryable: true,
              });
            }
          }
          if (acknowledged.size >= placedBefore) enough();
          if (isAfter) after += 1;
        }
      };
      const all = Promise.all(Array.from({ length: callers }, (_none, index) => caller(index)));
      await Promise.race([all, isEnough]);
      // A caller who is told something wrong is heard at once.
      await Promise.race([all, fault()]);
      isOver = true;
      await all;
      return { acknowledged, rung: simulator.calls().length };
    },
    askAgain: async ({ acknowledged }) => {
      const requestsOf = () => simulator.requests()[operation] ?? 0;
      const before = requestsOf();
      const answers = await Promise.all([...acknowledged.keys()].map((call, index) => ask(index, call)));
      return { ids: answers.map(idOf), requests: requestsOf() - before };
    },
    stop: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await simulator.stop();
      await issuer.stop();
    },
  };
}
