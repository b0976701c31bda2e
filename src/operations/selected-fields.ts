import {
  getNamedType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Path } from '../graphql/read-value.js';
import { fieldOf, fragmentsOf, type OperationParts } from './operation-size.js';

/** A field as an operation selects it. */
export interface SelectedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** Where it stands in the answer. */
  readonly place: Path;
}

/** A name in a document may be as long as the document, and stand before each of many problems. */
const maxNameCharacters = 64;

/** The fields with arguments that would be executed, each place in the answer once. The operation is within its limits, so that its fragments end. */
export function* fieldsWithArguments(
  { schema, document, operation }: OperationParts,
  isSelected: (selection: SelectionNode) => boolean,
): Generator<SelectedField> {
  const fragments = fragmentsOf(document);
  function* below(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    above: Place,
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
      const field = fieldOf(selection, parent);
      if (!field) continue;
      const { place, isNew } = above.of(field, (selection.alias ?? selection.name).value);
      if (isNew && field.args.length > 0) yield { field, node: selection, place };
      if (selection.selectionSet) yield* below(selection.selectionSet, getNamedType(field.type), place);
    }
  }
  yield* below(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, Place.answer());
}

/** A place in the answer, and those below it. */
class Place implements Path {
  readonly #below = new Map<object, Map<string, Place>>();

  constructor(
    readonly name: string,
    readonly above: Place | undefined,
  ) {}

  /** The answer itself, which stands nowhere. */
  static answer(): Place {
    return new Place('', undefined);
  }

  /** That of a field under its name in the answer; by field, for several types may have one of that name. */
  of(field: object, name: string): { place: Place; isNew: boolean } {
    const ofField = this.#below.get(field) ?? new Map<string, Place>();
    this.#below.set(field, ofField);
    const known = ofField.get(name);
    if (known) return { place: known, isNew: false };
    const place = new Place(name.slice(0, maxNameCharacters), this.name === '' ? undefined : this);
    ofField.set(name, place);
    return { place, isNew: true };
  }
}
