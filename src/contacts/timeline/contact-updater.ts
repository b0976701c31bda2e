import type { Clock } from '../../clock.js';
import { nameOfKey, type ResourceKey } from '../../connect/ids.js';
import { joinFacts } from '../../coordination/fact-join.js';
import type { Requester } from '../../coordination/requester.js';
import type { Timelines } from '../../coordination/timelines.js';
import { GatewayError } from '../../errors.js';
import type { Placement } from '../../ledger/call-record.js';
import type { Unsubscribe } from '../../listeners.js';
import type { Log } from '../../log.js';
import { StoreUnavailable, type StoreHealth } from '../../store-health.js';
import { lostInMs, type HiddenSigns } from '../contact-sight.js';
import type { DescribedContacts } from '../described-contacts.js';
import type { PlacedContacts } from '../placed-contacts.js';
import type { SharedContacts } from '../shared-contacts.js';
import { isDescribed, saidLastAtMs, type ContactFacts } from './contact-facts.js';
import type { ContactReconciler, Reconciling } from './contact-reconciler.js';
import { statusOf } from './contact-state.js';
import { hasNewEvents } from './event-facts.js';
import { WatchedContact } from './watched-contact.js';

export interface ContactUpdaterParts {
  readonly shared: SharedContacts;
  readonly described: DescribedContacts;
  readonly placed: PlacedContacts;
  readonly timelines: Timelines;
  readonly health: StoreHealth;
  readonly reconciler: ContactReconciler;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether contact events come in: without them Connect alone is asked. */
  readonly hasEvents: boolean;
}

/** How soon shared state is asked again when it did not answer in time, although it is there. */
const readAgainAfterMs = 1_000;
/** Connect sends the last event of a contact right behind its end. */
const lastEventWithinMs = 2_000;
/** Where nothing was said for so long, all events have come, or will not come. */
const longSinceMs = 30_000;
/** For so long Connect is asked for what may have been missed of a contact that is over; for less where events told of it without a gap. */
const wholeWithinMs = 30_000;
const soundsWholeWithinMs = 5_000;
/** Connect tells hardly more of a call this young than that it was placed. */
const youngForMs = 2_000;

/** Keeps one followed contact up to date, from shared state when there is news of it and from Connect when that is asked; settles it once it is over. */
export class ContactUpdater implements Reconciling {
  readonly watched: WatchedContact;
  readonly #unsubscribe: Unsubscribe;
  /** Where Connect does not show the contact: null if it was not placed here, undefined while that is not known. */
  #placement: Placement | null | undefined;
  #hasNews = false;
  #isReading = false;
  #callOffReading: (() => void) | undefined;
  #callOffSettling: (() => void) | undefined;
  /** Since when it is known here to be over. */
  #overSinceMs: number | undefined;

