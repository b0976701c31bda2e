import { IsOptional, IsString, Length } from 'class-validator';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { GatewayError } from '../../src/errors.js';
import { Authorize } from '../../src/graphql/authorize.js';
import { ReferenceResolver, type EntityReference } from '../../src/graphql/reference-resolver.js';
import { registerEnum } from '../../src/graphql/register-enum.js';
import { fromSource, SubscriptionSource } from '../../src/graphql/subscription-source.js';
import type { RequestContext } from '../../src/request.js';

export const Traffic = { GENERAL: 'GENERAL', CAMPAIGN: 'CAMPAIGN' } as const;
registerEnum(Traffic, 'Traffic', {
  description: 'Why a call is placed.',
  values: {
    CAMPAIGN: { description: 'One of many.', deprecationReason: 'An example.', authorize: ['calls:campaign'] },
  },
});
type Traffic = keyof typeof Traffic;

@Directive('@key(fields: "id")')
@Directive('@key(fields: "instanceId id")')
@ObjectType({ description: 'A call.' })
export class Call {
  @Field(() => ID)
  readonly id: string;

  @Field(() => ID)
  readonly instanceId: string;

  constructor(id: string, instanceId: string) {
    this.id = id;
    this.instanceId = instanceId;
  }

  @Field(() => String, { nullable: true, description: 'Whom it reached, such as `"+12025550100"`.' })
  @Authorize('contacts:read', 'contacts:pii')
  number(): string {
    return `number of ${this.id}`;
  }
}

@Directive('@key(fields: "id")')
@Authorize('directory:read')
@ObjectType({ description: 'A line.' })
export class Line {
  @Field(() => ID)
  readonly id!: string;
}

type PlainLine = Pick<Line, 'id'>;

@InputType({ description: 'How to dial.' })
export class Plan {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  readonly attempts?: number;

  @Field(() => Traffic)
  @IsString()
  readonly trafficType: Traffic = 'CAMPAIGN';
}

@InputType({ description: 'A call to place.' })
export class StartCallInput {
  @Field(() => String)
  @Length(0, 5)
  readonly number!: string;

  @Field(() => Traffic, { defaultValue: 'GENERAL' })
  @IsString()
  readonly trafficType!: Traffic;

  @Field(() => ID, { nullable: true })
  @Authorize('calls:campaign')
  @IsOptional()
  readonly campaignId?: string | null;
}

@Resolver(() => Call)
export class CallResolver {
  /** What it was asked to do, in order. */
  readonly asked: unknown[] = [];

  constructor(private readonly instanceId: string) {}

  @Query(() => Call, { nullable: true, description: 'One call.' })
  @Authorize('contacts:read')
  call(@Arg('again', () => Boolean, { nullable: true }) again: boolean | null, @Arg('id', () => ID) id: string): Call {
    return new Call(again ? `${id} again` : id, this.instanceId);
  }

  @Query(() => String, { nullable: true })
  @Authorize('contacts:read')
  planned(@Arg('plan', () => Plan, { defaultValue: {} }) plan: Plan): string {
    return plan.trafficType;
  }

  @Mutation(() => Call, { nullable: true, description: 'Places a call.' })
  @Authorize('calls:start')
  startCall(@Arg('input', () => StartCallInput) input: StartCallInput): Call {
    this.asked.push(input);
    return new Call('new', this.instanceId);
  }

  @Subscription(() => Call, { nullable: true, subscribe: fromSource, description: 'A call, each time it changes.' })
  @Authorize('contacts:read')
  callChanged(@Root() count: number, @Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Call {
    this.asked.push({ event: count, requestId: context.requestId });
    return new Call(`${id} ${count}`, this.instanceId);
  }

  @SubscriptionSource('callChanged')
  async *callChanges(args: Record<string, unknown>, context: RequestContext): AsyncGenerator<number> {
    this.asked.push({ args: { ...args }, requestId: context.requestId });
    await Promise.resolve();
    yield 1;
    yield 2;
  }

  @ReferenceResolver('Call', 'contacts:read')
  async callReference(reference: EntityReference, context: RequestContext): Promise<Call | null> {
    this.asked.push({ reference, requestId: context.requestId });
    await Promise.resolve();
    this.asked.push(`answering ${reference.id}`);
    if (reference.id === 'broken') throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Not now.');
    return reference.id === 'missing' ? null : new Call(reference.id, reference.instanceId ?? this.instanceId);
  }
}

@Resolver(() => Line)
export class LineResolver {
  @Query(() => [Line], { nullable: true })
  @Authorize('directory:read')
  lines(@Ctx() context: RequestContext): PlainLine[] {
    return [{ id: context.requestId }];
  }

  @ReferenceResolver('Line', 'directory:read')
  lineReference({ id }: EntityReference): PlainLine {
    if (id === 'broken') throw new Error('at once');
    return { id };
  }
}
