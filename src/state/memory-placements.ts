import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { keptForMs, type Placement, type Placements } from './state.js';

/** The placements of one process. */
export class MemoryPlacements implements Placements {
  readonly #byContactId: LRUCache<string, Placement>;

  constructor(clock: Clock, maxPlacements: number) {
    this.#byContactId = new LRUCache({
      max: maxPlacements,
      ttl: keptForMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
    });
  }

  record(contactId: string, placement: Placement): Promise<void> {
    this.#byContactId.set(contactId, placement);
    return Promise.resolve();
  }

  find(contactIds: readonly string[]): Promise<(Placement | undefined)[]> {
    return Promise.resolve(contactIds.map((contactId) => this.#byContactId.get(contactId)));
  }
}
