import { GraphQLError, Kind, type ASTNode, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../errors.js';
import { CoercionError } from '../graphql/coercion-error.js';
import type { Log } from '../log.js';

const literalKinds: readonly string[] = [
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
];

const internal = new GatewayError(
  'INTERNAL_SERVER_ERROR',
  'Something went wrong on our side. The requestId finds it in the log.',
);

/**
 * What a client may read of `error`: a message without the caller's values and without anything of our inside, `extensions` with
 * `code`, `retryable` and `requestId`, and graphql's own `locations` and `path`. It fits errors of any transport.
 */
export function toClientError(error: unknown, requestId: string): GraphQLFormattedError {
  const { code, message, retryable, retryAfterMs, fields, details } = wordedError(error);
  const { locations, path } = error instanceof GraphQLError ? error : {};
  return {
    message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: {
      ...details,
      code,
      retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(fields ? { fields } : {}),
      requestId,
    },
  };
}

/** Writes what `toClientError` withholds: a bug as an error, the cause of a GatewayError as a warning. */
export function logWithheld(error: unknown, log: Log): void {
  const worded = wordedError(error);
  if (worded === internal) log.error({ bug: rootOf(error) }, 'an operation met a bug');
  else if (worded.cause !== undefined) log.warn({ err: worded, code: worded.code }, 'an operation failed');
}

/** The GatewayError that stands for `error`, whatever threw it and however deep graphql wrapped it. */
export function wordedError(error: unknown): GatewayError {
  const root = rootOf(error);
  if (root instanceof GatewayError) return root;
  if (!(error instanceof GraphQLError)) return internal;
  // `refuseUncoercibleInput` came first: there is nothing that graphql itself refuses while it executes.
  if (error.path) return internal;
  return wordDocument(error) ?? wordTransport(error) ?? internal;
}

/** What was thrown, under whatever graphql wrapped around it. */
export function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof GraphQLError && root.originalError) root = root.originalError;
  return root;
}

function wordDocument(error: GraphQLError): GatewayError | undefined {
  if (error.message.startsWith('Syntax Error: ')) return wordSyntax(error.message);
  const [node] = error.nodes ?? [];
  // `refuseUncoercibleInput` came first and says it better; this only keeps graphql's own sentence, with the value in it, from leaving.
  if (node?.kind === Kind.VARIABLE_DEFINITION && /^Variable "\$\w+" got invalid value /.test(error.message)) {
    return new GatewayError('BAD_USER_INPUT', `The variable ${node.variable.name.value} does not fit its type.`);
  }
  // graphql-js has no code for its two limits either.
  if (!node && error.message === 'Validation aborted.') return tooLarge('The fields overlap too often.', 'overlaps');
  if (!node && error.message.startsWith('Too many validation errors,')) {
    return new GatewayError('GRAPHQL_VALIDATION_FAILED', 'There are more errors than these.');
  }
  // A scalar that refuses a literal may name no node.
  if (!node && error.extensions.code !== 'GRAPHQL_VALIDATION_FAILED') return undefined;
  return new GatewayError('GRAPHQL_VALIDATION_FAILED', shortened(wordValidation(error, node)));
}

/** A name in a document may be as long as the document, and be repeated by each of many errors. */
const maxMessageCharacters = 500;

function shortened(message: string): string {
  return message.length > maxMessageCharacters ? `${message.slice(0, maxMessageCharacters)} ...` : message;
}

function wordSyntax(message: string): GatewayError {
  // graphql-js has no code for its token limit, but nothing of the document stands before these words.
  if (/^Syntax Error: Document contains more \w+ \d+ tokens/.test(message)) {
    return new GatewayError('OPERATION_TOO_LARGE', 'The document has too many tokens.', {
      details: { limit: 'tokens' },
    });
  }
  // What stands between the first and the last quote is the caller's.
  return new GatewayError('GRAPHQL_PARSE_FAILED', message.replace(/[ :]*["'].*["']/s, ''));
}

function tooLarge(message: string, limit: string): GatewayError {
  return new GatewayError('OPERATION_TOO_LARGE', message, { details: { limit } });
}

function wordValidation(error: GraphQLError, node: ASTNode | undefined): string {
  if (error.extensions.validationErrorCode === 'INTROSPECTION_DISABLED') return 'Introspection is off here.';
  if (node && !literalKinds.includes(node.kind)) return error.message;
  // An object that lacks a required field is named by the schema's words alone; every other complaint about a literal repeats it.
  if (node?.kind === Kind.OBJECT && error.message.startsWith('Field "')) return error.message;
  return `The value written here ${wordLiteral(error)}.`;
}

/** Of graphql's sentences only the names of its own types and of ours are kept, which stand before the value, or behind a name. */
function wordLiteral(error: GraphQLError): string {
  const root = rootOf(error);
  if (root instanceof CoercionError) return root.message;
  const { 1: scalar } = /^(Int|Float|Boolean|String|ID) cannot represent /.exec(error.message) ?? [];
  if (scalar) return `must be of type ${scalar}`;
  const { 1: unquoted, 2: unknown } =
    /^(?:Enum "(\w+)" cannot represent |Value "\w+" does not exist in "(\w+)" enum)/.exec(error.message) ?? [];
  const name = unquoted ?? unknown;
  return name ? `must be a value of the enum ${name}, without quotes` : 'is not of the type that the schema wants here';
}

/** Apollo's complaints about a request; their messages are constants. */
function wordTransport(error: GraphQLError): GatewayError | undefined {
  return error.extensions.code === 'BAD_REQUEST' ? new GatewayError('BAD_REQUEST', error.message.trim()) : undefined;
}
