import { StopContactCommand } from '@aws-sdk/client-connect';
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import { neverMs } from '../support/start-gateway.js';
import { TestClock } from '../support/test-clock.js';

const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

const clock = new TestClock();

/** Without whatever this machine has. */
const noCredentials = {
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
};
for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
Object.assign(process.env, noCredentials);

/** The door to an address at which nobody may be asked for anything, with credentials from wherever the environment says. */
function connectWith(environment: Readonly<Record<string, string>>): Connect {
  Object.assign(process.env, environment);
  closings.push(() => {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
  });
  const rateLimiter = {
    campaignShare: 0.1,
    maxWaitingPerSubject: () => undefined,
    quotaFor: () => ({ ratePerSecond: 100, burst: 100 }),
  };
  const state = new MemoryCoordination({ clock, rateLimiter: rateLimiter });
  const clients = createConnectClients({
    region: 'us-west-2',
    endpoint: 'http://127.0.0.1:1',
    connectionTimeoutMs: neverMs,
    requestTimeoutMs: neverMs,
  });
  return new Connect(clients, new PermitQueue(state.rateLimiter, clock), clock);
}

/** Credentials for which a role must be assumed, with a token that is not there. */
const notThere = {
  AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/outdial',
};

/** Credentials of a container that takes its time. */
async function slow(): Promise<Record<string, string>> {
  const asked = createServer(() => undefined);
  await once(asked.listen(0, '127.0.0.1'), 'listening');
  closings.push(() => {
    asked.closeAllConnections();
    asked.close();
  });
  return { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(asked.address() as AddressInfo).port}/` };
}

const wish = { maxWaitMs: 8_000, tenant: 'acme', subject: 'alice', kind: 'GENERAL' } as const;
const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };

test('without credentials there is no permit to send, and so no doubt what became of a request', async () => {
  const connect = connectWith(notThere);
  await expect(connect.acquirePermit('StartOutboundVoiceContact', wish)).rejects.toMatchObject(unavailable);
  const stop = new StopContactCommand({ InstanceId: 'instance', ContactId: 'contact' });
  const wished = { tenant: 'acme', subject: 'alice', signal: undefined, requireAuthority: () => undefined };
  await expect(connect.change(stop, wished)).rejects.toMatchObject(unavailable);
});

test('credentials are waited for no longer than the permit', async () => {
  const permit = connectWith(await slow()).acquirePermit('StartOutboundVoiceContact', wish);
  permit.catch(() => undefined);
  expect(await clock.runToNextTimer()).toBe(wish.maxWaitMs);
  await expect(permit).rejects.toMatchObject(unavailable);
});

test('nor once nobody waits for the permit', async () => {
  const leaving = new AbortController();
  const permit = connectWith(await slow()).acquirePermit('StartOutboundVoiceContact', {
    ...wish,
    signal: leaving.signal,
  });
  await clock.whenQuiet();
  leaving.abort(new Error('gone'));
  await expect(permit).rejects.toThrow('gone');
});
