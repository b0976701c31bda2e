import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { CallIntent } from './call-keys.js';

/** One intended call and what became of it. */
export interface Placing {
  readonly fingerprint: string;
  readonly connectToken: string;
  /** Under way; settles with the contact id or the error of this attempt. */
  attempt: Promise<string> | undefined;
  /** Once set it stays: a call with this key is never placed again. */
  contactId: string | undefined;
  /** On the monotonic clock: since then the phone may have rung. Only a contact id ends the doubt. */
  uncertainSinceMs: number | undefined;
}

/** What was placed under which key, for eight days: a day longer than Connect remembers a ClientToken. Lives as long as the process. */
export class Ledger {
  readonly #placings: LRUCache<string, Placing>;

  constructor(clock: Clock) {
    this.#placings = new LRUCache({
      max: 200_000,
      ttl: 8 * 86_400_000,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
    });
  }

  find(intent: CallIntent): Placing | undefined {
    return this.#placings.get(keyOf(intent));
  }

  claim(intent: CallIntent, placing: Placing): void {
    this.#placings.set(keyOf(intent), placing);
  }

  /** Forgets a call that was provably not placed, so that its key can be used again. */
  release(intent: CallIntent): void {
    this.#placings.delete(keyOf(intent));
  }
}

function keyOf({ tenant, instanceId, clientToken }: CallIntent): string {
  return JSON.stringify([tenant, instanceId, clientToken]);
}
