export type Unsubscribe = () => void;

/** Who waits for news of what, and what they are told of it; listeners must not throw. */
export class Listeners<News = void> {
  readonly #byKey = new Map<string, Set<(news: News) => void>>();

  add(key: string, listener: (news: News) => void): Unsubscribe {
    const listeners = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byKey.get(key) === listeners) this.#byKey.delete(key);
    };
  }

  tell(key: string, news: News): void {
    for (const listener of [...(this.#byKey.get(key) ?? [])]) listener(news);
  }

  tellAll(news: News): void {
    for (const key of [...this.#byKey.keys()]) this.tell(key, news);
  }
}
