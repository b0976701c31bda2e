import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import { checkFacts, mergeFacts } from '../fact-merge.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import { timelineKeptForMs, type ContactFact, type KnownContact, type Timelines } from '../timelines.js';

const nothing: KnownContact = { facts: new Map(), version: 0 };

/** The timelines of one process, by the same rules as scripts/timelines.lua. */
export class MemoryTimelines implements Timelines {
  readonly #known: LRUCache<string, KnownContact>;
  /** Until when nobody else may ask Connect. */
  readonly #pollClaimedUntilMs: LRUCache<string, number>;
  readonly #listeners = new Listeners<number | undefined>();
  readonly #invalidatedListeners = new Listeners<string>();

  constructor(
    private readonly clock: Clock,
    maxContacts: number,
  ) {
    this.#known = new LRUCache({
      max: maxContacts,
      ttl: timelineKeptForMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
    });
    this.#pollClaimedUntilMs = new LRUCache({ max: maxContacts });
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async record(contact: string, facts: readonly ContactFact[]): Promise<{ changed: boolean; version: number }> {
    checkFacts(facts);
    const known = this.#known.get(contact) ?? nothing;
    const merged = mergeFacts(known.facts, facts);
    const version = known.version + (merged.changed ? 1 : 0);
    // It is kept from its last change on, and that the same was said again is none.
    if (version > 0) this.#known.set(contact, { facts: merged.facts, version }, { noUpdateTTL: !merged.changed });
    if (merged.changed) this.#listeners.notify(contact, version);
    return { changed: merged.changed, version };
  }

  find(contacts: readonly string[]): Promise<(KnownContact | undefined)[]> {
    return Promise.resolve(contacts.map((contact) => this.#known.get(contact)));
  }

  changed(contact: string, listener: (version: number | undefined) => void): Unsubscribe {
    return this.#listeners.add(contact, listener);
  }

  claimPolling(contact: string, holdMs: number): Promise<boolean> {
    const nowMs = this.clock.monotonic();
    if ((this.#pollClaimedUntilMs.get(contact) ?? 0) > nowMs) return Promise.resolve(false);
    this.#pollClaimedUntilMs.set(contact, nowMs + holdMs);
    return Promise.resolve(true);
  }

  invalidate(contact: string): Promise<void> {
    this.#invalidatedListeners.notifyAll(contact);
    return Promise.resolve();
  }

  invalidated(listener: (contact: string | undefined) => void): Unsubscribe {
    return this.#invalidatedListeners.add('', listener);
  }
}
