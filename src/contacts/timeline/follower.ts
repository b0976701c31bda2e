import type { ResourceKey } from '../../connect/ids.js';
import type { Requester } from '../../coordination/requester.js';
import type { ContactFacts } from './contact-facts.js';

/** Where a contact is at one moment, for one event of a subscription. */
export interface ContactSnapshot {
  readonly key: ResourceKey;
  readonly facts: ContactFacts;
  /** Connect accepted it and never showed it: it counts as over. */
  readonly isLost: boolean;
}

/** What a follower asks of the contact that it follows. */
export interface FollowerSource {
  /** How often it changed. */
  readonly changes: number;
  /** Nothing more is to come. */
  readonly isCompleted: boolean;
  snapshot(): ContactSnapshot;
  /** False where there is no such contact. */
  readOnce(requester: Requester): Promise<boolean>;
  leave(follower: Follower): void;
}

type Told = IteratorResult<ContactSnapshot | null, undefined>;

/** One who follows a contact. What is held for it does not grow while it is busy. No generator: the `return()` of one that waits would wait, too. */
export class Follower implements AsyncIterableIterator<ContactSnapshot | null, undefined> {
  #isOpen = true;
  /** Which change it was told last; undefined before the first. */
  #seen: number | undefined;
  #tell: ((told: Told) => void) | undefined;

  constructor(
    readonly requester: Requester,
    private readonly source: FollowerSource,
    private readonly onLeave: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Told> {
    if (this.#seen === undefined && this.#isOpen) return this.#first();
    const told = this.#now();
    if (told) return Promise.resolve(told);
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  return(): Promise<Told> {
    this.#leave();
    return Promise.resolve(done);
  }

  /** Something changed; `snapshot` is where the contact is now. */
  wake(snapshot?: ContactSnapshot): void {
    const tell = this.#tell;
    const told = tell && this.#now(snapshot);
    if (!told) return;
    this.#tell = undefined;
    tell(told);
  }

  async #first(): Promise<Told> {
    try {
      const isThere = await this.source.readOnce(this.requester);
      if (!this.#isOpen) return done;
      if (!isThere) this.#leave();
      this.#seen = this.source.changes;
      return { done: false, value: isThere ? this.source.snapshot() : null };
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** What it is told now; undefined where it has to wait. */
  #now(snapshot?: ContactSnapshot): Told | undefined {
    const { changes, isCompleted } = this.source;
    if (this.#isOpen && this.#seen !== changes) {
      this.#seen = changes;
      return { done: false, value: snapshot ?? this.source.snapshot() };
    }
    if (this.#isOpen && !isCompleted) return undefined;
    this.#leave();
    return done;
  }

  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#tell?.(done);
    this.#tell = undefined;
    this.source.leave(this);
    this.onLeave();
  }
}

const done: Told = { done: true, value: undefined };
