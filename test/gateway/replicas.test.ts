import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callLines, saidOfCalls } from '../support/call-lines.js';
import type { GatewayChanges } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';
import { startTcpLink, type TcpLink } from '../support/tcp-link.js';
import { until } from '../support/until.js';
import { call, idIn, Replicas, testReplicas } from './replicas-contract.js';

describeOnRedis('two replicas on one Redis', () => {
  let redis: TestRedis;
  let link: TcpLink | undefined;
  const replicas = new Replicas(() => ({ redis: redis.address }));
  const startReplica = (changes?: GatewayChanges) => replicas.start(changes);

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await replicas.stop();
    await link?.stop();
    await redis.close();
  });

  testReplicas(replicas, { name: 'Redis', server: () => redis, impatient: () => ({ commandTimeoutMs: 1_000 }) });

  test('of one call the log of all says once that it was placed, whoever asks in what order', async () => {
    const [a, b] = [await startReplica(), await startReplica()];
    const same = call({ clientToken: randomUUID() });
    for (const replica of [a, b, a]) await replica.ask(PlaceCallDocument, same);
    expect([callLines(a), callLines(b)].map(saidOfCalls)).toEqual([
      { placed: 1, answered: 1 },
      { placed: 0, answered: 1 },
    ]);
    const ids = [...callLines(a), ...callLines(b)].map(({ contactId }) => contactId);
    expect(new Set(ids)).toEqual(new Set([a.simulator.calls()[0]?.contactId]));
  });

  test('where one took over from another that is answered after all, the log of both says once that it was placed', async () => {
    const [a, b] = [await startReplica(), await startReplica()];
    const same = call({ clientToken: randomUUID() });
    a.simulator.inject({ operation: 'StartOutboundVoiceContact', times: 1, delayMs: 8_000 });
    const slow = a.ask(PlaceCallDocument, same);
    await a.simulator.whenRequested('StartOutboundVoiceContact', 1);

    const answer = await replicas.takenOver(b, same);
    expect(idIn(answer)).toBe(a.simulator.calls()[0]?.contactId);
    a.simulator.advance(8_000);
    expect(idIn(await slow)).toBe(a.simulator.calls()[0]?.contactId);
    expect([callLines(a), callLines(b)].map(saidOfCalls)).toEqual([
      { placed: 0, answered: 1 },
      { placed: 1, answered: 0 },
    ]);
  });

  test('the same clientToken with other input is refused by the other one too', async () => {
    const [a, b] = [await startReplica(), await startReplica()];
    const clientToken = randomUUID();
    await a.ask(PlaceCallDocument, call({ clientToken }));
    const other = await b.ask(PlaceCallDocument, call({ clientToken, name: 'something else' }));
    expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', retryable: false });
  });

  test('where one stood still between claiming and sending, it does not send once the other took over', async () => {
    const [a, b] = [await startReplica(), await startReplica()];
    const same = call({ clientToken: randomUUID() });
    // Connect throttles the first attempt; while it waits to try again, the first one stands still.
    a.simulator.inject({
      operation: 'StartOutboundVoiceContact',
      times: 1,
      status: 429,
      type: 'TooManyRequestsException',
    });
    const paused = a.ask(PlaceCallDocument, same);
    await until(() => a.logged().includes('asking again with the same token'));
    replicas.time.advance(5_001);
    // It had marked that it was sending, so the other one cannot know that nothing rang: it asks with the same token.
    const answer = await b.clock.runUntil(b.ask(PlaceCallDocument, same));
    expect(idIn(await a.clock.runUntil(paused))).toBe(idIn(answer));
    expect(a.simulator.requests().StartOutboundVoiceContact).toBe(2);
    expect(a.simulator.calls()).toHaveLength(1);
  });

  test('a call that was sent when Redis went away is answered, and recorded when it is back', async () => {
    const [a, b] = [await startReplica(), await startReplica()];
    const same = call({ clientToken: randomUUID() });
    a.simulator.inject({ operation: 'StartOutboundVoiceContact', times: 1, delayMs: 1_000 });
    const asked = a.ask(PlaceCallDocument, same);
    await a.simulator.whenRequested('StartOutboundVoiceContact', 1);
    await redis.stop();
    a.simulator.advance(1_000);
    const contactId = idIn(await asked);
    expect(contactId).toBe(a.simulator.calls()[0]?.contactId);

    await redis.start();
    // Empty, until the first one has written back what it knows; meanwhile Connect itself knows the token.
    expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(contactId);
    expect(a.simulator.calls()).toHaveLength(1);
  });

  test('what one placed and could not record for long is not sent again by the other, once both reach Redis again', async () => {
    link = await startTcpLink(Number(new URL(redis.url).port));
    const a = await startReplica({ state: { redis: { kind: 'server', url: `redis://127.0.0.1:${link.port}` } } });
    const b = await startReplica();
    const same = call({ clientToken: randomUUID() });
    a.simulator.inject({ operation: 'StartOutboundVoiceContact', times: 1, delayMs: 1_000 });
    const asked = a.ask(PlaceCallDocument, same);
    await a.simulator.whenRequested('StartOutboundVoiceContact', 1);
    link.leadTo(undefined);
    a.simulator.advance(1_000);
    const contactId = idIn(await asked);
    // The call ends, and the simulator forgets its token, as Connect may.
    a.simulator.advance(900_000);
    expect(a.simulator.calls()).toMatchObject([{ contactId }]);

    replicas.time.advance(5_001);
    const again = b.ask(PlaceCallDocument, same);
    await b.clock.whenTimerSet();
    link.leadTo(Number(new URL(redis.url).port));
    const admin = redisClient(redis.url);
    // It is written with the first answer of Redis, or a second later by a clock that this test moves.
    await until(async () => {
      a.clock.advance(100);
      return (await admin.keys('*ledger:placement*')).length > 0;
    });
    admin.disconnect();
    expect(idIn(await b.clock.runUntil(again))).toBe(contactId);
    expect(a.simulator.calls()).toHaveLength(1);
  });

  test('with LEDGER_OUTAGE=dial a replica goes on without Redis, once for each clientToken, and writes back what it placed', async () => {
    const a = await startReplica({ state: { outage: 'dial' } });
    // The first thing that it finds out from Redis.
    await until(() => a.logged().includes('Redis forgets'));
    await a.ask(PlaceCallDocument, call());
    await redis.stop();
    const same = call({ destinationPhoneNumber: '+12065550115', clientToken: randomUUID() });
    const alone = await a.clock.runUntil(a.ask(PlaceCallDocument, same));
    expect(idIn(alone)).toBe(a.simulator.calls()[1]?.contactId);
    expect(idIn(await a.clock.runUntil(a.ask(PlaceCallDocument, same)))).toBe(idIn(alone));
    expect(a.simulator.calls()).toHaveLength(2);

    await redis.start();
    const b = await startReplica();
    expect(idIn(await b.ask(PlaceCallDocument, same))).toBe(idIn(alone));
    expect(a.simulator.calls()).toHaveLength(2);
  });

  test('a replica keeps its doubt about a call although Redis came back empty: a refusal is no answer then', async () => {
    const a = await startReplica();
    const same = call({ clientToken: randomUUID() });
    const operation = 'StartOutboundVoiceContact';
    a.simulator.inject({ operation, times: 1, destroySocket: 'after' });
    a.simulator.inject({ operation, times: 1, hang: 'before' });
    const asked = a.ask(PlaceCallDocument, same);
    await a.clock.runUntil(a.simulator.whenRequested(operation, 2));
    expect((await a.clock.runUntil(asked)).errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');

    await redis.stop();
    await redis.start();
    a.simulator.inject({ operation, times: 1, status: 403, type: 'OutboundContactNotPermittedException' });
    const again = await a.clock.runUntil(a.ask(PlaceCallDocument, same));
    expect(idIn(again)).toBe(a.simulator.calls()[0]?.contactId);
    expect(a.simulator.calls()).toHaveLength(1);
  });

  test('a replica answers with the calls that it placed also before Redis has taken them', async () => {
    const a = await startReplica();
    const operation = 'StartOutboundVoiceContact';
    const numbers = ['+12065550100', '+12065550101', '+12065550115', '+12065550131'];
    const calls = numbers.map((destinationPhoneNumber) => call({ destinationPhoneNumber, clientToken: randomUUID() }));
    a.simulator.inject({ operation, times: calls.length, delayMs: 1_000 });
    const asked = calls.map((one) => a.ask(PlaceCallDocument, one));
    await a.simulator.whenRequested(operation, calls.length);
    await redis.stop();
    a.simulator.advance(1_000);
    const placed = (await Promise.all(asked)).map(idIn);

    // Whoever asked Connect now would be refused.
    a.simulator.inject({ operation, times: 100, status: 403, type: 'OutboundContactNotPermittedException' });
    const askAgain = async () => {
      const answers = await a.clock.runUntil(Promise.all(calls.map((one) => a.ask(PlaceCallDocument, one))));
      return answers.map(idIn);
    };
    expect(await askAgain()).toEqual(placed);
    await redis.start();
    expect(await askAgain()).toEqual(placed);
    expect(a.simulator.requests()[operation]).toBe(calls.length);
    expect(a.simulator.calls()).toHaveLength(calls.length);
  });

  test('neither numbers nor names nor attributes are kept in Redis', async () => {
    const a = await startReplica();
    await a.ask(
      PlaceCallDocument,
      call({
        name: 'canaryname',
        attributes: [{ key: 'canarykey', value: 'canaryvalue' }],
        clientToken: 'canarytoken',
      }),
    );
    expect(await contentsOf(redis.url)).not.toMatch(/canary|2065550100/);
  });
});

async function contentsOf(url: string): Promise<string> {
  const admin = redisClient(url);
  const keys = await admin.keys('*');
  expect(keys.length).toBeGreaterThan(2);
  const dumps = await Promise.all(keys.map(async (key) => [key, (await admin.dumpBuffer(key)).toString('latin1')]));
  admin.disconnect();
  return JSON.stringify(dumps);
}
