/** Every code a client may read in `extensions.code`, and what it means for asking again. The table in docs/errors.md is held to this one by a test. */
export const errorCodes = {
  BAD_USER_INPUT: { retryable: false, meaning: 'The arguments break a rule; `fields` names each one.' },
  UNAUTHENTICATED: {
    retryable: false,
    meaning: 'No caller on a guarded field, or a token that is not accepted, or no longer.',
  },
  FORBIDDEN: { retryable: false, meaning: 'The caller lacks a scope, or the instance is not theirs.' },
  NOT_FOUND: { retryable: false, meaning: 'It is not there, or not for you.' },
  DESTINATION_NOT_ALLOWED: { retryable: false, meaning: 'Amazon Connect refuses the country or the prefix.' },
  OUTBOUND_NOT_PERMITTED: { retryable: false, meaning: 'Amazon Connect does not permit this contact.' },
  DUPLICATE_CALL: {
    retryable: false,
    meaning: 'The same destination was called moments ago, or may have been, or is about to be.',
  },
  POLICY_REFUSED: {
    retryable: false,
    meaning:
      'The dialing rules of the gateway do not allow this call now; `refusals` names each reason. No phone rang.',
  },
  POLICY_NOT_SET: {
    retryable: false,
    meaning: 'The gateway has no policy of dialing rules, so that pauses and do-not-call lists would hold no call.',
  },
  IDEMPOTENCY_CONFLICT: { retryable: false, meaning: 'The clientToken was used with other input.' },
  OUTCOME_UNKNOWN: {
    retryable: true,
    meaning:
      'The call may have been placed, or the change made; ask again, for a call with the same clientToken, while `retryable` is true.',
  },
  CONTACT_STATE_CONFLICT: {
    retryable: false,
    meaning: 'What the contact is, or where it is now, does not allow this change.',
  },
  LIMIT_EXCEEDED: {
    retryable: true,
    meaning:
      'A resource quota of the instance is full, you have as much open or waiting at once as you may, or a number was called with `allowRepeat` too often.',
  },
  THROTTLED: {
    retryable: true,
    meaning: 'Too fast, no permit came in time, or the gateway has too much to do; what `path` names was not done.',
  },
  UPSTREAM_UNAVAILABLE: {
    retryable: true,
    meaning:
      'Amazon Connect, or what else the gateway needs, failed or did not answer; what `path` names was not done.',
  },
  INTERNAL_SERVER_ERROR: { retryable: false, meaning: 'A bug of ours; the requestId finds it in the log.' },
  GRAPHQL_PARSE_FAILED: { retryable: false, meaning: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { retryable: false, meaning: 'The document does not fit the schema.' },
  BAD_REQUEST: { retryable: false, meaning: 'What was sent is not a GraphQL request that is taken here.' },
  DOCUMENT_NOT_TRUSTED: {
    retryable: false,
    meaning: 'Only trusted documents run here, and what was sent is none of them.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    retryable: false,
    meaning:
      'No trusted document has the id that was sent; clients of automatic persisted queries send the document next.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    retryable: false,
    meaning: 'An id was sent and no document, and there are no trusted documents here; send the document.',
  },
  OPERATION_TOO_LARGE: { retryable: false, meaning: 'The document exceeds a limit of size, depth or cost.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The rules of input, by which clients tell what to say to a person; those of class-validator's decorators have its own names for them. */
export const inputRules = [
  'required',
  'type',
  'enum',
  'unknown',
  'isDefined',
  'phoneNumberEmpty',
  'phoneNumberSpaces',
  'phoneNumberPunctuation',
  'phoneNumberLineBreak',
  'phoneNumberInvisible',
  'phoneNumberFullWidth',
  'phoneNumberLetters',
  'phoneNumberExtension',
  'phoneNumberScheme',
  'phoneNumberMissingPlus',
  'phoneNumberInternationalPrefix',
  'phoneNumberCountryCode',
  'phoneNumberTooShort',
  'phoneNumberTooLong',
  'phoneNumberImpossible',
  'phoneNumberNotCanonical',
  'phoneNumberShort',
  'idCharacters',
  'idLength',
  'arnShape',
  'arnResource',
  'arnInstance',
  'matches',
  'attributeKey',
  'repeatedKey',
  'reservedKey',
  'maxBytes',
  'referenceUrl',
  'referenceNumber',
  'referenceDate',
  'referenceEmail',
  'textLength',
  'wellFormed',
  'arrayMinSize',
  'arrayMaxSize',
  'tagKey',
  'tagKeyReserved',
  'oneTrack',
  'needsCampaignTraffic',
  'min',
  'max',
  'arrayUnique',
  'isLength',
  'isIn',
  'isNotIn',
  'timeRange',
  'cursor',
  'isEntity',
  'isReference',
  'isString',
  'maxItems',
] as const;

export type InputRule = (typeof inputRules)[number];

/** One broken rule of the arguments of a field: `path` leads from them to the value, such as `input.attributes.3.key`; never the value itself. */
export interface FieldProblem {
  readonly path: string;
  readonly rule: InputRule;
  readonly message: string;
}

export interface GatewayErrorOptions {
  /** Where it differs from the code's own answer. */
  readonly retryable?: boolean;
  /** Told in whole milliseconds, 1 at least. */
  readonly retryAfterMs?: number;
  readonly fields?: readonly FieldProblem[];
  /** Further public members of `extensions`. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Logged, never shown. */
  readonly cause?: unknown;
}

/** The one error thrown on purpose: its message is public, says what to do next, and holds nothing of the caller's data or of our inside. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly fields: readonly FieldProblem[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  /** It has no stack: nobody looks where it was thrown, and graphql would have each one written out. */
  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.retryable = options.retryable ?? errorCodes[code].retryable;
    this.retryAfterMs = options.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(options.retryAfterMs));
    this.fields = options.fields;
    this.details = options.details;
  }
}

/** How many broken rules one error names at most: enough for a person, and no lever for an answer far larger than the question. */
export const maxFieldProblems = 100;

/** A BAD_USER_INPUT that names broken rules; `areAll` is false where there are more than these. */
export function badUserInput(fields: readonly [FieldProblem, ...FieldProblem[]], areAll = true): GatewayError {
  const [first] = fields;
  const count = fields.length;
  const counted = areAll
    ? `The input breaks ${count} rules; see extensions.fields.`
    : `The input breaks more than ${count} rules; the first ${count} are in extensions.fields.`;
  const message = count === 1 ? `The input is not valid: ${first.path}: ${first.message}` : counted;
  return new GatewayError('BAD_USER_INPUT', message, { fields });
}

/** Throws one BAD_USER_INPUT for all problems, where there is one. Asks for no more of them than it names, and one that it only counts. */
export function refuse(problems: Iterable<FieldProblem>): void {
  const named: FieldProblem[] = [];
  for (const problem of problems) {
    if (named.length === maxFieldProblems) throw badUserInput(named as [FieldProblem], false);
    named.push(problem);
  }
  if (named.length > 0) throw badUserInput(named as [FieldProblem]);
}
