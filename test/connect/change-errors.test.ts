import { ConnectServiceException } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import {
  changeUnknown,
  isIdempotent,
  translateChangeError,
  type ContactChangeName,
} from '../../src/connect/change-errors.js';
import type { ErrorCode } from '../../src/errors.js';

const canary = 'arn:aws:connect:us-west-2:123456789012:instance/CANARY';

function refusal(name: string, status: number): ConnectServiceException {
  return new ConnectServiceException({
    name,
    message: canary,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });
}

const names: readonly ContactChangeName[] = [
  'StopContact',
  'UpdateContactAttributes',
  'UpdateContact',
  'TagContact',
  'UntagContact',
  'StartContactRecording',
  'StopContactRecording',
  'SuspendContactRecording',
  'ResumeContactRecording',
];

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
    const error = translateChangeError(change, cause);
    expect(error).toMatchObject({ code, retryable, cause });
    expect(error.message).not.toMatch(/CANARY|arn:|Exception|the flow|dial/);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
  });

  test('never says that nothing was changed where it may have been', () => {
    const error = changeUnknown(translateChangeError(change, refusal('InternalServiceException', 500)));
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    expect(error.message).not.toContain('nothing');
  });
});

test('recordings are what Connect does not take twice', () => {
  expect(names.filter((change) => !isIdempotent(change))).toEqual(names.filter((name) => name.endsWith('Recording')));
});
