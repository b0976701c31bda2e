import type { RequestContext } from '../../src/request.js';

/** A source of events that the test feeds, and that tells what is asked of it. */
export class Feed implements AsyncIterableIterator<unknown> {
  /** How many events were asked for. */
  pulls = 0;
  isReturned = false;
  readonly #events: unknown[] = [];
  #waiting: ((result: Promise<IteratorResult<unknown>>) => void) | undefined;
  #end: Promise<IteratorResult<unknown>> | undefined;

  constructor(readonly context: RequestContext) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(...events: unknown[]): void {
    this.#events.push(...events);
    this.#answer();
  }

  complete(): void {
    this.#end = Promise.resolve({ done: true, value: undefined });
    this.#answer();
  }

  fail(error: Error): void {
    this.#end = Promise.reject(error);
    this.#answer();
  }

  next(): Promise<IteratorResult<unknown>> {
    this.pulls += 1;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#answer();
    });
  }

  return(): Promise<IteratorResult<unknown>> {
    this.isReturned = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  /** As an async generator, which is deaf to `return` while it waits. */
  async *asGenerator(): AsyncGenerator {
    for (;;) {
      const event = await this.next();
      if (event.done) return;
      yield event.value;
    }
  }

  #answer(): void {
    if (!this.#waiting || (this.#events.length === 0 && !this.#end)) return;
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve(this.#events.length > 0 ? Promise.resolve({ done: false, value: this.#events.shift() }) : this.#end!);
  }
}
