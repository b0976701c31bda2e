import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type DocumentNode, type GraphQLSchema } from 'graphql';
import { GatewayError, type ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import type { Caller, RequestContext } from '../request.js';
import { logWithheld, rootOf, toClientError, wordedError } from './errors.js';
import { refuseOversized, rootFieldsOf, type Limits } from './limits.js';
import type { OperationRecord } from './operation-record.js';
import { refuseUnfitVariables } from './variables.js';

/** Throws a GatewayError unless `caller` may do all that the operation selects and says. */
export type AuthorizeOperation = (parts: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller | undefined;
}) => void;

/** The RequestContext as it travels through Apollo. */
export interface HttpContext extends RequestContext {
  readonly record: OperationRecord;
}

export interface ApolloParts {
  readonly schema: GraphQLSchema;
  readonly authorizeOperation: AuthorizeOperation;
  readonly limits: Limits;
  readonly log: Log;
  /** Given in development only: it also opens introspection and graphql's suggestions. */
  readonly landingPage: ApolloServerPlugin | undefined;
}

/** A started Apollo Server that parses, limits, guards and executes, and reports to nobody. */
export async function startApollo(parts: ApolloParts): Promise<ApolloServer<HttpContext>> {
  const isDevelopment = parts.landingPage !== undefined;
  const apollo = new ApolloServer<HttpContext>({
    schema: parts.schema,
    // Given so that Apollo does not decide by NODE_ENV.
    nodeEnv: isDevelopment ? 'development' : 'production',
    introspection: isDevelopment,
    hideSchemaDetailsFromClientErrors: !isDevelopment,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: parts.limits.tokens },
    validationOptions: { maxErrors: 20 },
    logger: parts.log,
    // Errors outside an operation (CSRF, the shape of the body) come only this way; the request's id is added by the route.
    formatError: (_formatted, error) => toClientError(error, ''),
    plugins: [
      parts.landingPage ?? ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      operationSteps(parts),
    ],
  });
  await apollo.start();
  return apollo;
}

const statusBeforeExecution: Readonly<Partial<Record<ErrorCode, number>>> = {
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  OPERATION_TOO_LARGE: 400,
  // Results like any other, which a supergraph passes on as such.
  UNAUTHENTICATED: 200,
  FORBIDDEN: 200,
};

/** Apollo would answer an error of `didResolveOperation` with 500. */
function withHttpStatus(error: unknown): GraphQLError {
  const { code, message } = wordedError(error);
  return new GraphQLError(message, {
    originalError: error instanceof Error ? error : new TypeError('something was thrown that is no error'),
    extensions: { http: { status: statusBeforeExecution[code] ?? 500 } },
  });
}

function operationSteps({ authorizeOperation, limits }: ApolloParts): ApolloServerPlugin<HttpContext> {
  const beforeExecution = (context: GraphQLRequestContext<HttpContext>) => {
    const { schema, document, operation, request, contextValue } = context;
    if (!document || !operation) {
      throw new GatewayError(
        'BAD_REQUEST',
        'The document has no operation of that name, or several and none is named.',
      );
    }
    const { record, caller } = contextValue;
    const operationName = operation.name?.value;
    const variables = request.variables ?? {};
    record.operationName = operationName?.slice(0, 100);
    record.operationType = operation.operation;
    record.rootFields = rootFieldsOf(document, operation).slice(0, 10);
    refuseOversized({ schema, document, operation, variables }, limits);
    authorizeOperation({ schema, document, operationName, variables, caller });
    refuseUnfitVariables(schema, operation, variables);
  };
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation(context) {
          try {
            beforeExecution(context);
            return Promise.resolve();
          } catch (error) {
            return Promise.reject(withHttpStatus(error));
          }
        },
        didEncounterErrors({ errors, contextValue }) {
          // One failure may blank thousands of fields.
          for (const error of new Map(errors.map((one) => [rootOf(one), one])).values()) {
            contextValue.record.errors.push(wordedError(error));
            logWithheld(error, contextValue.log);
          }
          return Promise.resolve();
        },
        willSendResponse({ response, errors, contextValue }) {
          if (response.body.kind === 'single' && errors) {
            response.body.singleResult.errors = errors.map((error) => toClientError(error, contextValue.requestId));
          }
          contextValue.record.isWorded = true;
          return Promise.resolve();
        },
      }),
  };
}
