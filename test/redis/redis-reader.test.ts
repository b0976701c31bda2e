import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { createHash } from 'node:crypto';
import { connectTokenFor } from '../../src/calls/call-keys.js';
import { seed } from '../../src/simulator/seed.js';
import { PlaceCallDocument, type StartOutboundVoiceContactInput } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';
import { until } from '../support/until.js';

const operation = 'StartOutboundVoiceContact';
const numbers = ['+12065550100', '+12065550101', '+12065550115', '+12065550131'];
/** As a shop may make them: whoever knows one knows all. */
const clientTokens = numbers.map((_number, index) => `order-${1001 + index}`);

describeOnRedis('who reads all of Redis', () => {
  let redis: TestRedis;
  let reader: Redis;
  const running: RunningGateway[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    reader = redisClient(redis.url);
  });
  afterEach(async () => {
    for (const gateway of running.splice(0).reverse()) {
      gateway.clock.advance(120_000);
      await gateway.stop();
    }
    reader.disconnect();
    await redis.close();
  });

  async function startReplica(secret = 'a secret of the tests'): Promise<RunningGateway> {
    const [first] = running;
    const replica = await startTestGateway({
      state: { redis: redis.address, secret },
      ...(first ? { besides: first } : {}),
    });
    running.push(replica);
    return replica;
  }

  const ask = (gateway: RunningGateway, index: number, changes: Partial<StartOutboundVoiceContactInput> = {}) =>
    gateway.ask(PlaceCallDocument, {
      input: callInput({
        destinationPhoneNumber: numbers[index]!,
        clientToken: clientTokens[index]!,
        maxWaitInSeconds: 30,
        ...changes,
      }),
    });

  /** Everything that is ever written, read and told, and what lies there in the end. */
  async function whatIsSeenDuring(use: () => Promise<void>): Promise<string> {
    const seen: string[] = [];
    const monitor = await reader.monitor();
    monitor.on('monitor', (_time: string, args: readonly string[]) => seen.push(JSON.stringify(args)));
    const listener = reader.duplicate();
    listener.on('pmessage', (...message: readonly string[]) => seen.push(JSON.stringify(message)));
    await listener.psubscribe('*');
    const dumped = new Set<string>();
    const dump = async () => {
      for (const key of await reader.keys('*')) {
        const type = await reader.type(key);
        const value = type === 'string' ? await reader.get(key) : (await reader.dumpBuffer(key)).toString('latin1');
        dumped.add(`${key} ${value}`);
      }
    };
    await use();
    await dump();
    // What was done until now has been told once this is.
    await reader.publish('over', 'over');
    await until(() => seen.some((line) => line.includes('"over"')));
    monitor.disconnect();
    listener.disconnect();
    return [...seen, ...dumped].join('\n');
  }

  test('finds neither number nor clientToken nor Connect token, nor anything they can be found from by trying', async () => {
    const [here, there] = [await startReplica(), await startReplica()];
    const seen = await whatIsSeenDuring(async () => {
      expect((await ask(here, 0)).errors).toBeUndefined();
      // A replay, a conflict, a duplicate, a repeat, a refusal for certain, and one in doubt.
      expect((await ask(there, 0)).errors).toBeUndefined();
      expect((await ask(there, 0, { name: 'other' })).errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_CONFLICT');
      const duplicate = await ask(there, 1, { destinationPhoneNumber: numbers[0]! });
      expect(duplicate.errors?.[0]?.extensions.code).toBe('DUPLICATE_CALL');
      expect((await ask(there, 1, { destinationPhoneNumber: numbers[0]!, allowRepeat: true })).errors).toBeUndefined();
      const refused = await ask(here, 2, { contactFlowId: '00000000-0000-4000-8000-000000000000' });
      expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
      here.simulator.inject({ operation, times: 1, delayMs: 1_000 });
      const both = [ask(here, 2), ask(there, 2)];
      await here.simulator.whenRequested(operation, 4);
      here.clock.advance(1_000);
      for (const { errors } of await Promise.all(both)) expect(errors).toBeUndefined();
      here.simulator.inject({ operation, times: 100, status: 500 });
      const inDoubt = await here.clock.runUntil(ask(here, 3));
      expect(inDoubt.errors?.[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
    });
    // All of it was seen, and what it is named by is keyed.
    for (const { contactId } of here.simulator.calls()) expect(seen).toContain(contactId);
    expect(seen).toMatch(/outdial:ledger:call:\{[\w-]{22}\}/);
    expect(seen).toMatch(/"outdial:ledger","[\w-]{22}"/);

    const found = [...guesses()].filter((guess) => seen.includes(guess));
    expect(found).toEqual([]);
    // What was guessed is what Connect was sent.
    const sent = here.simulator.calls().map(({ clientToken }) => clientToken);
    expect(sent).toHaveLength(3);
    expect([...guesses()]).toEqual(expect.arrayContaining(sent));
  });

  test('Connect is sent the same token for the same call by every replica, after a restart, and under another secret', async () => {
    // As `openssl dgst -sha256 -binary` has it for the JSON of the five parts, in base64url.
    const expected = 'BF9E39B-kjPPPnVne8QQteGUWdTqMmq5pqwIzuNG4uI';
    const parts = { tenant: 'acme', instanceId: seed.instanceId, clientToken: 'order-1001' };
    expect(connectTokenFor({ ...parts, destinationPhoneNumber: '+12065550100' })).toBe(expected);
    const first = await startReplica();
    for (const secret of ['a secret of the tests', 'a secret of the tests', 'quite another secret']) {
      const replica = await startReplica(secret);
      expect((await ask(replica, 0)).errors).toBeUndefined();
      // As after a restart that lost everything: Connect alone knows the call.
      await reader.flushall();
    }
    const [call, ...others] = first.simulator.calls();
    expect([call?.clientToken, call?.replays, others]).toEqual([expected, 2, []]);
  });
});

/** Whatever can be computed from number, clientToken, tenant and instance without a secret. */
function guesses(): ReadonlySet<string> {
  const { instanceId } = seed;
  const lists = numbers.flatMap((number) => [
    [number],
    ['acme', number],
    ['acme', instanceId, number],
    ...clientTokens.flatMap((clientToken) => [
      [clientToken],
      ['acme', clientToken],
      ['acme', instanceId, clientToken],
      [clientToken, number],
      ['acme', clientToken, number],
      ['acme', instanceId, clientToken, number],
    ]),
  ]);
  const texts = lists
    .flatMap((list) => [list, ['outdial-1', ...list], ['call', ...list]])
    .flatMap((parts) => [JSON.stringify(parts), ...['', ':', '/', '|'].map((by) => parts.join(by))]);
  const digests = [...new Set(texts)].flatMap((text) =>
    ['sha256', 'sha1', 'md5'].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(text).digest();
      return [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')];
    }),
  );
  return new Set([...numbers.map((number) => number.slice(1)), ...clientTokens, ...digests]);
}
