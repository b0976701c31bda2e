import type { GraphQLScalarType } from 'graphql';
import { Directive, Field, Float, ID, Int, ObjectType, type ClassType } from 'type-graphql';
import type { ResourceKey } from '../connect/ids.js';
import { Authorize, type Scope } from '../graphql/authorize.js';
import { connectionOf } from '../graphql/connection.js';
import { costOfBytes } from '../graphql/field-cost.js';
import { maxAttributeBytes } from '../graphql/rules/attributes.rule.js';
import { Tag } from '../graphql/tag.type.js';
import type { ContactDetails, KnownDetails } from './contact-details.js';
import {
  AnsweringMachineDetectionStatus,
  Channel,
  ContactOutcome,
  ContactStatus,
  InitiationMethod,
} from './contact-enums.js';
import {
  ContactAgentConnection,
  ContactCampaign,
  ContactEndpoint,
  ContactRecording,
  type ContactReference,
  CustomerVoiceActivity,
  DisconnectDetails,
  QualityMetrics,
  SegmentAttribute,
} from './contact-parts.type.js';
import { ContactEvent } from './timeline/contact-event.type.js';
import { DateTime } from '../graphql/date-time.scalar.js';

type FieldType = ClassType | GraphQLScalarType | object;

const readScopes: [Scope] = ['contacts:read'];
const personalScopes: [Scope, Scope] = ['contacts:read', 'contacts:pii'];

/** A nullable field that needs `contacts:read`: no field of a Contact but its ids goes without. */
function ContactField(type: FieldType | [FieldType], description: string): MethodDecorator {
  return guardedField(type, description, readScopes);
}

/** The same for what tells of a person: `contacts:pii` as well. `maxBytes` where its value may be large. */
function PersonalField(type: FieldType | [FieldType], description: string, maxBytes = 0): MethodDecorator {
  return guardedField(type, description, personalScopes, maxBytes);
}

function guardedField(
  type: FieldType | [FieldType],
  description: string,
  scopes: [Scope, ...Scope[]],
  maxBytes = 0,
): MethodDecorator {
  const complexity = Math.max(costOfBytes(maxBytes), 1);
  return (prototype, name, descriptor) => {
    Field(() => type as ClassType, { nullable: true, description, complexity })(prototype, name, descriptor);
    Authorize(...scopes)(prototype, name, descriptor);
  };
}

@Directive('@key(fields: "id")')
@Directive('@key(fields: "instanceId id")')
@ObjectType({
  description:
    'A phone call, or one leg of it. What nobody told yet is read from Connect when asked for, all such fields in one request.',
})
export class Contact {
  @Field(() => ID, { description: 'The contact id.' })
  readonly id: string;

  @Field(() => ID, { description: 'The Connect instance the contact belongs to.' })
  readonly instanceId: string;

  readonly #known: KnownDetails;
  readonly #load: () => Promise<ContactDetails | null>;

  /** `known` is what somebody told already; a field of it costs nothing. */
  constructor(key: ResourceKey, known: KnownDetails, load: () => Promise<ContactDetails | null>) {
    this.id = key.id;
    this.instanceId = key.instanceId;
    this.#known = known;
    this.#load = load;
  }

