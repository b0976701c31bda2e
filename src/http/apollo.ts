import {
  ApolloServer,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { GatewayError, type ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import type { RequestContext } from '../request.js';
import { logWithheld, rootOf, toClientError, wordedError } from '../operations/wording.js';
import { checkOperation, noSuchOperation, noteOperation, type OperationRules } from '../operations/operation-checks.js';
import type { OperationRecord } from '../operations/operation-record.js';
import type { TrustedDocuments } from '../operations/trusted-documents.js';

/** The RequestContext as it travels through Apollo. */
export interface HttpContext extends RequestContext {
  readonly record: OperationRecord;
}

export interface ApolloParts extends OperationRules {
  readonly trustedDocuments: TrustedDocuments;
  readonly log: Log;
  readonly meters: Meters;
  /** Given in development only: it also opens introspection and graphql's suggestions. */
  readonly landingPage: ApolloServerPlugin | undefined;
}

/** Of the valid documents that are kept, all together; each is worth up to two hundred bytes once it is parsed. */
const maxKeptCharacters = 300_000;

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
    parseOptions: { maxLexicalTokens: parts.limits.tokens },
    validationOptions: { maxErrors: 20 },
    documentStore: documentStore(parts),
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

/**
 * The trusted documents, and others within bounds: Apollo's own store counts neither whitespace nor comments, of which anybody may send a quarter of a MiB, worth
 * eight once it is parsed.
 */
function documentStore({
  trustedDocuments: trusted,
  meters,
}: ApolloParts): NonNullable<ApolloServerOptions<HttpContext>['documentStore']> {
  const kept = new LRUCache<string, DocumentNode>({
    maxSize: maxKeptCharacters,
    sizeCalculation: ({ loc }) => loc!.source.body.length,
  });
  return {
    // A key ends with the SHA-256 of the text, behind a hash of the schema.
    get: (key) => {
      const found = trusted.byHash(key.slice(key.lastIndexOf(':') + 1)) ?? kept.get(key);
      meters.cacheAsked('documents');
      if (!found) meters.cacheMissed('documents');
      return Promise.resolve(found);
    },
    set: (key, document) => {
      kept.set(key, document);
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(kept.delete(key)),
  };
}

export const statusBeforeExecution: Readonly<Partial<Record<ErrorCode, number>>> = {
  // As Apollo Server has it: some clients read only 200 as the sign to send the document next.
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  OPERATION_TOO_LARGE: 400,
  // Results like any other, which a supergraph passes on as such.
  UNAUTHENTICATED: 200,
  FORBIDDEN: 200,
  THROTTLED: 200,
};

/** Apollo would answer an error of `didResolveOperation` with 500. */
function withHttpStatus(error: unknown): GraphQLError {
  const { code, message } = wordedError(error);
  return new GraphQLError(message, {
    originalError: error instanceof Error ? error : new TypeError('something was thrown that is no error'),
    extensions: { http: { status: statusBeforeExecution[code] ?? 500 } },
  });
}

function operationSteps(rules: OperationRules): ApolloServerPlugin<HttpContext> {
  const beforeExecution = ({ document, operation, request, contextValue }: GraphQLRequestContext<HttpContext>) => {
    if (!document || !operation) throw noSuchOperation(document, request.operationName);
    const { record, caller } = contextValue;
    noteOperation(rules.schema, document, operation, record);
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
      // graphql would execute it as if it were a query, and answer null: as if there were nothing to follow.
      throw new GatewayError('BAD_REQUEST', 'Subscribe by WebSocket, or send `Accept: text/event-stream`.');
    }
    checkOperation(rules, { document, operation, variables: request.variables ?? {}, caller });
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
