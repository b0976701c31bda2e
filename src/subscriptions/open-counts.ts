import { GatewayError } from '../errors.js';
import type { Caller } from '../request.js';

const retryAfterMs = 10_000;

/** Counts what is open in this process, and for whom. */
export class OpenCounts {
  readonly #byCaller = new Map<string, number>();
  #total = 0;

  /** `what` is open, in the plural, such as `subscriptions`. */
  constructor(
    private readonly what: string,
    private readonly perCaller: number,
    private readonly perProcess: number,
  ) {}

  /** The refusal where there is room for nobody; undefined where there is some. */
  get full(): GatewayError | undefined {
    if (this.#total < this.perProcess) return undefined;
    const message = `This gateway has all ${this.what} open that it may; ask again later.`;
    return this.#exceeded('PerProcess', this.perProcess, message);
  }

  /** Counts one more for `caller`, until it is released. Throws LIMIT_EXCEEDED where it would be one too many. */
  take(caller: Caller): void {
    const key = keyOf(caller);
    const open = this.#byCaller.get(key) ?? 0;
    if (open >= this.perCaller) {
      const message = `You may have ${this.perCaller} ${this.what} open at once; end one first.`;
      throw this.#exceeded('PerCaller', this.perCaller, message);
    }
    if (this.full) throw this.full;
    this.#total += 1;
    this.#byCaller.set(key, open + 1);
  }

  /** Once for each that was taken. */
  release(caller: Caller): void {
    const key = keyOf(caller);
    this.#total -= 1;
    const left = (this.#byCaller.get(key) ?? 1) - 1;
    if (left === 0) this.#byCaller.delete(key);
    else this.#byCaller.set(key, left);
  }

  #exceeded(limit: 'PerCaller' | 'PerProcess', allowed: number, message: string): GatewayError {
    return new GatewayError('LIMIT_EXCEEDED', message, {
      retryAfterMs,
      details: { limit: `${this.what}${limit}`, allowed },
    });
  }
}

function keyOf({ tenant, subject }: Caller): string {
  return JSON.stringify([tenant, subject]);
}
