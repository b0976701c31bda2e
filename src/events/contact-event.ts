import { unnamedQueue } from '../contacts/timeline/contact-facts.js';
import type { ContactReport } from '../contacts/timeline/contact-report.js';
import {
  agentMoments,
  detailsOfType,
  stepOf,
  type ContactEventFactDetails,
} from '../contacts/timeline/contact-steps.js';
import {
  isResourceId,
  parseConnectArn,
  standardQueueIdFrom,
  type ResourceKey,
  type StandardQueueId,
} from '../connect/ids.js';
import { JsonFields } from './json-fields.js';

/** What one contact event tells; nothing of it is personal. */
export interface ContactEvent {
  readonly contact: ResourceKey;
  readonly accountId: string;
  readonly region: string;
  readonly report: ContactReport;
}

export type ContactEventRead =
  | { readonly is: 'read'; readonly event: ContactEvent }
  /** It is an event of EventBridge, but not of a contact. */
  | { readonly is: 'foreign' }
  /** `because` holds nothing of the message. */
  | { readonly is: 'unreadable'; readonly because: string };

const detailTypes = ['Amazon Connect Contact Event', 'Connect Customer Contact Event'];
/**
 * EventBridge takes events of up to 256 KB, and Connect's have a few; only somebody who writes to the queue by himself fills the MiB that SQS
 * carries. Characters, of which a body has no more than bytes.
 */
export const maxBodyLength = 262_144;
/** A fact keeps no more of a text. */
const maxIdLength = 200;
const maxUpdatedProperties = 20;

/**
 * What an event says, from the body of its message: the envelope as EventBridge sends it, not an input path of it and not
 * wrapped by SNS. Two deliveries of one event read the same, and nothing makes it throw.
 */
