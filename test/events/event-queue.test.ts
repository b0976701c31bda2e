import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StartOutboundVoiceContactCommand } from '@aws-sdk/client-connect';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { eventsOf } from '../../src/contacts/timeline/event-facts.js';
import { statusOf } from '../../src/contacts/timeline/contact-state.js';
import { seed } from '../../src/simulator/seed.js';
import type { Fault } from '../../src/simulator/faults.js';
import { callTo, clientOf } from '../simulator/start-simulator.js';
import { bodyOf, calls, envelopeOf, instanceArn } from './contact-events.js';
import { queueUnderTest, type QueueUnderTest } from './queue-under-test.js';

let it: QueueUnderTest;
beforeEach(async () => {
  it = await queueUnderTest();
});
afterEach(() => it.stop());

const nothingLeft = { waiting: 0, inFlight: 0, dead: 0 };
const [agentCall] = calls;

/** Puts messages while the consumer waits for some, and resolves once they are dealt with. */
async function deliver(...bodies: readonly string[]): Promise<void> {
  bodies.forEach((body) => {
    it.simulator.putMessage(body);
  });
  await it.nextReceive();
}

/** Starts the consumer; it then waits for messages. */
async function start(): Promise<void> {
  it.queue.start();
  await it.nextReceive();
}

/** The simulator got whatever was sent to it before. */
async function roundTrip(): Promise<void> {
  await fetch(`${it.simulator.url}/_simulator/requests`);
}

describe('A message of a configured instance', () => {
  test('is recorded and then deleted, several of them in two requests', async () => {
    const bodies = agentCall!.bodies.slice(0, 8);
    bodies.forEach((body) => {
      it.simulator.putMessage(body);
    });
    it.queue.start();
    await it.simulator.whenRequested('ReceiveMessage', 2);
    const known = await it.known();
    expect(statusOf(known!.facts)).toBe('ENDED');
    expect(eventsOf(known!.facts)).toHaveLength(8);
    expect(it.tally.counts()).toMatchObject({ failed: 0, foreign: 0, unreadable: 0 });
    expect(it.simulator.messages()).toEqual(nothingLeft);
    expect(it.simulator.requests()).toEqual({ ReceiveMessage: 2, DeleteMessageBatch: 1 });
  });

  test.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])(
    'is received from the host of the queue, also with %s',
    async (name) => {
      process.env[name] = 'true';
      try {
        it.another().start();
        await it.nextReceive();
        await deliver(bodyOf('INITIATED'));
        expect(await it.known()).toBeDefined();
      } finally {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- one of two names
        delete process.env[name];
      }
    },
  );

  test('is not deleted before it is recorded', async () => {
    const order: string[] = [];
    const timelines = it.state.timelines;
    const off = timelines.changed(`${seed.instanceId}/${contactIdOf(agentCall!.bodies[0]!)}`, () => {
      order.push(`recorded with ${it.simulator.requests().DeleteMessageBatch ?? 0} deletions`);
    });
    await start();
    await deliver(agentCall!.bodies[0]!);
    off();
    expect(order).toEqual(['recorded with 0 deletions']);
    expect(it.simulator.messages()).toEqual(nothingLeft);
  });

  test('that comes twice changes nothing the second time', async () => {
    await start();
    await deliver(bodyOf('INITIATED'));
    const before = await it.known();
    await deliver(bodyOf('INITIATED'), bodyOf('INITIATED'));
    expect(await it.known()).toEqual(before);
    expect(it.tally.counts()).toEqual({ recorded: 1, unchanged: 2, foreign: 0, unreadable: 0, failed: 0 });
    expect(it.simulator.messages()).toEqual(nothingLeft);
  });

  test('may come to any replica', async () => {
    it.another().start();
    it.queue.start();
    await it.simulator.whenRequested('ReceiveMessage', 2);
    const ids = Array.from({ length: 25 }, (_, index) => `contact-${index}`);
    ids.forEach((contactId) => {
      it.simulator.putMessage(bodyOf('INITIATED', { contactId }));
    });
    while (it.simulator.messages().waiting + it.simulator.messages().inFlight > 0) await it.nextReceive();
    const known = await Promise.all(ids.map((id) => it.known(id)));
    expect(known.map((contact) => contact && statusOf(contact.facts))).toEqual(ids.map(() => 'INITIATED'));
  });
});

function contactIdOf(body: string): string {
  return (JSON.parse(body) as { readonly detail: { readonly contactId: string } }).detail.contactId;
}

