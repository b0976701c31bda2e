import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
} from 'graphql';
import type { FieldProblem } from '../errors.js';
import { CoercionError } from './coercion-error.js';
import { put, unreadable } from './unreadable.js';

/** Where a value stands; written out only where there is a problem. */
export interface Path {
  readonly name: string | number;
  readonly above: Path | undefined;
}

export function textOf({ name, above }: Path): string {
  return above ? `${textOf(above)}.${name}` : String(name);
}

/** Something that has a type and perhaps a default: an argument, or a member of an input. */
export interface InputDefinition {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}

/**
 * What a JSON value is for `type`, as far as it fits: where it does not, it is `unreadable`, and a problem says so. graphql-js coerces alike, but
 * gives up the whole value for one wrong part, and says so in sentences that repeat it.
 */
export function* readValue(value: unknown, type: GraphQLInputType, path: Path): Generator<FieldProblem, unknown> {
  if (isNonNullType(type)) {
    if (value === undefined || value === null) return yield* missing(value, path);
    return yield* readValue(value, type.ofType, path);
  }
  if (value === undefined || value === null) return value;
  if (isListType(type)) {
    const list: unknown[] = [];
    // A single value stands for a list of one.
    if (!Array.isArray(value)) put(list, 0, yield* readValue(value, type.ofType, { name: 0, above: path }));
    else
      for (const [index, item] of value.entries())
        put(list, index, yield* readValue(item, type.ofType, { name: index, above: path }));
    return list;
  }
  return yield* isInputObjectType(type) ? readObject(value, type, path) : readLeaf(value, type, path);
}

/** What is there where nothing was written: the default; nothing; or `unreadable`, where there must be something. */
export function* readAbsent({ type, defaultValue }: InputDefinition, path: Path): Generator<FieldProblem, unknown> {
  if (defaultValue !== undefined) return defaultValue;
  return isNonNullType(type) ? yield* missing(undefined, path) : undefined;
}

/** The problem of what must be there and not null. */
export function* missing(value: null | undefined, path: Path): Generator<FieldProblem, typeof unreadable> {
  yield { path: textOf(path), rule: 'required', message: value === null ? 'must not be null' : 'is required' };
  return unreadable;
}

function* readLeaf(value: unknown, type: GraphQLLeafType, path: Path): Generator<FieldProblem, unknown> {
  try {
    const read: unknown = type.parseValue(value);
    if (read !== undefined) return read;
  } catch (error) {
    // What a scalar that is not ours says of the value may repeat it.
    if (error instanceof CoercionError) {
      yield { path: textOf(path), rule: 'type', message: error.message };
      return unreadable;
    }
  }
  yield isEnumType(type)
    ? { path: textOf(path), rule: 'enum', message: enumMessage(type) }
    : { path: textOf(path), rule: 'type', message: `must be of type ${type.name}` };
  return unreadable;
}

/** Of so many values and fewer each is named. */
const namedValues = 12;

function enumMessage(type: GraphQLEnumType): string {
  const names = type.getValues().map(({ name }) => name);
  return names.length > namedValues ? `must be a value of the enum ${type.name}` : `must be one of ${names.join(', ')}`;
}

function* readObject(value: object, type: GraphQLInputObjectType, path: Path): Generator<FieldProblem, unknown> {
  if (typeof value !== 'object' || Array.isArray(value)) {
    yield { path: textOf(path), rule: 'type', message: `must be an object of type ${type.name}` };
    return unreadable;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const read = Object.create(null) as object;
  const fields = type.getFields();
  for (const field of Object.values(fields)) {
    const at = { name: field.name, above: path };
    const member: unknown = Object.hasOwn(given, field.name)
      ? yield* readValue(given[field.name], field.type, at)
      : yield* readAbsent(field, at);
    if (member !== undefined) put(read, field.name, member);
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    // A key that is no name might be a value that slipped.
    const isName = /^[A-Za-z_]\w{0,63}$/.test(name);
    yield {
      path: textOf(isName ? { name, above: path } : path),
      rule: 'unknown',
      message: isName ? `is not a field of ${type.name}` : `has a field that ${type.name} does not have`,
    };
  }
  return read;
}
