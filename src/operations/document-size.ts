import { parse, type DocumentNode } from 'graphql';
import { oversized } from './oversized.js';

/** The most that the text of a document may hold, whatever it says. */
export interface DocumentLimits {
  /** Also bounds comments, and the time that it takes to find the line of an error. */
  readonly lines: number;
  /** Each error of fragments that lead to themselves names all of them. */
  readonly fragments: number;
}

/** Throws OPERATION_TOO_LARGE, naming the limit, before anything of a document is parsed. */
export function refuseOversizedDocument(text: string, { lines, fragments }: DocumentLimits): void {
  if (isMoreThan(lines - 1, /\r\n|[\n\r]/g, text)) throw oversized('document', 'lines', lines, 'lines');
  if (isMoreThan(fragments, /\bfragment\b/g, text)) throw oversized('document', 'fragments', fragments, 'fragments');
}

/** The parsed document. Throws OPERATION_TOO_LARGE where its text is, before it is parsed, and graphql's error where it has too many tokens or is none. */
export function parsedWithin(text: string, limits: DocumentLimits & { readonly tokens: number }): DocumentNode {
  refuseOversizedDocument(text, limits);
  return parse(text, { maxLexicalTokens: limits.tokens });
}

function isMoreThan(most: number, pattern: RegExp, text: string): boolean {
  let count = 0;
  while (pattern.test(text)) {
    count += 1;
    if (count > most) return true;
  }
  return false;
}
