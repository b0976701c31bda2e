import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A date-time string at UTC, such as 2007-12-03T10:15:30Z, compliant with the `date-time` format outlined in section 5.6 of the RFC 3339 profile of the ISO 8601 standard for representation of dates and times using the Gregorian calendar. */
  DateTime: { input: string; output: string; }
  /** The `JSON` scalar type represents JSON values as specified by [ECMA-404](http://www.ecma-international.org/publications/files/ECMA-ST/ECMA-404.pdf). */
  JSON: { input: unknown; output: unknown; }
  /** A phone number in E.164 form: a plus, the country code and the number. Example: `+12065550100`. */
  PhoneNumber: { input: string; output: string; }
};

/** A person who takes contacts: Connect's User. Its fields load with the first one that is asked for. */
export type Agent = {
  readonly __typename?: 'Agent';
  /** The Amazon Resource Name of the user. */
  readonly arn: Maybe<Scalars['String']['output']>;
  /** The given name. */
  readonly firstName: Maybe<Scalars['String']['output']>;
  /** The user id, the last part of the ARN. */
  readonly id: Scalars['ID']['output'];
  /** The Connect instance the agent works in. */
  readonly instanceId: Scalars['ID']['output'];
  /** The family name. */
  readonly lastName: Maybe<Scalars['String']['output']>;
  /** Which queues the agent serves. */
  readonly routingProfileId: Maybe<Scalars['ID']['output']>;
  /** The tags of the user in AWS. */
  readonly tags: Maybe<ReadonlyArray<Tag>>;
  /** The name the agent logs in with. */
  readonly username: Maybe<Scalars['String']['output']>;
};

