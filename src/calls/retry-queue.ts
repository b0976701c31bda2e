import type { Clock } from '../clock.js';
import type { StoreHealth } from '../store-health.js';

const retryMs = 1_000;

export interface RetryQueueParts<Item> {
  readonly health: StoreHealth;
  readonly clock: Clock;
  /** Rejects where the item is to be tried again. */
  readonly attempt: (item: Item) => Promise<unknown>;
  /** How many items are attempted at once. Default 1. */
  readonly concurrency?: number;
  /** Beyond it the item that waits longest is dropped. Default: any number. */
  readonly maxItems?: number;
  /** Such an item is dropped when the next round is planned. Default: none. */
  readonly isExpired?: (item: Item) => boolean;
  /** Told of the last failure of each round that had one, and of whose it was. */
  readonly onFailure: (error: unknown, item: Item) => void;
}

/**
 * Items of work on a store, each tried again until it succeeds: in rounds, of which one starts when the store comes up, and one a second after a round that left
 * something. One round runs at a time: rounds that pile up would weigh most on a store that is weak already.
 */
export class RetryQueue<Item extends object> {
  readonly #items = new Map<string, Item>();
  #isRoundPlanned = false;
  #isRoundRunning = false;

  constructor(private readonly parts: RetryQueueParts<Item>) {
    parts.health.onUp(() => void this.#runRound());
  }

  /** Adds the item, in the place of one with the same id, and starts a round unless one is running. */
  tryNow(id: string, item: Item): void {
    this.#add(id, item);
    void this.#runRound();
  }

  /** Adds the item, in the place of one with the same id, and plans a round. */
  tryLater(id: string, item: Item): void {
    this.#add(id, item);
    this.#planRound();
  }

  /** An attempt that is under way goes on, and is the last. */
  drop(id: string): void {
    this.#items.delete(id);
  }

  /** How many items wait, or are attempted. */
  get size(): number {
    return this.#items.size;
  }

  /** Whether the item waits, or is attempted, and was neither dropped nor replaced. */
  holds(id: string, item: Item): boolean {
    return this.#items.get(id) === item;
  }

  #add(id: string, item: Item): void {
    this.#items.set(id, item);
    const { maxItems = Infinity } = this.parts;
    const [waitsLongest] = this.#items.keys();
    if (this.#items.size > maxItems && waitsLongest !== undefined) this.#items.delete(waitsLongest);
  }

  /** Also where no connection was lost, only an answer. */
  #planRound(): void {
    const { isExpired = () => false, clock } = this.parts;
    for (const [id, item] of this.#items) if (isExpired(item)) this.#items.delete(id);
    if (this.#isRoundPlanned || this.#items.size === 0) return;
    this.#isRoundPlanned = true;
    clock.after(retryMs, () => {
      this.#isRoundPlanned = false;
      void this.#runRound();
    });
  }

  async #runRound(): Promise<void> {
    if (this.#isRoundRunning) return;
    this.#isRoundRunning = true;
    const failure = await this.#attemptAll();
    this.#isRoundRunning = false;
    this.#planRound();
    if (failure) this.parts.onFailure(failure.reason, failure.item);
  }

  /** Attempts all items, also those that are added meanwhile, until the store is down. The last failure, if any. */
  async #attemptAll(): Promise<{ readonly reason: unknown; readonly item: Item } | undefined> {
    const { concurrency = 1, health } = this.parts;
    const items = this.#items.entries();
    let lastFailure: { readonly reason: unknown; readonly item: Item } | undefined;
    for (let batch = nextOf(items, concurrency); batch.length > 0; batch = nextOf(items, concurrency)) {
      const results = await Promise.allSettled(batch.map(([id, item]) => this.#attempt(id, item)));
      const failures = results.flatMap((result, index) =>
        result.status === 'rejected' ? [{ reason: result.reason as unknown, item: batch[index]![1] }] : [],
      );
      lastFailure = failures.at(-1) ?? lastFailure;
      // Where the store is up, it may be these items alone that fail.
      if (failures.length === batch.length && !health.isUp) break;
    }
    return lastFailure;
  }

  async #attempt(id: string, item: Item): Promise<void> {
    await this.parts.attempt(item);
    // Another item may have taken its place.
    if (this.holds(id, item)) this.#items.delete(id);
  }
}

function nextOf<T>(items: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = items.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
