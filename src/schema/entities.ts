import {
  getNamedType,
  GraphQLID,
  GraphQLString,
  isNonNullType,
  isObjectType,
  valueFromASTUntyped,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Scope } from '../graphql/authorize.js';
import { referenceResolvers, type ReferenceResolverSpec } from '../graphql/reference-resolver.js';
import type { RequestContext } from '../request.js';

/** A type that another subgraph can name by a key, and how it is then found. */
export interface Entity {
  readonly typeName: string;
  /** Each key by itself is enough; all fields are strings. */
  readonly keys: readonly (readonly string[])[];
  readonly scopes: readonly Scope[];
  readonly resolve: (reference: Readonly<Record<string, string>>, context: RequestContext) => unknown;
}

/** The entities of a schema, with the methods of the given instances that resolve them; in `problems` all that is wrong with them. */
export function entitiesOf(
  schema: GraphQLSchema,
  resolvers: readonly object[],
): { entities: readonly Entity[]; problems: readonly string[] } {
  const problems: string[] = [];
  const specs = referenceResolvers.flatMap((spec) => {
    const instance = resolvers.find((resolver) => resolver.constructor === spec.resolverClass);
    return instance ? [{ ...spec, instance }] : [];
  });
  const keyed = Object.values(schema.getTypeMap()).flatMap((type) => {
    const keys = isObjectType(type) ? keysOf(type) : [];
    return isObjectType(type) && keys.length > 0 ? [{ type, keys }] : [];
  });

  for (const { typeName } of specs) {
    if (!keyed.some(({ type }) => type.name === typeName)) {
      problems.push(`${typeName} has a reference resolver, but is no type of the schema with a @key.`);
    }
  }
  const entities = keyed.flatMap(({ type, keys }) => {
    for (const field of new Set(keys.flat())) {
      if (!isKeyField(type, field))
        problems.push(`${type.name} has "${field}" in a @key, which is no ID! or String! field.`);
    }
    const [spec, second] = specs.filter(({ typeName }) => typeName === type.name);
    if (!spec) problems.push(`${type.name} has a @key, but no reference resolver.`);
    if (second) problems.push(`${type.name} has more than one reference resolver.`);
    return spec ? [{ typeName: type.name, keys, scopes: spec.scopes, resolve: methodOf(spec, spec.instance) }] : [];
  });
  return { entities, problems };
}

function keysOf(type: GraphQLObjectType): string[][] {
  return (type.astNode?.directives ?? [])
    .filter((directive) => directive.name.value === 'key')
    .flatMap((directive) => directive.arguments?.find((argument) => argument.name.value === 'fields') ?? [])
    .map((argument) =>
      String(valueFromASTUntyped(argument.value))
        .split(/[\s,]+/)
        .filter(Boolean),
    );
}

function isKeyField(type: GraphQLObjectType, name: string): boolean {
  const field = type.getFields()[name];
  if (!field || !isNonNullType(field.type)) return false;
  const leaf = getNamedType(field.type);
  return field.type.ofType === leaf && (leaf === GraphQLID || leaf === GraphQLString);
}

function methodOf({ methodName }: ReferenceResolverSpec, instance: object): Entity['resolve'] {
  return (reference, context) =>
    (instance as Record<string, Entity['resolve']>)[methodName]!.call(instance, reference, context);
}
