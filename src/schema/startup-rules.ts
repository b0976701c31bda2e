import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { scopesOn } from '../access/schema-guards.js';
import { scopes as knownScopes } from '../graphql/authorize.js';
import type { Entity } from './entities.js';

/** What keeps the process from starting: an unguarded way in, an unknown scope, a guard that would guard nothing. One line each. */
export function guardProblems(
  schema: GraphQLSchema,
  resolvers: readonly object[],
  entities: readonly Entity[],
): readonly string[] {
  return [
    ...unguardedRootFields(schema),
    ...entities
      .filter(({ scopes }) => scopes.length === 0)
      .map(({ typeName }) => `The reference resolver of ${typeName} names no scope.`),
    ...unknownScopes(schema, entities),
    ...misplacedGuards(schema),
    ...lostGuards(schema, resolvers),
  ];
}

function unguardedRootFields(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter((field) => scopesOn(field).length === 0)
      .map((field) => `${type!.name}.${field.name} has no @authorize with at least one scope.`),
  );
}

function unknownScopes(schema: GraphQLSchema, entities: readonly Entity[]): string[] {
  const used = [
    ...guardedElements(schema).flatMap(({ place, scopes }) => scopes.map((scope) => ({ place, scope }))),
    ...entities.flatMap(({ typeName, scopes }) =>
      scopes.map((scope) => ({ place: `The reference resolver of ${typeName}`, scope })),
    ),
  ];
  return used
    .filter(({ scope }) => !Object.hasOwn(knownScopes, scope))
    .map(({ place, scope }) => `${place} asks for the scope "${scope}", which does not exist.`);
}

/** The directive has no such location, but type-graphql would let it stand there, where nothing enforces it. */
function misplacedGuards(schema: GraphQLSchema): string[] {
  return guardedElements(schema)
    .filter(({ isEnforced }) => !isEnforced)
    .map(
      ({ place }) =>
        `${place} carries @authorize, which guards only fields, object types, enum values and input fields.`,
    );
}

interface GuardedElement {
  readonly place: string;
  readonly scopes: readonly string[];
  readonly isEnforced: boolean;
}

function guardedElements(schema: GraphQLSchema): GuardedElement[] {
  const found: GuardedElement[] = [];
  const note = (place: string, element: Parameters<typeof scopesOn>[0], isEnforced: boolean) => {
    const scopes = scopesOn(element);
    if (scopes.length > 0) found.push({ place, scopes, isEnforced });
  };
  for (const type of Object.values(schema.getTypeMap())) {
    note(type.name, type, isObjectType(type));
    if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value, true);
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field, true);
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, field, true);
        for (const argument of field.args) note(`${type.name}.${field.name}(${argument.name}:)`, argument, false);
      }
    }
  }
  return found;
}

/**
 * type-graphql silently drops a directive on a resolver class, on a method that resolves nothing, and on a field resolver whose
 * field the type's own class declares.
 */
function lostGuards(schema: GraphQLSchema, resolvers: readonly object[]): string[] {
  const storage = getMetadataStorage();
  const classes = new Map<unknown, string>(resolvers.map(({ constructor }) => [constructor, constructor.name]));
  const isAuthorize = ({ nameOrDefinition }: { nameOrDefinition: string }) => nameOrDefinition.startsWith('@authorize');

  const onClasses = storage.classDirectives
    .filter(({ target, directive }) => classes.has(target) && isAuthorize(directive))
    .map(({ target }) => `${target.name} carries @authorize, which has no effect on a resolver class.`);

  const onMethods = storage.fieldDirectives
    .filter(({ target, directive }) => classes.has(target) && isAuthorize(directive))
    .filter(({ target, fieldName }) => {
      const isHandler = ({ target: owner, methodName }: { target: unknown; methodName: string }) =>
        owner === target && methodName === fieldName;
      if ([storage.queries, storage.mutations, storage.subscriptions].some((handlers) => handlers.some(isHandler)))
        return false;
      const fieldResolver = storage.fieldResolvers.find(isHandler);
      // A resolver class without field resolvers may be of no type at all.
      if (!fieldResolver) return true;
      const typeClass = storage.resolverClasses.find((resolver) => resolver.target === target)?.getObjectType();
      const typeName = storage.objectTypes.find((type) => type.target === typeClass)?.name;
      const type = typeName === undefined ? undefined : schema.getType(typeName);
      if (!isObjectType(type)) return true;
      const field = type.getFields()[fieldResolver.schemaName];
      return !field || scopesOn(field).length === 0;
    })
    .map(
      ({ target, fieldName }) =>
        `${target.name}.${fieldName} carries @authorize, which does not reach the schema: write it on the field of the type.`,
    );
  return [...onClasses, ...onMethods];
}
