/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The settings of AGENT_FIRST. */
export type AgentFirstInput = {
  /** The preview that the agent gets. */
  readonly preview?: PreviewInput | null | undefined;
};

/** What an agent may do with a contact under preview. */
export type AllowedUserAction =
  /** Dial the customer. */
  | 'CALL'
  /** Drop the contact without a call. */
  | 'DISCARD';

/** Answering machine detection. */
export type AnswerMachineDetectionConfigInput = {
  /** Waits for the end of the machine's prompt before the flow goes on. */
  readonly awaitAnswerMachinePrompt?: boolean | null | undefined;
  /** Tells a machine from a person. Needs trafficType CAMPAIGN. */
  readonly enableAnswerMachineDetection?: boolean | null | undefined;
};

/** What answering machine detection heard. Null unless the call asked for it. */
export type AnsweringMachineDetectionStatus =
  /** The detection failed. */
  | 'AMD_ERROR'
  /** It ended before it rang; there was nothing to hear. */
  | 'AMD_NOT_APPLICABLE'
  /** It kept ringing. */
  | 'AMD_UNANSWERED'
  /** It was answered, and the detection could not tell by what. */
  | 'AMD_UNRESOLVED'
  /** It was answered, and only silence was heard. */
  | 'AMD_UNRESOLVED_SILENCE'
  /** Listed by the API of Connect, which does not explain it. */
  | 'ANSWERED'
  /** Listed by the API of Connect, which does not explain it. */
  | 'ERROR'
  /** A fax machine answered. */
  | 'FAX_MACHINE_DETECTED'
  /** A person answered. */
  | 'HUMAN_ANSWERED'
  /** The special information tone for a busy line. */
  | 'SIT_TONE_BUSY'
  /** A special information tone of the network. */
  | 'SIT_TONE_DETECTED'
  /** The special information tone for a number that is not in use. */
  | 'SIT_TONE_INVALID_NUMBER'
  /** Listed by the API of Connect, which does not explain it. */
  | 'UNDETECTED'
  /** A value newer than this gateway; the field beside this one has it raw. */
  | 'UNKNOWN'
  /** A voicemail answered, and beeped. */
  | 'VOICEMAIL_BEEP'
  /** A voicemail answered, without a beep. */
  | 'VOICEMAIL_NO_BEEP';

/** The way a contact takes. */
export type Channel =
  /** Messages. */
  | 'CHAT'
  /** An email. */
  | 'EMAIL'
  /** Work to be done. */
  | 'TASK'
  /** A value newer than this gateway. */
  | 'UNKNOWN'
  /** A phone call. */
  | 'VOICE';

/** An attribute that the flow can read. */
export type ContactAttributeInput = {
  /** Letters, digits, `-` and `_`; each key once. Example: `orderId`. */
  readonly key: string;
  /** Any text, also an empty one. Example: `A-1001`. */
  readonly value: string;
};

/** An attribute and its wanted values. The instance must be set up to search it. */
export type ContactAttributeSearchInput = {
  /** The name of the attribute, of at most 100 characters. */
  readonly key: string;
  /** One of them must be its value; at most 20 of at most 100 characters. */
  readonly values: ReadonlyArray<string>;
};

/** Whether the flow is in use or archived. */
export type ContactFlowState =
  /** In use. */
  | 'ACTIVE'
  /** Put away; no call can run it. */
  | 'ARCHIVED'
  /** A value newer than this gateway. */
  | 'UNKNOWN';

/** Only a published flow can be run by a call. */
export type ContactFlowStatus =
  /** A call can run it. */
  | 'PUBLISHED'
  /** A draft. */
  | 'SAVED'
  /** A value newer than this gateway. */
  | 'UNKNOWN';

/** What a flow is for. An outbound call runs a CONTACT_FLOW. */
export type ContactFlowType =
  /** What an agent hears on hold. */
  | 'AGENT_HOLD'
  /** What runs when a contact is handed to an agent. */
  | 'AGENT_TRANSFER'
  /** What an agent hears just before a customer. */
  | 'AGENT_WHISPER'
  /** What an outbound campaign runs. */
  | 'CAMPAIGN'
  /** What a contact runs through. */
  | 'CONTACT_FLOW'
  /** What a customer hears on hold. */
  | 'CUSTOMER_HOLD'
  /** What a customer hears while waiting in a queue. */
  | 'CUSTOMER_QUEUE'
  /** What a customer hears just before an agent. */
  | 'CUSTOMER_WHISPER'
  /** What the called one hears of a call through a queue before the agent. */
  | 'OUTBOUND_WHISPER'
  /** What runs when a contact is handed to a queue. */
  | 'QUEUE_TRANSFER'
  /** A value newer than this gateway; see `rawType`. */
  | 'UNKNOWN';

/** Contacts whose name has these terms. */
export type ContactNameSearchInput = {
  /** How the terms must fit. */
  readonly match?: SearchMatch;
  /** Terms of at most 128 characters, at most 100 of them. */
  readonly searchText: ReadonlyArray<string>;
};

