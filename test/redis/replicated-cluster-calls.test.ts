import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PlaceCallDocument } from '../support/generated/operations.js';
import { callInput } from '../support/place-call.js';
import { redisClient } from '../support/redis-client.js';
import { startCluster, type TestCluster } from '../support/start-cluster.js';
import { startTestGateway, unpacedQuotas, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, type TestRedis } from '../support/start-redis.js';
import { TestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

interface Call {
  readonly destinationPhoneNumber: string;
  readonly clientToken: string;
}

const maxWaitInSeconds = 5;

describeOnRedis('a gateway whose ledger a replica of each primary of a Cluster must have', () => {
  let cluster: TestCluster;
  let gateway: RunningGateway;

  beforeEach(async () => {
    // Nobody is taken for failed, and promoted, however long it is silent.
    cluster = await startCluster({ nodeTimeoutMs: 600_000 });
    let clock = new TestClock();
    gateway = await startTestGateway({
      connect: { quotas: unpacedQuotas },
      state: {
        redis: cluster.address,
        // A busy machine is no outage.
        commandTimeoutMs: 2_000,
        ledgerReplicas: { count: 1, timeoutMs: 500 },
      },
      parts: { storeNowMs: () => clock.now() },
    });
    clock = gateway.clock;
    await gateway.clock.runUntil(until(async () => (await idOf(newCall())) !== undefined));
  });
  afterEach(async () => {
    for (const node of cluster.nodes) node.thaw();
    gateway.clock.advance(120_000);
    await gateway.stop();
    await cluster.close();
  });

  let calls = 0;
  const newCall = (): Call => {
    calls += 1;
    return { destinationPhoneNumber: `+1206555${2_000 + calls}`, clientToken: randomUUID() };
  };
  const ask = (call: Call) => gateway.ask(PlaceCallDocument, { input: callInput({ ...call, maxWaitInSeconds }) });
  const idOf = async (call: Call) => (await ask(call)).data?.startOutboundVoiceContact?.id;

  /** One that keeps none of what the permits are granted from, without which no call goes on. */
  async function primaryOfRecordsAlone(): Promise<TestRedis> {
    for (const node of cluster.nodes.slice(0, 3)) {
      const client = redisClient(node.url);
      const keys = await client.keys('*');
      client.disconnect();
      if (keys.every((key) => key.startsWith('outdial:ledger:'))) return node;
    }
    throw new Error('Every primary has what permits are granted from.');
  }

  const numbersOf = (some: readonly Call[]) => some.map(({ destinationPhoneNumber }) => destinationPhoneNumber);
  const rung = () => gateway.simulator.calls().map(({ destination }) => destination);

  test.each<[string, (primary: TestRedis) => TestRedis]>([
    ['whose link to its replica carries nothing', (primary) => cluster.nodes[cluster.nodes.indexOf(primary) + 3]!],
    ['that is frozen', (primary) => primary],
  ])(
    'answers whose records lie with a primary %s while that lasts, with nothing dialed, goes on with the others, and doubles none when it is over',
    async (_what, serverToFreeze) => {
      const frozen = serverToFreeze(await primaryOfRecordsAlone());
      const before = rung().length;
      frozen.freeze();
      const placed = new Map<Call, string>();
      /** With nothing dialed. */
      const refused: Call[] = [];
      /** They may have rung, and only their records be missing: the server is silent for longer than a caller waits, by a clock that runs fast. */
      const unknown: Call[] = [];
      while (placed.size < 5 || refused.length < 5) {
        const asked = Array.from({ length: 20 }, async () => {
          const call = newCall();
          const { data, errors } = await ask(call);
          const id = data?.startOutboundVoiceContact?.id;
          if (id !== undefined) {
            placed.set(call, id);
            return;
          }
          const [error] = errors ?? [];
          expect(['UPSTREAM_UNAVAILABLE', 'OUTCOME_UNKNOWN']).toContain(error?.extensions.code);
          (error?.extensions.code === 'OUTCOME_UNKNOWN' ? unknown : refused).push(call);
        });
        // Everybody is answered while it is silent.
        await gateway.clock.runUntil(Promise.all(asked));
      }
      const rungSoFar = rung().slice(before);
      expect(rungSoFar).toEqual(expect.arrayContaining(numbersOf([...placed.keys()])));
      expect(rungSoFar.filter((number) => numbersOf(refused).includes(number))).toEqual([]);

      frozen.thaw();
      const answered = async (call: Call): Promise<string> => (await idOf(call)) ?? answered(call);
      const all = [...placed.keys(), ...refused, ...unknown];
      const ids = await gateway.clock.runUntil(Promise.all(all.map(answered)));
      expect(ids.slice(0, placed.size)).toEqual([...placed.values()]);
      expect(await gateway.clock.runUntil(Promise.all(all.map(answered)))).toEqual(ids);
      expect(rung().slice(before).sort()).toEqual(numbersOf(all).sort());
    },
  );
});
