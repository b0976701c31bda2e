import { createHmac } from 'node:crypto';

declare const isKeyed: unique symbol;

/**
 * What stores name calls, numbers and callers by. A type of its own, so that nothing else gets there: a phone number can be found by trying from anything
 * that is computed from it without the secret.
 */
export type KeyedHash = string & { readonly [isKeyed]: true };

/** The first half of an HMAC-SHA256, as RFC 2104 allows it: stores keep some for each call. */
const hashBytes = 16;

/** Stands for `parts` without telling them, in 22 characters: equal for equal parts, and of no use to anyone who lacks the secret. */
export function keyedHash(secret: string, parts: unknown): KeyedHash {
  const hmac = createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
  return hmac.toString('base64url', 0, hashBytes) as KeyedHash;
}