/** What came of the dialing, in one word for Connect's many; null while it is not decided. */
export type ContactOutcome =
  /** Answered: by a person, or nobody looked by what (see answeringMachineDetectionStatus). */
  | 'ANSWERED'
  /** The networks' answers suggest that the call was blocked. */
  | 'BLOCKED'
  /** The line was busy. */
  | 'BUSY'
  /** Ended before an answer: somebody hung up or asked for it, or Connect says OTHER. */
  | 'CANCELLED'
  /** An agent discarded the preview of a campaign call. */
  | 'DISCARDED'
  /** A campaign call that found no agent or line in time. */
  | 'EXPIRED'
  /** The network or Connect failed. */
  | 'FAILED'
  /** The number is not in use. */
  | 'INVALID_NUMBER'
  /** Answered by voicemail or a fax machine. Known only with answering machine detection. */
  | 'MACHINE'
  /** It rang and nobody answered, or the phone could not be reached. */
  | 'NO_ANSWER'
  /** It cannot be told: Connect never showed the call, gives no reason, or a word newer than this gateway, which `disconnectReason` or `rawAnsweringMachineDetectionStatus` has. */
  | 'UNKNOWN';

/** Something that the agent is shown next to the call. */
export type ContactReferenceInput = {
  /** What the agent reads; each name once. Example: `Order`. */
  readonly name: string;
  /** What the value is. */
  readonly type: ContactReferenceInputType;
  /** The value, in the form of its type. Example for `URL`: `https://example.com/order/1`. */
  readonly value: string;
};

/** What the value of a reference is. */
export type ContactReferenceInputType =
  /** An ISO 8601 date, meaning its midnight in UTC, or a time with its offset. Examples: `2030-01-31`, `2030-01-31T09:30:00+01:00`. */
  | 'DATE'
  /** An email address. Example: `ann@example.com`. */
  | 'EMAIL'
  /** A decimal number. Example: `12.5`. */
  | 'NUMBER'
  /** Text. Example: `Gold customer`. */
  | 'STRING'
  /** A link that the agent can open, http or https. Example: `https://example.com/order/1`. */
  | 'URL';

/** What found contacts are ordered by. */
export type ContactSortField =
  /** The way it takes. */
  | 'CHANNEL'
  /** When an agent joined. */
  | 'CONNECTED_TO_AGENT_TIMESTAMP'
  /** When it ended. */
  | 'DISCONNECT_TIMESTAMP'
  /** How it came about. */
  | 'INITIATION_METHOD'
  /** When it began. */
  | 'INITIATION_TIMESTAMP';

/** In which order. */
export type ContactSortInput = {
  /** What is compared. */
  readonly field: ContactSortField;
  /** Which comes first. */
  readonly order?: SortOrder;
};

/** Where a contact is now. Connect has no such member; it is read off the timestamps. */
export type ContactStatus =
  /** The customer is gone; the agent still works on it. */
  | 'AFTER_CONTACT_WORK'
  /** Over: disconnected, and no after-contact work open. Also of a call placed here that Connect has not shown for 90 s; its outcome is UNKNOWN. */
  | 'ENDED'
  /** Connect accepted the call; the phone may already ring. */
  | 'INITIATED'
  /** Somebody, or something, answered, and the flow runs. */
  | 'IN_FLOW'
  /** Waiting for an agent. */
  | 'QUEUED'
  /** The phone rings. Connect tells this of campaign calls. */
  | 'RINGING'
  /** Talking with an agent. */
  | 'WITH_AGENT';

/** From when to when. Connect refuses more than 1,345 hours, about eight weeks. */
export type ContactTimeRangeInput = {
  /** The latest moment. */
  readonly endTime: string;
  /** The earliest moment, such as 2026-11-21T00:00:00Z. */
  readonly startTime: string;
  /** Which of its moments must lie between. */
  readonly type?: ContactTimestamp;
};

/** Which of the moments of a contact is meant. */
export type ContactTimestamp =
  /** When an agent joined. */
  | 'CONNECTED_TO_AGENT_TIMESTAMP'
  /** When it ended. */
  | 'DISCONNECT_TIMESTAMP'
  /** When it entered a queue. */
  | 'ENQUEUE_TIMESTAMP'
  /** When it began. */
  | 'INITIATION_TIMESTAMP'
  /** For when it was planned. */
  | 'SCHEDULED_TIMESTAMP';

