import type { ErrorCode } from './errors.js';
import type { ClaimResult, EventResult, TurnRefusal } from './meters.js';

/** The parts of an operation, and of what goes on without one, that have spans of their own. docs/traces.md says what each is. */
export const spanNames = ['authorize', 'claim', 'effort', 'turn', 'send', 'poll', 'event', 'update'] as const;
export type SpanName = (typeof spanNames)[number];

/** All that a span may say of its work: words of the gateway's own, and what Amazon Connect and the AWS SDK name. Nothing that a caller chose, and no id but that of a request to AWS. */
export interface SpanFacts {
  /** Of Amazon Connect, such as `StartOutboundVoiceContact`. */
  readonly connectOperation?: string;
  /** Of HTTP. */
  readonly status?: number | undefined;
  readonly awsRequestId?: string | undefined;
  readonly claim?: ClaimResult;
  readonly turnRefused?: TurnRefusal;
  readonly event?: EventResult;
}

/** What a line of the log says of the span that it was written in; empty where there is none. */
export interface SpanIds {
  readonly requestId?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
}

export interface Span {
  readonly ids: SpanIds;
  note(facts: SpanFacts): void;
  /** The answer was given and the work goes on: its further spans are a trace of their own, linked to this span. */
  continueApart(): void;
}

/** The header of W3C Trace Context that names the trace of a caller, as it came. */
export interface TraceHeaders {
  readonly traceparent?: string | string[] | undefined;
}

export interface TracedOperation {
  /** `query`, `mutation` or `subscription`. */
  readonly type?: string | undefined;
  /** Of the schema. */
  readonly rootFields?: readonly string[] | undefined;
  /** That of its first error. */
  readonly code?: ErrorCode | undefined;
}

/** The span of an operation, from when its caller is known to its answer. */
export interface OperationSpan {
  readonly ids: SpanIds;
  /** Does `work`, whose spans are parts of the operation. */
  run<T>(work: () => T): T;
  /** Of several ends the first one counts. */
  end(operation: TracedOperation): void;
  /** What comes of it later, such as a further result: a trace of its own, linked to this one. */
  later<T>(name: SpanName, work: (span: Span) => T): T;
}

/**
 * Records what the gateway does as spans, whoever collects them: no room but `traces` knows how. A span ends when the promise that `work` returns settles, or else when `work`
 * returns; of what it throws only a code of ours is kept.
 */
export interface Tracer {
  /** A part of the operation, or other work, that is under way; none where nothing is. Where that has ended, it is a trace of its own, linked to it. */
  span<T>(name: SpanName, work: (span: Span) => T): T;
  /** Work that belongs to no operation, whoever began it: a trace of its own. */
  apart<T>(name: SpanName, work: (span: Span) => T): T;
  /** The trace of `caller` goes on in the operation; `linked` is another trace that it has to do with. */
  operation(
    requestId: string,
    from?: { readonly caller?: TraceHeaders; readonly linked?: TraceHeaders },
  ): OperationSpan;
  /** Of the span that is under way. */
  ids(): SpanIds;
}

const noIds: SpanIds = {};

export const noSpan: Span = { ids: noIds, note: () => undefined, continueApart: () => undefined };

export const noOperationSpan: OperationSpan = {
  ids: noIds,
  run: (work) => work(),
  end: () => undefined,
  later: (_name, work) => work(noSpan),
};

/** Nobody collects. */
export const noTracer: Tracer = {
  span: (_name, work) => work(noSpan),
  apart: (_name, work) => work(noSpan),
  operation: () => noOperationSpan,
  ids: () => noIds,
};
