import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;
type Scopes = readonly string[];

interface Guardable {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] | undefined }[];
}

const none: Scopes = [];

/** The scopes of every `@authorize` on an element of a schema, in the order of writing. */
export function scopesOn({ astNode, extensionASTNodes = [] }: Guardable): Scopes {
  const found = [astNode, ...extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => directive.name.value === 'authorize')
    .flatMap((directive) => directive.arguments?.find((argument) => argument.name.value === 'scopes') ?? [])
    .flatMap((argument) => valueFromASTUntyped(argument.value) as string | string[]);
  return found.length > 0 ? [...new Set(found)] : none;
}

/** What a schema guards, read once: the scopes of its elements, and which input can say something guarded at all. */
export class SchemaGuards {
  readonly #fields = new Map<Field, Scopes>();
  readonly #types = new Map<GraphQLObjectType, Scopes>();
  readonly #enumValues = new Map<GraphQLEnumType, ReadonlyMap<unknown, Scopes>>();
  readonly #arguments = new Map<Field, readonly GraphQLArgument[]>();
  readonly #inputFields = new Map<GraphQLInputObjectType, readonly GraphQLInputField[]>();
  readonly #inputFieldScopes = new Map<GraphQLInputField, Scopes>();

  constructor(schema: GraphQLSchema) {
    const types = Object.values(schema.getTypeMap());
    const saying = typesThatSaySomethingGuarded(types);
    const says = ({ type }: { type: GraphQLInputType }) => saying.has(getNamedType(type));

    for (const type of types) {
      if (isObjectType(type)) {
        this.#types.set(type, scopesOn(type));
        for (const field of Object.values(type.getFields())) {
          this.#fields.set(field, scopesOfField(type, field));
          this.#arguments.set(field, field.args.filter(says));
        }
      } else if (isEnumType(type) && saying.has(type)) {
        // Coerced arguments hold the internal values, not the names.
        this.#enumValues.set(type, new Map(type.getValues().map((value) => [value.value as unknown, scopesOn(value)])));
      } else if (isInputObjectType(type) && saying.has(type)) {
        const fields = Object.values(type.getFields()).filter((field) => says(field) || scopesOn(field).length > 0);
        this.#inputFields.set(type, fields);
        for (const field of fields) this.#inputFieldScopes.set(field, scopesOn(field));
      }
    }
  }

  ofField(field: Field): Scopes {
    return this.#fields.get(field) ?? none;
  }

  ofType(type: GraphQLObjectType): Scopes {
    return this.#types.get(type) ?? none;
  }

  ofEnumValue(type: GraphQLEnumType, internalValue: unknown): Scopes {
    return this.#enumValues.get(type)?.get(internalValue) ?? none;
  }

  ofInputField(field: GraphQLInputField): Scopes {
    return this.#inputFieldScopes.get(field) ?? none;
  }

  /** The arguments of a field that can say something guarded. */
  argumentsOf(field: Field): readonly GraphQLArgument[] {
    return this.#arguments.get(field) ?? [];
  }

  /** The fields of an input type that are guarded or can say something guarded. */
  inputFieldsOf(type: GraphQLInputObjectType): readonly GraphQLInputField[] {
    return this.#inputFields.get(type) ?? [];
  }
}

/** A guard on an interface's field holds for the field of every type that implements it. */
function scopesOfField(type: GraphQLObjectType, field: Field): Scopes {
  const inherited = type.getInterfaces().flatMap((parent) => parent.getFields()[field.name] ?? []);
  return inherited.length === 0 ? scopesOn(field) : [...new Set([field, ...inherited].flatMap(scopesOn))];
}

/** The enums with a guarded value, and the input types with a guarded field or with one that leads to such a type. */
function typesThatSaySomethingGuarded(types: readonly GraphQLNamedType[]): ReadonlySet<GraphQLNamedType> {
  const isGuarded = (element: Guardable) => scopesOn(element).length > 0;
  const saying = new Set<GraphQLNamedType>(
    types.filter((type) => isEnumType(type) && type.getValues().some(isGuarded)),
  );
  let known: number;
  do {
    known = saying.size;
    for (const type of types.filter(isInputObjectType)) {
      const fields = Object.values(type.getFields());
      if (fields.some((field) => isGuarded(field) || saying.has(getNamedType(field.type)))) saying.add(type);
    }
  } while (saying.size > known);
  return saying;
}
