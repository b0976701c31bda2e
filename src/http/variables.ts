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
import { badUserInput, type FieldProblem } from '../errors.js';

const mostProblems = 50;

/**
 * Throws BAD_USER_INPUT with one field for every place where `variables` do not fit what `operation` declares. graphql-js would
 * refuse the same, but in sentences that repeat the values.
 */
export function refuseUnfitVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const problems: FieldProblem[] = [];
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const name = variable.name.value;
    const isGiven = Object.hasOwn(variables, name);
    if (!isGiven && (defaultValue || !isNonNullType(type))) continue;
    collectProblems(isGiven ? variables[name] : undefined, type, name, problems);
  }
  if (problems.length > 0) throw badUserInput(problems.slice(0, mostProblems));
}

function collectProblems(value: unknown, type: GraphQLInputType, path: string, problems: FieldProblem[]): void {
  if (problems.length >= mostProblems) return;
  if (isNonNullType(type)) {
    if (value === undefined) problems.push({ path, rule: 'required', message: 'is required' });
    else if (value === null) problems.push({ path, rule: 'required', message: 'must not be null' });
    else collectProblems(value, type.ofType, path, problems);
  } else if (value === null || value === undefined) {
    return;
  } else if (isListType(type)) {
    // A single value stands for a list of one.
    if (!Array.isArray(value)) collectProblems(value, type.ofType, path, problems);
    else for (const [index, item] of value.entries()) collectProblems(item, type.ofType, `${path}.${index}`, problems);
  } else if (isInputObjectType(type)) {
    collectObjectProblems(value, type, path, problems);
  } else {
    try {
      if (type.parseValue(value) !== undefined) return;
    } catch {
      // What the scalar says of the value may repeat it.
    }
    const message = isEnumType(type) ? `must be a value of the enum ${type.name}` : `must be of type ${type.name}`;
    problems.push({ path, rule: isEnumType(type) ? 'enum' : 'type', message });
  }
}

function collectObjectProblems(
  value: unknown,
  type: GraphQLInputObjectType,
  path: string,
  problems: FieldProblem[],
): void {
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push({ path, rule: 'type', message: `must be an object of type ${type.name}` });
    return;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const fields = type.getFields();
  for (const { name, type: fieldType, defaultValue } of Object.values(fields)) {
    if (Object.hasOwn(given, name)) collectProblems(given[name], fieldType, `${path}.${name}`, problems);
    else if (defaultValue === undefined) collectProblems(undefined, fieldType, `${path}.${name}`, problems);
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    // A key that is no name might be a value that slipped.
    const isName = /^[A-Za-z_]\w{0,63}$/.test(name);
    problems.push({
      path: isName ? `${path}.${name}` : path,
      rule: 'unknown',
      message: isName ? `is not a field of ${type.name}` : `has a field that ${type.name} does not have`,
    });
  }
}
