import type { EnteredQueue } from '../../queues/queue.service.js';
import { knownOr } from '../../graphql/vendor-enum.js';
import {
  AnsweringMachineDetectionStatus,
  Channel,
  ContactEventType,
  InitiationMethod,
  type ContactStatus,
} from '../contact-enums.js';
import { hadAgent, hasCome, isOver, momentOf, standardQueueIdOf, textOf, type ContactFacts } from './contact-facts.js';
import type { TimelineEvent } from './contact-event.type.js';
import { outcomeOf } from './contact-outcome.js';
import { detailsOfType, stepOf, steps, type ContactEventFactDetails } from './contact-steps.js';
import { eventsOf, type ContactEventFact } from './event-facts.js';

const statusesLatestFirst = steps
  .flatMap(({ moment, status }) => (moment && status ? [{ moment, status }] : []))
  .reverse();

/**
 * Where the contact is: as far as any fact takes it. Facts are only ever added, so it never moves back. Null where the customer is gone and nobody
 * told yet whether an agent had the call, who may still work on it.
 */
export function statusOf(facts: ContactFacts): ContactStatus | null {
  if (isOver(facts)) return 'ENDED';
  if (hasCome(facts, 'disconnectTimestamp')) return hadAgent(facts) ? 'AFTER_CONTACT_WORK' : null;
  return statusesLatestFirst.find(({ moment }) => hasCome(facts, moment))?.status ?? 'INITIATED';
}

/** The queue that the facts name, which is always a standard one. */
function namedQueueOf(facts: ContactFacts): EnteredQueue | null {
  const id = standardQueueIdOf(facts);
  return id === null ? null : { id, isStandard: true };
}

interface StateBeside {
  /** Where somebody else than the facts tells it. */
  readonly queue?: EnteredQueue | null | undefined;
  /** It is over, and unless it was answered nobody can tell how it went. */
  readonly isLost?: boolean;
}

/** What the facts alone say of a contact, in the words of the schema; null for what has not come. */
export function stateOf(facts: ContactFacts, { queue = namedQueueOf(facts), isLost = false }: StateBeside = {}) {
  const rawInitiationMethod = textOf(facts, 'initiationMethod');
  const rawStatus = textOf(facts, 'answeringMachineDetectionStatus');
  return {
    status: isLost ? ('ENDED' as const) : statusOf(facts),
    outcome: outcomeOf(facts) ?? (isLost ? ('UNKNOWN' as const) : null),
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

/** The steps that a timestamp of their own alone tells of. */
const milestones = steps.flatMap(({ type, moment }) => (type && moment ? [{ type, moment }] : []));

/** What happens at the same moment is told in the order of a call's life, and what is no step of it last. */
function rankOf({ rawType }: TimelineEvent): number {
  const step = stepOf(rawType);
  return step ? steps.indexOf(step) : steps.length;
}

/**
 * Whether COMPLETED came, and events tell when the contact began and ended, and what came of it. Each event repeats the timestamps of those before it, so that
 * then only a step is missing whose timestamp all later events left out, or that no event tells.
 */
export function seemsComplete(facts: ContactFacts): boolean {
  const events = eventsOf(facts);
  const hasBothEnds = hasCome(facts, 'initiationTimestamp') && hasCome(facts, 'disconnectTimestamp');
  const isExact = events.every(({ isAbout }) => !isAbout);
  return hasBothEnds && isExact && events.some(({ type }) => type === 'COMPLETED') && outcomeOf(facts) !== 'UNKNOWN';
}

/** What happened, oldest first: each event received, and each step of which a timestamp alone tells. */
function timelineOf(facts: ContactFacts, queue: EnteredQueue | null): readonly TimelineEvent[] {
  const received = eventsOf(facts).map((event) =>
    eventOf(event.type, atOf(event, facts), 'CONTACT_EVENT', {
      ...detailsOf(event.type, facts, queue),
      ...toldBy(event.details),
    }),
  );
  const types = new Set(received.map(({ rawType }) => rawType));
  const derived = [
    ...milestones.map(({ type, moment }) => [type, momentOf(facts, moment)] as const),
    completionOf(facts),
  ]
    .filter(([type, at]) => at !== null && !types.has(type))
    .map(([type, at]) => eventOf(type, at!, 'CONTACT_TIMESTAMP', detailsOf(type, facts, queue)));
  return [...received, ...derived].sort((a, b) => a.at.getTime() - b.at.getTime() || rankOf(a) - rankOf(b));
}

/** When the event happened: where it only tells when it was sent, as another one, or Connect, tells it. */
function atOf({ type, at, isAbout }: ContactEventFact, facts: ContactFacts): Date {
  if (type === 'COMPLETED') return latest(at, completionOf(facts)[1]);
  const moment = isAbout ? stepOf(type)?.moment : undefined;
  return (moment && momentOf(facts, moment)) ?? at;
}

/** The sending of COMPLETED is told to the second: it may seem to lie before the end. */
function latest(at: Date, completedAt: Date | null): Date {
  return completedAt && completedAt > at ? completedAt : at;
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

/** What is known of a step beside its time: no less than its event would tell, whether or not that came. */
function detailsOf(type: string, facts: ContactFacts, queue: EnteredQueue | null): ToldDetails {
  const told = detailsOfType(type).map((field): ToldDetails => {
    if (field === 'queueId') return { queue };
    // No fact keeps what was updated: the event alone tells it.
    const value = field === 'updatedProperties' ? null : textOf(facts, field);
    return value === null ? {} : { [field]: value };
  });
  return Object.assign({}, ...told) as ToldDetails;
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
