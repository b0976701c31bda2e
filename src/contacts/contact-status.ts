import type { Contact } from '@aws-sdk/client-connect';
import type { ContactOutcome, ContactStatus } from './contact-enums.js';

/** Connect writes the first milliseconds of 1970 for a moment that has not come. */
export function momentFrom(timestamp: Date | undefined): Date | null {
  return timestamp && timestamp.getTime() > 1_000 ? timestamp : null;
}

/** Where the contact is, read off its timestamps. */
export function statusOf(contact: Contact): ContactStatus {
  const { AgentInfo: agent } = contact;
  if (momentFrom(contact.DisconnectTimestamp)) {
    const working =
      momentFrom(agent?.AfterContactWorkStartTimestamp) && !momentFrom(agent?.AfterContactWorkEndTimestamp);
    return working ? 'AFTER_CONTACT_WORK' : 'ENDED';
  }
  if (momentFrom(agent?.ConnectedToAgentTimestamp)) return 'WITH_AGENT';
  if (momentFrom(contact.QueueInfo?.EnqueueTimestamp)) return 'QUEUED';
  if (momentFrom(contact.ConnectedToSystemTimestamp)) return 'IN_FLOW';
  if (momentFrom(contact.RingStartTimestamp)) return 'RINGING';
  return 'INITIATED';
}

const outcomeOfDetection = new Map<string | undefined, ContactOutcome>([
  ['HUMAN_ANSWERED', 'ANSWERED'],
  ['VOICEMAIL_BEEP', 'MACHINE'],
  ['VOICEMAIL_NO_BEEP', 'MACHINE'],
  ['FAX_MACHINE_DETECTED', 'MACHINE'],
  ['SIT_TONE_BUSY', 'BUSY'],
  ['SIT_TONE_INVALID_NUMBER', 'INVALID_NUMBER'],
  ['SIT_TONE_DETECTED', 'FAILED'],
  ['AMD_UNANSWERED', 'NO_ANSWER'],
]);

/** Amazon's own spelling, `OUTBUND_PREVIEW_DISCARDED` included. */
const outcomeOfDisconnect = new Map<string | undefined, ContactOutcome>([
  ['TELECOM_BUSY', 'BUSY'],
  ['TELECOM_UNANSWERED', 'NO_ANSWER'],
  ['TELECOM_TIMEOUT', 'NO_ANSWER'],
  ['TELECOM_ORIGINATOR_CANCEL', 'NO_ANSWER'],
  ['TELECOM_NUMBER_INVALID', 'INVALID_NUMBER'],
  ['TELECOM_POTENTIAL_BLOCKING', 'BLOCKED'],
  ['TELECOM_PROBLEM', 'FAILED'],
  ['OUTBOUND_DESTINATION_ENDPOINT_ERROR', 'FAILED'],
  ['OUTBOUND_RESOURCE_ERROR', 'FAILED'],
  ['OUTBOUND_ATTEMPT_FAILED', 'FAILED'],
  ['OUTBUND_PREVIEW_DISCARDED', 'DISCARDED'],
  ['EXPIRED', 'EXPIRED'],
]);

/** What came of the dialing; null while it is open. Machine detection knows best, then the answer itself, then why it ended. */
export function outcomeOf(contact: Contact): ContactOutcome | null {
  const detected = outcomeOfDetection.get(contact.AnsweringMachineDetectionStatus);
  if (detected) return detected;
  if (momentFrom(contact.ConnectedToSystemTimestamp)) return 'ANSWERED';
  if (!momentFrom(contact.DisconnectTimestamp)) return null;
  return outcomeOfDisconnect.get(contact.DisconnectReason) ?? 'CANCELLED';
}
