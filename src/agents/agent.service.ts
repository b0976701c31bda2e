import { DescribeUserCommand, SearchUsersCommand, type UserSearchCriteria } from '@aws-sdk/client-connect';
import type { ResourceKey } from '../connect/ids.js';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { NounCache } from '../connect/noun-cache.js';
import { answerTo, pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { readerOf } from '../graphql/noun.js';
import { noMeters, type Meters } from '../meters.js';
import type { Requester } from '../coordination/requester.js';
import { Agent, type AgentDetails } from './agent.type.js';

export class AgentService {
  readonly #cache: NounCache<AgentDetails>;

  constructor(
    private readonly connect: Connect,
    clock: Clock,
    meters: Meters = noMeters,
  ) {
    this.#cache = new NounCache(
      {
        describe: async ({ instanceId, id }, requester) =>
          (await connect.find(new DescribeUserCommand({ InstanceId: instanceId, UserId: id }), requester))?.User,
        search: async (instanceId, ids, requester) => {
          const anyOfThem = ids.map((id) => ({
            StringCondition: { FieldName: 'resourceId', Value: id, ComparisonType: 'EXACT' as const },
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
      { cache: 'agents', meters },
    );
  }

  /** An agent known by its ids; Connect is asked when a further field is. */
  agent(key: ResourceKey, requester: Requester): Agent {
    return new Agent(
      key,
      readerOf(() => this.#cache.get(key, requester)),
    );
  }

  /** The agent, or null where Connect knows none. */
  async find(key: ResourceKey, requester: Requester): Promise<Agent | null> {
    return (await this.#cache.get(key, requester)) && this.agent(key, requester);
  }

  /** A page of agents, all of them or those whose user name contains a text. */
  async list(
    instanceId: string,
    nameContains: string | undefined,
    request: PageRequest,
    requester: Requester,
  ): Promise<Page<Agent>> {
    const criteria: UserSearchCriteria =
      nameContains === undefined
        ? {}
        : { StringCondition: { FieldName: 'Username', Value: nameContains, ComparisonType: 'CONTAINS' } };
    const { items, nextToken } = await answerTo(request, this.#search(instanceId, criteria, request, requester));
    const nodes = items.map(([id, details]) => {
      this.#cache.put({ instanceId, id }, details);
      return this.agent({ instanceId, id }, requester);
    });
    return pageFrom(request, { items: nodes, nextToken });
  }

  async #search(instanceId: string, criteria: UserSearchCriteria, { first, after }: PageRequest, requester: Requester) {
    const { Users = [], NextToken } = await this.connect.send(
      new SearchUsersCommand({
        InstanceId: instanceId,
        MaxResults: first,
        NextToken: after,
        SearchCriteria: criteria,
      }),
      requester,
    );
    const items = Users.flatMap((row): [string, AgentDetails][] => (row.Id === undefined ? [] : [[row.Id, row]]));
    return { items, nextToken: NextToken };
  }
}
