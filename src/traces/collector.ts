import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

type Done = Parameters<SpanExporter['export']>[1];

export interface CollectorParts {
  readonly exporter: SpanExporter;
  /** How long the exporter has for a batch: its own time-out begins again with each byte of an answer. */
  readonly withinMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends batches to the collector. A batch that it does not take is lost; the log says once that it takes none, and once that it does again. */
export class Collector implements SpanExporter {
  #isFailing = false;
  #lost = 0;

  constructor(private readonly parts: CollectorParts) {}

  export(spans: ReadableSpan[], done: Done): void {
    const { exporter, withinMs, clock } = this.parts;
    let isOpen = true;
    const settle = (result: Parameters<Done>[0]) => {
      if (!isOpen) return;
      isOpen = false;
      cancel();
      if (result.code === ExportResultCode.SUCCESS) this.#took();
      else this.#failed(spans.length, result.error);
      // Else the SDK would tell everybody in the process, each time.
      done({ code: ExportResultCode.SUCCESS });
    };
    const cancel = clock.after(withinMs, () => {
      settle({ code: ExportResultCode.FAILED, error: new Error(`the answer took more than ${withinMs} ms`) });
    });
    exporter.export(spans, settle);
  }

  async forceFlush(): Promise<void> {
    await this.parts.exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.parts.exporter.shutdown();
  }

  #took(): void {
    if (this.#isFailing) this.parts.log.info({ lost: this.#lost }, 'the collector takes spans again');
    this.#isFailing = false;
    this.#lost = 0;
  }

  #failed(spans: number, err: Error | undefined): void {
    if (!this.#isFailing) this.parts.log.warn({ err }, 'the collector does not take spans; they are dropped');
    this.#isFailing = true;
    this.#lost += spans;
  }
}