/** How a contact came about. A call placed here is API; OUTBOUND is one that an agent dialed. */
export type InitiationMethod =
  /** An agent answered an email. */
  | 'AGENT_REPLY'
  /** A request to Connect made it, such as startOutboundVoiceContact. */
  | 'API'
  /** Connect called back, as the customer had asked. */
  | 'CALLBACK'
  /** A flow that runs after a disconnect made it. */
  | 'DISCONNECT'
  /** An agent brought in somebody outside. */
  | 'EXTERNAL_OUTBOUND'
  /** A flow made it. */
  | 'FLOW'
  /** The customer called. */
  | 'INBOUND'
  /** A supervisor listens to an agent. */
  | 'MONITOR'
  /** An agent dialed. */
  | 'OUTBOUND'
  /** It moved from one queue to another. */
  | 'QUEUE_TRANSFER'
  /** An agent handed it on. */
  | 'TRANSFER'
  /** A value newer than this gateway; the field beside this one has it raw. */
  | 'UNKNOWN'
  /** A call from within an app or a web page. */
  | 'WEBRTC_API';

/** The settings of a strategy. */
export type OutboundStrategyConfigInput = {
  /** The settings of AGENT_FIRST. */
  readonly agentFirst?: AgentFirstInput | null | undefined;
};

/** How a campaign call is brought together with its agent. Amazon Connect takes it from campaigns only. */
export type OutboundStrategyInput = {
  /** The settings of the strategy. */
  readonly config?: OutboundStrategyConfigInput | null | undefined;
  /** Who is brought onto the call first. */
  readonly type: OutboundStrategyType;
};

/** Who is brought onto the call first. */
export type OutboundStrategyType =
  /** The agent, before the customer is dialed. */
  | 'AGENT_FIRST';

/** What kind of number it is. A UIFN cannot call out; a TOLL_FREE number cannot call abroad. */
export type PhoneNumberType =
  /** Direct inward dialing: a number of a place. */
  | 'DID'
  /** A shared number. */
  | 'SHARED'
  /** A short number. */
  | 'SHORT_CODE'
  /** A number of a place, of another provider. */
  | 'THIRD_PARTY_DID'
  /** A toll-free number of another provider. */
  | 'THIRD_PARTY_TF'
  /** The one who is called pays. */
  | 'TOLL_FREE'
  /** Universal international freephone number. */
  | 'UIFN'
  /** A value newer than this gateway. */
  | 'UNKNOWN';

/** How long an agent has after accepting a preview. */
export type PostAcceptTimeoutConfigInput = {
  /** Seconds until the customer is dialed without a decision of the agent. Example: `30`. */
  readonly durationInSeconds: number;
};

/** The preview of an agent before the customer is dialed. */
export type PreviewInput = {
  /** What the agent may do; each action once. Example: `[CALL, DISCARD]`. */
  readonly allowedUserActions: ReadonlyArray<AllowedUserAction>;
  /** How long the agent has. */
  readonly postAcceptTimeoutConfig: PostAcceptTimeoutConfigInput;
};

/** Whether contacts can enter the queue. */
export type QueueStatus =
  /** It takes none. */
  | 'DISABLED'
  /** It takes contacts. */
  | 'ENABLED'
  /** A value newer than this gateway. */
  | 'UNKNOWN';

/** Which contacts to find. Contacts that are still under way may be missing from what Connect finds. */
export type SearchContactsInput = {
  /** One of these agents took it; at most 100. Needs the scope `contacts:pii`. */
  readonly agentIds?: ReadonlyArray<string | number> | null | undefined;
  /** All of them must fit; at most 15. Needs the scope `contacts:pii`. */
  readonly attributes?: ReadonlyArray<ContactAttributeSearchInput> | null | undefined;
  /** One of these ways; any when left out. */
  readonly channels?: ReadonlyArray<Channel> | null | undefined;
  /** It came about in one of these ways; any when left out. */
  readonly initiationMethods?: ReadonlyArray<InitiationMethod> | null | undefined;
  /** What it is called. Needs the scope `contacts:pii`. */
  readonly name?: ContactNameSearchInput | null | undefined;
  /** It was in one of these queues; at most 100. Without `contacts:pii` only standard queues. */
  readonly queueIds?: ReadonlyArray<string | number> | null | undefined;
  /** Newest first when left out. */
  readonly sort?: ContactSortInput | null | undefined;
  /** When it happened. */
  readonly timeRange: ContactTimeRangeInput;
};

/** Whether all of the terms must fit, or any, or the exact text. */
export type SearchMatch =
  /** All terms. */
  | 'MATCH_ALL'
  /** One term or more. */
  | 'MATCH_ANY'
  /** The exact text. */
  | 'MATCH_EXACT';

/** Which comes first. */
export type SortOrder =
  /** The earliest, or lowest, first. */
  | 'ASCENDING'
  /** The latest, or highest, first. */
  | 'DESCENDING';

