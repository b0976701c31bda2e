import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { shortId } from '../../src/ledger/redis/record-text.js';
import { CapacityDocument, PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { redisClient } from '../support/redis-client.js';
import { startRedisReplication, type RedisReplication } from '../support/redis-replication.js';
import { startTestGateway, unpacedQuotas, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis } from '../support/start-redis.js';
import { startTcpLink, type TcpLink } from '../support/tcp-link.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

const operation = 'StartOutboundVoiceContact';
const numberOf = (index: number) => `+1206555${String(2_000 + index)}`;

describeOnRedis('a gateway whose ledger a replica of Redis must have', () => {
  let pair: RedisReplication;
  /** An address that leads to the primary. */
  let link: TcpLink;
  let gateway: RunningGateway;

  beforeEach(async () => {
    pair = await startRedisReplication();
    link = await startTcpLink(pair.primary.port);
    let clock = new TestClock();
    gateway = await startTestGateway({
      // Of a burst of 3 two calls start at once.
      connect: { quotas: new Map([...unpacedQuotas, [operation, { ratePerSecond: 1, burst: 3 }]]) },
      state: {
        redis: { kind: 'server', url: `redis://127.0.0.1:${link.port}` },
        ledgerReplicas: { count: 1, timeoutMs: 200 },
      },
      parts: { storeNowMs: () => clock.now() },
    });
    clock = gateway.clock;
    await gateway.clock.runUntil(until(async () => (await place(numberOf(0))).errors === undefined));
    gateway.clock.advance(60_000);
  });
  afterEach(async () => {
    pair.resume();
    gateway.clock.advance(120_000);
    await gateway.stop();
    await link.stop();
    await pair.close();
  });

  const place = (destinationPhoneNumber: string, clientToken = randomUUID(), maxWaitInSeconds = 3) =>
    gateway.ask(PlaceCallDocument, {
      input: callInput({ destinationPhoneNumber, clientToken, maxWaitInSeconds }),
    });

  const unavailable = [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }];

  /** What is there of calls that are not placed, and of the numbers they reserved. */
  async function reservations(): Promise<readonly string[]> {
    const client = redisClient(pair.primary.url);
    const keys = await client.keys('outdial:ledger:*');
    const texts = await Promise.all(keys.map((key) => client.get(key)));
    client.disconnect();
    return texts.filter((text): text is string => text !== null && /"(claimed|sending|unknown|pending)"/.test(text));
  }

  test('answers 200 callers by their deadlines while the link to the replica stalls, places nothing, and leaves no reservation', async () => {
    const before = gateway.simulator.calls().length;
    // On a busy machine the replica may have been late before.
    const warnings = () => gateway.logged().match(/reaches too few replicas/g)?.length ?? 0;
    const warnedBefore = warnings();
    pair.stall();
    const startMs = gateway.clock.monotonic();
    let latestMs = 0;
    const answers = Promise.all(
      Array.from({ length: 200 }, async (_none, index) => {
        const answer = await place(numberOf(1 + index));
        latestMs = Math.max(latestMs, gateway.clock.monotonic() - startMs);
        return answer;
      }),
    );
    await until(async () => (await reservations()).length === 400);
    // Whoever asks for something else is not held up.
    expect((await gateway.ask(CapacityDocument)).errors).toBeUndefined();
    for (const { errors } of await gateway.clock.runUntil(answers)) expect(errors).toMatchObject(unavailable);
    expect(latestMs).toBeLessThan(4_000);
    expect(gateway.simulator.calls()).toHaveLength(before);
    expect(warnings()).toBeGreaterThan(0);
    expect(warnings()).toBeLessThanOrEqual(warnedBefore + 1);
    pair.resume();
    await gateway.clock.runUntil(until(async () => (await reservations()).length === 0));
    expect((await gateway.clock.runUntil(place(numberOf(1)))).errors).toBeUndefined();
  });

  test('sends nothing where the replica does not hear that it is about to', async () => {
    const before = gateway.simulator.calls().length;
    // A busy machine may take a replica for late, and the gateway then waits by its clock.
    const first = await gateway.clock.runUntil(Promise.all([place(numberOf(1)), place(numberOf(2))]));
    for (const { errors } of first) expect(errors).toBeUndefined();
    const waiting = place(numberOf(3), randomUUID(), 10);
    const isClaimed = async () => (await reservations()).some((text) => text.includes('"claimed"'));
    await gateway.clock.runUntil(until(isClaimed));
    pair.stall();
    expect((await gateway.clock.runUntil(waiting)).errors).toMatchObject(unavailable);
    expect(gateway.simulator.calls()).toHaveLength(before + 2);
    pair.resume();
    await gateway.clock.runUntil(until(async () => (await reservations()).length === 0));
  });

  test('answers with a call that was placed while the link stalled, and writes it until the replica has it', async () => {
    const clientToken = randomUUID();
    gateway.simulator.inject({ operation, times: 1, delayMs: 1_000 });
    const placing = place(numberOf(1), clientToken, 55);
    await gateway.clock.runUntil(
      gateway.simulator.whenRequested(operation, gateway.simulator.requests()[operation]! + 1),
    );
    pair.stall();
    const placed = await gateway.clock.runUntil(placing);
    const id = placed.data?.startOutboundVoiceContact?.id;
    expect(id).toEqual(expect.any(String));
    // This process knows it, whatever the store does.
    expect((await gateway.clock.runUntil(place(numberOf(1), clientToken))).data?.startOutboundVoiceContact?.id).toBe(
      id,
    );
    const calls = gateway.simulator.calls().length;
    pair.resume();
    const replica = redisClient(pair.replicas[0]!.url);
    await gateway.clock.runUntil(
      until(async () => {
        return (await replica.exists(`outdial:ledger:placement:{${shortId(id!)}}`)) > 0;
      }),
    );
    replica.disconnect();
    expect(gateway.simulator.calls()).toHaveLength(calls);
  });

  /** What a balancer is told. */
  async function readiness(): Promise<unknown> {
    return (await fetch(gateway.url.replace('/graphql', '/readyz'))).json();
  }

  test('dials nothing after a promotion until a replica joins, and stays ready for what goes on', async () => {
    const before = gateway.simulator.calls().length;
    await gateway.clock.runUntil(until(async () => ((await readiness()) as { ready: boolean }).ready));
    await pair.primary.kill();
    const promoted = await pair.promote();
    link.leadTo(promoted.port);
    expect((await gateway.clock.runUntil(place(numberOf(1)))).errors).toMatchObject(unavailable);
    await until(() => gateway.logged().includes('Redis has fewer replicas than LEDGER_REPLICAS'));
    expect(gateway.simulator.calls()).toHaveLength(before);
    expect(await readiness()).toMatchObject({ ready: true, reasons: [] });
    expect((await gateway.ask(CapacityDocument)).errors).toBeUndefined();
    await pair.addReplica();
    await gateway.clock.runUntil(until(async () => (await place(numberOf(1))).errors === undefined));
    expect(gateway.simulator.calls()).toHaveLength(before + 1);
  });
});
