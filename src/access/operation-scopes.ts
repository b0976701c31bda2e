import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { ArgumentScopes } from './argument-scopes.js';
import type { SchemaGuards } from './schema-guards.js';

type Values = Readonly<Record<string, unknown>>;

export interface GuardedSchema {
  readonly schema: GraphQLSchema;
  readonly guards: SchemaGuards;
  /** What a reference resolver needs, by the name of its entity. */
  readonly referenceScopes: ReadonlyMap<string, readonly string[]>;
}

/**
 * The scopes that an operation needs: of every field it would execute and the types these return, of every entity it names, and
 * of every guarded thing its arguments say. Follows graphql's own execution; what cannot be read counts as executed. Never
 * throws for what a client sent: an operation whose variables cannot be coerced fails as a whole anyway, and needs the scopes of what they say as
 * they came, so that nobody is told what is wrong with what they may not say.
 */
export function operationScopes(
  guarded: GuardedSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Values,
): ReadonlySet<string> {
  const walk = new OperationWalk(guarded, document, operation, variables);
  const rootType = guarded.schema.getRootType(operation.operation);
  if (rootType) walk.enter(operation.selectionSet, [rootType]);
  return walk.needed;
}

class OperationWalk {
  readonly needed = new Set<string>();
  readonly #argumentScopes: ArgumentScopes;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** What a selection needs depends on nothing but its type, so nested fragments cost no more than their size. */
  readonly #walked = new Map<SelectionSetNode, Set<GraphQLObjectType>>();
  #coerced: CoercedVariables | undefined;

  constructor(
    private readonly guarded: GuardedSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Values,
  ) {
    this.#argumentScopes = new ArgumentScopes(guarded.guards, this.needed);
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  /** Adds what it takes to reach objects of these types and to read the selection from them. */
  enter(selectionSet: SelectionSetNode, types: readonly GraphQLObjectType[]): void {
    for (const type of types) {
      this.#require(this.guarded.guards.ofType(type));
      this.#walk(selectionSet, type);
    }
  }

  #walk(selectionSet: SelectionSetNode, type: GraphQLObjectType): void {
    const walked = this.#walked.get(selectionSet) ?? new Set();
    if (walked.has(type)) return;
    this.#walked.set(selectionSet, walked.add(type));
    for (const selection of selectionSet.selections) if (this.#isExecuted(selection)) this.#select(selection, type);
  }

  #select(selection: SelectionNode, type: GraphQLObjectType): void {
    if (selection.kind === Kind.FIELD) {
      const field = type.getFields()[selection.name.value];
      if (field) this.#addField(field, selection, type);
      return;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
    if (fragment && this.#applies(fragment.typeCondition?.name.value, type)) this.#walk(fragment.selectionSet, type);
  }

  #addField(field: GraphQLField<unknown, unknown>, node: FieldNode, parent: GraphQLObjectType): void {
    const { guards, schema } = this.guarded;
    this.#require(guards.ofField(field));
    const args = guards.argumentsOf(field);
    if (args.length > 0) this.#argumentScopes.addArguments(args, this.#argumentsOf(field, node));

    const returned = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(returned)) return;
    const isReference = field.name === '_entities' && parent === schema.getQueryType();
    this.enter(node.selectionSet, isReference ? this.#referenced(field, node, returned) : this.#possible(returned));
  }

  /** The entities that `representations` name, all of them where that is not readable; adds what their resolvers need. */
  #referenced(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    union: GraphQLCompositeType,
  ): GraphQLObjectType[] {
    const { representations } = this.#argumentsOf(field, node);
    const names = Array.isArray(representations) ? representations.map(typeNameIn) : [undefined];
    const entities = this.#possible(union);
    const isReadable = names.every((name) => entities.some((entity) => entity.name === name));
    const referenced = isReadable ? entities.filter((entity) => names.includes(entity.name)) : [...entities];
    for (const entity of referenced) this.#require(this.guarded.referenceScopes.get(entity.name) ?? []);
    return referenced;
  }

  #possible(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
    return isAbstractType(type) ? this.guarded.schema.getPossibleTypes(type) : [type];
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = this.guarded.schema.getType(condition);
    return isAbstractType(named) && this.guarded.schema.isSubType(named, type);
  }

  #isExecuted(node: SelectionNode): boolean {
    if (!node.directives?.length) return true;
    try {
      return (
        getDirectiveValues(GraphQLSkipDirective, node, this.#coercedVariables().fitting)?.if !== true &&
        getDirectiveValues(GraphQLIncludeDirective, node, this.#coercedVariables().fitting)?.if !== false
      );
    } catch {
      return true;
    }
  }

  /** As the resolver would get them; as they were sent where graphql refuses them, and so never calls it. */
  #argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Values {
    const { fitting, doAllFit } = this.#coercedVariables();
    try {
      if (doAllFit) return getArgumentValues(field, node, fitting);
    } catch {
      // A null that only a variable made possible.
    }
    return argumentsAsSent(field, node, this.operation, this.variables);
  }

  #coercedVariables(): CoercedVariables {
    return (this.#coerced ??= coerce(this.guarded.schema, this.operation, this.variables));
  }

  #require(scopes: readonly string[]): void {
    for (const scope of scopes) this.needed.add(scope);
  }
}

/** The variables as the execution sees them; where one is wrong, those that are not. */
interface CoercedVariables {
  readonly fitting: Values;
  readonly doAllFit: boolean;
}

function coerce(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Values,
): CoercedVariables {
  const { coerced } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
  if (coerced) return { fitting: coerced, doAllFit: true };
  const fitting = variableDefinitions.flatMap((definition) =>
    Object.entries(getVariableValues(schema, [definition], variables, { maxErrors: 1 }).coerced ?? {}),
  );
  return { fitting: Object.fromEntries(fitting), doAllFit: false };
}

/** Not coerced; defaults are filled in. */
function argumentsAsSent(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Values,
): Values {
  const sent = Object.create(null) as Record<string, unknown>;
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (Object.hasOwn(variables, name)) sent[name] = variables[name];
    else if (defaultValue) sent[name] = valueFromASTUntyped(defaultValue);
  }
  return Object.fromEntries(
    field.args.flatMap(({ name, defaultValue }) => {
      const written = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const said = written && valueFromASTUntyped(written, sent);
      const value = said === undefined ? defaultValue : said;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function typeNameIn(representation: unknown): unknown {
  return typeof representation === 'object' && representation !== null && Object.hasOwn(representation, '__typename')
    ? Reflect.get(representation, '__typename')
    : undefined;
}
