import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { TraceSettings } from '../trace-settings.js';
import { Collector } from './collector.js';
import { samplerOf } from './sampler.js';
import { Traces } from './traces.js';

/** How many spans wait for the collector at most; further ones are dropped. docs/traces.md names it and is held to it by a test. */
export const maxSpansWaiting = 2_048;
/** How long a stop waits for the collector. docs/traces.md names it and is held to it by a test. */
export const flushWithinMs = 2_000;

export interface StartedTraces {
  readonly tracer: Traces;
  /** Sends what waits, for as long as a stop may wait; never rejects. */
  stop(): Promise<void>;
}

export function startTraces(settings: TraceSettings, clock: Clock, log: Log): StartedTraces {
  const { collector, sampler, takesContext, resource } = settings;
  const processor = collector
    ? new BatchSpanProcessor({
        // It reads by itself the compression and the certificates, which the configuration has looked at.
        exporter: new Collector({
          exporter: new OTLPTraceExporter({
            url: collector.url,
            headers: { ...collector.headers },
            timeoutMillis: collector.timeoutMs,
          }),
          withinMs: collector.timeoutMs + 1_000,
          // As for the exporter and the processor, which know no other time.
          clock: systemClock,
          log,
        }),
        maxQueueSize: maxSpansWaiting,
        scheduledDelayMillis: collector.delayMs,
        exportTimeoutMillis: collector.timeoutMs + 2_000,
      })
    : new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
  const tracer = new Traces({
    sampler: samplerOf(sampler),
    processor,
    resource: { 'service.instance.id': randomUUID(), ...resource },
    takesContext,
  });
  return {
    tracer,
    stop: async () => {
      let cancel: () => void = () => undefined;
      const late = new Promise<void>((resolve) => (cancel = clock.after(flushWithinMs, resolve)));
      const flushed = tracer.stop().catch((err: unknown) => {
        log.warn({ err }, 'not all spans were sent');
      });
      await Promise.race([flushed, late]);
      cancel();
    },
  };
}
