import { knownOr } from '../../graphql/vendor-enum.js';
import {
  AnsweringMachineDetectionStatus,
  Channel,
  ContactEventType,
  InitiationMethod,
  type ContactOutcome,
  type ContactStatus,
} from '../contact-enums.js';
import {
  eventsOf,
  isOver,
  momentOf,
  textOf,
  type ContactEventFactDetails,
  type ContactFacts,
  type MomentField,
} from './contact-facts.js';
import type { ContactEvent, ContactEventDetails } from './contact-event.type.js';

const statusesByMoment = [
  ['disconnectTimestamp', 'AFTER_CONTACT_WORK'],
  ['connectedToAgentTimestamp', 'WITH_AGENT'],
  ['enqueueTimestamp', 'QUEUED'],
  ['connectedToSystemTimestamp', 'IN_FLOW'],
  ['ringStartTimestamp', 'RINGING'],
] as const satisfies readonly (readonly [MomentField, ContactStatus])[];

/** Where the contact is: as far as any fact takes it. Facts are only ever added, so it never moves back. */
export function statusOf(facts: ContactFacts): ContactStatus {
  if (isOver(facts)) return 'ENDED';
  return statusesByMoment.find(([field]) => facts.has(field))?.[1] ?? 'INITIATED';
}

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

/** Amazon's own spelling, `OUTBUND_PREVIEW_DISCARDED` included. */
const outcomeOfDisconnect = new Map<string | null, ContactOutcome>([
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
export function outcomeOf(facts: ContactFacts): ContactOutcome | null {
  const detected = outcomeOfDetection.get(textOf(facts, 'answeringMachineDetectionStatus'));
  if (detected) return detected;
  if (facts.has('connectedToSystemTimestamp')) return 'ANSWERED';
  if (!facts.has('disconnectTimestamp')) return null;
  return outcomeOfDisconnect.get(textOf(facts, 'disconnectReason')) ?? 'CANCELLED';
}

/** What the facts alone say of a contact, in the words of the schema; null for what has not come. */
export function stateOf(facts: ContactFacts) {
  const rawInitiationMethod = textOf(facts, 'initiationMethod');
  const rawStatus = textOf(facts, 'answeringMachineDetectionStatus');
  return {
    status: statusOf(facts),
    outcome: outcomeOf(facts),
    timeline: timelineOf(facts),
    initiationMethod: knownOr(InitiationMethod, rawInitiationMethod),
    rawInitiationMethod,
    channel: knownOr(Channel, textOf(facts, 'channel')),
    initiationTimestamp: momentOf(facts, 'initiationTimestamp'),
    ringStartTimestamp: momentOf(facts, 'ringStartTimestamp'),
    connectedToSystemTimestamp: momentOf(facts, 'connectedToSystemTimestamp'),
    enqueueTimestamp: momentOf(facts, 'enqueueTimestamp'),
    disconnectTimestamp: momentOf(facts, 'disconnectTimestamp'),
    disconnectReason: textOf(facts, 'disconnectReason'),
    answeringMachineDetectionStatus: knownOr(AnsweringMachineDetectionStatus, rawStatus),
    rawAnsweringMachineDetectionStatus: rawStatus,
    queueId: textOf(facts, 'queueId'),
    agentConnection: agentConnectionOf(facts),
  };
}
export type ContactState = ReturnType<typeof stateOf>;

function agentConnectionOf(facts: ContactFacts) {
  const connection = {
    acceptedByAgentTimestamp: momentOf(facts, 'acceptedByAgentTimestamp'),
    connectedToAgentTimestamp: momentOf(facts, 'connectedToAgentTimestamp'),
    agentInitiatedHoldDurationInSeconds: wholeSeconds(textOf(facts, 'agentInitiatedHoldDurationInSeconds')),
    afterContactWorkStartTimestamp: momentOf(facts, 'afterContactWorkStartTimestamp'),
    afterContactWorkEndTimestamp: momentOf(facts, 'afterContactWorkEndTimestamp'),
    afterContactWorkDurationInSeconds: wholeSeconds(textOf(facts, 'afterContactWorkDurationInSeconds')),
  };
  return Object.values(connection).some((value) => value !== null) ? connection : null;
}

function wholeSeconds(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** In the order of a call's life, for what happens at the same moment. */
const milestones = [
  ['INITIATED', 'initiationTimestamp'],
  ['RINGING', 'ringStartTimestamp'],
  ['CONNECTED_TO_SYSTEM', 'connectedToSystemTimestamp'],
  ['QUEUED', 'enqueueTimestamp'],
  ['CONNECTED_TO_AGENT', 'connectedToAgentTimestamp'],
  ['DISCONNECTED', 'disconnectTimestamp'],
] as const satisfies readonly (readonly [ContactEventType, MomentField])[];
const ranks = new Map<string, number>(
  [...milestones.map(([type]) => type), 'COMPLETED'].map((type, rank) => [type, rank]),
);

/** What happened, oldest first: each event received, and each step of which a timestamp alone tells. */
function timelineOf(facts: ContactFacts): readonly ContactEvent[] {
  const received = eventsOf(facts).map(({ type, at, details }) => eventOf(type, at, 'CONTACT_EVENT', details));
  const types = new Set(received.map(({ rawType }) => rawType));
  const derived = [...milestones.map(([type, field]) => [type, momentOf(facts, field)] as const), completionOf(facts)]
    .filter(([type, at]) => at !== null && !types.has(type))
    .map(([type, at]) => eventOf(type, at!, 'CONTACT_TIMESTAMP', detailsOf(type, facts)));
  const rankOf = ({ rawType }: ContactEvent) => ranks.get(rawType) ?? ranks.size;
  return [...received, ...derived].sort((a, b) => a.at.getTime() - b.at.getTime() || rankOf(a) - rankOf(b));
}

function completionOf(facts: ContactFacts): readonly ['COMPLETED', Date | null] {
  const endedAt = momentOf(facts, 'afterContactWorkEndTimestamp') ?? momentOf(facts, 'disconnectTimestamp');
  return ['COMPLETED', isOver(facts) ? endedAt : null];
}

function detailsOf(type: ContactEventType, facts: ContactFacts): ContactEventFactDetails {
  const text = (field: 'queueId' | 'disconnectReason' | 'answeringMachineDetectionStatus') => {
    const value = textOf(facts, field);
    return value === null ? {} : { [field]: value };
  };
  if (type === 'CONNECTED_TO_SYSTEM') return text('answeringMachineDetectionStatus');
  if (type === 'QUEUED') return text('queueId');
  return type === 'DISCONNECTED' ? text('disconnectReason') : {};
}

function eventOf(
  rawType: string,
  at: Date,
  source: ContactEvent['source'],
  details: ContactEventFactDetails,
): ContactEvent {
  return { type: knownOr(ContactEventType, rawType)!, rawType, at, source, details: eventDetailsOf(details) };
}

function eventDetailsOf(details: ContactEventFactDetails): ContactEventDetails | null {
  if (Object.keys(details).length === 0) return null;
  const { queueId, disconnectReason, answeringMachineDetectionStatus: rawStatus, updatedProperties } = details;
  return {
    queueId: queueId ?? null,
    disconnectReason: disconnectReason ?? null,
    answeringMachineDetectionStatus: knownOr(AnsweringMachineDetectionStatus, rawStatus),
    rawAnsweringMachineDetectionStatus: rawStatus ?? null,
    updatedProperties: updatedProperties ?? null,
  };
}
