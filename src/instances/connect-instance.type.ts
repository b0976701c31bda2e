import type { Instance } from '@aws-sdk/client-connect';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Read } from '../graphql/noun.js';
import { Tag, tagsFrom } from '../graphql/tag.type.js';
import { DateTime } from '../graphql/date-time.scalar.js';

@ObjectType({ description: 'An Amazon Connect instance. Its fields load with the first one that is asked for.' })
export class ConnectInstance {
  @Field(() => ID, { description: 'The instance id, the last part of its ARN: the `instanceId` of all else.' })
  readonly id: string;

  readonly #read: Read<Instance>;

  constructor(id: string, read: Read<Instance>) {
    this.id = id;
    this.#read = read;
  }

  @Field(() => String, { nullable: true, description: 'Its Amazon Resource Name.' })
  arn() {
    return this.#read((instance) => instance.Arn);
  }

  @Field(() => String, { nullable: true, description: 'Its name in the address of its website.' })
  alias() {
    return this.#read((instance) => instance.InstanceAlias);
  }

  @Field(() => String, { nullable: true, description: 'CREATION_IN_PROGRESS, ACTIVE or CREATION_FAILED.' })
  status() {
    return this.#read((instance) => instance.InstanceStatus);
  }

  @Field(() => DateTime, { nullable: true, description: 'When it was made.' })
  createdTime() {
    return this.#read((instance) => instance.CreatedTime);
  }

  @Field(() => Boolean, { nullable: true, description: 'Whether it can be called.' })
  inboundCallsEnabled() {
    return this.#read((instance) => instance.InboundCallsEnabled);
  }

  @Field(() => Boolean, { nullable: true, description: 'Without it Connect refuses every outbound call.' })
  outboundCallsEnabled() {
    return this.#read((instance) => instance.OutboundCallsEnabled);
  }

  @Field(() => [Tag], { nullable: true, description: 'Its tags in AWS.' })
  tags() {
    return this.#read((instance) => tagsFrom(instance.Tags));
  }
}
