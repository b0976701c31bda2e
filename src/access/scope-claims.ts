import type { JWTPayload } from 'jose';

export interface ScopeSettings {
  /** The names of the claims that hold scopes; those that a token has count together. */
  readonly scopeClaims: readonly string[];
  /** What is taken off each scope; one that does not begin with it does not count. */
  readonly scopePrefix?: string | undefined;
}

/** Why scopes were not read, which is not the same as a token without any. */
export type UnreadScopes = 'missing' | 'malformed' | 'unprefixed';

export interface ReadScopes {
  readonly scopes: ReadonlySet<string>;
  readonly unread?: UnreadScopes;
}

/**
 * The scopes in verified claims. Each claim is a string, separated by spaces, or a list of which each string is one scope as it is written; what is
 * neither does not count.
 */
export function scopesIn(claims: JWTPayload, { scopeClaims, scopePrefix = '' }: ScopeSettings): ReadScopes {
  const values = scopeClaims.filter((name) => Object.hasOwn(claims, name)).map((name) => claims[name]);
  const written = values.flatMap(entriesOf).filter(isText);
  const own = written.filter((scope) => scope.startsWith(scopePrefix)).map((scope) => scope.slice(scopePrefix.length));
  const scopes = new Set(own.filter(isText));
  if (values.length === 0) return { scopes, unread: 'missing' };
  if (!values.flatMap(entriesOf).every((entry) => typeof entry === 'string')) return { scopes, unread: 'malformed' };
  return written.length > 0 && scopes.size === 0 ? { scopes, unread: 'unprefixed' } : { scopes };
}

function entriesOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value : [value];
}

/** Not only of white space. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
