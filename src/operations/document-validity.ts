import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { GatewayError } from '../errors.js';
import { fragmentsOf } from './operation-size.js';

export interface Validity {
  /** Lets graphql suggest names of the schema. */
  readonly hasSuggestions: boolean;
  readonly allowsIntrospection: boolean;
}

/** Throws an AggregateError of at most 20 mistakes where the document does not fit the schema. */
export function refuseInvalidDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  { hasSuggestions, allowsIntrospection }: Validity,
): void {
  const rules = allowsIntrospection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const invalid = validate(schema, document, rules, { maxErrors: 20, hideSuggestions: !hasSuggestions });
  if (invalid.length > 0) throw new AggregateError(invalid.map(withCode));
}

/** Marks what graphql says of a document, which it does not mark itself. */
function withCode({ message, nodes, originalError }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes, originalError, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

/** graphql 16 falls over a subscription whose field is left out; the specification has forbidden it since September 2025. */
export function refuseConditionalField(document: DocumentNode, operation: OperationDefinitionNode): void {
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
  const fragments = fragmentsOf(document);
  const hasCondition = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) return true;
      if (selection.kind === Kind.FIELD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT) return hasCondition(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      fragments.delete(selection.name.value);
      return fragment !== undefined && hasCondition(fragment.selectionSet);
    });
  if (hasCondition(operation.selectionSet)) {
    throw new GatewayError(
      'GRAPHQL_VALIDATION_FAILED',
      'The field of a subscription takes neither @skip nor @include; subscribe to it or do not.',
    );
  }
}
