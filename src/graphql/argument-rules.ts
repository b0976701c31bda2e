import type { GraphQLField } from 'graphql';
import type { FieldProblem } from '../errors.js';
import type { Caller } from '../request.js';

/** Names the rules that the arguments of a field break, as graphql coerced them or as far as they could be read. */
export type ArgumentRules = (
  args: Readonly<Record<string, unknown>>,
  caller: Caller | undefined,
) => Iterable<FieldProblem>;

const key = 'argumentRules';

type AnyField = GraphQLField<unknown, never>;

/** Gives a field its rules; it keeps them in whatever schema is made from its own. */
export function setArgumentRules(field: AnyField, rules: ArgumentRules): void {
  field.extensions = { ...field.extensions, [key]: rules };
}

export function argumentRulesOf({ extensions }: Pick<AnyField, 'extensions'>): ArgumentRules | undefined {
  return extensions[key] as ArgumentRules | undefined;
}
