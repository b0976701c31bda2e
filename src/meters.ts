/** What became of a request to place a call. docs/metrics.md says what each counts. */
export const callResults = [
  'placed',
  'replayed',
  'duplicate',
  'throttled',
  'unknown',
  'unavailable',
  'refused',
  'failed',
] as const;
export type CallResult = (typeof callResults)[number];

/** What an effort to place a call found in the ledger. */
export const claimResults = [
  'new',
  'resend',
  'leased',
  'placed',
  'conflict',
  'expired',
  'refused',
  'forbidden',
] as const;
export type ClaimResult = (typeof claimResults)[number];

/** Why the duplicate-call window of a number refused a call. */
export const duplicateReasons = ['pending', 'placed', 'outcome_unknown', 'too_many_repeats'] as const;
export type DuplicateReason = (typeof duplicateReasons)[number];

/** Why a request got no turn: it would have come too late; its subject waits for as many as it may; the rate limiter did not answer; or nobody waited for it any more. */
export const turnRefusals = ['too_late', 'too_many', 'unavailable', 'abandoned'] as const;
export type TurnRefusal = (typeof turnRefusals)[number];

/** What became of a message off the queue of contact events. */
export const eventResults = ['recorded', 'unchanged', 'foreign', 'unreadable', 'failed'] as const;
export type EventResult = (typeof eventResults)[number];

export const cacheNames = ['contacts', 'queues', 'agents', 'flows', 'instances', 'documents'] as const;
export type CacheName = (typeof cacheNames)[number];

/** The lines of the log that begin with ALARM: a call was placed twice; Redis, or the database, is none that may be used. */
export const alarms = ['placed_twice', 'redis', 'database'] as const;
export type Alarm = (typeof alarms)[number];

/** Which operations are refused for overload: reads from a part of the limits on. */
export const shedKinds = ['read', 'mutation'] as const;
export type ShedKind = (typeof shedKinds)[number];

/** What became of a policy file that was read. */
export const policyResults = ['taken', 'refused'] as const;
export type PolicyResult = (typeof policyResults)[number];

/** What is read when somebody looks. Those of the second kind have a value for each operation, or store. */
export type PlainGauge =
  'operationsInFlight' | 'outcomesUnknown' | 'owedWrites' | 'owedReleases' | 'policyBehindSeconds' | 'policyExpired';
export type KeyedGauge = 'turnsWaiting' | 'turnsQuota' | 'storesUp';

export interface EndedOperation {
  /** As the client wrote them; undefined where the document was not read so far. */
  readonly rootFields: readonly string[] | undefined;
  /** That of its first error, or `OK`. */
  readonly code: string;
  readonly tenant: string | undefined;
  /** Left out for a subscription. */
  readonly durationMs?: number;
}

/**
 * What is counted, whoever keeps the counts: no room but `metrics` knows how. Nothing that a method gets is a phone number, an id or a text of a caller's, but for the
 * root fields, of which only those of the schema are kept, and the tenant, which is kept where the operator asks for it. No method throws.
 */
export interface Meters {
  /** The root fields of the schema: before, and of others, no name is kept. */
  countFields(fields: readonly string[]): void;
  operationEnded(operation: EndedOperation): void;
  /** Refused because this process has too much to do. */
  operationShed(kind: ShedKind): void;
  callEnded(result: CallResult, tenant: string): void;
  claimed(result: ClaimResult): void;
  duplicateRefused(reason: DuplicateReason): void;
  /** A call was refused for this, and perhaps for more; `reason` is a RefusalReason. */
  policyRefused(reason: string): void;
  turnGranted(operation: string, waitMs: number): void;
  turnRefused(operation: string, reason: TurnRefusal): void;
  /** `status` is that of HTTP; undefined where no answer came. */
  connectAnswered(operation: string, status: number | undefined, durationMs: number): void;
  /** Amazon Connect refused a request for its rate. */
  connectThrottled(operation: string): void;
  eventTaken(result: EventResult): void;
  /** So long ago had EventBridge sent the event when it was recorded. */
  eventLag(lagMs: number): void;
  subscriptionOpened(transport: string): void;
  subscriptionClosed(transport: string): void;
  /** Also one that was refused, and so was never open. `reason` is a SubscriptionEnd. */
  subscriptionEnded(reason: string): void;
  cacheAsked(cache: CacheName): void;
  /** The cache had nothing, or nothing fresh, so that somebody else is asked. */
  cacheMissed(cache: CacheName): void;
  alarmRaised(alarm: Alarm): void;
  /** Also one that is as it was. */
  policyRead(result: PolicyResult): void;
  /** Has `read` called whenever somebody looks. */
  watch(gauge: PlainGauge, read: () => number): void;
  watchEach(gauge: KeyedGauge, read: () => Iterable<readonly [key: string, value: number]>): void;
}

const nothing = (): void => undefined;

/** Nobody looks. */
export const noMeters: Meters = {
  countFields: nothing,
  operationEnded: nothing,
  operationShed: nothing,
  callEnded: nothing,
  claimed: nothing,
  duplicateRefused: nothing,
  policyRefused: nothing,
  turnGranted: nothing,
  turnRefused: nothing,
  connectAnswered: nothing,
  connectThrottled: nothing,
  eventTaken: nothing,
  eventLag: nothing,
  subscriptionOpened: nothing,
  subscriptionClosed: nothing,
  subscriptionEnded: nothing,
  cacheAsked: nothing,
  cacheMissed: nothing,
  alarmRaised: nothing,
  policyRead: nothing,
  watch: nothing,
  watchEach: nothing,
};
