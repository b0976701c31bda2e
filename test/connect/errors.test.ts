import { ConnectServiceException } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { mayHaveBeenCarriedOut, refusalFrom } from '../../src/connect/errors.js';
import type { ErrorCode } from '../../src/errors.js';

const canary =
  'User: arn:aws:sts::123456789012:assumed-role/CANARY is not authorized to perform: connect:DescribeContact';

/** What the SDK throws for an AWS error of that name and status. */
function refusal(name: string, status: number): ConnectServiceException {
  return new ConnectServiceException({
    name,
    message: canary,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });
}

function failure(name: string, code?: string): Error {
  return Object.assign(new Error(canary), { name, ...(code ? { code } : {}) });
}

type Row = readonly [name: string, status: number, code: ErrorCode, mayHaveBeenDone: boolean];
const rows: readonly Row[] = [
  ['ResourceNotFoundException', 404, 'NOT_FOUND', false],
  ['ContactNotFoundException', 410, 'NOT_FOUND', false],
  ['ContactFlowNotPublishedException', 404, 'NOT_FOUND', false],
  ['InvalidParameterException', 400, 'BAD_USER_INPUT', false],
  ['InvalidRequestException', 400, 'BAD_USER_INPUT', false],
  ['ValidationException', 400, 'BAD_USER_INPUT', false],
  ['IdempotencyException', 409, 'IDEMPOTENCY_CONFLICT', false],
  ['ConflictException', 409, 'UPSTREAM_UNAVAILABLE', false],
  ['DestinationNotAllowedException', 403, 'DESTINATION_NOT_ALLOWED', false],
  ['OutboundContactNotPermittedException', 403, 'OUTBOUND_NOT_PERMITTED', false],
  ['LimitExceededException', 429, 'LIMIT_EXCEEDED', false],
  ['ServiceQuotaExceededException', 402, 'LIMIT_EXCEEDED', false],
  ['TooManyRequestsException', 429, 'THROTTLED', false],
  ['ThrottlingException', 429, 'THROTTLED', false],
  ['ThrottlingException', 400, 'THROTTLED', false],
  ['SomethingNewer', 429, 'THROTTLED', false],
  ['Unknown', 429, 'THROTTLED', false],
  // Our own role and our own signature are nothing that the caller could mend.
  ['AccessDeniedException', 403, 'UPSTREAM_UNAVAILABLE', false],
  ['ExpiredTokenException', 403, 'UPSTREAM_UNAVAILABLE', false],
  ['UnrecognizedClientException', 403, 'UPSTREAM_UNAVAILABLE', false],
  ['InvalidSignatureException', 403, 'UPSTREAM_UNAVAILABLE', false],
  ['IncompleteSignature', 400, 'UPSTREAM_UNAVAILABLE', false],
  ['MissingAuthenticationToken', 403, 'UPSTREAM_UNAVAILABLE', false],
  ['RequestExpired', 400, 'UPSTREAM_UNAVAILABLE', false],
  ['InvalidActiveRegionException', 400, 'UPSTREAM_UNAVAILABLE', false],
  ['UnknownOperationException', 404, 'UPSTREAM_UNAVAILABLE', false],
  ['constructor', 400, 'UPSTREAM_UNAVAILABLE', false],
  ['InternalServiceException', 500, 'UPSTREAM_UNAVAILABLE', true],
  ['InternalFailure', 500, 'UPSTREAM_UNAVAILABLE', true],
  ['ServiceUnavailable', 503, 'UPSTREAM_UNAVAILABLE', true],
  ['Unknown', 502, 'UPSTREAM_UNAVAILABLE', true],
];

describe('an error of AWS', () => {
  test.each(rows)('%s with status %i is %s to the caller', (name, status, code) => {
    const cause = refusal(name, status);
    const error = refusalFrom(cause);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(cause);
  });

  test.each(rows)('%s with status %i keeps its words to itself', (name, status) => {
    const { message, fields, details } = refusalFrom(refusal(name, status));
    expect(JSON.stringify({ message, fields, details })).not.toMatch(/CANARY|arn:|123456789012|Exception/);
  });

  test.each(rows)(
    '%s with status %i: a write may have been carried out only where nothing was refused',
    (name, status, _, done) => {
      expect(mayHaveBeenCarriedOut(refusal(name, status))).toBe(done);
    },
  );

  test.each<[string, number, number]>([
    ['LimitExceededException', 429, 30_000],
    ['ServiceQuotaExceededException', 402, 30_000],
    ['TooManyRequestsException', 429, 1_000],
  ])('%s says when to ask again', (name, status, retryAfterMs) => {
    expect(refusalFrom(refusal(name, status))).toMatchObject({ retryable: true, retryAfterMs });
  });
});

test.each<[string, unknown]>([
  ['a refused connection', failure('Error', 'ECONNREFUSED')],
  ['a name that does not resolve', failure('Error', 'ENOTFOUND')],
  ['no credentials', failure('CredentialsProviderError')],
  ['a broken connection', failure('TimeoutError', 'ECONNRESET')],
  ['a time-out', failure('TimeoutError')],
  ['an answer that is not JSON', new SyntaxError(canary)],
  ['something that is no error', canary],
])('%s is UPSTREAM_UNAVAILABLE, in our own words', (_title, cause) => {
  const error = refusalFrom(cause);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(error.message).not.toContain('CANARY');
});
