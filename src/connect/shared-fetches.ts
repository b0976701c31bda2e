import { GatewayError } from '../errors.js';
import { isSameRequester, type Requester } from '../coordination/requester.js';
import { ConnectRefusal } from './errors.js';

/** Requests that several wait for at once, each sent with the permit of whoever asked first. */
export class SharedFetches {
  readonly #firstAskers = new Map<string, Requester>();

  /** The answer of `shared`, which is asked at most once at a time for each name. Where whoever asked first got no permit, this requester still may: `own` asks. */
  async fetch<T>(name: string, requester: Requester, shared: () => Promise<T>, own: () => Promise<T>): Promise<T> {
    const first = this.#firstAskers.get(name);
    if (!first) this.#firstAskers.set(name, requester);
    try {
      return await shared();
    } catch (error) {
      if (!first || isSameRequester(first, requester) || !gotNoPermit(error)) throw error;
      return await own();
    } finally {
      if (!first) this.#firstAskers.delete(name);
    }
  }
}

/** Our own rate limiter refused it, and not Amazon Connect, which counts everybody's requests together. */
export function gotNoPermit(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'THROTTLED' && !(error instanceof ConnectRefusal);
}
