import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { seed } from '../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../src/simulator/server.js';
import { hasOpenssl, makeCertificates, type Certificates } from './support/certificates.js';
import { bundleGateway, said, startCompiled, urlOf, type Running } from './support/compiled-gateway.js';
import { startConnectProxy, type ConnectProxy } from './support/connect-proxy.js';
import { gatewayEnvironment } from './support/gateway-environment.js';
import { startIssuer, type Issuer } from './support/issuer.js';
import { until } from './support/until.js';

// Names that nobody can look up: what is asked directly fails.
const hosts = { keys: 'issuer.test', connect: 'connect.test', queue: 'sqs.test', roles: 'sts.test' };
const ports = Object.values(hosts).map((host) => `${host}:443`);
const credentials = 'outdial:canary/wört';

interface Answer {
  readonly data?: { readonly startOutboundVoiceContact: { readonly id: string } | null };
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly retryable: boolean } }[];
}

const assumed = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<Credentials><AccessKeyId>AKIDTEST</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

(hasOpenssl ? describe : describe.skip)(
  'the compiled gateway in a network with a proxy and an authority of its own',
  () => {
    let app: string;
    let certificates: Certificates;
    let issuer: Issuer;
    let simulator: RunningSimulator;
    let servers: Server;
    let proxy: ConnectProxy;
    const running: Running[] = [];

    beforeAll(async () => {
      app = bundleGateway();
      certificates = makeCertificates(Object.values(hosts));
      issuer = await startIssuer();
      simulator = await startSimulator();
      servers = createServer(certificates.options(), answer);
      await once(servers.listen(0, '127.0.0.1'), 'listening');
      proxy = await startConnectProxy({ port: (servers.address() as AddressInfo).port, credentials });
    });
    afterEach(async () => {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all(running.splice(0).map(({ exited }) => exited));
    });
    afterAll(async () => {
      await proxy.stop();
      servers.close();
      servers.closeAllConnections();
      await simulator.stop();
      await issuer.stop();
      certificates.remove();
      rmSync(app, { recursive: true });
    });

    /** Whatever the tunnels lead to, by the name that it is asked by. */
    function answer(request: IncomingMessage, response: ServerResponse): void {
      const { method, headers, url: path = '' } = request;
      if (headers.host === hosts.roles) {
        response.end(assumed);
      } else if (path === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: issuer.issuer, jwks_uri: `https://${hosts.keys}/jwks.json` }));
      } else {
        const { port } = headers.host === hosts.keys ? issuer.jwksUrl : new URL(simulator.url);
        const asked = ask({ host: '127.0.0.1', port, method, headers, path }, (answered) => {
          response.writeHead(answered.statusCode ?? 0, answered.headers);
          answered.pipe(response);
        });
        response.on('close', () => asked.destroy());
        request.pipe(asked.on('error', () => response.destroy()));
      }
    }

    function start(env: Record<string, string>): Running {
      const { AUTH_JWKS_URL, ...others } = gatewayEnvironment(issuer, `https://${hosts.connect}`);
      expect(AUTH_JWKS_URL).toBeDefined();
      const gateway = startCompiled(app, {
        ...others,
        CONTACT_EVENTS_QUEUE_URL: `https://${hosts.queue}${new URL(simulator.eventsQueueUrl).pathname}`,
        NODE_EXTRA_CA_CERTS: certificates.ca,
        HTTPS_PROXY: proxy.url,
        ...env,
      });
      running.push(gateway);
      return gateway;
    }

    async function place(gateway: Running, destinationPhoneNumber: string): Promise<Answer> {
      const query = `mutation ($input: StartOutboundVoiceContactInput!) { startOutboundVoiceContact(input: $input) { id } }`;
      const call = { destinationPhoneNumber, contactFlowId: seed.flows.salesOutbound, queueId: seed.queues.sales };
      const response = await fetch(await urlOf(gateway), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await issuer.token({ scopes: ['calls:start'] })}`,
        },
        body: JSON.stringify({ query, variables: { input: { ...call, maxWaitInSeconds: 3 } } }),
      });
      return (await response.json()) as Answer;
    }

    async function whenReady(gateway: Running): Promise<void> {
      const url = (await urlOf(gateway)).replace('/graphql', '/readyz');
      await until(async () => (await fetch(url)).status === 200);
    }

    const placed = { data: { startOutboundVoiceContact: { id: expect.any(String) as unknown } } };

    test('asks keys, Connect, the queue and whoever gives a role through it; a tunnel that it does not get sent nothing', async () => {
      const token = join(app, 'identity-token');
      writeFileSync(token, 'a token');
      const gateway = start({
        AWS_ACCESS_KEY_ID: '',
        AWS_WEB_IDENTITY_TOKEN_FILE: token,
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/outdial',
        AWS_ENDPOINT_URL_STS: `https://${hosts.roles}`,
      });
      await whenReady(gateway);
      expect(await place(gateway, '+12065550100')).toEqual(placed);
      await until(() => (simulator.requests().ReceiveMessage ?? 0) > 0);
      expect([...new Set(proxy.asked)].sort()).toEqual([...ports].sort());

      const before = simulator.calls().length;
      proxy.refuse(`${hosts.connect}:443`);
      proxy.cut();
      const refused = { errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }] };
      expect(await place(gateway, '+12065550101')).toMatchObject(refused);
      expect(simulator.calls()).toHaveLength(before);
      expect(gateway.output()).toContain('HTTP/1.1 403 Forbidden');
      proxy.refuse();
      expect(await place(gateway, '+12065550101')).toEqual(placed);
      expect(gateway.output() + gateway.errors()).not.toMatch(/canary|w%C3%B6rt|b3V0ZGlhbDp/);
    });

    test('asks directly whom NO_PROXY exempts', async () => {
      const before = proxy.asked.length;
      const gateway = start({ no_proxy: 'connect.test, sqs.test' });
      await Promise.all(['connect', 'sqs'].map((name) => said(gateway, new RegExp(`(getaddrinfo \\w+ ${name}.test)`))));
      await until(() => proxy.asked.length >= before + 2);
      expect(new Set(proxy.asked.slice(before))).toEqual(new Set([`${hosts.keys}:443`]));
    });

    test('asks this machine directly, whatever the settings of Node say', async () => {
      const before = proxy.asked.length;
      const gateway = start({
        ...gatewayEnvironment(issuer, simulator.url),
        CONTACT_EVENTS_QUEUE_URL: simulator.eventsQueueUrl,
        HTTP_PROXY: proxy.url,
        NODE_USE_ENV_PROXY: '1',
      });
      const received = simulator.requests().ReceiveMessage ?? 0;
      await whenReady(gateway);
      expect(await place(gateway, '+12065550102')).toEqual(placed);
      await until(() => (simulator.requests().ReceiveMessage ?? 0) > received);
      expect(proxy.asked).toHaveLength(before);
    });

    test('trusts nobody but whom it is told to', async () => {
      const gateway = start({ NODE_EXTRA_CA_CERTS: '' });
      const lines = [
        'not ready: the key set is not loaded',
        'not ready: Amazon Connect is not reached',
        'receiving contact events fails',
      ];
      await Promise.all(
        lines.map((line) => said(gateway, new RegExp(`(UNABLE_TO_VERIFY_LEAF_SIGNATURE[^\\n]*${line})`))),
      );
    });

    test('says at the start which connections a proxy would not be used for', async () => {
      const gateway = start({ HTTPS_PROXY: '', HTTP_PROXY: proxy.url });
      expect(await gateway.exited).toBe(1);
      expect(gateway.errors()).toContain(
        '  - HTTP_PROXY would be used by none of the connections to the key set, Amazon Connect and the queue',
      );
      expect(gateway.errors()).not.toContain('canary');
    });
  },
);
