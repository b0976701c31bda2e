import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import { checkFacts, joinFacts } from '../fact-join.js';
import { Listeners, type Unsubscribe } from '../../listeners.js';
import { timelineKeptForMs, type ContactFact, type KnownContact, type Timelines } from '../timelines.js';

const nothing: KnownContact = { facts: new Map(), version: 0 };

/** The timelines of one process, by the same rules as scripts/timelines.lua. */
export class MemoryTimelines implements Timelines {
  readonly #known: LRUCache<string, KnownContact>;
  /** Until when nobody else may ask Connect. */
  readonly #reconciledUntilMs: LRUCache<string, number>;
  readonly #listeners = new Listeners<number | undefined>();
  readonly #outdatedListeners = new Listeners<string>();

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
    this.#reconciledUntilMs = new LRUCache({ max: maxContacts });
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async record(contact: string, facts: readonly ContactFact[]): Promise<{ changed: boolean; version: number }> {
    checkFacts(facts);
    const known = this.#known.get(contact) ?? nothing;
    const joined = joinFacts(known.facts, facts);
    const version = known.version + (joined.changed ? 1 : 0);
    // It is kept from its last change on, and that the same was said again is none.
    if (version > 0) this.#known.set(contact, { facts: joined.facts, version }, { noUpdateTTL: !joined.changed });
    if (joined.changed) this.#listeners.tell(contact, version);
    return { changed: joined.changed, version };
  }

  find(contacts: readonly string[]): Promise<(KnownContact | undefined)[]> {
    return Promise.resolve(contacts.map((contact) => this.#known.get(contact)));
  }

  changed(contact: string, listener: (version: number | undefined) => void): Unsubscribe {
    return this.#listeners.add(contact, listener);
  }

  claimReconciling(contact: string, holdMs: number): Promise<boolean> {
    const nowMs = this.clock.monotonic();
    if ((this.#reconciledUntilMs.get(contact) ?? 0) > nowMs) return Promise.resolve(false);
    this.#reconciledUntilMs.set(contact, nowMs + holdMs);
    return Promise.resolve(true);
  }

  outdate(contact: string): Promise<void> {
    this.#outdatedListeners.tellAll(contact);
    return Promise.resolve();
  }

  outdated(listener: (contact: string | undefined) => void): Unsubscribe {
    return this.#outdatedListeners.add('', listener);
  }
}
