import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';

/** What only the placing of a call knew: Connect tells none of it later. */
export interface Placement {
  readonly instanceId: string;
  readonly contactFlowId: string;
  readonly placedAtMs: number;
}

/** The calls this process placed, for eight days: a day longer than Connect remembers a ClientToken. */
export class Placements {
  readonly #byContactId: LRUCache<string, Placement>;

  constructor(clock: Clock) {
    this.#byContactId = new LRUCache({
      max: 200_000,
      ttl: 8 * 86_400_000,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
    });
  }

  record(contactId: string, placement: Placement): void {
    this.#byContactId.set(contactId, placement);
  }

  find(contactId: string): Placement | undefined {
    return this.#byContactId.get(contactId);
  }
}
