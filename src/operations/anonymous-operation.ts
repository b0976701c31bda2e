import { getOperationAST, type DocumentNode, type GraphQLSchema } from 'graphql';
import { parsedWithin } from './document-size.js';
import type { Limits } from './limits.js';
import { givenName, noteOperation } from './operation-checks.js';
import type { OperationRecord } from './operation-record.js';

/** Throws a GatewayError for an operation that needs a caller, as far as that can be told of a document which is not validated. */
export type RequireCaller = (document: DocumentNode, operationName: string | undefined) => void;

/**
 * Refuses what was sent without a token, and needs one, once it is parsed: before it is validated, which costs more than a call does. Whatever is not refused here is
 * refused, where it must be, by the checks of every operation.
 */
export function refuseAnonymous(
  text: string,
  operationName: string | undefined,
  {
    schema,
    limits,
    requireCaller,
  }: { readonly schema: GraphQLSchema; readonly limits: Limits; readonly requireCaller: RequireCaller },
  record: OperationRecord,
): void {
  let document: DocumentNode;
  try {
    document = parsedWithin(text, limits);
  } catch {
    // For Apollo to refuse.
    return;
  }
  const name = givenName(operationName);
  const operation = getOperationAST(document, name);
  if (!operation) return;
  noteOperation(schema, document, operation, record);
  requireCaller(document, name);
}
