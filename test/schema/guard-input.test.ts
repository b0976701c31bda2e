import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { IsOptional, Length, Max, Min } from 'class-validator';
import { graphql, parse, subscribe } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  buildSchema,
  Field,
  FieldResolver,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Subscription,
} from 'type-graphql';
import { GatewayError, maxFieldProblems } from '../../src/errors.js';
import type { FieldProblem } from '../../src/errors.js';
import { Checked } from '../../src/graphql/rules/checked.js';
import { guardInput } from '../../src/schema/guard-input.js';
import { noPubSub } from '../../src/schema/subscription-fields.js';

@InputType()
class LeafInput {
  @Field(() => String)
  @Length(1, 3)
  word!: string;
}

@InputType()
class TreeInput {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(9)
  count?: number | null;

  @Field(() => [LeafInput], { nullable: 'itemsAndList' })
  leaves?: (LeafInput | null)[] | null;

  @Field(() => TreeInput, { nullable: true })
  branch?: TreeInput | null;

  @Field(() => [String], { nullable: true })
  @Checked('shortWords', (words) =>
    (words as string[]).flatMap((word, index) => [
      ...(word.length > 3 ? [{ path: String(index), rule: 'textLength' as const, message: 'is too long' }] : []),
      ...(word.includes('!') ? [{ path: String(index), rule: 'wellFormed' as const, message: 'is too loud' }] : []),
    ]),
  )
  words?: string[] | null;
}

@InputType()
class LawlessInput {
  @Field(() => String)
  word!: string;
}

@ArgsType()
class PageArgs {
  @Field(() => Int)
  @Max(100)
  first!: number;
}

function received(...values: unknown[]): boolean {
  return values.length > 0;
}

@Resolver()
class FixtureResolver {
  @Query(() => Boolean)
  tree(
    @Arg('tree', () => TreeInput, { nullable: true }) tree: TreeInput | null,
    @Arg('since', () => Date, { nullable: true }) since: Date | null,
    @Arg('text', () => String, { nullable: true }) text: string | null,
  ): boolean {
    return received(tree, since, text);
  }

  @Query(() => Boolean)
  forest(@Arg('trees', () => [TreeInput]) trees: TreeInput[]): boolean {
    return received(trees);
  }

  @Query(() => Boolean)
  lawless(@Arg('input', () => LawlessInput) input: LawlessInput): boolean {
    return received(input);
  }

  @Query(() => Boolean)
  page(@Args(() => PageArgs) page: PageArgs): boolean {
    return received(page);
  }
}

@ObjectType()
class Wood {
  @Field(() => Int)
  readonly size!: number;

  @Field(() => Boolean)
  own(@Args(() => PageArgs) page: PageArgs): boolean {
    return received(this.size, page);
  }
}

@Resolver(() => Wood)
class WoodResolver {
  @Query(() => Wood)
  wood(@Arg('tree', () => TreeInput) tree: TreeInput, @Args(() => PageArgs) page: PageArgs): object {
    return { size: received(tree, page) ? 1 : 0 };
  }

  @FieldResolver(() => Boolean)
  part(@Args(() => PageArgs) page: PageArgs): boolean {
    return received(page);
  }
}

@Resolver()
class GrowthResolver {
  @Subscription(() => Int, { subscribe: () => growth() })
  grown(@Args(() => PageArgs) page: PageArgs): number {
    return page.first;
  }
}

/** How many subscriptions have begun. */
let begun = 0;
async function* growth(): AsyncGenerator<number> {
  begun += 1;
  yield await Promise.resolve(1);
}

const resolvers = [FixtureResolver, WoodResolver, GrowthResolver] as const;
const schema = await buildSchema({ resolvers, pubSub: noPubSub });
const wrong = guardInput(schema, resolvers);

async function problemsOf(source: string): Promise<readonly FieldProblem[]> {
  const { errors, data } = await graphql({ schema, source, contextValue: {} });
  if (!errors) {
    expect(data).toBeTruthy();
    return [];
  }
  const cause = errors[0]?.originalError;
  if (!(cause instanceof GatewayError)) throw errors[0]!;
  expect(cause.code).toBe('BAD_USER_INPUT');
  return cause.fields ?? [];
}

async function placesOf(source: string): Promise<string[]> {
  return (await problemsOf(source)).map(({ path, rule }) => `${path} ${rule}`);
}

