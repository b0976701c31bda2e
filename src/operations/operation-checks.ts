import {
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';
import type { Tracer } from '../tracer.js';
import { kindOf, type Admission } from './admission.js';
import { refuseOversized, rootFieldsOf, type Limits } from './limits.js';
import type { OperationRecord } from './operation-record.js';
import { refuseUncoercibleInput } from './uncoercible-input.js';

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
  readonly admission: Admission;
  readonly tracer: Tracer;
}

/**
 * What stands before the execution of a validated operation that is counted as in flight, whatever transport brought it: throws a GatewayError
 * unless there is room for operations of its kind, its size is within the limits, the caller may do it, and its input fits the types of the schema.
 */
export function checkOperation(
  { schema, authorizeOperation, limits, admission, tracer }: OperationRules,
  asked: {
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly caller: Caller | undefined;
  },
): void {
  const { document, operation, variables, caller } = asked;
  const refusal = admission.refusal(kindOf(operation), true);
  if (refusal) throw refusal;
  refuseOversized({ schema, document, operation, variables }, limits);
  tracer.span('authorize', () => {
    authorizeOperation({ document, operationName: operation.name?.value, variables, caller });
  });
  refuseUncoercibleInput({ schema, document, operation, variables }, caller);
}

/** Tells the access log what was asked for. The document need not be valid: a root field that the schema does not have is a name of the client's own, and not repeated. */
export function noteOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  record: OperationRecord,
): void {
  record.operationName = operation.name?.value.slice(0, 100);
  record.operationType = operation.operation;
  record.rootFields = rootFieldsOf(document, operation)
    .filter((name) => isRootField(schema, operation, name))
    .slice(0, 10);
}

function isRootField(schema: GraphQLSchema, { operation }: OperationDefinitionNode, name: string): boolean {
  const type = schema.getRootType(operation);
  return type?.getFields()[name] !== undefined || name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name;
}

/** The name that a client gave: an empty one is none, for no operation has it, and clients in Go send it where they have no name. */
export function givenName(operationName: string | null | undefined): string | undefined {
  return operationName === null || operationName === '' ? undefined : operationName;
}

/** The refusal of a document without the operation that is to run. The names in it are the caller's own, and not repeated. */
export function noSuchOperation(
  document: DocumentNode | undefined,
  operationName: string | null | undefined,
): GatewayError {
  const hasAny = document?.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION) ?? false;
  if (!hasAny) return new GatewayError('BAD_REQUEST', 'The document has no operation; add the one to run.');
  return new GatewayError(
    'BAD_REQUEST',
    givenName(operationName) === undefined
      ? 'The document has several operations; name the one to run in operationName.'
      : 'The document has no operation of the name that operationName says; ' +
          'send the name of one that it has, or leave operationName out where it has only one.',
  );
}
