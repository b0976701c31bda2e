import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';
import type { SchemaGuards } from './schema-guards.js';

/** Gathers the scopes of what coerced argument values say: guarded input fields that are there (null too) and enum values. */
export class SaidScopes {
  readonly #expandedDefaults = new Set<GraphQLInputField>();

  constructor(
    private readonly guards: SchemaGuards,
    private readonly needed: Set<string>,
  ) {}

  /** Adds what the arguments of one field say; `values` as graphql coerces them. */
  addArguments(args: readonly GraphQLArgument[], values: Readonly<Record<string, unknown>>): void {
    for (const { name, type } of args) if (Object.hasOwn(values, name)) this.#add(values[name], type);
  }

  #add(value: unknown, type: GraphQLInputType): void {
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) this.#add(item, type);
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
        this.#require(this.guards.ofInputField(field));
        this.#add(said, field.type);
      } else if (field.defaultValue !== undefined && !this.#expandedDefaults.has(field)) {
        // graphql fills in what a client leaves out, but not what a default leaves out: there the input class fills it in,
        // later and unseen. A default may lead to itself, hence once.
        this.#expandedDefaults.add(field);
        this.#require(this.guards.ofInputField(field));
        this.#add(field.defaultValue, field.type);
      }
    }
  }

  #require(scopes: readonly string[]): void {
    for (const scope of scopes) this.needed.add(scope);
  }
}
