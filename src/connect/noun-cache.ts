import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { CacheName, Meters } from '../meters.js';
import { nameOfRequester, type Requester } from '../coordination/requester.js';
import { isResourceId, keyOfName, nameOfKey, type ResourceKey } from './ids.js';
import { SharedFetches } from './shared-fetches.js';

export interface NounSource<V> {
  /** Undefined where there is none. */
  describe(key: ResourceKey, requester: Requester): Promise<V | undefined>;
  /** Many of one instance with one request, by id; what it leaves out is described one by one. */
  search?(instanceId: string, ids: readonly string[], requester: Requester): Promise<ReadonlyMap<string, V>>;
}

/** A noun that somebody asked for first. */
interface Wanted {
  readonly key: ResourceKey;
  readonly requester: Requester;
}

/** Counts under the name of the cache. */
export interface CacheCounts {
  readonly cache: CacheName;
  readonly meters: Meters;
}

const foundTtlMs = 300_000;
/** How soon Connect is asked again for what it did not know, or while it fails. */
const retryTtlMs = 10_000;
/** Connect takes no more conditions than this in one search. */
const searchLimit = 100;

/**
 * Nouns that change rarely, kept for five minutes across requests, with one refresh in flight for each. While Connect fails, what
 * was known before is served on. Callers check access first: a key says nothing of who may read it.
 */
export class NounCache<V extends object> {
  readonly #entries: LRUCache<string, { readonly value: V | null }, Requester>;
  readonly #missing: DataLoader<Wanted, V | null>;
  readonly #fetches = new SharedFetches();

  constructor(
    private readonly source: NounSource<V>,
    clock: Clock,
    private readonly counts?: CacheCounts,
  ) {
    this.#missing = new DataLoader((wanted) => this.#load(wanted), { cache: false, maxBatchSize: searchLimit });
    this.#entries = new LRUCache({
      max: 10_000,
      ttl: foundTtlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      // A `put` while Connect is asked for the same noun must not break off the asking.
      ignoreFetchAbort: true,
      fetchMethod: async (name, known, { options, context: requester }) => {
        counts?.meters.cacheMissed(counts.cache);
        try {
          const value = await this.#missing.load({ key: keyOfName(name), requester });
          if (value === null) options.ttl = retryTtlMs;
          return { value };
        } catch (error) {
          if (!known) throw error;
          options.ttl = retryTtlMs;
          return known;
        }
      },
    });
  }

  /** The noun, or null where Connect knows none. Throws GatewayError when Connect cannot be asked. */
  async get(key: ResourceKey, requester: Requester): Promise<V | null> {
    if (!isResourceId(key.id)) return null;
    const name = nameOfKey(key);
    this.counts?.meters.cacheAsked(this.counts.cache);
    return this.#fetches.fetch(
      name,
      requester,
      async () => (await this.#entries.fetch(name, { context: requester }))?.value ?? null,
      async () => {
        const value = await this.#missing.load({ key, requester });
        if (value) this.put(key, value);
        return value;
      },
    );
  }

  /** Keeps what another request happened to bring. */
  put(key: ResourceKey, value: V): void {
    this.#entries.set(nameOfKey(key), { value });
  }

  /** Loads what is wanted in one tick, by whichever requests: none of them may fail for another one's instance, or for want of another one's permit. */
  #load(wanted: readonly Wanted[]): Promise<(V | null | Error)[]> {
    const searches = this.#searches(wanted);
    return Promise.all(
      wanted.map(async ({ key, requester }) => {
        try {
          const found = await searches.get(searchOf(key, requester));
          return found?.get(key.id) ?? (await this.source.describe(key, requester)) ?? null;
        } catch (error) {
          return error as Error;
        }
      }),
    );
  }

  /** By instance and requester, one search for all that is wanted; none where a search would be no cheaper. */
  #searches(wanted: readonly Wanted[]): ReadonlyMap<string, Promise<ReadonlyMap<string, V>>> {
    const together = new Map<string, Wanted[]>();
    for (const one of wanted) {
      const name = searchOf(one.key, one.requester);
      together.set(name, [...(together.get(name) ?? []), one]);
    }
    const searches = new Map<string, Promise<ReadonlyMap<string, V>>>();
    for (const [name, some] of together) {
      const [{ key, requester }] = some as [Wanted];
      const ids = some.map((one) => one.key.id);
      const search = ids.length > 1 ? this.source.search?.(key.instanceId, ids, requester) : undefined;
      if (search) searches.set(name, search);
    }
    return searches;
  }
}

function searchOf({ instanceId }: ResourceKey, requester: Requester): string {
  return `${instanceId} ${nameOfRequester(requester)}`;
}
