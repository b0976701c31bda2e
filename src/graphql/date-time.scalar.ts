import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { CoercionError } from './coercion-error.js';

const wanted = 'write an ISO 8601 date and time with seconds and an offset from UTC, such as 2026-11-28T10:30:00Z';

/** What a date and time may lack; the first match says it. The input of a browser gives it without an offset, and often without seconds. */
const lacks: readonly (readonly [string, RegExp])[] = [
  ['has no time', /^\d{4}-\d\d-\d\d$/],
  ['has neither seconds nor an offset from UTC', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/i],
  ['has no offset from UTC', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?$/i],
  ['has no seconds', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)$/i],
];

function wordsFor(value: unknown): string {
  if (typeof value !== 'string') return 'must be a string';
  return lacks.find(([, pattern]) => pattern.test(value))?.[0] ?? 'is not a valid date and time';
}

function dateFrom(value: unknown, literal?: ValueNode): Date {
  try {
    return GraphQLDateTime.parseValue(value);
  } catch {
    // Its words repeat the value.
    throw new CoercionError(`${wordsFor(value)}; ${wanted}`, literal);
  }
}

/** The DateTime of graphql-scalars, which also says what a value lacks. */
export const DateTime = new GraphQLScalarType<Date, Date>({
  ...GraphQLDateTime.toConfig(),
  parseValue: (value) => dateFrom(value),
  parseLiteral: (node) => dateFrom(node.kind === Kind.STRING ? node.value : undefined, node),
});