/** The call to place. Either sourcePhoneNumber or queueId must be there, or both. */
export type StartOutboundVoiceContactInput = {
  /** True places the call even if the same number was called moments ago, or another call to it is on its way; within an hour only as often as the gateway allows. False needs no scope. Any value but the default needs the scope `calls:repeat`. */
  readonly allowRepeat?: boolean;
  /** Answering machine detection, for campaign calls. */
  readonly answerMachineDetectionConfig?: AnswerMachineDetectionConfigInput | null | undefined;
  /** Attributes that the flow can read, at most 32,768 UTF-8 bytes over all keys and values. */
  readonly attributes?: ReadonlyArray<ContactAttributeInput> | null | undefined;
  /** The state, province or territory that you verified the callee to live in, as two letters. Example: `FL`. Needs the scope `calls:attest`. */
  readonly calleeState?: string | null | undefined;
  /** The time zone that you verified the callee to be in; the dialing rules go by it instead of by the number. Example: `America/New_York`. Needs the scope `calls:attest`. */
  readonly calleeTimeZone?: string | null | undefined;
  /** The outbound campaign that the call belongs to: its id or its ARN. Needs the scope `calls:campaign`. */
  readonly campaignId?: string | number | null | undefined;
  /** Your key for this one call: asked again with the same key and the same input, the same contact is answered and nothing is dialed. 1 to 500 printable ASCII characters, from space to tilde. Example: `7c9e6679-7425-40de-944b-e07fc1f90ae7`. */
  readonly clientToken?: string | null | undefined;
  /** Where your record of the callee's consent is found, 1 to 256 printable ASCII characters. Nothing looks there: with it you say that there is one. Example: `consent-2026-1042`. Needs the scope `calls:attest`. */
  readonly consentReference?: string | null | undefined;
  /** The flow that runs once the call is answered: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactFlowId: string | number;
  /** What the agent reads about the contact, at most 4,096 characters. Example: `Asked to be called back.` */
  readonly description?: string | null | undefined;
  /** The number to call, in E.164 form. Example: `+12065550100`. */
  readonly destinationPhoneNumber: string;
  /** The Amazon Connect instance: its id or its ARN. The configured default instance when left out. */
  readonly instanceId?: string | number | null | undefined;
  /** How long you are ready to wait for a permit within the quota and for the answer, 3 to 55 seconds. Example: `10`. */
  readonly maxWaitInSeconds?: number | null | undefined;
  /** What the agent reads as the name of the contact, at most 1,024 characters. Example: `Order A-1001`. */
  readonly name?: string | null | undefined;
  /** How a campaign call is brought together with its agent. Needs the scope `calls:campaign`. */
  readonly outboundStrategy?: OutboundStrategyInput | null | undefined;
  /** What the call is for, as the dialing rules of the gateway name it: capitals, digits and underscores. Example: `SERVICE`. */
  readonly purpose?: string | null | undefined;
  /** The queue whose outbound caller number the customer sees when sourcePhoneNumber is left out: its id or its ARN. Which queue the call is put into is decided by the flow. */
  readonly queueId?: string | number | null | undefined;
  /** What the agent is shown next to the call, at most 4,096 UTF-8 bytes over all names and values. */
  readonly references?: ReadonlyArray<ContactReferenceInput> | null | undefined;
  /** An earlier contact that this one is about, whose attributes are copied: its id or its ARN. */
  readonly relatedContactId?: string | number | null | undefined;
  /** How long it may ring, 15 to 60 seconds; 60 when left out. Example: `30`. */
  readonly ringTimeoutInSeconds?: number | null | undefined;
  /** The number that the customer sees, one of the instance's, in E.164 form. The queue's when left out. Example: `+12065550123`. */
  readonly sourcePhoneNumber?: string | null | undefined;
  /** What kind of traffic the call belongs to. */
  readonly trafficType?: TrafficType;
};

/** What kind of traffic an outbound call belongs to. */
export type TrafficType =
  /** A call of an outbound campaign; the only kind with answering machine detection. Needs the scope `calls:campaign`. */
  | 'CAMPAIGN'
  /** An ordinary call. */
  | 'GENERAL';

export type WholeContactFragment = { readonly id: string, readonly instanceId: string, readonly arn: string | null, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly initiationMethod: InitiationMethod | null, readonly rawInitiationMethod: string | null, readonly channel: Channel | null, readonly name: string | null, readonly description: string | null, readonly initiationTimestamp: string | null, readonly ringStartTimestamp: string | null, readonly connectedToSystemTimestamp: string | null, readonly enqueueTimestamp: string | null, readonly disconnectTimestamp: string | null, readonly scheduledTimestamp: string | null, readonly lastUpdateTimestamp: string | null, readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null, readonly rawAnsweringMachineDetectionStatus: string | null, readonly customerId: string | null, readonly queuePriority: number | null, readonly queueTimeAdjustmentSeconds: number | null, readonly disconnectDetails: { readonly potentialDisconnectIssue: string | null } | null, readonly customerVoiceActivity: { readonly greetingStartTimestamp: string | null, readonly greetingEndTimestamp: string | null } | null, readonly customerEndpoint: { readonly type: string | null, readonly address: string | null, readonly displayName: string | null } | null, readonly systemEndpoint: { readonly type: string | null, readonly address: string | null, readonly displayName: string | null } | null, readonly campaign: { readonly campaignId: string | null } | null, readonly agentConnection: { readonly acceptedByAgentTimestamp: string | null, readonly connectedToAgentTimestamp: string | null, readonly agentInitiatedHoldDurationInSeconds: number | null, readonly afterContactWorkStartTimestamp: string | null, readonly afterContactWorkEndTimestamp: string | null, readonly afterContactWorkDurationInSeconds: number | null } | null, readonly qualityMetrics: { readonly agentAudio: { readonly qualityScore: number | null, readonly potentialQualityIssues: ReadonlyArray<string> } | null, readonly customerAudio: { readonly qualityScore: number | null, readonly potentialQualityIssues: ReadonlyArray<string> } | null } | null, readonly recordings: ReadonlyArray<{ readonly storageType: string | null, readonly location: string | null, readonly mediaStreamType: string | null, readonly participantType: string | null, readonly status: string | null, readonly deletionReason: string | null, readonly startTimestamp: string | null, readonly stopTimestamp: string | null }> | null, readonly segmentAttributes: ReadonlyArray<{ readonly key: string, readonly value: unknown }> | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null };

