import { afterEach, describe, expect, test } from '@jest/globals';
import type { Seed } from '../../src/simulator/directory.js';
import { defaultSeed, seed } from '../../src/simulator/seed.js';
import {
  FollowContactDocument,
  ListContactFlowsDocument,
  ListQueuesDocument,
  PlaceCallWithAllItKnowsDocument,
  ReadContactDocument,
  ReadContactFlowDocument,
  ReadContactsWithQueuesDocument,
  ReadQueueDocument,
} from '../support/generated/operations.js';
import { callInput, placeCall } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';

let gateway: RunningGateway;
afterEach(async () => {
  // Lets go whatever a failed test still waits for.
  gateway.clock.advance(60_000);
  await gateway.stop();
});

/** A gateway of its own, once it has greeted Connect: nothing is known yet, and what is counted is what the test asks for. */
async function startCold(changes: GatewayChanges = {}): Promise<void> {
  gateway = await startTestGateway(changes);
  await gateway.simulator.whenRequested('DescribeInstance', 1);
}

/** How many requests Connect got while `work` was done, by operation. */
async function requestsDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = gateway.simulator.requests();
  await work();
  return Object.fromEntries(
    Object.entries(gateway.simulator.requests())
      .map(([operation, count]): [string, number] => [operation, count - (before[operation] ?? 0)])
      .filter(([, count]) => count > 0),
  );
}

const sum = (requests: Readonly<Record<string, number>>) => Object.values(requests).reduce((all, one) => all + one, 0);

const billingFlowId = 'f0000000-0000-4000-8000-000000000099';
const flowIds = [seed.flows.salesOutbound, seed.flows.supportCallback, billingFlowId];

/** The default seed has flows for two queues; this one has one for the third as well. */
const threeQueues: Seed = {
  ...defaultSeed,
  instances: defaultSeed.instances.map((instance) => ({
    ...instance,
    flows: instance.flows.flatMap((flow) =>
      flow.id === seed.flows.salesOutbound
        ? [flow, { ...flow, id: billingFlowId, effect: { queueId: seed.queues.billing } }]
        : [flow],
    ),
  })),
};

async function placeCalls(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let call = 0; call < count; call += 1) {
    ids.push(await placeCall(gateway, { contactFlowId: flowIds[call % flowIds.length] ?? '' }));
  }
  return ids;
}

describe('50 live contacts in three queues, with the names of these', () => {
  test('cost 51 requests at first, and none when asked for again within a second', async () => {
    await startCold({ seed: threeQueues });
    const ids = await placeCalls(50);
    gateway.clock.advance(10_000);
    const ask = async () => {
      const { data, errors } = await gateway.ask(ReadContactsWithQueuesDocument, { ids });
      expect(errors).toBeUndefined();
      expect(data?.contacts).toHaveLength(50);
      expect(new Set(data?.contacts.map((contact) => contact?.queue?.name))).toEqual(
        new Set(['Sales', 'Support', 'Billing']),
      );
      expect(new Set(data?.contacts.map((contact) => contact?.status))).toEqual(new Set(['WITH_AGENT']));
    };
    expect(await requestsDuring(ask)).toEqual({ DescribeContact: 50, SearchQueues: 1 });
    gateway.clock.advance(900);
    expect(await requestsDuring(ask)).toEqual({});
    gateway.clock.advance(200);
    expect(await requestsDuring(ask)).toEqual({ DescribeContact: 50 });
  });

  test('cost the same where Connect grants only ten a second, and none within a second of the answer', async () => {
    await startCold({
      seed: threeQueues,
      connect: { quotas: new Map([['StartOutboundVoiceContact', { ratePerSecond: 1, burst: 100 }]]) },
    });
    const ids = await placeCalls(50);
    gateway.clock.advance(10_000);
    const ask = () => gateway.ask(ReadContactsWithQueuesDocument, { ids });
    const paced = async () => {
      const asking = ask();
      // One of the 15 of Connect's burst is kept in hand; after the other 14, one every 100 ms.
      for (let sent = 14; sent < 50; sent += 1) {
        await gateway.simulator.whenRequested('DescribeContact', sent);
        gateway.clock.advance(100);
      }
      const { data, errors } = await asking;
      expect(errors).toBeUndefined();
      expect(data?.contacts).toHaveLength(50);
    };
    const cold = await requestsDuring(paced);
    expect(cold).toEqual({ DescribeContact: 50, SearchQueues: 1 });
    expect(sum(cold)).toBeLessThanOrEqual(51);
    gateway.clock.advance(900);
    expect(sum(await requestsDuring(ask))).toBeLessThanOrEqual(3);
  });
});