describe('guardInput', () => {
  test.each([
    ['nothing at all', '{ tree }'],
    ['null', '{ tree(tree: null) }'],
    ['explicit nulls for optional members', '{ tree(tree: { count: null, leaves: null, branch: null, words: null }) }'],
    ['arguments that are no input objects', '{ tree(since: "2030-01-31T00:00:00Z", text: "any") }'],
    ['an empty list', '{ forest(trees: []) }'],
    ['a null among items that may be null', '{ tree(tree: { leaves: [{ word: "a" }, null] }) }'],
    [
      'what keeps the rules',
      '{ tree(tree: { count: 9, leaves: [{ word: "abc" }], branch: { count: 1 }, words: ["a"] }) }',
    ],
  ])('passes %s', async (_, source) => {
    expect(await problemsOf(source)).toEqual([]);
  });

  test.each([
    ['one broken rule', '{ tree(tree: { count: 0 }) }', ['tree.count min']],
    [
      'all broken rules at every depth, in the order of the class',
      '{ tree(tree: { words: ["loud!"], branch: { count: 10, branch: { leaves: [{ word: "" }] } }, leaves: [{ word: "ok" }, { word: "long" }], count: 0 }) }',
      [
        'tree.count min',
        'tree.leaves.1.word isLength',
        'tree.branch.count max',
        'tree.branch.branch.leaves.0.word isLength',
        'tree.words.0 textLength',
        'tree.words.0 wellFormed',
      ],
    ],
    [
      'the items of a list argument',
      '{ forest(trees: [{ count: 1 }, { count: 0 }, { words: ["abcd"] }]) }',
      ['trees.1.count min', 'trees.2.words.0 textLength'],
    ],
    ['arguments of a class, by their own names', '{ page(first: 101) }', ['first max']],
    [
      'those of an input and of arguments of a class together, in the order of the arguments',
      '{ wood(first: 101, tree: { count: 0 }) { size } }',
      ['first max', 'tree.count min'],
    ],
    [
      'arguments of a field within another',
      '{ wood(tree: { count: 1 }, first: 1) { part(first: 101) } }',
      ['first max'],
    ],
    [
      'arguments of a field that its own class resolves',
      '{ wood(tree: { count: 1 }, first: 1) { own(first: 101) } }',
      ['first max'],
    ],
  ])('names %s', async (_, source, places) => {
    expect(await placesOf(source)).toEqual(places);
  });

  test('tells each problem in words, and never the value', async () => {
    const problems = await problemsOf(
      '{ tree(tree: { count: 424242, leaves: [{ word: "CANARY" }], words: ["CANARY"] }) }',
    );
    expect(problems).toHaveLength(3);
    for (const { message } of problems) expect(message).toMatch(/^\S+ .+/);
    expect(JSON.stringify(problems)).not.toMatch(/CANARY|424242/);
  });

  test(`stops at ${maxFieldProblems} problems`, async () => {
    const words = Array.from({ length: 5_000 }, () => '"long"').join(' ');
    const problems = await problemsOf(`{ tree(tree: { words: [${words}] }) }`);
    expect(problems).toHaveLength(maxFieldProblems);
    expect(problems.at(-1)?.path).toBe(`tree.words.${maxFieldProblems - 1}`);
  });

  test('lets no subscription begin with arguments that break a rule', async () => {
    const following = (first: number) =>
      subscribe({ schema, document: parse(`subscription { grown(first: ${first}) }`), contextValue: {} });
    expect(await following(101)).toMatchObject({
      errors: [{ originalError: { code: 'BAD_USER_INPUT', fields: [{ path: 'first', rule: 'max' }] } }],
    });
    expect(begun).toBe(0);
    const events = (await following(100)) as AsyncGenerator;
    expect(await events.next()).toMatchObject({ value: { data: { grown: 100 } } });
  });

  test('takes a class without a single rule for a mistake of ours', () => {
    expect(wrong).toEqual(['Query.lawless(input:) takes LawlessInput, whose class has no rules.']);
  });

  test('is not undone by a message that repeats the value', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(5);
    for (const path of sources)
      expect([path, readFileSync(`src/${path}`, 'utf8').includes('$value')]).toEqual([path, false]);
  });
});
