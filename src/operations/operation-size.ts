import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A list that no argument sizes: `attributes`, `references`. */
const rowsOfUnsizedList = 10;

export interface OperationParts {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As they came, before coercion. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Of an operation or of a part of it, each time its fragments are used. */
export interface OperationSize {
  readonly fields: number;
  readonly aliases: number;
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly cost: number;
  /** Cost of each row of the lists that take their size from an argument of the field above them (`nodes`). */
  readonly costPerRow: number;
}

const nothing: OperationSize = { fields: 0, aliases: 0, depth: 0, introspectionDepth: 0, cost: 0, costPerRow: 0 };

/** Of operations whose size does not depend on their variables. */
const constantSizes = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, OperationSize>>();

/** The size of an operation; linear in its document, whatever its fragments do to each other. */
export function sizeOf(parts: OperationParts): OperationSize {
  const known = constantSizes.get(parts.schema) ?? new WeakMap<OperationDefinitionNode, OperationSize>();
  constantSizes.set(parts.schema, known);
  const before = known.get(parts.operation);
  if (before) return before;
  const sizing = new Sizing(parts);
  const size = sizing.ofOperation();
  if (!sizing.hasReadVariables) known.set(parts.operation, size);
  return size;
}

/** The fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
}

class Sizing {
  readonly #fragments: Map<string, FragmentDefinitionNode>;
  readonly #sizes = new Map<string, OperationSize>();
  /** With other variables the operation may have another size. */
  hasReadVariables = false;

  constructor(private readonly parts: OperationParts) {
    this.#fragments = fragmentsOf(parts.document);
  }

  ofOperation(): OperationSize {
    const { schema, operation } = this.parts;
    const size = this.#ofSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
    return { ...size, cost: costOfRow(size) };
  }

  #ofSelections({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): OperationSize {
    return selections
      .map((selection) => {
        if (selection.kind === Kind.FIELD) return this.#ofField(selection, parent);
        if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value);
        const condition = selection.typeCondition?.name.value;
        const type = condition === undefined ? parent : this.parts.schema.getType(condition);
        return this.#ofSelections(selection.selectionSet, type);
      })
      .reduce(sum, nothing);
  }

  #ofFragment(name: string): OperationSize {
    const known = this.#sizes.get(name);
    if (known) return known;
    // Stands in for a fragment that contains itself, which validation refuses.
    this.#sizes.set(name, nothing);
    const fragment = this.#fragments.get(name);
    if (!fragment) return nothing;
    const type = this.parts.schema.getType(fragment.typeCondition.name.value);
    const size = this.#ofSelections(fragment.selectionSet, type);
    this.#sizes.set(name, size);
    return size;
  }

  #ofField(node: FieldNode, parent: GraphQLNamedType | undefined): OperationSize {
    const field = fieldOf(node, parent);
    const type = field && getNamedType(field.type);
    const below = node.selectionSet
      ? this.#ofSelections(node.selectionSet, isCompositeType(type) ? type : undefined)
      : nothing;
    const isIntrospection = type?.name.startsWith('__') ?? false;
    const depth = isIntrospection ? 1 : below.depth + 1;
    return {
      fields: below.fields + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      depth,
      introspectionDepth: isIntrospection ? below.introspectionDepth + 1 : below.introspectionDepth,
      ...this.#costOf(node, field, below, isIntrospection),
    };
  }

  #costOf(
    node: FieldNode,
    field: GraphQLField<unknown, unknown> | undefined,
    below: OperationSize,
    isIntrospection: boolean,
  ) {
    // What introspection may list is the schema, whose size is ours.
    if (isIntrospection || !field) return { cost: below.cost + below.costPerRow + 1, costPerRow: 0 };
    const own = costOfField(field);
    const rows = this.#rowsOf(node, field);
    if (!isListType(getNullableType(field.type))) return { cost: capped(costOfRow(below, rows) + own), costPerRow: 0 };
    if (rows === undefined) return { cost: own, costPerRow: costOfRow(below) };
    return { cost: capped(rows * costOfRow(below) + own), costPerRow: 0 };
  }

  /** The number of rows that the arguments of a field ask for: `first`, or for a list the length of the list it is given. */
  #rowsOf(node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
    for (const argument of field.args) {
      const isSize = argument.name === 'first';
      const isKeys = isListType(getNullableType(argument.type)) && isListType(getNullableType(field.type));
      if (!isSize && !isKeys) continue;
      const value = this.#argumentValue(node, argument.name) ?? argument.defaultValue;
      if (isSize && typeof value === 'number') return Math.max(value, 0);
      if (isKeys && Array.isArray(value)) return value.length;
    }
    return undefined;
  }

  #argumentValue(node: FieldNode, name: string): unknown {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    // A list that is written out may hold some, too.
    if (value && value.kind !== Kind.INT) this.hasReadVariables = true;
    if (value?.kind !== Kind.VARIABLE) return value && valueFromASTUntyped(value, this.parts.variables);
    const { variables } = this.parts;
    const variable = value.name.value;
    const given = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
    if (given !== undefined) return given;
    const definition = this.parts.operation.variableDefinitions?.find(
      ({ variable }) => variable.name.value === value.name.value,
    );
    return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
  }
}

/** The field that a node selects of `parent`, those of introspection included. */
export function fieldOf(
  node: FieldNode,
  parent: GraphQLNamedType | undefined,
): GraphQLField<unknown, unknown> | undefined {
  const name = node.name.value;
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

/** What its declaration says: see graphql/field-cost.ts. */
function costOfField({ extensions: { complexity } }: GraphQLField<unknown, unknown>): number {
  return typeof complexity === 'number' ? complexity : 1;
}

function costOfRow({ cost, costPerRow }: OperationSize, rows = rowsOfUnsizedList): number {
  return capped(cost + rows * costPerRow);
}

/** Keeps fragments that double each other from reaching Infinity, where 0 rows of it would be NaN and pass every limit. */
function capped(cost: number): number {
  return Math.min(cost, Number.MAX_SAFE_INTEGER);
}

function sum(left: OperationSize, right: OperationSize): OperationSize {
  return {
    fields: capped(left.fields + right.fields),
    aliases: capped(left.aliases + right.aliases),
    depth: Math.max(left.depth, right.depth),
    introspectionDepth: Math.max(left.introspectionDepth, right.introspectionDepth),
    cost: capped(left.cost + right.cost),
    costPerRow: capped(left.costPerRow + right.costPerRow),
  };
}
