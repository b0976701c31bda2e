import { AnsweringMachineDetectionStatus, type ContactOutcome } from '../contact-enums.js';
import { hasCome, isDescribedOver, isOver, textOf, type ContactFacts } from './contact-facts.js';

/** Detection statuses that decide the outcome. The other known ones say nothing of who answered, or whether anybody did. */
const outcomeOfDetection = new Map<string | null, ContactOutcome>([
  ['HUMAN_ANSWERED', 'ANSWERED'],
  ['VOICEMAIL_BEEP', 'MACHINE'],
  ['VOICEMAIL_NO_BEEP', 'MACHINE'],
  ['FAX_MACHINE_DETECTED', 'MACHINE'],
  ['SIT_TONE_BUSY', 'BUSY'],
  ['SIT_TONE_INVALID_NUMBER', 'INVALID_NUMBER'],
  ['SIT_TONE_DETECTED', 'FAILED'],
  ['AMD_UNANSWERED', 'NO_ANSWER'],
]);

/** Reasons with which only a dial ends, and no answered call. Amazon's own spelling, `OUTBUND_PREVIEW_DISCARDED` included. */
const outcomeOfFailedDial = new Map<string | null, ContactOutcome>([
  ['TELECOM_BUSY', 'BUSY'],
  ['TELECOM_UNANSWERED', 'NO_ANSWER'],
  ['TELECOM_TIMEOUT', 'NO_ANSWER'],
  ['TELECOM_ORIGINATOR_CANCEL', 'NO_ANSWER'],
  ['TELECOM_NUMBER_INVALID', 'INVALID_NUMBER'],
  ['TELECOM_POTENTIAL_BLOCKING', 'BLOCKED'],
  ['OUTBOUND_DESTINATION_ENDPOINT_ERROR', 'FAILED'],
  ['OUTBOUND_RESOURCE_ERROR', 'FAILED'],
  ['OUTBOUND_ATTEMPT_FAILED', 'FAILED'],
  ['OUTBUND_PREVIEW_DISCARDED', 'DISCARDED'],
  ['EXPIRED', 'EXPIRED'],
]);

/** Reasons with which an answered call may end as well: what they say of one that nobody answered. */
const outcomeUnlessAnswered = new Map<string | null, ContactOutcome>([
  ['TELECOM_PROBLEM', 'FAILED'],
  ['CUSTOMER_DISCONNECT', 'CANCELLED'],
  ['CUSTOMER_NEVER_ARRIVED', 'CANCELLED'],
  ['AGENT_DISCONNECT', 'CANCELLED'],
  ['THIRD_PARTY_DISCONNECT', 'CANCELLED'],
  ['CONTACT_FLOW_DISCONNECT', 'CANCELLED'],
  ['BARGED', 'CANCELLED'],
  ['API', 'CANCELLED'],
  ['OTHER', 'CANCELLED'],
]);

/**
 * What came of the dialing; null while it is open. Machine detection knows best, then the answer itself, then why it ended. UNKNOWN where
 * it is over and Connect says why in a word that this version does not know, or not at all, or where its answer may have been missed.
 */
export function outcomeOf(facts: ContactFacts): ContactOutcome | null {
  const detection = textOf(facts, 'answeringMachineDetectionStatus');
  const detected = outcomeOfDetection.get(detection);
  if (detected) return detected;
  // A newer status may say that a machine answered, or that nobody did.
  const isReadable = detection === null || Object.hasOwn(AnsweringMachineDetectionStatus, detection);
  if (facts.has('connectedToSystemTimestamp')) return isReadable ? 'ANSWERED' : 'UNKNOWN';
  if (!hasCome(facts, 'disconnectTimestamp') && !isOver(facts)) return null;
  const reason = textOf(facts, 'disconnectReason');
  const failed = outcomeOfFailedDial.get(reason);
  if (failed) return failed;
  if (!isDescribedOver(facts)) return isOver(facts) ? 'UNKNOWN' : null;
  return (isReadable ? outcomeUnlessAnswered.get(reason) : undefined) ?? 'UNKNOWN';
}
