import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordFormat } from '../../src/ledger/ledger.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { hasOpenssl, makeCertificates } from '../support/certificates.js';
import { buildGateway, bundleGateway, said, startCompiled, urlOf, type Running } from '../support/compiled-gateway.js';
import { startRedisForUser } from '../support/documented-user.js';
import { gatewayEnvironment } from '../support/gateway-environment.js';
import { startIssuer, type Issuer } from '../support/issuer.js';
import { redisClient } from '../support/redis-client.js';
import { freePort } from '../support/redis-process.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';

interface Answer {
  readonly data?: { readonly startOutboundVoiceContact: { readonly id: string } | null };
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly retryable: boolean } }[];
}

describeOnRedis('the compiled gateway, and Redis', () => {
  let app: string;
  let issuer: Issuer;
  let simulator: RunningSimulator;
  const running: Running[] = [];
  const servers: TestRedis[] = [];

  beforeAll(async () => {
    app = bundleGateway();
    issuer = await startIssuer();
    simulator = await startSimulator();
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ exited }) => exited));
    await Promise.all(servers.splice(0).map((redis) => redis.close()));
  });
  afterAll(async () => {
    await simulator.stop();
    await issuer.stop();
    rmSync(app, { recursive: true });
  });

  function start(REDIS_URL: string, env: Record<string, string> = {}, folder = app): Running {
    const gateway = startCompiled(folder, {
      ...gatewayEnvironment(issuer, simulator.url),
      REDIS_URL,
      STATE_SECRET: 'a secret of the tests',
      // A busy machine is no outage.
      REDIS_COMMAND_TIMEOUT_MS: '10000',
      ...env,
    });
    running.push(gateway);
    return gateway;
  }

  const tokenOfCaller = () => issuer.token({ scopes: ['calls:start'] });

  async function place(gateway: Running, destinationPhoneNumber: string, clientToken: string): Promise<Answer> {
    const query = `mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }`;
    const call = { destinationPhoneNumber, contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales };
    const response = await fetch(await urlOf(gateway), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOfCaller()}` },
      body: JSON.stringify({ query, variables: { input: { ...call, clientToken, maxWaitInSeconds: 3 } } }),
    });
    return (await response.json()) as Answer;
  }

  const placed = { data: { startOutboundVoiceContact: { id: expect.any(String) as unknown } } };

  (hasOpenssl ? test : test.skip)(
    'speak TLS by an authority of their own, as the user of the page and in the database of the URL',
    async () => {
      const certificates = makeCertificates(['localhost']);
      try {
        const { ca, certificate, key } = certificates;
        const port = await freePort();
        const { redis, adminUrl } = await startRedisForUser([
          ...['+select', '--tls-port', String(port), '--tls-auth-clients', 'no'],
          ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', ca],
        ]);
        servers.push(redis);
        const url = `rediss://outdial:password@localhost:${port}/1`;

        const gateway = start(url, { NODE_EXTRA_CA_CERTS: ca });
        expect(await place(gateway, '+12065550131', randomUUID())).toEqual(placed);
        expect(gateway.output()).not.toMatch(/shared state is gone|no news from other replicas|NOPERM/);
        const admin = redisClient(adminUrl);
        expect(await admin.acl('LOG')).toEqual([]);
        expect(await admin.keys('*')).toEqual([]);
        await admin.select(1);
        expect(await admin.keys('outdial:ledger:*')).not.toEqual([]);
        admin.disconnect();

        const distrustful = start(url);
        await said(distrustful, /(shared state is gone)/);
        expect(distrustful.output()).toContain('SELF_SIGNED_CERT_IN_CHAIN');
      } finally {
        certificates.remove();
      }
    },
  );

  test('in two formats: a replica neither reads nor overwrites what one of another format wrote', async () => {
    const redis = await startRedis();
    servers.push(redis);
    const admin = redisClient(redis.url);
    const later = buildLaterVersion();
    try {
      const ofThis = start(redis.url);
      const ofLater = start(redis.url, {}, later.app);
      const dialing = start(redis.url, { LEDGER_OUTAGE: 'dial' });
      const before = simulator.calls().length;
      expect(await place(ofLater, '+12065550100', 'of the later one')).toEqual(placed);
      expect(await place(ofThis, '+12065550101', 'of this one')).toEqual(placed);
      const records = async () => {
        const names = (await admin.keys('outdial:ledger:*')).sort();
        return Promise.all(names.map(async (name) => `${name}=${(await admin.get(name)) ?? ''}`));
      };
      const written = await records();
      const formats = new Set(written.map((record) => Number(/=(\d+) /.exec(record)?.[1])));
      expect(formats).toEqual(new Set([recordFormat, recordFormat + 1]));

      // The same call, and another one to the same number.
      const refused = await Promise.all([
        place(ofThis, '+12065550100', 'of the later one'),
        place(ofThis, '+12065550100', 'another'),
        place(ofLater, '+12065550101', 'of this one'),
      ]);
      const code = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };
      for (const answer of refused) expect(answer).toMatchObject({ errors: [{ extensions: code }] });
      expect(simulator.calls().length - before).toBe(2);

      // The risk that its setting takes: it goes on with what it knows itself.
      expect(await place(dialing, '+12065550100', 'a third')).toEqual(placed);
      expect(await records()).toEqual(written);
    } finally {
      admin.disconnect();
      later.remove();
    }
  });
});

/** The same gateway, but for the format of what it writes to the ledger. */
function buildLaterVersion(): ReturnType<typeof buildGateway> {
  const later = buildGateway();
  const file = join(later.dist, 'ledger/ledger.js');
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(`recordFormat = ${recordFormat};`, `recordFormat = ${recordFormat + 1};`);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
  return later;
}
