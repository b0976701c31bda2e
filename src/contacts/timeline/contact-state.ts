import type { EnteredQueue } from '../../queues/queue.service.js';
import { knownOr } from '../../graphql/vendor-enum.js';
import {
  AnsweringMachineDetectionStatus,
  Channel,
  ContactEventType,
  InitiationMethod,
  type ContactStatus,
} from '../contact-enums.js';
import {
  eventsOf,
  isOver,
  momentOf,
  standardQueueIdOf,
  textOf,
  type ContactEventFactDetails,
  type ContactFacts,
  type MomentField,
} from './contact-facts.js';
import type { TimelineEvent } from './contact-event.type.js';
import { outcomeOf } from './contact-outcome.js';

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

/** The queue that the facts name, which is always a standard one. */
function namedQueueOf(facts: ContactFacts): EnteredQueue | null {
  const id = standardQueueIdOf(facts);
  return id === null ? null : { id, isStandard: true };
}

/** What the facts alone say of a contact, in the words of the schema; null for what has not come. The `queue` where somebody else tells it. */
export function stateOf(facts: ContactFacts, queue: EnteredQueue | null = namedQueueOf(facts)) {
  const rawInitiationMethod = textOf(facts, 'initiationMethod');
  const rawStatus = textOf(facts, 'answeringMachineDetectionStatus');
  return {
    status: statusOf(facts),
    outcome: outcomeOf(facts),
    timeline: timelineOf(facts, queue),
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
    queue,
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
function timelineOf(facts: ContactFacts, queue: EnteredQueue | null): readonly TimelineEvent[] {
  const received = eventsOf(facts).map(({ type, at, details }) => eventOf(type, at, 'CONTACT_EVENT', toldBy(details)));
  const types = new Set(received.map(({ rawType }) => rawType));
  const derived = [...milestones.map(([type, field]) => [type, momentOf(facts, field)] as const), completionOf(facts)]
    .filter(([type, at]) => at !== null && !types.has(type))
    .map(([type, at]) =>
      eventOf(type, at!, 'CONTACT_TIMESTAMP', type === 'QUEUED' ? { queue } : detailsOf(type, facts)),
    );
  const rankOf = ({ rawType }: TimelineEvent) => ranks.get(rawType) ?? ranks.size;
  return [...received, ...derived].sort((a, b) => a.at.getTime() - b.at.getTime() || rankOf(a) - rankOf(b));
}

function completionOf(facts: ContactFacts): readonly ['COMPLETED', Date | null] {
  const endedAt = momentOf(facts, 'afterContactWorkEndTimestamp') ?? momentOf(facts, 'disconnectTimestamp');
  return ['COMPLETED', isOver(facts) ? endedAt : null];
}

/** What is told of an event beside its time. */
interface ToldDetails extends Omit<ContactEventFactDetails, 'queueId'> {
  readonly queue?: EnteredQueue | null;
}

function toldBy({ queueId, ...others }: ContactEventFactDetails): ToldDetails {
  return queueId === undefined ? others : { ...others, queue: { id: queueId, isStandard: true } };
}

function detailsOf(type: ContactEventType, facts: ContactFacts): ToldDetails {
  const text = (field: 'disconnectReason' | 'answeringMachineDetectionStatus') => {
    const value = textOf(facts, field);
    return value === null ? {} : { [field]: value };
  };
  if (type === 'CONNECTED_TO_SYSTEM') return text('answeringMachineDetectionStatus');
  return type === 'DISCONNECTED' ? text('disconnectReason') : {};
}

function eventOf(rawType: string, at: Date, source: TimelineEvent['source'], told: ToldDetails): TimelineEvent {
  return { type: knownOr(ContactEventType, rawType)!, rawType, at, source, details: eventDetailsOf(told) };
}

function eventDetailsOf(told: ToldDetails): TimelineEvent['details'] {
  const { queue = null, disconnectReason, answeringMachineDetectionStatus: rawStatus, updatedProperties } = told;
  if (queue === null && !disconnectReason && !rawStatus && !updatedProperties) return null;
  return {
    queue,
    disconnectReason: disconnectReason ?? null,
    answeringMachineDetectionStatus: knownOr(AnsweringMachineDetectionStatus, rawStatus),
    rawAnsweringMachineDetectionStatus: rawStatus ?? null,
    updatedProperties: updatedProperties ?? null,
  };
}