export type ReadContactQueryVariables = Exact<{
  id: string | number;
  instanceId?: string | number | null | undefined;
}>;


export type ReadContactQuery = { readonly contact: { readonly id: string, readonly instanceId: string, readonly arn: string | null, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly initiationMethod: InitiationMethod | null, readonly rawInitiationMethod: string | null, readonly channel: Channel | null, readonly name: string | null, readonly description: string | null, readonly initiationTimestamp: string | null, readonly ringStartTimestamp: string | null, readonly connectedToSystemTimestamp: string | null, readonly enqueueTimestamp: string | null, readonly disconnectTimestamp: string | null, readonly scheduledTimestamp: string | null, readonly lastUpdateTimestamp: string | null, readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null, readonly rawAnsweringMachineDetectionStatus: string | null, readonly customerId: string | null, readonly queuePriority: number | null, readonly queueTimeAdjustmentSeconds: number | null, readonly disconnectDetails: { readonly potentialDisconnectIssue: string | null } | null, readonly customerVoiceActivity: { readonly greetingStartTimestamp: string | null, readonly greetingEndTimestamp: string | null } | null, readonly customerEndpoint: { readonly type: string | null, readonly address: string | null, readonly displayName: string | null } | null, readonly systemEndpoint: { readonly type: string | null, readonly address: string | null, readonly displayName: string | null } | null, readonly campaign: { readonly campaignId: string | null } | null, readonly agentConnection: { readonly acceptedByAgentTimestamp: string | null, readonly connectedToAgentTimestamp: string | null, readonly agentInitiatedHoldDurationInSeconds: number | null, readonly afterContactWorkStartTimestamp: string | null, readonly afterContactWorkEndTimestamp: string | null, readonly afterContactWorkDurationInSeconds: number | null } | null, readonly qualityMetrics: { readonly agentAudio: { readonly qualityScore: number | null, readonly potentialQualityIssues: ReadonlyArray<string> } | null, readonly customerAudio: { readonly qualityScore: number | null, readonly potentialQualityIssues: ReadonlyArray<string> } | null } | null, readonly recordings: ReadonlyArray<{ readonly storageType: string | null, readonly location: string | null, readonly mediaStreamType: string | null, readonly participantType: string | null, readonly status: string | null, readonly deletionReason: string | null, readonly startTimestamp: string | null, readonly stopTimestamp: string | null }> | null, readonly segmentAttributes: ReadonlyArray<{ readonly key: string, readonly value: unknown }> | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null } | null };

export type ReadOutcomeQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadOutcomeQuery = { readonly contact: { readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null, readonly rawAnsweringMachineDetectionStatus: string | null } | null };

export type ReadRelationsQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadRelationsQuery = { readonly contact: { readonly id: string, readonly status: ContactStatus | null, readonly queue: { readonly id: string, readonly instanceId: string, readonly name: string | null, readonly description: string | null } | null, readonly agent: { readonly id: string, readonly instanceId: string, readonly username: string | null, readonly firstName: string | null, readonly lastName: string | null } | null, readonly contactFlow: { readonly id: string, readonly instanceId: string, readonly name: string | null, readonly type: ContactFlowType | null } | null, readonly attributes: ReadonlyArray<{ readonly key: string, readonly value: string }> | null, readonly references: ReadonlyArray<{ readonly name: string, readonly type: string, readonly value: string | null }> | null, readonly relatedContact: { readonly id: string, readonly status: ContactStatus | null, readonly attributes: ReadonlyArray<{ readonly key: string, readonly value: string }> | null } | null, readonly previousContact: { readonly id: string } | null, readonly initialContact: { readonly id: string, readonly status: ContactStatus | null } | null } | null };

