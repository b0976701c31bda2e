import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';
import { GatewayError } from '../errors.js';
import { contentOf, sha256, withoutValue } from './document-content.js';
import { givenId, type GivenId, type SentDocument } from './document-id.js';
import { plainId, type ManifestDocument, type TrustMode } from './document-manifest.js';
import { parsedWithin } from './document-size.js';
import { refuseConditionalField, refuseInvalidDocument } from './document-validity.js';
import { refuseOversized, type Limits } from './limits.js';
import { givenName } from './operation-checks.js';
import type { OperationRecord } from './operation-record.js';
import { wordedError } from './wording.js';

/** A document of the manifest, which was parsed, validated and measured at the start, and has one operation. */
export interface TrustedDocument {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export interface DocumentRules {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly allowsIntrospection: boolean;
}

interface PreparedDocument extends TrustedDocument {
  readonly content: string;
}

/** The documents that clients may send by an id, and where `mode` says so, the only ones that run. They stay as long as the process. */
export class TrustedDocuments {
  readonly #byId = new Map<string, PreparedDocument>();
  readonly #byHash = new Map<string, PreparedDocument>();
  readonly #byContent = new Map<string, PreparedDocument>();
  /** One line for each document that may not be trusted, by its id and the name of its operation. */
  readonly problems: readonly string[];

  /** Without a `mode` there are no trusted documents, and everything runs. */
  constructor(
    private readonly rules: DocumentRules,
    documents: readonly ManifestDocument[] = [],
    private readonly mode?: TrustMode,
  ) {
    this.problems = documents.flatMap(({ id, text }) => {
      let parsed: DocumentNode | undefined;
      try {
        parsed = parsedWithin(text, rules.limits);
        const prepared = prepare(text, parsed, rules);
        this.#byId.set(plainId(id), prepared);
        this.#byHash.set(sha256(text), prepared);
        this.#byContent.set(prepared.content, prepared);
        return [];
      } catch (error) {
        const name = parsed && nameOf(parsed);
        return [`the document ${id}${name ? ` (${name})` : ''}: ${messageOf(error)}`];
      }
    });
  }

  /**
   * The trusted document that a client means; undefined where it is not one and may run all the same, or where nothing was named. Throws a GatewayError where the
   * id is unknown and there is no text, where id and text are two documents, and where only trusted ones run and this is none.
   */
  resolve(sent: SentDocument, record: OperationRecord): TrustedDocument | undefined {
    const { query } = sent;
    const id = givenId(sent);
    const named = id && this.#byId.get(plainId(id.value));
    if (query === '') {
      if (!id || named) return named;
      throw this.#unknown(id);
    }
    if (!this.mode) return undefined;
    const exact = this.#byHash.get(sha256(query));
    const parsed = exact ? undefined : this.#parsed(query);
    const listed = exact ?? (parsed && this.#byContent.get(contentOf(parsed)));
    // An unknown id says nothing: a client with a hash of its own sends it again with its text, and hashes another form of the text.
    if (named && listed?.content !== named.content) {
      throw new GatewayError('BAD_REQUEST', 'The id and the query are different documents; send one of them.');
    }
    if (listed) return listed;
    if (parsed) {
      const operation = getOperationAST(parsed, givenName(sent.operationName));
      record.operationName = operation?.name?.value.slice(0, 100);
      record.untrustedDocument = sha256(contentOf(parsed, withoutValue));
    }
    if (this.mode === 'log') return undefined;
    throw new GatewayError(
      'DOCUMENT_NOT_TRUSTED',
      'Only trusted documents run here, and this is none of them. Send one of those in the manifest, or add this one to it.',
    );
  }

  /** The parsed document of a trusted text by the hash of that text. */
  byHash(hash: string): DocumentNode | undefined {
    return this.#byHash.get(hash)?.document;
  }

  #parsed(query: string): DocumentNode | undefined {
    try {
      return parsedWithin(query, this.rules.limits);
    } catch {
      // What cannot be parsed is not trusted; where it may run, whoever runs it says what is wrong with it.
      return undefined;
    }
  }

  #unknown({ isPersistedQuery }: GivenId): GatewayError {
    // Clients of automatic persisted queries tell these by the message (urql), or by the code or the message (Apollo Client), and send the document next.
    if (!this.mode) {
      return new GatewayError(
        'PERSISTED_QUERY_NOT_SUPPORTED',
        isPersistedQuery
          ? 'PersistedQueryNotSupported'
          : 'There are no trusted documents here; send the document as query.',
      );
    }
    return new GatewayError(
      'PERSISTED_QUERY_NOT_FOUND',
      isPersistedQuery
        ? 'PersistedQueryNotFound'
        : this.mode === 'only'
          ? 'No trusted document has this documentId; send that of one.'
          : 'No trusted document has this documentId; send that of one, or the document as query.',
    );
  }
}

/** Throws where a document may not be trusted: it has to pass all that any other document has to, as far as that does not depend on its variables. */
function prepare(
  text: string,
  document: DocumentNode,
  { schema, limits, allowsIntrospection }: DocumentRules,
): PreparedDocument {
  const [operation, ...others] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation || others.length > 0) {
    const count = operation ? others.length + 1 : 'no';
    throw new GatewayError('BAD_REQUEST', `it has ${count} operations; a trusted document has exactly one.`);
  }
  refuseInvalidDocument(schema, document, { hasSuggestions: true, allowsIntrospection });
  refuseConditionalField(document, operation);
  refuseOversized({ schema, document, operation, variables: leastVariables(operation) }, limits);
  return { text, document, operation, content: contentOf(document) };
}

/** The variables with which an operation costs least: one that is too large with these can never run. */
function leastVariables({ variableDefinitions = [] }: OperationDefinitionNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(variableDefinitions.map(({ variable, type }) => [variable.name.value, leastOf(type)]));
}

function leastOf(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return leastOf(type.type);
  if (type.kind === Kind.LIST_TYPE) return [];
  return type.name.value === 'Int' ? 0 : null;
}

function nameOf({ definitions }: DocumentNode): string | undefined {
  const named = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION && node.name);
  return named?.kind === Kind.OPERATION_DEFINITION ? named.name?.value : undefined;
}

function messageOf(error: unknown): string {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const { message } = wordedError(errors[0]);
  return errors.length > 1 ? `${message} (and ${errors.length - 1} more)` : message;
}
