import { DescribeContactCommand, StopContactCommand, type Contact } from '@aws-sdk/client-connect';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { sleep } from '../../src/clock.js';
import { eventTypes, timestamps } from '../../src/simulator/distortion.js';
import { seed } from '../../src/simulator/seed.js';
import { numberOf } from '../simulator/start-simulator.js';
import { follow, type Following } from '../support/follow.js';
import type { StartOutboundVoiceContactInput } from '../support/generated/operations.js';
import { elsewhere, placeCall } from '../support/place-call.js';
import { startTestGateway, type RunningGateway } from '../support/start-gateway.js';
import { describeOnRedis, startRedis, type TestRedis } from '../support/start-redis.js';
import { redisClient } from '../support/redis-client.js';

const running: RunningGateway[] = [];
let redis: TestRedis | undefined;

afterEach(async () => {
  for (const gateway of running.splice(0).reverse()) await gateway.stop();
  await redis?.close();
  redis = undefined;
});

const detecting = {
  trafficType: 'CAMPAIGN',
  answerMachineDetectionConfig: { enableAnswerMachineDetection: true },
} as const;

interface Kind {
  readonly input: Partial<StartOutboundVoiceContactInput>;
  readonly outcome: string;
  readonly isStopped?: boolean;
}

/** Calls of every kind, and what comes of them. */
const kinds: Readonly<Record<string, Kind>> = {
  agent: { input: {}, outcome: 'ANSWERED' },
  flow: { input: { contactFlowId: seed.flows.deliveryNotice }, outcome: 'ANSWERED' },
  queue: { input: { destinationPhoneNumber: numberOf('hangs-up-in-queue') }, outcome: 'ANSWERED' },
  busy: { input: { destinationPhoneNumber: numberOf('busy') }, outcome: 'BUSY' },
  'no answer': {
    input: { destinationPhoneNumber: numberOf('no-answer'), ringTimeoutInSeconds: 15 },
    outcome: 'NO_ANSWER',
  },
  stopped: { input: { destinationPhoneNumber: numberOf('no-answer') }, outcome: 'CANCELLED', isStopped: true },
  machine: { input: { ...detecting, destinationPhoneNumber: numberOf('voicemail-beep') }, outcome: 'MACHINE' },
  'detected person': { input: detecting, outcome: 'ANSWERED' },
  'detected busy': { input: { ...detecting, destinationPhoneNumber: numberOf('busy') }, outcome: 'BUSY' },
};

const lossyCall = fc.record({
  kind: fc.constantFrom(...Object.keys(kinds)),
  lostEvents: fc.subarray([...eventTypes]),
  lostTimestamps: fc.record(Object.fromEntries(eventTypes.map((type) => [type, fc.subarray([...timestamps])]))),
});
type LossyCall = typeof lossyCall extends fc.Arbitrary<infer T> ? T : never;

const selection = `id status outcome disconnectReason answeringMachineDetectionStatus initiationMethod channel
  initiationTimestamp ringStartTimestamp connectedToSystemTimestamp enqueueTimestamp disconnectTimestamp queue { id }
  agentConnection {
    connectedToAgentTimestamp afterContactWorkStartTimestamp afterContactWorkEndTimestamp
  }
  timeline { type at details { queueId disconnectReason answeringMachineDetectionStatus } }`;

interface Step {
  readonly type: string;
  readonly at: string;
}

interface Told {
  readonly status: string | null;
  readonly outcome: string | null;
  readonly disconnectTimestamp: string | null;
  readonly timeline: readonly Step[];
  readonly [field: string]: unknown;
}

const iso = (moment: Date | undefined) => moment?.toISOString() ?? null;

