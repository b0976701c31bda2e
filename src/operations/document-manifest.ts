/** `only` refuses every document that is not trusted; `log` runs it, and marks it in the log. */
export type TrustMode = 'only' | 'log';

/** A document that is trusted, as its manifest has it. */
export interface ManifestDocument {
  readonly id: string;
  readonly text: string;
}

/** The most that a manifest may hold: its documents are parsed at the start and stay in memory, each character worth up to two hundred bytes. */
export const maxManifestBytes = 1_048_576;

const maxIdCharacters = 256;

/**
 * The documents of a manifest, and one line for each thing that is wrong with its form; a line names ids and repeats no document. Two forms are read: the
 * persisted query manifest of Apollo's tools, and an object of documents by their ids, as graphql-codegen's client preset and relay-compiler write it.
 */
export function readManifest(json: string): {
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly string[];
} {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    return { documents: [], problems: ['it is not JSON.'] };
  }
  const entries = entriesOf(content, json);
  if (!entries) {
    const message =
      'it is neither an object of documents by their ids nor {"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id","name","type","body"}]}.';
    return { documents: [], problems: [message] };
  }
  if (entries.length === 0) return { documents: [], problems: ['it has no document.'] };
  const problems: string[] = [];
  const known = new Set<string>();
  const documents = entries.flatMap(({ id, text }, index) => {
    if (!isPlausibleId(id)) {
      problems.push(
        `the id of document ${index + 1} must be a text of 1 to ${maxIdCharacters} visible ASCII characters, without spaces.`,
      );
      return [];
    }
    if (known.has(plainId(id))) problems.push(`the id ${id} is there more than once.`);
    known.add(plainId(id));
    if (typeof text === 'string' && text.trim() !== '') return [{ id, text }];
    problems.push(`the document ${id} must be a text that is not empty.`);
    return [];
  });
  return { documents, problems };
}

/** An id without the prefix that GraphQL over HTTP gives to SHA-256 hashes: tools write such ids with it or without, and clients send them so. */
export function plainId(id: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(id) ? id.slice('sha256:'.length) : id;
}

interface Entry {
  readonly id: unknown;
  readonly text: unknown;
}

function entriesOf(content: unknown, json: string): readonly Entry[] | undefined {
  if (!isObject(content)) return undefined;
  if (!('format' in content)) return membersOf(content, json);
  const { format, version, operations } = content;
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations)) return undefined;
  return operations.map((operation: unknown) => {
    const { id, body } = isObject(operation) ? operation : {};
    return { id, text: body };
  });
}

/** JSON takes the last of several members of one name and says nothing of it. Where each member is a text, the texts in the file tell them apart. */
function membersOf(content: Readonly<Record<string, unknown>>, json: string): readonly Entry[] {
  const members = Object.entries(content).map(([id, text]) => ({ id, text }));
  if (!members.every(({ text }) => typeof text === 'string')) return members;
  const texts = (json.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((text) => JSON.parse(text) as string);
  return texts.flatMap((id, index) => (index % 2 === 0 ? [{ id, text: texts[index + 1] }] : []));
}

function isPlausibleId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= maxIdCharacters && /^[!-~]+$/.test(id);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
