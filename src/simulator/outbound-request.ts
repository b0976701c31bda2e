import type { Value } from './shapes.js';
import { choice, required, structure, text, whole } from './shapes.js';
import {
  answerMachineDetection,
  attributes,
  contactId,
  instanceId,
  outboundStrategy,
  phoneNumber,
  references,
} from './wire-shapes.js';

/** The form of a request to place a call. */
export const outboundRequest = structure({
  DestinationPhoneNumber: required(phoneNumber),
  ContactFlowId: required(text({ max: 500 })),
  InstanceId: instanceId,
  ClientToken: text({ max: 500 }),
  SourcePhoneNumber: phoneNumber,
  QueueId: text(),
  Attributes: attributes,
  Name: text({ max: 1_024 }),
  Description: text({ max: 4_096 }),
  References: references,
  RelatedContactId: contactId,
  AnswerMachineDetectionConfig: answerMachineDetection,
  CampaignId: text({ min: 1, max: 100 }),
  TrafficType: choice('GENERAL', 'CAMPAIGN'),
  OutboundStrategy: outboundStrategy,
  RingTimeoutInSeconds: whole({ min: 15, max: 60 }),
});

/** A request to place a call. */
export type OutboundRequest = Value<typeof outboundRequest>;
