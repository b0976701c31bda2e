import { ConnectServiceException } from '@aws-sdk/client-connect';
import { GatewayError, type ErrorCode } from '../errors.js';
import { NeverSent } from '../aws-request-handler.js';

interface Answer {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

const unavailable: Answer = {
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'Amazon Connect could not be asked, or did not answer; nothing was done. Ask again later.',
};

/** Why Amazon Connect did not do what it was asked, and what that means to a caller as long as nobody who knows the operation says it better. */
const answers = {
  unknownId: {
    code: 'NOT_FOUND',
    message:
      'Amazon Connect does not know one of the ids in the input, such as the flow or the queue, in this instance.',
  },
  unknownContact: { code: 'NOT_FOUND', message: 'There is no such contact.' },
  unpublishedFlow: { code: 'NOT_FOUND', message: 'The flow is not published; publish it first.' },
  badValue: {
    code: 'BAD_USER_INPUT',
    message:
      'Amazon Connect refused a value of the input; check that the flow is published and the numbers and ids belong to the instance.',
  },
  badRequest: {
    code: 'BAD_USER_INPUT',
    message:
      'Amazon Connect refused the request in this combination or state; check the flow, the queue and the numbers of a call, ' +
      'and of a search that the instance is set up to search the attributes.',
  },
  conflict: unavailable,
  tokenOfAnother: { code: 'IDEMPOTENCY_CONFLICT', message: 'Amazon Connect knows the ClientToken of another request.' },
  destinationNotAllowed: {
    code: 'DESTINATION_NOT_ALLOWED',
    message:
      'The instance may not call this destination; request the quota "Outbound calling: allowed countries and prefixes" for it from AWS Support.',
  },
  notPermitted: {
    code: 'OUTBOUND_NOT_PERMITTED',
    message: 'Amazon Connect does not permit this contact; check that the instance may call out, and the campaign.',
  },
  limitExceeded: {
    code: 'LIMIT_EXCEEDED',
    message: 'A quota of the instance, such as concurrent calls, is full; wait for calls to end or raise the quota.',
    retryAfterMs: 30_000,
  },
  quotaExceeded: {
    code: 'LIMIT_EXCEEDED',
    message: 'A quota of the instance is full; wait or raise the quota.',
    retryAfterMs: 30_000,
  },
  throttled: {
    code: 'THROTTLED',
    message: 'Amazon Connect is asked too often at the moment; nothing was done. Ask again later.',
    retryAfterMs: 1_000,
  },
  unavailable,
} as const satisfies Readonly<Record<string, Answer>>;

type RefusalReason = keyof typeof answers;

/** By the names of Connect's errors. Names it shares with other services are here too: Connect models few of what it sends. */
const reasons: Readonly<Record<string, RefusalReason>> = {
  ResourceNotFoundException: 'unknownId',
  ContactNotFoundException: 'unknownContact',
  ContactFlowNotPublishedException: 'unpublishedFlow',
  InvalidParameterException: 'badValue',
  ValidationException: 'badValue',
  InvalidRequestException: 'badRequest',
  ConflictException: 'conflict',
  IdempotencyException: 'tokenOfAnother',
  DestinationNotAllowedException: 'destinationNotAllowed',
  OutboundContactNotPermittedException: 'notPermitted',
  LimitExceededException: 'limitExceeded',
  ServiceQuotaExceededException: 'quotaExceeded',
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestThrottled: 'throttled',
};

/** Amazon Connect refused, or did not answer. A caller that knows the operation may word the `reason` in its own terms. */
export class ConnectRefusal extends GatewayError {
  constructor(
    readonly reason: RefusalReason,
    cause: unknown,
  ) {
    const { code, message, ...options }: Answer = answers[reason];
    super(code, message, { ...options, cause });
  }
}

/** Neither refused nor confirmed: what a write asked for may have been done. `cause` is what the attempt ended with. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** What the SDK threw on a request that changed nothing (a read, or a refused write). The cause is kept for the log. */
export function refusalFrom(cause: unknown): ConnectRefusal {
  return new ConnectRefusal(reasonOf(cause), cause);
}

/** Whether Amazon Connect refused a request for its rate. */
export function isThrottled(cause: unknown): boolean {
  return reasonOf(cause) === 'throttled';
}

function reasonOf(cause: unknown): RefusalReason {
  if (!(cause instanceof ConnectServiceException)) return 'unavailable';
  const named = Object.hasOwn(reasons, cause.name) ? reasons[cause.name] : undefined;
  return named ?? (cause.$metadata.httpStatusCode === 429 ? 'throttled' : 'unavailable');
}

const unnamed = new Set(['Unknown', 'UnknownError', '']);

/**
 * Whether a failed attempt to write (to place a call, to change a contact) may have been carried out all the same. Only a parsed refusal (an AWS
 * error with a 4xx status) and a failure before the request could leave prove that it was not.
 */
export function mayHaveBeenCarriedOut(cause: unknown): boolean {
  if (cause instanceof ConnectServiceException) {
    const status = cause.$metadata.httpStatusCode ?? 0;
    // Without the name of an error it was not Connect that answered, but something on the way.
    return !(status >= 400 && status < 500) || (status !== 429 && unnamed.has(cause.name));
  }
  if (cause instanceof NeverSent) return false;
  return (Object(cause) as { readonly name?: unknown }).name !== 'CredentialsProviderError';
}
