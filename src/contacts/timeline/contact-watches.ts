import type { Clock } from '../../clock.js';
import type { Connect } from '../../connect/connect.js';
import { nameOfKey, type ResourceKey } from '../../connect/resource-key.js';
import { GatewayError } from '../../errors.js';
import type { Log } from '../../log.js';
import { joinFacts } from '../../coordination/fact-join.js';
import type { Requester } from '../../coordination/requester.js';
import { StoreUnavailable, type StoreHealth } from '../../store-health.js';
import type { Timelines } from '../../coordination/timelines.js';
import { lostInMs, type HiddenSigns } from '../contact-sight.js';
import type { DescribedContacts } from '../described-contacts.js';
import type { PlacedContacts } from '../placed-contacts.js';
import type { SharedContacts } from '../shared-contacts.js';
import { isDescribed, saidLastAtMs, type ContactFacts } from './contact-facts.js';
import { hasNewEvents } from './event-facts.js';
import { ContactReconciler } from './contact-reconciler.js';
import { statusOf } from './contact-state.js';
import { WatchedContact, type ContactSnapshot } from './watched-contact.js';

export interface ContactWatchesParts {
  readonly shared: SharedContacts;
  readonly described: DescribedContacts;
  readonly placed: PlacedContacts;
  readonly timelines: Timelines;
  readonly health: StoreHealth;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether contact events come in: without them Connect alone is asked, and more often. */
  readonly hasEvents: boolean;
}

/** How soon shared state is asked again when it did not answer in time, although it is there. */
const readAgainAfterMs = 1_000;
/** Connect sends the last event of a contact right behind its end. */
const lastEventWithinMs = 2_000;
/** Of what was said so long ago all events have come, or will not. */
const longSinceMs = 30_000;
/** For so long Connect is asked for what may have been missed of a contact that is over; less long where events told of it without a gap. */
const wholeWithinMs = 30_000;
const soundsWholeWithinMs = 5_000;
/** Of a call this young Connect tells hardly more than that it was placed. */
const youngForMs = 2_000;

/**
 * The contacts that somebody follows through this replica. Each is read once for all who follow it: from shared state when there is news of it, and from Connect
 * when there was none for a while, by one of the replicas.
 */
export class ContactWatches {
  readonly #watched = new Map<string, WatchedContact>();
  readonly #reconciler: ContactReconciler;

