import { TokenKind, type DocumentNode, type Token } from 'graphql';
import { createHash } from 'node:crypto';

/**
 * What a document says, in whatever order its operation and fragments stand and however it is laid out: Apollo Client's tools sort the definitions of what they
 * write into a manifest, and Apollo Client sends them as they stand in its source. It walks the tokens, because printing takes a time that grows with the depth.
 */
export function contentOf({ definitions }: DocumentNode, wordOf: (token: Token) => string = wordOfToken): string {
  return definitions
    .map(({ loc }) => {
      const words: string[] = [];
      for (let token: Token | null = loc!.startToken; token; token = token.next) {
        if (token.kind !== TokenKind.COMMENT) words.push(wordOf(token));
        if (token === loc!.endToken) break;
      }
      return words.join(' ');
    })
    .sort()
    .join('\n');
}

/** Punctuation has no value, whatever the type of a token says. */
function wordOfToken({ kind, value }: Pick<Token, 'kind'> & { readonly value?: string }): string {
  return kind === TokenKind.STRING || kind === TokenKind.BLOCK_STRING ? JSON.stringify(value) : (value ?? kind);
}

/** From the hash of a document with its values, somebody who knows the rest could find a phone number by trying all of them. */
export function withoutValue(token: Token): string {
  const isValue = [TokenKind.STRING, TokenKind.BLOCK_STRING, TokenKind.INT, TokenKind.FLOAT].includes(token.kind);
  return isValue ? '""' : wordOfToken(token);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
