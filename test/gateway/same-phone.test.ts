import { afterEach, expect, test, describe } from '@jest/globals';
import { seed } from '../../src/simulator/seed.js';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';

const running: RunningGateway[] = [];
let redis: TestRedis | undefined;
afterEach(async () => {
  for (const gateway of running.splice(0).reverse()) await gateway.stop();
  await redis?.close();
  redis = undefined;
});

async function start(changes: GatewayChanges = {}): Promise<RunningGateway> {
  const gateway = await startTestGateway({ simulator: { destinations: 'any' }, ...changes });
  running.push(gateway);
  return gateway;
}

/** The contact id, or the code of the refusal. */
async function call(
  gateway: RunningGateway,
  destinationPhoneNumber: string,
  allowRepeat = false,
  clientToken: string | null = null,
): Promise<string> {
  const sourcePhoneNumber = seed.numbers.us.number;
  const input = callInput({ destinationPhoneNumber, allowRepeat, sourcePhoneNumber, clientToken });
  const { data, errors } = await gateway.ask(PlaceCallDocument, { input });
  return errors?.[0]?.extensions.code ?? data?.startOutboundVoiceContact?.id ?? 'nothing';
}

const id = /^[0-9a-f-]{36}$/;
const dialed = (gateway: RunningGateway) => gateway.simulator.calls().map(({ destination }) => destination);

describe('within the window', () => {
  test('a number with digits behind it that the exchange ignores rings the phone once, and is sent as it is written', async () => {
    const gateway = await start();
    const written = ['+31612345678', '+316123456789', '+3161234567890'];
    expect(await call(gateway, written[2]!)).toMatch(id);
    expect(await call(gateway, written[0]!)).toBe('DUPLICATE_CALL');
    expect(await call(gateway, written[1]!)).toBe('DUPLICATE_CALL');
    expect(await call(gateway, written[1]!, true)).toMatch(id);
    expect(dialed(gateway)).toEqual([written[2], written[1]]);
    gateway.clock.advance(61_000);
    expect(await call(gateway, written[0]!)).toMatch(id);
  });

  test('another phone is called, and so is an extension of a German line', async () => {
    const gateway = await start();
    const others = ['+31612345678', '+31612345679', '+4930123456', '+493012345678', '+493012345699', '+12065550100'];
    for (const number of others) expect(await call(gateway, number)).toMatch(id);
    expect(dialed(gateway)).toEqual(others);
  });
});

describeOnRedis('on two replicas', () => {
  test('a phone has one window, however its number is written', async () => {
    redis = await startRedis();
    const state = { redis: redis.address, replicas: 2 };
    const a = await start({ state });
    const b = await start({ state, besides: a });
    expect(await call(a, '+5491112345678')).toMatch(id);
    expect(await call(b, '+541112345678')).toBe('DUPLICATE_CALL');
    expect(await call(a, '+8613812345678')).toMatch(id);
    expect(await call(b, '+86138123456789')).toBe('DUPLICATE_CALL');
    expect(dialed(a)).toEqual(['+5491112345678', '+8613812345678']);
  });

  test('a call of which the record was lost is no other call of the same clientToken to the same phone', async () => {
    redis = await startRedis();
    const gateway = await start({ state: { redis: redis.address } });
    const placed = await call(gateway, '+31612345678', false, 'mine');
    const admin = redisClient(redis.url);
    await admin.del(await admin.keys('outdial:ledger:call:*'));
    admin.disconnect();
    // Connect would not know the token for this number: it would ring again.
    expect(await call(gateway, '+316123456789', false, 'mine')).toBe('DUPLICATE_CALL');
    expect(await call(gateway, '+31612345678', false, 'mine')).toBe(placed);
    expect(dialed(gateway)).toEqual(['+31612345678']);
  });
});
