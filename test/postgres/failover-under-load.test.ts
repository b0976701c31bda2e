import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readConfig } from '../../src/config.js';
import { startGateway, type Gateway } from '../../src/gateway.js';
import { createLog } from '../../src/log.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type Issuer } from '../support/issuer.js';
import { describeOnPostgres, startPostgres, startStandby, type TestPostgres } from '../support/start-postgres.js';
import { until } from '../support/until.js';

const operation = 'StartOutboundVoiceContact';
const callers = 24;
/** So many calls are placed before the primary is killed, and by each caller afterwards. */
const [placedBefore, placedAfter] = [40, 1];

interface Call {
  readonly clientToken: string;
  readonly destinationPhoneNumber: string;
}

interface Answer {
  readonly data?: { readonly startOutboundVoiceContact: { readonly id: string } | null } | null;
  readonly errors?: readonly { readonly extensions?: object }[];
}

describeOnPostgres('a synchronous standby that is promoted under load', () => {
  let issuer: Issuer;
  let simulator: RunningSimulator;
  let primary: TestPostgres;
  let standby: TestPostgres;
  const gateways: Gateway[] = [];

  beforeAll(async () => {
    issuer = await startIssuer();
    simulator = await startSimulator({
      settings: { concurrentCalls: 10_000, rates: { [operation]: { perSecond: 10_000, burst: 10_000 } } },
    });
    primary = await startPostgres({ fsync: 'on', full_page_writes: 'on' });
    standby = await startStandby(primary);
    await primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.ask('SELECT pg_reload_conf()');
    await until(
      async () => (await primary.ask("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")).length > 0,
    );
    const hosts = [primary, standby].map(({ url }) => new URL(url).host).join();
    for (let replica = 0; replica < 2; replica += 1) {
      const env = gatewayEnvironment(issuer, simulator.url);
      // The SDK reads its credentials from there.
      Object.assign(process.env, env);
      const config = readConfig({
        ...env,
        DATABASE_URL: primary.url.replace(new URL(primary.url).host, hosts),
        STATE_SECRET: 'a secret of the tests',
        CONNECT_QUOTAS: `${operation}=10000/10000`,
        MAX_WAITING_CALLS_PER_SUBJECT: '1000',
      });
      gateways.push(await startGateway(config, { log: createLog('silent') }));
    }
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all([primary, standby].map((server) => server.close()));
    await simulator.stop();
    await issuer.stop();
  });

  async function ask(url: string, call: Call, authorization: string): Promise<Answer> {
    const query = `mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }`;
    const ends = { contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query, variables: { input: { ...call, ...ends, maxWaitInSeconds: 10 } } }),
    });
    return (await response.json()) as Answer;
  }

  /** The postmaster and all its children at once, as when a machine loses its power. */
  async function killMachine(server: TestPostgres) {
    const of = (pid: number | string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
    const [other] = await server.ask<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
    );
    const [, postmaster = ''] = /^PPid:\s+(\d+)$/m.exec(of(other!.pid, 'status')) ?? [];
    const children = of(postmaster, `task/${postmaster}/children`).trim().split(' ');
    for (const pid of [postmaster, ...children]) process.kill(Number(pid), 'SIGKILL');
  }

  test('loses no call that was acknowledged, and leaves no caller without an answer', async () => {
    const authorization = `Bearer ${await issuer.token({ scopes: ['calls:start'] })}`;
    const acknowledged = new Map<Call, string>();
    let isPromoted = false;
    let enough: () => void = () => undefined;
    const isEnough = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const caller = async (index: number) => {
      for (let call = 0, after = 0; after < placedAfter; call += 1) {
        const asked = {
          clientToken: randomUUID(),
          destinationPhoneNumber: `+1206${2_000_000 + index * 10_000 + call}`,
        };
        for (let attempt = index; !acknowledged.has(asked); attempt += 1) {
          const { data, errors } = await ask(gateways[attempt % 2]!.url, asked, authorization);
          const id = data?.startOutboundVoiceContact?.id;
          if (id !== undefined) acknowledged.set(asked, id);
          else expect(errors?.[0]?.extensions).toMatchObject({ retryable: true });
        }
        if (acknowledged.size >= placedBefore) enough();
        if (isPromoted) after += 1;
      }
    };
    const all = Promise.all(Array.from({ length: callers }, (_none, index) => caller(index)));
    await Promise.race([all, isEnough]);
    await killMachine(primary);
    await standby.ask('SELECT pg_promote()');
    isPromoted = true;
    await all;

    const placements = await standby.ask<{ id: string }>("SELECT id FROM outdial.ledger WHERE kind = 'placement'");
    const kept = new Set(placements.map(({ id }) => id));
    expect([...acknowledged.values()].filter((id) => !kept.has(id))).toEqual([]);
    // From the records, on whichever replica, without another word to Connect.
    const requests = simulator.requests()[operation];
    const again = await Promise.all(
      [...acknowledged.keys()].map((call, index) => ask(gateways[index % 2]!.url, call, authorization)),
    );
    expect(again.map(({ data }) => data?.startOutboundVoiceContact?.id)).toEqual([...acknowledged.values()]);
    expect(simulator.requests()[operation]).toBe(requests);
    expect(simulator.calls()).toHaveLength(acknowledged.size);
  });
});
