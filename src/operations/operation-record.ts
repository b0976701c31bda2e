import type { Clock } from '../clock.js';
import type { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import type { Caller } from '../request.js';
import { noOperationSpan, type OperationSpan } from '../tracer.js';
import { OverloadRefusal } from './admission.js';

/** What becomes known of one request on its way, for the one line of the access log. Nothing in it is a value of the caller's. */
export interface OperationRecord {
  readonly startedAtMs: number;
  /** Set once the caller is known. */
  span: OperationSpan;
  caller?: Caller | undefined;
  operationName?: string | undefined;
  operationType?: string;
  rootFields?: readonly string[];
  /** Of a document that is not trusted where documents are: a hash of it without its values, the same each time. */
  untrustedDocument?: string;
  readonly errors: GatewayError[];
  /** Whether the errors of the answer carry the request's id. */
  isWorded: boolean;
}

/** The record of a request that arrives now. */
export function startRecord(clock: Clock): OperationRecord {
  return { startedAtMs: clock.monotonic(), span: noOperationSpan, errors: [], isWorded: false };
}

/** Who is told how operations end. */
export interface OperationEnds {
  readonly log: Log;
  readonly clock: Clock;
  readonly meters: Meters;
}

/** Writes the line: who asked for what, how it ended, and for a refusal what was missing. Counts it, too, and ends its span. */
export function logOperation(
  { log, clock, meters }: OperationEnds,
  requestId: string,
  record: OperationRecord,
  status: number,
): void {
  const durationMs = durationOf(record, clock);
  log[levelOf(record)]({ requestId, ...record.span.ids, ...whatIsKnown(record), status, durationMs }, 'operation');
  endSpan(record);
  meters.operationEnded({ ...countedOf(record), durationMs });
}

/** How a subscription came to its end. */
export type SubscriptionEnd =
  'completed' | 'unsubscribed' | 'disconnected' | 'expired' | 'too slow' | 'draining' | 'refused' | 'failed';

/** What carries the results of a subscription. */
export type SubscriptionTransport = 'websocket' | 'sse' | 'multipart';

/** Ends the span of an operation that is answered, or of a subscription with its first result. */
export function endSpan({ span, operationType, rootFields, errors }: OperationRecord): void {
  span.end({ type: operationType, rootFields, code: errors[0]?.code });
}

/** Writes the line of a subscription once it is over: by whom, how many events were sent, and why it ended. Counts it, too. */
export function logSubscription(
  { log, clock, meters }: OperationEnds,
  requestId: string,
  record: OperationRecord,
  end: { readonly transport: SubscriptionTransport; readonly events: number; readonly ended: SubscriptionEnd },
): void {
  log[levelOf(record)](
    { requestId, ...record.span.ids, ...whatIsKnown(record), ...end, durationMs: durationOf(record, clock) },
    'subscription',
  );
  endSpan(record);
  meters.operationEnded(countedOf(record));
  meters.subscriptionEnded(end.ended);
}

function countedOf({ rootFields, errors, caller }: OperationRecord) {
  return { rootFields, code: errors[0]?.code ?? 'OK', tenant: caller?.tenant };
}

/** What is refused for overload is counted elsewhere: a line for each would add to the load. */
function levelOf({ errors }: OperationRecord): 'info' | 'debug' {
  return errors.some((error) => error instanceof OverloadRefusal) ? 'debug' : 'info';
}

function whatIsKnown(record: OperationRecord) {
  const { caller, operationName, operationType, rootFields, untrustedDocument, errors } = record;
  const missingScopes = errors.flatMap(({ details }) => details?.missingScopes ?? []);
  return {
    operation: operationName,
    type: operationType,
    rootFields,
    subject: caller?.subject,
    tenant: caller?.tenant,
    ...(untrustedDocument === undefined ? {} : { untrustedDocument }),
    ...(errors.length > 0 ? { codes: [...new Set(errors.map(({ code }) => code))] } : {}),
    ...(missingScopes.length > 0 ? { missingScopes } : {}),
  };
}

function durationOf({ startedAtMs }: OperationRecord, clock: Clock): number {
  return Math.round((clock.monotonic() - startedAtMs) * 10) / 10;
}