/** A page of agents. */
export type AgentConnection = {
  readonly __typename?: 'AgentConnection';
  /** The rows of this page. */
  readonly nodes: ReadonlyArray<Agent>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** The settings of AGENT_FIRST. */
export type AgentFirstInput = {
  /** The preview that the agent gets. */
  readonly preview?: InputMaybe<PreviewInput>;
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
  readonly awaitAnswerMachinePrompt?: InputMaybe<Scalars['Boolean']['input']>;
  /** Tells a machine from a person. Needs trafficType CAMPAIGN. */
  readonly enableAnswerMachineDetection?: InputMaybe<Scalars['Boolean']['input']>;
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

/** How good one side of the call sounded. */
export type AudioQuality = {
  readonly __typename?: 'AudioQuality';
  /** HighPacketLoss, HighRoundTripTime, HighJitterBuffer. */
  readonly potentialQualityIssues: ReadonlyArray<Scalars['String']['output']>;
  /** 1.00 to 5.00. */
  readonly qualityScore: Maybe<Scalars['Float']['output']>;
};

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

/** A number that an instance has claimed: a possible `sourcePhoneNumber`. */
export type ClaimedPhoneNumber = {
  readonly __typename?: 'ClaimedPhoneNumber';
  /** ISO 3166-1, such as US. */
  readonly countryCode: Maybe<Scalars['String']['output']>;
  /** What whoever claimed it wrote about it. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** The phone number id: `Queue.outboundCallerIdNumberId` names it. */
  readonly id: Scalars['ID']['output'];
  /** The Connect instance that claimed it. */
  readonly instanceId: Scalars['ID']['output'];
  /** In E.164 form, such as +12065550100. */
  readonly phoneNumber: Maybe<Scalars['PhoneNumber']['output']>;
  /** What kind of number it is. */
  readonly type: Maybe<PhoneNumberType>;
};

/** A page of phone numbers. */
export type ClaimedPhoneNumberConnection = {
  readonly __typename?: 'ClaimedPhoneNumberConnection';
  /** The rows of this page. */
  readonly nodes: ReadonlyArray<ClaimedPhoneNumber>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** An Amazon Connect instance. Its fields load with the first one that is asked for. */
export type ConnectInstance = {
  readonly __typename?: 'ConnectInstance';
  /** Its name in the address of its website. */
  readonly alias: Maybe<Scalars['String']['output']>;
  /** Its Amazon Resource Name. */
  readonly arn: Maybe<Scalars['String']['output']>;
  /** When it was made. */
  readonly createdTime: Maybe<Scalars['DateTime']['output']>;
  /** The instance id, the last part of its ARN: the `instanceId` of all else. */
  readonly id: Scalars['ID']['output'];
  /** Whether it can be called. */
  readonly inboundCallsEnabled: Maybe<Scalars['Boolean']['output']>;
  /** Without it Connect refuses every outbound call. */
  readonly outboundCallsEnabled: Maybe<Scalars['Boolean']['output']>;
  /** CREATION_IN_PROGRESS, ACTIVE or CREATION_FAILED. */
  readonly status: Maybe<Scalars['String']['output']>;
  /** Its tags in AWS. */
  readonly tags: Maybe<ReadonlyArray<Tag>>;
};

/** A phone call, or one leg of it. What nobody told yet is read from Connect when asked for, all such fields in one request. */
export type Contact = {
  readonly __typename?: 'Contact';
  /** Who took it. */
  readonly agent: Maybe<Agent>;
  /** When the agent joined, hold time and after-contact work. */
  readonly agentConnection: Maybe<ContactAgentConnection>;
  /** What answered; only where detection was asked for. */
  readonly answeringMachineDetectionStatus: Maybe<AnsweringMachineDetectionStatus>;
  /** The ARN. */
  readonly arn: Maybe<Scalars['String']['output']>;
  /** The whole tree of contacts it belongs to. */
  readonly associatedContacts: Maybe<ContactConnection>;
  /** What the flow and the agent work with. */
  readonly attributes: Maybe<ReadonlyArray<ContactAttribute>>;
  /** The campaign it belongs to. */
  readonly campaign: Maybe<ContactCampaign>;
  /** The way it takes. */
  readonly channel: Maybe<Channel>;
  /** When the far end answered; null if it never did. */
  readonly connectedToSystemTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** The flow it was placed with; known only for calls this gateway placed. */
  readonly contactFlow: Maybe<ContactFlow>;
  /** Who was called. */
  readonly customerEndpoint: Maybe<ContactEndpoint>;
  /** The id of the customer in another system, as a flow set it. */
  readonly customerId: Maybe<Scalars['ID']['output']>;
  /** When the greeting was spoken; only where detection was asked for. */
  readonly customerVoiceActivity: Maybe<CustomerVoiceActivity>;
  /** Its description, as given when it was placed or changed later. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** What may have gone wrong at the end. */
  readonly disconnectDetails: Maybe<DisconnectDetails>;
  /** Why it ended, in the words of Connect, such as CUSTOMER_DISCONNECT or TELECOM_BUSY. */
  readonly disconnectReason: Maybe<Scalars['String']['output']>;
  /** When the customer left. */
  readonly disconnectTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** When it entered its queue. */
  readonly enqueueTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** The contact id. */
  readonly id: Scalars['ID']['output'];
  /** The first of its chain of transfers; may be itself. */
  readonly initialContact: Maybe<Contact>;
  /** How it came about; API for a call placed here. */
  readonly initiationMethod: Maybe<InitiationMethod>;
  /** When the request to place it arrived. */
  readonly initiationTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** The Connect instance the contact belongs to. */
  readonly instanceId: Scalars['ID']['output'];
  /** Whether an earlier request with the same clientToken placed it, or may have. Null outside of startOutboundVoiceContact. */
  readonly isReplay: Maybe<Scalars['Boolean']['output']>;
  /** When Connect last changed it. */
  readonly lastUpdateTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** Its name, as given when it was placed or changed later. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** What came of the dialing; null while it is open. */
  readonly outcome: Maybe<ContactOutcome>;
  /** The one it was transferred from. */
  readonly previousContact: Maybe<Contact>;
  /** How good the call sounded. */
  readonly qualityMetrics: Maybe<QualityMetrics>;
  /** The queue it entered. The flow decides on it: the queueId of the input only sets the caller id. Without `contacts:pii` only a queue that is known to be a standard one; that of a single agent would tell who took the contact. */
  readonly queue: Maybe<Queue>;
  /** A whole number, 5 unless set; less is sooner. */
  readonly queuePriority: Maybe<Scalars['Float']['output']>;
  /** How many seconds it is moved forward in its queue. */
  readonly queueTimeAdjustmentSeconds: Maybe<Scalars['Int']['output']>;
  /** The detection status in the words of Connect. */
  readonly rawAnsweringMachineDetectionStatus: Maybe<Scalars['String']['output']>;
  /** The initiation method in the words of Connect. */
  readonly rawInitiationMethod: Maybe<Scalars['String']['output']>;
  /** What was recorded. */
  readonly recordings: Maybe<ReadonlyArray<ContactRecording>>;
  /** What the agent is shown beside it. */
  readonly references: Maybe<ReadonlyArray<ContactReference>>;
  /** The earlier contact it was linked to when placed. */
  readonly relatedContact: Maybe<Contact>;
  /** When it began to ring; known of campaign calls. */
  readonly ringStartTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** When it is planned for; only tasks have it. */
  readonly scheduledTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** What Connect itself and its features noted. */
  readonly segmentAttributes: Maybe<ReadonlyArray<SegmentAttribute>>;
  /** Where the contact is now. Null for a moment where the customer is gone and nothing tells yet whether an agent still works on it. */
  readonly status: Maybe<ContactStatus>;
  /** The caller id shown. */
  readonly systemEndpoint: Maybe<ContactEndpoint>;
  /** Its tags; the caller id that Connect repeats there is in `systemEndpoint`. */
  readonly tags: Maybe<ReadonlyArray<Tag>>;
  /** What happened to it so far, oldest first by the clock of Connect. Best effort: a step whose event was lost is filled in from its timestamp, where it has one. Kept for two days from the last change, the 64 latest events. */
  readonly timeline: Maybe<ReadonlyArray<ContactEvent>>;
};


/** A phone call, or one leg of it. What nobody told yet is read from Connect when asked for, all such fields in one request. */
export type ContactAssociatedContactsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

/** How the contact met its agent, without saying who: see `agent` for that. */
export type ContactAgentConnection = {
  readonly __typename?: 'ContactAgentConnection';
  /** When the agent took it. */
  readonly acceptedByAgentTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** How long that work took, in seconds. */
  readonly afterContactWorkDurationInSeconds: Maybe<Scalars['Int']['output']>;
  /** When that work was done. */
  readonly afterContactWorkEndTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** When the agent began to work on it after the call. */
  readonly afterContactWorkStartTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** How long the agent kept the customer on hold, in seconds. */
  readonly agentInitiatedHoldDurationInSeconds: Maybe<Scalars['Int']['output']>;
  /** When the agent joined. */
  readonly connectedToAgentTimestamp: Maybe<Scalars['DateTime']['output']>;
};

/** An attribute of a contact, as the flow and the agent see it. */
export type ContactAttribute = {
  readonly __typename?: 'ContactAttribute';
  /** Its name, such as orderId. */
  readonly key: Scalars['String']['output'];
  /** Its value, such as 1234. */
  readonly value: Scalars['String']['output'];
};

/** An attribute that the flow can read. */
export type ContactAttributeInput = {
  /** Letters, digits, `-` and `_`; each key once. Example: `orderId`. */
  readonly key: Scalars['String']['input'];
  /** Any text, also an empty one. Example: `A-1001`. */
  readonly value: Scalars['String']['input'];
};

/** An attribute and its wanted values. The instance must be set up to search it. */
export type ContactAttributeSearchInput = {
  /** The name of the attribute, of at most 100 characters. */
  readonly key: Scalars['String']['input'];
  /** One of them must be its value; at most 20 of at most 100 characters. */
  readonly values: ReadonlyArray<Scalars['String']['input']>;
};

/** The outbound campaign a contact belongs to. */
export type ContactCampaign = {
  readonly __typename?: 'ContactCampaign';
  /** The id of the outbound campaign. */
  readonly campaignId: Maybe<Scalars['ID']['output']>;
};

/** A page of contacts. */
export type ContactConnection = {
  readonly __typename?: 'ContactConnection';
  /** The rows of this page. */
  readonly nodes: ReadonlyArray<Contact>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** One end of a contact. */
export type ContactEndpoint = {
  readonly __typename?: 'ContactEndpoint';
  /** Such as a phone number in E.164 form. */
  readonly address: Maybe<Scalars['String']['output']>;
  /** The name that goes with the address. */
  readonly displayName: Maybe<Scalars['String']['output']>;
  /** TELEPHONE_NUMBER, VOIP, CONTACT_FLOW and the like. */
  readonly type: Maybe<Scalars['String']['output']>;
};

/** One step in the life of a contact. */
export type ContactEvent = {
  readonly __typename?: 'ContactEvent';
  /** When it happened, on the clock of Connect; of an event that leaves it out, when that was sent, until Connect tells more. */
  readonly at: Scalars['DateTime']['output'];
  /** What the event tells beside its time; null where that is nothing. */
  readonly details: Maybe<ContactEventDetails>;
  /** The type in the words of Connect; RINGING is a word of ours. */
  readonly rawType: Scalars['String']['output'];
  /** How the gateway knows of it. */
  readonly source: ContactEventSource;
  /** What happened. */
  readonly type: ContactEventType;
};

/** What an event tells beside its time; each is null where it does not belong to the event. */
export type ContactEventDetails = {
  readonly __typename?: 'ContactEventDetails';
  /** What answered. */
  readonly answeringMachineDetectionStatus: Maybe<AnsweringMachineDetectionStatus>;
  /** Why it ended, in the words of Connect. */
  readonly disconnectReason: Maybe<Scalars['String']['output']>;
  /** The queue that it entered. An agent's own queue is told only with `contacts:pii`, and not to those who follow. */
  readonly queueId: Maybe<Scalars['ID']['output']>;
  /** The detection status in the words of Connect. */
  readonly rawAnsweringMachineDetectionStatus: Maybe<Scalars['String']['output']>;
  /** What was changed, such as UserDefinedAttributes or Tags; their values are fields of the Contact. */
  readonly updatedProperties: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** How the gateway knows of a step. */
export type ContactEventSource =
  /** Connect sent the event. */
  | 'CONTACT_EVENT'
  /** No such event came (yet); a timestamp in a later event or in DescribeContact tells of it. */
  | 'CONTACT_TIMESTAMP';

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

/** What a call runs through once it is answered. Its fields load with the first one that is asked for. */
export type ContactFlow = {
  readonly __typename?: 'ContactFlow';
  /** Its Amazon Resource Name. */
  readonly arn: Maybe<Scalars['String']['output']>;
  /** What whoever made it wrote about it. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** The flow id, the last part of its ARN: the `contactFlowId` of a call. */
  readonly id: Scalars['ID']['output'];
  /** The Connect instance the flow belongs to. */
  readonly instanceId: Scalars['ID']['output'];
  /** Its name, such as Sales outbound. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** The type in the words of Connect. */
  readonly rawType: Maybe<Scalars['String']['output']>;
  /** Whether it is in use. */
  readonly state: Maybe<ContactFlowState>;
  /** Whether it is published. */
  readonly status: Maybe<ContactFlowStatus>;
  /** Its tags in AWS. */
  readonly tags: Maybe<ReadonlyArray<Tag>>;
  /** What it is for. */
  readonly type: Maybe<ContactFlowType>;
};

/** A page of flows. */
export type ContactFlowConnection = {
  readonly __typename?: 'ContactFlowConnection';
  /** The rows of this page. */
  readonly nodes: ReadonlyArray<ContactFlow>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
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
  readonly searchText: ReadonlyArray<Scalars['String']['input']>;
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

/** A recording, and where it lies. */
export type ContactRecording = {
  readonly __typename?: 'ContactRecording';
  /** Why it was deleted. */
  readonly deletionReason: Maybe<Scalars['String']['output']>;
  /** The place in that storage; Connect hands out no download. */
  readonly location: Maybe<Scalars['String']['output']>;
  /** AUDIO or VIDEO. */
  readonly mediaStreamType: Maybe<Scalars['String']['output']>;
  /** ALL, AGENT, CUSTOMER and the like. */
  readonly participantType: Maybe<Scalars['String']['output']>;
  /** When it begins. */
  readonly startTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** AVAILABLE or DELETED. */
  readonly status: Maybe<Scalars['String']['output']>;
  /** When it ends. */
  readonly stopTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** S3, KINESIS_VIDEO_STREAM and the like. */
  readonly storageType: Maybe<Scalars['String']['output']>;
};

/** Which recording of a contact is meant. */
export type ContactRecordingType =
  /** Of the voices while an agent is there. */
  | 'AGENT'
  /** Of what the flow and the customer say. */
  | 'IVR'
  /** Of the agent's screen. */
  | 'SCREEN';

/** A link or a value that the agent is shown. */
export type ContactReference = {
  readonly __typename?: 'ContactReference';
  /** What it is called. */
  readonly name: Scalars['String']['output'];
  /** URL, ATTACHMENT, NUMBER, STRING, DATE, EMAIL. */
  readonly type: Scalars['String']['output'];
  /** A DATE is an ISO 8601 moment. */
  readonly value: Maybe<Scalars['String']['output']>;
};

/** Something that the agent is shown next to the call. */
export type ContactReferenceInput = {
  /** What the agent reads; each name once. Example: `Order`. */
  readonly name: Scalars['String']['input'];
  /** What the value is. */
  readonly type: ContactReferenceInputType;
  /** The value, in the form of its type. Example for `URL`: `https://example.com/order/1`. */
  readonly value: Scalars['String']['input'];
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

/** A tag to put on a contact. */
export type ContactTagInput = {
  /** 1 to 128 letters, digits and `+ - = . _ : /`, not beginning with `aws:`; each key once. Example: `costCenter`. */
  readonly key: Scalars['String']['input'];
  /** At most 256 characters. Example: `sales-emea`. */
  readonly value: Scalars['String']['input'];
};

/** From when to when. Connect refuses more than 1,345 hours, about eight weeks. */
export type ContactTimeRangeInput = {
  /** The latest moment. */
  readonly endTime: Scalars['DateTime']['input'];
  /** The earliest moment, such as 2026-11-21T00:00:00Z. */
  readonly startTime: Scalars['DateTime']['input'];
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

/** When the far end spoke its greeting; known only with answering machine detection. */
export type CustomerVoiceActivity = {
  readonly __typename?: 'CustomerVoiceActivity';
  /** When the greeting was over. */
  readonly greetingEndTimestamp: Maybe<Scalars['DateTime']['output']>;
  /** When the greeting began. */
  readonly greetingStartTimestamp: Maybe<Scalars['DateTime']['output']>;
};

/** What may have been wrong when the contact ended. */
export type DisconnectDetails = {
  readonly __typename?: 'DisconnectDetails';
  /** AGENT_CONNECTIVITY_ISSUE, AGENT_DEVICE_ISSUE, CUSTOMER_CONNECTIVITY_ISSUE, CUSTOMER_DEVICE_ISSUE; null if none was found. */
  readonly potentialDisconnectIssue: Maybe<Scalars['String']['output']>;
};

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

/** What is recorded while the flow talks with the customer. */
export type IvrRecordingTrack =
  /** Both sides. */
  | 'ALL';

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Goes on with a recording that was suspended. */
  readonly resumeContactRecording: Maybe<Contact>;
  /** Starts recording a contact, once: a recording that was stopped cannot be started again. A second start is refused with CONTACT_STATE_CONFLICT. */
  readonly startContactRecording: Maybe<Contact>;
  /** Places one phone call: a real phone rings. The answer comes when Connect accepted it, before it rings. With the same clientToken and input it can be asked again safely: nothing is dialed twice. */
  readonly startOutboundVoiceContact: Maybe<Contact>;
  /** Ends a contact: the line goes dead for everybody on it. Can be asked again safely; one that has ended already is answered as it is. */
  readonly stopContact: Maybe<Contact>;
  /** Ends a recording for good. To go on later, suspend it instead. */
  readonly stopContactRecording: Maybe<Contact>;
  /** Pauses a recording, which is silent until it is resumed: for a card number that is spoken, say. */
  readonly suspendContactRecording: Maybe<Contact>;
  /** Puts tags on a contact. Can be asked again safely; of two at once the later one stays. */
  readonly tagContact: Maybe<Contact>;
  /** Takes tags off a contact. Can be asked again safely. */
  readonly untagContact: Maybe<Contact>;
  /** Changes what the agent is shown of a contact, also once it has ended. Can be asked again safely; of two at once the later one stays. */
  readonly updateContact: Maybe<Contact>;
  /** Sets attributes of a contact, for its flow and its agent, also once it has ended. Can be asked again safely; of two at once the later one stays. */
  readonly updateContactAttributes: Maybe<Contact>;
};


export type MutationResumeContactRecordingArgs = {
  input: ResumeContactRecordingInput;
};


export type MutationStartContactRecordingArgs = {
  input: StartContactRecordingInput;
};


export type MutationStartOutboundVoiceContactArgs = {
  input: StartOutboundVoiceContactInput;
};


export type MutationStopContactArgs = {
  input: StopContactInput;
};


export type MutationStopContactRecordingArgs = {
  input: StopContactRecordingInput;
};


export type MutationSuspendContactRecordingArgs = {
  input: SuspendContactRecordingInput;
};


export type MutationTagContactArgs = {
  input: TagContactInput;
};


export type MutationUntagContactArgs = {
  input: UntagContactInput;
};


export type MutationUpdateContactArgs = {
  input: UpdateContactInput;
};


export type MutationUpdateContactAttributesArgs = {
  input: UpdateContactAttributesInput;
};

/** What is left of the quota of call starts, for all replicas and everybody together. */
export type OutboundCapacity = {
  readonly __typename?: 'OutboundCapacity';
  /** How many calls would start at once now. */
  readonly available: Scalars['Int']['output'];
  /** How many starts may come at once. */
  readonly burst: Scalars['Int']['output'];
  /** How long a CAMPAIGN call of yours would about wait for its turn. */
  readonly estimatedWaitMsCampaign: Scalars['Int']['output'];
  /** How long a GENERAL call of yours would about wait for its turn. */
  readonly estimatedWaitMsGeneral: Scalars['Int']['output'];
  /** How many calls wait for their turn. */
  readonly queueLength: Scalars['Int']['output'];
  /** Starts a second at present: less than the quota after Connect refused too much. */
  readonly ratePerSecond: Scalars['Float']['output'];
};

/** The settings of a strategy. */
export type OutboundStrategyConfigInput = {
  /** The settings of AGENT_FIRST. */
  readonly agentFirst?: InputMaybe<AgentFirstInput>;
};

/** How a campaign call is brought together with its agent. Amazon Connect takes it from campaigns only. */
export type OutboundStrategyInput = {
  /** The settings of the strategy. */
  readonly config?: InputMaybe<OutboundStrategyConfigInput>;
  /** Who is brought onto the call first. */
  readonly type: OutboundStrategyType;
};

/** Who is brought onto the call first. */
export type OutboundStrategyType =
  /** The agent, before the customer is dialed. */
  | 'AGENT_FIRST';

/** Where a page of a list stands. Connect hands out page tokens, so cursors mark pages, not rows. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Give it as `after` for the next page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether `after: endCursor` would give more. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether this page was reached with `after`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Always null: Connect has no way back. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

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
  readonly durationInSeconds: Scalars['Int']['input'];
};

/** The preview of an agent before the customer is dialed. */
export type PreviewInput = {
  /** What the agent may do; each action once. Example: `[CALL, DISCARD]`. */
  readonly allowedUserActions: ReadonlyArray<AllowedUserAction>;
  /** How long the agent has. */
  readonly postAcceptTimeoutConfig: PostAcceptTimeoutConfigInput;
};

/** How good the call sounded. */
export type QualityMetrics = {
  readonly __typename?: 'QualityMetrics';
  /** What the agent sent. */
  readonly agentAudio: Maybe<AudioQuality>;
  /** Only of web and in-app calls. */
  readonly customerAudio: Maybe<AudioQuality>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** One agent, or null where there is none for you. */
  readonly agent: Maybe<Agent>;
  /** The agents of an instance, by user name. */
  readonly agents: Maybe<AgentConnection>;
  /** The instance, the default one unless named; null where it is not for you. */
  readonly connectInstance: Maybe<ConnectInstance>;
  /** One contact, or null where there is none for you. */
  readonly contact: Maybe<Contact>;
  /** One flow, or null where there is none for you. */
  readonly contactFlow: Maybe<ContactFlow>;
  /** The active, published flows of an instance. An outbound call runs one of type CONTACT_FLOW. */
  readonly contactFlows: Maybe<ContactFlowConnection>;
  /** Up to 100 contacts in the order of the ids; null for each that is not there for you. */
  readonly contacts: ReadonlyArray<Maybe<Contact>>;
  /** How busy the line to Connect is: for a form that says how long a call will wait. */
  readonly outboundCapacity: Maybe<OutboundCapacity>;
  /** The numbers an instance can show as caller id. */
  readonly phoneNumbers: Maybe<ClaimedPhoneNumberConnection>;
  /** One queue, or null where there is none for you: without `contacts:pii`, one that is not known to be a standard queue. */
  readonly queue: Maybe<Queue>;
  /** The standard queues of an instance. */
  readonly queues: Maybe<QueueConnection>;
  /** Finds contacts. Connect allows one search every two seconds for a whole account and tells little of each contact: further fields cost one request a contact. */
  readonly searchContacts: Maybe<ContactConnection>;
};


export type QueryAgentArgs = {
  id: Scalars['ID']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryAgentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
  nameContains?: InputMaybe<Scalars['String']['input']>;
};


export type QueryConnectInstanceArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryContactArgs = {
  id: Scalars['ID']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryContactFlowArgs = {
  id: Scalars['ID']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryContactFlowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
  nameContains?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<ContactFlowType>;
};


export type QueryContactsArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryPhoneNumbersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryQueueArgs = {
  id: Scalars['ID']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryQueuesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
  nameContains?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySearchContactsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  input: SearchContactsInput;
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** Where contacts wait for an agent. Its fields load with the first one that is asked for. */
export type Queue = {
  readonly __typename?: 'Queue';
  /** Its Amazon Resource Name. */
  readonly arn: Maybe<Scalars['String']['output']>;
  /** What whoever made it wrote about it. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** The hours of operation that it keeps. */
  readonly hoursOfOperationId: Maybe<Scalars['ID']['output']>;
  /** The queue id, the last part of its ARN. */
  readonly id: Scalars['ID']['output'];
  /** The Connect instance the queue belongs to. */
  readonly instanceId: Scalars['ID']['output'];
  /** How many contacts may wait at once; null for no limit of its own. */
  readonly maxContacts: Maybe<Scalars['Int']['output']>;
  /** Its name, such as Sales. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** The caller id name of calls placed with this queue. */
  readonly outboundCallerIdName: Maybe<Scalars['String']['output']>;
  /** The phone number (its id, see `phoneNumbers`) shown by calls placed with this queue. */
  readonly outboundCallerIdNumberId: Maybe<Scalars['ID']['output']>;
  /** The outbound whisper flow. */
  readonly outboundFlowId: Maybe<Scalars['ID']['output']>;
  /** Whether contacts can enter it. */
  readonly status: Maybe<QueueStatus>;
  /** Its tags in AWS. */
  readonly tags: Maybe<ReadonlyArray<Tag>>;
};

/** A page of queues. */
export type QueueConnection = {
  readonly __typename?: 'QueueConnection';
  /** The rows of this page. */
  readonly nodes: ReadonlyArray<Queue>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** Whether contacts can enter the queue. */
export type QueueStatus =
  /** It takes none. */
  | 'DISABLED'
  /** It takes contacts. */
  | 'ENABLED'
  /** A value newer than this gateway. */
  | 'UNKNOWN';

/** The recording to go on with. */
export type ResumeContactRecordingInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** Which of the contact's recordings; Connect chooses when left out. */
  readonly contactRecordingType?: InputMaybe<ContactRecordingType>;
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** Which contacts to find. Contacts that are still under way may be missing from what Connect finds. */
export type SearchContactsInput = {
  /** One of these agents took it; at most 100. */
  readonly agentIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** All of them must fit; at most 15. */
  readonly attributes?: InputMaybe<ReadonlyArray<ContactAttributeSearchInput>>;
  /** One of these ways; any when left out. */
  readonly channels?: InputMaybe<ReadonlyArray<Channel>>;
  /** It came about in one of these ways; any when left out. */
  readonly initiationMethods?: InputMaybe<ReadonlyArray<InitiationMethod>>;
  /** What it is called. */
  readonly name?: InputMaybe<ContactNameSearchInput>;
  /** It was in one of these queues; at most 100. Without `contacts:pii` only standard queues. */
  readonly queueIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Newest first when left out. */
  readonly sort?: InputMaybe<ContactSortInput>;
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

/** An attribute that Connect itself keeps, such as connect:Subtype. */
export type SegmentAttribute = {
  readonly __typename?: 'SegmentAttribute';
  /** Its name, such as connect:Subtype. */
  readonly key: Scalars['String']['output'];
  /** A string, number, list or map. */
  readonly value: Maybe<Scalars['JSON']['output']>;
};

/** Which comes first. */
export type SortOrder =
  /** The earliest, or lowest, first. */
  | 'ASCENDING'
  /** The latest, or highest, first. */
  | 'DESCENDING';

/** The contact to record, and what of it. */
export type StartContactRecordingInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
  /** Exactly one of its two tracks. */
  readonly voiceRecordingConfiguration: VoiceRecordingConfigurationInput;
};

/** The call to place. Either sourcePhoneNumber or queueId must be there, or both. */
export type StartOutboundVoiceContactInput = {
  /** True places the call even if the same number was called moments ago, or another call to it is on its way; within an hour only as often as the gateway allows. False needs no scope. */
  readonly allowRepeat?: Scalars['Boolean']['input'];
  /** Answering machine detection, for campaign calls. */
  readonly answerMachineDetectionConfig?: InputMaybe<AnswerMachineDetectionConfigInput>;
  /** Attributes that the flow can read, at most 32,768 UTF-8 bytes over all keys and values. */
  readonly attributes?: InputMaybe<ReadonlyArray<ContactAttributeInput>>;
  /** The outbound campaign that the call belongs to: its id or its ARN. */
  readonly campaignId?: InputMaybe<Scalars['ID']['input']>;
  /** Your key for this one call: asked again with the same key and the same input, the same contact is answered and nothing is dialed. 1 to 500 printable ASCII characters, from space to tilde. Example: `7c9e6679-7425-40de-944b-e07fc1f90ae7`. */
  readonly clientToken?: InputMaybe<Scalars['String']['input']>;
  /** The flow that runs once the call is answered: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactFlowId: Scalars['ID']['input'];
  /** What the agent reads about the contact, at most 4,096 characters. Example: `Asked to be called back.` */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The number to call, in E.164 form. Example: `+12065550100`. */
  readonly destinationPhoneNumber: Scalars['PhoneNumber']['input'];
  /** The Amazon Connect instance: its id or its ARN. The configured default instance when left out. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
  /** How long you are ready to wait for a turn within the quota and for the answer, 3 to 55 seconds. Example: `10`. */
  readonly maxWaitInSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** What the agent reads as the name of the contact, at most 1,024 characters. Example: `Order A-1001`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** How a campaign call is brought together with its agent. */
  readonly outboundStrategy?: InputMaybe<OutboundStrategyInput>;
  /** The queue whose outbound caller number the customer sees when sourcePhoneNumber is left out: its id or its ARN. Which queue the call is put into is decided by the flow. */
  readonly queueId?: InputMaybe<Scalars['ID']['input']>;
  /** What the agent is shown next to the call, at most 4,096 UTF-8 bytes over all names and values. */
  readonly references?: InputMaybe<ReadonlyArray<ContactReferenceInput>>;
  /** An earlier contact that this one is about, whose attributes are copied: its id or its ARN. */
  readonly relatedContactId?: InputMaybe<Scalars['ID']['input']>;
  /** How long it may ring, 15 to 60 seconds; 60 when left out. Example: `30`. */
  readonly ringTimeoutInSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The number that the customer sees, one of the instance's, in E.164 form. The queue's when left out. Example: `+12065550123`. */
  readonly sourcePhoneNumber?: InputMaybe<Scalars['PhoneNumber']['input']>;
  /** What kind of traffic the call belongs to. */
  readonly trafficType?: TrafficType;
};

/** The contact to end. */
export type StopContactInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** The recording to end for good. */
export type StopContactRecordingInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** Which of the contact's recordings; Connect chooses when left out. */
  readonly contactRecordingType?: InputMaybe<ContactRecordingType>;
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Follows one contact: first where it is now, then each change, several at once if you read slowly. Completes when the contact is over: disconnected, and no after-contact work open, or never shown by Connect within 90 s. One null, and then completion, where there is none for you. */
  readonly contactUpdated: Maybe<Contact>;
};


export type SubscriptionContactUpdatedArgs = {
  id: Scalars['ID']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** The recording to pause. */
export type SuspendContactRecordingInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** Which of the contact's recordings; Connect chooses when left out. */
  readonly contactRecordingType?: InputMaybe<ContactRecordingType>;
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** A tag of an AWS resource. */
export type Tag = {
  readonly __typename?: 'Tag';
  /** Its name, such as team. */
  readonly key: Scalars['String']['output'];
  /** Its value, such as sales. */
  readonly value: Scalars['String']['output'];
};

/** The tags to put on a contact, which show up in the bill. */
export type TagContactInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 6. A key that the contact has gets the new value; a contact takes at most 6 tags in all. */
  readonly tags: ReadonlyArray<ContactTagInput>;
};

/** What kind of traffic an outbound call belongs to. */
export type TrafficType =
  /** A call of an outbound campaign; the only kind with answering machine detection. */
  | 'CAMPAIGN'
  /** An ordinary call. */
  | 'GENERAL';

/** The tags to take off a contact. */
export type UntagContactInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
  /** The keys of 1 to 6 tags; one that the contact does not have is no mistake. Example: `costCenter`. */
  readonly tagKeys: ReadonlyArray<Scalars['String']['input']>;
};

/** The attributes to set on a contact. */
export type UpdateContactAttributesInput = {
  /** At least one. A key that the contact has gets the new value, others stay as they are; none can be taken off, only emptied. With those that the contact has, at most 32,768 UTF-8 bytes over all keys and values. */
  readonly attributes: ReadonlyArray<ContactAttributeInput>;
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
};

/** What to change of a contact: at least one of name, description and references. */
export type UpdateContactInput = {
  /** The contact: its id or its ARN. Example: `846ec553-a005-41c0-8341-000000000000`. */
  readonly contactId: Scalars['ID']['input'];
  /** What the agent reads about the contact, at most 4,096 characters; unchanged when left out. Example: `Asked to be called back.` */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The Amazon Connect instance: its id or its ARN. Left out: that of the ARN; else the one the call was placed in, if it was placed here; else the default one. */
  readonly instanceId?: InputMaybe<Scalars['ID']['input']>;
  /** What the agent reads as the name of the contact, at most 1,024 characters; unchanged when left out. Example: `Order A-1001`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** What the agent is shown next to the call: added to what the contact has. With that, at most 4,096 UTF-8 bytes over all names and values. */
  readonly references?: InputMaybe<ReadonlyArray<ContactReferenceInput>>;
};

/** What to record: either voiceRecordingTrack or ivrRecordingTrack. */
export type VoiceRecordingConfigurationInput = {
  /** Records while the flow talks with the customer. */
  readonly ivrRecordingTrack?: InputMaybe<IvrRecordingTrack>;
  /** Records while an agent is there, from when one joins. */
  readonly voiceRecordingTrack?: InputMaybe<VoiceRecordingTrack>;
};

/** Whose voice is recorded while an agent is there. */
export type VoiceRecordingTrack =
  /** Both. */
  | 'ALL'
  /** What the agent says. */
  | 'FROM_AGENT'
  /** What the agent hears. */
  | 'TO_AGENT';

export type FlowsQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FlowsQuery = { readonly __typename?: 'Query', readonly list: { readonly __typename?: 'ContactFlowConnection', readonly nodes: ReadonlyArray<{ readonly __typename?: 'ContactFlow', readonly id: string, readonly instanceId: string, readonly name: string | null }>, readonly pageInfo: { readonly __typename?: 'PageInfo', readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type QueuesQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type QueuesQuery = { readonly __typename?: 'Query', readonly list: { readonly __typename?: 'QueueConnection', readonly nodes: ReadonlyArray<{ readonly __typename?: 'Queue', readonly id: string, readonly instanceId: string, readonly name: string | null }>, readonly pageInfo: { readonly __typename?: 'PageInfo', readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type PhoneNumbersQueryVariables = Exact<{
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type PhoneNumbersQuery = { readonly __typename?: 'Query', readonly list: { readonly __typename?: 'ClaimedPhoneNumberConnection', readonly nodes: ReadonlyArray<{ readonly __typename?: 'ClaimedPhoneNumber', readonly id: string, readonly instanceId: string, readonly phoneNumber: string | null, readonly countryCode: string | null }>, readonly pageInfo: { readonly __typename?: 'PageInfo', readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type LineToConnectQueryVariables = Exact<{ [key: string]: never; }>;


export type LineToConnectQuery = { readonly __typename?: 'Query', readonly outboundCapacity: { readonly __typename?: 'OutboundCapacity', readonly available: number, readonly queueLength: number, readonly estimatedWaitMsGeneral: number } | null };

export type PlaceCallMutationVariables = Exact<{
  input: StartOutboundVoiceContactInput;
}>;


export type PlaceCallMutation = { readonly __typename?: 'Mutation', readonly startOutboundVoiceContact: { readonly __typename?: 'Contact', readonly id: string, readonly instanceId: string, readonly isReplay: boolean | null } | null };

export type FollowCallSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
  instanceId?: InputMaybe<Scalars['ID']['input']>;
}>;


export type FollowCallSubscription = { readonly __typename?: 'Subscription', readonly contactUpdated: { readonly __typename?: 'Contact', readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly contactFlow: { readonly __typename?: 'ContactFlow', readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly queue: { readonly __typename?: 'Queue', readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly timeline: ReadonlyArray<{ readonly __typename?: 'ContactEvent', readonly type: ContactEventType, readonly rawType: string, readonly at: string, readonly details: { readonly __typename?: 'ContactEventDetails', readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null } | null }> | null } | null };

export type EndCallMutationVariables = Exact<{
  input: StopContactInput;
}>;


export type EndCallMutation = { readonly __typename?: 'Mutation', readonly stopContact: { readonly __typename?: 'Contact', readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null } | null };

export type FollowedCallFragment = { readonly __typename?: 'Contact', readonly id: string, readonly instanceId: string, readonly status: ContactStatus | null, readonly outcome: ContactOutcome | null, readonly contactFlow: { readonly __typename?: 'ContactFlow', readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly queue: { readonly __typename?: 'Queue', readonly id: string, readonly instanceId: string, readonly name: string | null } | null, readonly timeline: ReadonlyArray<{ readonly __typename?: 'ContactEvent', readonly type: ContactEventType, readonly rawType: string, readonly at: string, readonly details: { readonly __typename?: 'ContactEventDetails', readonly disconnectReason: string | null, readonly answeringMachineDetectionStatus: AnsweringMachineDetectionStatus | null } | null }> | null };

export const FollowedCallFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FollowedCall"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Contact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"rawType"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}}]}}]}}]}}]} as unknown as DocumentNode<FollowedCallFragment, unknown>;
export const FlowsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Flows"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"list"},"name":{"kind":"Name","value":"contactFlows"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"EnumValue","value":"CONTACT_FLOW"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<FlowsQuery, FlowsQueryVariables>;
export const QueuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Queues"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"list"},"name":{"kind":"Name","value":"queues"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<QueuesQuery, QueuesQueryVariables>;
export const PhoneNumbersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PhoneNumbers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"list"},"name":{"kind":"Name","value":"phoneNumbers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"phoneNumber"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<PhoneNumbersQuery, PhoneNumbersQueryVariables>;
export const LineToConnectDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LineToConnect"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outboundCapacity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"queueLength"}},{"kind":"Field","name":{"kind":"Name","value":"estimatedWaitMsGeneral"}}]}}]}}]} as unknown as DocumentNode<LineToConnectQuery, LineToConnectQueryVariables>;
export const PlaceCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartOutboundVoiceContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startOutboundVoiceContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"isReplay"}}]}}]}}]} as unknown as DocumentNode<PlaceCallMutation, PlaceCallMutationVariables>;
export const FollowCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"contactUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"instanceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"instanceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FollowedCall"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FollowedCall"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Contact"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"contactFlow"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"queue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"rawType"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disconnectReason"}},{"kind":"Field","name":{"kind":"Name","value":"answeringMachineDetectionStatus"}}]}}]}}]}}]} as unknown as DocumentNode<FollowCallSubscription, FollowCallSubscriptionVariables>;
export const EndCallDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EndCall"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StopContactInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopContact"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"instanceId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<EndCallMutation, EndCallMutationVariables>;