interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  /** In seconds. */
  readonly buckets?: readonly number[];
  /** Dashboards may rely on its name and labels. */
  readonly isStable?: true;
  /** Gets the label `tenant` where METRICS_TENANT_LABEL says so. */
  readonly byTenant?: true;
}

/** From a turn at once to the longest that a caller may wait. */
const waits = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Amazon Connect answers in tenths of a second, and is waited for a minute at most. */
const latencies = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** The time of an event has no fraction of a second. */
const lags = [1, 2, 5, 10, 30, 60, 300, 900, 3_600];

/** Every metric that the gateway defines. The table in docs/metrics.md is held to this one by a test. */
export const definitions = {
  outdial_operations_total: {
    type: 'counter',
    labels: ['field', 'code'],
    help: 'Operations answered, once for each of their root fields, by the code of their first error or `OK`.',
    isStable: true,
    byTenant: true,
  },
  outdial_operation_duration_seconds: {
    type: 'histogram',
    labels: ['field'],
    help: 'Time from the request to the answer of a query or mutation, once for each of its root fields.',
    buckets: latencies,
  },
  outdial_operations_shed_total: {
    type: 'counter',
    labels: ['kind'],
    help: 'Operations that this replica refused because it has too much to do, queries and subscriptions (read) before mutations.',
  },
  outdial_operations_in_flight: {
    type: 'gauge',
    labels: [],
    help: 'Operations that this replica runs or lets wait, by which it refuses further ones (MAX_OPERATIONS_IN_FLIGHT).',
  },
  outdial_calls_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Calls placed, and requests for a call that were answered otherwise.',
    isStable: true,
    byTenant: true,
  },
  outdial_calls_placed_twice_total: {
    type: 'counter',
    labels: [],
    help: 'Calls for which Amazon Connect gave a second contact id.',
    isStable: true,
  },
  outdial_outcomes_unknown: {
    type: 'gauge',
    labels: [],
    help: 'Calls of this replica whose outcome is unknown, and that may still be sent again.',
    isStable: true,
  },
  outdial_turn_wait_seconds: {
    type: 'histogram',
    labels: ['operation'],
    help: 'How long a request to Amazon Connect waited for its turn (its permit).',
    buckets: waits,
    isStable: true,
  },
  outdial_turns_waiting: {
    type: 'gauge',
    labels: ['operation'],
    help: 'Requests of this replica that wait for their turn.',
  },
  outdial_turns_refused_total: {
    type: 'counter',
    labels: ['operation', 'reason'],
    help: 'Requests to Amazon Connect that got no turn, and so were not sent.',
  },
  outdial_turns_quota_per_second: {
    type: 'gauge',
    labels: ['operation'],
    help: 'Turns a second that the quota allows all replicas together.',
  },
  outdial_connect_requests_total: {
    type: 'counter',
    labels: ['operation', 'status'],
    help: 'Requests sent to Amazon Connect, each attempt by itself, by HTTP status; `none` where no answer came.',
    isStable: true,
  },
  outdial_connect_request_duration_seconds: {
    type: 'histogram',
    labels: ['operation'],
    help: 'Time from sending a request to Amazon Connect to its answer or failure.',
    buckets: latencies,
  },
  outdial_connect_throttled_total: {
    type: 'counter',
    labels: ['operation'],
    help: 'Requests that Amazon Connect refused for their rate (429), each attempt by itself.',
  },
  outdial_ledger_claims_total: {
    type: 'counter',
    labels: ['result'],
    help: 'What efforts to place a call found when they claimed it in the ledger.',
  },
  outdial_ledger_owed_writes: {
    type: 'gauge',
    labels: [],
    help: 'Placed calls of this replica that the ledger did not take yet.',
  },
  outdial_ledger_owed_releases: {
    type: 'gauge',
    labels: [],
    help: 'Reservations of this replica that are to be released once the ledger is back.',
  },
  outdial_duplicate_calls_refused_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Calls that the duplicate-call window of their number refused.',
  },
  outdial_policy_refusals_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Reasons for which dialing rules, pauses and lists refused calls, before their claim or right before they were dialed; a call may have several.',
  },
  outdial_store_up: {
    type: 'gauge',
    labels: ['store'],
    help: '1 while the ledger, or what replicas coordinate by, can be asked; otherwise 0.',
  },
  outdial_events_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Messages taken off the queue of contact events, each delivery by itself.',
  },
  outdial_event_lag_seconds: {
    type: 'histogram',
    labels: [],
    help: 'How long after EventBridge sent it a contact event was recorded.',
    buckets: lags,
  },
  outdial_subscriptions_open: {
    type: 'gauge',
    labels: ['transport'],
    help: 'Subscriptions that this replica serves.',
  },
  outdial_subscriptions_ended_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Subscriptions that ended or were refused.',
  },
  outdial_cache_requests_total: {
    type: 'counter',
    labels: ['cache'],
    help: 'What caches were asked for.',
  },
  outdial_cache_misses_total: {
    type: 'counter',
    labels: ['cache'],
    help: 'What caches did not have, or not fresh, so that it was loaded.',
  },
  outdial_policy_reads_total: {
    type: 'counter',
    labels: ['result'],
    help: 'How often the policy file was read, because it changed or SIGHUP asked for it.',
  },
  outdial_policy_behind_seconds: {
    type: 'gauge',
    labels: [],
    help: 'For how long the policy in use is not that of the policy file, which cannot be taken; 0 where it is.',
  },
  outdial_policy_expired: {
    type: 'gauge',
    labels: [],
    help: '1 while the policy in use is past its maxAge, because the file cannot be taken: no call is placed; otherwise 0.',
  },
  outdial_alarms_total: {
    type: 'counter',
    labels: ['alarm'],
    help: 'Lines of the log that begin with ALARM, whatever LOG_LEVEL is.',
  },
} as const satisfies Readonly<Record<string, Definition>>;

export type MetricName = keyof typeof definitions;
export type NameOf<Type extends Definition['type']> = {
  [Name in MetricName]: (typeof definitions)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** The definition, with what only some have. */
export function definitionOf(name: MetricName): Definition {
  return definitions[name];
}
