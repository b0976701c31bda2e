import { describe, expect, test } from '@jest/globals';
import { graphql, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { DateTime } from '../../src/graphql/date-time.scalar.js';
import { CoercionError } from '../../src/graphql/coercion-error.js';

const wanted = 'write an ISO 8601 date and time with seconds and an offset from UTC, such as 2026-11-28T10:30:00Z';

const unfit: readonly (readonly [value: unknown, words: string])[] = [
  ['2026-11-28T10:30', 'has neither seconds nor an offset from UTC'],
  ['2026-11-28 10:30', 'has neither seconds nor an offset from UTC'],
  ['2026-11-28T10:30:00', 'has no offset from UTC'],
  ['2026-11-28T10:30:00.000', 'has no offset from UTC'],
  ['2026-11-28T10:30Z', 'has no seconds'],
  ['2026-11-28T10:30+01:00', 'has no seconds'],
  ['2026-11-28', 'has no time'],
  ['2026-02-30T10:30:00Z', 'is not a valid date and time'],
  ['2026-11-28T10:30:00+0100', 'is not a valid date and time'],
  ['c4n4ry', 'is not a valid date and time'],
  ['', 'is not a valid date and time'],
  [1_764_325_800, 'must be a string'],
  [{ c4n4ry: 1 }, 'must be a string'],
];

describe('a DateTime', () => {
  test.each(['2026-11-28T10:30:00Z', '2026-11-28T11:30:00.000+01:00'])('may be %s', (text) => {
    expect(DateTime.parseValue(text)).toEqual(new Date('2026-11-28T10:30:00Z'));
  });

  test.each(unfit)('%j is refused with what it lacks and an example, and not repeated', (value, words) => {
    expect(() => DateTime.parseValue(value)).toThrow(new CoercionError(`${words}; ${wanted}`));
  });

  test('is refused in the same words, with its place, in a document', async () => {
    const at = { type: GraphQLString, args: { at: { type: DateTime } } };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { at } }) });
    const { errors } = await graphql({ schema, source: '{ at(at: "2026-11-28T10:30:00") }' });
    expect(errors?.map(({ message, locations }) => [message, locations])).toEqual([
      [`has no offset from UTC; ${wanted}`, [{ line: 1, column: 10 }]],
    ]);
  });
});
