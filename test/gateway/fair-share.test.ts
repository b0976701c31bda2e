import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { magicNumbers } from '../../src/simulator/magic-numbers.js';
import { sleep } from '../../src/clock.js';
import { seed } from '../../src/simulator/seed.js';
import { CapacityDocument, PlaceCallDocument } from '../support/generated/operations.js';
import { callInput, placeCall } from '../support/place-call.js';
import { startTestGateway, type GraphqlAnswer, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';
import { act } from './acting-fixture.js';

const refused = magicNumbers.find(({ name }) => name === 'destination-not-allowed')!.number;
const readContact = 'query($id: ID!) { contact(id: $id) { name } }';
const reader = { tenant: 'acme', subject: 'reader' };
const other = { tenant: 'globex', subject: 'other' };

let redis: TestRedis | undefined;
let prefix: string;
let gateway: RunningGateway;
const running: RunningGateway[] = [];

/** With Amazon Connect's own quotas and two tenants of one instance; any number may be called again. */
async function start(maxWaitingPerSubject: number, besides?: RunningGateway): Promise<RunningGateway> {
  const started = await startTestGateway({
    connect: { quotas: new Map() },
    instances: { byTenant: new Map(['acme', 'globex'].map((tenant) => [tenant, [seed.instanceId]])) },
    calls: { duplicateWindowMs: 0, maxWaitingPerSubject },
    ...(redis ? { state: { redis: redis.address, prefix, replicas: 2 } } : {}),
    parts: { storeNowMs: () => gateway.clock.now() },
    ...(besides ? { besides } : {}),
  });
  running.push(started);
  return started;
}

/** Resolves when no question to Redis fails any more because its connection does not stand yet. */
async function untilUp(started: RunningGateway): Promise<void> {
  await until(async () => !(await started.ask(CapacityDocument)).errors);
}

const pass = (ms: number) => gateway.clock.runUntil(sleep(gateway.clock, ms));

const codesOf = (answers: readonly GraphqlAnswer[]) => answers.map(({ errors }) => errors?.[0]?.extensions.code);
const countOf = (answers: readonly GraphqlAnswer[], code: string) =>
  codesOf(answers).filter((one) => one === code).length;

/** All answers, once there are any to come. */
const answered = (asked: readonly Promise<GraphqlAnswer>[]) => gateway.clock.runUntil(Promise.all(asked));

function cases(): void {
  beforeEach(() => {
    prefix = `${randomUUID()}:`;
  });
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) {
      one.clock.advance(120_000);
      await one.stop();
    }
  });

  test("one tenant's reader with 38 requests a second leaves another tenant its reads, and its changes that read first", async () => {
    gateway = await start(20);
    await untilUp(gateway);
    const ids: string[] = [];
    for (let one = 0; one < 10; one += 1) {
      ids.push(await placeCall(gateway, {}, { tenant: 'globex', subject: 'other' }));
      await pass(500);
    }
    const theirs: Promise<GraphqlAnswer>[] = [];
    const mine: Promise<GraphqlAnswer>[] = [];
    const readForMs = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 26) {
        theirs.push(gateway.ask(readContact, { id: randomUUID() }, reader));
        await pass(26);
      }
    };
    await readForMs(3_000);
    for (const id of ids) {
      mine.push(gateway.ask(readContact, { id: randomUUID() }, other));
      mine.push(
        act(
          gateway,
          { mutation: 'updateContactAttributes', rest: { attributes: [{ key: 'a', value: 'b' }] } },
          { contactId: id },
          { as: other },
        ),
      );
      await readForMs(500);
    }
    const answers = await answered(mine);
    const throttledOfReader = countOf(await answered(theirs), 'THROTTLED');
    expect(codesOf(answers)).toEqual(mine.map(() => undefined));
    // The reader asked for more than there is.
    expect(throttledOfReader).toBeGreaterThan(0);
  });

  test.each([
    ['another tenant', other],
    ['another subject of its tenant', { tenant: 'acme', subject: 'second' }],
  ])('one who searches five times a second leaves %s its searches', async (_title, as) => {
    gateway = await start(20);
    await untilUp(gateway);
    let searches = 0;
    const search = (by: typeof reader): Promise<GraphqlAnswer> => {
      searches += 1;
      const endMs = gateway.clock.now();
      // No two are the same one.
      const timeRange = {
        startTime: new Date(endMs - 86_400_000 - searches * 1_000).toISOString(),
        endTime: new Date(endMs).toISOString(),
      };
      return gateway.ask(
        'query($input: SearchContactsInput!) { searchContacts(input: $input) { nodes { id } } }',
        { input: { timeRange } },
        by,
      );
    };
    const theirs: Promise<GraphqlAnswer>[] = [];
    const mine: Promise<GraphqlAnswer>[] = [];
    const searchForMs = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 208) {
        theirs.push(search(reader));
        await pass(208);
      }
    };
    await searchForMs(4_000);
    // Connect allows one in two seconds, half of that is a fair share.
    for (let one = 0; one < 5; one += 1) {
      mine.push(search(as));
      await searchForMs(6_000);
    }
    expect(codesOf(await answered(mine))).toEqual(mine.map(() => undefined));
    expect(countOf(await answered(theirs), 'THROTTLED')).toBeGreaterThan(0);
  });

  test.each([
    ['as many as it likes', 100_000, 0],
    ['twenty', 20, 86],
  ])(
    'one subject that may keep %s of its 110 calls waiting leaves another subject of its tenant its calls',
    async (_title, maxWaiting, overLimit) => {
      gateway = await start(maxWaiting);
      await untilUp(gateway);
      const refusals: GraphqlAnswer[] = [];
      const flood = Array.from({ length: 110 }, () => floodCall(gateway, refusals));
      // Four start at once, and find their destination refused.
      await until(() => refusals.length === 4 + overLimit);
      await untilWaiting(106 - overLimit);
      expect(countOf(refusals, 'LIMIT_EXCEEDED')).toBe(overLimit);
      for (const { errors } of refusals.filter((one) => countOf([one], 'LIMIT_EXCEEDED') > 0)) {
        expect(errors?.[0]?.extensions).toMatchObject({ retryable: true, retryAfterMs: 500 });
        expect(errors?.[0]?.message).toMatch(/nothing was placed\. Ask again after retryAfterMs/);
      }
      // The estimate is of the one who asks.
      expect(await waitOf('flood')).toBe(500 * (107 - overLimit));
      expect(await waitOf('bob')).toBe(1_000);
      const answers: GraphqlAnswer[] = [];
      for (let one = 0; one < 10; one += 1) {
        const call = gateway.ask(PlaceCallDocument, { input: callInput() }, { subject: 'bob' });
        answers.push(...(await answered([call])));
      }
      expect(codesOf(answers)).toEqual(answers.map(() => undefined));
      await answered(flood);
      expect(gateway.simulator.calls()).toHaveLength(10);
    },
  );
}

