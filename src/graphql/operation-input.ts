import {
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  valueFromAST,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { FieldProblem } from '../errors.js';
import { missing, readAbsent, readValue, type InputDefinition, type Path } from './read-value.js';
import { put, unreadable } from './unreadable.js';

interface Variable {
  readonly node: VariableDefinitionNode;
  readonly type: GraphQLInputType;
}

/** What a validated operation says as arguments, its variables included, as far as it fits the types. */
export class OperationInput {
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #used = new Set<string>();

  constructor(
    schema: GraphQLSchema,
    { variableDefinitions = [] }: OperationDefinitionNode,
    /** As they came. */
    private readonly given: Readonly<Record<string, unknown>>,
  ) {
    this.#variables = new Map(
      variableDefinitions.flatMap((node) => {
        const type = typeFromAST(schema, node.type);
        return isInputType(type) ? [[node.variable.name.value, { node, type }]] : [];
      }),
    );
  }

  /** The arguments of a field, with a problem for each that is `unreadable` somewhere; the paths begin with `above`. */
  *argumentsOf(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    above?: Path,
  ): Generator<FieldProblem, Record<string, unknown>> {
    const args = Object.create(null) as Record<string, unknown>;
    for (const argument of field.args) {
      const said = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
      const read = yield* this.#member(said, argument, { name: argument.name, above });
      if (read !== undefined) put(args, argument.name, read);
    }
    return args;
  }

  /** The argument `if` of a directive; its problems are told of the variable. */
  *condition(node: ValueNode): Generator<FieldProblem, boolean | typeof unreadable> {
    if (node.kind === Kind.BOOLEAN) return node.value;
    if (node.kind !== Kind.VARIABLE) return unreadable;
    const path = { name: node.name.value, above: undefined };
    const read = yield* this.#variable(node.name.value, path);
    if (typeof read === 'boolean' || read === unreadable) return read;
    return yield* missing(null, path);
  }

  /** The problems of variables that nothing of the above has read; their paths are the names of the variables. */
  *unusedVariables(): Generator<FieldProblem> {
    for (const name of this.#variables.keys())
      if (!this.#used.has(name)) yield* this.#variable(name, { name, above: undefined });
  }

  *#member(node: ValueNode | undefined, member: InputDefinition, path: Path): Generator<FieldProblem, unknown> {
    const read = node && (yield* this.#node(node, member.type, path));
    // A variable that is not given is as if nothing had been written.
    return read === undefined ? yield* readAbsent(member, path) : read;
  }

  *#node(node: ValueNode, type: GraphQLInputType, path: Path): Generator<FieldProblem, unknown> {
    const nullable = getNullableType(type);
    if (node.kind === Kind.VARIABLE) {
      const read = yield* this.#variable(node.name.value, path);
      return read === null && isNonNullType(type) ? yield* missing(null, path) : read;
    }
    if (isListType(nullable) && node.kind !== Kind.NULL) {
      const list: unknown[] = [];
      if (node.kind !== Kind.LIST) put(list, 0, yield* this.#node(node, nullable.ofType, { name: 0, above: path }));
      else
        for (const [index, item] of node.values.entries()) {
          const at = { name: index, above: path };
          const read = yield* this.#node(item, nullable.ofType, at);
          const isMissing = read === undefined && isNonNullType(nullable.ofType);
          put(list, index, isMissing ? yield* missing(undefined, at) : (read ?? null));
        }
      return list;
    }
    if (isInputObjectType(nullable) && node.kind === Kind.OBJECT) {
      const read = Object.create(null) as object;
      for (const field of Object.values(nullable.getFields())) {
        const said = node.fields.find(({ name }) => name.value === field.name)?.value;
        const member = yield* this.#member(said, field, { name: field.name, above: path });
        if (member !== undefined) put(read, field.name, member);
      }
      return read;
    }
    // Validation has judged what is written, and found no variable but within a scalar.
    const written: unknown = valueFromAST(node, nullable, this.given);
    return written === undefined ? unreadable : written;
  }

  *#variable(name: string, path: Path): Generator<FieldProblem, unknown> {
    const variable = this.#variables.get(name);
    if (!variable) return undefined;
    this.#used.add(name);
    const { node, type } = variable;
    if (Object.hasOwn(this.given, name)) return yield* readValue(this.given[name], type, path);
    const defaultValue: unknown = node.defaultValue && valueFromAST(node.defaultValue, type);
    return yield* readAbsent({ name, type, defaultValue }, path);
  }
}
