import type { ContactFlow as ConnectContactFlow } from '@aws-sdk/client-connect';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { ResourceKey } from '../connect/ids.js';
import { connectionOf } from '../graphql/connection.js';
import type { Read } from '../graphql/noun.js';
import { registerEnum } from '../graphql/register-enum.js';
import { Tag, tagsFrom } from '../graphql/tag.type.js';
import { knownOr, newerValue } from '../graphql/vendor-enum.js';

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
  values: {
    CONTACT_FLOW: { description: 'What a contact runs through.' },
    CUSTOMER_QUEUE: { description: 'What a customer hears while waiting in a queue.' },
    CUSTOMER_HOLD: { description: 'What a customer hears on hold.' },
    CUSTOMER_WHISPER: { description: 'What a customer hears just before an agent.' },
    AGENT_HOLD: { description: 'What an agent hears on hold.' },
    AGENT_WHISPER: { description: 'What an agent hears just before a customer.' },
    OUTBOUND_WHISPER: { description: 'What the called one hears of a call through a queue before the agent.' },
    AGENT_TRANSFER: { description: 'What runs when a contact is handed to an agent.' },
    QUEUE_TRANSFER: { description: 'What runs when a contact is handed to a queue.' },
    CAMPAIGN: { description: 'What an outbound campaign runs.' },
    UNKNOWN: { description: 'A value newer than this gateway; see `rawType`.' },
  },
});

export const ContactFlowState = { ACTIVE: 'ACTIVE', ARCHIVED: 'ARCHIVED', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(ContactFlowState, 'ContactFlowState', {
  description: 'Whether the flow is in use or archived.',
  values: {
    ACTIVE: { description: 'In use.' },
    ARCHIVED: { description: 'Put away; no call can run it.' },
    UNKNOWN: newerValue,
  },
});

export const ContactFlowStatus = { PUBLISHED: 'PUBLISHED', SAVED: 'SAVED', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(ContactFlowStatus, 'ContactFlowStatus', {
  description: 'Only a published flow can be run by a call.',
  values: {
    PUBLISHED: { description: 'A call can run it.' },
    SAVED: { description: 'A draft.' },
    UNKNOWN: newerValue,
  },
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

  @Field(() => String, { nullable: true, description: 'Its Amazon Resource Name.' })
  arn() {
    return this.#read((flow) => flow.Arn);
  }

  @Field(() => String, { nullable: true, description: 'Its name, such as Sales outbound.' })
  name() {
    return this.#read((flow) => flow.Name);
  }

  @Field(() => String, { nullable: true, description: 'What whoever made it wrote about it.' })
  description() {
    return this.#read((flow) => flow.Description);
  }

  @Field(() => ContactFlowType, { nullable: true, description: 'What it is for.' })
  type() {
    return this.#read((flow) => knownOr(ContactFlowType, flow.Type));
  }

  @Field(() => String, { nullable: true, description: 'The type in the words of Connect.' })
  rawType() {
    return this.#read((flow) => flow.Type);
  }

  @Field(() => ContactFlowState, { nullable: true, description: 'Whether it is in use.' })
  state() {
    return this.#read((flow) => knownOr(ContactFlowState, flow.State));
  }

  @Field(() => ContactFlowStatus, { nullable: true, description: 'Whether it is published.' })
  status() {
    return this.#read((flow) => knownOr(ContactFlowStatus, flow.Status));
  }

  @Field(() => [Tag], { nullable: true, description: 'Its tags in AWS.' })
  tags() {
    return this.#read((flow) => tagsFrom(flow.Tags));
  }
}

@ObjectType({ description: 'A page of flows.' })
export class ContactFlowConnection extends connectionOf(() => ContactFlow) {}
