import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../log.js';

type Done = Parameters<SpanExporter['export']>[1];

/** Sends batches to the collector. A batch that it does not take is lost; the log says once that it takes none, and once that it does again. */
export class Collector implements SpanExporter {
  #isFailing = false;
  #lost = 0;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Log,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#took();
      else this.#failed(spans.length, result.error);
      // Else the SDK would tell everybody in the process, each time.
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  #took(): void {
    if (this.#isFailing) this.log.info({ lost: this.#lost }, 'the collector takes spans again');
    this.#isFailing = false;
    this.#lost = 0;
  }

  #failed(spans: number, err: Error | undefined): void {
    if (!this.#isFailing) this.log.warn({ err }, 'the collector does not take spans; they are dropped');
    this.#isFailing = true;
    this.#lost += spans;
  }
}
