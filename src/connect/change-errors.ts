import { ConnectServiceException } from '@aws-sdk/client-connect';
import { GatewayError } from '../errors.js';
import { translateConnectError } from './errors.js';

interface ContactChange {
  /** Whether the same request, carried out twice, leaves what once leaves. */
  readonly isIdempotent: boolean;
  /** What to do where Connect refuses a value. */
  readonly refusedValue: string;
  /** What to do where Connect refuses the request for what the contact is, or where it is now. */
  readonly refusedState: string;
}

const notTheIds = 'Amazon Connect refused a value of the input; check contactId and instanceId.';

/** Every operation of Connect that changes a contact, and what its refusals mean to a caller. */
const changes = {
  StopContact: {
    isIdempotent: true,
    refusedValue: notTheIds,
    refusedState:
      'Amazon Connect does not let this contact be stopped. It refuses voice contacts that began with a transfer, a disconnect flow, monitoring ' +
      'or an external call (see initiationMethod): its agent must end such a one.',
  },
  UpdateContactAttributes: {
    isIdempotent: true,
    refusedValue:
      'Amazon Connect refused the attributes. Those that the contact has count too, 32,768 UTF-8 bytes in all: send less, or empty some that it has.',
    refusedState: 'Amazon Connect does not let the attributes of this contact be changed now; read its status.',
  },
  UpdateContact: {
    isIdempotent: true,
    refusedValue:
      'Amazon Connect refused a value of the input. The references that the contact has count too, 4,096 UTF-8 bytes in all: send fewer or shorter ones.',
    refusedState: 'Amazon Connect does not let this contact be changed now; read its status and its channel.',
  },
  TagContact: {
    isIdempotent: true,
    refusedValue: 'Amazon Connect refused a tag; write its key and value in letters, digits and plain punctuation.',
    refusedState:
      'Amazon Connect does not tag this contact. It may have at most 6 tags in all: read them, and take some off with untagContact.',
  },
  UntagContact: {
    isIdempotent: true,
    refusedValue: 'Amazon Connect refused a key; give the keys of tags as the contact has them.',
    refusedState: 'Amazon Connect does not let the tags of this contact be changed now; read its status.',
  },
  StartContactRecording: {
    isIdempotent: false,
    refusedValue: notTheIds,
    refusedState:
      'This recording cannot be started. It starts once for a contact, and while the contact is not over: one that runs is suspended and resumed, ' +
      'one that was stopped stays so.',
  },
  StopContactRecording: {
    isIdempotent: false,
    refusedValue: notTheIds,
    refusedState: 'This recording cannot be stopped: it was not started, or is stopped already.',
  },
  SuspendContactRecording: {
    isIdempotent: false,
    refusedValue: notTheIds,
    refusedState:
      'This recording cannot be suspended: it does not run. Start or resume it first; one that was stopped stays so.',
  },
  ResumeContactRecording: {
    isIdempotent: false,
    refusedValue: notTheIds,
    refusedState: 'This recording cannot be resumed: it is not suspended. One that was stopped stays so.',
  },
} as const satisfies Readonly<Record<string, ContactChange>>;

export type ContactChangeName = keyof typeof changes;

/** Whether the same request for this change, carried out twice, leaves what once leaves. */
export function isIdempotent(change: ContactChangeName): boolean {
  return changes[change].isIdempotent;
}

/** The public error for whatever the SDK threw on a request that was to change a contact. The cause is kept for the log. */
export function translateChangeError(change: ContactChangeName, cause: unknown): GatewayError {
  const { refusedValue, refusedState } = changes[change];
  const name: string = cause instanceof ConnectServiceException ? cause.name : '';
  switch (name) {
    case 'ResourceNotFoundException':
    case 'ContactNotFoundException':
      return noSuchContact(cause);
    case 'InvalidParameterException':
    case 'ValidationException':
      return new GatewayError('BAD_USER_INPUT', refusedValue, { cause });
    case 'InvalidRequestException':
      return new GatewayError('CONTACT_STATE_CONFLICT', refusedState, { cause });
    case 'ConflictException':
      return new GatewayError(
        'CONTACT_STATE_CONFLICT',
        'Somebody else changes this contact at the moment; nothing was changed. Ask again.',
        { cause, retryable: true, retryAfterMs: 1_000 },
      );
    default:
      return translateConnectError(cause);
  }
}

/** The contact is not there, or not for the caller: the two look alike. */
export function noSuchContact(cause?: unknown): GatewayError {
  return new GatewayError('NOT_FOUND', 'There is no such contact.', { cause });
}

/** The change may have been made: `cause` is what the last attempt ended with. */
export function changeUnknown(cause: GatewayError): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Amazon Connect did not say whether the change was made. Read the contact, or ask for the same change again.',
    { cause, retryAfterMs: 1_000 },
  );
}

/** Nobody waited for the change any more, and no attempt that may have made it was sent. */
export function changeCalledOff(): GatewayError {
  return new GatewayError('THROTTLED', 'Nobody waited for this change any more; nothing was changed.');
}
