export type Unsubscribe = () => void;

/** Listeners by the key of what they are notified of; they must not throw. */
export class Listeners<Payload = void> {
  readonly #byKey = new Map<string, Set<(payload: Payload) => void>>();

  add(key: string, listener: (payload: Payload) => void): Unsubscribe {
    const listeners = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byKey.get(key) === listeners) this.#byKey.delete(key);
    };
  }

  notify(key: string, payload: Payload): void {
    for (const listener of [...(this.#byKey.get(key) ?? [])]) listener(payload);
  }

  notifyAll(payload: Payload): void {
    for (const key of [...this.#byKey.keys()]) this.notify(key, payload);
  }
}
