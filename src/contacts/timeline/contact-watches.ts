import type { Connect } from '../../connect/connect.js';
import { nameOfKey, type ResourceKey } from '../../connect/ids.js';
import type { Requester } from '../../coordination/requester.js';
import { ContactReconciler } from './contact-reconciler.js';
import { ContactUpdater, type ContactUpdaterParts } from './contact-updater.js';
import type { ContactSnapshot } from './watched-contact.js';

export interface ContactWatchesParts extends Omit<ContactUpdaterParts, 'reconciler'> {
  readonly connect: Connect;
}

/**
 * The contacts that somebody follows through this replica. Each is read once for all who follow it: from shared state when there is news of it, and from Connect
 * when there was none for a while, by one of the replicas.
 */
export class ContactWatches {
  readonly #updaters = new Map<string, ContactUpdater>();
  readonly #reconciler: ContactReconciler;
  readonly #parts: ContactUpdaterParts;

  constructor(parts: ContactWatchesParts) {
    this.#reconciler = new ContactReconciler(parts);
    this.#parts = { ...parts, reconciler: this.#reconciler };
    // Shared state tells of news that may have been missed when its news come again, which may be before anything can be read.
    parts.health.onUp(() => {
      for (const updater of this.#updaters.values()) void updater.read();
    });
  }

  /**
   * Tells where the contact is, and again after each change, several changes at once to a slow reader; ends with the contact, or with `return()`. Tells one null where
   * there is no such contact. Rejects with a GatewayError where that cannot be told. Connect is asked in the name of one who follows the contact.
   */
  follow(key: ResourceKey, requester: Requester): AsyncIterableIterator<ContactSnapshot | null> {
    const updater = this.#updaters.get(nameOfKey(key)) ?? this.#begin(key);
    return updater.watched.follow(requester, () => {
      this.#leave(updater);
    });
  }

  /** Something changed the contact just now: who follows it here is told soon, also where no event comes. */
  changed(key: ResourceKey): void {
    const updater = this.#updaters.get(nameOfKey(key));
    if (updater) this.#reconciler.changed(updater.watched);
  }

  #begin(key: ResourceKey): ContactUpdater {
    const updater = new ContactUpdater(key, this.#parts);
    this.#updaters.set(nameOfKey(key), updater);
    this.#reconciler.add(updater.watched, updater);
    return updater;
  }

  #leave(updater: ContactUpdater): void {
    const { key, followers } = updater.watched;
    if (followers > 0 || this.#updaters.get(nameOfKey(key)) !== updater) return;
    updater.close();
    this.#updaters.delete(nameOfKey(key));
    this.#reconciler.remove(updater.watched);
  }
}
