import { afterEach, describe, expect, test } from '@jest/globals';
import { sleep } from '../../src/clock.js';
import { follow, type Following } from '../support/follow.js';
import { eventTypes } from '../../src/simulator/distortion.js';
import { placeCall, placeCallElsewhere } from '../support/place-call.js';
import { startTestGateway, type GatewayChanges, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';

const running: RunningGateway[] = [];
const followings: Following[] = [];
let redis: TestRedis | undefined;

async function start(changes: GatewayChanges = {}): Promise<RunningGateway> {
  const gateway = await startTestGateway(changes);
  running.push(gateway);
  return gateway;
}

async function followed(gateway: RunningGateway, id: string): Promise<Following> {
  const following = await follow(gateway, id);
  followings.push(following);
  return following;
}

afterEach(async () => {
  await Promise.all(followings.splice(0).map((each) => each.stop()));
  for (const gateway of running.splice(0).reverse()) await gateway.stop();
  await redis?.close();
  redis = undefined;
});

/** In steps, for a socket answers pings. */
function pass(gateway: RunningGateway, ms: number): Promise<void> {
  return gateway.clock.runUntil(sleep(gateway.clock, ms));
}

/** A call that no read shows, and of whose events all are lost but those of `heard`. */
async function hiddenCall(gateway: RunningGateway, heard: readonly string[] = []): Promise<string> {
  const id = await placeCall(gateway);
  const lostEvents = eventTypes.filter((type) => !heard.includes(type));
  gateway.simulator.distort({ contactId: id, isHidden: true, lostEvents });
  return id;
}

async function read(gateway: RunningGateway, id: string) {
  const { data, errors } = await gateway.ask<{ contact: object | null }, { id: string }>(
    'query($id: ID!) { contact(id: $id) { id status outcome } }',
    { id },
  );
  expect(errors).toBeUndefined();
  return data?.contact;
}

const waiting = (id: string) => ({ id, status: 'INITIATED', outcome: null });
const lost = (id: string) => ({ id, status: 'ENDED', outcome: 'UNKNOWN' });

describe.each([true, false])('a call that Connect accepts and never shows (with events: %s)', (takesEvents) => {
  test('is awaited for 90 s, and then over for who reads it', async () => {
    const gateway = await start({ takesEvents });
    const id = await hiddenCall(gateway);
    gateway.clock.advance(89_999);
    expect(await read(gateway, id)).toEqual(waiting(id));
    gateway.clock.advance(1);
    expect(await read(gateway, id)).toEqual(lost(id));
    gateway.clock.advance(7 * 86_400_000);
    expect(await read(gateway, id)).toEqual(lost(id));
  });

  test('is over after 90 s for who follows it, and for who reads or follows it later', async () => {
    const gateway = await start({ takesEvents });
    const id = await hiddenCall(gateway);
    const startMs = gateway.clock.now();
    const following = await followed(gateway, id);
    await following.when((update) => update?.status === 'INITIATED');
    await gateway.clock.runUntil(following.ended);
    expect(following.updates).toEqual([waiting(id), lost(id)]);
    const tookMs = gateway.clock.now() - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(90_000);
    expect(tookMs).toBeLessThan(93_000);
    expect(await read(gateway, id)).toEqual(lost(id));
    const later = await followed(gateway, id);
    await gateway.clock.runUntil(later.ended);
    expect(later.updates).toEqual([lost(id)]);
  });

  test('is what Connect says once it shows it after all', async () => {
    const gateway = await start({ takesEvents });
    const id = await hiddenCall(gateway);
    const following = await followed(gateway, id);
    await gateway.clock.runUntil(following.ended);
    gateway.simulator.distort({ contactId: id });
    gateway.clock.advance(2_000);
    const told = { id, status: 'ENDED', outcome: 'ANSWERED' };
    expect(await read(gateway, id)).toEqual(told);
    const later = await followed(gateway, id);
    await gateway.clock.runUntil(later.ended);
    expect(later.updates).toEqual([told]);
  });

  test('is nothing to others, and one that this gateway did not place is nothing to anybody', async () => {
    const gateway = await start({ takesEvents });
    const id = await hiddenCall(gateway);
    const foreign = await placeCallElsewhere(gateway);
    gateway.simulator.distort({ contactId: foreign, isHidden: true, lostEvents: ['INITIATED'] });
    for (const passMs of [0, 91_000]) {
      gateway.clock.advance(passMs);
      const { data } = await gateway.ask('query($id: ID!) { contact(id: $id) { id } }', { id }, { tenant: 'globex' });
      expect(data).toEqual({ contact: null });
    }
    const never = '00000000-0000-4000-8000-000000000000';
    expect(await read(gateway, never)).toBeNull();
  });
});

test('a call of which only the beginning was heard is over 90 s after the last word', async () => {
  const gateway = await start({ takesEvents: true });
  const id = await hiddenCall(gateway, ['INITIATED', 'CONNECTED_TO_SYSTEM']);
  const following = await followed(gateway, id);
  await gateway.clock.runUntil(following.ended);
  const told = { id, status: 'ENDED', outcome: 'ANSWERED' };
  expect(following.updates.at(-1)).toEqual(told);
  expect(await read(gateway, id)).toEqual(told);
});

test('a call that Connect showed is not given up for one that it does not find', async () => {
  const gateway = await start({ simulator: { timings: { endsAtMs: 200_000 } } });
  const id = await placeCall(gateway);
  const following = await followed(gateway, id);
  await gateway.clock.runUntil(following.when((update) => update?.status === 'WITH_AGENT'));
  gateway.simulator.distort({ contactId: id, isHidden: true });
  await pass(gateway, 120_000);
  expect(await read(gateway, id)).toMatchObject({ status: 'WITH_AGENT' });
  gateway.simulator.distort({ contactId: id });
  await gateway.clock.runUntil(following.ended);
  expect(following.updates.at(-1)).toMatchObject({ status: 'ENDED', outcome: 'ANSWERED' });
});

describe('a change of a call that Connect never showed', () => {
  const changes: readonly (readonly [string, (id: string) => object])[] = [
    ['stopContact', (id) => ({ contactId: id })],
    ['updateContact', (id) => ({ contactId: id, name: 'another' })],
    ['updateContactAttributes', (id) => ({ contactId: id, attributes: [{ key: 'a', value: 'b' }] })],
    ['tagContact', (id) => ({ contactId: id, tags: [{ key: 'a', value: 'b' }] })],
  ];

  test.each(changes)(
    '%s may be asked for again at first, and is then refused: it is no call known to have ended',
    async (name, inputOf) => {
      const gateway = await start();
      const id = await hiddenCall(gateway);
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
      const change = () =>
        gateway.clock.runUntil(
          gateway.ask(`mutation($input: ${type}!) { ${name}(input: $input) { id } }`, { input: inputOf(id) }),
        );
      gateway.clock.advance(80_000);
      expect((await change()).errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', retryable: true });
      gateway.clock.advance(10_000);
      const refused = await change();
      expect(refused.data).toEqual({ [name]: null });
      expect(refused.errors).toMatchObject([
        { message: expect.stringContaining('never shown'), extensions: { code: 'NOT_FOUND', retryable: false } },
      ]);
    },
  );
});

describeOnRedis('on two replicas', () => {
  async function startReplicas(changes: GatewayChanges = {}): Promise<[RunningGateway, RunningGateway]> {
    redis = await startRedis();
    const state = { redis: redis.address, replicas: 2 };
    const a = await start({ ...changes, state });
    return [a, await start({ ...changes, state, besides: a })];
  }

  test.each([true, false])('such a call ends at the same time for all (with events: %s)', async (takesEvents) => {
    const [a, b] = await startReplicas({ takesEvents });
    const id = await hiddenCall(a);
    const [one, two] = await Promise.all([followed(a, id), followed(b, id)]);
    await Promise.all([one.when(() => true), two.when(() => true)]);
    await Promise.all([pass(a, 89_000), pass(b, 89_000)]);
    expect([await read(a, id), await read(b, id)]).toEqual([waiting(id), waiting(id)]);
    const startMs = b.clock.now();
    await a.clock.runUntil(b.clock.runUntil(Promise.all([one.ended, two.ended])));
    expect(b.clock.now() - startMs).toBeLessThan(60_000);
    expect([one.updates, two.updates]).toEqual([
      [waiting(id), lost(id)],
      [waiting(id), lost(id)],
    ]);
    expect([await read(a, id), await read(b, id)]).toEqual([lost(id), lost(id)]);
  });

  test('a replica whose clock is behind gives it up 90 s after it first looked', async () => {
    const [a, b] = await startReplicas();
    a.clock.advance(3_600_000);
    const id = await hiddenCall(a);
    expect(await read(b, id)).toEqual(waiting(id));
    b.clock.advance(89_999);
    expect(await read(b, id)).toEqual(waiting(id));
    b.clock.advance(1);
    expect(await read(b, id)).toEqual(lost(id));
  });
});
