import { IsOptional, Length } from 'class-validator';
import { describe, expect, test } from '@jest/globals';
import { Arg, ArgsType, Args, Directive, Field, FieldResolver, ID, InputType, InterfaceType } from 'type-graphql';
import { Mutation, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Authorize, type Scope } from '../../src/graphql/authorize.js';
import { ReferenceResolver } from '../../src/graphql/reference-resolver.js';
import { registerEnum } from '../../src/graphql/register-enum.js';
import { fromSource, SubscriptionSource } from '../../src/graphql/subscription-source.js';
import { buildGatewaySchema } from '../../src/schema/gateway-schema.js';

/** The lines of the Error that building a schema of these resolvers throws. */
function problemsOf(...resolvers: object[]): string[] {
  try {
    buildGatewaySchema({ resolvers, federationAuthDirectives: false });
  } catch (error) {
    return (error as Error).message.split('\n  - ').slice(1);
  }
  return [];
}

@ObjectType()
class Plain {
  @Field(() => ID)
  readonly id!: string;
}

@Resolver()
class GoodResolver {
  @Query(() => String, { nullable: true })
  @Authorize('directory:read')
  good(): null {
    return null;
  }
}

const nonsense = ['calls:strat' as Scope, 'constructor' as Scope] as const;

describe('a schema is not served', () => {
  test('unless nothing is wrong with it', () => {
    expect(problemsOf(new GoodResolver())).toEqual([]);
  });

  test('with root fields that no scope guards, naming all of them', () => {
    @Resolver()
    class OpenResolver {
      @Query(() => String)
      open(): string {
        return '';
      }

      @Query(() => String)
      @Directive('@authorize(scopes: [])')
      empty(): string {
        return '';
      }

      @Mutation(() => String)
      change(): string {
        return '';
      }
    }
    expect(problemsOf(new GoodResolver(), new OpenResolver())).toEqual([
      'Query.open has no @authorize with at least one scope.',
      'Query.empty has no @authorize with at least one scope.',
      'Mutation.change has no @authorize with at least one scope.',
    ]);
  });

  test('with scopes that do not exist, wherever they stand', () => {
    const Kind = { SPECIAL: 'SPECIAL' } as const;
    registerEnum(Kind, 'Kind', { description: 'Kinds.', values: { SPECIAL: { authorize: [nonsense[0]] } } });

    @InputType()
    class KindInput {
      @Field(() => Kind, { nullable: true })
      @Authorize(nonsense[1])
      @IsOptional()
      readonly kind?: string;
    }
    @Directive('@key(fields: "id")')
    @Authorize(nonsense[1])
    @ObjectType()
    class Thing {
      @Field(() => ID)
      @Authorize('directory:read', nonsense[0])
      readonly id!: string;
    }
    @Resolver()
    class ThingResolver {
      @Query(() => Thing)
      @Authorize('directory:read')
      thing(@Arg('kind', () => KindInput) kind: KindInput): unknown {
        return kind;
      }

      @ReferenceResolver('Thing', nonsense[0])
      thingReference(): null {
        return null;
      }
    }
    expect(problemsOf(new ThingResolver()).sort()).toEqual([
      'Kind.SPECIAL asks for the scope "calls:strat", which does not exist.',
      'KindInput.kind asks for the scope "constructor", which does not exist.',
      'The reference resolver of Thing asks for the scope "calls:strat", which does not exist.',
      'Thing asks for the scope "constructor", which does not exist.',
      'Thing.id asks for the scope "calls:strat", which does not exist.',
    ]);
  });

  test('with an input without rules', () => {
    @InputType()
    class LawlessInput {
      @Field(() => ID)
      readonly id!: string;
    }
    @Resolver()
    class LawlessResolver {
      @Query(() => ID)
      @Authorize('directory:read')
      lawless(@Arg('input', () => LawlessInput) { id }: LawlessInput): string {
        return id;
      }
    }
    expect(problemsOf(new LawlessResolver())).toEqual([
      'Query.lawless(input:) takes LawlessInput, whose class has no rules.',
    ]);
  });

  test('with guards where nothing enforces them', () => {
    @Authorize('contacts:pii')
    @InterfaceType()
    abstract class Guarded {
      @Field(() => ID)
      readonly id!: string;
    }
    @Authorize('contacts:pii')
    @InputType()
    class GuardedInput {
      @Field(() => ID)
      @Length(1, 9)
      readonly id!: string;
    }
    @ArgsType()
    class GuardedArgs {
      @Field(() => ID)
      @Authorize('contacts:pii')
      readonly id!: string;

      @Field(() => GuardedInput)
      readonly input!: GuardedInput;
    }
    @Resolver()
    class GuardedResolver {
      @Query(() => Guarded)
      @Authorize('directory:read')
      guarded(@Args(() => GuardedArgs) args: GuardedArgs): unknown {
        return args;
      }
    }
    const reason = 'carries @authorize, which guards only fields, object types, enum values and input fields.';
    expect(problemsOf(new GuardedResolver()).sort()).toEqual([
      `Guarded ${reason}`,
      `GuardedInput ${reason}`,
      `Query.guarded(id:) ${reason}`,
    ]);
  });

  test('with guards that type-graphql drops on their way into it', () => {
    @ObjectType()
    class Person {
      @Field(() => ID)
      readonly id!: string;

      @Field(() => String)
      readonly name!: string;

      @Field(() => String)
      @Authorize('contacts:pii')
      readonly email!: string;
    }
    @Authorize('directory:read')
    @Resolver(() => Person)
    class PersonResolver {
      @Query(() => Person)
      @Authorize('directory:read')
      person(): Person {
        throw new Error('never asked');
      }

      @FieldResolver(() => String)
      @Authorize('contacts:pii')
      name(@Root() person: Person): string {
        return person.id;
      }

      @FieldResolver(() => String)
      @Authorize('contacts:pii')
      email(@Root() person: Person): string {
        return person.id;
      }

      @FieldResolver(() => String)
      @Authorize('contacts:pii')
      phone(@Root() person: Person): string {
        return person.id;
      }

      @Authorize('contacts:pii')
      helper(): void {
        throw new Error('never asked');
      }
    }
    const lost = 'carries @authorize, which does not reach the schema: write it on the field of the type.';
    expect(problemsOf(new PersonResolver()).sort()).toEqual([
      'PersonResolver carries @authorize, which has no effect on a resolver class.',
      `PersonResolver.helper ${lost}`,
      `PersonResolver.name ${lost}`,
    ]);
  });

  test('with entities that cannot be resolved by their keys', () => {
    @Directive('@key(fields: "id")')
    @ObjectType()
    class Forgotten extends Plain {}

    @Directive('@key(fields: "code, owner { id } count nullable")')
    @ObjectType()
    class Odd extends Plain {
      @Field(() => Plain)
      readonly owner!: Plain;

      @Field(() => Number)
      readonly count!: number;

      @Field(() => String, { nullable: true })
      readonly nullable?: string;
    }
    @ObjectType()
    class Keyless extends Plain {}

    @Resolver()
    class EntityResolver {
      @Query(() => Forgotten)
      @Authorize('directory:read')
      forgotten(): null {
        return null;
      }

      @Query(() => Odd)
      @Authorize('directory:read')
      odd(): null {
        return null;
      }

      @Query(() => Keyless)
      @Authorize('directory:read')
      keyless(): null {
        return null;
      }

      @ReferenceResolver('Odd', 'directory:read')
      oddReference(): null {
        return null;
      }

      @ReferenceResolver('Odd', 'directory:read')
      oddReferenceAgain(): null {
        return null;
      }

      @ReferenceResolver('Keyless', 'directory:read')
      keylessReference(): null {
        return null;
      }

      @ReferenceResolver('Missing', 'directory:read')
      missingReference(): null {
        return null;
      }
    }
    const noField = 'in a @key, which is no ID! or String! field.';
    expect(problemsOf(new EntityResolver()).sort()).toEqual([
      'Forgotten has a @key, but no reference resolver.',
      'Keyless has a reference resolver, but is no type of the schema with a @key.',
      'Missing has a reference resolver, but is no type of the schema with a @key.',
      `Odd has "code" ${noField}`,
      `Odd has "count" ${noField}`,
      `Odd has "nullable" ${noField}`,
      `Odd has "owner" ${noField}`,
      `Odd has "{" ${noField}`,
      `Odd has "}" ${noField}`,
      'Odd has more than one reference resolver.',
    ]);
  });

  test('with subscriptions that have not exactly one source, nor a scope', () => {
    @Resolver()
    class WatchResolver {
      @Subscription(() => String, { subscribe: fromSource })
      @Authorize('contacts:read')
      good(): string {
        return '';
      }

      @Subscription(() => String, { subscribe: fromSource })
      open(): string {
        return '';
      }

      @Subscription(() => String, { topics: 'news' })
      @Authorize('contacts:read')
      sourceless(): string {
        return '';
      }

      @Subscription(() => String, { subscribe: fromSource })
      @Authorize('contacts:read')
      twice(): string {
        return '';
      }

      @SubscriptionSource('good')
      goodSource(): never {
        throw new Error('never asked');
      }

      @SubscriptionSource('open')
      openSource(): never {
        throw new Error('never asked');
      }

      @SubscriptionSource('twice')
      twiceSource(): never {
        throw new Error('never asked');
      }

      @SubscriptionSource('twice')
      twiceSourceAgain(): never {
        throw new Error('never asked');
      }

      @SubscriptionSource('missing')
      @Authorize('contacts:read')
      missingSource(): never {
        throw new Error('never asked');
      }
    }
    expect(problemsOf(new GoodResolver(), new WatchResolver()).sort()).toEqual([
      'Subscription.missing has a source, but is no field of the schema.',
      'Subscription.open has no @authorize with at least one scope.',
      'Subscription.sourceless has no source.',
      'Subscription.twice has more than one source.',
      'WatchResolver.missingSource carries @authorize, which does not reach the schema: write it on the field of the type.',
    ]);
    // Those of classes that are not served are nobody's problem.
    expect(problemsOf(new GoodResolver())).toEqual([]);
  });
});
