import {
  DescribeQueueCommand,
  SearchQueuesCommand,
  type Queue as ConnectQueue,
  type QueueSearchCriteria,
} from '@aws-sdk/client-connect';
import type { ResourceKey } from '../connect/resource-key.js';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { NounCache } from '../connect/noun-cache.js';
import { pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { readerOf } from '../graphql/noun.js';
import { Queue } from './queue.type.js';

export class QueueService {
  readonly #cache: NounCache<ConnectQueue>;

  constructor(
    private readonly connect: Connect,
    clock: Clock,
  ) {
    this.#cache = new NounCache(
      {
        describe: async ({ instanceId, id }) =>
          (await connect.find(new DescribeQueueCommand({ InstanceId: instanceId, QueueId: id })))?.Queue,
        search: async (instanceId, ids) => {
          const anyOfThem = ids.map((id) => ({
            StringCondition: { FieldName: 'resourceID', Value: id, ComparisonType: 'EXACT' as const },
          }));
          const { items } = await this.#search(instanceId, { OrConditions: anyOfThem }, { first: ids.length });
          return new Map(items);
        },
      },
      clock,
    );
  }

  /** A queue known by its ids; Connect is asked when a further field is. */
  queue(key: ResourceKey): Queue {
    return new Queue(
      key,
      readerOf(() => this.#cache.get(key)),
    );
  }

  /** The queue, or null where Connect knows none. */
  async find(key: ResourceKey): Promise<Queue | null> {
    return (await this.#cache.get(key)) && this.queue(key);
  }

  /** A page of the standard queues; those that belong to a single agent are not listed. */
  async list(instanceId: string, nameContains: string | undefined, request: PageRequest): Promise<Page<Queue>> {
    const criteria: QueueSearchCriteria = { AndConditions: [{ QueueTypeCondition: 'STANDARD' }] };
    if (nameContains !== undefined) {
      criteria.AndConditions?.push({
        StringCondition: { FieldName: 'name', Value: nameContains, ComparisonType: 'CONTAINS' },
      });
    }
    const { items, nextToken } = await this.#search(instanceId, criteria, request);
    const nodes = items.map(([id, details]) => {
      this.#cache.put({ instanceId, id }, details);
      return this.queue({ instanceId, id });
    });
    return pageFrom(request, { items: nodes, nextToken });
  }

  async #search(instanceId: string, criteria: QueueSearchCriteria, { first, after }: PageRequest) {
    const { Queues = [], NextToken } = await this.connect.send(
      new SearchQueuesCommand({
        InstanceId: instanceId,
        MaxResults: first,
        NextToken: after,
        SearchCriteria: criteria,
      }),
    );
    const items = Queues.flatMap((row): [string, ConnectQueue][] =>
      row.QueueId === undefined ? [] : [[row.QueueId, row]],
    );
    return { items, nextToken: NextToken };
  }
}
