import { ConnectServiceException } from '@aws-sdk/client-connect';
import { GatewayError, type ErrorCode } from '../errors.js';

/** What Connect's error names mean to a caller. Names it shares with other services are here too: Connect models few of what it sends. */
const answers: Readonly<Record<string, { code: ErrorCode; message: string; retryAfterMs?: number }>> = {
  ResourceNotFoundException: {
    code: 'NOT_FOUND',
    message:
      'Amazon Connect does not know one of the ids in the input, such as the flow or the queue, in this instance.',
  },
  ContactNotFoundException: { code: 'NOT_FOUND', message: 'There is no such contact.' },
  ContactFlowNotPublishedException: { code: 'NOT_FOUND', message: 'The flow is not published; publish it first.' },
  InvalidParameterException: {
    code: 'BAD_USER_INPUT',
    message:
      'Amazon Connect refused a value of the input; check that the flow is published and the numbers and ids belong to the instance.',
  },
  InvalidRequestException: {
    code: 'BAD_USER_INPUT',
    message:
      'Amazon Connect refused the request in this combination or state; check the flow, the queue and the numbers.',
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

const throttlingNames = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'RequestThrottled']);

/** The public error for whatever the SDK threw on a request that changed nothing (a read, or a refused write). The cause is kept for the log. */
export function translateConnectError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof ConnectServiceException) {
    const answer = answers[cause.name];
    if (answer) {
      const { code, message, retryAfterMs } = answer;
      return new GatewayError(code, message, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    }
    if (throttlingNames.has(cause.name) || cause.$metadata.httpStatusCode === 429) {
      return new GatewayError('THROTTLED', 'Amazon Connect is asked too often at the moment; ask again later.', {
        cause,
        retryAfterMs: 1_000,
      });
    }
  }
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'Amazon Connect could not be asked, or did not answer; nothing was changed. Ask again later.',
    { cause },
  );
}

/** Node's names for a socket that never was, and the SDK's for a request it could not sign: the request never left. */
const neverSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Whether a failed attempt to place a call may still have rung the phone. Only a parsed refusal (an AWS error with a 4xx status)
 * and a failure before the request could leave prove that it did not.
 */
export function mayHaveBeenPlaced(cause: unknown): boolean {
  if (cause instanceof ConnectServiceException) {
    const status = cause.$metadata.httpStatusCode ?? 0;
    return !(status >= 400 && status < 500);
  }
  if (!(cause instanceof Error)) return true;
  const code: unknown = Reflect.get(cause, 'code');
  return !(cause.name === 'CredentialsProviderError' || (typeof code === 'string' && neverSentCodes.has(code)));
}
