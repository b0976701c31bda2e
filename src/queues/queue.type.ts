import type { Queue as ConnectQueue } from '@aws-sdk/client-connect';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { ResourceKey } from '../connect/ids.js';
import { connectionOf } from '../graphql/connection.js';
import type { Read } from '../graphql/noun.js';
import { registerEnum } from '../graphql/register-enum.js';
import { Tag, tagsFrom } from '../graphql/tag.type.js';
import { knownOr, newerValue } from '../graphql/vendor-enum.js';

export const QueueStatus = { ENABLED: 'ENABLED', DISABLED: 'DISABLED', UNKNOWN: 'UNKNOWN' } as const;
registerEnum(QueueStatus, 'QueueStatus', {
  description: 'Whether contacts can enter the queue.',
  values: {
    ENABLED: { description: 'It takes contacts.' },
    DISABLED: { description: 'It takes none.' },
    UNKNOWN: newerValue,
  },
});

@Directive('@key(fields: "id")')
@Directive('@key(fields: "instanceId id")')
@ObjectType({ description: 'Where contacts wait for an agent. Its fields load with the first one that is asked for.' })
export class Queue {
  @Field(() => ID, { description: 'The queue id, the last part of its ARN.' })
  readonly id: string;

  @Field(() => ID, { description: 'The Connect instance the queue belongs to.' })
  readonly instanceId: string;

  readonly #read: Read<ConnectQueue>;

  constructor(key: ResourceKey, read: Read<ConnectQueue>) {
    this.id = key.id;
    this.instanceId = key.instanceId;
    this.#read = read;
  }

  @Field(() => String, { nullable: true, description: 'Its Amazon Resource Name.' })
  arn() {
    return this.#read((queue) => queue.QueueArn);
  }

  @Field(() => String, { nullable: true, description: 'Its name, such as Sales.' })
  name() {
    return this.#read((queue) => queue.Name);
  }

  @Field(() => String, { nullable: true, description: 'What whoever made it wrote about it.' })
  description() {
    return this.#read((queue) => queue.Description);
  }

  @Field(() => QueueStatus, { nullable: true, description: 'Whether contacts can enter it.' })
  status() {
    return this.#read((queue) => knownOr(QueueStatus, queue.Status));
  }

  @Field(() => Int, {
    nullable: true,
    description: 'How many contacts may wait at once; null for no limit of its own.',
  })
  maxContacts() {
    return this.#read((queue) => queue.MaxContacts);
  }

  @Field(() => ID, { nullable: true, description: 'The hours of operation that it keeps.' })
  hoursOfOperationId() {
    return this.#read((queue) => queue.HoursOfOperationId);
  }

  @Field(() => String, { nullable: true, description: 'The caller id name of calls placed with this queue.' })
  outboundCallerIdName() {
    return this.#read((queue) => queue.OutboundCallerConfig?.OutboundCallerIdName);
  }

  @Field(() => ID, {
    nullable: true,
    description: 'The phone number (its id, see `phoneNumbers`) shown by calls placed with this queue.',
  })
  outboundCallerIdNumberId() {
    return this.#read((queue) => queue.OutboundCallerConfig?.OutboundCallerIdNumberId);
  }

  @Field(() => ID, { nullable: true, description: 'The outbound whisper flow.' })
  outboundFlowId() {
    return this.#read((queue) => queue.OutboundCallerConfig?.OutboundFlowId);
  }

  @Field(() => [Tag], { nullable: true, description: 'Its tags in AWS.' })
  tags() {
    return this.#read((queue) => tagsFrom(queue.Tags));
  }
}

@ObjectType({ description: 'A page of queues.' })
export class QueueConnection extends connectionOf(() => Queue) {}
