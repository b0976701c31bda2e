import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { ResourceKey } from '../connect/ids.js';
import { StoreUnavailable } from '../store-health.js';
import type { Placement } from '../ledger/call-record.js';
import type { LedgerStore } from '../ledger/ledger.js';
import { findPlacements } from '../ledger/placement.js';
import type { HiddenSigns } from './contact-sight.js';
import type { ContactFacts } from './timeline/contact-facts.js';

/** What only the placing of a contact through this gateway knew. */
export class PlacedContacts {
  readonly #knownSinceMs = new LRUCache<string, number>({ max: 20_000 });

  constructor(
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  /** In the order of the ids; undefined for all of them while the ledger is away, for what a placing knew is worth no failed read. */
  async find(contactIds: readonly string[]): Promise<(Placement | undefined)[]> {
    try {
      return await findPlacements(this.ledger, contactIds);
    } catch (error) {
      if (error instanceof StoreUnavailable) return contactIds.map(() => undefined);
      throw error;
    }
  }

  /** The placing of the contact in its instance; null where it was not placed here, undefined while the ledger, which knows, is away. */
  async placementOf(key: ResourceKey): Promise<Placement | null | undefined> {
    try {
      const [placement] = await findPlacements(this.ledger, [key.id]);
      return placement?.instanceId === key.instanceId ? placement : null;
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  /** What there is to tell by what became of a contact that Connect does not show: `facts` of it, and its placing here. */
  signsOf({ id }: ResourceKey, facts: ContactFacts, placement: Placement | null | undefined): HiddenSigns {
    return { facts, placedAgoMs: placement ? this.agoMs(id, placement) : undefined, nowMs: this.clock.now() };
  }

  /**
   * How long ago it was placed, by this machine's clock. The clock of the replica that placed it may be ahead of ours; but at least as long ago
   * as this was first asked here, so that no contact is new for ever.
   */
  agoMs(contactId: string, { placedAtMs }: Placement): number {
    const nowMs = this.clock.monotonic();
    const sinceMs = this.#knownSinceMs.get(contactId) ?? nowMs;
    this.#knownSinceMs.set(contactId, sinceMs);
    return Math.max(this.clock.now() - placedAtMs, nowMs - sinceMs);
  }
}
