import type { QueueCounts } from '../../src/simulator/sqs/queues.js';
import { quantilesOf, type Quantiles } from './quantiles.js';
import { reasonOf } from './simulation.js';
import type { Soaked } from './soak.js';
import type { Watcher } from './watcher.js';

/** Whether one thing that a gateway promises was kept, and what was seen of it. */
export interface Criterion {
  readonly promise: string;
  readonly isKept: boolean;
  readonly seen: string;
}

const mebibyte = 1_048_576;
/** Connect's default quota of DescribeContact; half of it is for contacts that are followed. */
const describeQuota = { perSecond: 10, burst: 15 };

export function judge(run: Soaked): readonly Criterion[] {
  return [
    ...watcherCriteria(run),
    ...run.after.map((_usage, index) => memoryCriterion(run, index)),
    ...restCriteria(run),
  ];
}

function watcherCriteria({ watchers, calls }: Soaked): readonly Criterion[] {
  const expected = ({ contactId }: Watcher) => reasonOf(calls.get(contactId)?.destination ?? '');
  const incomplete = watchers.filter(({ isComplete, status }) => !isComplete || status !== 'ENDED');
  const misinformed = watchers.filter((one) => one.isComplete && one.disconnectReason !== expected(one));
  const wrongs = watchers.flatMap((one) => one.wrongs);
  return [
    none('every watcher saw the end of its contact, and that it is complete', incomplete.map(describe)),
    none('every watcher was told the right reason', misinformed.map(describe)),
    none('no watcher saw a contact go back, another contact, none or an error', wrongs),
  ];
}

function describe({ contactId, status, updates, isComplete }: Watcher): string {
  return `${contactId} at ${String(status)} after ${updates} updates${isComplete ? ', complete' : ''}`;
}

function none(promise: string, exceptions: readonly string[]): Criterion {
  const some = exceptions.slice(0, 3).join('; ');
  return { promise, isKept: exceptions.length === 0, seen: `${exceptions.length} did not${some && `: ${some}`}` };
}

/** One that was started anew is held to what it used in its first life. */
function memoryCriterion({ before, after }: Soaked, index: number): Criterion {
  const [was, is] = [before[index]!.heapUsedBytes, after[index]!.heapUsedBytes];
  return {
    promise: `the heap of gateway ${index + 1} is back within 10 % and 5 MB of where it was`,
    isKept: is <= was * 1.1 + 5 * mebibyte,
    seen: `${inMebibytes(was)} before, ${inMebibytes(is)} after`,
  };
}

export function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MB`;
}

function restCriteria(run: Soaked): readonly Criterion[] {
  const { DescribeContact: asked = 0 } = run.requests;
  const [looks, budget] = [firstLooks(run), Math.floor(pollingBudget(run))];
  return [
    {
      promise: 'asking after followed contacts takes at most half of the DescribeContact quota',
      isKept: asked <= budget + looks,
      seen: `${asked} asked; half is ${budget}, and ${looks} subscriptions began before INITIATED or COMPLETED of their contact had come`,
    },
    ...(run.messages ? [queueCriterion(run.messages)] : []),
    {
      promise: 'a gateway that is asked to stop stops by itself',
      isKept: run.stoppedCleanly,
      seen: run.stoppedCleanly ? 'it did' : 'it had to be killed',
    },
  ];
}

function queueCriterion({ waiting, inFlight, dead }: QueueCounts): Criterion {
  return {
    promise: 'every event was taken off the queue, and none became a dead letter',
    isKept: waiting + inFlight + dead === 0,
    seen: `${waiting} waiting, ${inFlight} in flight, ${dead} dead`,
  };
}

function pollingBudget({ fromMs, toMs }: Soaked): number {
  return (describeQuota.perSecond * ((toMs - fromMs) / 1_000) + describeQuota.burst) / 2;
}

/** Subscriptions that had to ask Connect first: until INITIATED has come, or COMPLETED, events do not tell enough of a contact. */
function firstLooks({ watchers, events }: Soaked): number {
  const knownFromMs = new Map<string, number>();
  for (const { contactId, type, arrivedAtMs } of events) {
    if (type !== 'INITIATED' && type !== 'COMPLETED') continue;
    knownFromMs.set(contactId, Math.min(knownFromMs.get(contactId) ?? Infinity, ...arrivedAtMs));
  }
  const isEarly = (contactId: string) => (atMs: number) => atMs < (knownFromMs.get(contactId) ?? Infinity);
  return watchers.reduce((sum, one) => sum + one.subscribedAtMs.filter(isEarly(one.contactId)).length, 0);
}

/** From event to subscriber, for events that came on time to subscriptions that stood, of clients that read at once. */
export interface Latencies {
  readonly undisturbed: Quantiles;
  readonly all: Quantiles;
  /** From the end of a call whose last event was lost until its watchers knew. */
  readonly lostEnds: Quantiles;
}

export function latenciesOf({ watchers, events, disturbances, phases }: Soaked): Latencies {
  const recoveryMs = Math.min(10_000, phases.stepMs / 3);
  const isDisturbed = (atMs: number) =>
    disturbances.some(({ fromMs, toMs }) => atMs > fromMs - 1_000 && atMs < toMs + recoveryMs);
  const eventsOf = new Map<string, Map<string, (typeof events)[number]>>();
  for (const event of events) {
    const ofContact = eventsOf.get(event.contactId) ?? new Map<string, typeof event>();
    eventsOf.set(event.contactId, ofContact.set(event.type, event));
  }
  const all: { readonly atMs: number; readonly tookMs: number }[] = [];
  const lostEnds: number[] = [];
  for (const watcher of watchers.filter(({ isPrompt }) => isPrompt)) {
    const sent = eventsOf.get(watcher.contactId);
    for (const [type, readAtMs] of watcher.eventsReadAtMs) {
      const event = sent?.get(type);
      if (event?.fate === 'on time') all.push({ atMs: event.atMs, tookMs: readAtMs - event.atMs });
    }
    const end = sent?.get('COMPLETED');
    if (end?.fate === 'lost' && watcher.endedAtMs !== undefined) lostEnds.push(watcher.endedAtMs - end.atMs);
  }
  return {
    undisturbed: quantilesOf(all.filter(({ atMs }) => !isDisturbed(atMs)).map(({ tookMs }) => tookMs)),
    all: quantilesOf(all.map(({ tookMs }) => tookMs)),
    lostEnds: quantilesOf(lostEnds),
  };
}
