import { isEnumType, isInputObjectType, isRequiredInputField, type GraphQLSchema } from 'graphql';

/** The names of the members of a structure, all of them and those it cannot do without; sorted, and as GraphQL writes them. */
export interface Members {
  readonly all: readonly string[];
  readonly required: readonly string[];
}

/** The members of a structure in the SDK's own model. */
export function membersOf(structure: unknown): Members {
  // Kind, namespace, name, traits, members, their types, how many of them (the first ones) are required.
  const [, , , , members, , required = 0] = structure as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  const names = members.map((name) => name.charAt(0).toLowerCase() + name.slice(1));
  return { all: names.toSorted(), required: names.slice(0, required).toSorted() };
}

/** The fields of an input type; throws where it is none. */
export function fieldsOf(schema: GraphQLSchema, typeName: string): Members {
  const type = schema.getType(typeName);
  if (!isInputObjectType(type)) throw new Error(`${typeName} is not an input type.`);
  const fields = Object.values(type.getFields());
  const names = (some: typeof fields) => some.map(({ name }) => name).toSorted();
  return { all: names(fields), required: names(fields.filter(isRequiredInputField)) };
}

/** The sorted values of an enum; throws where it is none. */
export function valuesOf(schema: GraphQLSchema, typeName: string): string[] {
  const type = schema.getType(typeName);
  if (!isEnumType(type)) throw new Error(`${typeName} is not an enum.`);
  const names = type.getValues().map(({ name }) => name);
  return names.toSorted();
}
