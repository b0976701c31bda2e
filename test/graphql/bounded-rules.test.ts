import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import {
  buildASTSchema,
  getNullableType,
  getOperationAST,
  graphql,
  isInputObjectType,
  isListType,
  parse,
  type GraphQLScalarType,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Arg, buildSchema, Field, getMetadataStorage, InputType, Query, Resolver } from 'type-graphql';
import '../../src/calls/call.resolver.js';
import '../../src/contacts/actions/contact-actions.resolver.js';
import '../../src/contacts/contact.resolver.js';
import '../../src/do-not-call/do-not-call.resolver.js';
import { GatewayError, maxFieldProblems } from '../../src/errors.js';
import { Checked } from '../../src/graphql/rules/checked.js';
import { memberRulesOf } from '../../src/graphql/member-rules.js';
import { ListOfAtMost } from '../../src/graphql/rules/list-of-at-most.rule.js';
import { mapEntriesProblems, mostEntries, type MapEntries } from '../../src/graphql/rules/map-entries.js';
import { refuseUncoercibleInput } from '../../src/operations/uncoercible-input.js';
import { guardInput } from '../../src/schema/guard-input.js';

let judged = 0;

@InputType()
class EntryInput {
  @Field(() => String)
  @Checked('counted', () => {
    judged += 1;
    return [];
  })
  readonly name!: string;
}

@InputType()
class BranchInput {
  @Field(() => [EntryInput])
  @ListOfAtMost(3)
  readonly entries!: EntryInput[];

  @Field(() => [String])
  @ListOfAtMost(1_000)
  @Checked('broken', function* (value) {
    for (const index of (value as string[]).keys()) {
      judged += 1;
      yield { path: String(index), rule: 'attributeKey', message: 'is broken' };
    }
  })
  readonly words!: string[];
}

@InputType()
class CountedInput {
  @Field(() => BranchInput)
  readonly branch!: BranchInput;
}

@Resolver()
class CountedResolver {
  @Query(() => Boolean)
  counted(@Arg('input', () => CountedInput) input: CountedInput): boolean {
    return input instanceof CountedInput;
  }
}

const schema = await buildSchema({ resolvers: [CountedResolver] });
guardInput(schema, [CountedResolver]);

async function placesOf(entries: number, words: number): Promise<string[]> {
  judged = 0;
  const { errors } = await graphql({
    schema,
    contextValue: {},
    source: 'query($input: CountedInput!) { counted(input: $input) }',
    variableValues: {
      input: {
        branch: {
          entries: Array.from({ length: entries }, () => ({ name: '' })),
          words: Array.from({ length: words }, () => ''),
        },
      },
    },
  });
  const error = errors?.[0]?.originalError;
  return error instanceof GatewayError ? error.fields!.map(({ path, rule }) => `${path} ${rule}`) : [];
}

/** The names of the input and the member for every list that a client may send in one. */
function listsOfInputs(): [inputName: string, member: string][] {
  const sdl = readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8');
  const served = buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true });
  return Object.values(served.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((input) =>
      Object.values(input.getFields())
        .filter(({ type }) => isListType(getNullableType(type)))
        .map(({ name }): [string, string] => [input.name, name]),
    );
}

describe('the length of a list', () => {
  test('is judged before its entries, of which no more are judged than may be there', async () => {
    expect(await placesOf(10_000, 1)).toEqual([
      'input.branch.entries arrayMaxSize',
      'input.branch.words.0 attributeKey',
    ]);
    expect(judged).toBe(3 + 1);
    expect(await placesOf(3, 0)).toEqual([]);
    expect(judged).toBe(3);
  });

  test.each(listsOfInputs())('has a limit in %s.%s', (inputName, member) => {
    const { target } = getMetadataStorage().inputTypes.find(({ name }) => name === inputName)!;
    expect(memberRulesOf(target).get(member)?.limit?.mostEntries).toBeGreaterThan(0);
  });

  test.each([
    ['attributes', 32_768, 64, 64 + 4_096 + 8_170],
    ['references', 4_096, 128, 128 + 1_984],
    ['nothing', 0, 64, 0],
  ])('of %s is as much as keys fit into %i bytes', (_list, bytes, symbols, most) => {
    expect(mostEntries(bytes, symbols)).toBe(most);
  });
});

describe('rules stop', () => {
  const entries = (entryProblems: (entry: string) => []): MapEntries<{ key: string }> => ({
    key: 'key',
    members: { key: ({ key }) => entryProblems(key) },
    sent: ({ key }) => [key, ''],
    maxBytes: 100,
  });

  test('at the last problem that is reported', async () => {
    const places = await placesOf(0, 1_000);
    expect(places).toHaveLength(maxFieldProblems);
    // One more, to say that there are more.
    expect(judged).toBe(maxFieldProblems + 1);
  });

  test('at the bytes that a map may have', () => {
    const seen: string[] = [];
    const rules = entries((key) => {
      seen.push(key);
      return [];
    });
    const list = Array.from({ length: 5_000 }, (_, index) => ({ key: String(index).padStart(10, '0') }));
    expect([...mapEntriesProblems(list, rules)]).toEqual([expect.objectContaining({ rule: 'maxBytes' })]);
    expect(seen).toHaveLength(11);
  });

  test('at the last problem that is reported, where something does not fit its type either', () => {
    judged = 0;
    const document = parse('query($input: CountedInput!) { counted(input: $input) }');
    const words = Array.from({ length: 1_000 }, () => '');
    const variables = { input: { branch: { entries: [0], words } } };
    const parts = { schema, document, operation: getOperationAST(document)!, variables };
    expect(() => {
      refuseUncoercibleInput(parts, undefined);
    }).toThrow(`more than ${maxFieldProblems} rules`);
    expect(judged).toBe(maxFieldProblems);
  });

  test('at the last variable that is reported', () => {
    let parsed = 0;
    const types = buildASTSchema(parse('scalar Counted type Query { all(items: [Counted!]!): Int }'));
    const counted = types.getType('Counted') as GraphQLScalarType;
    counted.parseValue = () => {
      parsed += 1;
      throw new Error('no');
    };
    const document = parse('query($items: [Counted!]!) { all(items: $items) }');
    const variables = { items: Array.from({ length: 5_000 }, () => 1) };
    const parts = { schema: types, document, operation: getOperationAST(document)!, variables };
    expect(() => {
      refuseUncoercibleInput(parts, undefined);
    }).toThrow(`more than ${maxFieldProblems} rules`);
    // The first of them once to know that something does not fit.
    expect(parsed).toBe(1 + maxFieldProblems + 1);
  });
});
