import { buildASTSchema, parse, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ClassType } from 'type-graphql';
import { authorizeDirectiveSdl, type Scope } from '../graphql/authorize.js';
import { entitiesOf } from './entities.js';
import { guardEnumValues } from './enum-value-guards.js';
import { federate } from './federate.js';
import { guardInput, type RuleContextOf } from './guard-input.js';
import { guardProblems } from './startup-rules.js';
import { printSubgraph } from './subgraph-sdl.js';
import { attachSubscriptionSources, noPubSub } from './subscription-fields.js';

export interface GatewaySchema {
  /** Executable, with `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
  /** What `_service { sdl }` answers. */
  readonly sdl: string;
  /** What resolving a reference needs, by the name of the entity. */
  readonly referenceScopes: ReadonlyMap<string, readonly Scope[]>;
}

/**
 * The subgraph schema whose resolvers are the methods of the given instances. Throws an Error that names every way into it that
 * no scope guards, every guard that would guard nothing, every entity that cannot be resolved, every subscription without a
 * source of its own, and every input without rules.
 */
export function buildGatewaySchema(options: {
  readonly resolvers: readonly object[];
  readonly federationAuthDirectives: boolean;
  readonly ruleContextOf?: RuleContextOf;
}): GatewaySchema {
  const { resolvers, federationAuthDirectives, ruleContextOf } = options;
  const instances = new Map(resolvers.map((resolver) => [resolver.constructor, resolver]));
  const schema = buildSchemaSync({
    resolvers: [...instances.keys()] as [ClassType, ...ClassType[]],
    container: { get: (resolverClass: ClassType) => instances.get(resolverClass) },
    // `guardInput` does it for all arguments of a field at once.
    validate: false,
    // By an introspection query; Apollo validates the schema that is served, which is another one.
    skipCheck: true,
    pubSub: noPubSub,
    // Those of the GraphQL specification come with it.
    directives: [...buildASTSchema(parse(authorizeDirectiveSdl)).getDirectives()],
  });
  guardEnumValues(schema);

  const { entities, problems: entityProblems } = entitiesOf(schema, resolvers);
  const sourceProblems = attachSubscriptionSources(schema, resolvers);
  const inputProblems = guardInput(schema, [...instances.keys()], ruleContextOf);
  const problems = [
    ...entityProblems,
    ...sourceProblems,
    ...inputProblems,
    ...guardProblems(schema, resolvers, entities),
  ];
  if (problems.length > 0)
    throw new Error(`The schema cannot be served:\n${problems.map((line) => `  - ${line}`).join('\n')}`);

  const sdl = printSubgraph(schema, federationAuthDirectives);
  return {
    schema: federate(schema, sdl, entities),
    sdl,
    referenceScopes: new Map(entities.map(({ typeName, scopes }) => [typeName, scopes])),
  };
}
