import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { isResourceId, keyOfName, nameOfKey, type ResourceKey } from './resource-key.js';

export interface NounSource<V> {
  /** Undefined where there is none. */
  describe(key: ResourceKey): Promise<V | undefined>;
  /** Many of one instance with one request, by id; what it leaves out is described one by one. */
  search?(instanceId: string, ids: readonly string[]): Promise<ReadonlyMap<string, V>>;
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
  readonly #entries: LRUCache<string, { readonly value: V | null }>;
  readonly #missing: DataLoader<ResourceKey, V | null, string>;

  constructor(
    private readonly source: NounSource<V>,
    clock: Clock,
  ) {
    this.#missing = new DataLoader((keys) => this.#load(keys), { cache: false, maxBatchSize: searchLimit });
    this.#entries = new LRUCache({
      max: 10_000,
      ttl: foundTtlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      // A `put` while Connect is asked for the same noun must not break off the asking.
      ignoreFetchAbort: true,
      fetchMethod: async (name, known, { options }) => {
        try {
          const value = await this.#missing.load(keyOfName(name));
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
  async get(key: ResourceKey): Promise<V | null> {
    if (!isResourceId(key.id)) return null;
    const entry = await this.#entries.fetch(nameOfKey(key));
    return entry?.value ?? null;
  }

  /** Keeps what another request happened to bring. */
  put(key: ResourceKey, value: V): void {
    this.#entries.set(nameOfKey(key), { value });
  }

  /** The keys of one tick, of whichever requests: none of them may fail for another one's instance. */
  #load(keys: readonly ResourceKey[]): Promise<(V | null | Error)[]> {
    const searches = this.#searches(keys);
    return Promise.all(
      keys.map(async (key) => {
        try {
          const found = await searches.get(key.instanceId);
          return found?.get(key.id) ?? (await this.source.describe(key)) ?? null;
        } catch (error) {
          return error as Error;
        }
      }),
    );
  }

  /** By instance, one search for all that is wanted of it; none where a search would be no cheaper. */
  #searches(keys: readonly ResourceKey[]): ReadonlyMap<string, Promise<ReadonlyMap<string, V>>> {
    const idsByInstance = new Map<string, string[]>();
    for (const { instanceId, id } of keys) {
      idsByInstance.set(instanceId, [...(idsByInstance.get(instanceId) ?? []), id]);
    }
    const searches = new Map<string, Promise<ReadonlyMap<string, V>>>();
    for (const [instanceId, ids] of idsByInstance) {
      const search = ids.length > 1 ? this.source.search?.(instanceId, ids) : undefined;
      if (search) searches.set(instanceId, search);
    }
    return searches;
  }
}
