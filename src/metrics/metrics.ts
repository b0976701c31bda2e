import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  alarms,
  cacheNames,
  callResults,
  claimResults,
  duplicateReasons,
  eventResults,
  policyResults,
  shedKinds,
  type Alarm,
  type CacheName,
  type CallResult,
  type ClaimResult,
  type DuplicateReason,
  type EndedOperation,
  type EventResult,
  type KeyedGauge,
  type Meters,
  type PlainGauge,
  type PolicyResult,
  type ShedKind,
  type TurnRefusal,
} from '../meters.js';
import { refusalReasons } from '../policy/outcome.js';
import { definitionOf, definitions, type MetricName, type NameOf } from './definitions.js';

export interface MetricsOptions {
  /** Whether operations and calls are counted for each tenant. */
  readonly tenantLabel: boolean;
}

/** So many tenants are told apart; the others are counted together. docs/metrics.md names it and is held to it by a test. */
export const maxTenants = 100;

/** Stands for every tenant beyond those, and for a root field that the schema does not have. */
const other = 'other';

/** HTTP statuses of Amazon Connect that tell something; of all others the class does. */
const statuses = new Set([200, 400, 402, 403, 404, 409, 410, 413, 429, 500, 502, 503, 504]);

type Labels = Readonly<Record<string, string>>;

/** Keeps the counts of one gateway, in a registry of its own, and writes them in Prometheus' text format. */
export class Metrics implements Meters {
  readonly #registry = new Registry();
  readonly #counters: ReadonlyMap<MetricName, Counter>;
  readonly #gauges: ReadonlyMap<MetricName, Gauge>;
  readonly #histograms: ReadonlyMap<MetricName, Histogram>;
  readonly #reads = new Map<MetricName, (gauge: Gauge) => void>();
  readonly #tenants = new Set<string>();
  #fields: ReadonlySet<string> = new Set();

  constructor(private readonly options: MetricsOptions) {
    // Of the process, and so the same for two gateways in one.
    collectDefaultMetrics({ register: this.#registry });
    const registers = [this.#registry];
    const reads = this.#reads;
    const configured = <M>(type: 'counter' | 'gauge' | 'histogram', make: (name: MetricName) => M) =>
      new Map(
        (Object.keys(definitions) as MetricName[])
          .filter((name) => definitionOf(name).type === type)
          .map((name) => [name, make(name)]),
      );
    const common = (name: MetricName) => ({ name, help: definitionOf(name).help, registers });
    this.#counters = configured(
      'counter',
      (name) => new Counter({ ...common(name), labelNames: this.#labelsOf(name) }),
    );
    this.#gauges = configured(
      'gauge',
      (name) =>
        new Gauge({
          ...common(name),
          labelNames: this.#labelsOf(name),
          collect() {
            reads.get(name)?.(this);
          },
        }),
    );
    this.#histograms = configured(
      'histogram',
      (name) =>
        new Histogram({
          ...common(name),
          labelNames: this.#labelsOf(name),
          buckets: [...(definitionOf(name).buckets ?? [])],
        }),
    );
    this.#beginAtZero();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything that is counted, as it is now. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  countFields(fields: readonly string[]): void {
    this.#fields = new Set(fields);
  }

  operationEnded({ rootFields = [], code, tenant, durationMs }: EndedOperation): void {
    const known = new Set(rootFields.map((field) => (this.#fields.has(field) ? field : other)));
    for (const field of known.size === 0 ? [other] : known) {
      this.#count('outdial_operations_total', { field, code, ...this.#tenantLabel(tenant) });
      if (durationMs !== undefined) this.#observe('outdial_operation_duration_seconds', { field }, durationMs);
    }
  }

  operationShed(kind: ShedKind): void {
    this.#count('outdial_operations_shed_total', { kind });
  }

  callEnded(result: CallResult, tenant: string): void {
    this.#count('outdial_calls_total', { result, ...this.#tenantLabel(tenant) });
  }

  claimed(result: ClaimResult): void {
    this.#count('outdial_ledger_claims_total', { result });
  }

  policyRefused(reason: string): void {
    this.#count('outdial_policy_refusals_total', { reason });
  }

  duplicateRefused(reason: DuplicateReason): void {
    this.#count('outdial_duplicate_calls_refused_total', { reason });
  }

  turnGranted(operation: string, waitMs: number): void {
    this.#observe('outdial_turn_wait_seconds', { operation }, waitMs);
  }

  turnRefused(operation: string, reason: TurnRefusal): void {
    this.#count('outdial_turns_refused_total', { operation, reason });
  }

  connectAnswered(operation: string, status: number | undefined, durationMs: number): void {
    this.#count('outdial_connect_requests_total', { operation, status: statusLabel(status) });
    this.#observe('outdial_connect_request_duration_seconds', { operation }, durationMs);
  }

  connectThrottled(operation: string): void {
    this.#count('outdial_connect_throttled_total', { operation });
  }

  eventTaken(result: EventResult): void {
    this.#count('outdial_events_total', { result });
  }

  eventLag(lagMs: number): void {
    this.#observe('outdial_event_lag_seconds', {}, lagMs);
  }

  subscriptionOpened(transport: string): void {
    this.#gauge('outdial_subscriptions_open').inc({ transport });
  }

  subscriptionClosed(transport: string): void {
    this.#gauge('outdial_subscriptions_open').dec({ transport });
  }

  subscriptionEnded(reason: string): void {
    this.#count('outdial_subscriptions_ended_total', { reason: reason.replaceAll(' ', '_') });
  }

  cacheAsked(cache: CacheName): void {
    this.#count('outdial_cache_requests_total', { cache });
  }

  cacheMissed(cache: CacheName): void {
    this.#count('outdial_cache_misses_total', { cache });
  }

  alarmRaised(alarm: Alarm): void {
    this.#count('outdial_alarms_total', { alarm });
    if (alarm === 'placed_twice') this.#count('outdial_calls_placed_twice_total');
  }

  policyRead(result: PolicyResult): void {
    this.#count('outdial_policy_reads_total', { result });
  }

  watch(gauge: PlainGauge, read: () => number): void {
    this.#reads.set(plainGauges[gauge], (metric) => {
      metric.set(read());
    });
  }

  watchEach(gauge: KeyedGauge, read: () => Iterable<readonly [key: string, value: number]>): void {
    const name = keyedGauges[gauge];
    const [label] = definitions[name].labels;
    this.#reads.set(name, (metric) => {
      for (const [key, value] of read()) metric.set({ [label]: key }, value);
    });
  }

  #count(name: NameOf<'counter'>, labels: Labels = {}, by?: number): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  #observe(name: NameOf<'histogram'>, labels: Labels, ms: number): void {
    // Two clocks may disagree on what came first.
    this.#histograms.get(name)?.observe(labels, Math.max(0, ms) / 1_000);
  }

