import { DescribeUserCommand, SearchUsersCommand, type UserSearchCriteria } from '@aws-sdk/client-connect';
import type { ResourceKey } from '../connect/resource-key.js';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { NounCache } from '../connect/noun-cache.js';
import { pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { readerOf } from '../graphql/noun.js';
import { Agent, type AgentDetails } from './agent.type.js';

export class AgentService {
  readonly #cache: NounCache<AgentDetails>;

  constructor(
    private readonly connect: Connect,
    clock: Clock,
  ) {
    this.#cache = new NounCache(
      {
        describe: async ({ instanceId, id }) =>
          (await connect.find(new DescribeUserCommand({ InstanceId: instanceId, UserId: id })))?.User,
        search: async (instanceId, ids) => {
          const anyOfThem = ids.map((id) => ({
            StringCondition: { FieldName: 'resourceId', Value: id, ComparisonType: 'EXACT' as const },
          }));
          const { items } = await this.#search(instanceId, { OrConditions: anyOfThem }, { first: ids.length });
          return new Map(items);
        },
      },
      clock,
    );
  }

  /** An agent known by its ids; Connect is asked when a further field is. */
  agent(key: ResourceKey): Agent {
    return new Agent(
      key,
      readerOf(() => this.#cache.get(key)),
    );
  }

  /** The agent, or null where Connect knows none. */
  async find(key: ResourceKey): Promise<Agent | null> {
    return (await this.#cache.get(key)) && this.agent(key);
  }

  /** A page of agents, all of them or those whose user name contains a text. */
  async list(instanceId: string, nameContains: string | undefined, request: PageRequest): Promise<Page<Agent>> {
    const criteria: UserSearchCriteria =
      nameContains === undefined
        ? {}
        : { StringCondition: { FieldName: 'Username', Value: nameContains, ComparisonType: 'CONTAINS' } };
    const { items, nextToken } = await this.#search(instanceId, criteria, request);
    const nodes = items.map(([id, details]) => {
      this.#cache.put({ instanceId, id }, details);
      return this.agent({ instanceId, id });
    });
    return pageFrom(request, { items: nodes, nextToken });
  }

  async #search(instanceId: string, criteria: UserSearchCriteria, { first, after }: PageRequest) {
    const { Users = [], NextToken } = await this.connect.send(
      new SearchUsersCommand({
        InstanceId: instanceId,
        MaxResults: first,
        NextToken: after,
        SearchCriteria: criteria,
      }),
    );
    const items = Users.flatMap((row): [string, AgentDetails][] => (row.Id === undefined ? [] : [[row.Id, row]]));
    return { items, nextToken: NextToken };
  }
}
