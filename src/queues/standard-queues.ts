import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { ResourceKey } from '../connect/resource-key.js';
import type { StandardQueueId } from '../graphql/connect-arn.js';

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
  readonly #lists: LRUCache<string, StandardQueueList>;

  constructor(
    load: (instanceId: string) => Promise<readonly StandardQueueId[]>,
    private readonly clock: Clock,
  ) {
    this.#lists = new LRUCache({
      max: maxInstances,
      ttl: ttlMs,
      ttlResolution: 0,
      perf: { now: () => clock.monotonic() },
      fetchMethod: async (instanceId, known, { options }) => {
        try {
          const ids = new Map((await load(instanceId)).map((id) => [id, id]));
          return { ids, completeUntilMs: clock.monotonic() + missTtlMs };
        } catch (error) {
          if (!known) throw error;
          options.ttl = retryMs;
          return { ...known, completeUntilMs: clock.monotonic() + retryMs };
        }
      },
    });
  }

  /** The id, proved to be that of a standard queue; null where it is not known to be one. Throws GatewayError where no list was ever loaded. */
  async find({ instanceId, id }: ResourceKey): Promise<StandardQueueId | null> {
    const list = await this.#lists.fetch(instanceId, { allowStale: true });
    const found = list?.ids.get(id);
    if (found !== undefined) return found;
    if (list && this.clock.monotonic() < list.completeUntilMs) return null;
    const again = await this.#lists.fetch(instanceId, { forceRefresh: true });
    return again?.ids.get(id) ?? null;
  }
}
