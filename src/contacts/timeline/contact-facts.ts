import type { AgentInfo, Contact } from '@aws-sdk/client-connect';
import type { StandardQueueId } from '../../graphql/connect-arn.js';
import { eventPrefix, type ContactFact } from '../../coordination/timelines.js';

/** The fields of a contact's facts that are moments; their value is a whole number of milliseconds since the epoch. */
const momentFields = [
  'initiationTimestamp',
  'ringStartTimestamp',
  'connectedToSystemTimestamp',
  'enqueueTimestamp',
  'acceptedByAgentTimestamp',
  'connectedToAgentTimestamp',
  'disconnectTimestamp',
  'afterContactWorkStartTimestamp',
  'afterContactWorkEndTimestamp',
] as const;
export type MomentField = (typeof momentFields)[number];

/** Those that are text as Connect writes it, unknown values included. */
const textFields = [
  'initiationMethod',
  'channel',
  'disconnectReason',
  'answeringMachineDetectionStatus',
  'agentInitiatedHoldDurationInSeconds',
  'afterContactWorkDurationInSeconds',
] as const;
type TextField = (typeof textFields)[number];

/** Not `queueId`: that is what earlier versions called it, and they took the queue of an agent for any other. */
const queueField = 'standardQueueId';
/** Stands for a queue that is not known to be a standard one: who took a contact is personal, and facts are shared with whoever reads it. */
export const unnamedQueue = '';

/** What one source tells of a contact at one moment. */
export interface ContactReport {
  readonly moments: Readonly<Partial<Record<MomentField, Date | undefined>>>;
  readonly texts: Readonly<Partial<Record<TextField, string | undefined>>>;
  /** The queue that it entered; undefined where nothing is said of it. */
  readonly queueId?: StandardQueueId | typeof unnamedQueue | undefined;
  /** The step that has come although the report leaves its moment out. */
  readonly came?: MomentField | undefined;
  /** Disconnected, and no after-contact work open or to come. */
  readonly isOver: boolean;
  /** An agent had it: there may be after-contact work, though no moment tells of the agent. */
  readonly hadAgent: boolean;
  /** Connect itself was asked, and told everything that it knows. */
  readonly isDescribed: boolean;
  /** The event that told it, where one did. */
  readonly event?: ContactEventFact;
  /** When it was said, at the least; a moment told in it makes it later. */
  readonly saidAt: Date | undefined;
}

/** An event as Connect named it, with what it tells beyond the state of the contact. There is no slash in its type and its id. */
export interface ContactEventFact {
  readonly type: string;
  readonly at: Date;
  /** Tells it from others of its type at the same moment, where there may be some; the same in every delivery. */
  readonly id?: string;
  /** `at` is when it was sent, to the second, for the event leaves its own moment out. */
  readonly isAbout: boolean;
  readonly details: ContactEventFactDetails;
}

export interface ContactEventFactDetails {
  readonly queueId?: StandardQueueId;
  readonly disconnectReason?: string;
  readonly answeringMachineDetectionStatus?: string;
  readonly updatedProperties?: readonly string[];
}

const maxTextLength = 200;

/** Connect writes the first milliseconds of 1970 for a moment that has not come. */
export function momentFrom(timestamp: Date | undefined): Date | null {
  return timestamp && timestamp.getTime() > 1_000 ? timestamp : null;
}

/** The facts of a report. What it leaves out, or calls not set, says nothing. */
export function factsFrom(report: ContactReport): ContactFact[] {
  const moments = momentFields.flatMap((field) => {
    const moment = momentFrom(report.moments[field]);
    return moment ? [{ field, atMs: moment.getTime() }] : [];
  });
  const event = report.event;
  const saidAtMs = saidAtMsOf(report);
  const fact = (field: string, value: string): ContactFact => ({ field, value, saidAtMs });
  return [
    ...moments.map(({ field, atMs }) => fact(field, String(atMs))),
    ...textFields.flatMap((field) => {
      const text = report.texts[field];
      return text === undefined || text === '' ? [] : [fact(field, text.slice(0, maxTextLength))];
    }),
    ...(report.queueId === undefined ? [] : [fact(queueField, report.queueId.slice(0, maxTextLength))]),
    ...(report.came ? [fact(`came/${report.came}`, 'true')] : []),
    ...(report.isOver ? [fact('isOver', 'true')] : []),
    ...(report.hadAgent ? [fact('hadAgent', 'true')] : []),
    // The greater word wins, so that what was told after the end stays.
    ...(report.isDescribed ? [fact('described', report.isOver ? 'over' : 'live')] : []),
    ...(event ? [fact(eventField(event), eventValue(event))] : []),
  ];
}

/** When the report was said, at the least. */
function saidAtMsOf({ moments, event, saidAt }: ContactReport): number {
  const told = [saidAt, event?.at, ...momentFields.map((field) => moments[field])];
  return Math.max(0, ...told.map((moment) => momentFrom(moment)?.getTime() ?? 0));
}

/** So that the fields of events sort by their time. */
function eventField({ type, at, id }: ContactEventFact): string {
  const field = `${eventPrefix}${String(at.getTime()).padStart(15, '0')}/${type}`;
  return id === undefined ? field : `${field}/${id}`;
}

/** In a fixed order, for two deliveries of one event to be equal. */
function eventValue({ isAbout, details }: ContactEventFact): string {
  return JSON.stringify(isAbout ? { ...details, isAbout } : details);
}

