import { Writable } from 'node:stream';
import { EventTally } from '../../src/events/event-counts.js';
import { EventQueue, type EventQueueParts } from '../../src/events/event-queue.js';
import { createLog } from '../../src/log.js';
import { seed } from '../../src/simulator/seed.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/server.js';
import type { SettingChanges } from '../../src/simulator/settings.js';
import { MemoryCoordination } from '../../src/coordination/memory/memory-coordination.js';
import type { KnownContact } from '../../src/coordination/timelines.js';
import type { Coordination } from '../../src/coordination/coordination.js';
import { rateLimiter } from '../redis/stores.js';
import { TestClock } from '../support/test-clock.js';
import { contactId } from './contact-events.js';

/** The consumer against a simulator's queue, on one clock that stands still. */
export interface QueueUnderTest {
  readonly queue: EventQueue;
  /** What `queue` counts. */
  readonly tally: EventTally;
  readonly simulator: RunningSimulator;
  readonly clock: TestClock;
  readonly state: Coordination;
  /** The messages of the lines logged so far. */
  logged(): readonly string[];
  /** Everything logged so far, as it was written. */
  written(): string;
  /** Resolves once what is received by now is dealt with, and more is asked for. */
  nextReceive(): Promise<void>;
  /** What is known of the contact in all the events of these tests, or of another. */
  known(id?: string): Promise<KnownContact | undefined>;
  /** One more consumer of the same queue and state. */
  another(changes?: Partial<EventQueueParts>): EventQueue;
  stop(): Promise<void>;
}

/** Starts the simulator; the consumer begins when the test says so. */
export async function queueUnderTest(
  given: { readonly state?: Coordination; readonly settings?: SettingChanges } = {},
): Promise<QueueUnderTest> {
  const clock = new TestClock();
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  const simulator = await startSimulator({
    clock,
    settings: { rates: 'off', ...given.settings },
    credentials: new Map([[credentials.accessKeyId, credentials.secretAccessKey]]),
  });
  const state = given.state ?? new MemoryCoordination({ clock, rateLimiter: rateLimiter });
  let written = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  const log = createLog('debug', sink);
  const tally = new EventTally(clock, log);
  const parts: Omit<EventQueueParts, 'tally'> = {
    queueUrl: simulator.eventsQueueUrl,
    region: seed.region,
    credentials,
    accountId: seed.accountId,
    instanceIds: [seed.instanceId],
    timelines: state.timelines,
    health: state.health,
    clock,
    log,
  };
  const queues: EventQueue[] = [];
  const another = (changes: Partial<EventQueueParts> = {}) => {
    const queue = new EventQueue({ ...parts, tally: new EventTally(clock, log), ...changes });
    queues.push(queue);
    return queue;
  };
  return {
    queue: another({ tally }),
    tally,
    simulator,
    clock,
    state,
    logged: () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { readonly msg: string }).msg),
    written: () => written,
    nextReceive: () => simulator.whenRequested('ReceiveMessage', (simulator.requests().ReceiveMessage ?? 0) + 1),
    known: async (id = contactId) => (await state.timelines.find([`${seed.instanceId}/${id}`]))[0],
    another,
    stop: async () => {
      await Promise.all(queues.map((queue) => queue.stop()));
      await simulator.stop();
    },
  };
}
