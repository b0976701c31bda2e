import type { Clock } from '../clock.js';
import type { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { Caller } from '../request.js';

/** What becomes known of one request on its way, for the one line of the access log. Nothing in it is a value of the caller's. */
export interface OperationRecord {
  readonly startedAtMs: number;
  caller?: Caller | undefined;
  operationName?: string | undefined;
  operationType?: string;
  rootFields?: readonly string[];
  readonly errors: GatewayError[];
  /** Whether the errors of the answer carry the request's id. */
  isWorded: boolean;
}

/** The record of a request that arrives now. */
export function startRecord(clock: Clock): OperationRecord {
  return { startedAtMs: clock.monotonic(), errors: [], isWorded: false };
}

/** Writes the line: who asked for what, how it ended, and for a refusal what was missing. */
export function logOperation(log: Log, clock: Clock, requestId: string, record: OperationRecord, status: number): void {
  const { caller, operationName, operationType, rootFields, errors } = record;
  const missingScopes = errors.flatMap(({ details }) => details?.missingScopes ?? []);
  log.info(
    {
      requestId,
      operation: operationName,
      type: operationType,
      rootFields,
      subject: caller?.subject,
      tenant: caller?.tenant,
      ...(errors.length > 0 ? { codes: [...new Set(errors.map(({ code }) => code))] } : {}),
      ...(missingScopes.length > 0 ? { missingScopes } : {}),
      status,
      durationMs: Math.round((clock.monotonic() - record.startedAtMs) * 10) / 10,
    },
    'operation',
  );
}