  /** One of the details; null where Connect tells none. Throws GatewayError when Connect cannot be asked. */
  async detail<K extends keyof ContactDetails>(name: K): Promise<ContactDetails[K] | null> {
    const known = this.#known[name] as ContactDetails[K] | undefined;
    if (known !== undefined) return known;
    return (await this.#load())?.[name] ?? null;
  }

  /** The references, where the placing told them. */
  get knownReferences(): readonly ContactReference[] | undefined {
    return this.#known.references;
  }

  @ContactField(
    Boolean,
    'Whether an earlier request with the same clientToken placed it, or may have. Null outside of startOutboundVoiceContact.',
  )
  isReplay(): boolean | null {
    return this.#known.isReplay ?? null;
  }

  @ContactField(String, 'The ARN.')
  arn() {
    return this.detail('arn');
  }

  @ContactField(
    ContactStatus,
    'Where the contact is now. Null for a moment where the customer is gone and nothing tells yet whether an agent still works on it.',
  )
  status() {
    return this.detail('status');
  }

  @ContactField(ContactOutcome, 'What came of the dialing; null while it is open.')
  outcome() {
    return this.detail('outcome');
  }

  @ContactField(
    [ContactEvent],
    'What happened to it so far, oldest first by the clock of Connect. Best effort: a step whose event was lost is filled in from its timestamp, where it has ' +
      'one. Kept for two days from the last change, the 64 latest events.',
  )
  async timeline(): Promise<readonly ContactEvent[] | null> {
    const events = await this.detail('timeline');
    const { instanceId } = this;
    return events?.map((event) => ({ ...event, details: event.details && { ...event.details, instanceId } })) ?? null;
  }

  @ContactField(InitiationMethod, 'How it came about; API for a call placed here.')
  initiationMethod() {
    return this.detail('initiationMethod');
  }

  @ContactField(String, 'The initiation method in the words of Connect.')
  rawInitiationMethod() {
    return this.detail('rawInitiationMethod');
  }

  @ContactField(Channel, 'The way it takes.')
  channel() {
    return this.detail('channel');
  }

  @PersonalField(String, 'Its name, as given when it was placed or changed later.')
  name() {
    return this.detail('name');
  }

  @PersonalField(String, 'Its description, as given when it was placed or changed later.', 4_096)
  description() {
    return this.detail('description');
  }

  @ContactField(DateTime, 'When the request to place it arrived.')
  initiationTimestamp() {
    return this.detail('initiationTimestamp');
  }

  @ContactField(DateTime, 'When it began to ring; known of campaign calls.')
  ringStartTimestamp() {
    return this.detail('ringStartTimestamp');
  }

  @ContactField(DateTime, 'When the far end answered; null if it never did.')
  connectedToSystemTimestamp() {
    return this.detail('connectedToSystemTimestamp');
  }

  @ContactField(DateTime, 'When it entered its queue.')
  enqueueTimestamp() {
    return this.detail('enqueueTimestamp');
  }

  @ContactField(DateTime, 'When the customer left.')
  disconnectTimestamp() {
    return this.detail('disconnectTimestamp');
  }

  @ContactField(DateTime, 'When it is planned for; only tasks have it.')
  scheduledTimestamp() {
    return this.detail('scheduledTimestamp');
  }

  @ContactField(DateTime, 'When Connect last changed it.')
  lastUpdateTimestamp() {
    return this.detail('lastUpdateTimestamp');
  }

  @ContactField(String, 'Why it ended, in the words of Connect, such as CUSTOMER_DISCONNECT or TELECOM_BUSY.')
  disconnectReason() {
    return this.detail('disconnectReason');
  }

  @ContactField(DisconnectDetails, 'What may have gone wrong at the end.')
  disconnectDetails() {
    return this.detail('disconnectDetails');
  }

  @ContactField(AnsweringMachineDetectionStatus, 'What answered; only where detection was asked for.')
  answeringMachineDetectionStatus() {
    return this.detail('answeringMachineDetectionStatus');
  }

  @ContactField(String, 'The detection status in the words of Connect.')
  rawAnsweringMachineDetectionStatus() {
    return this.detail('rawAnsweringMachineDetectionStatus');
  }

  @ContactField(CustomerVoiceActivity, 'When the greeting was spoken; only where detection was asked for.')
  customerVoiceActivity() {
    return this.detail('customerVoiceActivity');
  }

  @ContactField(ContactEndpoint, 'Who was called.')
  customerEndpoint() {
    return this.detail('customerEndpoint');
  }

  @ContactField(ContactEndpoint, 'The caller id shown.')
  systemEndpoint() {
    return this.detail('systemEndpoint');
  }

  @PersonalField(ID, 'The id of the customer in another system, as a flow set it.')
  customerId() {
    return this.detail('customerId');
  }

  @ContactField(ContactCampaign, 'The campaign it belongs to.')
  campaign() {
    return this.detail('campaign');
  }

  @ContactField(Float, 'A whole number, 5 unless set; less is sooner.')
  queuePriority() {
    return this.detail('queuePriority');
  }

  @ContactField(Int, 'How many seconds it is moved forward in its queue.')
  queueTimeAdjustmentSeconds() {
    return this.detail('queueTimeAdjustmentSeconds');
  }

  @ContactField(ContactAgentConnection, 'When the agent joined, hold time and after-contact work.')
  agentConnection() {
    return this.detail('agentConnection');
  }

  @ContactField(QualityMetrics, 'How good the call sounded.')
  qualityMetrics() {
    return this.detail('qualityMetrics');
  }

  @PersonalField([ContactRecording], 'What was recorded.')
  recordings() {
    return this.detail('recordings');
  }

  // Connect documents no limit of theirs.
  @PersonalField([SegmentAttribute], 'What Connect itself and its features noted.', maxAttributeBytes)
  segmentAttributes() {
    return this.detail('segmentAttributes');
  }

  @ContactField([Tag], 'Its tags; the caller id that Connect repeats there is in `systemEndpoint`.')
  tags() {
    return this.detail('tags');
  }
}

@ObjectType({ description: 'A page of contacts.' })
export class ContactConnection extends connectionOf(() => Contact) {}