  #gauge(name: NameOf<'gauge'>): Gauge {
    return this.#gauges.get(name)!;
  }

  #labelsOf(name: MetricName): string[] {
    const { labels, byTenant } = definitionOf(name);
    return byTenant && this.options.tenantLabel ? [...labels, 'tenant'] : [...labels];
  }

  /** Empty for nobody's tenant, which to Prometheus is the same as no label. */
  #tenantLabel(tenant: string | undefined): Labels {
    if (!this.options.tenantLabel) return {};
    if (tenant === undefined) return { tenant: '' };
    const label = this.#tenants.has(tenant) || this.#tenants.size < maxTenants ? tenant : other;
    if (!this.#tenants.has(label)) this.#beginTenant(label);
    return { tenant: label };
  }

  /** So that the first call of a tenant that fails is an increase, although others of it were placed before. */
  #beginTenant(tenant: string): void {
    this.#tenants.add(tenant);
    for (const result of callResults) this.#count('outdial_calls_total', { result, tenant }, 0);
  }

  /** Else the first of a kind is no increase to Prometheus, which never saw the zero before it. */
  #beginAtZero(): void {
    const start = (name: NameOf<'counter'>, label: string, values: readonly string[]) => {
      for (const value of values) this.#count(name, { [label]: value }, 0);
    };
    if (!this.options.tenantLabel) start('outdial_calls_total', 'result', callResults);
    start('outdial_ledger_claims_total', 'result', claimResults);
    start('outdial_duplicate_calls_refused_total', 'reason', duplicateReasons);
    start('outdial_policy_refusals_total', 'reason', refusalReasons);
    start('outdial_operations_shed_total', 'kind', shedKinds);
    start('outdial_events_total', 'result', eventResults);
    start('outdial_policy_reads_total', 'result', policyResults);
    start('outdial_cache_requests_total', 'cache', cacheNames);
    start('outdial_cache_misses_total', 'cache', cacheNames);
    start('outdial_alarms_total', 'alarm', alarms);
  }
}

const plainGauges = {
  operationsInFlight: 'outdial_operations_in_flight',
  outcomesUnknown: 'outdial_outcomes_unknown',
  owedWrites: 'outdial_ledger_owed_writes',
  owedReleases: 'outdial_ledger_owed_releases',
  policyBehindSeconds: 'outdial_policy_behind_seconds',
  policyExpired: 'outdial_policy_expired',
} as const satisfies Readonly<Record<PlainGauge, MetricName>>;

const keyedGauges = {
  turnsWaiting: 'outdial_turns_waiting',
  turnsQuota: 'outdial_turns_quota_per_second',
  storesUp: 'outdial_store_up',
} as const satisfies Readonly<Record<KeyedGauge, MetricName>>;

function statusLabel(status: number | undefined): string {
  if (status === undefined) return 'none';
  return statuses.has(status) ? String(status) : `${Math.floor(status / 100)}xx`;
}
