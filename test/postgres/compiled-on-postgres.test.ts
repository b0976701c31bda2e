import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { migrations } from '../../src/ledger/postgres/migrations.js';
import { hasOpenssl, makeCertificates } from '../support/certificates.js';
import {
  bundleGateway,
  said,
  startCompiled,
  startMigrating,
  urlOf,
  type Running,
} from '../support/compiled-gateway.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type Issuer } from '../support/issuer.js';
import {
  describeOnPostgres,
  documentedRole,
  fileOfServer,
  startEmptyPostgres,
  type TestPostgres,
} from '../support/start-postgres.js';

describeOnPostgres('the compiled gateway, and PostgreSQL', () => {
  let app: string;
  let issuer: Issuer;
  let simulator: RunningSimulator;
  const running: Running[] = [];
  const servers: TestPostgres[] = [];

  beforeAll(async () => {
    app = bundleGateway();
    issuer = await startIssuer();
    simulator = await startSimulator();
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ exited }) => exited));
    await Promise.all(servers.splice(0).map((postgres) => postgres.close()));
  });
  afterAll(async () => {
    await simulator.stop();
    await issuer.stop();
    rmSync(app, { recursive: true });
  });

  function start(DATABASE_URL: string, env: Record<string, string> = {}): Running {
    const gateway = startCompiled(app, {
      ...gatewayEnvironment(issuer, simulator.url),
      DATABASE_URL,
      STATE_SECRET: 'a secret of the tests',
      // A busy machine is no outage.
      DATABASE_TIMEOUT_MS: '30000',
      ...env,
    });
    running.push(gateway);
    return gateway;
  }

  async function place(gateway: Running, destinationPhoneNumber: string, clientToken: string): Promise<unknown> {
    const query = `mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }`;
    const call = { destinationPhoneNumber, contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales };
    const response = await fetch(await urlOf(gateway), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await issuer.token({ scopes: ['calls:start'] })}`,
      },
      body: JSON.stringify({ query, variables: { input: { ...call, clientToken, maxWaitInSeconds: 3 } } }),
    });
    return response.json();
  }

  const placed = { data: { startOutboundVoiceContact: { id: expect.any(String) as unknown } } };

  async function migrate(DATABASE_URL: string, env: Record<string, string> = {}) {
    const migrating = startMigrating(app, { DATABASE_URL, ...env });
    return { code: await migrating.exited, output: migrating.output(), errors: migrating.errors() };
  }

  (hasOpenssl ? test : test.skip)(
    'speak TLS by an authority of their own, as the role of the page, once the schema is made',
    async () => {
      const certificates = makeCertificates(['localhost']);
      const [certificate, key] = [certificates.certificate, certificates.key].map(fileOfServer);
      try {
        const postgres = await startEmptyPostgres({ ssl: 'on', ssl_cert_file: certificate!, ssl_key_file: key! });
        servers.push(postgres);
        const overTls = (url: string) => `${url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`;
        const trust = { NODE_EXTRA_CA_CERTS: certificates.ca };
        const [owner, role] = [postgres.adminUrl, postgres.url].map(overTls);
        const all = migrations.map(({ name }) => name).join(', ');

        expect(await migrate(owner!, trust)).toMatchObject({ code: 0, output: `ran ${all}\n`, errors: '' });
        expect(await migrate(owner!, trust)).toMatchObject({
          code: 0,
          output: expect.stringMatching(/^nothing to run/),
        });
        await postgres.ask(documentedRole());

        const gateway = start(role!, trust);
        expect(await place(gateway, '+12065550131', randomUUID())).toEqual(placed);
        expect(await postgres.ask('SELECT kind FROM outdial.ledger')).toHaveLength(3);
        const [session] = await postgres.ask<{ plain: string }>(
          "SELECT count(*) AS plain FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'outdial' AND NOT ssl",
        );
        expect(session).toEqual({ plain: '0' });

        const distrustful = start(role!);
        await said(distrustful, /(the database is gone)/);
        expect(distrustful.output()).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
        expect(await migrate(owner!)).toMatchObject({ code: 1, output: '' });
      } finally {
        certificates.remove();
        for (const file of [certificate, key]) rmSync(dirname(file!), { recursive: true });
      }
    },
  );

  test('go on with a record that one wrote before it was killed', async () => {
    const postgres = await startEmptyPostgres();
    servers.push(postgres);
    expect(await migrate(postgres.adminUrl)).toMatchObject({ code: 0 });
    await postgres.ask(documentedRole());
    const before = simulator.calls().length;
    const first = start(postgres.url);
    const clientToken = randomUUID();
    const answer = await place(first, '+12065550100', clientToken);
    expect(answer).toEqual(placed);
    first.child.kill('SIGKILL');
    await first.exited;
    expect(await place(start(postgres.url), '+12065550100', clientToken)).toEqual(answer);
    expect(simulator.calls()).toHaveLength(before + 1);
  });

  test('say what is wrong with the address of a database, without its password', async () => {
    const wrong = await migrate('postgres://owner:hunter2@localhost/outdial?sslmode=require');
    expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('DATABASE_URL must be a URL such as') });
    const missing = await migrate('');
    expect(missing).toMatchObject({ code: 1, errors: expect.stringContaining('DATABASE_URL is missing') });
    expect(wrong.errors + missing.errors).not.toContain('hunter2');
  });
});
