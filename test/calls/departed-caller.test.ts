import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InstanceAccess } from '../../src/access/instances.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { CallLedger } from '../../src/calls/call-ledger.js';
import { CallService } from '../../src/calls/call.service.js';
import { StartOutboundVoiceContactInput } from '../../src/calls/start-outbound-voice-contact.input.js';
import { TrafficType } from '../../src/calls/traffic-type.enum.js';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { createLog } from '../../src/log.js';
import { createRequestContext } from '../../src/request.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import { callInput } from '../support/place-call.js';
import { neverMs } from '../support/start-gateway.js';
import { TestClock } from '../support/test-clock.js';

const operation = 'StartOutboundVoiceContact';
const clock = new TestClock();
const log = createLog('silent');
let simulator: RunningSimulator;
let calls: CallService;
beforeAll(async () => {
  simulator = await startSimulator({ clock, settings: { rates: 'off' } });
  const rateLimiter = {
    campaignShare: 0.1,
    maxWaitingPerSubject: () => undefined,
    quotaFor: () => ({ ratePerSecond: 100, burst: 100 }),
  };
  const coordination = new MemoryCoordination({ clock, rateLimiter: rateLimiter });
  const clients = createConnectClients({
    region: seed.region,
    endpoint: simulator.url,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    connectionTimeoutMs: neverMs,
    requestTimeoutMs: neverMs,
  });
  const rules = {
    deadlineMs: 10_000,
    deadlineMaxMs: 55_000,
    duplicateWindowMs: 60_000,
    maxRepeatCallsPerHour: 5,
    unknownResendMs: 60_000,
    stateSecret: 'secret',
  };
  calls = new CallService({
    connect: new Connect(clients, new PermitQueue(coordination.rateLimiter, clock), clock),
    access: new InstanceAccess({ defaultInstanceId: seed.instanceId, instanceIds: [seed.instanceId] }),
    ledger: new CallLedger({ store: new MemoryLedger({ clock }), clock, log, rules }),
    clock,
    random: () => 1,
    rules,
  });
});
afterAll(() => simulator.stop());

const contextWith = (signal: AbortSignal) => {
  const caller = {
    subject: 'ann',
    tenant: 'acme',
    scopes: new Set<string>(),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  };
  return createRequestContext({ requestId: 'request', caller, log, signal });
};

const inputWith = (name: string) =>
  Object.assign(new StartOutboundVoiceContactInput(), {
    ...callInput({ clientToken: 'mine', name }),
    trafficType: TrafficType.GENERAL,
    allowRepeat: false,
  });

test('who goes away after Connect throttled the call is not called for any more, and key and number are free again', async () => {
  simulator.inject({ operation, times: 1, status: 429, type: 'TooManyRequestsException' });
  const leaving = new AbortController();
  const gone = calls.start(inputWith('a call'), contextWith(leaving.signal));
  gone.catch(() => undefined);
  await clock.whenQuiet();
  leaving.abort();
  await clock.runUntil(gone.catch(() => undefined));
  await expect(gone).rejects.toMatchObject({ code: 'THROTTLED' });
  expect(simulator.requests()[operation]).toBe(1);

  const placed = await calls.start(inputWith('another call'), contextWith(new AbortController().signal));
  expect(simulator.calls().map(({ contactId }) => contactId)).toEqual([placed.contactId]);
});
