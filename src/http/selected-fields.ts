import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf, type OperationParts } from './operation-size.js';

/** A field as an operation selects it; `path` holds the names that lead to it in the answer. */
export interface SelectedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly path: readonly string[];
}

/** The fields with arguments that would be executed, each place in the answer once. The operation is within its limits, so that its fragments end. */
export function* fieldsWithArguments(
  { schema, document, operation }: OperationParts,
  isSelected: (selection: SelectionNode) => boolean,
): Generator<SelectedField> {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();
  function* below(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    above: readonly string[],
  ): Generator<SelectedField> {
    for (const selection of selections) {
      if (!isSelected(selection)) continue;
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        if (fragment) yield* below(fragment.selectionSet, type, above);
        continue;
      }
      if (!isObjectType(parent) && !isInterfaceType(parent)) continue;
      const field = parent.getFields()[selection.name.value];
      if (!field) continue;
      const path = [...above, (selection.alias ?? selection.name).value];
      const place = `${parent.name} ${path.join('.')}`;
      if (field.args.length > 0 && !seen.has(place)) yield { field, node: selection, path };
      seen.add(place);
      if (selection.selectionSet) yield* below(selection.selectionSet, getNamedType(field.type), path);
    }
  }
  yield* below(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, []);
}
