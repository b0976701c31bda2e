/** Lets steps that bear one name go one after another, in the order in which they came, whatever becomes of each. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(name: string, step: () => Promise<T>): Promise<T> {
    const last = (this.#last.get(name) ?? Promise.resolve()).then(step, step);
    this.#last.set(name, last);
    try {
      return await last;
    } finally {
      if (this.#last.get(name) === last) this.#last.delete(name);
    }
  }
}
