import type { AgentInfo, Contact } from '@aws-sdk/client-connect';
import type { StandardQueueId } from '../../connect/ids.js';
import type { ContactFact } from '../../coordination/timelines.js';
import type { unnamedQueue } from './contact-facts.js';
import { cameField, queueField, textFields, type ContactFacts, type TextField } from './contact-facts.js';
import { momentFields, type MomentField } from './contact-steps.js';
import { eventField, eventValue, type ContactEventFact } from './event-facts.js';

/** What one source tells of a contact at one moment: an event, or DescribeContact. */
export interface ContactReport {
  readonly moments: Readonly<Partial<Record<MomentField, Date | undefined>>>;
  readonly texts: Readonly<Partial<Record<TextField, string | undefined>>>;
  /** The queue that it entered; undefined where nothing is said of it. */
  readonly queueId?: StandardQueueId | typeof unnamedQueue | undefined;
  /** The step that has come although the report leaves its moment out. */
  readonly came?: MomentField | undefined;
  /** The contact is disconnected, and no after-contact work is open or to come. */
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
    ...(report.came ? [fact(cameField(report.came), 'true')] : []),
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

/** Whether the facts named the queue, or declined to, later than DescribeContact told of the contact. */
export function hasLaterQueue(facts: ContactFacts, contact: Contact): boolean {
  return (facts.get(queueField)?.saidAtMs ?? -1) > saidAtMsOf(reportFrom(contact));
}