  constructor(
    key: ResourceKey,
    private readonly parts: ContactUpdaterParts,
  ) {
    this.watched = new WatchedContact(key, (requester) => this.#readFirst(requester));
    // The version does not matter: where shared state forgot, the same number stands for something else.
    this.#unsubscribe = parts.timelines.changed(nameOfKey(key), () => void this.read());
  }

  /** Nobody follows it any more. */
  close(): void {
    this.#unsubscribe();
    this.#callOffSettling?.();
    this.#callOffReading?.();
  }

  /** Reads what shared state knows, again if more news came in the meantime, and records what it forgot. */
  async read(): Promise<void> {
    this.#hasNews = true;
    if (this.#isReading) return;
    this.#isReading = true;
    const { shared, timelines, log } = this.parts;
    const { watched } = this;
    try {
      while (this.#hasNews && watched.followers > 0) {
        this.#hasNews = false;
        const known = await shared.known(watched.key);
        const mine = watched.facts;
        if (known) this.#joinShared(known.facts);
        if (mine.size > 0 && joinFacts(known?.facts ?? new Map(), [...mine.values()]).changed) {
          await timelines.record(nameOfKey(watched.key), [...mine.values()]);
        }
      }
    } catch (err) {
      if (err instanceof StoreUnavailable) this.#readAgain();
      else log.error({ bug: err }, 'a followed contact was not read');
    } finally {
      this.#isReading = false;
    }
  }

  /** Asks Connect for it, in the requester's name. Throws GatewayError. */
  async ask(requester: Requester): Promise<void> {
    await this.#ask(requester, { again: true });
  }

  lostInMs(): number {
    return lostInMs(this.#signs());
  }

  /** What shared state knows is enough where events keep it up to date; else Connect has the last word, if it can be asked. */
  async #readFirst(requester: Requester): Promise<boolean> {
    const { placed, reconciler, hasEvents } = this.parts;
    const { watched } = this;
    const known = await this.#find();
    if (!isDescribed(watched.facts)) this.#placement = await placed.placementOf(watched.key);
    const { placedAgoMs } = this.#signs();
    // Nobody is told of a contact long silent that it may begin to ring.
    const isStale = statusOf(watched.facts) === 'INITIATED' && this.lostInMs() <= 0;
    if (known && hasEvents && (watched.isOver || (watched.hasFirstEvent && !isStale))) {
      reconciler.heard(watched);
      reconciler.wasQuiet(watched, this.#quietForMs());
      return true;
    }
    if (hasEvents && !known && placedAgoMs !== undefined && placedAgoMs <= youngForMs) {
      reconciler.heard(watched);
      return true;
    }
    try {
      const isThere = await this.#ask(requester);
      // An event may have come in the meantime.
      return isThere || watched.facts.size > 0;
    } catch (error) {
      if (watched.facts.size > 0 && error instanceof GatewayError) return true;
      throw error;
    }
  }

  /** How long ago, by this machine's clock, something was said of it last. */
  #quietForMs(): number {
    return Math.max(0, this.parts.clock.now() - saidLastAtMs(this.watched.facts));
  }

  #signs(): HiddenSigns {
    return this.parts.placed.signsOf(this.watched.key, this.watched.facts, this.#placement);
  }

  /** Whether shared state knows anything of the contact; what it knows is joined. */
  async #find(): Promise<boolean> {
    try {
      const known = await this.parts.shared.known(this.watched.key);
      if (!known) return false;
      this.#joinShared(known.facts);
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#readAgain();
      return false;
    }
  }

  /** Where shared state is away, all are read again once it is back. */
  #readAgain(): void {
    const { health, clock } = this.parts;
    if (!health.isUp || this.watched.followers === 0) return;
    this.#callOffReading ??= clock.after(readAgainAfterMs, () => {
      this.#callOffReading = undefined;
      void this.read();
    });
  }

  /** Whether there is such a contact, also one that Connect does not show; one that it will not show any more is over. */
  async #ask(requester: Requester, { again = false } = {}): Promise<boolean> {
    const { watched } = this;
    const known = () => watched.facts;
    const asked = await this.parts.shared.askForFollowers(watched.key, requester, { known, again });
    if (asked.is === 'shown') {
      if (asked.unshared) this.#readAgain();
      this.#join(asked.facts);
      return true;
    }
    this.#placement = asked.placement;
    if (asked.is === 'lost') watched.giveUp();
    return asked.is !== 'none';
  }

  #joinShared(facts: ContactFacts): void {
    // What Connect told before an event is older than what the event tells.
    if (hasNewEvents(this.watched.facts, facts)) this.parts.described.outdate(this.watched.key);
    this.#join(facts);
  }

  #join(facts: ContactFacts): void {
    const { watched } = this;
    if (!watched.join(facts)) return;
    this.parts.reconciler.heard(watched);
    if (watched.isOver && watched.followers > 0) this.#settle();
  }

  /**
   * A contact that is over is followed until its last event has come and Connect has told the whole of it, for any event may be lost: so who
   * followed it was told last what whoever reads it is told. Neither is waited for for long.
   */
  #settle(): void {
    const { watched } = this;
    if (watched.isSettled) return;
    const { clock, reconciler, hasEvents } = this.parts;
    if (this.#overSinceMs === undefined) {
      this.#overSinceMs = clock.monotonic();
      reconciler.ended(watched);
    }
    const isHeardOut = !hasEvents || watched.hasLastEvent || this.#quietForMs() > longSinceMs;
    const askForMs = watched.soundsWhole ? soundsWholeWithinMs : wholeWithinMs;
    const untilMs =
      this.#overSinceMs + Math.max(isHeardOut ? 0 : lastEventWithinMs, watched.isKnownWhole ? 0 : askForMs);
    this.#callOffSettling?.();
    this.#callOffSettling = undefined;
    const waitMs = untilMs - clock.monotonic();
    if (waitMs <= 0) watched.settled();
    else
      this.#callOffSettling = clock.after(waitMs, () => {
        watched.settled();
      });
  }
}