export type ReadTreeQueryVariables = Exact<{
  id: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type ReadTreeQuery = { readonly contact: { readonly associatedContacts: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly channel: Channel | null, readonly initiationMethod: InitiationMethod | null, readonly initiationTimestamp: string | null, readonly disconnectTimestamp: string | null, readonly relatedContact: { readonly id: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } | null } | null };

export type ReadContactsQueryVariables = Exact<{
  ids: ReadonlyArray<string | number> | string | number;
  instanceId?: string | number | null | undefined;
}>;


export type ReadContactsQuery = { readonly contacts: ReadonlyArray<{ readonly id: string, readonly status: ContactStatus | null } | null> };

export type ReadContactsWithQueuesQueryVariables = Exact<{
  ids: ReadonlyArray<string | number> | string | number;
}>;


export type ReadContactsWithQueuesQuery = { readonly contacts: ReadonlyArray<{ readonly id: string, readonly status: ContactStatus | null, readonly queue: { readonly id: string, readonly name: string | null } | null } | null> };

export type SearchContactsQueryVariables = Exact<{
  input: SearchContactsInput;
  first?: number;
  after?: string | null | undefined;
  instanceId?: string | number | null | undefined;
}>;


export type SearchContactsQuery = { readonly searchContacts: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly arn: string | null, readonly name: string | null, readonly channel: Channel | null, readonly initiationMethod: InitiationMethod | null, readonly initiationTimestamp: string | null, readonly enqueueTimestamp: string | null, readonly disconnectTimestamp: string | null, readonly segmentAttributes: ReadonlyArray<{ readonly key: string, readonly value: unknown }> | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null, readonly queue: { readonly id: string } | null, readonly agent: { readonly id: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly endCursor: string | null } } | null };

export type ListQueuesQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  instanceId?: string | number | null | undefined;
  nameContains?: string | null | undefined;
}>;


export type ListQueuesQuery = { readonly queues: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly arn: string | null, readonly name: string | null, readonly description: string | null, readonly status: QueueStatus | null, readonly maxContacts: number | null, readonly hoursOfOperationId: string | null, readonly outboundCallerIdName: string | null, readonly outboundCallerIdNumberId: string | null, readonly outboundFlowId: string | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } | null };

export type ListContactFlowsQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  instanceId?: string | number | null | undefined;
  nameContains?: string | null | undefined;
  type?: ContactFlowType | null | undefined;
}>;


export type ListContactFlowsQuery = { readonly contactFlows: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly arn: string | null, readonly name: string | null, readonly description: string | null, readonly type: ContactFlowType | null, readonly rawType: string | null, readonly state: ContactFlowState | null, readonly status: ContactFlowStatus | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } | null };

export type ListAgentsQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  instanceId?: string | number | null | undefined;
  nameContains?: string | null | undefined;
}>;


export type ListAgentsQuery = { readonly agents: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly arn: string | null, readonly username: string | null, readonly firstName: string | null, readonly lastName: string | null, readonly routingProfileId: string | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } | null };

export type ListPhoneNumbersQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  instanceId?: string | number | null | undefined;
}>;


export type ListPhoneNumbersQuery = { readonly phoneNumbers: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly phoneNumber: string | null, readonly countryCode: string | null, readonly type: PhoneNumberType | null, readonly description: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } | null };

export type ReadConnectInstanceQueryVariables = Exact<{
  id?: string | number | null | undefined;
}>;


export type ReadConnectInstanceQuery = { readonly connectInstance: { readonly id: string, readonly arn: string | null, readonly alias: string | null, readonly status: string | null, readonly createdTime: string | null, readonly inboundCallsEnabled: boolean | null, readonly outboundCallsEnabled: boolean | null, readonly tags: ReadonlyArray<{ readonly key: string, readonly value: string }> | null } | null };

export type ReadQueueQueryVariables = Exact<{
  id: string | number;
  instanceId?: string | number | null | undefined;
}>;


export type ReadQueueQuery = { readonly queue: { readonly id: string, readonly name: string | null } | null };

export type ReadContactFlowQueryVariables = Exact<{
  id: string | number;
  instanceId?: string | number | null | undefined;
}>;


export type ReadContactFlowQuery = { readonly contactFlow: { readonly id: string, readonly name: string | null } | null };

export type ReadAgentQueryVariables = Exact<{
  id: string | number;
  instanceId?: string | number | null | undefined;
}>;


export type ReadAgentQuery = { readonly agent: { readonly id: string, readonly username: string | null } | null };

export type PlaceCallMutationVariables = Exact<{
  input: StartOutboundVoiceContactInput;
}>;


export type PlaceCallMutation = { readonly startOutboundVoiceContact: { readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly contactFlow: { readonly id: string } | null } | null };

export type FollowContactQueryVariables = Exact<{
  id: string | number;
  instanceId?: string | number | null | undefined;
}>;


