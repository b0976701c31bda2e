import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';
import type { SchemaGuards } from './schema-guards.js';

/**
 * Gathers the scopes that argument values need: those of guarded input fields that are present (null too), and of enum values. An input field at its
 * default value needs none of its own scopes: leaving it out means the same, and the resolver gets the same.
 */
export class ArgumentScopes {
  readonly #expandedDefaults = new Set<GraphQLInputField>();

  constructor(
    private readonly guards: SchemaGuards,
    private readonly needed: Set<string>,
  ) {}

  /** Adds what the arguments of one field need; `values` as graphql coerces them, or as they were sent: an enum value of ours is its name. */
  addArguments(args: readonly GraphQLArgument[], values: Readonly<Record<string, unknown>>): void {
    for (const { name, type } of args) if (Object.hasOwn(values, name)) this.#add(values[name], type);
  }

  #add(value: unknown, type: GraphQLInputType): void {
    if (Array.isArray(value)) {
      // What was sent may hold lists in lists, deeper than any type and than the stack.
      const list = getNullableType(type);
      if (isListType(list)) for (const item of value as unknown[]) this.#add(item, list.ofType);
      return;
    }
    const named = getNamedType(type);
    if (isEnumType(named)) this.#require(this.guards.ofEnumValue(named, value));
    else if (isInputObjectType(named) && typeof value === 'object' && value !== null) this.#addObject(value, named);
  }

  #addObject(value: object, type: GraphQLInputObjectType): void {
    for (const field of this.guards.inputFieldsOf(type)) {
      const said: unknown = Object.hasOwn(value, field.name) ? Reflect.get(value, field.name) : undefined;
      if (said !== undefined) {
        // Also where it was left out: graphql has filled it in before this is asked.
        if (!isDefault(said, field)) this.#require(this.guards.ofInputField(field));
        this.#add(said, field.type);
      } else if (field.defaultValue !== undefined && !this.#expandedDefaults.has(field)) {
        // graphql fills in what a client leaves out, but not what a default leaves out: there the input class fills it in,
        // later and unseen. A default may lead to itself, hence once.
        this.#expandedDefaults.add(field);
        this.#add(field.defaultValue, field.type);
      }
    }
  }

  #require(scopes: readonly string[]): void {
    for (const scope of scopes) this.needed.add(scope);
  }
}

/** Without a default leaving a field out is saying nothing, and null says something. */
function isDefault(said: unknown, { defaultValue }: GraphQLInputField): boolean {
  return defaultValue !== undefined && isSame(said, defaultValue);
}

/** Of values that are neither plain, nor the very same, nothing is known: they count as different. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** Coerced input objects have the usual prototype, those of a document none. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
