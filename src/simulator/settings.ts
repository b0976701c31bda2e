import { amount, choice, exact, required, whole } from './shapes.js';
import type { Shape, Value } from './shapes.js';

/** Where the stand-alone simulator listens unless PORT says otherwise. */
export const defaultPort = 4599;

/** The variables that the stand-alone simulator reads: PORT, and settings as a JSON object. */
export const simulatorVariables = ['PORT', 'SIMULATOR_SETTINGS'] as const;

/** Steady rate and size of one operation's token bucket. */
export type Rate = Value<typeof rate>;

const rate = exact('setting', { perSecond: required(amount({ min: 0 })), burst: required(amount({ min: 0 })) });

function ratesOf(operations: readonly string[]) {
  const byOperation = exact('setting', Object.fromEntries(operations.map((name) => [name, rate])));
  const shape: Shape<'off' | Value<typeof byOperation>> = {
    kind: 'structure',
    read: (value, at, problems) =>
      typeof value === 'string' ? choice('off').read(value, at, problems) : byOperation.read(value, at, problems),
  };
  return shape;
}

const share = amount({ min: 0, max: 1 });
const ms = amount({ min: 0, max: 365 * 24 * 60 * 60 * 1_000 });

const moments = exact('setting', {
  ringsAtMs: ms,
  answeredAtMs: ms,
  /** From the answer to the verdict of answering machine detection, when it is enabled. */
  detectionMs: ms,
  queuedAtMs: ms,
  withAgentAtMs: ms,
  /** When a person who talks to an agent hangs up. */
  endsAtMs: ms,
  /** How long the agent works on after the call. */
  afterContactWorkMs: ms,
  /** When busy, invalid and blocked destinations fail. */
  refusedAtMs: ms,
  /** From the answer to the end of a flow that only plays a message. */
  messageMs: ms,
  /** From joining the queue to the hang-up of a person who does not wait. */
  hangsUpInQueueMs: ms,
  /** From joining the queue to the hang-up of a person whom no agent ever answers. */
  givesUpInQueueMs: ms,
});

const steps = ['ringsAtMs', 'answeredAtMs', 'queuedAtMs', 'withAgentAtMs', 'endsAtMs'] as const;

const timings: typeof moments = {
  ...moments,
  read(value, at, problems) {
    const soFar = problems.length;
    const changes = moments.read(value, at, problems);
    if (problems.length > soFar) return changes;
    const merged = { ...defaultTimings, ...changes };
    for (const [index, step] of steps.slice(1).entries()) {
      const before = steps[index]!;
      if (merged[step] < merged[before]) {
        const message = `${at}.${step} (${merged[step]}) must not be less than ${at}.${before} (${merged[before]})`;
        problems.push({ stage: 'constraint', message });
      }
    }
    return changes;
  },
};

