import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.js';
import type { DocumentFetch } from './document-fetch.js';

export interface KeySetOptions {
  /** Says where the set is, before each fetch; what it throws is a fetch that failed. */
  readonly locate: () => Promise<URL>;
  readonly fetchDocument: DocumentFetch;
  readonly clock: Clock;
  /** How long one fetch may take. */
  readonly fetchTimeoutMs: number;
}

/** From when on a set is fetched again beside its use, so that an outage of some minutes goes unnoticed. */
const refreshAfterMs = 5 * 60_000;
/** A key that was withdrawn is good for no longer, whether or not the set can be fetched. */
const keepMs = 10 * 60_000;
/** Between two fetches while a set is known: anybody can name a key that is in none. */
const cooldownMs = 30_000;
/** After a first fetch that failed while no set is known; twice as long after each further one, up to the cooldown. */
const firstBackOffMs = 1_000;

/** No key can be looked up, which says nothing about the token. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';

  constructor(
    cause: unknown,
    readonly retryAfterMs?: number,
  ) {
    super('The key set cannot be fetched.', { cause });
  }
}

/**
 * A remote key set, and when it is fetched: one fetch at a time, which all share who wait, and after each one, failed or not, none for a
 * while. jose by itself fetches again for every token as long as fetching fails.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  readonly #clock: Clock;
  #keys: JWTVerifyGetKey = () => Promise.reject(new KeySetUnavailable(this.#failure));
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #mayFetchAtMs = Number.NEGATIVE_INFINITY;
  #backOffMs = firstBackOffMs;
  #failure: unknown;
  #fetching: Promise<void> | undefined;

  constructor(options: KeySetOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  /** Fetches the set now, whenever the last fetch was: for a caller with a pace of its own. Throws KeySetUnavailable. */
  load(): Promise<void> {
    return (this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined)));
  }

  /** The key that a token names. Throws KeySetUnavailable, or what jose throws where the token is to blame. */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    if (this.#ageMs() >= keepMs) await this.#loadIfMay();
    else if (this.#ageMs() >= refreshAfterMs) this.#refresh();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The last fetch tells that there is no such key. One that failed tells nothing.
      if (this.#failure === undefined && !this.#mayFetch()) throw error;
    }
    await this.#loadIfMay();
    return this.#keys(header, token);
  };

  #refresh(): void {
    if (!this.#mayFetch()) return;
    this.load().catch(() => undefined);
  }

  async #loadIfMay(): Promise<void> {
    if (this.#mayFetch()) return this.load();
    throw new KeySetUnavailable(this.#failure, this.#mayFetchAtMs - this.#clock.monotonic());
  }

  #mayFetch(): boolean {
    return this.#fetching !== undefined || this.#clock.monotonic() >= this.#mayFetchAtMs;
  }

  #ageMs(): number {
    return this.#clock.monotonic() - this.#fetchedAtMs;
  }

  async #fetch(): Promise<void> {
    try {
      this.#keys = await this.#download();
    } catch (cause) {
      this.#failure = cause;
      this.#mayFetchAtMs = this.#clock.monotonic() + this.#pauseMs();
      throw new KeySetUnavailable(cause);
    }
    this.#failure = undefined;
    this.#backOffMs = firstBackOffMs;
    this.#fetchedAtMs = this.#clock.monotonic();
    this.#mayFetchAtMs = this.#fetchedAtMs + cooldownMs;
  }

  async #download(): Promise<JWTVerifyGetKey> {
    const { locate, fetchDocument, fetchTimeoutMs } = this.#options;
    const keys = createRemoteJWKSet(await locate(), {
      // It fetches when it is told to, and never by itself once it has keys.
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
      timeoutDuration: fetchTimeoutMs,
      [customFetch]: fetchDocument,
    });
    await keys.reload();
    return keys;
  }

  /** Without a set nobody is let in, so that it is worth asking for sooner. */
  #pauseMs(): number {
    if (this.#ageMs() < keepMs) return cooldownMs;
    const pauseMs = this.#backOffMs;
    this.#backOffMs = Math.min(this.#backOffMs * 2, cooldownMs);
    return pauseMs;
  }
}
