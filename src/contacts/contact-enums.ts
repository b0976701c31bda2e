import { registerEnum } from '../graphql/register-enum.js';
import { newerValue } from '../graphql/vendor-enum.js';

const newerAndRaw = { description: 'A value newer than this gateway; the field beside this one has it raw.' };
const unexplained = { description: 'Listed by the API of Connect, which does not explain it.' };

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
    ENDED: {
      description:
        'Over: disconnected, and no after-contact work open. Also of a call placed here that Connect has not shown for 90 s; its outcome is UNKNOWN.',
    },
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
  UNKNOWN: 'UNKNOWN',
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
    CANCELLED: { description: 'Ended before an answer: somebody hung up or asked for it, or Connect says OTHER.' },
    DISCARDED: { description: 'An agent discarded the preview of a campaign call.' },
    EXPIRED: { description: 'A campaign call that found no agent or line in time.' },
    FAILED: { description: 'The network or Connect failed.' },
    UNKNOWN: {
      description:
        'It cannot be told: Connect never showed the call, gives no reason, or a word newer than this gateway, which `disconnectReason` or ' +
        '`rawAnsweringMachineDetectionStatus` has.',
    },
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
  values: {
    INBOUND: { description: 'The customer called.' },
    OUTBOUND: { description: 'An agent dialed.' },
    TRANSFER: { description: 'An agent handed it on.' },
    QUEUE_TRANSFER: { description: 'It moved from one queue to another.' },
    CALLBACK: { description: 'Connect called back, as the customer had asked.' },
    API: { description: 'A request to Connect made it, such as startOutboundVoiceContact.' },
    DISCONNECT: { description: 'A flow that runs after a disconnect made it.' },
    MONITOR: { description: 'A supervisor listens to an agent.' },
    EXTERNAL_OUTBOUND: { description: 'An agent brought in somebody outside.' },
    WEBRTC_API: { description: 'A call from within an app or a web page.' },
    AGENT_REPLY: { description: 'An agent answered an email.' },
    FLOW: { description: 'A flow made it.' },
    UNKNOWN: newerAndRaw,
  },
});

export const Channel = { VOICE: 'VOICE', CHAT: 'CHAT', TASK: 'TASK', EMAIL: 'EMAIL', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(Channel, 'Channel', {
  description: 'The way a contact takes.',
  values: {
    VOICE: { description: 'A phone call.' },
    CHAT: { description: 'Messages.' },
    TASK: { description: 'Work to be done.' },
    EMAIL: { description: 'An email.' },
    UNKNOWN: newerValue,
  },
});

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
  values: {
    ANSWERED: unexplained,
    UNDETECTED: unexplained,
    ERROR: unexplained,
    HUMAN_ANSWERED: { description: 'A person answered.' },
    SIT_TONE_DETECTED: { description: 'A special information tone of the network.' },
    SIT_TONE_BUSY: { description: 'The special information tone for a busy line.' },
    SIT_TONE_INVALID_NUMBER: { description: 'The special information tone for a number that is not in use.' },
    FAX_MACHINE_DETECTED: { description: 'A fax machine answered.' },
    VOICEMAIL_BEEP: { description: 'A voicemail answered, and beeped.' },
    VOICEMAIL_NO_BEEP: { description: 'A voicemail answered, without a beep.' },
    AMD_UNRESOLVED: { description: 'It was answered, and the detection could not tell by what.' },
    AMD_UNRESOLVED_SILENCE: { description: 'It was answered, and only silence was heard.' },
    AMD_UNANSWERED: { description: 'It kept ringing.' },
    AMD_ERROR: { description: 'The detection failed.' },
    AMD_NOT_APPLICABLE: { description: 'It ended before it rang; there was nothing to hear.' },
    UNKNOWN: newerAndRaw,
  },
});

export const ContactEventType = {
  INITIATED: 'INITIATED',
  RINGING: 'RINGING',
  CONNECTED_TO_SYSTEM: 'CONNECTED_TO_SYSTEM',
  QUEUED: 'QUEUED',
  CONNECTED_TO_AGENT: 'CONNECTED_TO_AGENT',
  DISCONNECTED: 'DISCONNECTED',
  COMPLETED: 'COMPLETED',
  CONTACT_DATA_UPDATED: 'CONTACT_DATA_UPDATED',
  PAUSED: 'PAUSED',
  RESUMED: 'RESUMED',
  AMD_DISABLED: 'AMD_DISABLED',
  WEBRTC_API: 'WEBRTC_API',
  UNKNOWN: 'UNKNOWN',
} as const;
export type ContactEventType = keyof typeof ContactEventType;
registerEnum(ContactEventType, 'ContactEventType', {
  description: 'A step in the life of a contact, as its contact events name it.',
  values: {
    INITIATED: { description: 'Connect accepted it.' },
    RINGING: { description: 'It began to ring. Connect sends no such event; it is read off a campaign call.' },
    CONNECTED_TO_SYSTEM: { description: 'The far end answered: a person or a machine.' },
    QUEUED: { description: 'It entered a queue.' },
    CONNECTED_TO_AGENT: { description: 'An agent joined.' },
    DISCONNECTED: { description: 'The customer left, or was never reached.' },
    COMPLETED: { description: 'All is done, the after-contact work included.' },
    CONTACT_DATA_UPDATED: { description: 'Something about it was changed; `updatedProperties` names what.' },
    PAUSED: { description: 'A task was paused.' },
    RESUMED: { description: 'A paused task goes on.' },
    AMD_DISABLED: { description: 'Answering machine detection is off.' },
    WEBRTC_API: { description: 'Of an in-app or web call.' },
    UNKNOWN: newerAndRaw,
  },
});

export const ContactEventSource = { CONTACT_EVENT: 'CONTACT_EVENT', CONTACT_TIMESTAMP: 'CONTACT_TIMESTAMP' } as const;
export type ContactEventSource = keyof typeof ContactEventSource;
registerEnum(ContactEventSource, 'ContactEventSource', {
  description: 'How the gateway knows of a step.',
  values: {
    CONTACT_EVENT: { description: 'Connect sent the event.' },
    CONTACT_TIMESTAMP: {
      description: 'No such event came (yet); a timestamp in a later event or in DescribeContact tells of it.',
    },
  },
});