/** What is to be told of a contact, by what the simulator itself knows of it. */
function truthOf(contact: Contact, { outcome }: Kind) {
  const { AgentInfo: agent, QueueInfo: queue, ConnectedToSystemTimestamp: answeredAt } = contact;
  const detection = contact.AnsweringMachineDetectionStatus ?? null;
  const none = { queueId: null, disconnectReason: null, answeringMachineDetectionStatus: null };
  const steps = [
    ['INITIATED', contact.InitiationTimestamp],
    ['RINGING', contact.RingStartTimestamp],
    ['CONNECTED_TO_SYSTEM', answeredAt, detection && { ...none, answeringMachineDetectionStatus: detection }],
    ['QUEUED', queue?.EnqueueTimestamp, { ...none, queueId: queue?.Id }],
    ['CONNECTED_TO_AGENT', agent?.ConnectedToAgentTimestamp],
    [
      'DISCONNECTED',
      contact.DisconnectTimestamp,
      { ...none, disconnectReason: contact.DisconnectReason, answeringMachineDetectionStatus: detection },
    ],
    ['COMPLETED', agent?.AfterContactWorkEndTimestamp ?? contact.DisconnectTimestamp],
  ] as const;
  return {
    id: contact.Id,
    status: 'ENDED',
    outcome,
    disconnectReason: contact.DisconnectReason,
    answeringMachineDetectionStatus: detection,
    initiationMethod: 'API',
    channel: 'VOICE',
    initiationTimestamp: iso(contact.InitiationTimestamp),
    ringStartTimestamp: iso(contact.RingStartTimestamp),
    connectedToSystemTimestamp: iso(answeredAt),
    enqueueTimestamp: iso(queue?.EnqueueTimestamp),
    disconnectTimestamp: iso(contact.DisconnectTimestamp),
    queue: queue ? { id: queue.Id } : null,
    agentConnection: agent
      ? {
          connectedToAgentTimestamp: iso(agent.ConnectedToAgentTimestamp),
          afterContactWorkStartTimestamp: iso(agent.AfterContactWorkStartTimestamp),
          afterContactWorkEndTimestamp: iso(agent.AfterContactWorkEndTimestamp),
        }
      : null,
    timeline: steps.flatMap(([type, at, details = null]) => (at ? [{ type, at: iso(at), details }] : [])),
  };
}
type Truth = ReturnType<typeof truthOf>;

/** The step that brings a status about. */
const stepOfStatus: Readonly<Record<string, string>> = {
  INITIATED: 'INITIATED',
  RINGING: 'RINGING',
  IN_FLOW: 'CONNECTED_TO_SYSTEM',
  QUEUED: 'QUEUED',
  WITH_AGENT: 'CONNECTED_TO_AGENT',
  AFTER_CONTACT_WORK: 'DISCONNECTED',
  ENDED: 'COMPLETED',
};

const momentOf = (steps: readonly { readonly type: string; readonly at: string | null }[], type: string | undefined) =>
  Date.parse(steps.find((step) => step.type === type)?.at ?? '');

/** What of an update is neither true at that moment nor left open. */
function liesIn(told: Told, cameAtMs: number, truth: Truth): string[] {
  const truths: Readonly<Record<string, unknown>> = truth;
  const lies: string[] = [];
  const reached = told.status === null ? undefined : momentOf(truth.timeline, stepOfStatus[told.status]);
  if (reached !== undefined && !(reached <= cameAtMs)) lies.push(`status ${told.status}`);
  // An agent works on after a call that an agent had.
  if (told.status === 'AFTER_CONTACT_WORK' && truth.agentConnection === null) lies.push('AFTER_CONTACT_WORK');
  // Until it is known that a machine answered, it was answered.
  const outcomes = [null, 'UNKNOWN', truth.outcome, ...(truth.outcome === 'MACHINE' ? ['ANSWERED'] : [])];
  if (!outcomes.includes(told.outcome)) lies.push(`outcome ${told.outcome}`);
  if (told.status !== 'ENDED' && told.outcome === 'UNKNOWN') lies.push('outcome UNKNOWN of an open call');
  if (told.status === 'ENDED' && told.outcome === null) lies.push('an open outcome of a call that is over');
  for (const [field, value] of Object.entries(told)) {
    if (['status', 'outcome', 'timeline', 'agentConnection'].includes(field)) continue;
    if (value !== null && JSON.stringify(value) !== JSON.stringify(truths[field]))
      lies.push(`${field} ${JSON.stringify(value)}`);
  }
  for (const [field, value] of Object.entries(told.agentConnection ?? {})) {
    if (value !== null && value !== (truth.agentConnection as Record<string, unknown> | null)?.[field])
      lies.push(field);
  }
  for (const { type, at } of told.timeline) {
    // Of a step of which only its event tells it is known when that was sent: to the second, and with detection once that is done.
    const isNear = Math.abs(Date.parse(at) - momentOf(truth.timeline, type)) < 2_000;
    if (!isNear) lies.push(`${type} at ${at}`);
  }
  return lies;
}

async function read(gateway: RunningGateway, id: string): Promise<unknown> {
  const { data, errors } = await gateway.clock.runUntil(
    gateway.ask<{ contact: unknown }, { id: string }>(`query($id: ID!) { contact(id: $id) { ${selection} } }`, { id }),
  );
  expect(errors).toBeUndefined();
  return data?.contact;
}

interface Followed extends LossyCall {
  readonly id: string;
  readonly followings: readonly Following[];
}

/** Until the promise settles, on the clock of each replica. */
function run<T>(replicas: readonly RunningGateway[], settled: Promise<T>): Promise<T> {
  return replicas.reduce((until, { clock }) => clock.runUntil(until), settled);
}

