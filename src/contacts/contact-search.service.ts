import { SearchContactsCommand, type SearchCriteria } from '@aws-sdk/client-connect';
import type { Connect } from '../connect/connect.js';
import { pageFrom, type Page, type PageRequest } from '../graphql/connection.js';
import { knownOr } from '../graphql/vendor-enum.js';
import type { RequestContext } from '../request.js';
import { Channel, InitiationMethod } from './contact-enums.js';
import type { ContactService } from './contact.service.js';
import { momentFrom } from './contact-status.js';
import type { Contact } from './contact.type.js';
import type { SearchContactsInput } from './search-contacts.input.js';

export class ContactSearchService {
  constructor(
    private readonly connect: Connect,
    private readonly contacts: ContactService,
  ) {}

  /** A page of the contacts that fit. What SearchContacts does not tell of a contact is read when asked for: one request each. */
  async search(
    instanceId: string,
    input: SearchContactsInput,
    request: PageRequest,
    context: RequestContext,
  ): Promise<Page<Contact>> {
    const { type, startTime, endTime } = input.timeRange;
    const sort = input.sort ?? { field: 'INITIATION_TIMESTAMP', order: 'DESCENDING' };
    const { Contacts = [], NextToken } = await this.connect.send(
      new SearchContactsCommand({
        InstanceId: instanceId,
        TimeRange: { Type: type, StartTime: startTime, EndTime: endTime },
        SearchCriteria: criteriaFrom(input),
        MaxResults: request.first,
        NextToken: request.after,
        Sort: { FieldName: sort.field, Order: sort.order },
      }),
    );
    const items = Contacts.flatMap((row) => {
      if (row.Id === undefined) return [];
      const known = {
        arn: row.Arn ?? null,
        name: row.Name ?? null,
        initiationMethod: knownOr(InitiationMethod, row.InitiationMethod),
        rawInitiationMethod: row.InitiationMethod ?? null,
        channel: knownOr(Channel, row.Channel),
        initiationTimestamp: momentFrom(row.InitiationTimestamp),
        disconnectTimestamp: momentFrom(row.DisconnectTimestamp),
        scheduledTimestamp: momentFrom(row.ScheduledTimestamp),
        enqueueTimestamp: momentFrom(row.QueueInfo?.EnqueueTimestamp),
        queueId: row.QueueInfo?.Id ?? null,
        agentId: row.AgentInfo?.Id ?? null,
        initialContactId: row.InitialContactId ?? null,
        previousContactId: row.PreviousContactId ?? null,
      };
      return [this.contacts.contact({ instanceId, id: row.Id }, context, known)];
    });
    return pageFrom(request, { items, nextToken: NextToken });
  }
}

function criteriaFrom(input: SearchContactsInput): SearchCriteria {
  return {
    ...(input.channels ? { Channels: input.channels.filter((channel) => channel !== 'UNKNOWN') } : {}),
    ...(input.initiationMethods
      ? { InitiationMethods: input.initiationMethods.filter((method) => method !== 'UNKNOWN') }
      : {}),
    ...(input.queueIds ? { QueueIds: input.queueIds } : {}),
    ...(input.agentIds ? { AgentIds: input.agentIds } : {}),
    ...(input.name ? { Name: { SearchText: input.name.searchText, MatchType: input.name.match } } : {}),
    ...(input.attributes
      ? {
          SearchableContactAttributes: {
            Criteria: input.attributes.map(({ key, values }) => ({ Key: key, Values: values })),
            MatchType: 'MATCH_ALL',
          },
        }
      : {}),
  };
}