export function readContactEvent(body: string): ContactEventRead {
  if (body.length > maxBodyLength) return unreadable('it is larger than any contact event');
  const envelope = JsonFields.of(parsed(body));
  if (!envelope) return unreadable('it is not a JSON object');
  const [source, detailType] = [envelope.text('source'), envelope.text('detail-type')];
  const detail = envelope.maybeObject('detail');
  const [accountId, region, sentAt] = [envelope.text('account'), envelope.text('region'), envelope.moment('time')];
  if (!source || !detailType || !detail || !accountId || !region || !sentAt) {
    return unreadable('it is not the envelope of EventBridge');
  }
  if (source !== 'aws.connect' || !detailTypes.includes(detailType)) return { is: 'foreign' };
  const instanceId = idIn(detail.text('instanceArn'), 'instance');
  const contactId = detail.text('contactId');
  const type = detail.text('eventType');
  if (!instanceId || !contactId || !isResourceId(contactId)) {
    return unreadable('it does not name an instance and a contact');
  }
  if (!type) return unreadable('it has no eventType');
  const report = reportOf(word(type), detail, { sentAt, id: wordIn(envelope, 'id') });
  return { is: 'read', event: { contact: { instanceId, id: contactId }, accountId, region, report } };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function unreadable(because: string): ContactEventRead {
  return { is: 'unreadable', because };
}

/** Keeps a word of Connect, also one not known yet; makes whatever else stands there harmless and short. */
function word(text: string): string {
  return text.slice(0, 64).replace(/[^A-Za-z0-9_.-]/g, '_');
}

/** The same for the name of a property, which may have two words. */
function propertyName(text: string): string {
  return text.slice(0, 64).split(' ').map(word).join(' ');
}

/** Answers undefined for an agent's own queue as well: its ARN says whose it is. */
function standardQueueIn(arn: string | undefined): StandardQueueId | undefined {
  const id = standardQueueIdFrom(arn);
  return id !== undefined && id.length <= maxIdLength ? id : undefined;
}

function idIn(arn: string | undefined, kind: string): string | undefined {
  const parts = arn === undefined ? undefined : parseConnectArn(arn);
  return parts?.kind === kind && parts.id.length <= maxIdLength ? parts.id : undefined;
}

type Moments = ContactReport['moments'];

interface Sending {
  readonly sentAt: Date;
  /** The id of the event is the same in every delivery. */
  readonly id: string | undefined;
}

function reportOf(type: string, detail: JsonFields, { sentAt, id }: Sending): ContactReport {
  const [agent, queue] = [detail.object('agentInfo'), detail.object('queueInfo')];
  const texts = {
    initiationMethod: wordIn(detail, 'initiationMethod'),
    channel: wordIn(detail, 'channel')?.toUpperCase(),
    disconnectReason: wordIn(detail, 'disconnectReason'),
    answeringMachineDetectionStatus: wordIn(detail, 'answeringMachineDetectionStatus'),
    agentInitiatedHoldDurationInSeconds: agent.wholeSeconds('agentInitiatedHoldDuration'),
    afterContactWorkDurationInSeconds: agent.wholeSeconds('afterContactWorkDuration'),
  };
  const queueArn = queue.text('queueArn');
  const queueId = standardQueueIn(queueArn);
  const told: Moments = {
    initiationTimestamp: detail.moment('initiationTimestamp'),
    connectedToSystemTimestamp: detail.moment('connectedToSystemTimestamp'),
    enqueueTimestamp: queue.moment('enqueueTimestamp'),
    acceptedByAgentTimestamp: agent.moment('acceptedByAgentTimestamp'),
    connectedToAgentTimestamp: agent.moment('connectedToAgentTimestamp'),
    disconnectTimestamp: detail.moment('disconnectTimestamp'),
    afterContactWorkStartTimestamp: agent.moment('afterContactWorkStartTimestamp'),
    afterContactWorkEndTimestamp: agent.moment('afterContactWorkEndTimestamp'),
  };
  const step = stepOf(type)?.event ? stepOf(type) : undefined;
  const ownMoment = step?.moment && told[step.moment];
  const isAbout = step?.moment !== undefined && ownMoment === undefined;
  const at =
    type === 'COMPLETED'
      ? latest(sentAt, told.disconnectTimestamp, told.afterContactWorkEndTimestamp)
      : (ownMoment ?? sentAt);
  // An agent without moments counts, too: the ARN shows that one was chosen.
  const hadAgent = agent.text('agentArn') !== undefined;
  const updatedProperties = detail.texts('updatedProperties', maxUpdatedProperties)?.map(propertyName);
  const details = detailsOf(type, { ...texts, queueId, updatedProperties });
  // A step comes once. Others, such as CONTACT_DATA_UPDATED, may come several times in the one second that the envelope's time tells.
  const event = { type, at, id: step ? undefined : id, isAbout, details };
  return {
    moments: told,
    came: isAbout && step.event === 'certain' ? step.moment : undefined,
    texts,
    queueId: queueArn === undefined ? undefined : (queueId ?? unnamedQueue),
    isOver: isOver(type, told, hadAgent),
    hadAgent,
    isDescribed: false,
    event,
    saidAt: sentAt,
  };
}

/** The envelope's time has no fraction of a second, so that it may lie before what the event itself tells. */
function latest(sentAt: Date, ...moments: readonly (Date | undefined)[]): Date {
  return moments.reduce<Date>((last, moment) => (moment && moment > last ? moment : last), sentAt);
}

function wordIn(fields: JsonFields, name: string): string | undefined {
  const text = fields.text(name);
  return text === undefined ? undefined : word(text);
}

/**
 * COMPLETED says it, and so does the end of after-contact work. DISCONNECTED alone is the end where no agent had the
 * contact; others that follow the end, such as CONTACT_DATA_UPDATED, need not tell of the agent at all and so do not say it.
 */
function isOver(type: string, moments: Moments, hadAgent: boolean): boolean {
  if (type === 'COMPLETED' || moments.afterContactWorkEndTimestamp) return true;
  return type === 'DISCONNECTED' && !hadAgent && agentMoments.every((field) => moments[field] === undefined);
}

/** The details have a fixed order, so that two deliveries are equal. */
function detailsOf(type: string, told: { readonly [field in keyof ContactEventFactDetails]: unknown }) {
  return Object.fromEntries(
    detailsOfType(type).flatMap((field) => (told[field] === undefined ? [] : [[field, told[field]]])),
  ) as ContactEventFactDetails;
}
