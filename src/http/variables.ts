import {
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { refuse, type FieldProblem } from '../errors.js';
import { UnfitValue } from '../graphql/unfit-value.js';

/**
 * Throws BAD_USER_INPUT with one field for every place where `variables` do not fit what `operation` declares. graphql-js would
 * refuse the same, but in sentences that repeat the values.
 */
export function refuseUnfitVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  refuse(problemsOf(schema, operation, variables));
}

function* problemsOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Generator<FieldProblem> {
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const name = variable.name.value;
    const isGiven = Object.hasOwn(variables, name);
    if (!isGiven && (defaultValue || !isNonNullType(type))) continue;
    yield* problemsOfValue(isGiven ? variables[name] : undefined, type, { name });
  }
}

/** Written out only where there is a problem. */
interface Path {
  readonly name: string | number;
  readonly above?: Path;
}

function pathOf({ name, above }: Path): string {
  return above ? `${pathOf(above)}.${name}` : String(name);
}

function* problemsOfValue(value: unknown, type: GraphQLInputType, path: Path): Generator<FieldProblem> {
  if (isNonNullType(type)) {
    if (value === undefined) yield { path: pathOf(path), rule: 'required', message: 'is required' };
    else if (value === null) yield { path: pathOf(path), rule: 'required', message: 'must not be null' };
    else yield* problemsOfValue(value, type.ofType, path);
  } else if (value === null || value === undefined) {
    return;
  } else if (isListType(type)) {
    // A single value stands for a list of one.
    if (!Array.isArray(value)) yield* problemsOfValue(value, type.ofType, path);
    else
      for (const [index, item] of value.entries())
        yield* problemsOfValue(item, type.ofType, { name: index, above: path });
  } else if (isInputObjectType(type)) {
    yield* problemsOfObject(value, type, path);
  } else {
    let words = `must be of type ${type.name}`;
    try {
      if (type.parseValue(value) !== undefined) return;
    } catch (error) {
      // What a scalar that is not ours says of the value may repeat it.
      if (error instanceof UnfitValue) words = error.message;
    }
    const message = isEnumType(type) ? `must be a value of the enum ${type.name}` : words;
    yield { path: pathOf(path), rule: isEnumType(type) ? 'enum' : 'type', message };
  }
}

function* problemsOfObject(value: unknown, type: GraphQLInputObjectType, path: Path): Generator<FieldProblem> {
  if (typeof value !== 'object' || Array.isArray(value)) {
    yield { path: pathOf(path), rule: 'type', message: `must be an object of type ${type.name}` };
    return;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const fields = type.getFields();
  for (const { name, type: fieldType, defaultValue } of Object.values(fields)) {
    if (Object.hasOwn(given, name)) yield* problemsOfValue(given[name], fieldType, { name, above: path });
    else if (defaultValue === undefined) yield* problemsOfValue(undefined, fieldType, { name, above: path });
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    // A key that is no name might be a value that slipped.
    const isName = /^[A-Za-z_]\w{0,63}$/.test(name);
    yield {
      path: pathOf(isName ? { name, above: path } : path),
      rule: 'unknown',
      message: isName ? `is not a field of ${type.name}` : `has a field that ${type.name} does not have`,
    };
  }
}
