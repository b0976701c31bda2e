import { choice, flag, instant, list, map, recursive, required, structure, text, whole } from './shapes.js';
import type { Shape } from './shapes.js';

// The shapes that several operations share, with the limits of the service's model.

/** An instance's id. */
export const instanceId = required(text({ min: 1, max: 100 }));

/** A contact's id. */
export const contactId = text({ min: 1, max: 256 });

/** E.164, as the model means it (its stored pattern is escaped twice). */
export const phoneNumber = text({ pattern: /^\+[1-9]\d{1,14}$/ });

/** User attributes of a contact. */
export const attributes = map(text({ min: 1, max: 32_767 }), text({ max: 32_767 }));

/** Every kind of reference the model knows. */
export const referenceTypes = [
  'URL',
  'ATTACHMENT',
  'CONTACT_ANALYSIS',
  'NUMBER',
  'STRING',
  'DATE',
  'EMAIL',
  'EMAIL_MESSAGE',
  'EMAIL_MESSAGE_PLAIN_TEXT',
  'EMAIL_MESSAGE_PLAIN_TEXT_REDACTED',
  'EMAIL_MESSAGE_REDACTED',
] as const;

/** References of a contact, by name. */
export const references = map(
  text({ min: 1, max: 4_096 }),
  structure({
    Type: required(choice(...referenceTypes)),
    Value: text({ max: 4_096 }),
    Status: choice('AVAILABLE', 'DELETED', 'APPROVED', 'REJECTED', 'PROCESSING', 'FAILED'),
    Arn: text({ min: 20, max: 256, pattern: /^[-:/A-Za-z0-9]+/ }),
    StatusReason: text({ max: 100 }),
  }),
);

/** The key of a contact's own tag. */
export const contactTagKey = text({ min: 1, max: 128, pattern: /^(?!aws:)[a-zA-Z+-=._:/]+$/ });

/** Kinds of flow. */
export const flowTypes = [
  'CONTACT_FLOW',
  'CUSTOMER_QUEUE',
  'CUSTOMER_HOLD',
  'CUSTOMER_WHISPER',
  'AGENT_HOLD',
  'AGENT_WHISPER',
  'OUTBOUND_WHISPER',
  'AGENT_TRANSFER',
  'QUEUE_TRANSFER',
  'CAMPAIGN',
] as const;

/** Channels of a contact. */
export const channels = ['VOICE', 'CHAT', 'TASK', 'EMAIL'] as const;

/** How a contact can begin. */
export const initiationMethods = [
  'INBOUND',
  'OUTBOUND',
  'TRANSFER',
  'QUEUE_TRANSFER',
  'CALLBACK',
  'API',
  'DISCONNECT',
  'MONITOR',
  'EXTERNAL_OUTBOUND',
  'WEBRTC_API',
  'AGENT_REPLY',
  'FLOW',
] as const;

/** Preview dialing, which only outbound campaigns may ask for. */
export const outboundStrategy = structure({
  Type: required(choice('AGENT_FIRST')),
  Config: structure({
    AgentFirst: structure({
      Preview: structure({
        PostAcceptTimeoutConfig: required(structure({ DurationInSeconds: required(whole({ min: 0 })) })),
        AllowedUserActions: required(list(choice('CALL', 'DISCARD'))),
      }),
    }),
  }),
});

/** Answering machine detection. */
export const answerMachineDetection = structure({
  EnableAnswerMachineDetection: flag(),
  AwaitAnswerMachinePrompt: flag(),
});

/** An endpoint of a contact. */
export const endpoint = structure({
  Type: choice('TELEPHONE_NUMBER', 'VOIP', 'CONTACT_FLOW', 'CONNECT_PHONENUMBER_ARN', 'EMAIL_ADDRESS'),
  Address: text({ max: 256 }),
});

/** A value of a segment attribute. */
export interface SegmentAttributeValue {
  readonly ValueString?: string;
  readonly ValueInteger?: number;
  readonly ValueArn?: string;
  readonly ValueMap?: ReadonlyMap<string, SegmentAttributeValue>;
  readonly ValueList?: readonly SegmentAttributeValue[];
}

const segmentAttributeValue: Shape<SegmentAttributeValue> = structure({
  ValueString: text({ max: 1_024 }),
  ValueInteger: whole(),
  ValueArn: text({ max: 1_024 }),
  ValueMap: map(
    text({ min: 1, max: 128 }),
    recursive(() => segmentAttributeValue),
  ),
  ValueList: list(recursive(() => segmentAttributeValue)),
});

/** Segment attributes of a contact. */
export const segmentAttributes = map(text({ min: 1, max: 128 }), segmentAttributeValue);

/** A condition on one tag; a condition without a key matches anything. */
export const tagCondition = structure({ TagKey: text(), TagValue: text() });

/** Conditions on tags: an OR of ANDs, an AND, or one condition. */
export const tagFilter = structure({
  OrConditions: list(list(tagCondition)),
  AndConditions: list(tagCondition),
  TagCondition: tagCondition,
});

/** A span of time over one of a contact's timestamps. */
export const timeRange = structure({
  Type: required(
    choice(
      'INITIATION_TIMESTAMP',
      'SCHEDULED_TIMESTAMP',
      'CONNECTED_TO_AGENT_TIMESTAMP',
      'DISCONNECT_TIMESTAMP',
      'ENQUEUE_TIMESTAMP',
    ),
  ),
  StartTime: required(instant()),
  EndTime: required(instant()),
});