describe('A message of nothing configured', () => {
  test.each<[string, string]>([
    ['of another account', bodyOf('INITIATED', {}, { account: '999999999999' })],
    ['of another Region', bodyOf('INITIATED', {}, { region: 'eu-central-1' })],
    [
      'of another instance',
      bodyOf('INITIATED', { instanceArn: instanceArn.replace(seed.instanceId, seed.otherInstanceId) }),
    ],
    ['that is no contact event', bodyOf('INITIATED', {}, { source: 'aws.s3' })],
  ])('%s is deleted and counted', async (_title, body) => {
    await start();
    await deliver(body);
    expect(it.tally.counts()).toEqual({ recorded: 0, unchanged: 0, foreign: 1, unreadable: 0, failed: 0 });
    expect(it.simulator.messages()).toEqual(nothingLeft);
    expect(await it.known()).toBeUndefined();
    expect(it.logged()).toEqual([expect.stringContaining('not for this gateway')]);
  });
});

describe('A message that cannot be read', () => {
  test('is left for the dead-letter queue and holds nothing else up', async () => {
    const poison = JSON.stringify({
      ...envelopeOf('INITIATED'),
      detail: { eventType: 'INITIATED', of: '+15557654321' },
    });
    await start();
    await deliver(poison, bodyOf('INITIATED'));
    expect(it.simulator.messages()).toEqual({ waiting: 0, inFlight: 1, dead: 0 });
    expect(await it.known()).toBeDefined();

    // Each time a long poll ends first, and the next one finds it again.
    for (const receives of [4, 6, 7]) {
      it.clock.advance(30_000);
      await it.simulator.whenRequested('ReceiveMessage', receives);
    }
    expect(it.simulator.messages()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
    expect(it.tally.counts()).toEqual({ recorded: 1, unchanged: 0, foreign: 0, unreadable: 3, failed: 0 });
    expect(Object.keys(it.simulator.requests()).sort()).toEqual(['DeleteMessageBatch', 'ReceiveMessage']);
    expect(it.written()).not.toMatch(/5557654321|eventType/);
  });
});

describe('While SQS fails', () => {
  // The SDK asks three times where an answer is worth asking again.
  const failures: readonly [string, Omit<Fault, 'operation' | 'times'>, number][] = [
    ['access is denied', { status: 403, type: 'AccessDeniedException' }, 1],
    ['the queue is not there', { status: 400, type: 'QueueDoesNotExist' }, 1],
    ['it has an error of its own', { status: 500 }, 3],
    ['connections break', { destroySocket: 'before' }, 3],
  ];

  test.each(failures)('receiving pauses ever longer and says so once: %s', async (_title, failure, attempts) => {
    it.simulator.inject({ ...failure, operation: 'ReceiveMessage', times: 3 * attempts });
    it.simulator.putMessage(bodyOf('INITIATED'));
    it.queue.start();
    for (const [round, pauseMs] of [1_000, 2_000, 4_000].entries()) {
      expect(await it.clock.runToNextTimer()).toBe(pauseMs);
      expect(it.simulator.requests()).toEqual({ ReceiveMessage: (round + 1) * attempts });
    }
    await it.simulator.whenRequested('ReceiveMessage', 3 * attempts + 2);
    expect(await it.known()).toBeDefined();
    expect(it.logged()).toEqual(['receiving contact events fails; trying on', 'receiving contact events works again']);
  });

  test('an answer that breaks off in the middle is waited for no longer than any other', async () => {
    const broken = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"Mess'));
    });
    await once(broken.listen(0, '127.0.0.1'), 'listening');
    const { port } = broken.address() as AddressInfo;
    it.another({ queueUrl: `http://127.0.0.1:${port}/123456789012/events`, requestTimeoutMs: 300 }).start();
    await it.clock.whenTimerSet();
    broken.close();
    expect(it.logged()).toEqual(['receiving contact events fails; trying on']);
  });

  test('pauses stop growing at half a minute, and begin small after it worked', async () => {
    it.simulator.inject({ operation: 'ReceiveMessage', status: 403, times: 8 });
    it.queue.start();
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]) {
      expect(await it.clock.runToNextTimer()).toBe(pauseMs);
    }
    await it.simulator.whenRequested('ReceiveMessage', 9);
    it.simulator.inject({ operation: 'ReceiveMessage', status: 403 });
    await deliver(bodyOf('INITIATED'));
    await it.clock.whenQuiet();
    expect(it.logged()).toEqual([
      'receiving contact events fails; trying on',
      'receiving contact events works again',
      'receiving contact events fails; trying on',
    ]);
  });

  test('what was recorded and could not be deleted comes again, and changes nothing', async () => {
    it.simulator.inject({ operation: 'DeleteMessageBatch', status: 403 });
    await start();
    it.simulator.putMessage(bodyOf('INITIATED'));
    await it.clock.whenQuiet();
    expect(it.simulator.messages()).toEqual({ waiting: 0, inFlight: 1, dead: 0 });
    expect(await it.clock.runToNextTimer()).toBe(1_000);
    await it.simulator.whenRequested('ReceiveMessage', 2);
    it.clock.advance(30_000);
    await it.simulator.whenRequested('ReceiveMessage', 4);
    expect(it.simulator.messages()).toEqual(nothingLeft);
    expect(it.tally.counts()).toMatchObject({ recorded: 1, unchanged: 1, failed: 0 });
    expect(it.logged()).toEqual(['deleting contact events fails; trying on', 'deleting contact events works again']);
  });
});

