import { afterEach, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { seed } from '../../src/simulator/seed.js';
import {
  CapacityDocument,
  PlaceCallDocument,
  type StartOutboundVoiceContactInput,
} from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
afterEach(async () => {
  gateway.clock.advance(120_000);
  await gateway.stop();
});

async function startPaced(ratePerSecond: number, burst: number): Promise<void> {
  gateway = await startTestGateway({
    connect: { quotas: new Map([['StartOutboundVoiceContact', { ratePerSecond, burst }]]) },
    instances: { byTenant: new Map(['acme', 'globex'].map((tenant) => [tenant, [seed.instanceId]])) },
    calls: { duplicateWindowMs: 0 },
  });
}

const call = (changes: Partial<StartOutboundVoiceContactInput> = {}) => ({
  input: callInput({ maxWaitInSeconds: 55, ...changes }),
});

/** How many wait now; the clock stands still meanwhile. */
async function queueLength(): Promise<number> {
  return (await gateway.ask(CapacityDocument)).data?.outboundCapacity?.queueLength ?? -1;
}

async function untilWaiting(count: number): Promise<void> {
  for (let tries = 0; tries < 1_000 && (await queueLength()) < count; tries += 1);
  expect(await queueLength()).toBe(count);
}

test('what is left of the quota is there to see', async () => {
  await startPaced(2, 5);
  expect((await gateway.ask(CapacityDocument)).data?.outboundCapacity).toEqual({
    ratePerSecond: 2,
    burst: 5,
    available: 4,
    queueLength: 0,
    estimatedWaitMsGeneral: 0,
    estimatedWaitMsCampaign: 0,
  });
  const calls = Array.from({ length: 7 }, () => gateway.ask(PlaceCallDocument, call()));
  await untilWaiting(3);
  expect((await gateway.ask(CapacityDocument)).data?.outboundCapacity).toMatchObject({
    available: 0,
    queueLength: 3,
    estimatedWaitMsGeneral: 2_000,
  });
  await gateway.clock.runUntil(Promise.all(calls));
  const { errors } = await gateway.ask(CapacityDocument, {}, { scopes: ['contacts:read'] });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['calls:start'] });
});

test('with a hundred campaign calls of one tenant waiting, the next general call and another tenant start within a second', async () => {
  await startPaced(10, 1);
  const campaign = call({ trafficType: 'CAMPAIGN' });
  const waiting = Array.from({ length: 100 }, () => gateway.ask(PlaceCallDocument, campaign));
  await untilWaiting(99);
  const startedMs = gateway.clock.now();
  const general = gateway.ask(PlaceCallDocument, call());
  const others = gateway.ask(PlaceCallDocument, campaign, { tenant: 'globex' });
  await untilWaiting(101);
  const [first, second] = await gateway.clock.runUntil(Promise.all([general, others]));
  expect([first.errors, second.errors]).toEqual([undefined, undefined]);
  const ids = [first, second].map(({ data }) => data?.startOutboundVoiceContact?.id);
  const placedAtMs = gateway.simulator
    .calls()
    .flatMap(({ contactId, atMs }) => (ids.includes(contactId) ? [atMs] : []));
  expect(placedAtMs).toHaveLength(2);
  for (const atMs of placedAtMs) expect(atMs - startedMs).toBeLessThanOrEqual(1_000);
  await gateway.clock.runUntil(Promise.all(waiting));
});

test('a caller who goes away while waiting gives up its place: nothing is sent, and its key is free again', async () => {
  await startPaced(0.1, 1);
  await gateway.ask(PlaceCallDocument, call());
  const abandoned = new AbortController();
  const body = JSON.stringify({ query: print(PlaceCallDocument), variables: call({ clientToken: 'mine' }) });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await gateway.token()}` };
  const gone = fetch(gateway.url, { method: 'POST', headers, body, signal: abandoned.signal });
  await untilWaiting(1);
  abandoned.abort();
  await expect(gone).rejects.toThrow();
  for (let tries = 0; tries < 1_000 && (await queueLength()) > 0; tries += 1);
  expect(await queueLength()).toBe(0);
  gateway.clock.advance(60_000);
  expect(gateway.simulator.calls()).toHaveLength(1);
  const again = await gateway.ask(PlaceCallDocument, call({ clientToken: 'mine', name: 'another input' }));
  expect(again.errors).toBeUndefined();
});

test('a caller who goes away after the call was sent leaves it placed and recorded', async () => {
  await startPaced(100, 100);
  gateway.simulator.inject({ operation: 'StartOutboundVoiceContact', times: 1, delayMs: 1_000 });
  const abandoned = new AbortController();
  const same = call({ clientToken: 'mine' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await gateway.token()}` };
  const body = JSON.stringify({ query: print(PlaceCallDocument), variables: same });
  const gone = fetch(gateway.url, { method: 'POST', headers, body, signal: abandoned.signal });
  await gateway.simulator.whenRequested('StartOutboundVoiceContact', 1);
  abandoned.abort();
  await expect(gone).rejects.toThrow();
  gateway.clock.advance(1_000);
  const again = await gateway.ask(PlaceCallDocument, same);
  expect(again.data?.startOutboundVoiceContact?.id).toBe(gateway.simulator.calls()[0]?.contactId);
  expect(gateway.simulator.requests().StartOutboundVoiceContact).toBe(1);
});