describe('a mutation', () => {
  test('costs one request, whatever it selects of what its input told', async () => {
    await startCold();
    const input = callInput({
      attributes: [{ key: 'orderId', value: 'A-1001' }],
      references: [{ name: 'order', type: 'URL', value: 'https://example.com' }],
    });
    const requests = await requestsDuring(async () => {
      const { errors } = await gateway.ask(PlaceCallWithAllItKnowsDocument, { input });
      expect(errors).toBeUndefined();
    });
    expect(requests).toEqual({ StartOutboundVoiceContact: 1 });
  });
});

describe('a contact that is followed', () => {
  test('costs one request a second beside its queue, agent and flow, which cost one each', async () => {
    await startCold();
    const id = await placeCall(gateway);
    gateway.clock.advance(10_000);
    const follow = () => gateway.ask(FollowContactDocument, { id });
    expect(await requestsDuring(follow)).toEqual({
      DescribeContact: 1,
      DescribeQueue: 1,
      DescribeUser: 1,
      DescribeContactFlow: 1,
    });
    const polled = await requestsDuring(async () => {
      for (let poll = 0; poll < 20; poll += 1) {
        gateway.clock.advance(500);
        await follow();
      }
    });
    // At most one every second, at the moment when it is older than that.
    expect(Object.keys(polled)).toEqual(['DescribeContact']);
    expect(polled.DescribeContact).toBeLessThanOrEqual(10);
    expect(polled.DescribeContact).toBeGreaterThanOrEqual(6);
  });

  test('is read once for all that one operation asks of it', async () => {
    await startCold();
    const id = await placeCall(gateway);
    const requests = await requestsDuring(() =>
      gateway.ask<object, { id: string }>(
        `query ($id: ID!) {
           one: contact(id: $id) { status customerEndpoint { address } initialContact { status } }
           same: contact(id: $id, instanceId: "${seed.instanceId}") { outcome queue { id } }
           list: contacts(ids: [$id, $id]) { tags { key } }
         }`,
        { id },
      ),
    );
    expect(requests).toEqual({ DescribeContact: 1 });
  });

  test('is read again soon after its end, so that its recording shows, and then kept for minutes', async () => {
    await startCold();
    const id = await placeCall(gateway);
    const read = () => gateway.ask(ReadContactDocument, { id });
    const readsAfter = async (ms: number) => {
      gateway.clock.advance(ms);
      return (await requestsDuring(read)).DescribeContact ?? 0;
    };
    expect(await readsAfter(80_000)).toBe(1);
    expect((await read()).data?.contact).toMatchObject({ status: 'ENDED' });
    // Ended 20 s ago, worked on until 5 s ago.
    expect(await readsAfter(4_900)).toBe(0);
    expect(await readsAfter(200)).toBe(1);
    // Ended more than a minute ago.
    expect(await readsAfter(60_000)).toBe(1);
    expect(await readsAfter(299_000)).toBe(0);
    expect(await readsAfter(2_000)).toBe(1);
  });

  test('is read every second while the agent still works on it', async () => {
    await startCold();
    const id = await placeCall(gateway);
    const read = () => gateway.ask(ReadContactDocument, { id });
    gateway.clock.advance(61_000);
    expect((await read()).data?.contact).toMatchObject({ status: 'AFTER_CONTACT_WORK' });
    gateway.clock.advance(1_100);
    expect(await requestsDuring(read)).toEqual({ DescribeContact: 1 });
  });

  test('that is not there is asked for once a second at most', async () => {
    await startCold();
    const read = () => gateway.ask(ReadContactDocument, { id: 'nobody' });
    expect(await requestsDuring(read)).toEqual({ DescribeContact: 1 });
    expect(await requestsDuring(read)).toEqual({});
  });
});

