import { ArrayMaxSize, IsOptional, IsUUID, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { createPubSub } from 'graphql-yoga';
import {
  Arg,
  Authorized,
  buildSchema,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
  type SubscribeResolverData,
} from 'type-graphql';
import { contactOf, queueOf, startCall } from './connect.js';
import { readContactEvents, type ContactUpdate } from './contact-events.js';

/** What the peers know of who asks. */
export interface PeerContext {
  readonly scopes: readonly string[];
}

const pubSub = createPubSub<{ contact: [id: string, update: ContactUpdate] }>();

/** Tells those who watch of each event on the queue. */
export function publishContactUpdates(): void {
  void readContactEvents((update) => {
    pubSub.publish('contact', update.id, update);
  });
}

const e164 = /^\+[1-9]\d{6,14}$/;

@InputType()
class ContactAttributeInput {
  @Field(() => String)
  @Length(1, 32_767)
  key!: string;

  @Field(() => String)
  @MaxLength(32_767)
  value!: string;
}

@InputType()
class StartOutboundVoiceContactInput {
  @Field(() => String)
  @Matches(e164)
  destinationPhoneNumber!: string;

  @Field(() => ID)
  @IsUUID()
  contactFlowId!: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 500)
  clientToken?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(e164)
  sourcePhoneNumber?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  queueId?: string | null;

  @Field(() => [ContactAttributeInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(100)
  attributes?: ContactAttributeInput[] | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(1_024)
  name?: string | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(15)
  @Max(60)
  ringTimeoutInSeconds?: number | null;
}

@ObjectType()
class Queue {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  name?: string;
}

@ObjectType()
class ContactAttribute {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  value!: string;
}

@ObjectType()
class ContactEndpoint {
  @Field(() => String, { nullable: true })
  address?: string;
}

@ObjectType()
class Contact {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  channel?: string;

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  initiationTimestamp?: Date;

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  connectedToSystemTimestamp?: Date;

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  disconnectTimestamp?: Date;

  @Field(() => String, { nullable: true })
  disconnectReason?: string;

  @Field(() => ContactEndpoint, { nullable: true })
  customerEndpoint?: ContactEndpoint;

  @Field(() => [ContactAttribute], { nullable: true })
  attributes?: ContactAttribute[];

  queueId?: string;
}

@Resolver(() => Contact)
class ContactResolver {
  @Authorized('calls:start')
  @Mutation(() => Contact, { nullable: true })
  startOutboundVoiceContact(
    @Arg('input', () => StartOutboundVoiceContactInput) input: StartOutboundVoiceContactInput,
  ): Promise<object> {
    return startCall(input);
  }

  @Authorized('contacts:read')
  @Query(() => Contact, { nullable: true })
  contact(@Arg('id', () => ID) id: string): Promise<object | null> {
    return contactOf(id);
  }

  @Authorized('contacts:read')
  @Query(() => [Contact], { nullable: 'items' })
  contacts(@Arg('ids', () => [ID]) ids: string[]): Promise<(object | null)[]> {
    return Promise.all(ids.map(contactOf));
  }

  @Authorized('contacts:read')
  @Subscription(() => Contact, {
    topics: 'contact',
    topicId: ({ args }: SubscribeResolverData<unknown, { id: string }, PeerContext>) => args.id,
  })
  contactUpdated(@Arg('id', () => ID) _id: string, @Root() update: ContactUpdate): object {
    return update;
  }

  @FieldResolver(() => Queue, { nullable: true })
  queue(@Root() contact: Contact): Promise<object | null> | null {
    return contact.queueId === undefined ? null : queueOf(contact.queueId);
  }
}

/** The part of the gateway's schema that is measured, as tutorials would write it. */
export const textbookSchema = await buildSchema({
  resolvers: [ContactResolver],
  validate: true,
  pubSub,
  authChecker: ({ context }: { readonly context: PeerContext }, wanted: readonly string[]) =>
    wanted.every((scope) => context.scopes.includes(scope)),
});
