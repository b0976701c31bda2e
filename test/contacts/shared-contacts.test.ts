import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { nameOfKey, type ResourceKey } from '../../src/connect/ids.js';
import { DescribedContacts } from '../../src/contacts/described-contacts.js';
import { PlacedContacts } from '../../src/contacts/placed-contacts.js';
import { SharedContacts, type AskedContact } from '../../src/contacts/shared-contacts.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import type { Timelines } from '../../src/coordination/timelines.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { QueueService } from '../../src/queues/queue.service.js';
import { seed } from '../../src/simulator/seed.js';
import { StoreUnavailable } from '../../src/store-health.js';
import { placeCallElsewhere } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';

const alice = { tenant: 'acme', subject: 'alice' };

let gateway: RunningGateway;
let timelines: Timelines;
let shared: SharedContacts;
let key: ResourceKey;
/** What a record waits for. */
let beforeRecording: () => Promise<void>;

beforeEach(async () => {
  gateway = await startTestGateway();
  const { clock } = gateway;
  const state = new MemoryCoordination({
    clock,
    rateLimiter: {
      quotaFor: () => ({ ratePerSecond: 10_000, burst: 10_000 }),
      campaignShare: 0.1,
      maxWaitingPerSubject: () => undefined,
    },
  });
  timelines = state.timelines;
  beforeRecording = () => Promise.resolve();
  const connect = new Connect(
    createConnectClients(gateway.config.connect),
    new PermitQueue(state.rateLimiter, clock),
    clock,
  );
  const placed = new PlacedContacts(new MemoryLedger({ clock }), clock);
  shared = new SharedContacts({
    described: new DescribedContacts(connect, placed, clock),
    placed,
    timelines: {
      record: async (contact, facts) => {
        await beforeRecording();
        return timelines.record(contact, facts);
      },
      find: (contacts) => timelines.find(contacts),
      changed: (contact, listener) => timelines.changed(contact, listener),
      claimPolling: (contact, holdMs) => timelines.claimPolling(contact, holdMs),
      invalidate: (contact) => timelines.invalidate(contact),
      invalidated: (listener) => timelines.invalidated(listener),
    },
    queues: new QueueService(connect, clock),
  });
  key = { instanceId: seed.instanceId, id: await placeCallElsewhere(gateway) };
});
afterEach(() => gateway.stop());

const read = () => shared.askForReader(key, alice, () => Promise.resolve(false));
const follow = () => shared.askForFollowers(key, alice, { known: () => new Map() });
const recorded = async () => (await timelines.find([nameOfKey(key)]))[0]?.facts.has('described') ?? false;

test.each<[string, () => Promise<AskedContact>]>([
  ['reads', read],
  ['follows', follow],
])(
  'who %s a contact is told what Connect tells once it is recorded, and also where it cannot be',
  async (_who, ask) => {
    // Somebody may follow it.
    await timelines.record(nameOfKey(key), [{ field: 'channel', value: 'VOICE', saidAtMs: 0 }]);
    let record: () => void = () => undefined;
    beforeRecording = () => new Promise((resolve) => (record = resolve));
    let asked: AskedContact | undefined;
    const asking = ask().then((answer) => (asked = answer));
    await gateway.simulator.whenRequested('DescribeContact', 1);
    for (let round = 0; round < 100; round += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBeUndefined();
    record();
    expect(await gateway.clock.runUntil(asking)).toMatchObject({ is: 'shown', unshared: undefined });
    expect(await recorded()).toBe(true);

    key = { instanceId: seed.instanceId, id: await placeCallElsewhere(gateway) };
    await timelines.record(nameOfKey(key), [{ field: 'channel', value: 'VOICE', saidAtMs: 0 }]);
    const away = new StoreUnavailable();
    beforeRecording = () => Promise.reject(away);
    const untold = await gateway.clock.runUntil(ask());
    expect(untold).toMatchObject({ is: 'shown', unshared: away });
    expect(untold.facts.has('initiationTimestamp')).toBe(true);
    expect(await recorded()).toBe(false);
  },
);

test('to read a contact that nobody follows records nothing', async () => {
  expect(await gateway.clock.runUntil(read())).toMatchObject({ is: 'shown', unshared: undefined });
  expect(await timelines.find([nameOfKey(key)])).toEqual([undefined]);
});