describe('a noun that changes rarely', () => {
  const readQueue = () => gateway.ask(ReadQueueDocument, { id: seed.queues.sales });

  test('is read once in five minutes', async () => {
    await startCold();
    expect(await requestsDuring(readQueue)).toEqual({ DescribeQueue: 1 });
    gateway.clock.advance(299_000);
    expect(await requestsDuring(readQueue)).toEqual({});
    gateway.clock.advance(2_000);
    expect(await requestsDuring(readQueue)).toEqual({ DescribeQueue: 1 });
  });

  test('is asked for once, however often it is wanted at the same time', async () => {
    await startCold();
    const requests = await requestsDuring(async () => {
      const { data } = await gateway.ask<Record<string, object>, { id: string }>(
        `query ($id: ID!) { a: queue(id: $id) { name } b: queue(id: $id) { name } c: queue(id: $id) { arn } }`,
        { id: seed.queues.sales },
      );
      expect(data).toMatchObject({ a: { name: 'Sales' }, b: { name: 'Sales' } });
    });
    expect(requests).toEqual({ DescribeQueue: 1 });
  });

  test('is not asked for after a list that brought it', async () => {
    await startCold();
    const requests = await requestsDuring(async () => {
      await gateway.ask(ListQueuesDocument, {});
      await gateway.ask(ListContactFlowsDocument, {});
      expect((await readQueue()).data?.queue).toMatchObject({ name: 'Sales' });
      const { data } = await gateway.ask(ReadContactFlowDocument, { id: seed.flows.salesOutbound });
      expect(data?.contactFlow).toMatchObject({ name: 'Sales outbound' });
    });
    expect(requests).toEqual({ SearchQueues: 1, SearchContactFlows: 1 });
  });

  test('is served as it was while Connect fails, and Connect is not pestered', async () => {
    await startCold();
    await readQueue();
    gateway.clock.advance(301_000);
    gateway.simulator.inject({ operation: 'DescribeQueue', times: 100, status: 403, type: 'AccessDeniedException' });
    const requests = await requestsDuring(async () => {
      for (let second = 0; second < 9; second += 1) {
        const { data, errors } = await readQueue();
        expect({ data, errors }).toEqual({
          data: { queue: { id: seed.queues.sales, name: 'Sales' } },
          errors: undefined,
        });
        gateway.clock.advance(1_000);
      }
    });
    expect(requests).toEqual({ DescribeQueue: 1 });
  });

  test('that was never read is an error while Connect fails, and not "none"', async () => {
    await startCold();
    gateway.simulator.inject({ operation: 'DescribeQueue', status: 403, type: 'AccessDeniedException' });
    const { data, errors } = await readQueue();
    expect(data).toEqual({ queue: null });
    expect(errors?.[0]).toMatchObject({
      path: ['queue'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
    });
    expect((await readQueue()).data?.queue).toMatchObject({ name: 'Sales' });
  });
});

describe('the queue of a contact, for a caller without contacts:pii', () => {
  const reader = { scopes: ['contacts:read', 'directory:read'] };
  const byId = 'query ($id: ID!) { contact(id: $id) { queue { id } timeline { details { queueId } } } }';
  const withName = 'query ($id: ID!) { contact(id: $id) { queue { id name status } } }';
  const withoutQueue =
    'query ($id: ID!) { contact(id: $id) { status timeline { type details { disconnectReason } } } }';

  test('costs one list of the standard queues per instance in five minutes, which brings their names as well', async () => {
    await startCold();
    const id = await placeCall(gateway);
    gateway.clock.advance(7_000);
    expect(await requestsDuring(() => gateway.ask(withoutQueue, { id }, reader))).toEqual({ DescribeContact: 1 });
    expect(await requestsDuring(() => gateway.ask(byId, { id }, reader))).toEqual({ SearchQueues: 1 });
    expect(await requestsDuring(() => gateway.ask(withName, { id }, reader))).toEqual({});
    gateway.clock.advance(290_000);
    const other = await placeCall(gateway, { contactFlowId: seed.flows.supportCallback });
    gateway.clock.advance(7_000);
    expect(await requestsDuring(() => gateway.ask(byId, { id: other }, reader))).toEqual({ DescribeContact: 1 });
    gateway.clock.advance(5_000);
    const expired = await requestsDuring(async () => {
      await gateway.ask(byId, { id: other }, reader);
      // The list known so far answers, so that nobody waits for the new one.
      await gateway.simulator.whenRequested('SearchQueues', 2);
    });
    expect(expired).toEqual({ DescribeContact: 1, SearchQueues: 1 });
  });

  test('costs as much for fifty contacts as for one', async () => {
    await startCold({ seed: threeQueues });
    const ids = await placeCalls(50);
    gateway.clock.advance(10_000);
    const requests = await requestsDuring(() => gateway.ask(ReadContactsWithQueuesDocument, { ids }, reader));
    expect(requests).toEqual({ DescribeContact: 50, SearchQueues: 1 });
  });

  test('costs nothing further with contacts:pii, as before', async () => {
    await startCold();
    const id = await placeCall(gateway);
    gateway.clock.advance(7_000);
    expect(await requestsDuring(() => gateway.ask(byId, { id }))).toEqual({ DescribeContact: 1 });
  });
});