/** What DescribeContact tells, and the queue where somebody found out what it is. */
export function reportFrom(contact: Contact, queueId?: ContactReport['queueId']): ContactReport {
  const agent = contact.AgentInfo;
  return {
    moments: {
      initiationTimestamp: contact.InitiationTimestamp,
      ringStartTimestamp: contact.RingStartTimestamp,
      connectedToSystemTimestamp: contact.ConnectedToSystemTimestamp,
      enqueueTimestamp: contact.QueueInfo?.EnqueueTimestamp,
      acceptedByAgentTimestamp: agent?.AcceptedByAgentTimestamp,
      connectedToAgentTimestamp: agent?.ConnectedToAgentTimestamp,
      disconnectTimestamp: contact.DisconnectTimestamp,
      afterContactWorkStartTimestamp: agent?.AfterContactWorkStartTimestamp,
      afterContactWorkEndTimestamp: agent?.AfterContactWorkEndTimestamp,
    },
    texts: {
      initiationMethod: contact.InitiationMethod,
      channel: contact.Channel,
      disconnectReason: contact.DisconnectReason,
      answeringMachineDetectionStatus: contact.AnsweringMachineDetectionStatus,
      agentInitiatedHoldDurationInSeconds: agent?.AgentInitiatedHoldDuration?.toString(),
      afterContactWorkDurationInSeconds: agent?.AfterContactWorkDuration?.toString(),
    },
    queueId,
    isOver: momentFrom(contact.DisconnectTimestamp) !== null && !isWorkingOn(agent),
    // Its moments tell.
    hadAgent: false,
    isDescribed: true,
    saidAt: contact.LastUpdateTimestamp,
  };
}

function isWorkingOn(agent: AgentInfo | undefined): boolean {
  return (
    momentFrom(agent?.AfterContactWorkStartTimestamp) !== null &&
    momentFrom(agent?.AfterContactWorkEndTimestamp) === null
  );
}

/** Facts by their fields, as they are known of one contact. */
export type ContactFacts = ReadonlyMap<string, ContactFact>;

/** As one map; of each field `told` has at most one. */
export function toFacts(told: readonly ContactFact[]): ContactFacts {
  return new Map(told.map((fact) => [fact.field, fact]));
}

export function momentOf(facts: ContactFacts, field: MomentField): Date | null {
  const value = facts.get(field)?.value;
  return value === undefined ? null : new Date(Number(value));
}

export function textOf(facts: ContactFacts, field: TextField): string | null {
  return facts.get(field)?.value ?? null;
}

/** The queue that it entered last; null where no fact names it. */
export function standardQueueIdOf(facts: ContactFacts): StandardQueueId | null {
  const value = facts.get(queueField)?.value;
  return value === undefined || value === unnamedQueue ? null : (value as StandardQueueId);
}

/** Whether the facts named the queue, or declined to, later than DescribeContact told of the contact. */
export function hasLaterQueue(facts: ContactFacts, contact: Contact): boolean {
  return (facts.get(queueField)?.saidAtMs ?? -1) > saidAtMsOf(reportFrom(contact));
}

export function isOver(facts: ContactFacts): boolean {
  return facts.has('isOver');
}

/** Whether the step of the moment has come, whether or not its moment is known. */
export function hasCome(facts: ContactFacts, field: MomentField): boolean {
  return facts.has(field) || facts.has(`came/${field}`);
}

/** Whether an agent is known to have had it. */
export function hadAgent(facts: ContactFacts): boolean {
  const ofAgent = ['acceptedByAgentTimestamp', 'connectedToAgentTimestamp', 'afterContactWorkStartTimestamp'] as const;
  return facts.has('hadAgent') || ofAgent.some((field) => hasCome(facts, field));
}

/** Whether DescribeContact has told of it. */
export function isDescribed(facts: ContactFacts): boolean {
  return facts.has('described');
}

/** Whether DescribeContact has told of it once it was over: what it leaves out did not happen. */
export function isDescribedOver(facts: ContactFacts): boolean {
  return facts.get('described')?.value === 'over';
}

/** Whether everything that may be told to whoever follows it is known: also the queue, which only those find out who ask for followers. */
export function isWhole(facts: ContactFacts): boolean {
  return isDescribedOver(facts) && (!hasCome(facts, 'enqueueTimestamp') || facts.has(queueField));
}

/** When the last thing was said of it, on the clock of whoever said it. */
export function saidLastAtMs(facts: ContactFacts): number {
  return Math.max(0, ...[...facts.values()].map((fact) => fact.saidAtMs));
}

/** What is known of a contact placed here before anybody told anything of it. */
export const placedFacts: ContactFacts = toFacts([
  { field: 'initiationMethod', value: 'API', saidAtMs: 0 },
  { field: 'channel', value: 'VOICE', saidAtMs: 0 },
]);

/** Whether `told` has an event that is not among `known`. */
export function hasNewEvents(known: ContactFacts, told: ContactFacts): boolean {
  return [...told.keys()].some((field) => field.startsWith(eventPrefix) && !known.has(field));
}

/** Whether an event of the type is among the facts. */
export function hasEvent(facts: ContactFacts, type: string): boolean {
  return [...facts.keys()].some((field) => field.startsWith(eventPrefix) && field.split('/')[2] === type);
}

/** The events among the facts, oldest first. */
export function eventsOf(facts: ContactFacts): ContactEventFact[] {
  return [...facts.values()]
    .filter(({ field }) => field.startsWith(eventPrefix))
    .sort((one, other) => (one.field < other.field ? -1 : 1))
    .map(({ field, value }) => {
      const [, at = '', type = '', id] = field.split('/');
      const { isAbout = false, ...details } = JSON.parse(value) as ContactEventFactDetails & { isAbout?: boolean };
      return { type, at: new Date(Number(at)), id, isAbout, details };
    });
}
