import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { GatewayError } from '../errors.js';
import { isResourceId, keyOfName, nameOfKey, type ResourceKey } from './resource-key.js';

export interface NounSource<V> {
  /** Throws NOT_FOUND where there is none. */
  describe(key: ResourceKey): Promise<V | undefined>;
  /** Many with one request, by id; what it leaves out is described one by one. */
  search?(instanceId: string, ids: readonly string[]): Promise<ReadonlyMap<string, V>>;
}

const foundTtlMs = 300_000;
const missingTtlMs = 10_000;
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
    this.#missing = new DataLoader((keys) => this.#load(keys), { cache: false });
    this.#entries = new LRUCache({
      max: 10_000,
      ttl: foundTtlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      allowStaleOnFetchRejection: true,
      fetchMethod: async (name, _stale, { options }) => {
        const value = await this.#missing.load(keyOfName(name));
        if (value === null) options.ttl = missingTtlMs;
        return { value };
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

  async #load(keys: readonly ResourceKey[]): Promise<(V | null | Error)[]> {
    const found = await this.#search(keys);
    return Promise.all(keys.map((key) => found.get(nameOfKey(key)) ?? this.#describe(key)));
  }

  async #search(keys: readonly ResourceKey[]): Promise<Map<string, V>> {
    const found = new Map<string, V>();
    const search = this.source.search?.bind(this.source);
    if (!search || keys.length < 2) return found;
    const idsByInstance = new Map<string, string[]>();
    for (const { instanceId, id } of keys)
      idsByInstance.set(instanceId, [...(idsByInstance.get(instanceId) ?? []), id]);
    for (const [instanceId, ids] of idsByInstance) {
      for (let start = 0; start < ids.length; start += searchLimit) {
        const some = await search(instanceId, ids.slice(start, start + searchLimit));
        for (const [id, value] of some) found.set(nameOfKey({ instanceId, id }), value);
      }
    }
    return found;
  }

  async #describe(key: ResourceKey): Promise<V | null | Error> {
    try {
      return (await this.source.describe(key)) ?? null;
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'NOT_FOUND') return null;
      return error as Error;
    }
  }
}
