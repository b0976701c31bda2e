import { ConnectServiceException } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { OutcomeUnknown, refusalFrom } from '../../src/connect/errors.js';
import { isContactChange, operations, type OperationName } from '../../src/connect/operations.js';
import { changeError } from '../../src/contacts/actions/change-errors.js';
import { GatewayError, type ErrorCode } from '../../src/errors.js';

const wanted = new AbortController().signal;
const canary = 'arn:aws:connect:us-west-2:123456789012:instance/CANARY';

function refusal(name: string, status: number): ConnectServiceException {
  return new ConnectServiceException({
    name,
    message: canary,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });
}

const names = (Object.keys(operations) as OperationName[]).filter(isContactChange);

describe.each(names)('%s', (change) => {
  test.each<[string, number, ErrorCode, boolean]>([
    ['ResourceNotFoundException', 404, 'NOT_FOUND', false],
    ['ContactNotFoundException', 410, 'NOT_FOUND', false],
    ['InvalidParameterException', 400, 'BAD_USER_INPUT', false],
    ['ValidationException', 400, 'BAD_USER_INPUT', false],
    ['InvalidRequestException', 400, 'CONTACT_STATE_CONFLICT', false],
    ['ConflictException', 409, 'CONTACT_STATE_CONFLICT', true],
    ['ThrottlingException', 429, 'THROTTLED', true],
    ['AccessDeniedException', 403, 'UPSTREAM_UNAVAILABLE', true],
    ['InternalServiceException', 500, 'UPSTREAM_UNAVAILABLE', true],
  ])('refused with %s (%i) is %s, in words of its own', (name, status, code, retryable) => {
    const cause = refusal(name, status);
    const error = changeError(change, refusalFrom(cause), wanted);
    expect(error).toMatchObject({ code, retryable, cause });
    expect(error?.message).not.toMatch(/CANARY|arn:|Exception|the flow|dial/);
    expect(error?.message).toMatch(/^[A-Z].*\.$/);
  });

  test('never says that nothing was changed where it may have been', () => {
    const cause = refusalFrom(refusal('InvalidRequestException', 400));
    const error = changeError(change, new OutcomeUnknown('lost', { cause }), wanted);
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true, retryAfterMs: 1_000 });
    expect(error?.message).not.toContain('nothing');
    expect(error?.cause).toMatchObject({ code: 'CONTACT_STATE_CONFLICT' });
  });
});

test('what is no refusal of Connect keeps its words, and a bug stays a bug', () => {
  const own = new GatewayError('THROTTLED', 'Wait.');
  expect(changeError('StopContact', own, wanted)).toBe(own);
  expect(changeError('StopContact', new TypeError('a bug'), AbortSignal.abort())).toBeUndefined();
});

test('a change that nobody waited for any more is called off, unless an attempt may have made it', () => {
  const left = AbortSignal.abort();
  const calledOff = { code: 'THROTTLED', message: 'Nobody waited for this change any more; nothing was changed.' };
  expect(changeError('StopContact', left.reason, left)).toMatchObject(calledOff);
  const lost = new OutcomeUnknown('lost', { cause: left.reason });
  expect(changeError('StopContact', lost, left)).toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: calledOff });
});
