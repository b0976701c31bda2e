import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';
import { refuseOversized, rootFieldsOf, type Limits } from './limits.js';
import type { OperationRecord } from './operation-record.js';
import { refuseUnfitVariables } from './variables.js';

/** Throws a GatewayError unless `caller` may do all that the operation selects and says. */
export type AuthorizeOperation = (parts: {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller | undefined;
}) => void;

export interface OperationRules {
  readonly schema: GraphQLSchema;
  readonly authorizeOperation: AuthorizeOperation;
  readonly limits: Limits;
}

/**
 * What stands before the execution of a validated operation, whatever transport brought it: throws a GatewayError unless its size
 * is within the limits, the caller may do it, and its variables fit.
 */
export function checkOperation(
  { schema, authorizeOperation, limits }: OperationRules,
  asked: {
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly caller: Caller | undefined;
  },
): void {
  const { document, operation, variables, caller } = asked;
  refuseOversized({ schema, document, operation, variables }, limits);
  authorizeOperation({ document, operationName: operation.name?.value, variables, caller });
  refuseUnfitVariables(schema, operation, variables);
}

/** Tells the access log what was asked for. */
export function noteOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  record: OperationRecord,
): void {
  record.operationName = operation.name?.value.slice(0, 100);
  record.operationType = operation.operation;
  record.rootFields = rootFieldsOf(document, operation).slice(0, 10);
}

/** The refusal of a document without the operation that is to run. */
export function noSuchOperation(): GatewayError {
  return new GatewayError('BAD_REQUEST', 'The document has no operation of that name, or several and none is named.');
}
