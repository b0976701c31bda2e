import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

function textFrom(value: unknown): string {
  // graphql's own wording would repeat the value.
  if (typeof value !== 'string') throw new GraphQLError('PhoneNumber must be a string, such as "+12065550100".');
  return value;
}

/** A phone number in E.164 form. Any string comes in, so that `@IsPhoneNumber` can report it together with every other broken rule. */
export const PhoneNumber = new GraphQLScalarType<string, string>({
  name: 'PhoneNumber',
  description: 'A phone number in E.164 form: a plus, the country code and the number. Example: `+12065550100`.',
  serialize: textFrom,
  parseValue: textFrom,
  parseLiteral: (node) => textFrom(node.kind === Kind.STRING ? node.value : undefined),
});
