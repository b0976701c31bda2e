import { createHmac } from 'node:crypto';

declare const isKeyed: unique symbol;

/**
 * What stores name calls, numbers and callers by. A type of its own, so that nothing else gets there: a phone number can be found by trying from anything
 * that is computed from it without the secret.
 */
export type KeyedHash = string & { readonly [isKeyed]: true };

/** Stands for `parts` without telling them: equal for equal parts, and of no use to anyone who lacks the secret. */
export function keyedHash(secret: string, parts: unknown): KeyedHash {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url') as KeyedHash;
}
