import type { Clock } from '../../clock.js';
import { nameOfKey, type ResourceKey } from '../../connect/ids.js';
import { mergeFacts } from '../../coordination/fact-merge.js';
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
import type { ContactPoller, PollTarget } from './contact-poller.js';
import { statusOf } from './contact-state.js';
import { hasNewEvents } from './event-facts.js';
import { FollowedContact } from './followed-contact.js';

export interface ContactUpdaterParts {
  readonly shared: SharedContacts;
  readonly described: DescribedContacts;
  readonly placed: PlacedContacts;
  readonly timelines: Timelines;
  readonly health: StoreHealth;
  readonly poller: ContactPoller;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether contact events come in: without them Connect alone is asked. */
  readonly hasEvents: boolean;
}

/** How soon shared state is read again when it did not answer in time, although it is up. */
const readAgainAfterMs = 1_000;
/** Connect sends the last event of a contact right behind its end. */
const lastEventWithinMs = 2_000;
/** After so long a silence all events have come, or will not come. */
const longSinceMs = 30_000;
/** How long a contact that is over is polled for what may have been missed; less where events told of it without a gap. */
const completeWithinMs = 30_000;
const seemsCompleteWithinMs = 5_000;
/** Connect tells hardly more of a call this young than that it was placed. */
const youngForMs = 2_000;

/** Keeps one followed contact up to date, from shared state after each notification and from Connect when that is asked; completes it once it is over. */
export class ContactUpdater implements PollTarget {
  readonly followed: FollowedContact;
  readonly #unsubscribe: Unsubscribe;
  /** Where Connect does not show the contact: null if it was not placed here, undefined while that is not known. */
  #placement: Placement | null | undefined;
  #hasChange = false;
  #isReading = false;
  #cancelReading: (() => void) | undefined;
  #cancelCompletion: (() => void) | undefined;
  /** Since when it is known here to be over. */
  #overSinceMs: number | undefined;

  constructor(
    key: ResourceKey,
    private readonly parts: ContactUpdaterParts,
  ) {
    this.followed = new FollowedContact(key, (requester) => this.#readFirst(requester));
    // The version does not matter: where shared state forgot, the same number stands for something else.
    this.#unsubscribe = parts.timelines.changed(nameOfKey(key), () => void this.read());
  }

  /** Nobody follows it any more. */
  close(): void {
    this.#unsubscribe();
    this.#cancelCompletion?.();
    this.#cancelReading?.();
  }

  /** Reads what shared state knows, again if it was notified in the meantime, and records what shared state forgot. */
  async read(): Promise<void> {
    this.#hasChange = true;
    if (this.#isReading) return;
    this.#isReading = true;
    const { shared, timelines, log } = this.parts;
    const { followed } = this;
    try {
      while (this.#hasChange && followed.followers > 0) {
        this.#hasChange = false;
        const known = await shared.known(followed.key);
        const mine = followed.facts;
        if (known) this.#mergeShared(known.facts);
        if (mine.size > 0 && mergeFacts(known?.facts ?? new Map(), [...mine.values()]).changed) {
          await timelines.record(nameOfKey(followed.key), [...mine.values()]);
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
    const { placed, poller, hasEvents } = this.parts;
    const { followed } = this;
    const known = await this.#find();
    if (!isDescribed(followed.facts)) this.#placement = await placed.placementOf(followed.key);
    const { placedAgoMs } = this.#signs();
    // Nobody is told of a contact long silent that it may begin to ring.
    const isStale = statusOf(followed.facts) === 'INITIATED' && this.lostInMs() <= 0;
    if (known && hasEvents && (followed.isOver || (followed.hasFirstEvent && !isStale))) {
      poller.recordActivity(followed);
      poller.recordSilence(followed, this.#silentForMs());
      return true;
    }
    if (hasEvents && !known && placedAgoMs !== undefined && placedAgoMs <= youngForMs) {
      poller.recordActivity(followed);
      return true;
    }
    try {
      const isThere = await this.#ask(requester);
      // An event may have come in the meantime.
      return isThere || followed.facts.size > 0;
    } catch (error) {
      if (followed.facts.size > 0 && error instanceof GatewayError) return true;
      throw error;
    }
  }

  /** How long ago, by this machine's clock, something was said of it last. */
  #silentForMs(): number {
    return Math.max(0, this.parts.clock.now() - saidLastAtMs(this.followed.facts));
  }

  #signs(): HiddenSigns {
    return this.parts.placed.signsOf(this.followed.key, this.followed.facts, this.#placement);
  }

  /** Whether shared state knows anything of the contact; merges what it knows. */
  async #find(): Promise<boolean> {
    try {
      const known = await this.parts.shared.known(this.followed.key);
      if (!known) return false;
      this.#mergeShared(known.facts);
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
    if (!health.isUp || this.followed.followers === 0) return;
    this.#cancelReading ??= clock.after(readAgainAfterMs, () => {
      this.#cancelReading = undefined;
      void this.read();
    });
  }

  /** Whether there is such a contact, also one that Connect does not show; one that it will not show any more is over. */
  async #ask(requester: Requester, { again = false } = {}): Promise<boolean> {
    const { followed } = this;
    const known = () => followed.facts;
    const asked = await this.parts.shared.askForFollowers(followed.key, requester, { known, again });
    if (asked.is === 'shown') {
      if (asked.unshared) this.#readAgain();
      this.#merge(asked.facts);
      return true;
    }
    this.#placement = asked.placement;
    if (asked.is === 'lost') followed.giveUp();
    return asked.is !== 'none';
  }

  #mergeShared(facts: ContactFacts): void {
    // What Connect told before an event is older than what the event tells.
    if (hasNewEvents(this.followed.facts, facts)) this.parts.described.invalidate(this.followed.key);
    this.#merge(facts);
  }

  #merge(facts: ContactFacts): void {
    const { followed } = this;
    if (!followed.merge(facts)) return;
    this.parts.poller.recordActivity(followed);
    if (followed.isOver && followed.followers > 0) this.#complete();
  }

  /**
   * A contact that is over is followed until its last event has come and Connect has told the whole of it, for any event may be lost: so who
   * followed it was told last what whoever reads it is told. Neither is waited for for long.
   */
  #complete(): void {
    const { followed } = this;
    if (followed.isCompleted) return;
    const { clock, poller, hasEvents } = this.parts;
    if (this.#overSinceMs === undefined) {
      this.#overSinceMs = clock.monotonic();
      poller.ended(followed);
    }
    const isHeardOut = !hasEvents || followed.hasLastEvent || this.#silentForMs() > longSinceMs;
    const askForMs = followed.seemsComplete ? seemsCompleteWithinMs : completeWithinMs;
    const untilMs =
      this.#overSinceMs + Math.max(isHeardOut ? 0 : lastEventWithinMs, followed.isKnownComplete ? 0 : askForMs);
    this.#cancelCompletion?.();
    this.#cancelCompletion = undefined;
    const waitMs = untilMs - clock.monotonic();
    if (waitMs <= 0) followed.complete();
    else
      this.#cancelCompletion = clock.after(waitMs, () => {
        followed.complete();
      });
  }
}
