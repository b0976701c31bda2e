import { ConnectRefusal, OutcomeUnknown } from '../../connect/errors.js';
import type { ContactChangeName } from '../../connect/operations.js';
import { GatewayError } from '../../errors.js';

interface Refusals {
  /** What to do where Connect refuses a value. */
  readonly refusedValue: string;
  /** What to do where Connect refuses the request for what the contact is, or where it is now. */
  readonly refusedState: string;
}

const notTheIds = 'Amazon Connect refused a value of the input; check contactId and instanceId.';

/** What Connect's refusals of a change mean to a caller. */
const changes: Readonly<Record<ContactChangeName, Refusals>> = {
  StopContact: {
    refusedValue: notTheIds,
    refusedState:
      'Amazon Connect does not let this contact be stopped. It refuses voice contacts that began with a transfer, a disconnect flow, monitoring ' +
      'or an external call (see initiationMethod): its agent must end such a one.',
  },
  UpdateContactAttributes: {
    refusedValue:
      'Amazon Connect refused the attributes. Those that the contact has count too, 32,768 UTF-8 bytes in all: send less, or empty some that it has.',
    refusedState: 'Amazon Connect does not let the attributes of this contact be changed now; read its status.',
  },
  UpdateContact: {
    refusedValue:
      'Amazon Connect refused a value of the input. The references that the contact has count too, 4,096 UTF-8 bytes in all: send fewer or shorter ones.',
    refusedState: 'Amazon Connect does not let this contact be changed now; read its status and its channel.',
  },
  TagContact: {
    refusedValue: 'Amazon Connect refused a tag; write its key and value in letters, digits and plain punctuation.',
    refusedState:
      'Amazon Connect does not tag this contact. It may have at most 6 tags in all: read them, and take some off with untagContact.',
  },
  UntagContact: {
    refusedValue: 'Amazon Connect refused a key; give the keys of tags as the contact has them.',
    refusedState: 'Amazon Connect does not let the tags of this contact be changed now; read its status.',
  },
  StartContactRecording: {
    refusedValue: notTheIds,
    refusedState:
      'This recording cannot be started. It starts once for a contact, and while the contact is not over: one that runs is suspended and resumed, ' +
      'one that was stopped stays so.',
  },
  StopContactRecording: {
    refusedValue: notTheIds,
    refusedState: 'This recording cannot be stopped: it was not started, or is stopped already.',
  },
  SuspendContactRecording: {
    refusedValue: notTheIds,
    refusedState:
      'This recording cannot be suspended: it does not run. Start or resume it first; one that was stopped stays so.',
  },
  ResumeContactRecording: {
    refusedValue: notTheIds,
    refusedState: 'This recording cannot be resumed: it is not suspended. One that was stopped stays so.',
  },
};

/**
 * The public error for what Connect's `change` threw, with this signal: only after OUTCOME_UNKNOWN may the change have been made. Undefined for a bug.
 * The cause is kept for the log.
 */
export function changeError(
  change: ContactChangeName,
  failure: unknown,
  signal: AbortSignal,
): GatewayError | undefined {
  if (signal.aborted && failure === signal.reason) return changeAbandoned();
  if (failure instanceof OutcomeUnknown) {
    return changeUnknown(changeError(change, failure.cause, signal) ?? failure.cause);
  }
  if (failure instanceof ConnectRefusal) return refusedChange(change, failure);
  return failure instanceof GatewayError ? failure : undefined;
}

function refusedChange(change: ContactChangeName, refusal: ConnectRefusal): GatewayError {
  const { refusedValue, refusedState } = changes[change];
  const { reason, cause } = refusal;
  if (reason === 'unknownId' || reason === 'unknownContact') return noSuchContact(cause);
  if (reason === 'badValue') return new GatewayError('BAD_USER_INPUT', refusedValue, { cause });
  if (reason === 'badRequest') return new GatewayError('CONTACT_STATE_CONFLICT', refusedState, { cause });
  if (reason !== 'conflict') return refusal;
  return new GatewayError(
    'CONTACT_STATE_CONFLICT',
    'Somebody else changes this contact at the moment; nothing was changed. Ask again.',
    { cause, retryable: true, retryAfterMs: 1_000 },
  );
}

/** The contact is not there, or not for the caller: the two look alike. */
export function noSuchContact(cause?: unknown): GatewayError {
  return new GatewayError('NOT_FOUND', 'There is no such contact.', { cause });
}

/** The change may have been made: `cause` is what the last attempt ended with. */
function changeUnknown(cause: unknown): GatewayError {
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    'Amazon Connect did not say whether the change was made. Read the contact, or ask for the same change again.',
    { cause, retryAfterMs: 1_000 },
  );
}

/** Nobody waited for the change any more, and no attempt that may have made it was sent. */
function changeAbandoned(): GatewayError {
  return new GatewayError('THROTTLED', 'Nobody waited for this change any more; nothing was changed.');
}
