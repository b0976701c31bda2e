import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { operations } from './connect/operations.js';
import { pollingPermits, quotaFor } from './connect/quotas.js';
import type { Log } from './log.js';
import type { Meters } from './meters.js';
import type { Metrics } from './metrics/metrics.js';
import type { MetricsServer } from './metrics/metrics-server.js';
import type { Stores } from './stores.js';
import type { StartedTraces } from './traces/start-traces.js';

/** Undefined where METRICS_PORT is not set: then none of it is loaded. */
export async function loadMetrics({
  host,
  metrics,
}: Config): Promise<{ readonly counts: Metrics; serve(log: Log): Promise<MetricsServer> } | undefined> {
  if (!metrics) return undefined;
  const { Metrics } = await import('./metrics/metrics.js');
  const { startMetricsServer } = await import('./metrics/metrics-server.js');
  const counts = new Metrics(metrics);
  return { counts, serve: (log) => startMetricsServer({ host, port: metrics.port }, counts, log) };
}

/** Undefined where no variable of OpenTelemetry asks for it: then none of it is loaded. */
export async function loadTraces({ traces }: Config, clock: Clock, log: Log): Promise<StartedTraces | undefined> {
  if (!traces) return undefined;
  const { startTraces } = await import('./traces/start-traces.js');
  return startTraces(traces, clock, log);
}

/** What is known of the stores and the quota without asking anybody. */
export function watchStores(config: Config, { ledger, coordination }: Stores, meters: Meters): void {
  meters.watchEach('storesUp', () => [
    ['ledger', Number(ledger.health.isUp)],
    ['coordination', Number(coordination.health.isUp)],
  ]);
  const quotas = [...Object.keys(operations), pollingPermits].map(
    (operation) => [operation, quotaFor(operation, config.connect.quotas).ratePerSecond] as const,
  );
  meters.watchEach('turnsQuota', () => quotas);
}
