import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { SharedFetches } from '../connect/shared-fetches.js';
import type { ResourceKey, StandardQueueId } from '../connect/ids.js';
import type { Requester } from '../coordination/requester.js';

const ttlMs = 300_000;
/** How soon the list is loaded again for a queue that it does not have: a queue made moments ago is withheld for this long. */
const missTtlMs = 60_000;
const retryMs = 10_000;
const maxInstances = 1_000;

interface StandardQueueList {
  readonly ids: ReadonlyMap<string, StandardQueueId>;
  /** On the monotonic clock: before it, a queue that is not listed is taken for one that is not standard. */
  readonly completeUntilMs: number;
}

/**
 * The ids of the standard queues, loaded per instance as one list and kept for five minutes, with one refresh in flight. The cost does not depend
 * on which ids are asked about, so that nobody can make it grow by guessing. An id never turns from a standard queue into an agent's, so an
 * expired list is served while it is refreshed and while Connect fails.
 */
export class StandardQueues {
  readonly #lists: LRUCache<string, StandardQueueList, Requester>;
  readonly #fetches = new SharedFetches();

  constructor(
    private readonly load: (instanceId: string, requester: Requester) => Promise<readonly StandardQueueId[]>,
    private readonly clock: Clock,
  ) {
    this.#lists = new LRUCache({
      max: maxInstances,
      ttl: ttlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      fetchMethod: async (instanceId, known, { options, context: requester }) => {
        try {
          return await this.#load(instanceId, requester);
        } catch (error) {
          if (!known) throw error;
          options.ttl = retryMs;
          return { ...known, completeUntilMs: clock.monotonic() + retryMs };
        }
      },
    });
  }

  /** The id, proved to be that of a standard queue; null where it is not known to be one. Throws GatewayError where no list was ever loaded. */
  async find({ instanceId, id }: ResourceKey, requester: Requester): Promise<StandardQueueId | null> {
    const list = await this.#fetch(instanceId, requester, { allowStale: true });
    const found = list?.ids.get(id);
    if (found !== undefined) return found;
    if (list && this.clock.monotonic() < list.completeUntilMs) return null;
    const again = await this.#fetch(instanceId, requester, { forceRefresh: true });
    return again?.ids.get(id) ?? null;
  }

  #fetch(
    instanceId: string,
    requester: Requester,
    options: { readonly allowStale?: boolean; readonly forceRefresh?: boolean },
  ): Promise<StandardQueueList | undefined> {
    return this.#fetches.fetch(
      instanceId,
      requester,
      () => this.#lists.fetch(instanceId, { ...options, context: requester }),
      async () => {
        const list = await this.#load(instanceId, requester);
        this.#lists.set(instanceId, list);
        return list;
      },
    );
  }

  async #load(instanceId: string, requester: Requester): Promise<StandardQueueList> {
    const ids = new Map((await this.load(instanceId, requester)).map((id) => [id, id]));
    return { ids, completeUntilMs: this.clock.monotonic() + missTtlMs };
  }
}