  constructor(private readonly parts: ContactWatchesParts) {
    this.#reconciler = new ContactReconciler({
      ...parts,
      ask: (watched, requester) => this.#ask(watched, requester, { again: true }),
      lostInMs: (watched) => this.#lostInMs(watched),
    });
    // News that may have been missed is told of when news comes again, which may be before anything can be read.
    parts.health.onUp(() => {
      for (const watched of this.#watched.values()) void this.#read(watched);
    });
  }

  /**
   * First where the contact is, then again after each change, the changes of a slow reader as one; ends with the contact, or with `return()`. One null where there is no
   * such contact. Rejects with a GatewayError where that cannot be told. Connect is asked in the name of one who follows the contact.
   */
  follow(key: ResourceKey, requester: Requester): AsyncIterableIterator<ContactSnapshot | null> {
    const name = nameOfKey(key);
    const watched = this.#watched.get(name) ?? this.#begin(key, name);
    return watched.follow(requester, () => {
      this.#leave(watched);
    });
  }

  /** Something changed the contact just now: who follows it here is told soon, also where no event comes. */
  changed(key: ResourceKey): void {
    const watched = this.#watched.get(nameOfKey(key));
    if (watched) this.#reconciler.changed(watched);
  }

  #begin(key: ResourceKey, name: string): WatchedContact {
    const { timelines } = this.parts;
    const watched: WatchedContact = new WatchedContact(key, name, (requester) => this.#readFirst(watched, requester));
    // Of whatever version: where shared state forgot, the same number stands for something else.
    watched.unsubscribe = timelines.changed(name, () => void this.#read(watched));
    this.#watched.set(name, watched);
    this.#reconciler.add(watched);
    return watched;
  }

  #leave(watched: WatchedContact): void {
    if (watched.followers > 0 || this.#watched.get(watched.name) !== watched) return;
    watched.unsubscribe();
    watched.callOffSettling?.();
    watched.callOffReading?.();
    this.#watched.delete(watched.name);
    this.#reconciler.remove(watched);
  }

  /** What shared state knows is enough where events keep it up to date; else Connect has the last word, if it can be asked. */
  async #readFirst(watched: WatchedContact, requester: Requester): Promise<boolean> {
    const { placed, hasEvents } = this.parts;
    const known = await this.#find(watched);
    if (!isDescribed(watched.facts)) watched.placement = await placed.placementOf(watched.key);
    const { placedAgoMs } = this.#signsOf(watched);
    // Of one long silent nobody is told that it may begin to ring.
    const isStale = statusOf(watched.facts) === 'INITIATED' && this.#lostInMs(watched) <= 0;
    if (known && hasEvents && (watched.isOver || (watched.hasFirstEvent && !isStale))) {
      this.#reconciler.heard(watched);
      this.#reconciler.wasQuiet(watched, this.#quietForMs(watched));
      return true;
    }
    if (hasEvents && !known && placedAgoMs !== undefined && placedAgoMs <= youngForMs) {
      this.#reconciler.heard(watched);
      return true;
    }
    try {
      const isThere = await this.#ask(watched, requester);
      // An event may have come in the meantime.
      return isThere || watched.facts.size > 0;
    } catch (error) {
      if (watched.facts.size > 0 && error instanceof GatewayError) return true;
      throw error;
    }
  }

  /** For how long nothing was said of it, on whatever clock. */
  #quietForMs({ facts }: WatchedContact): number {
    return Math.max(0, this.parts.clock.now() - saidLastAtMs(facts));
  }

  #signsOf({ key, facts, placement }: WatchedContact): HiddenSigns {
    return this.parts.placed.signsOf(key, facts, placement);
  }

  #lostInMs(watched: WatchedContact): number {
    return lostInMs(this.#signsOf(watched));
  }

  /** Whether shared state knows anything of the contact; what it knows is joined. */
  async #find(watched: WatchedContact): Promise<boolean> {
    try {
      const known = await this.parts.shared.known(watched.key);
      if (!known) return false;
      this.#joinShared(watched, known.facts);
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#readAgain(watched);
      return false;
    }
  }

  /** Reads what shared state knows, again if more news came in the meantime; and tells it what it forgot. */
  async #read(watched: WatchedContact): Promise<void> {
    watched.hasNews = true;
    if (watched.isReading) return;
    watched.isReading = true;
    try {
      while (watched.hasNews && watched.followers > 0) {
        watched.hasNews = false;
        const known = await this.parts.shared.known(watched.key);
        const mine = watched.facts;
        if (known) this.#joinShared(watched, known.facts);
        if (mine.size > 0 && joinFacts(known?.facts ?? new Map(), [...mine.values()]).changed) {
          await this.parts.timelines.record(watched.name, [...mine.values()]);
        }
      }
    } catch (err) {
      if (err instanceof StoreUnavailable) this.#readAgain(watched);
      else this.parts.log.error({ bug: err }, 'a followed contact was not read');
    } finally {
      watched.isReading = false;
    }
  }

  /** Where shared state is away, all are read again once it is back. */
  #readAgain(watched: WatchedContact): void {
    const { health, clock } = this.parts;
    if (!health.isUp || watched.followers === 0) return;
    watched.callOffReading ??= clock.after(readAgainAfterMs, () => {
      watched.callOffReading = undefined;
      void this.#read(watched);
    });
  }

  #joinShared(watched: WatchedContact, facts: ContactFacts): void {
    // What Connect told before an event is older than what the event tells.
    if (hasNewEvents(watched.facts, facts)) this.parts.described.outdate(watched.key);
    this.#join(watched, facts);
  }

  #join(watched: WatchedContact, facts: ContactFacts): void {
    if (!watched.join(facts)) return;
    this.#reconciler.heard(watched);
    if (watched.isOver && watched.followers > 0) this.#settle(watched);
  }

  /**
   * A contact that is over is followed until its last event has come and Connect has told the whole of it, for any event may be lost: so who
   * followed it was told last what whoever reads it is told. Neither is waited for for long.
   */
  #settle(watched: WatchedContact): void {
    if (watched.isSettled || watched.followers === 0) return;
    const { clock, hasEvents } = this.parts;
    if (watched.overSinceMs === undefined) {
      watched.overSinceMs = clock.monotonic();
      this.#reconciler.ended(watched);
    }
    const isHeardOut = !hasEvents || watched.hasLastEvent || this.#quietForMs(watched) > longSinceMs;
    const askForMs = watched.soundsWhole ? soundsWholeWithinMs : wholeWithinMs;
    const untilMs =
      watched.overSinceMs + Math.max(isHeardOut ? 0 : lastEventWithinMs, watched.isKnownWhole ? 0 : askForMs);
    watched.callOffSettling?.();
    watched.callOffSettling = undefined;
    const waitMs = untilMs - clock.monotonic();
    if (waitMs <= 0) watched.settled();
    else
      watched.callOffSettling = clock.after(waitMs, () => {
        watched.settled();
      });
  }

  /** Whether there is such a contact, also one that Connect does not show; one that it will not show any more is over. */
  async #ask(watched: WatchedContact, requester: Requester, { again = false } = {}): Promise<boolean> {
    const known = () => watched.facts;
    const asked = await this.parts.shared.askForFollowers(watched.key, requester, { known, again });
    if (asked.is === 'shown') {
      if (asked.unshared) this.#readAgain(watched);
      this.#join(watched, asked.facts);
      return true;
    }
    watched.placement = asked.placement;
    if (asked.is === 'lost') watched.giveUp();
    return asked.is !== 'none';
  }
}