describe('To stop', () => {
  test('ends a long poll at once, and takes no message with it', async () => {
    await start();
    await it.queue.stop();
    await roundTrip();
    it.simulator.putMessage(bodyOf('INITIATED'));
    await roundTrip();
    expect(it.simulator.messages()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
    expect(it.simulator.requests()).toEqual({ ReceiveMessage: 1 });
    expect(it.logged()).toEqual([]);
  });

  test('waits for the batch in hand', async () => {
    it.simulator.inject({ operation: 'DeleteMessageBatch', delayMs: 1_000 });
    await start();
    it.simulator.putMessage(bodyOf('INITIATED'));
    await it.simulator.whenRequested('DeleteMessageBatch', 1);
    await it.clock.whenQuiet();
    let isStopped = false;
    const stopped = it.queue.stop().then(() => {
      isStopped = true;
    });
    await roundTrip();
    expect(isStopped).toBe(false);
    it.clock.advance(1_000);
    await stopped;
    expect(it.simulator.messages()).toEqual(nothingLeft);
    expect(it.simulator.requests()).toEqual({ ReceiveMessage: 1, DeleteMessageBatch: 1 });
    expect(it.logged()).toEqual(['contact events counted since the start']);
  });

  test('waits some seconds at most', async () => {
    it.simulator.inject({ operation: 'DeleteMessageBatch', hang: 'before', times: 3 });
    await start();
    it.simulator.putMessage(bodyOf('INITIATED'));
    await it.simulator.whenRequested('DeleteMessageBatch', 1);
    const stopped = it.queue.stop();
    it.clock.advance(5_000);
    await stopped;
    expect(await it.known()).toBeDefined();
  });

  test('ends a pause', async () => {
    it.simulator.inject({ operation: 'ReceiveMessage', status: 403 });
    it.queue.start();
    await it.clock.whenQuiet();
    await it.queue.stop();
    it.clock.advance(60_000);
    await roundTrip();
    expect(it.simulator.requests()).toEqual({ ReceiveMessage: 1 });
  });

  test('is possible before the start, and twice', async () => {
    await it.queue.stop();
    await it.queue.stop();
    expect(it.simulator.requests()).toEqual({});
  });
});

test.each(['plain', 'as-in-the-samples'] as const)(
  'A simulated call is followed to its end by its events alone, written %s',
  async (eventStyle) => {
    await it.stop();
    it = await queueUnderTest({ settings: { eventStyle, eventsDoubled: 0.5, eventsReordered: 0.5 } });
    const { simulator, clock, queue } = it;
    queue.start();
    const client = clientOf(simulator.url, { credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' } });
    const { ContactId: id } = await client.send(new StartOutboundVoiceContactCommand(callTo('+15550100001')));
    for (let seconds = 0; seconds < 120; seconds += 1) {
      clock.advance(1_000);
      await roundTrip();
    }
    while (simulator.messages().waiting + simulator.messages().inFlight > 0) await it.nextReceive();
    const known = await it.known(id);
    expect(statusOf(known!.facts)).toBe('ENDED');
    expect(eventsOf(known!.facts).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['INITIATED', 'CONNECTED_TO_SYSTEM', 'DISCONNECTED', 'COMPLETED']),
    );
    expect(it.tally.counts()).toMatchObject({ foreign: 0, unreadable: 0, failed: 0 });
    client.destroy();
  },
);
