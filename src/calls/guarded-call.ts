import { connectIdFrom } from '../connect/ids.js';
import type { GuardedCall } from '../guard/guarded-call.js';
import { phoneKeyOf } from '../numbers/phone-key.js';
import type { SaidToGuard } from './call-keys.js';
import type { StartOutboundVoiceContactInput } from './start-outbound-voice-contact.input.js';

/** What the caller says to the dialing rules alone: members that were given, in this order. */
export function saidToGuard(input: StartOutboundVoiceContactInput): SaidToGuard {
  const { purpose, calleeTimeZone, calleeState, consentReference } = input;
  return {
    ...(purpose ? { purpose } : {}),
    ...(calleeTimeZone ? { calleeTimeZone } : {}),
    ...(calleeState ? { calleeState } : {}),
    ...(consentReference ? { consentReference } : {}),
  };
}

/** The call of a valid input as the dialing rules judge it. */
export function guardedCallOf(
  input: StartOutboundVoiceContactInput,
  named: Pick<GuardedCall, 'key' | 'phoneKey' | 'caller'>,
): GuardedCall {
  const callerNumber = input.sourcePhoneNumber ?? undefined;
  const { purpose, calleeTimeZone, calleeState, consentReference } = saidToGuard(input);
  return {
    ...named,
    destination: input.destinationPhoneNumber,
    callerNumber,
    callerPhoneKey: callerNumber === undefined ? undefined : phoneKeyOf(callerNumber),
    said: {
      contactFlowId: connectIdFrom(input.contactFlowId),
      queueId: input.queueId ? connectIdFrom(input.queueId) : undefined,
      trafficType: input.trafficType,
      purpose,
      calleeTimeZone,
      calleeState,
      consentReference,
    },
  };
}
