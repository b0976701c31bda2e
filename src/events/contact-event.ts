import type { ResourceKey } from '../connect/resource-key.js';
import { unnamedQueue, type ContactEventFactDetails, type ContactReport } from '../contacts/timeline/contact-facts.js';
import {
  connectIdPattern,
  parseConnectArn,
  standardQueueIdFrom,
  type StandardQueueId,
} from '../graphql/connect-arn.js';
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
  /** An event of EventBridge, but not of a contact. */
  | { readonly is: 'foreign' }
  /** `because` holds nothing of the message. */
  | { readonly is: 'unreadable'; readonly because: string };

const detailTypes = ['Amazon Connect Contact Event', 'Connect Customer Contact Event'];
/**
 * EventBridge takes events of up to 256 KB, and Connect's have a few; only somebody who writes to the queue by himself fills the MiB that SQS
 * carries. Characters, of which a body has no more than bytes.
 */
export const maxBodyLength = 262_144;
const maxContactIdLength = 256;
/** As much of a text as a fact keeps. */
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
  if (!instanceId || !contactId || contactId.length > maxContactIdLength || !connectIdPattern.test(contactId)) {
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

/** A word of Connect, also one not known yet; whatever else stands there becomes harmless and short. */
function word(text: string): string {
  return text.slice(0, 64).replace(/[^A-Za-z0-9_.-]/g, '_');
}

/** Of properties some have two words. */
function propertyName(text: string): string {
  return text.slice(0, 64).split(' ').map(word).join(' ');
}

/** Undefined for an agent's own queue as well: its ARN says whose it is. */
function standardQueueIn(arn: string | undefined): StandardQueueId | undefined {
  const id = standardQueueIdFrom(arn);
  return id !== undefined && id.length <= maxIdLength ? id : undefined;
}

function idIn(arn: string | undefined, kind: string): string | undefined {
  const parts = arn === undefined ? undefined : parseConnectArn(arn);
  return parts?.kind === kind && parts.id.length <= maxIdLength ? parts.id : undefined;
}

type Moments = ContactReport['moments'];
/**
 * When an event of the type happened. One of these that leaves it out, or calls it not set, tells all the same that it has come, but not when.
 * Not so CONNECTED_TO_SYSTEM: where machine detection is on it may stand for a call that nobody answered.
 */
const ownMoments = new Map<string, { readonly field: keyof Moments; readonly isCertain: boolean }>([
  ['INITIATED', { field: 'initiationTimestamp', isCertain: true }],
  ['CONNECTED_TO_SYSTEM', { field: 'connectedToSystemTimestamp', isCertain: false }],
  ['QUEUED', { field: 'enqueueTimestamp', isCertain: true }],
  ['CONNECTED_TO_AGENT', { field: 'connectedToAgentTimestamp', isCertain: true }],
  ['DISCONNECTED', { field: 'disconnectTimestamp', isCertain: true }],
]);

interface Sending {
  readonly sentAt: Date;
  /** Of the event; the same in every delivery. */
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
  const own = ownMoments.get(type);
  const ownMoment = own && told[own.field];
  const isAbout = own !== undefined && ownMoment === undefined;
  const at =
    type === 'COMPLETED'
      ? latest(sentAt, told.disconnectTimestamp, told.afterContactWorkEndTimestamp)
      : (ownMoment ?? sentAt);
  // One without moments is told of, too: that an agent was chosen shows in the ARN.
  const hadAgent = agent.text('agentArn') !== undefined;
  const updatedProperties = detail.texts('updatedProperties', maxUpdatedProperties)?.map(propertyName);
  const details = detailsOf(type, { ...texts, queueId, updatedProperties });
  // Others, such as CONTACT_DATA_UPDATED, may come several times in the one second that the envelope's time tells.
  const comesOnce = own !== undefined || type === 'COMPLETED';
  const event = { type, at, id: comesOnce ? undefined : id, isAbout, details };
  return {
    moments: told,
    came: isAbout && own.isCertain ? own.field : undefined,
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
  const ofAgent =
    moments.connectedToAgentTimestamp ?? moments.acceptedByAgentTimestamp ?? moments.afterContactWorkStartTimestamp;
  return type === 'DISCONNECTED' && ofAgent === undefined && !hadAgent;
}

const detailsByType = new Map<string, readonly (keyof ContactEventFactDetails)[]>([
  ['CONNECTED_TO_SYSTEM', ['answeringMachineDetectionStatus']],
  ['QUEUED', ['queueId']],
  ['DISCONNECTED', ['disconnectReason', 'answeringMachineDetectionStatus']],
  ['CONTACT_DATA_UPDATED', ['updatedProperties']],
]);

/** In a fixed order, for two deliveries to be equal. */
function detailsOf(type: string, told: { readonly [field in keyof ContactEventFactDetails]: unknown }) {
  const fields = detailsByType.get(type) ?? [];
  return Object.fromEntries(
    fields.flatMap((field) => (told[field] === undefined ? [] : [[field, told[field]]])),
  ) as ContactEventFactDetails;
}
