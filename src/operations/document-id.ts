import { GatewayError } from '../errors.js';
import { plainId } from './document-manifest.js';

/** What names a document in a request: its text, an id, or both; as it came, of whatever type the id is. */
export interface SentDocument {
  /** Empty where there is none. */
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

export interface GivenId {
  readonly value: string;
  /** Whether it came as `extensions.persistedQuery`, else as `documentId`. */
  readonly isPersistedQuery: boolean;
}

/** The `query` of a request as it came, of whatever type it is; empty where it is left out or null beside the id of a document. */
export function queryOf({ query, documentId, extensions }: Partial<Readonly<Record<string, unknown>>>): unknown {
  return query ?? (isGiven(documentId) || isGiven(persistedQueryIn(extensions)) ? '' : query);
}

/** The id that names the document of a request, if there is one. Throws BAD_REQUEST where it has another form, or names two. */
export function givenId({ documentId, extensions }: SentDocument): GivenId | undefined {
  const persistedQuery = persistedQueryIn(extensions);
  if (!isGiven(persistedQuery)) {
    if (!isGiven(documentId)) return undefined;
    if (typeof documentId === 'string' && documentId !== '') return { value: documentId, isPersistedQuery: false };
    throw new GatewayError('BAD_REQUEST', 'documentId must be the id of a trusted document, a text.');
  }
  const { version, sha256Hash } = Object(persistedQuery) as Readonly<Record<string, unknown>>;
  if (version !== 1 || typeof sha256Hash !== 'string' || sha256Hash === '') {
    throw new GatewayError('BAD_REQUEST', 'extensions.persistedQuery must be { "version": 1, "sha256Hash": "..." }.');
  }
  const isSame = typeof documentId === 'string' && plainId(documentId) === plainId(sha256Hash);
  if (isSame || !isGiven(documentId)) return { value: sha256Hash, isPersistedQuery: true };
  throw new GatewayError(
    'BAD_REQUEST',
    'documentId and extensions.persistedQuery name different documents; send one of them.',
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function persistedQueryIn(extensions: unknown): unknown {
  if (typeof extensions !== 'object' || extensions === null) return undefined;
  return (extensions as { readonly persistedQuery?: unknown }).persistedQuery;
}
