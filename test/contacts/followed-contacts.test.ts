import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sleep, type Clock } from '../../src/clock.js';
import { createConnectClients } from '../../src/connect/client.js';
import { Connect } from '../../src/connect/connect.js';
import { PermitQueue } from '../../src/connect/permit-queue.js';
import { nameOfKey, type ResourceKey } from '../../src/connect/ids.js';
import { DescribedContacts } from '../../src/contacts/described-contacts.js';
import { PlacedContacts } from '../../src/contacts/placed-contacts.js';
import { SharedContacts } from '../../src/contacts/shared-contacts.js';
import { FollowedContacts } from '../../src/contacts/timeline/followed-contacts.js';
import type { ContactSnapshot } from '../../src/contacts/timeline/follower.js';
import { createLog } from '../../src/log.js';
import { QueueService } from '../../src/queues/queue.service.js';
import { seed } from '../../src/simulator/seed.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import { StoreUnavailable } from '../../src/store-health.js';
import type { Timelines } from '../../src/coordination/timelines.js';
import { placeCallElsewhere } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

const alice = { tenant: 'acme', subject: 'alice' };

describe('of those who come and go', () => {
  let gateway: RunningGateway;
  let watches: FollowedContacts;
  let state: MemoryCoordination;
  let key: ResourceKey;
  const maxTimelines = 50;
  /** How many of the next reads of shared state time out. */
  let unanswered = 0;
  /** How many of the next writes to it are lost. */
  let unwritten = 0;
  /** What is armed and not called off. */
  const armed = { timers: 0, listeners: 0 };

  beforeEach(async () => {
    gateway = await startTestGateway();
    armed.timers = 0;
    armed.listeners = 0;
    unanswered = 0;
    unwritten = 0;
    const clock: Clock = {
      now: () => gateway.clock.now(),
      monotonic: () => gateway.clock.monotonic(),
      after: (delayMs, callback) => {
        let isArmed = true;
        const disarm = () => {
          armed.timers -= isArmed ? 1 : 0;
          isArmed = false;
        };
        armed.timers += 1;
        const cancel = gateway.clock.after(delayMs, () => {
          disarm();
          callback();
        });
        return () => {
          disarm();
          cancel();
        };
      },
    };
    state = new MemoryCoordination({
      clock,
      maxTimelines,
      rateLimiter: {
        quotaFor: () => ({ ratePerSecond: 10_000, burst: 10_000 }),
        campaignShare: 0.1,
        maxWaitingPerSubject: () => undefined,
      },
    });
    const timelines: Timelines = {
      record: (contact, facts) => {
        if (unwritten === 0) return state.timelines.record(contact, facts);
        unwritten -= 1;
        return Promise.reject(new StoreUnavailable());
      },
      find: (contacts) => {
        if (unanswered === 0) return state.timelines.find(contacts);
        unanswered -= 1;
        return Promise.reject(new StoreUnavailable());
      },
      claimPolling: (contact, holdMs) => state.timelines.claimPolling(contact, holdMs),
      invalidate: (contact) => state.timelines.invalidate(contact),
      invalidated: (listener) => state.timelines.invalidated(listener),
      changed: (contact, listener) => {
        armed.listeners += 1;
        const unsubscribe = state.timelines.changed(contact, listener);
        return () => {
          armed.listeners -= 1;
          unsubscribe();
        };
      },
    };
    const connect = new Connect(
      createConnectClients(gateway.config.connect),
      new PermitQueue(state.rateLimiter, clock),
      clock,
    );
    const placed = new PlacedContacts(new MemoryLedger({ clock }), clock);
    const described = new DescribedContacts(connect, placed, clock);
    const log = createLog('silent');
    watches = new FollowedContacts({
      shared: new SharedContacts({ described, placed, timelines, queues: new QueueService(connect, clock) }),
      described,
      placed,
      timelines,
      health: state.health,
      connect,
      clock,
      log,
      hasEvents: true,
    });
    key = { instanceId: seed.instanceId, id: await placeCallElsewhere(gateway) };
  });

  afterEach(() => gateway.stop());

  type Follower = AsyncIterableIterator<ContactSnapshot | null>;
  const asked = () => gateway.simulator.requests().DescribeContact ?? 0;
  const slowly = () => {
    gateway.simulator.inject({ operation: 'DescribeContact', delayMs: 1_000 });
  };
  const fail = () => {
    gateway.simulator.inject({ operation: 'DescribeContact', status: 400, type: 'AccessDeniedException' });
  };
  const missing = () => {
    gateway.simulator.inject({ operation: 'DescribeContact', status: 404, type: 'ResourceNotFoundException' });
  };
  const tell = (field: string, value = '1') =>
    state.timelines.record(nameOfKey(key), [{ field, value, saidAtMs: gateway.clock.now() - 60_000 }]);
  const untilOver = async (follower: Follower) => {
    let last: IteratorResult<ContactSnapshot | null>;
    do last = await follower.next();
    while (!last.done);
  };

  test.each<[string, () => Promise<unknown>]>([
    ['never asks for anything', () => watches.follow(key, alice).return!()],
    [
      'leaves before the first read ends',
      async () => {
        slowly();
        const follower = watches.follow(key, alice);
        const first = follower.next();
        await gateway.simulator.whenRequested('DescribeContact', 1);
        await follower.return!();
        await gateway.clock.runUntil(first);
      },
    ],
    [
      'leaves before the first read fails',
      async () => {
        gateway.simulator.inject({
          operation: 'DescribeContact',
          status: 400,
          type: 'AccessDeniedException',
          delayMs: 500,
        });
        const follower = watches.follow(key, alice);
        const first = follower.next();
        await gateway.simulator.whenRequested('DescribeContact', 1);
        await follower.return!();
        await gateway.clock.runUntil(first).catch(() => undefined);
      },
    ],
    [
      'is told that the first read failed, as the one beside is',
      async () => {
        fail();
        const [one, two] = [watches.follow(key, alice), watches.follow(key, alice)];
        const results = await gateway.clock.runUntil(Promise.allSettled([one.next(), two.next()]));
        expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
        expect(await one.next()).toEqual({ done: true, value: undefined });
        expect(asked()).toBe(1);
      },
    ],
    [
      'comes again after the first read failed',
      async () => {
        fail();
        await gateway.clock.runUntil(watches.follow(key, alice).next()).catch(() => undefined);
        const again = watches.follow(key, alice);
        expect((await gateway.clock.runUntil(again.next())).value).toMatchObject({ key });
        await again.return!();
      },
    ],
    [
      'is told that there is nothing',
      async () => {
        missing();
        const [one, two] = [watches.follow(key, alice), watches.follow(key, alice)];
        const first = await gateway.clock.runUntil(Promise.all([one.next(), two.next()]));
        expect(first).toEqual([
          { done: false, value: null },
          { done: false, value: null },
        ]);
        expect(await one.next()).toEqual({ done: true, value: undefined });
        expect(await two.next()).toEqual({ done: true, value: undefined });
      },
    ],
    [
      'leaves twice, asks again and goes',
      async () => {
        const follower = watches.follow(key, alice);
        await gateway.clock.runUntil(follower.next());
        const waiting = follower.next();
        await Promise.all([follower.return!(), follower.return!()]);
        expect(await waiting).toEqual({ done: true, value: undefined });
        expect(await follower.next()).toEqual({ done: true, value: undefined });
      },
    ],
    [
      'leaves while another stays, who is told what comes',
      async () => {
        const [one, two] = [watches.follow(key, alice), watches.follow(key, alice)];
        await gateway.clock.runUntil(Promise.all([one.next(), two.next()]));
        const [leaving, staying] = [one.next(), two.next()];
        await one.return!();
        expect(await leaving).toEqual({ done: true, value: undefined });
        expect(armed.listeners).toBe(1);
        await tell('enqueueTimestamp');
        expect((await staying).done).toBe(false);
        await two.return!();
      },
    ],
    [
      'leaves while it is read again',
      async () => {
        const follower = watches.follow(key, alice);
        await gateway.clock.runUntil(follower.next());
        await Promise.all([tell('enqueueTimestamp'), tell('ringStartTimestamp'), follower.return!()]);
      },
    ],
    [
      'leaves while Connect is asked again',
      async () => {
        const follower = watches.follow(key, alice);
        await gateway.clock.runUntil(follower.next());
        slowly();
        await gateway.clock.runUntil(gateway.simulator.whenRequested('DescribeContact', 2));
        await follower.return!();
        gateway.clock.advance(1_000);
      },
    ],
    [
      'follows to the end, which comes while it is read',
      async () => {
        slowly();
        const follower = watches.follow(key, alice);
        const over = untilOver(follower);
        await gateway.simulator.whenRequested('DescribeContact', 1);
        await Promise.all([tell('disconnectTimestamp'), tell('isOver', 'true')]);
        await gateway.clock.runUntil(over);
      },
    ],
    [
      'leaves between the end and the last event',
      async () => {
        const follower = watches.follow(key, alice);
        await gateway.clock.runUntil(follower.next());
        await state.timelines.record(nameOfKey(key), [
          { field: 'isOver', value: 'true', saidAtMs: gateway.clock.now() },
        ]);
        expect((await follower.next()).done).toBe(false);
        await follower.return!();
      },
    ],
  ])('nothing is left of a follower who %s', async (_what, follow) => {
    await follow();
    // What was under way ends by itself.
    for (let round = 0; round < 20 || armed.timers + armed.listeners > 0; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      gateway.clock.advance(500);
    }
    expect(armed).toEqual({ timers: 0, listeners: 0 });
  });

  test('who leaves while the end is read waits for no last event', async () => {
    const follower = watches.follow(key, alice);
    await gateway.clock.runUntil(follower.next());
    const end = { field: 'isOver', value: 'true', saidAtMs: gateway.clock.now() };
    await Promise.all([state.timelines.record(nameOfKey(key), [end]), follower.return!()]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(armed).toEqual({ timers: 0, listeners: 0 });
  });

  test('news of a contact that memory had to forget is told all the same, with what was known before', async () => {
    const atMs = gateway.clock.now();
    const first = { field: `event/${String(atMs).padStart(15, '0')}/INITIATED`, value: '{}', saidAtMs: atMs };
    await state.timelines.record(nameOfKey(key), [first]);
    const follower = watches.follow(key, alice);
    await gateway.clock.runUntil(follower.next());
    const next = follower.next();
    // As many others as there is room for.
    for (let other = 0; other < maxTimelines; other += 1) {
      await state.timelines.record(`${seed.instanceId}/${other}`, [{ field: 'isOver', value: 'true', saidAtMs: 0 }]);
    }
    await tell('enqueueTimestamp');
    const told = await within(10_000, next);
    expect(told).not.toBe('nothing');
    const [kept] = await state.timelines.find([nameOfKey(key)]);
    expect([...(kept?.facts.keys() ?? [])]).toEqual(expect.arrayContaining([first.field, 'enqueueTimestamp']));
    await follower.return!();
  });

  const within = <T>(ms: number, promise: Promise<T>) => {
    const late = new Promise<'nothing'>((resolve) =>
      gateway.clock.after(ms, () => {
        resolve('nothing');
      }),
    );
    return gateway.clock.runUntil(Promise.race([promise, late]));
  };

  test('news that shared state did not answer in time is read again soon, though it was never away', async () => {
    const follower = watches.follow(key, alice);
    await gateway.clock.runUntil(follower.next());
    const next = follower.next();
    unanswered = 2;
    await tell('queueId', 'q');
    const told = await within(10_000, next);
    expect(told).not.toBe('nothing');
    await follower.return!();
  });

  test('what is known before one follows is read soon, where shared state did not answer at first', async () => {
    const before = watches.follow(key, alice);
    await gateway.clock.runUntil(before.next());
    await before.return!();
    const event = `event/${String(gateway.clock.now()).padStart(15, '0')}/QUEUED`;
    await tell(event, '{}');
    unanswered = 1;
    const follower = watches.follow(key, alice);
    const hasEvent = (next: unknown) => (next as { value: ContactSnapshot }).value.facts.has(event);
    expect(hasEvent(await gateway.clock.runUntil(follower.next()))).toBe(false);
    const next = await within(10_000, follower.next());
    expect(next).not.toBe('nothing');
    expect(hasEvent(next)).toBe(true);
    await follower.return!();
  });

  test('what Connect tells is shared before anybody is told, and soon where it could not be', async () => {
    const isShared = async () => (await state.timelines.find([nameOfKey(key)]))[0] !== undefined;
    const one = watches.follow(key, alice);
    await gateway.clock.runUntil(one.next());
    expect(await isShared()).toBe(true);
    await one.return!();

    key = { instanceId: seed.instanceId, id: await placeCallElsewhere(gateway) };
    unwritten = 1;
    const other = watches.follow(key, alice);
    await gateway.clock.runUntil(other.next());
    expect(await isShared()).toBe(false);
    const startMs = gateway.clock.monotonic();
    await gateway.clock.runUntil(until(isShared));
    expect(gateway.clock.monotonic() - startMs).toBeLessThan(2_000);
    await other.return!();
  });

  test('what comes in the very moment of a change is seen once by each, and never twice', async () => {
    const followers = Array.from({ length: 20 }, () => watches.follow(key, alice));
    await gateway.clock.runUntil(Promise.all(followers.map((follower) => follower.next())));
    const seen = followers.map(async (follower) => {
      const facts: number[] = [];
      for (let count = 0; count < 30; count += 1) {
        const next = await follower.next();
        if (next.done || next.value === null) break;
        facts.push(next.value.facts.size);
        if (next.value.facts.has('queueId')) break;
      }
      return facts;
    });
    for (let change = 0; change < 10; change += 1) {
      await tell(`event/${String(change).padStart(15, '0')}/X`, '{}');
      if (change % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await tell('queueId', 'q');
    for (const facts of await Promise.all(seen)) {
      expect(facts.at(-1)).toBe(Math.max(...facts));
      expect(facts).toEqual([...new Set(facts)].sort((one, other) => one - other));
    }
    await Promise.all(followers.map((follower) => follower.return!()));
    expect(armed.listeners).toBe(0);
  });

  test('Connect is not asked for a contact that ended while it waited to be asked for, though its follower reads slowly', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => placeCallElsewhere(gateway)));
    const followers = others.map((id) => watches.follow({ ...key, id }, alice));
    await gateway.clock.runUntil(Promise.all(followers.map((follower) => follower.next())));
    const follower = watches.follow(key, alice);
    await gateway.clock.runUntil(follower.next());
    // As many as are asked for at once.
    gateway.simulator.inject({ operation: 'DescribeContact', delayMs: 20_000, times: others.length });
    await gateway.clock.runUntil(gateway.simulator.whenRequested('DescribeContact', 9));
    // As the replica that asked for it shares it.
    const saidAtMs = gateway.clock.now();
    await state.timelines.record(nameOfKey(key), [
      { field: 'isOver', value: 'true', saidAtMs },
      { field: 'described', value: 'over', saidAtMs },
    ]);
    await gateway.clock.runUntil(sleep(gateway.clock, 21_000));
    expect(asked()).toBe(9);
    await Promise.all([follower, ...followers].map((each) => each.return!()));
  });

  test('ten thousand who come and go at once leave nothing, and cost Connect one read', async () => {
    const followers = Array.from({ length: 10_000 }, () => watches.follow(key, alice));
    const firsts = followers.map((follower) => follower.next());
    await Promise.all(followers.map((follower) => follower.return!()));
    await gateway.clock.runUntil(Promise.all(firsts));
    expect(asked()).toBeLessThanOrEqual(1);
    expect(armed.listeners).toBe(0);
  });
});
