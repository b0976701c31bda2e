import {
  DescribeContactFlowCommand,
  SearchContactFlowsCommand,
  type ContactFlow as ConnectContactFlow,
  type ContactFlowSearchCriteria,
  type ContactFlowType,
} from '@aws-sdk/client-connect';
import type { ResourceKey } from '../connect/ids.js';
import type { Clock } from '../clock.js';
import type { Connect } from '../connect/connect.js';
import { NounCache } from '../connect/noun-cache.js';
import { answerTo, pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { readerOf } from '../graphql/noun.js';
import { noMeters, type Meters } from '../meters.js';
import type { Requester } from '../coordination/requester.js';
import { ContactFlow } from './contact-flow.type.js';

export interface ContactFlowFilter {
  readonly nameContains?: string | undefined;
  readonly type?: ContactFlowType | undefined;
}

export class ContactFlowService {
  readonly #cache: NounCache<ConnectContactFlow>;

  constructor(
    private readonly connect: Connect,
    clock: Clock,
    meters: Meters = noMeters,
  ) {
    this.#cache = new NounCache(
      {
        describe: async ({ instanceId, id }, requester) => {
          const answer = await connect.find(
            new DescribeContactFlowCommand({ InstanceId: instanceId, ContactFlowId: id }),
            requester,
          );
          return answer?.ContactFlow && withoutContent(answer.ContactFlow);
        },
      },
      clock,
      { cache: 'flows', meters },
    );
  }

  /** A flow known by its ids; Connect is asked when a further field is. */
  contactFlow(key: ResourceKey, requester: Requester): ContactFlow {
    return new ContactFlow(
      key,
      readerOf(() => this.#cache.get(key, requester)),
    );
  }

  /** The flow, or null where Connect knows none that is published. */
  async find(key: ResourceKey, requester: Requester): Promise<ContactFlow | null> {
    return (await this.#cache.get(key, requester)) && this.contactFlow(key, requester);
  }

  /** A page of the flows that are active and published: those a call can run. */
  async list(
    instanceId: string,
    filter: ContactFlowFilter,
    request: PageRequest,
    requester: Requester,
  ): Promise<Page<ContactFlow>> {
    const conditions: ContactFlowSearchCriteria[] = [{ StateCondition: 'ACTIVE' }, { StatusCondition: 'PUBLISHED' }];
    if (filter.type !== undefined) conditions.push({ TypeCondition: filter.type });
    if (filter.nameContains !== undefined) {
      conditions.push({
        StringCondition: { FieldName: 'name', Value: filter.nameContains, ComparisonType: 'CONTAINS' },
      });
    }
    const { ContactFlows = [], NextToken } = await answerTo(
      request,
      this.connect.send(
        new SearchContactFlowsCommand({
          InstanceId: instanceId,
          MaxResults: request.first,
          NextToken: request.after,
          SearchCriteria: { AndConditions: conditions },
        }),
        requester,
      ),
    );
    const items = ContactFlows.flatMap((flow) => {
      if (flow.Id === undefined) return [];
      const key = { instanceId, id: flow.Id };
      this.#cache.put(key, withoutContent(flow));
      return [this.contactFlow(key, requester)];
    });
    return pageFrom(request, { items, nextToken: NextToken });
  }
}

/** The content, up to 256 KB of it, is not for keeping: no field shows it. */
function withoutContent(flow: ConnectContactFlow): ConnectContactFlow {
  return { ...flow, Content: undefined };
}
