import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { CoercionError } from './coercion-error.js';

function textFrom(value: unknown, literal?: ValueNode): string {
  if (typeof value === 'string') return value;
  throw new CoercionError('must be a string: a plus, the country code and the number, such as "+12065550100"', literal);
}

/** A phone number in E.164 form. Any string comes in, so that `@IsPhoneNumber` can say what is wrong with it. */
export const PhoneNumber = new GraphQLScalarType<string, string>({
  name: 'PhoneNumber',
  description: 'A phone number in E.164 form: a plus, the country code and the number. Example: `+12065550100`.',
  serialize: (value) => textFrom(value),
  parseValue: (value) => textFrom(value),
  parseLiteral: (node) => textFrom(node.kind === Kind.STRING ? node.value : undefined, node),
});