export type FollowContactQuery = { readonly contact: { readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly initiationTimestamp: string | null, readonly connectedToSystemTimestamp: string | null, readonly disconnectTimestamp: string | null, readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null, readonly queue: { readonly id: string, readonly name: string | null } | null, readonly agent: { readonly id: string, readonly firstName: string | null, readonly lastName: string | null } | null, readonly contactFlow: { readonly id: string, readonly name: string | null } | null } | null };

export type PlaceCallWithAllItKnowsMutationVariables = Exact<{
  input: StartOutboundVoiceContactInput;
}>;


export type PlaceCallWithAllItKnowsMutation = { readonly startOutboundVoiceContact: { readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly initiationMethod: InitiationMethod | null, readonly channel: Channel | null, readonly name: string | null, readonly description: string | null, readonly campaign: { readonly campaignId: string | null } | null, readonly customerEndpoint: { readonly type: string | null, readonly address: string | null } | null, readonly attributes: ReadonlyArray<{ readonly key: string, readonly value: string }> | null, readonly references: ReadonlyArray<{ readonly name: string, readonly type: string, readonly value: string | null }> | null, readonly contactFlow: { readonly id: string } | null, readonly relatedContact: { readonly id: string } | null } | null };

export type CapacityQueryVariables = Exact<{ [key: string]: never; }>;


export type CapacityQuery = { readonly outboundCapacity: { readonly ratePerSecond: number, readonly burst: number, readonly available: number, readonly queueLength: number, readonly estimatedWaitMsGeneral: number, readonly estimatedWaitMsCampaign: number } | null };

export type PlaceCallOnceMutationVariables = Exact<{
  input: StartOutboundVoiceContactInput;
}>;


export type PlaceCallOnceMutation = { readonly startOutboundVoiceContact: { readonly id: string, readonly isReplay: boolean | null } | null };

