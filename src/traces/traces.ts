import { ROOT_CONTEXT, SpanKind, trace, type Context, type Link, type Tracer as SdkTracer } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { OperationSpan, Span, SpanIds, SpanName, TraceHeaders, TracedOperation, Tracer } from '../tracer.js';
import { Recorded } from './recorded.js';

export interface TracesParts {
  readonly sampler: Sampler;
  readonly processor: SpanProcessor;
  readonly resource: Readonly<Record<string, string>>;
  /** Whether the trace of a caller goes on here. */
  readonly takesContext: boolean;
}

const kinds: Readonly<Partial<Record<SpanName, SpanKind>>> = { send: SpanKind.CLIENT, event: SpanKind.CONSUMER };

/** Records spans, in a provider of its own: nothing of the process is set, so that two gateways in one do not meet. */
export class Traces implements Tracer {
  readonly #provider: TracerProvider;
  readonly #tracer: SdkTracer;
  readonly #underWay = new AsyncLocalStorage<Recorded>();

  constructor(private readonly parts: TracesParts) {
    const { sampler, processor, resource } = parts;
    this.#provider = new TracerProvider({
      sampler,
      spanProcessors: [processor],
      resource: defaultResource().merge(resourceFromAttributes(resource)),
    });
    this.#tracer = this.#provider.getTracer('outdial');
  }

  operation(
    requestId: string,
    { caller, linked }: { readonly caller?: TraceHeaders; readonly linked?: TraceHeaders } = {},
  ): OperationSpan {
    const link = trace.getSpanContext(this.#contextOf(linked));
    const links = link ? [{ context: link }] : [];
    const span = this.#tracer.startSpan('operation', { kind: SpanKind.SERVER, links }, this.#contextOf(caller));
    return new RecordedOperation(new Recorded(span, requestId), this);
  }

  /** Does `work` as a part of what is recorded. */
  within<T>(recorded: Recorded, work: () => T): T {
    return this.#underWay.run(recorded, work);
  }

  /** Does `work` in a trace of its own, linked to what is recorded. */
  after<T>(recorded: Recorded, name: SpanName, work: (span: Span) => T): T {
    return this.#record(name, recorded, ROOT_CONTEXT, [recorded.link], work);
  }

  span<T>(name: SpanName, work: (span: Span) => T): T {
    const around = this.#underWay.getStore();
    if (!around) return work(unrecorded({}));
    return around.hasEnded ? this.after(around, name, work) : this.#record(name, around, around.context, [], work);
  }

  apart<T>(name: SpanName, work: (span: Span) => T): T {
    return this.#record(name, undefined, ROOT_CONTEXT, [], work);
  }

  ids(): SpanIds {
    return this.#underWay.getStore()?.ids ?? {};
  }

  /** Sends what is recorded, and records nothing any more. */
  stop(): Promise<void> {
    return this.#provider.shutdown();
  }

  #record<T>(
    name: SpanName,
    around: Recorded | undefined,
    context: Context,
    links: Link[],
    work: (span: Span) => T,
  ): T {
    // Its parts are not kept either.
    if (around?.isKept === false) return work(unrecorded(around.ids));
    const kind = kinds[name] ?? SpanKind.INTERNAL;
    const begin = (ofContext: Context, itsLinks: Link[]) =>
      this.#tracer.startSpan(name, { kind, links: itsLinks }, ofContext);
    const beginApart = (link: Link) => begin(ROOT_CONTEXT, [link]);
    const recorded = new Recorded(begin(context, links), around?.requestId, beginApart);
    let result: T;
    try {
      result = this.#underWay.run(recorded, work, recorded);
    } catch (error) {
      recorded.fail(error);
      throw error;
    }
    if (!(result instanceof Promise)) {
      recorded.end();
      return result;
    }
    result.then(
      () => {
        recorded.end();
      },
      (error: unknown) => {
        recorded.fail(error);
      },
    );
    return result;
  }

  #contextOf(headers: TraceHeaders | undefined): Context {
    const traceparent = headers?.traceparent;
    // Its `tracestate` is left out: nobody here reads it, and a caller may write anything there.
    const found = this.parts.takesContext && typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
    return found ? trace.setSpanContext(ROOT_CONTEXT, { ...found, isRemote: true }) : ROOT_CONTEXT;
  }
}

/** Without functions of its own: thousands of subscriptions hold one each. */
class RecordedOperation implements OperationSpan {
  constructor(
    private readonly recorded: Recorded,
    private readonly traces: Traces,
  ) {}

  get ids(): SpanIds {
    return this.recorded.ids;
  }

  run<T>(work: () => T): T {
    return this.traces.within(this.recorded, work);
  }

  end(operation: TracedOperation): void {
    this.recorded.endOperation(operation);
  }

  later<T>(name: SpanName, work: (span: Span) => T): T {
    return this.traces.after(this.recorded, name, work);
  }
}

/** In the place of a span that is not kept. */
function unrecorded(ids: SpanIds): Span {
  return { ids, note: () => undefined, continueApart: () => undefined };
}
