import { GatewayError } from '../errors.js';
import { isSameRequester, type Requester } from '../coordination/requester.js';
import { ConnectRefusal } from './errors.js';

/** Requests that several wait for at once, each with the turn of whoever asked first. */
export class SharedFetches {
  readonly #firstAskers = new Map<string, Requester>();

  /** What `shared` answers, which asks at most once at a time for each name. Where whoever asked first got no turn, that says nothing of this requester's: `own` asks. */
  async fetch<T>(name: string, requester: Requester, shared: () => Promise<T>, own: () => Promise<T>): Promise<T> {
    const first = this.#firstAskers.get(name);
    if (!first) this.#firstAskers.set(name, requester);
    try {
      return await shared();
    } catch (error) {
      if (!first || isSameRequester(first, requester) || !gotNoTurn(error)) throw error;
      return await own();
    } finally {
      if (!first) this.#firstAskers.delete(name);
    }
  }
}

/** Refused by our own pacer, and not by Amazon Connect, which counts everybody's requests together. */
export function gotNoTurn(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'THROTTLED' && !(error instanceof ConnectRefusal);
}
