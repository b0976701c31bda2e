import { registerEnum } from '../graphql/register-enum.js';

const newer = { description: 'A value newer than this gateway; the field beside this one has it raw.' };

export const ContactStatus = {
  INITIATED: 'INITIATED',
  RINGING: 'RINGING',
  IN_FLOW: 'IN_FLOW',
  QUEUED: 'QUEUED',
  WITH_AGENT: 'WITH_AGENT',
  AFTER_CONTACT_WORK: 'AFTER_CONTACT_WORK',
  ENDED: 'ENDED',
} as const;
export type ContactStatus = keyof typeof ContactStatus;
registerEnum(ContactStatus, 'ContactStatus', {
  description: 'Where a contact is now. Connect has no such member; it is read off the timestamps.',
  values: {
    INITIATED: { description: 'Connect accepted the call; the phone may already ring.' },
    RINGING: { description: 'The phone rings. Connect tells this of campaign calls.' },
    IN_FLOW: { description: 'Somebody, or something, answered, and the flow runs.' },
    QUEUED: { description: 'Waiting for an agent.' },
    WITH_AGENT: { description: 'Talking with an agent.' },
    AFTER_CONTACT_WORK: { description: 'The customer is gone; the agent still works on it.' },
    ENDED: { description: 'Over.' },
  },
});

export const ContactOutcome = {
  ANSWERED: 'ANSWERED',
  MACHINE: 'MACHINE',
  NO_ANSWER: 'NO_ANSWER',
  BUSY: 'BUSY',
  INVALID_NUMBER: 'INVALID_NUMBER',
  BLOCKED: 'BLOCKED',
  CANCELLED: 'CANCELLED',
  DISCARDED: 'DISCARDED',
  EXPIRED: 'EXPIRED',
  FAILED: 'FAILED',
} as const;
export type ContactOutcome = keyof typeof ContactOutcome;
registerEnum(ContactOutcome, 'ContactOutcome', {
  description: "What came of the dialing, in one word for Connect's many; null while it is not decided.",
  values: {
    ANSWERED: { description: 'Answered: by a person, or nobody looked by what (see answeringMachineDetectionStatus).' },
    MACHINE: { description: 'Answered by voicemail or a fax machine. Known only with answering machine detection.' },
    NO_ANSWER: { description: 'It rang and nobody answered, or the phone could not be reached.' },
    BUSY: { description: 'The line was busy.' },
    INVALID_NUMBER: { description: 'The number is not in use.' },
    BLOCKED: { description: "The networks' answers suggest that the call was blocked." },
    CANCELLED: { description: 'Ended before an answer, by a request or for a reason Connect does not tell.' },
    DISCARDED: { description: 'An agent discarded the preview of a campaign call.' },
    EXPIRED: { description: 'A campaign call that found no agent or line in time.' },
    FAILED: { description: 'The network or Connect failed.' },
  },
});

export const InitiationMethod = {
  INBOUND: 'INBOUND',
  OUTBOUND: 'OUTBOUND',
  TRANSFER: 'TRANSFER',
  QUEUE_TRANSFER: 'QUEUE_TRANSFER',
  CALLBACK: 'CALLBACK',
  API: 'API',
  DISCONNECT: 'DISCONNECT',
  MONITOR: 'MONITOR',
  EXTERNAL_OUTBOUND: 'EXTERNAL_OUTBOUND',
  WEBRTC_API: 'WEBRTC_API',
  AGENT_REPLY: 'AGENT_REPLY',
  FLOW: 'FLOW',
  UNKNOWN: 'UNKNOWN',
} as const;
registerEnum(InitiationMethod, 'InitiationMethod', {
  description: 'How a contact came about. A call placed here is API; OUTBOUND is one that an agent dialed.',
  values: { UNKNOWN: newer },
});

export const Channel = { VOICE: 'VOICE', CHAT: 'CHAT', TASK: 'TASK', EMAIL: 'EMAIL', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(Channel, 'Channel', { description: 'The way a contact takes.', values: { UNKNOWN: newer } });

export const AnsweringMachineDetectionStatus = {
  ANSWERED: 'ANSWERED',
  UNDETECTED: 'UNDETECTED',
  ERROR: 'ERROR',
  HUMAN_ANSWERED: 'HUMAN_ANSWERED',
  SIT_TONE_DETECTED: 'SIT_TONE_DETECTED',
  SIT_TONE_BUSY: 'SIT_TONE_BUSY',
  SIT_TONE_INVALID_NUMBER: 'SIT_TONE_INVALID_NUMBER',
  FAX_MACHINE_DETECTED: 'FAX_MACHINE_DETECTED',
  VOICEMAIL_BEEP: 'VOICEMAIL_BEEP',
  VOICEMAIL_NO_BEEP: 'VOICEMAIL_NO_BEEP',
  AMD_UNRESOLVED: 'AMD_UNRESOLVED',
  AMD_UNRESOLVED_SILENCE: 'AMD_UNRESOLVED_SILENCE',
  AMD_UNANSWERED: 'AMD_UNANSWERED',
  AMD_ERROR: 'AMD_ERROR',
  AMD_NOT_APPLICABLE: 'AMD_NOT_APPLICABLE',
  UNKNOWN: 'UNKNOWN',
} as const;
registerEnum(AnsweringMachineDetectionStatus, 'AnsweringMachineDetectionStatus', {
  description: 'What answering machine detection heard. Null unless the call asked for it.',
  values: { UNKNOWN: newer },
});
