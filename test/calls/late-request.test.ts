import { expect, test } from '@jest/globals';
import { CallLedger } from '../../src/calls/call-ledger.js';
import type { IntendedCall } from '../../src/calls/intended-call.js';
import { Placing } from '../../src/calls/placing.js';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import { callTransitions } from '../../src/ledger/call-record.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { createLog } from '../../src/log.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator } from '../../src/simulator/server.js';
import { keyed } from '../ledger/call-fixture.js';
import { neverMs } from '../support/start-gateway.js';
import { TestClock } from '../support/test-clock.js';

test('a request that could not leave in time after its mark is marked again, and sent once', async () => {
  const clock = new TestClock();
  const log = createLog('silent');
  const simulator = await startSimulator({
    clock,
    credentials: new Map([['AKIDTEST', 'secret']]),
    settings: { rates: 'off' },
  });
  let marks = 0;
  const timeouts = { connectionTimeoutMs: neverMs, requestTimeoutMs: neverMs };
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  const options = { region: seed.region, endpoint: simulator.url, ...timeouts, credentials };
  const clients = createConnectClients(options);
  const limits = {
    campaignShare: 0.1,
    maxWaitingPerSubject: () => undefined,
    quotaFor: () => ({ ratePerSecond: 10, burst: 10 }),
  };
  const { rateLimiter } = new MemoryCoordination({ clock, rateLimiter: limits });
  const connect = new Connect(clients, new PermitQueue(rateLimiter, clock), clock);
  const store = new MemoryLedger({ clock });
  const rules = { duplicateWindowMs: 60_000, maxRepeatCallsPerHour: 5, unknownResendMs: 60_000 };
  const call = {
    ...{ key: keyed('call'), requestHash: keyed('request'), windowKey: keyed('number'), windowEntry: keyed('entry') },
    ...{ clientToken: 'token', allowRepeat: false, kind: 'GENERAL', log, deadlineAtMs: clock.monotonic() + 30_000 },
    caller: { subject: 'agent', tenant: 'acme', scopes: new Set(), expiresAtMs: Infinity },
    request: {
      ...{ InstanceId: seed.instanceId, ContactFlowId: seed.flows.salesOutbound, ClientToken: 'token' },
      ...{ DestinationPhoneNumber: '+12065550100', SourcePhoneNumber: seed.numbers.us.number },
    },
  } as unknown as IntendedCall;

  const markSending: typeof callTransitions.markSending = (...args) => {
    marks += 1;
    // Before there is a connection, this machine stands still for a while.
    if (marks === 1)
      setImmediate(() => {
        clock.advance(4_001);
      });
    return callTransitions.markSending(...args);
  };
  const transitions = { ...callTransitions, markSending };
  try {
    const { contactId } = await new CallLedger({ store, clock, log, rules, transitions }).attempt(
      call,
      async (effort) => {
        await effort.claim();
        return new Placing({ connect, clock, random: () => 1, unknownResendMs: 60_000 }, effort, call).run();
      },
    );
    expect(simulator.calls()).toMatchObject([{ contactId }]);
    expect(simulator.requests().StartOutboundVoiceContact).toBe(1);
    expect(marks).toBe(2);
  } finally {
    clients.reads.destroy();
    clients.writes.destroy();
    await simulator.stop();
  }
});
