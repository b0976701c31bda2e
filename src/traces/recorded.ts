import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span as SdkSpan,
} from '@opentelemetry/api';
import type { Span, SpanFacts, SpanIds, TracedOperation } from '../tracer.js';
import { attributesOf, errorAttributes, isFault, isFaultCode, nameOf, operationAttributes } from './attributes.js';

/** A span that is under way, or that has ended while work which began in it goes on. */
export class Recorded implements Span {
  #span: SdkSpan;
  #hasEnded = false;

  /** `beginApart` begins a span of the same name, with this link and without a parent; an operation has none. */
  constructor(
    span: SdkSpan,
    /** Of the operation that it is a part of. */
    readonly requestId: string | undefined,
    private readonly beginApart?: (link: Link) => SdkSpan,
  ) {
    this.#span = span;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the sampler keeps it. */
  get isKept(): boolean {
    return (this.#span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  get ids(): SpanIds {
    const { traceId, spanId } = this.#span.spanContext();
    const ids = { trace_id: traceId, span_id: spanId };
    return this.requestId === undefined ? ids : { requestId: this.requestId, ...ids };
  }

  /** For what is a part of it. */
  get context(): Context {
    return trace.setSpan(ROOT_CONTEXT, this.#span);
  }

  /** For what only has to do with it. */
  get link(): Link {
    return { context: this.#span.spanContext() };
  }

  note(facts: SpanFacts): void {
    this.#span.setAttributes(attributesOf(facts));
  }

  continueApart(): void {
    if (this.#hasEnded || !this.beginApart) return;
    this.#span.end();
    this.#span = this.beginApart(this.link);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#span.end();
    // A subscription goes on for hours after its span, of which it needs no more than the ids.
    this.#span = trace.wrapSpanContext(this.#span.spanContext());
  }

  fail(error: unknown): void {
    this.#span.setAttributes(errorAttributes(error));
    if (isFault(error)) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.end();
  }

  endOperation(operation: TracedOperation): void {
    if (this.#hasEnded) return;
    this.#span.updateName(nameOf(operation));
    this.#span.setAttributes(operationAttributes(operation));
    if (operation.code && isFaultCode(operation.code)) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.end();
  }
}