/** Every switch of a simulator that knows these operations. Where the behaviour of the real service is not documented, the default is the worse one for a client. */
export function settingsShape(operations: readonly string[]) {
  return exact('setting', {
    /** How fast the default clock runs against real time; ignored when a clock is passed in. Default 1. */
    speed: amount({ min: 0.001, max: 1_000_000 }),
    /** A ClientToken whose contact has ended: `redial` places a new call (the default, after old documents), `replay` answers the old ContactId. */
    tokenAfterEnd: choice('redial', 'replay'),
    /** How long after the request that placed its contact a ClientToken is recognised, whatever becomes of the contact under `replay`. Default 7 days, as documented. */
    tokenValidMs: ms,
    /** A ClientToken with other input: `first` answers the first ContactId (default), `error` an IdempotencyException. */
    tokenOtherInput: choice('first', 'error'),
    /** A ClientToken repeated before its first request was answered: `one` contact (default), or `race`, in which each request places its own. */
    sameTokenInFlight: choice('one', 'race'),
    /** Whether quotas (rate and concurrent calls) are applied `before` (default) or `after` a repeated ClientToken is recognised. */
    throttleReplays: choice('before', 'after'),
    /** Where an error has its name: in the `header` x-amzn-errortype (default, as in Connect's model), or in `header-and-body`, there as `__type`. */
    errorTypeIn: choice('header', 'header-and-body'),
    /** A call over the concurrent-call quota: `limit-exceeded` at once (default), or a contact that is accepted and then a `failed-call`. */
    concurrencyLimit: choice('limit-exceeded', 'failed-call'),
    /** Calls that may be active in one instance. Default 10, as on AWS. */
    concurrentCalls: whole({ min: 0 }),
    /** CAMPAIGN calls that may be active in one instance. Default 0, as on AWS: campaign calls are off until the quota is raised. */
    concurrentCampaignCalls: whole({ min: 0 }),
    /** Token buckets by operation, over Connect's default ones, on the simulator's clock; `off` never throttles. Default `{}`. */
    rates: ratesOf(operations),
    /** A contact younger than this is not yet visible to anything but the repeat of its ClientToken. Default 0. */
    consistencyDelayMs: ms,
    /** Caller ID when both SourcePhoneNumber and QueueId are given: the `queue`'s (default, the documented sentence) or the `source`. */
    callerIdWins: choice('queue', 'source'),
    /** RingStartTimestamp is documented for `campaign` calls only (default); `always` fills it for every call that rings. */
    ringStartTimestamp: choice('campaign', 'always'),
    /** RingTimeoutInSeconds outside CAMPAIGN traffic: `allowed` (default, nothing documented forbids it) or `refused`. */
    ringTimeoutOutsideCampaign: choice('allowed', 'refused'),
    /** OutboundStrategy belongs to outbound campaigns' own principal: `access-denied` (default), or `allowed`. */
    outboundStrategy: choice('access-denied', 'allowed'),
    /** Countries that may be called: those of an instance in the `united-states` (default), or `any`. */
    destinations: choice('united-states', 'any'),
    /** StopContact on a contact that has ended: `not-found` (410, default) or `accepted`. */
    stopOfEnded: choice('not-found', 'accepted'),
    /** Contacts in progress in SearchContacts: `hidden` until they have ended (default) or `listed`. */
    searchLiveContacts: choice('hidden', 'listed'),
    /** How long the answer of the slow destination takes. Default 5,000. */
    slowAnswerMs: ms,
    /** What flows record by themselves: every talk with an agent (`by-flow`, default), or nothing: calls are recorded `on-request` only. */
    recordings: choice('by-flow', 'on-request'),
    /** From the moment of a contact event to its arrival on the queue. Default 300. */
    eventDelayMs: ms,
    /** Share of contact events, 0 to 1, that are never sent. Default 0. */
    eventsLost: share,
    /** Share of contact events that arrive twice, the copy up to `eventReorderMs` after the first. Default 0. */
    eventsDoubled: share,
    /** Share of contact events that arrive late, by at least half of `eventReorderMs` and at most all of it, so that others overtake them. Default 0. */
    eventsReordered: share,
    /** How late a reordered event may be. Default 10,000. */
    eventReorderMs: ms,
    /** Decides which events are lost, doubled or late: with the same number and calls placed in the same order, the same ones. Default 1. */
    eventSeed: whole({ min: 0 }),
    /** Contact events `plain` (default), or `as-in-the-samples` of the documents: mixed case, both detail-types, unset timestamps in 1970. */
    eventStyle: choice('plain', 'as-in-the-samples'),
    /** With detection, CONNECTED_TO_SYSTEM is sent once there is a verdict: for `answered` calls (default), or `always`, also for a dial that failed. */
    verdictEvents: choice('answered', 'always'),
    /** How often a message is received before the next receive moves it to the dead-letter queue. Default 3. */
    maxReceiveCount: whole({ min: 1 }),
    /** The steps of a call. Defaults: rings 1 s, answered 4 s, queued 6 s, with an agent 9 s, ended 60 s, after-contact work to 75 s. */
    timings,
  });
}

/** The settings a start may change; the others keep their defaults. */
export type SettingChanges = Value<ReturnType<typeof settingsShape>>;

/**
 * When the steps of a call happen: offsets from the request in milliseconds of the simulator's clock, unless named otherwise.
 * No step comes before the one before it.
 */
export type CallTimings = Required<Value<typeof moments>>;

/** All settings. */
export interface SimulatorSettings extends Required<Omit<SettingChanges, 'timings'>> {
  readonly timings: CallTimings;
}

const defaultTimings: CallTimings = {
  ringsAtMs: 1_000,
  answeredAtMs: 4_000,
  detectionMs: 1_500,
  queuedAtMs: 6_000,
  withAgentAtMs: 9_000,
  endsAtMs: 60_000,
  afterContactWorkMs: 15_000,
  refusedAtMs: 2_000,
  messageMs: 16_000,
  hangsUpInQueueMs: 10_000,
  givesUpInQueueMs: 300_000,
};

/** What holds where a start names nothing else. */
export const defaultSettings: SimulatorSettings = {
  speed: 1,
  tokenAfterEnd: 'redial',
  tokenValidMs: 7 * 24 * 60 * 60 * 1_000,
  tokenOtherInput: 'first',
  sameTokenInFlight: 'one',
  throttleReplays: 'before',
  errorTypeIn: 'header',
  concurrencyLimit: 'limit-exceeded',
  concurrentCalls: 10,
  concurrentCampaignCalls: 0,
  rates: {},
  consistencyDelayMs: 0,
  callerIdWins: 'queue',
  ringStartTimestamp: 'campaign',
  ringTimeoutOutsideCampaign: 'allowed',
  outboundStrategy: 'access-denied',
  destinations: 'united-states',
  stopOfEnded: 'not-found',
  searchLiveContacts: 'hidden',
  slowAnswerMs: 5_000,
  recordings: 'by-flow',
  eventDelayMs: 300,
  eventsLost: 0,
  eventsDoubled: 0,
  eventsReordered: 0,
  eventReorderMs: 10_000,
  eventSeed: 1,
  eventStyle: 'plain',
  verdictEvents: 'answered',
  maxReceiveCount: 3,
  timings: defaultTimings,
};

/** The default settings with changes that have no problems. */
export function settingsWith(changes: SettingChanges): SimulatorSettings {
  return { ...defaultSettings, ...changes, timings: { ...defaultTimings, ...changes.timings } };
}
