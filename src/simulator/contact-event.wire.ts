import type { Contact, Progress } from './contact.js';
import { segmentAttributesOnWire, tagsOnWire } from './contact.wire.js';
import type { Directory } from './directory.js';
import type { CourseEventType } from './event-plan.js';

/** What a CONTACT_DATA_UPDATED event says was changed. */
export type UpdatedProperty = 'UserDefinedAttributes' | 'Tags' | 'Segment Attributes';

/** One thing that a contact event tells of. */
export interface ContactEvent {
  readonly id: string;
  readonly type: CourseEventType | 'CONTACT_DATA_UPDATED';
  readonly atMs: number;
  readonly contact: Contact;
  readonly progress: Progress;
  readonly updatedProperties?: readonly UpdatedProperty[];
}

/** An event as EventBridge carries it. */
export interface EventEnvelope {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const isoOf = (transition: { readonly atMs: number } | undefined): string | undefined =>
  transition && iso(transition.atMs);

/** The event on the wire: ISO times, ARNs where the API gives ids, and neither user attributes nor phone numbers of its own. */
export function eventOnWire({ id, type, atMs, ...event }: ContactEvent, directory: Directory): EventEnvelope {
  const { contact, progress } = event;
  const { answered, detected, queued, disconnected } = progress;
  const arn = (path?: string): string => directory.arn(contact.instanceId, path);
  return {
    version: '0',
    id,
    'detail-type': 'Amazon Connect Contact Event',
    source: 'aws.connect',
    account: directory.accountId,
    time: `${iso(atMs).slice(0, 19)}Z`,
    region: directory.region,
    resources: [arn(`contact/${contact.id}`), arn()],
    detail: {
      eventType: type,
      contactId: contact.id,
      initialContactId: contact.id,
      relatedContactId: contact.relatedContactId,
      channel: 'VOICE',
      instanceArn: arn(),
      initiationMethod: 'API',
      initiationTimestamp: iso(contact.initiatedAtMs),
      connectedToSystemTimestamp: isoOf(answered),
      disconnectTimestamp: isoOf(disconnected),
      disconnectReason: disconnected?.reason,
      answeringMachineDetectionStatus: detected?.status,
      customerVoiceActivity:
        detected?.greetingStartMs === undefined
          ? undefined
          : { greetingStartTimestamp: iso(detected.greetingStartMs), greetingEndTimestamp: iso(detected.atMs) },
      queueInfo: queued && {
        ...queueOf(directory, contact.instanceId, queued.queueId),
        enqueueTimestamp: iso(queued.atMs),
      },
      agentInfo: agentInfo(progress, arn),
      campaign: contact.campaignId === undefined ? undefined : { campaignId: contact.campaignId },
      updatedProperties: event.updatedProperties,
      segmentAttributes: segmentAttributesOnWire(contact),
      tags: tagsOnWire(contact),
    },
  };
}

function queueOf(directory: Directory, instanceId: string, id: string): object {
  const type = directory.instance(instanceId).queues.find((queue) => queue.id === id)?.type ?? 'STANDARD';
  return { queueArn: directory.queueArn(instanceId, { id, type }), queueType: type };
}

function agentInfo(
  { withAgent, disconnected, completed }: Progress,
  arn: (path: string) => string,
): object | undefined {
  if (!withAgent) return undefined;
  const workMs = disconnected && completed && completed.atMs - disconnected.atMs;
  return {
    agentArn: arn(`agent/${withAgent.agentId}`),
    connectedToAgentTimestamp: iso(withAgent.atMs),
    agentInitiatedHoldDuration: 0,
    afterContactWorkStartTimestamp: isoOf(disconnected),
    afterContactWorkEndTimestamp: isoOf(completed),
    afterContactWorkDuration: workMs === undefined ? undefined : Math.round(workMs / 1_000),
  };
}
