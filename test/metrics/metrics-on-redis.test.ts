import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createLog } from '../../src/log.js';
import { call, Replicas } from '../gateway/replicas-contract.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { outcomeOf, placeCall } from '../support/place-call.js';
import { redisClient } from '../support/redis-client.js';
import { Scrape } from '../support/scrape.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

const operation = 'StartOutboundVoiceContact';

const sumOf = async (gateway: RunningGateway, name: string, labels: Record<string, string> = {}) =>
  (await Scrape.of(gateway)).sum(name, labels);

describeOnRedis('metrics of a gateway on Redis', () => {
  let redis: TestRedis;
  const replicas = new Replicas(() => ({ redis: redis.address }));
  const start = (changes: GatewayChanges = {}) =>
    replicas.start({ config: { metrics: { port: 0, tenantLabel: false } }, ...changes });
  const startUp = async (changes?: GatewayChanges) => {
    const gateway = await start(changes);
    await until(async () => (await sumOf(gateway, 'outdial_store_up', { store: 'ledger' })) === 1);
    return gateway;
  };

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await replicas.stop();
    await redis.close();
  });

  test('tell of a call that was placed twice, on the replica that found out', async () => {
    const [a, b] = [await startUp({ simulator: { sameTokenInFlight: 'race' } }), await startUp()];
    const same = call({ clientToken: randomUUID() });
    a.simulator.inject({ operation, times: 1, delayMs: 8_000 });
    const slow = a.ask(PlaceCallDocument, same);
    await a.simulator.whenRequested(operation, 1);
    await replicas.takenOver(b, same);
    a.simulator.advance(8_000);
    await slow;
    expect(a.simulator.calls()).toHaveLength(2);
    expect(a.logged()).toContain('ALARM: one call was placed twice');
    for (const [gateway, twice] of [
      [a, 1],
      [b, 0],
    ] as const) {
      expect(await sumOf(gateway, 'outdial_calls_placed_twice_total')).toBe(twice);
      expect(await sumOf(gateway, 'outdial_alarms_total', { alarm: 'placed_twice' })).toBe(twice);
      expect(await sumOf(gateway, 'outdial_alarms_total')).toBe(twice);
    }
  });

  test('tell that Redis is away, and what waits for it', async () => {
    const gateway = await startUp();
    gateway.simulator.inject({ operation, times: 1, delayMs: 2_000 });
    const placing = placeCall(gateway);
    await gateway.simulator.whenRequested(operation, 1);
    await redis.stop();
    await until(async () => (await sumOf(gateway, 'outdial_store_up')) === 0);
    gateway.clock.advance(2_000);
    await placing;
    expect(await sumOf(gateway, 'outdial_ledger_owed_writes')).toBe(1);

    const refused = gateway.clock.runUntil(outcomeOf(placeCall(gateway, { destinationPhoneNumber: '+12065550101' })));
    expect(await refused).toBe('UPSTREAM_UNAVAILABLE');
    expect(await sumOf(gateway, 'outdial_calls_total', { result: 'unavailable' })).toBe(1);
    expect(await sumOf(gateway, 'outdial_ledger_owed_releases')).toBe(1);

    await redis.start();
    await until(async () => {
      gateway.clock.advance(1_000);
      return (await sumOf(gateway, 'outdial_ledger_owed_writes')) === 0;
    });
    await until(async () => (await sumOf(gateway, 'outdial_store_up')) === 2);
    await until(async () => (await sumOf(gateway, 'outdial_ledger_owed_releases')) === 0);
  });

  test('count the alarm that Redis is none that may be used, though nothing is logged', async () => {
    const gateway = await startTestGateway({
      config: { metrics: { port: 0, tenantLabel: false } },
      state: { redis: redis.address },
      parts: { log: createLog('silent') },
    });
    replicas.running.push(gateway);
    await until(async () => (await sumOf(gateway, 'outdial_store_up')) === 2);
    const admin = redisClient(redis.url);
    await admin.replicaof('127.0.0.1', '1');
    admin.disconnect();
    await gateway.clock.runUntil(outcomeOf(placeCall(gateway)));
    await until(async () => (await sumOf(gateway, 'outdial_alarms_total', { alarm: 'redis' })) === 1);
    expect(gateway.logged()).toBe('');
  });
});
