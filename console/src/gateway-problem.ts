import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { refusedCloseCode } from './live-connection.js';

export interface FieldProblem {
  /** Such as `input.destinationPhoneNumber`. */
  readonly path: string;
  readonly message: string;
}

/** One error as a person needs it. `code` is the gateway's, or NO_ANSWER where no answer of it came. */
export interface GatewayProblem {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly requestId?: string | undefined;
  readonly fields: readonly FieldProblem[];
  readonly missingScopes: readonly string[];
  /** Which limit was reached. */
  readonly limit?: string | undefined;
  /** With DUPLICATE_CALL: the earlier call to the same number. */
  readonly contactId?: string | undefined;
}

interface WordedError {
  readonly message?: string;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** The first error in whatever an operation or a subscription failed with; the gateway puts the decisive one first. */
export function problemFrom(error: unknown): GatewayProblem {
  const [worded] = wordedErrorsIn(error);
  if (worded) return problemOf(worded);
  const closed = /^Socket closed with event (\d+)/.exec(error instanceof Error ? error.message : '');
  if (closed && Number(closed[1]) === refusedCloseCode) {
    return { ...unanswered, code: 'UNAUTHENTICATED', message: 'The live connection was closed.', retryable: false };
  }
  return unanswered;
}

const unanswered: GatewayProblem = {
  code: 'NO_ANSWER',
  message: 'It is away, or the connection to it broke.',
  retryable: true,
  fields: [],
  missingScopes: [],
};

function wordedErrorsIn(error: unknown): readonly WordedError[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors;
  if (!ServerError.is(error)) return [];
  try {
    const { errors } = JSON.parse(error.bodyText) as { readonly errors?: readonly WordedError[] };
    return errors ?? [];
  } catch {
    // Something between this page and the gateway answered, in words of its own.
    return [];
  }
}

/** An error of the gateway always says whether it is `retryable`. One that does not is of a router in front of it, and tells nothing of what was done. */
function problemOf({ message, extensions }: WordedError): GatewayProblem {
  const { code, retryable, retryAfterMs, requestId, fields, missingScopes, contactId, limit } = extensions ?? {};
  if (typeof retryable !== 'boolean') return { ...unanswered, ...(message ? { message } : {}) };
  return {
    code: typeof code === 'string' ? code : 'UNKNOWN',
    message: message ?? '',
    retryable,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    fields: Array.isArray(fields) ? (fields as FieldProblem[]) : [],
    missingScopes: Array.isArray(missingScopes) ? (missingScopes as string[]) : [],
    contactId: typeof contactId === 'string' ? contactId : undefined,
    limit: typeof limit === 'string' ? limit : undefined,
  };
}
