import type { ResourceKey } from '../../connect/ids.js';
import { gotNoPermit } from '../../connect/shared-fetches.js';
import { mergeFacts } from '../../coordination/fact-merge.js';
import { isSameRequester, nameOfRequester, type Requester } from '../../coordination/requester.js';
import { isOver, isComplete, type ContactFacts } from './contact-facts.js';
import { hasEvent } from './event-facts.js';
import { outcomeOf } from './contact-outcome.js';
import { seemsComplete } from './contact-state.js';
import { Follower, type ContactSnapshot, type FollowerSource } from './follower.js';

/** Connect is asked for a contact in the names of so many of those who follow it at most. */
const maxRequesters = 10;

/** One contact and those who follow it. What it holds for a follower does not grow while the follower is busy. */
export class FollowedContact implements FollowerSource {
  #facts: ContactFacts = new Map();
  #isLost = false;
  #isCompleted = false;
  #changes = 0;
  #first: { readonly requester: Requester; readonly isThere: Promise<boolean> } | undefined;
  readonly #followers = new Set<Follower>();
  /** Those who follow, in the order in which they came, each with how often it follows the contact. */
  readonly #requesters = new Map<string, { readonly requester: Requester; follows: number }>();

  /** `readFirst` merges what can be known now, in the name of the one who asks; false where there is no such contact. */
  constructor(
    readonly key: ResourceKey,
    private readonly readFirst: (requester: Requester) => Promise<boolean>,
  ) {}

  get facts(): ContactFacts {
    return this.#facts;
  }

  /** Nothing more is to come. */
  get isCompleted(): boolean {
    return this.#isCompleted;
  }

  get followers(): number {
    return this.#followers.size;
  }

  get changes(): number {
    return this.#changes;
  }

  /** Connect may be asked for it in the names of these: the few who came first of those who follow it. */
  get requesters(): readonly Requester[] {
    const first: Requester[] = [];
    for (const { requester } of this.#requesters.values()) {
      if (first.push(requester) === maxRequesters) break;
    }
    return first;
  }

  get isOver(): boolean {
    return isOver(this.#facts);
  }

  /** Nothing of it is left to ask Connect for. */
  get isKnownComplete(): boolean {
    return isOver(this.#facts) && isComplete(this.#facts);
  }

  /** It is over, and events told the whole of it as far as one can see: asking Connect for more does good, but nobody waits long for it. */
  get seemsComplete(): boolean {
    return isOver(this.#facts) && seemsComplete(this.#facts);
  }

  get hasFirstEvent(): boolean {
    return hasEvent(this.#facts, 'INITIATED');
  }

  get hasLastEvent(): boolean {
    return hasEvent(this.#facts, 'COMPLETED');
  }

  /** Merges the facts, and notifies those who follow where they see a change. Answers whether anything changed. */
  merge(told: ContactFacts): boolean {
    const before = this.#facts;
    const { facts, changed } = mergeFacts(before, [...told.values()]);
    this.#facts = facts;
    if (!changed) return false;
    this.#isLost = false;
    if (isVisible(before, facts)) this.#notify();
    return true;
  }

  /** Connect will not show it any more: it counts as over. */
  giveUp(): void {
    if (this.#isCompleted) return;
    this.#isLost = true;
    this.#notify();
    this.complete();
  }

  #notify(): void {
    this.#changes += 1;
    // One for all who wait for it: what is made of it is made once.
    this.#wakeAll(this.snapshot());
  }

  /** Ends the following once what is left to tell is told. */
  complete(): void {
    this.#isCompleted = true;
    this.#wakeAll();
  }

  #wakeAll(snapshot?: ContactSnapshot): void {
    for (const follower of [...this.#followers]) follower.wake(snapshot);
  }

  /** `onLeave` is called once it is followed so no longer. */
  follow(requester: Requester, onLeave: () => void): Follower {
    const follower = new Follower(requester, this, onLeave);
    this.#followers.add(follower);
    this.#come(requester);
    return follower;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
    this.#go(follower.requester);
  }

  #come(requester: Requester): void {
    const name = nameOfRequester(requester);
    const known = this.#requesters.get(name);
    if (known) known.follows += 1;
    else this.#requesters.set(name, { requester, follows: 1 });
  }

  #go(requester: Requester): void {
    const name = nameOfRequester(requester);
    const known = this.#requesters.get(name);
    if (!known) return;
    known.follows -= 1;
    if (known.follows === 0) this.#requesters.delete(name);
  }

  snapshot(): ContactSnapshot {
    return { key: this.key, facts: this.#facts, isLost: this.#isLost };
  }

  /** Reads once for all who come while that is under way; again for the next one where it failed, and for one who was not refused a permit yet. */
  async readOnce(requester: Requester): Promise<boolean> {
    for (;;) {
      const first = (this.#first ??= { requester, isThere: this.readFirst(requester) });
      try {
        return await first.isThere;
      } catch (error) {
        if (this.#first === first) this.#first = undefined;
        if (isSameRequester(first.requester, requester) || !gotNoPermit(error)) throw error;
      }
    }
  }
}

/** Whether a follower is told something else than before: that Connect was asked is no change by itself. */
function isVisible(before: ContactFacts, after: ContactFacts): boolean {
  const isOther = [...after.values()].some(
    ({ field, value }) => field !== 'described' && before.get(field)?.value !== value,
  );
  return isOther || outcomeOf(before) !== outcomeOf(after);
}
