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

/** An attribute that the flow can read. */
export type ContactAttributeInput = {
  /** Letters, digits, `-` and `_`; each key once. Example: `orderId`. */
  readonly key: string;
  /** Any text, also an empty one. Example: `A-1001`. */
  readonly value: string;
};

/** A step in the life of a contact, as its contact events name it. */
export type ContactEventType =
  /** Answering machine detection is off. */
  | 'AMD_DISABLED'
  /** All is done, the after-contact work included. */
  | 'COMPLETED'
  /** An agent joined. */
  | 'CONNECTED_TO_AGENT'
  /** The far end answered: a person or a machine. */
  | 'CONNECTED_TO_SYSTEM'
  /** Something about it was changed; `updatedProperties` names what. */
  | 'CONTACT_DATA_UPDATED'
  /** The customer left, or was never reached. */
  | 'DISCONNECTED'
  /** Connect accepted it. */
  | 'INITIATED'
  /** A task was paused. */
  | 'PAUSED'
  /** It entered a queue. */
  | 'QUEUED'
  /** A paused task goes on. */
  | 'RESUMED'
  /** It began to ring. Connect sends no such event; it is read off a campaign call. */
  | 'RINGING'
  /** A value newer than this gateway; the field beside this one has it raw. */
  | 'UNKNOWN'
  /** Of an in-app or web call. */
  | 'WEBRTC_API';

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

/** The contact to end. */
export type StopContactInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: string | number;
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: string | number | null | undefined;
};

/** What kind of traffic an outbound call belongs to. */
export type TrafficType =
  /** A call of an outbound campaign; the only kind with answering machine detection. Needs the scope `calls:campaign`. */
  | 'CAMPAIGN'
  /** An ordinary call. */
  | 'GENERAL';

export type FlowsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FlowsQuery = { readonly list: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly name: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type QueuesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type QueuesQuery = { readonly list: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly name: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type PhoneNumbersQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PhoneNumbersQuery = { readonly list: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly instanceId: string, readonly phoneNumber: string | null, readonly countryCode: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type LineToConnectQueryVariables = Exact<{ [key: string]: never; }>;


export type LineToConnectQuery = { readonly outboundCapacity: { readonly available: number, readonly queueLength: number, readonly estimatedWaitMsGeneral: number } | null };

export type PlaceCallMutationVariables = Exact<{
  input: StartOutboundVoiceContactInput;
}>;


export type PlaceCallMutation = { readonly startOutboundVoiceContact: { readonly id: string, readonly instanceId: string, readonly isReplay: boolean | null } | null };

export type FollowCallSubscriptionVariables = Exact<{
  id: string | number;
  instanceId?: string | number | null | undefined;
}>;


export type FollowCallSubscription = { readonly contactUpdated: { readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly contactFlow: { readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly queue: { readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly timeline: ReadonlyArray<{ readonly type: ContactEventType, readonly rawType: string, readonly at: string, readonly details: { readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null } | null }> | null } | null };

export type EndCallMutationVariables = Exact<{
  input: StopContactInput;
}>;


export type EndCallMutation = { readonly stopContact: { readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null } | null };

export type FollowedCallFragment = { readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly contactFlow: { readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly queue: { readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly timeline: ReadonlyArray<{ readonly type: ContactEventType, readonly rawType: string, readonly at: string, readonly details: { readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null } | null }> | null };

export const FollowedCallFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FollowedCall"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Contact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"rawType"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}}]}}]}}]}}]} as unknown as DocumentNode<FollowedCallFragment, unknown>;
export const FlowsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Flows"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"list"},"name":{"kind":"Name","value":"contactFlows"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"EnumValue","value":"CONTACT_FLOW"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<FlowsQuery, FlowsQueryVariables>;
export const QueuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Queues"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"list"},"name":{"kind":"Name","value":"queues"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<QueuesQuery, QueuesQueryVariables>;
export const PhoneNumbersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PhoneNumbers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"list"},"name":{"kind":"Name","value":"phoneNumbers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"phoneNumber"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<PhoneNumbersQuery, PhoneNumbersQueryVariables>;
export const LineToConnectDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LineToConnect"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outboundCapacity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"queueLength"}},{"kind":"Field","name":{"kind":"Name","value":"estimatedWaitMsGeneral"}}]}}]}}]} as unknown as DocumentNode<LineToConnectQuery, LineToConnectQueryVariables>;
export const PlaceCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartOutboundVoiceContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startOutboundVoiceContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"isReplay"}}]}}]}}]} as unknown as DocumentNode<PlaceCallMutation, PlaceCallMutationVariables>;
export const FollowCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contactUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FollowedCall"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FollowedCall"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Contact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"rawType"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}}]}}]}}]}}]} as unknown as DocumentNode<FollowCallSubscription, FollowCallSubscriptionVariables>;
export const EndCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EndCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StopContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<EndCallMutation, EndCallMutationVariables>;