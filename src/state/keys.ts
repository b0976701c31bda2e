import { createHmac } from 'node:crypto';

declare const isKeyed: unique symbol;

/**
 * What shared state names calls and numbers by. A type of its own, so that nothing else gets there: a phone number can be found by trying from anything
 * that is computed from it without the secret.
 */
export type KeyedHash = string & { readonly [isKeyed]: true };

/** Stands for `parts` without telling them: equal for equal parts, and of no use to anyone who lacks the secret. */
export function keyedHash(secret: string, parts: unknown): KeyedHash {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url') as KeyedHash;
}

/** Where in Redis things lie. What belongs to one operation has one hash tag, so that it lies in one slot of a Redis Cluster. */
export interface RedisKeys {
  call(key: KeyedHash): string;
  fence(key: KeyedHash): string;
  placement(contactId: string): string;
  timeline(contact: string): string;
  reconciling(contact: string): string;
  /** The channel of news of calls; a message is the caller's key. */
  readonly callsChannel: string;
  /** The channel of news of timelines; a message is the version, a space and the contact. */
  readonly timelinesChannel: string;
  /** The channel of contacts of which what Connect told is out of date; a message is the contact. */
  readonly outdatedChannel: string;
}

/** Every name begins with `prefix`. */
export function redisKeys(prefix: string): RedisKeys {
  return {
    call: (key) => `${prefix}call:{${key}}`,
    fence: (key) => `${prefix}fence:{${key}}`,
    placement: (contactId) => `${prefix}placement:{${contactId}}`,
    timeline: (contact) => `${prefix}timeline:{${contact}}`,
    reconciling: (contact) => `${prefix}reconciling:{${contact}}`,
    callsChannel: `${prefix}calls`,
    timelinesChannel: `${prefix}timelines`,
    outdatedChannel: `${prefix}outdated`,
  };
}
