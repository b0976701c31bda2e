import { getOperationAST, Kind, type DocumentNode, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';
import { operationScopes, type GuardedSchema } from './operation-scopes.js';
import { SchemaGuards } from './schema-guards.js';

export interface GuardedOperation {
  /** A document that the schema validates. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** As the client sent them. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly caller: Caller | undefined;
}

const nobody = () => new GatewayError('UNAUTHENTICATED', 'Send a bearer token in the Authorization header.');

/** The one guard of a schema: lets an operation through as a whole, or not at all. */
export class OperationGuard {
  readonly #guarded: GuardedSchema;

  /** `referenceScopes`: what resolving a reference needs, by the name of the entity. */
  constructor(schema: GraphQLSchema, referenceScopes: ReadonlyMap<string, readonly string[]>) {
    this.#guarded = { schema, referenceScopes, guards: new SchemaGuards(schema) };
  }

  /**
   * Throws UNAUTHENTICATED for an operation that `authorize` lets nobody do without a token, as far as the names of its own fields tell. The document need not be valid: this
   * costs next to nothing, and validation the most of all that anybody may ask for without a token.
   */
  requireCaller(document: DocumentNode, operationName: string | undefined): void {
    const operation = getOperationAST(document, operationName);
    const fields = operation && this.#guarded.schema.getRootType(operation.operation)?.getFields();
    if (!fields) return;
    for (const selection of operation.selectionSet.selections) {
      // What directives leave out needs nobody.
      if (selection.kind !== Kind.FIELD || selection.directives?.length) continue;
      const field = fields[selection.name.value];
      if (field && this.#guarded.guards.ofField(field).length > 0) throw nobody();
    }
  }

  /**
   * Returns where the caller has every scope that the operation needs; call it before the execution starts. Throws
   * UNAUTHENTICATED where something is needed and nobody asks, else FORBIDDEN naming what is missing.
   */
  authorize({ document, operationName, variables, caller }: GuardedOperation): void {
    const operation = getOperationAST(document, operationName);
    // graphql executes nothing then.
    if (!operation) return;
    const needed = [...operationScopes(this.#guarded, document, operation, variables ?? {})];
    const missing = needed.filter((scope) => !caller?.scopes.has(scope)).sort();
    if (missing.length === 0) return;
    if (!caller) throw nobody();
    throw new GatewayError(
      'FORBIDDEN',
      `This operation needs scopes that your token does not have: ${missing.join(', ')}.`,
      { details: { missingScopes: missing } },
    );
  }
}
