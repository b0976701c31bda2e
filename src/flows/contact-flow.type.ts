import type { ContactFlow as ConnectContactFlow } from '@aws-sdk/client-connect';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { ResourceKey } from '../connect/resource-key.js';
import { connectionOf } from '../graphql/connection.js';
import type { Read } from '../graphql/noun.js';
import { registerEnum } from '../graphql/register-enum.js';
import { Tag, tagsFrom } from '../graphql/tag.type.js';
import { knownOr } from '../graphql/vendor-enum.js';

export const ContactFlowType = {
  CONTACT_FLOW: 'CONTACT_FLOW',
  CUSTOMER_QUEUE: 'CUSTOMER_QUEUE',
  CUSTOMER_HOLD: 'CUSTOMER_HOLD',
  CUSTOMER_WHISPER: 'CUSTOMER_WHISPER',
  AGENT_HOLD: 'AGENT_HOLD',
  AGENT_WHISPER: 'AGENT_WHISPER',
  OUTBOUND_WHISPER: 'OUTBOUND_WHISPER',
  AGENT_TRANSFER: 'AGENT_TRANSFER',
  QUEUE_TRANSFER: 'QUEUE_TRANSFER',
  CAMPAIGN: 'CAMPAIGN',
  UNKNOWN: 'UNKNOWN',
} as const;
registerEnum(ContactFlowType, 'ContactFlowType', {
  description: 'What a flow is for. An outbound call runs a CONTACT_FLOW.',
  values: { UNKNOWN: { description: 'A value newer than this gateway; see `rawType`.' } },
});

export const ContactFlowState = { ACTIVE: 'ACTIVE', ARCHIVED: 'ARCHIVED', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(ContactFlowState, 'ContactFlowState', { description: 'Whether the flow is in use or archived.' });

export const ContactFlowStatus = { PUBLISHED: 'PUBLISHED', SAVED: 'SAVED', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(ContactFlowStatus, 'ContactFlowStatus', {
  description: 'Only a published flow can be run by a call.',
});

@Directive('@key(fields: "id")')
@Directive('@key(fields: "instanceId id")')
@ObjectType({
  description: 'What a call runs through once it is answered. Its fields load with the first one that is asked for.',
})
export class ContactFlow {
  @Field(() => ID, { description: 'The flow id, the last part of its ARN: the `contactFlowId` of a call.' })
  readonly id: string;

  @Field(() => ID, { description: 'The Connect instance the flow belongs to.' })
  readonly instanceId: string;

  readonly #read: Read<ConnectContactFlow>;

  constructor(key: ResourceKey, read: Read<ConnectContactFlow>) {
    this.id = key.id;
    this.instanceId = key.instanceId;
    this.#read = read;
  }

  @Field(() => String, { nullable: true })
  arn() {
    return this.#read((flow) => flow.Arn);
  }

  @Field(() => String, { nullable: true })
  name() {
    return this.#read((flow) => flow.Name);
  }

  @Field(() => String, { nullable: true })
  description() {
    return this.#read((flow) => flow.Description);
  }

  @Field(() => ContactFlowType, { nullable: true })
  type() {
    return this.#read((flow) => knownOr(ContactFlowType, flow.Type));
  }

  @Field(() => String, { nullable: true, description: 'The type in the words of Connect.' })
  rawType() {
    return this.#read((flow) => flow.Type);
  }

  @Field(() => ContactFlowState, { nullable: true })
  state() {
    return this.#read((flow) => knownOr(ContactFlowState, flow.State));
  }

  @Field(() => ContactFlowStatus, { nullable: true })
  status() {
    return this.#read((flow) => knownOr(ContactFlowStatus, flow.Status));
  }

  @Field(() => [Tag], { nullable: true })
  tags() {
    return this.#read((flow) => tagsFrom(flow.Tags));
  }
}

@ObjectType({ description: 'A page of flows.' })
export class ContactFlowConnection extends connectionOf(() => ContactFlow) {}
