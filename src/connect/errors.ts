import { ConnectServiceException } from '@aws-sdk/client-connect';
import { GatewayError, type ErrorCode } from '../errors.js';
import { NeverSent } from './client.js';

interface Answer {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

const refusedValue: Answer = {
  code: 'BAD_USER_INPUT',
  message:
    'Amazon Connect refused a value of the input; check that the flow is published and the numbers and ids belong to the instance.',
};

/** What Connect's error names mean to a caller. Names it shares with other services are here too: Connect models few of what it sends. */
const answers: Readonly<Record<string, Answer>> = {
  ResourceNotFoundException: {
    code: 'NOT_FOUND',
    message:
      'Amazon Connect does not know one of the ids in the input, such as the flow or the queue, in this instance.',
  },
  ContactNotFoundException: { code: 'NOT_FOUND', message: 'There is no such contact.' },
  ContactFlowNotPublishedException: { code: 'NOT_FOUND', message: 'The flow is not published; publish it first.' },
  InvalidParameterException: refusedValue,
  ValidationException: refusedValue,
  InvalidRequestException: {
    code: 'BAD_USER_INPUT',
    message:
      'Amazon Connect refused the request in this combination or state; check the flow, the queue and the numbers of a call, ' +
      'and of a search that the instance is set up to search the attributes.',
  },
  IdempotencyException: {
    code: 'IDEMPOTENCY_CONFLICT',
    message: 'This clientToken was used for another call. Use a new clientToken for a new call.',
  },
  DestinationNotAllowedException: {
    code: 'DESTINATION_NOT_ALLOWED',
    message:
      'The instance may not call this destination; request the quota "Outbound calling: allowed countries and prefixes" for it from AWS Support.',
  },
  OutboundContactNotPermittedException: {
    code: 'OUTBOUND_NOT_PERMITTED',
    message: 'Amazon Connect does not permit this contact; check that the instance may call out, and the campaign.',
  },
  LimitExceededException: {
    code: 'LIMIT_EXCEEDED',
    message: 'A quota of the instance, such as concurrent calls, is full; wait for calls to end or raise the quota.',
    retryAfterMs: 30_000,
  },
  ServiceQuotaExceededException: {
    code: 'LIMIT_EXCEEDED',
    message: 'A quota of the instance is full; wait or raise the quota.',
    retryAfterMs: 30_000,
  },
};

const unnamed = new Set(['Unknown', 'UnknownError', '']);
const throttlingNames = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'RequestThrottled']);

/** The public error for whatever the SDK threw on a request that changed nothing (a read, or a refused write). The cause is kept for the log. */
export function translateConnectError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof ConnectServiceException) {
    const answer = Object.hasOwn(answers, cause.name) ? answers[cause.name] : undefined;
    if (answer) {
      const { code, message, retryAfterMs } = answer;
      return new GatewayError(code, message, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    }
    if (throttlingNames.has(cause.name) || cause.$metadata.httpStatusCode === 429) {
      return new GatewayError(
        'THROTTLED',
        'Amazon Connect is asked too often at the moment; nothing was done. Ask again later.',
        {
          cause,
          retryAfterMs: 1_000,
        },
      );
    }
  }
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'Amazon Connect could not be asked, or did not answer; nothing was done. Ask again later.',
    { cause },
  );
}

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
