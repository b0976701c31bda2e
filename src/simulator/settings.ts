/** Where the stand-alone simulator listens unless PORT says otherwise. */
export const defaultPort = 4599;

/** The variables that the stand-alone simulator reads: PORT, and settings as a JSON object. */
export const simulatorVariables = ['PORT', 'SIMULATOR_SETTINGS'] as const;

/** Steady rate and size of one operation's token bucket. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * When the steps of a call happen: offsets from the request in milliseconds of the simulator's clock, unless named otherwise.
 * Each step must come after the one before it.
 */
export interface CallTimings {
  readonly ringsAtMs: number;
  readonly answeredAtMs: number;
  /** From the answer to the verdict of answering machine detection, when it is enabled. */
  readonly detectionMs: number;
  readonly queuedAtMs: number;
  readonly withAgentAtMs: number;
  /** When a person who talks to an agent hangs up. */
  readonly endsAtMs: number;
  /** How long the agent works on after the call. */
  readonly afterContactWorkMs: number;
  /** When busy, invalid and blocked destinations fail. */
  readonly refusedAtMs: number;
  /** From the answer to the end of a flow that only plays a message. */
  readonly messageMs: number;
  /** From joining the queue to the hang-up of a person who does not wait. */
  readonly hangsUpInQueueMs: number;
  /** From joining the queue to the hang-up of a person whom no agent ever answers. */
  readonly givesUpInQueueMs: number;
}

/** Every switch of the simulator. Where the behaviour of the real service is not documented, the default is the worse one for a client. */
export interface SimulatorSettings {
  /** How fast the default clock runs against real time; ignored when a clock is passed in. Default 1. */
  readonly speed: number;
  /** A ClientToken whose contact has ended: `redial` places a new call (the default, after old documents), `replay` answers the old ContactId. */
  readonly tokenAfterEnd: 'redial' | 'replay';
  /** A ClientToken with other input: `first` answers the first ContactId (default), `error` an IdempotencyException. */
  readonly tokenOtherInput: 'first' | 'error';
  /** A ClientToken repeated before its first request was answered: `one` contact (default), or `race`, in which each request places its own. */
  readonly sameTokenInFlight: 'one' | 'race';
  /** Whether quotas (rate and concurrent calls) are applied `before` (default) or `after` a repeated ClientToken is recognised. */
  readonly throttleReplays: 'before' | 'after';
  /** A call over the concurrent-call quota: `limit-exceeded` at once (default), or a contact that is accepted and then a `failed-call`. */
  readonly concurrencyLimit: 'limit-exceeded' | 'failed-call';
  /** Calls that may be active in one instance. Default 10, as on AWS. */
  readonly concurrentCalls: number;
  /** CAMPAIGN calls that may be active in one instance. Default 0, as on AWS: campaign calls are off until the quota is raised. */
  readonly concurrentCampaignCalls: number;
  /** Token buckets by operation, over Connect's default ones, on the simulator's clock; `off` never throttles. Default `{}`. */
  readonly rates: 'off' | Readonly<Record<string, Rate>>;
  /** A contact younger than this is not yet visible to anything but the repeat of its ClientToken. Default 0. */
  readonly consistencyDelayMs: number;
  /** Caller ID when both SourcePhoneNumber and QueueId are given: the `queue`'s (default, the documented sentence) or the `source`. */
  readonly callerIdWins: 'queue' | 'source';
  /** RingStartTimestamp is documented for `campaign` calls only (default); `always` fills it for every call that rings. */
  readonly ringStartTimestamp: 'campaign' | 'always';
  /** RingTimeoutInSeconds outside CAMPAIGN traffic: `allowed` (default, nothing documented forbids it) or `refused`. */
  readonly ringTimeoutOutsideCampaign: 'allowed' | 'refused';
  /** OutboundStrategy belongs to outbound campaigns' own principal: `access-denied` (default), or `allowed`. */
  readonly outboundStrategy: 'access-denied' | 'allowed';
  /** Countries that may be called: those of an instance in the `united-states` (default), or `any`. */
  readonly destinations: 'united-states' | 'any';
  /** StopContact on a contact that has ended: `not-found` (410, default) or `accepted`. */
  readonly stopOfEnded: 'not-found' | 'accepted';
  /** Contacts in progress in SearchContacts: `hidden` until they have ended (default) or `listed`. */
  readonly searchLiveContacts: 'hidden' | 'listed';
  /** How long the answer of the slow destination takes. Default 5,000. */
  readonly slowAnswerMs: number;
  /** What flows record by themselves: every talk with an agent (`by-flow`, default), or nothing: calls are recorded `on-request` only. */
  readonly recordings: 'by-flow' | 'on-request';
  /** From the moment of a contact event to its arrival on the queue. Default 300. */
  readonly eventDelayMs: number;
  /** Share of contact events, 0 to 1, that are never sent. Default 0. */
  readonly eventsLost: number;
  /** Share of contact events that arrive twice, the copy up to `eventReorderMs` after the first. Default 0. */
  readonly eventsDoubled: number;
  /** Share of contact events that arrive late, by at least half of `eventReorderMs` and at most all of it, so that others overtake them. Default 0. */
  readonly eventsReordered: number;
  /** How late a reordered event may be. Default 10,000. */
  readonly eventReorderMs: number;
  /** Decides which events are lost, doubled or late: with the same number and calls placed in the same order, the same ones. Default 1. */
  readonly eventSeed: number;
  /** Contact events `plain` (default), or `as-in-the-samples` of the documents: mixed case, both detail-types, unset timestamps in 1970. */
  readonly eventStyle: 'plain' | 'as-in-the-samples';
  /** With detection, CONNECTED_TO_SYSTEM is sent once there is a verdict: for `answered` calls (default), or `always`, also for a dial that failed. */
  readonly verdictEvents: 'answered' | 'always';
  /** How often a message is received before the next receive moves it to the dead-letter queue. Default 3. */
  readonly maxReceiveCount: number;
  /** The steps of a call. Defaults: rings 1 s, answered 4 s, queued 6 s, with an agent 9 s, ended 60 s, after-contact work to 75 s. */
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

/** The settings a start may change; the others keep their defaults. */
export type SettingChanges = Partial<Omit<SimulatorSettings, 'timings'>> & { readonly timings?: Partial<CallTimings> };

/** What holds where a start names nothing else. */
export const defaultSettings: SimulatorSettings = {
  speed: 1,
  tokenAfterEnd: 'redial',
  tokenOtherInput: 'first',
  sameTokenInFlight: 'one',
  throttleReplays: 'before',
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

/** The default settings with changes. */
export function settingsWith(changes: SettingChanges): SimulatorSettings {
  return { ...defaultSettings, ...changes, timings: { ...defaultTimings, ...changes.timings } };
}
