import {
  DescribeQueueCommand,
  SearchQueuesCommand,
  type Queue as ConnectQueue,
  type QueueSearchCriteria,
} from '@aws-sdk/client-connect';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { standardQueueIdFrom, type ResourceKey, type StandardQueueId } from '../connect/ids.js';
import { NounCache } from '../connect/noun-cache.js';
import { GatewayError } from '../errors.js';
import { answerTo, pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { readerOf } from '../graphql/noun.js';
import { callerOf, type RequestContext } from '../request.js';
import { noMeters, type Meters } from '../meters.js';
import type { Requester } from '../coordination/requester.js';
import { Queue } from './queue.type.js';
import { StandardQueues } from './standard-queues.js';

/** Connect takes no more in one page of a search. */
const largestPage = 500;
/** Queues beyond these pages are withheld like an agent's own. */
const maxPages = 20;

/** A queue that a contact entered. */
export interface EnteredQueue {
  readonly id: string;
  /** Whether it is proved to be a standard queue. */
  readonly isStandard: boolean;
}

export class QueueService {
  readonly #cache: NounCache<ConnectQueue>;
  readonly #standard: StandardQueues;

  constructor(
    private readonly connect: Connect,
    clock: Clock,
    meters: Meters = noMeters,
  ) {
    this.#cache = new NounCache(
      {
        describe: async ({ instanceId, id }, requester) =>
          (await connect.find(new DescribeQueueCommand({ InstanceId: instanceId, QueueId: id }), requester))?.Queue,
        search: async (instanceId, ids, requester) => {
          const anyOfThem = ids.map((id) => ({
            StringCondition: { FieldName: 'resourceID', Value: id, ComparisonType: 'EXACT' as const },
          }));
          const { items } = await this.#search(
            instanceId,
            { OrConditions: anyOfThem },
            { first: ids.length },
            requester,
          );
          return new Map(items);
        },
      },
      clock,
      { cache: 'queues', meters },
    );
    this.#standard = new StandardQueues((instanceId, requester) => this.#loadStandard(instanceId, requester), clock);
  }

  /** A queue known by its ids; Connect is asked when a further field is. */
  queue(key: ResourceKey, requester: Requester): Queue {
    return new Queue(
      key,
      readerOf(() => this.#cache.get(key, requester)),
    );
  }

  /** The queue, or null where Connect knows none, or none that the caller may know of. */
  async find(key: ResourceKey, context: RequestContext): Promise<Queue | null> {
    const caller = callerOf(context);
    if (!mayKnowAgents(context) && (await this.standardId(key, caller)) === null) return null;
    return (await this.#cache.get(key, caller)) && this.queue(key, caller);
  }

  /**
   * The queue that a contact of the instance entered; null where the caller may not know it. An agent's own queue tells who took the contact, so only
   * queues known to be standard are told without `contacts:pii`. Throws GatewayError where that cannot be told.
   */
  async entered(instanceId: string, { id, isStandard }: EnteredQueue, context: RequestContext): Promise<Queue | null> {
    const key = { instanceId, id };
    const caller = callerOf(context);
    const isKnowable = isStandard || mayKnowAgents(context) || (await this.standardId(key, caller)) !== null;
    return isKnowable ? this.queue(key, caller) : null;
  }

  /** Throws FORBIDDEN unless the caller may search by each of the queues. The same for an agent's own queue as for one that nobody knows. */
  async checkSearchable(instanceId: string, ids: readonly string[], context: RequestContext): Promise<void> {
    if (mayKnowAgents(context)) return;
    for (const id of ids) {
      if ((await this.standardId({ instanceId, id }, callerOf(context))) !== null) continue;
      throw new GatewayError(
        'FORBIDDEN',
        'A search by a queue that is not known to be a standard one needs a scope that your token does not have: contacts:pii. Leave that queue out.',
        { details: { missingScopes: ['contacts:pii'] } },
      );
    }
  }

  /** The id where the queue is known to be a standard one, else null. Throws GatewayError where that cannot be told. */
  standardId(key: ResourceKey, requester: Requester): Promise<StandardQueueId | null> {
    return this.#standard.find(key, requester);
  }

  /** A page of the standard queues; those that belong to a single agent are not listed. */
  async list(
    instanceId: string,
    nameContains: string | undefined,
    request: PageRequest,
    requester: Requester,
  ): Promise<Page<Queue>> {
    const criteria: QueueSearchCriteria = { AndConditions: [{ QueueTypeCondition: 'STANDARD' }] };
    if (nameContains !== undefined) {
      criteria.AndConditions?.push({
        StringCondition: { FieldName: 'name', Value: nameContains, ComparisonType: 'CONTAINS' },
      });
    }
    const { items, nextToken } = await answerTo(request, this.#search(instanceId, criteria, request, requester));
    const nodes = items.map(([id, details]) => {
      this.#cache.put({ instanceId, id }, details);
      return this.queue({ instanceId, id }, requester);
    });
    return pageFrom(request, { items: nodes, nextToken });
  }

  /** The ids of the standard queues; the queues are kept. The type was asked for, and the ARN has to say so, too. */
  async #loadStandard(instanceId: string, requester: Requester): Promise<StandardQueueId[]> {
    const ids: StandardQueueId[] = [];
    let after: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const { items, nextToken } = await this.#search(
        instanceId,
        { QueueTypeCondition: 'STANDARD' },
        { first: largestPage, after },
        requester,
      );
      for (const [id, details] of items) {
        const standard = standardQueueIdFrom(details.QueueArn);
        if (standard !== id) continue;
        ids.push(standard);
        this.#cache.put({ instanceId, id }, details);
      }
      after = nextToken;
      if (after === undefined) break;
    }
    return ids;
  }

  async #search(
    instanceId: string,
    criteria: QueueSearchCriteria,
    { first, after }: PageRequest,
    requester: Requester,
  ) {
    const { Queues = [], NextToken } = await this.connect.send(
      new SearchQueuesCommand({
        InstanceId: instanceId,
        MaxResults: first,
        NextToken: after,
        SearchCriteria: criteria,
      }),
      requester,
    );
    const items = Queues.flatMap((row): [string, ConnectQueue][] =>
      row.QueueId === undefined ? [] : [[row.QueueId, row]],
    );
    return { items, nextToken: NextToken };
  }
}

/** Whether the caller may know which agent has to do with a contact. */
function mayKnowAgents(context: RequestContext): boolean {
  return callerOf(context).scopes.has('contacts:pii');
}
