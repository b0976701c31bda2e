import type { Scope } from './authorize.js';

/** How another subgraph names an entity; without an instance it is of the default one. */
export interface EntityReference {
  readonly id: string;
  readonly instanceId?: string | null;
}

/** A federation reference resolver: a method `(reference: EntityReference, context: RequestContext) => entity | null` of a resolver class. */
export interface ReferenceResolverSpec {
  readonly typeName: string;
  readonly resolverClass: abstract new (...args: never[]) => unknown;
  readonly methodName: string;
  readonly scopes: readonly Scope[];
}

/** Recorded at import like every type-graphql decorator; read once by `schema/`. */
export const referenceResolvers: ReferenceResolverSpec[] = [];

/** Makes a method of a resolver class the reference resolver of the entity `typeName`; an `_entities` query for it needs all of `required`. */
export function ReferenceResolver(typeName: string, ...required: [Scope, ...Scope[]]): MethodDecorator {
  return (prototype, methodName) => {
    referenceResolvers.push({
      typeName,
      resolverClass: prototype.constructor as ReferenceResolverSpec['resolverClass'],
      methodName: String(methodName),
      scopes: required,
    });
  };
}
