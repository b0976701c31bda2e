import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlacedCall } from '../../src/simulator/control.js';
import type { QueueCounts } from '../../src/simulator/sqs/queues.js';
import { chanceFrom } from '../chaos/random.js';
import type { Usage } from '../chaos/replica.js';
import { Crowd } from './crowd.js';
import { disturb, type Disturbed } from './disturbances.js';
import { comeToo } from './latecomers.js';
import { atEvenDistances, until } from './pace.js';
import { phasesOf, type Phases } from './phases.js';
import { startRig, type Rig, type RigOptions } from './rig.js';
import { sentEvents, type SentEvent } from './sent-events.js';
import { destinations, settingsOf } from './simulation.js';
import type { Watcher } from './watcher.js';

export interface SoakOptions extends RigOptions {
  /** How many contacts. */
  readonly watched: number;
  /** From the first call to the last event. */
  readonly minutes: number;
  readonly seed: number;
  /** How long the same number of contacts is placed, and then stopped, before anything is measured. */
  readonly warmUpMs: number;
  /** Of the events. */
  readonly lost: number;
  /** Whether a gateway is killed, too, and SQS fails, and time is given for what was in hand to come again, half a minute later. */
  readonly isThorough: boolean;
}

/** What came of a soak, for a judge. */
export interface Soaked extends Disturbed {
  readonly phases: Phases;
  readonly fromMs: number;
  /** When the last watcher was through, or given up. */
  readonly toMs: number;
  readonly calls: ReadonlyMap<string, PlacedCall>;
  readonly events: readonly SentEvent[];
  readonly watchers: readonly Watcher[];
  readonly socketCount: number;
  readonly watchedAtOnce: number;
  /** Requests to the simulator, by operation. */
  readonly requests: Readonly<Record<string, number>>;
  /** What is left on the queues; undefined where nobody waited for what comes again. */
  readonly messages: QueueCounts | undefined;
  /** Of each gateway, with nobody watching. */
  readonly before: readonly Usage[];
  readonly after: readonly Usage[];
  readonly closings: ReadonlyMap<number, number>;
  readonly refusals: ReadonlyMap<string, number>;
  /** How late this process was at reading the time, at the 99th percentile. */
  readonly harnessDelayMs: number;
}

/** For what is learned only by asking, and for messages in hand of a gateway that died. */
const settleWithinMs = 90_000;

/** Calls are placed, followed by a crowd through two gateways, and end, while what happens in production happens. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const phases = phasesOf(options.minutes);
  const settings = settingsOf(options, phases);
  const rig = await startRig(options, settings);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  try {
    await warmUp(rig, options, phases);
    const before = await rested(rig, options);
    const [requestsBefore, { length: callsBefore }] = [await rig.simulator.requests(), await rig.simulator.calls()];
    const closings = new Map<number, number>();
    const refusals = new Map<string, number>();
    const crowd = new Crowd(partsOf(rig, options, phases, { closings, refusals }));
    const chance = chanceFrom(options.seed);
    const fromMs = Date.now();
    delay.enable();
    let watchedAtOnce = 0;
    const counting = setInterval(() => {
      const open = crowd.watchers.filter(({ isInformed, isComplete }) => isInformed && !isComplete);
      watchedAtOnce = Math.max(watchedAtOnce, new Set(open.map(({ contactId }) => contactId)).size);
    }, phases.stepMs / 10).unref();
    const coming: Promise<void>[] = [];
    const [disturbed] = await Promise.all([
      disturb(rig, crowd, phases, options.isThorough),
      atEvenDistances(options.watched, phases.placingMs, async (index) => {
        const contactId = await rig.simulator.place(destinations[index % 2]!.number);
        await sleep(Math.min(chance.between(1_000, 2_000), 0.3 * phases.stepMs));
        const home = index % 4 < 2 ? 0 : 1;
        crowd.watch(contactId, home);
        if (index % 5 === 0) coming.push(comeToo(crowd, contactId, 1 - home, chance.next(), phases));
      }),
      sleep(phases.lastsMs),
    ]);
    await Promise.all(coming);
    await until(() => crowd.watchers.every(({ isComplete }) => isComplete), settleWithinMs);
    const toMs = Date.now();
    clearInterval(counting);
    delay.disable();
    const messages = options.isThorough ? await drained(rig) : undefined;
    crowd.close();
    const calls = await rig.simulator.calls();
    const requests = await rig.simulator.requests();
    return {
      ...disturbed,
      phases,
      fromMs,
      toMs,
      calls: new Map(calls.slice(callsBefore).map((call) => [call.contactId, call])),
      events: sentEvents(calls, callsBefore, phases, settings),
      watchers: crowd.watchers,
      socketCount: crowd.socketCount,
      watchedAtOnce,
      requests: Object.fromEntries(
        Object.entries(requests).map(([operation, count]) => [operation, count - (requestsBefore[operation] ?? 0)]),
      ),
      messages,
      before,
      after: await rested(rig, options),
      closings,
      refusals,
      harnessDelayMs: delay.percentile(99) / 1e6,
    };
  } finally {
    await rig.stop();
  }
}

function partsOf(
  rig: Rig,
  { seed }: SoakOptions,
  { stepMs }: Phases,
  counts: { closings: Map<number, number>; refusals: Map<string, number> },
) {
  return {
    urls: () => rig.seats.map(({ replica }) => replica.url),
    token: (subject: string) => rig.issuer.token({ scopes: ['contacts:read'], subject }),
    chance: chanceFrom(seed + 1),
    pauseMs: stepMs / 6,
    ...counts,
  };
}

/** As many contacts as will be watched, in short: what a gateway keeps ready for so many is no leak. */
async function warmUp(rig: Rig, options: SoakOptions, phases: Phases): Promise<void> {
  const crowd = new Crowd(partsOf(rig, options, phases, { closings: new Map(), refusals: new Map() }));
  const ids: string[] = [];
  await atEvenDistances(options.watched, options.warmUpMs, async (index) => {
    const contactId = await rig.simulator.place(destinations[0].number);
    ids.push(contactId);
    await sleep(1_000);
    crowd.watch(contactId, index % 2);
  });
  await until(() => crowd.watchers.every(({ isInformed }) => isInformed), settleWithinMs);
  await atEvenDistances(ids.length, options.warmUpMs, (index) => rig.simulator.stopCall(ids[index]!));
  await until(() => crowd.watchers.every(({ isComplete }) => isComplete), settleWithinMs);
  crowd.close();
}

async function rested(rig: Rig, { isThorough }: SoakOptions): Promise<readonly Usage[]> {
  // For what was closed to be done with.
  await sleep(isThorough ? 3_000 : 500);
  return [await rig.measure(rig.seats[0]), await rig.measure(rig.seats[1])];
}

async function drained({ simulator }: Rig): Promise<QueueCounts> {
  await until(async () => {
    const { waiting, inFlight } = await simulator.messages();
    return waiting + inFlight === 0;
  }, settleWithinMs);
  return simulator.messages();
}
