import { nameOfKey, type ResourceKey } from '../../connect/ids.js';
import type { Requester } from '../../coordination/requester.js';
import { ContactPoller, type ContactPollerParts } from './contact-poller.js';
import { ContactUpdater, type ContactUpdaterParts } from './contact-updater.js';
import type { ContactSnapshot } from './follower.js';

export interface FollowedContactsParts extends Omit<ContactUpdaterParts, 'poller'>, ContactPollerParts {}

/**
 * The contacts that somebody follows through this replica. Each is read once for all who follow it: from shared state after a notification, and from Connect
 * after silence, by one of the replicas.
 */
export class FollowedContacts {
  readonly #updaters = new Map<string, ContactUpdater>();
  readonly #poller: ContactPoller;
  readonly #parts: ContactUpdaterParts;

  constructor(parts: FollowedContactsParts) {
    this.#poller = new ContactPoller(parts);
    this.#parts = { ...parts, poller: this.#poller };
    // The notification that some may have been missed can come before anything can be read again.
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
    return updater.followed.follow(requester, () => {
      this.#leave(updater);
    });
  }

  /** Something changed the contact just now: who follows it here is told soon, also where no event comes. */
  changed(key: ResourceKey): void {
    const updater = this.#updaters.get(nameOfKey(key));
    if (updater) this.#poller.changed(updater.followed);
  }

  #begin(key: ResourceKey): ContactUpdater {
    const updater = new ContactUpdater(key, this.#parts);
    this.#updaters.set(nameOfKey(key), updater);
    this.#poller.add(updater.followed, updater);
    return updater;
  }

  #leave(updater: ContactUpdater): void {
    const { key, followers } = updater.followed;
    if (followers > 0 || this.#updaters.get(nameOfKey(key)) !== updater) return;
    updater.close();
    this.#updaters.delete(nameOfKey(key));
    this.#poller.remove(updater.followed);
  }
}