export const WholeContactFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeContact"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Contact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"initiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"rawInitiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"initiationTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"ringStartTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"connectedToSystemTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"enqueueTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"scheduledTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdateTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectDetails"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"potentialDisconnectIssue"}}]}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}},{"kind":"Field","name":{"kind":"Name","value":"rawAnsweringMachineDetectionStatus"}},{"kind":"Field","name":{"kind":"Name","value":"customerVoiceActivity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"greetingStartTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"greetingEndTimestamp"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerEndpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"systemEndpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"campaign"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"campaignId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queuePriority"}},{"kind":"Field","name":{"kind":"Name","value":"queueTimeAdjustmentSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"agentConnection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acceptedByAgentTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"connectedToAgentTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"agentInitiatedHoldDurationInSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"afterContactWorkStartTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"afterContactWorkEndTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"afterContactWorkDurationInSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"qualityMetrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agentAudio"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"qualityScore"}},{"kind":"Field","name":{"kind":"Name","value":"potentialQualityIssues"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerAudio"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"qualityScore"}},{"kind":"Field","name":{"kind":"Name","value":"potentialQualityIssues"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"recordings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storageType"}},{"kind":"Field","name":{"kind":"Name","value":"location"}},{"kind":"Field","name":{"kind":"Name","value":"mediaStreamType"}},{"kind":"Field","name":{"kind":"Name","value":"participantType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"deletionReason"}},{"kind":"Field","name":{"kind":"Name","value":"startTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"stopTimestamp"}}]}},{"kind":"Field","name":{"kind":"Name","value":"segmentAttributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<WholeContactFragment, unknown>;
export const ReadContactDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadContact"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeContact"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeContact"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Contact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"initiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"rawInitiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"initiationTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"ringStartTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"connectedToSystemTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"enqueueTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"scheduledTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdateTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectDetails"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"potentialDisconnectIssue"}}]}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}},{"kind":"Field","name":{"kind":"Name","value":"rawAnsweringMachineDetectionStatus"}},{"kind":"Field","name":{"kind":"Name","value":"customerVoiceActivity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"greetingStartTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"greetingEndTimestamp"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerEndpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"systemEndpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerId"}},{"kind":"Field","name":{"kind":"Name","value":"campaign"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"campaignId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queuePriority"}},{"kind":"Field","name":{"kind":"Name","value":"queueTimeAdjustmentSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"agentConnection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acceptedByAgentTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"connectedToAgentTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"agentInitiatedHoldDurationInSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"afterContactWorkStartTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"afterContactWorkEndTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"afterContactWorkDurationInSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"qualityMetrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agentAudio"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"qualityScore"}},{"kind":"Field","name":{"kind":"Name","value":"potentialQualityIssues"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerAudio"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"qualityScore"}},{"kind":"Field","name":{"kind":"Name","value":"potentialQualityIssues"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"recordings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storageType"}},{"kind":"Field","name":{"kind":"Name","value":"location"}},{"kind":"Field","name":{"kind":"Name","value":"mediaStreamType"}},{"kind":"Field","name":{"kind":"Name","value":"participantType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"deletionReason"}},{"kind":"Field","name":{"kind":"Name","value":"startTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"stopTimestamp"}}]}},{"kind":"Field","name":{"kind":"Name","value":"segmentAttributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<ReadContactQuery, ReadContactQueryVariables>;
export const ReadOutcomeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadOutcome"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}},{"kind":"Field","name":{"kind":"Name","value":"rawAnsweringMachineDetectionStatus"}}]}}]}}]} as unknown as DocumentNode<ReadOutcomeQuery, ReadOutcomeQueryVariables>;
export const ReadRelationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadRelations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}},{"kind":"Field","name":{"kind":"Name","value":"agent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"references"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relatedContact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"previousContact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"initialContact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<ReadRelationsQuery, ReadRelationsQueryVariables>;
export const ReadTreeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadTree"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"associatedContacts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"initiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"initiationTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"relatedContact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReadTreeQuery, ReadTreeQueryVariables>;
export const ReadContactsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadContacts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contacts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<ReadContactsQuery, ReadContactsQueryVariables>;
export const ReadContactsWithQueuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadContactsWithQueues"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contacts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<ReadContactsWithQueuesQuery, ReadContactsWithQueuesQueryVariables>;
export const SearchContactsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SearchContacts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchContactsInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"searchContacts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"initiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"initiationTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"enqueueTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"segmentAttributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"agent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<SearchContactsQuery, SearchContactsQueryVariables>;
export const ListQueuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListQueues"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"nameContains"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queues"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"nameContains"},"value":{"kind":"Variable","name":{"kind":"Name","value":"nameContains"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"maxContacts"}},{"kind":"Field","name":{"kind":"Name","value":"hoursOfOperationId"}},{"kind":"Field","name":{"kind":"Name","value":"outboundCallerIdName"}},{"kind":"Field","name":{"kind":"Name","value":"outboundCallerIdNumberId"}},{"kind":"Field","name":{"kind":"Name","value":"outboundFlowId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListQueuesQuery, ListQueuesQueryVariables>;
export const ListContactFlowsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListContactFlows"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"nameContains"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ContactFlowType"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contactFlows"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"nameContains"},"value":{"kind":"Variable","name":{"kind":"Name","value":"nameContains"}}},{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"rawType"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListContactFlowsQuery, ListContactFlowsQueryVariables>;
export const ListAgentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListAgents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"nameContains"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"nameContains"},"value":{"kind":"Variable","name":{"kind":"Name","value":"nameContains"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}},{"kind":"Field","name":{"kind":"Name","value":"routingProfileId"}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListAgentsQuery, ListAgentsQueryVariables>;
export const ListPhoneNumbersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListPhoneNumbers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phoneNumbers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"phoneNumber"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListPhoneNumbersQuery, ListPhoneNumbersQueryVariables>;
export const ReadConnectInstanceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadConnectInstance"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"connectInstance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"arn"}},{"kind":"Field","name":{"kind":"Name","value":"alias"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdTime"}},{"kind":"Field","name":{"kind":"Name","value":"inboundCallsEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"outboundCallsEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]}}]} as unknown as DocumentNode<ReadConnectInstanceQuery, ReadConnectInstanceQueryVariables>;
export const ReadQueueDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadQueue"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queue"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ReadQueueQuery, ReadQueueQueryVariables>;
export const ReadContactFlowDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadContactFlow"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ReadContactFlowQuery, ReadContactFlowQueryVariables>;
export const ReadAgentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadAgent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"agent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"username"}}]}}]}}]} as unknown as DocumentNode<ReadAgentQuery, ReadAgentQueryVariables>;
export const PlaceCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartOutboundVoiceContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startOutboundVoiceContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<PlaceCallMutation, PlaceCallMutationVariables>;
export const FollowContactDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FollowContact"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"initiationTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"connectedToSystemTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectTimestamp"}},{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"agent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"firstName"}},{"kind":"Field","name":{"kind":"Name","value":"lastName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<FollowContactQuery, FollowContactQueryVariables>;
export const PlaceCallWithAllItKnowsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceCallWithAllItKnows"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartOutboundVoiceContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startOutboundVoiceContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"initiationMethod"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"campaign"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"campaignId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"customerEndpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"address"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attributes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"references"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relatedContact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<PlaceCallWithAllItKnowsMutation, PlaceCallWithAllItKnowsMutationVariables>;
export const CapacityDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Capacity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outboundCapacity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ratePerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"burst"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"queueLength"}},{"kind":"Field","name":{"kind":"Name","value":"estimatedWaitMsGeneral"}},{"kind":"Field","name":{"kind":"Name","value":"estimatedWaitMsCampaign"}}]}}]}}]} as unknown as DocumentNode<CapacityQuery, CapacityQueryVariables>;
export const PlaceCallOnceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceCallOnce"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartOutboundVoiceContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startOutboundVoiceContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isReplay"}}]}}]}}]} as unknown as DocumentNode<PlaceCallOnceMutation, PlaceCallOnceMutationVariables>;