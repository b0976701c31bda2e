import type { User, UserSearchSummary } from '@aws-sdk/client-connect';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { ResourceKey } from '../connect/ids.js';
import { connectionOf } from '../graphql/connection.js';
import type { Read } from '../graphql/noun.js';
import { Tag, tagsFrom } from '../graphql/tag.type.js';

/** What DescribeUser and SearchUsers both tell. */
export type AgentDetails = Pick<User & UserSearchSummary, 'Id' | 'Arn' | 'Username' | 'RoutingProfileId' | 'Tags'> & {
  readonly IdentityInfo?:
    { readonly FirstName?: string | undefined; readonly LastName?: string | undefined } | undefined;
};

@Directive('@key(fields: "id")')
@Directive('@key(fields: "instanceId id")')
@ObjectType({
  description: "A person who takes contacts: Connect's User. Its fields load with the first one that is asked for.",
})
export class Agent {
  @Field(() => ID, { description: 'The user id, the last part of the ARN.' })
  readonly id: string;

  @Field(() => ID, { description: 'The Connect instance the agent works in.' })
  readonly instanceId: string;

  readonly #read: Read<AgentDetails>;

  constructor(key: ResourceKey, read: Read<AgentDetails>) {
    this.id = key.id;
    this.instanceId = key.instanceId;
    this.#read = read;
  }

  @Field(() => String, { nullable: true, description: 'The Amazon Resource Name of the user.' })
  arn() {
    return this.#read((agent) => agent.Arn);
  }

  @Field(() => String, { nullable: true, description: 'The name the agent logs in with.' })
  username() {
    return this.#read((agent) => agent.Username);
  }

  @Field(() => String, { nullable: true, description: 'The given name.' })
  firstName() {
    return this.#read((agent) => agent.IdentityInfo?.FirstName);
  }

  @Field(() => String, { nullable: true, description: 'The family name.' })
  lastName() {
    return this.#read((agent) => agent.IdentityInfo?.LastName);
  }

  @Field(() => ID, { nullable: true, description: 'Which queues the agent serves.' })
  routingProfileId() {
    return this.#read((agent) => agent.RoutingProfileId);
  }

  @Field(() => [Tag], { nullable: true, description: 'The tags of the user in AWS.' })
  tags() {
    return this.#read((agent) => tagsFrom(agent.Tags));
  }
}

@ObjectType({ description: 'A page of agents.' })
export class AgentConnection extends connectionOf(() => Agent) {}
