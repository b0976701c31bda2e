import { callerIdFor } from '../caller-id.js';
import { checkAttributes, checkReferences } from '../contact-rules.js';
import { checkDestination } from '../destination-policy.js';
import { found } from '../directory.js';
import { refusal } from '../errors.js';
import { behaviourOf } from '../magic-numbers.js';
import type { Delivery } from '../operation.js';
import { operation } from '../operation.js';
import { outboundRequest } from '../outbound-request.js';
import type { OutboundRequest } from '../outbound-request.js';
import type { CallResources } from '../placing.js';
import { attributesOf, placeCall } from '../placing.js';
import { rememberToken, replayOf } from '../token-replay.js';
import type { World } from '../world.js';

/** Places an outbound call, once per ClientToken; its checks come in the order in which it calls them. */
export const startOutboundVoiceContact = operation({
  name: 'StartOutboundVoiceContact',
  input: outboundRequest,
  throttlesItself: true,
  handle(request, world, delivery) {
    checkFields(request, world);
    const resources = resourcesOf(request, world);
    checkDestinationPolicy(request.DestinationPhoneNumber, world);
    if (world.settings.throttleReplays === 'after') {
      const replayed = replayOf(request, world);
      if (replayed !== undefined) return { ContactId: replayed };
    }
    checkRate(request, world);
    const isOverQuota = checkQuotas(request, world);
    return { ContactId: replayOf(request, world) ?? place(request, resources, isOverQuota, world, delivery) };
  },
});

function checkFields(request: OutboundRequest, { settings }: World): void {
  const isCampaign = request.TrafficType === 'CAMPAIGN';
  if (request.SourcePhoneNumber === undefined && request.QueueId === undefined) {
    throw refusal('InvalidRequestException', 'Either SourcePhoneNumber or QueueId must be specified.');
  }
  if (request.AnswerMachineDetectionConfig?.EnableAnswerMachineDetection === true && !isCampaign) {
    throw refusal('InvalidRequestException', 'Answering machine detection requires the traffic type CAMPAIGN.');
  }
  if (request.RingTimeoutInSeconds !== undefined && !isCampaign && settings.ringTimeoutOutsideCampaign === 'refused') {
    throw refusal('InvalidRequestException', 'RingTimeoutInSeconds requires the traffic type CAMPAIGN.');
  }
  if (request.OutboundStrategy !== undefined && settings.outboundStrategy === 'access-denied') {
    throw refusal('AccessDeniedException', 'OutboundStrategy is available to outbound campaigns only.');
  }
  checkAttributes(attributesOf(request, undefined));
  checkReferences(request.References ?? new Map());
}

function resourcesOf(request: OutboundRequest, world: World): CallResources {
  const instance = world.directory.instance(request.InstanceId);
  const flow = found(instance.flows, request.ContactFlowId, 'flow');
  if (flow.type !== 'CONTACT_FLOW' || flow.state !== 'ACTIVE' || flow.status !== 'PUBLISHED') {
    throw refusal('InvalidRequestException', 'The flow must be a published flow of type CONTACT_FLOW.');
  }
  const { QueueId: queueId, SourcePhoneNumber: sourceNumber, DestinationPhoneNumber: destination } = request;
  const callerId = callerIdFor({ instance, queueId, sourceNumber, destination }, world.settings.callerIdWins);
  const related =
    request.RelatedContactId === undefined ? undefined : world.contact(instance.id, request.RelatedContactId);
  checkAttributes(attributesOf(request, related));
  if (!instance.outboundCallsEnabled) {
    throw refusal('OutboundContactNotPermittedException', 'The contact is not permitted.');
  }
  return { instance, flow, callerId, related };
}

function checkDestinationPolicy(destination: string, { settings }: World): void {
  const behaviour = behaviourOf(destination);
  if (behaviour === 'destination-not-allowed') {
    throw refusal('DestinationNotAllowedException', 'Outbound calls to the destination number are not allowed.');
  }
  if (behaviour === 'not-permitted') {
    throw refusal('OutboundContactNotPermittedException', 'The contact is not permitted.');
  }
  if (settings.destinations === 'united-states') checkDestination(destination);
}

function checkRate(request: OutboundRequest, world: World): void {
  const behaviour = behaviourOf(request.DestinationPhoneNumber);
  const isFirst = (): boolean =>
    world.isFirst(JSON.stringify([behaviour, request.InstanceId, request.ClientToken ?? '']));
  if (
    !world.throttle.takesToken('StartOutboundVoiceContact') ||
    behaviour === 'throttled-always' ||
    (behaviour === 'throttled-once' && isFirst())
  ) {
    throw refusal('TooManyRequestsException', 'Too Many Requests');
  }
  if (behaviour === 'fails-always' || (behaviour === 'fails-once' && isFirst())) {
    throw refusal('InternalServiceException', 'Request processing failed because of an error with the service.');
  }
}

// Answers whether the call is one too many; throws instead where the service is set to say so at once.
function checkQuotas(request: OutboundRequest, world: World): boolean {
  const { concurrentCalls, concurrentCampaignCalls, concurrencyLimit } = world.settings;
  const isOverCampaignQuota =
    request.TrafficType === 'CAMPAIGN' && world.activeCalls(request.InstanceId, 'CAMPAIGN') >= concurrentCampaignCalls;
  const isOverQuota = isOverCampaignQuota || world.activeCalls(request.InstanceId) >= concurrentCalls;
  if (isOverQuota && concurrencyLimit === 'limit-exceeded') {
    throw refusal('LimitExceededException', 'The allowed limit for concurrent active calls has been exceeded.');
  }
  return isOverQuota;
}

function place(
  request: OutboundRequest,
  resources: CallResources,
  isOverQuota: boolean,
  world: World,
  delivery: Delivery,
): string {
  const contact = placeCall(request, resources, isOverQuota, world);
  rememberToken(request, contact.id, world, delivery);
  const behaviour = behaviourOf(request.DestinationPhoneNumber);
  if (behaviour === 'answer-lost') delivery.isLost = true;
  if (behaviour === 'slow') delivery.delayMs += world.settings.slowAnswerMs;
  return contact.id;
}