/** A call of the subject that asks for too many; its answer is added to `refusals`. */
async function floodCall(asked: RunningGateway, refusals: GraphqlAnswer[]): Promise<GraphqlAnswer> {
  const input = callInput({ destinationPhoneNumber: refused, maxWaitInSeconds: 55 });
  const answer = await asked.ask(PlaceCallDocument, { input }, { subject: 'flood' });
  refusals.push(answer);
  return answer;
}

const capacityOf = async (subject: string) =>
  (await gateway.ask(CapacityDocument, {}, { subject })).data?.outboundCapacity;
const waitOf = async (subject: string) => (await capacityOf(subject))?.estimatedWaitMsGeneral;

async function untilWaiting(count: number): Promise<void> {
  await until(async () => (await capacityOf('alice'))?.queueLength === count);
}

describe('turns are shared out in memory', cases);

describeOnRedis('turns are shared out on Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.close();
    redis = undefined;
  });
  cases();

  test('what one subject keeps waiting is bounded over all replicas', async () => {
    gateway = await start(20);
    const there = await start(20, gateway);
    await untilUp(gateway);
    await untilUp(there);
    const refusals: GraphqlAnswer[] = [];
    const flood = Array.from({ length: 60 }, (_none, index) => floodCall([gateway, there][index % 2]!, refusals));
    await until(() => refusals.length === 4 + 36);
    await untilWaiting(20);
    expect(countOf(refusals, 'LIMIT_EXCEEDED')).toBe(36);
    await there.clock.runUntil(gateway.clock.runUntil(Promise.all(flood)));
  });
});