async function place(replicas: readonly RunningGateway[], call: LossyCall): Promise<Followed> {
  const [gateway] = replicas as [RunningGateway];
  const id = await placeCall(gateway, kinds[call.kind]!.input);
  const lostTimestamps = new Map(Object.entries(call.lostTimestamps));
  gateway.simulator.distort({ contactId: id, lostEvents: call.lostEvents, lostTimestamps });
  const followings = await Promise.all(replicas.map((replica) => follow(replica, id, { selection })));
  return { ...call, id, followings };
}

/** What was told of the call to each who followed it, and to each who reads it once it is over, against what happened to it. */
async function judge(call: Followed, replicas: readonly RunningGateway[], read: (id: string) => Promise<unknown[]>) {
  const [gateway] = replicas as [RunningGateway];
  const { Contact: contact = {} } = await elsewhere(gateway).send(
    new DescribeContactCommand({ InstanceId: seed.instanceId, ContactId: call.id }),
  );
  const truth = truthOf(contact, kinds[call.kind]!);
  for (const { updates, cameAtMs, errors } of call.followings) {
    expect(errors).toEqual([]);
    const lies = updates.flatMap((update, index) => liesIn(update as Told, cameAtMs[index]!, truth));
    expect({ lies, last: updates.at(-1) }).toEqual({ lies: [], last: truth });
  }
  for (const told of await read(call.id)) expect(told).toEqual(truth);
  return truth;
}

const simulator = {
  concurrentCampaignCalls: 1_000,
  timings: { endsAtMs: 15_000, afterContactWorkMs: 5_000, messageMs: 6_000, hangsUpInQueueMs: 5_000 },
};

/** `forget` makes shared state forget what events told. */
async function follows(calls: readonly LossyCall[], replicas: readonly RunningGateway[], forget: () => Promise<void>) {
  const [gateway] = replicas as [RunningGateway];
  const followed = await Promise.all(calls.map((call) => place(replicas, call)));
  await run(replicas, sleep(gateway.clock, 3_000));
  for (const { id } of followed.filter(({ kind }) => kinds[kind]!.isStopped)) {
    await elsewhere(gateway).send(new StopContactCommand({ InstanceId: seed.instanceId, ContactId: id }));
  }
  const all = followed.flatMap(({ followings }) => followings);
  await run(replicas, Promise.all(all.map(({ ended }) => ended)));
  const everywhere = (id: string) => Promise.all(replicas.map((replica) => read(replica, id)));
  for (const call of followed) await judge(call, replicas, everywhere);
  // Once what the replicas keep of it for themselves is out of date, and then also what they share.
  for (const { clock } of replicas) clock.advance(600_000);
  for (const call of followed) await judge(call, replicas, everywhere);
  await forget();
  for (const call of followed) await judge(call, replicas, everywhere);
  await Promise.all(all.map((each) => each.stop()));
}

test('whatever events and timestamps are lost, who followed a call and who reads it are told the same, and the truth', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lossyCall, { minLength: 24, maxLength: 24 }), async (calls) => {
      const gateway = await startTestGateway({ takesEvents: true, simulator });
      running.push(gateway);
      await follows(calls, [gateway], () => {
        gateway.clock.advance(3 * 86_400_000);
        return Promise.resolve();
      });
      await running.pop()!.stop();
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

/** Has claims end by the clock of the replicas, which runs faster than that of Redis. */
function endClaims(client: Redis, gateway: RunningGateway): void {
  gateway.clock.after(2_000, () => {
    void client
      .keys('*reconciling:*')
      .then((keys) => (keys.length > 0 ? client.del(...keys) : 0))
      .catch(() => undefined);
    endClaims(client, gateway);
  });
}

describeOnRedis('on two replicas', () => {
  test('whatever events and timestamps are lost, all are told the same, and the truth', async () => {
    const started = (redis = await startRedis());
    const client = redisClient(started.url);
    await fc.assert(
      fc.asyncProperty(fc.array(lossyCall, { minLength: 16, maxLength: 16 }), async (calls) => {
        const state = { redis: started.address, replicas: 2 };
        const a = await startTestGateway({ takesEvents: true, simulator, state });
        running.push(a);
        const b = await startTestGateway({ takesEvents: true, simulator, state, besides: a });
        running.push(b);
        endClaims(client, a);
        await follows(calls, [a, b], async () => {
          await client.del(...(await client.keys('*timeline:*')));
        });
        await running.pop()!.stop();
        await running.pop()!.stop();
        await client.flushall();
      }),
      { numRuns: 3, endOnFailure: true },
    );
    await client.quit();
  });
});
