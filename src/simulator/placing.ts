import { randomUUID } from 'node:crypto';
import type { CallCircumstances } from './call-plan.js';
import { planCall } from './call-plan.js';
import type { Contact } from './contact.js';
import type { Flow, Instance } from './directory.js';
import { behaviourOf } from './magic-numbers.js';
import type { OutboundRequest } from './outbound-request.js';
import type { World } from './world.js';

/** What a request's ids stand for. */
export interface CallResources {
  readonly instance: Instance;
  readonly flow: Flow;
  readonly callerId: string;
  readonly related: Contact | undefined;
}

/** Places the call: adds its contact, with its whole life planned, to the world. The request has passed every check. */
export function placeCall(
  request: OutboundRequest,
  { instance, flow, callerId, related }: CallResources,
  isOverQuota: boolean,
  world: World,
): Contact {
  const { nowMs } = world;
  const behaviour: CallCircumstances['behaviour'] = isOverQuota
    ? 'over-quota'
    : behaviourOf(request.DestinationPhoneNumber);
  const id = randomUUID();
  const contact: Contact = {
    id,
    ordinal: world.placedCount + 1,
    instanceId: instance.id,
    initiatedAtMs: nowMs,
    destination: request.DestinationPhoneNumber,
    callerId,
    flowId: flow.id,
    clientToken: request.ClientToken,
    trafficType: request.TrafficType ?? 'GENERAL',
    campaignId: request.CampaignId,
    relatedContactId: related?.id,
    associationId: related?.associationId ?? id,
    outboundStrategy: request.OutboundStrategy,
    attributes: attributesOf(request, related),
    references: new Map(request.References),
    tags: new Map(),
    segmentAttributes: new Map(),
    name: request.Name,
    description: request.Description,
    plan: planCall({
      initiatedAtMs: nowMs,
      behaviour,
      flow: flow.effect,
      agentId: agentFor(flow, instance, world),
      detectsMachines: request.AnswerMachineDetectionConfig?.EnableAnswerMachineDetection === true,
      ringTimeoutMs: (request.RingTimeoutInSeconds ?? 60) * 1_000,
      timings: world.settings.timings,
    }),
    recordings: new Map(),
    distortion: undefined,
    changedAtMs: nowMs,
    dataUpdates: 0,
    replays: 0,
  };
  world.place(contact);
  return contact;
}

/** The attributes of the new contact: a copy of the related contact's, with the request's own over them. */
export function attributesOf(request: OutboundRequest, related: Contact | undefined): Map<string, string> {
  return new Map([...(related?.attributes ?? []), ...(request.Attributes ?? [])]);
}

// The flow decides the queue; the request's own queue only sets the caller id.
function agentFor(flow: Flow, instance: Instance, world: World): string | undefined {
  if (flow.effect === 'message') return undefined;
  const { queueId } = flow.effect;
  const queue = instance.queues.find(({ id }) => id === queueId);
  return queue && world.nextAgentId(queue);
}
